/**
 * Our pages on which people decide about portals' requests: one request has a page of its own; several of one portal that
 * wait at once share one, so that nobody answers the tenth tab without reading it.
 */

/** @import { StoredRequest } from './confirmations.js' */

/** Where a request is shown: the tab, and whether it is the page of several. @typedef {{ page: number, listed: boolean }} Place */

/**
 * Brings a request to the person: beside those of its portal that wait already, or on a new page next to the portal.
 * @param {StoredRequest} stored
 * @param {StoredRequest[]} others requests of the same origin that wait and have a page
 * @param {number} opener the portal's tab, which gets the focus back
 * @returns {Promise<Place>}
 * @throws {Error} when the portal's tab is gone
 */
export async function bring(stored, others, opener) {
  for (const { page, listed } of others) {
    if (page === null || !(await isThere(page))) continue;
    // What stands on the page of one alone is on the page of several, too; the ticks of a person who had begun are asked for again.
    if (listed) await showPage(page);
    else await chrome.tabs.update(page, { url: listOf(stored.request.origin), active: true });
    return { page, listed: true };
  }
  const { index, windowId } = await chrome.tabs.get(opener);
  const url = chrome.runtime.getURL(`deliver/deliver.html?request=${stored.request.id}`);
  const page = await chrome.tabs.create({ url, windowId, index: index + 1, openerTabId: opener, active: true });
  if (page.id === undefined) throw new Error('a tab without an id');
  return { page: page.id, listed: false };
}

/** @param {string} origin */
function listOf(origin) {
  return chrome.runtime.getURL(`deliver/requests.html?${new URLSearchParams({ origin }).toString()}`);
}

/**
 * Brings a page that is open already to the person.
 * @param {number | null} page
 */
export async function showPage(page) {
  if (page === null) return;
  // It may be closing; then the refusal is on its way.
  const tab = await chrome.tabs.update(page, { active: true }).catch(() => undefined);
  if (tab !== undefined) await chrome.windows.update(tab.windowId, { focused: true }).catch(() => undefined);
}

/**
 * Whether the browser put a tab to sleep to save memory; its page comes back when the person looks at it.
 * @param {number} page
 * @returns {Promise<boolean>}
 */
export function isAsleep(page) {
  return chrome.tabs.get(page).then(({ discarded }) => discarded, () => false);
}

/**
 * @param {number} page
 * @returns {Promise<boolean>}
 */
export function isThere(page) {
  return chrome.tabs.get(page).then(() => true, () => false);
}
