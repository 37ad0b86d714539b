/** The real popup: Playwright gives no page for it, but it is a target of the browser like any other. */

import { until, within } from './waiting.js';

/** @typedef {import('playwright-core').CDPSession} CDPSession */
/** @typedef {{ targetId: string, type: string, url: string }} Target */

/** A session of the DevTools protocol inside the browser's own. */
export class RawPopup {
  #session;
  #target;
  #id;
  #last = 0;
  /** @type {Map<number, (message: any) => void>} */
  #waiting = new Map();

  /**
   * @param {CDPSession} session of the browser
   * @param {string} target the popup
   * @param {string} id of the session with it
   */
  constructor(session, target, id) {
    this.#session = session;
    this.#target = target;
    this.#id = id;
    session.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId !== this.#id) return;
      const answer = JSON.parse(message);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /**
   * @param {CDPSession} session
   * @param {(target: Target) => boolean} is
   */
  static async attach(session, is) {
    const { targetId } = await until('the popup is a target', async () => (await session.send('Target.getTargets')).targetInfos.find(is));
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
    return new RawPopup(session, targetId, sessionId);
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {number} [limit] milliseconds
   * @returns {Promise<any>}
   */
  send(method, params = {}, limit = 10_000) {
    const id = (this.#last += 1);
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => (error === undefined ? resolve(result) : reject(new Error(error.message))));
      this.#session.send('Target.sendMessageToTarget', { sessionId: this.#id, message: JSON.stringify({ id, method, params }) }).catch(reject);
    });
    // A popup that dies takes its answers with it.
    return within(answer, `${method} in the popup`, limit);
  }

  /**
   * @param {string} expression
   * @returns {Promise<any>}
   */
  async value(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** @param {string} selector */
  text(selector) {
    return this.value(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? null`);
  }

  /**
   * Waits for an element that can be seen, and presses it as a mouse does.
   * @param {string} selector
   */
  async click(selector) {
    const look = `(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element?.scrollIntoView({ block: 'center' });
      const box = element?.getBoundingClientRect();
      return box === undefined || box.width === 0 || element.disabled ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    })()`;
    // What still loads above it moves it away from under the mouse.
    let last = '';
    const at = await until(`${selector} stands still in the popup`, async () => {
      const found = await this.value(look);
      const same = JSON.stringify(found) === last;
      last = JSON.stringify(found);
      return same && found;
    });
    const mouse = (/** @type {string} */ type) => this.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 }, 2_000);
    await mouse('mousePressed');
    // A click that opens a tab or a question may end the popup before it can answer.
    await mouse('mouseReleased').catch(async (error) => {
      if (await this.isThere()) throw error;
    });
  }

  /** Whether it is still open. */
  async isThere() {
    const { targetInfos } = await this.#session.send('Target.getTargets');
    return targetInfos.some(({ targetId }) => targetId === this.#target);
  }

  /** Closes it as a click elsewhere does. */
  async close() {
    await this.send('Runtime.evaluate', { expression: 'window.close()' }).catch(() => undefined);
  }
}
