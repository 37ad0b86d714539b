/** Long requests that a page may end: the page gives each a ticket of its own making, and stops it by that ticket. */

/** The tickets under way. */
export class Tickets {
  /** @type {Map<string, AbortController>} */
  #open = new Map();

  /**
   * @template T
   * @param {string | undefined} ticket
   * @param {(signal?: AbortSignal) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async run(ticket, work) {
    if (ticket === undefined) return work();
    const controller = new AbortController();
    this.#open.set(ticket, controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#open.delete(ticket);
    }
  }

  /**
   * Asks for the end; the request itself then fails with `request_cancelled`. One that has ended is left alone.
   * @param {string} ticket
   */
  stop(ticket) {
    this.#open.get(ticket)?.abort();
  }
}
