/** How often one origin may ask, so that a broken or hostile page cannot keep the host busy. Kept in memory only. */

import { LIMITS } from './limits.js';

/** @import { PortalSurface } from '../shared/surface.d.ts' */
/** @import { Limits } from './limits.js' */

/** Milliseconds of the window. */
export const WINDOW = 60_000;

/** Counts requests by origin. */
export class Rate {
  /** @type {Map<string, number[]>} */
  #times = new Map();

  /**
   * @param {string} origin
   * @param {keyof PortalSurface} verb
   * @param {Limits} [limits]
   * @returns {boolean} whether it is within the limit
   */
  allows(origin, verb, limits = LIMITS) {
    const group = verb === 'send' ? 'requests' : 'questions';
    const name = `${group} ${origin}`;
    const now = Date.now();
    const recent = (this.#times.get(name) ?? []).filter((time) => time > now - WINDOW);
    const allowed = recent.length < limits[group];
    if (allowed) recent.push(now);
    this.#times.set(name, recent);
    return allowed;
  }
}
