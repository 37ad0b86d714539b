/**
 * Holds the conversation while somebody looks at a delivery that is under way, or at something that comes from the folders
 * the host watches, so that the host can push changes. Sending itself needs nobody: it goes on in the host's own process.
 */

/** @import { DeliveryState } from '../shared/protocol.d.ts' */
/** @import { Host } from './host.js' */

/** Milliseconds without any news after which the conversation is let go; the pages still show the last state on request. */
export const WATCH_LIMIT = 10 * 60_000;

/** States that change by themselves. @type {ReadonlySet<DeliveryState>} */
const UNDER_WAY = new Set(/** @type {const} */ (['queued', 'sending', 'deferred']));

/** Deliveries under way and watched folders that were seen in answers and events. */
export class Watch {
  /** @type {Set<string>} */
  #live = new Set();
  /** Whether a page asked for the folders to be watched. */
  #folders = false;
  /** @type {(() => void) | null} */
  #release = null;
  #host;
  #pages;

  /**
   * @param {Pick<Host, 'hold'>} host
   * @param {() => number} pages how many pages listen
   */
  constructor(host, pages) {
    this.#host = host;
    this.#pages = pages;
  }

  /**
   * Notes every delivery in an answer or event of the host, and the answer of `library.watch`.
   * @param {any} result
   */
  saw(result) {
    if (Array.isArray(result?.polled)) this.#folders = true;
    for (const { delivery, state } of deliveriesIn(result)) {
      if (UNDER_WAY.has(state)) this.#live.add(delivery);
      else this.#live.delete(delivery);
    }
    this.update();
  }

  /** Takes, renews or ends the hold. */
  update() {
    this.#release?.();
    this.#release = null;
    // The next page asks for itself.
    if (this.#pages() === 0) this.#folders = false;
    if ((this.#live.size === 0 && !this.#folders) || this.#pages() === 0) return;
    this.#release = this.#host.hold(WATCH_LIMIT, () => {
      this.#live.clear();
      this.#folders = false;
    });
  }
}

/**
 * The deliveries of `delivery.list`, `delivery.get`, `delivery.send`, of the answers that are one, and of `delivery.changed`.
 * @param {any} result
 * @returns {{ delivery: string, state: DeliveryState }[]}
 */
function deliveriesIn(result) {
  if (Array.isArray(result?.deliveries)) return result.deliveries;
  const one = typeof result?.delivery === 'object' ? result.delivery : result;
  return typeof one?.delivery === 'string' && typeof one.state === 'string' ? [one] : [];
}
