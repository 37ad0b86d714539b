/**
 * When a newer version of this extension may take over. The browser itself waits until no page of ours is open and no worker
 * runs, which may take days on a machine that never rests; here it happens as soon as nothing is lost by it.
 */

/** @import { UpdateState } from '../shared/surface.d.ts' */

/** Milliseconds between looks at whether the work has ended. Only a worker that runs looks; one that rests is updated by the browser. */
export const AGAIN = 5_000;

/** What the browser answers to a question for updates. @type {Record<string, UpdateState>} */
const ANSWERS = { no_update: 'current', throttled: 'later', update_available: 'coming' };

/** Takes over newer versions. */
export class Updates {
  #work;
  #pages;
  #here = false;
  /** Whether a person asked for it, who then sees our pages close. */
  #asked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{ work: () => Promise<boolean>, pages: () => number }} standing whether something is under way that a new start
   *   would lose, and how many pages of ours are open: what a person is typing there is not known here
   */
  constructor({ work, pages }) {
    this.#work = work;
    this.#pages = pages;
  }

  /** A newer version lies ready. */
  async available() {
    this.#here = true;
    await this.#take();
  }

  /**
   * A person wants the newest version now.
   * @returns {Promise<UpdateState>}
   */
  async ask() {
    this.#asked = true;
    if (this.#here) {
      // The answer goes out before its page is closed.
      this.#later(0);
      return 'coming';
    }
    // Only a browser that installed it from a store knows where to ask.
    const answer = await chrome.runtime.requestUpdateCheck().catch(() => null);
    return ANSWERS[answer?.status ?? ''] ?? 'current';
  }

  async #take() {
    if (!this.#here) return;
    if ((!this.#asked && this.#pages() > 0) || (await this.#work())) return this.#later(AGAIN);
    chrome.runtime.reload();
  }

  /** @param {number} wait milliseconds */
  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#take(), wait);
  }
}
