/** A person who uses the keyboard alone: counts the keys, and looks at each stop whether they can see where they are. */

/** @typedef {import('playwright-core').Page} Page */

/**
 * @typedef {object} Stop
 * @property {string} id of the element that has the focus, or its name; empty where the page itself has it
 * @property {string} wrong what keeps a person from seeing that it has the focus
 * @property {boolean} there whether it is what was looked for
 * @property {boolean} again whether a walk was there before
 */

/** Steps of Tab after which a page that does not lead to a control counts as a trap. */
const TRAP = 40;
/** Stops of one page; more than this is no page that a person walks through. */
const LONGEST = 200;

/**
 * Where the focus is, and whether that can be seen: in the window, with a ring, and behind nothing (WCAG 2.4.7, 2.4.11).
 * @param {Page} page
 * @param {string} wanted selector
 * @returns {Promise<Stop>}
 */
function stop(page, wanted) {
  return page.evaluate((selector) => {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || active === document.body) return { id: '', wrong: '', there: false, again: false };
    const id = active.id || active.getAttribute('href') || `${active.tagName} ${active.textContent.trim().slice(0, 20)}`;
    const { outlineStyle, outlineWidth } = getComputedStyle(active);
    const { left, top, right, bottom } = active.getBoundingClientRect();
    const wrong = [];
    if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) wrong.push('has no ring');
    // Any part that shows is enough: the rule asks that it is not hidden entirely.
    const parts = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y)));
    if (!parts.some((part) => part !== null && (active.contains(part) || part.contains(active)))) wrong.push('is hidden');
    const { walked, last } = /** @type {{ walked?: WeakSet<Element>, last?: Element }} */ (Reflect.get(globalThis, 'walk') ?? {});
    const again = walked?.has(active) === true && last !== active;
    Reflect.set(globalThis, 'walk', { walked: (walked ?? new WeakSet()).add(active), last: active });
    return { id, wrong: wrong.map((one) => `${id} ${one}`).join(', '), there: selector !== '' && active.matches(selector), again };
  }, wanted);
}

/** A person's hands. */
export class Hands {
  keys = 0;
  /** @type {string[]} what had the focus and could not be seen */
  unseen = [];

  /** @param {Page} page @param {string} key */
  async press(page, key) {
    this.keys += 1;
    await page.keyboard.press(key);
  }

  /**
   * Goes on with Tab until a control has the focus.
   * @param {Page} page
   * @param {string} selector
   * @param {'Tab' | 'Shift+Tab'} [key]
   * @returns {Promise<string[]>} ids of the stops
   */
  async reach(page, selector, key = 'Tab') {
    /** @type {string[]} */
    const stops = [];
    while (stops.length < TRAP) {
      await this.press(page, key);
      const { id, wrong, there } = await stop(page, selector);
      stops.push(id);
      if (wrong !== '') this.unseen.push(wrong);
      if (there) return stops;
    }
    throw new Error(`${key} does not lead to ${selector}: ${stops.join(' ')}`);
  }

  /**
   * Once through the whole page from wherever the focus is, until it comes back to where it was or has left the page twice.
   * @param {Page} page
   * @returns {Promise<string[]>} ids of the stops
   */
  async walk(page) {
    /** @type {string[]} */
    const stops = [];
    let left = 0;
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'walk'));
    while (stops.length < LONGEST) {
      await this.press(page, 'Tab');
      const { id, wrong, again } = await stop(page, '');
      if (id === '') left += 1;
      if (left === 2 || again) return stops;
      if (id === '') continue;
      stops.push(id);
      if (wrong !== '') this.unseen.push(wrong);
    }
    throw new Error(`the walk does not end: ${stops.slice(-10).join(' ')}`);
  }
}
