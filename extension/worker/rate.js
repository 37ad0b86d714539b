/** How often one origin may ask, so that a broken or hostile page cannot keep the host busy. Kept in memory only. */

/** @import { PortalSurface } from '../shared/surface.d.ts' */

/** Milliseconds of the window. */
export const WINDOW = 60_000;

/** Requests of one origin within the window: a person confirms each `send`; the others are polled by pages with many rows. */
export const PER_WINDOW = { send: 20, other: 240 };

/** Counts requests by origin. */
export class Rate {
  /** @type {Map<string, number[]>} */
  #times = new Map();

  /**
   * @param {string} origin
   * @param {keyof PortalSurface} verb
   * @returns {boolean} whether it is within the limit
   */
  allows(origin, verb) {
    const group = verb === 'send' ? 'send' : 'other';
    const name = `${group} ${origin}`;
    const now = Date.now();
    const recent = (this.#times.get(name) ?? []).filter((time) => time > now - WINDOW);
    const allowed = recent.length < PER_WINDOW[group];
    if (allowed) recent.push(now);
    this.#times.set(name, recent);
    return allowed;
  }
}
