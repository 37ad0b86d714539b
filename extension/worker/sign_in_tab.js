/** The tab that Google's page stands in where the browser's own sign-in window cannot be had. Needs no permission. */

/** One tab, and where the person was before. */
export class SignInTab {
  #before;

  /**
   * @param {number} id
   * @param {chrome.tabs.Tab | undefined} before
   */
  constructor(id, before) {
    /** @readonly */
    this.id = id;
    this.#before = before;
  }

  /**
   * @param {string} url
   * @returns {Promise<SignInTab>}
   * @throws {Error} when the browser opens no tab
   */
  static async open(url) {
    const [before] = await chrome.tabs.query({ active: true, lastFocusedWindow: true }).catch(() => []);
    const { id } = await chrome.tabs.create({ url, ...(before?.id !== undefined && { openerTabId: before.id, windowId: before.windowId }) });
    if (id === undefined) throw new Error('the browser opened no tab');
    return new SignInTab(id, before);
  }

  /** Closes it, if it is still there, and brings the person back. */
  async leave() {
    if (!(await closeTab(this.id)) || this.#before?.id === undefined) return;
    await chrome.tabs.update(this.#before.id, { active: true }).catch(() => undefined);
    await chrome.windows.update(this.#before.windowId, { focused: true }).catch(() => undefined);
  }
}

/**
 * @param {number | null | undefined} id
 * @returns {Promise<boolean>} whether there was something to close
 */
export async function closeTab(id) {
  if (id === null || id === undefined) return false;
  // The person may have closed it a moment earlier.
  return chrome.tabs.remove(id).then(() => true, () => false);
}
