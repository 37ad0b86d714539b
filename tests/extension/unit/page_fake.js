/** A page in memory: a window whose messages run in order, with the bridge as the browser would put it there. */

import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

import { FakeEvent, ID } from './chrome_fake.js';

const BRIDGE = readFileSync(new URL('../../../extension/bridge/bridge.js', import.meta.url), 'utf8');

/** One page of an origin. */
export class FakePage {
  /** @type {Set<(event: any) => void>} */
  listeners = new Set();
  /** @type {any[]} everything that was posted */
  posted = [];
  location = { origin: 'https://facturas.example.mx' };
  document = { documentElement: { lang: 'es' }, prerendering: false, addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => void (this.shown = listener) };
  /** Tells the bridge that the page is shown. @type {() => void} */
  shown = () => undefined;

  /** Whether messages are copied, as a browser does it. */
  copies = false;
  /** Messages that the page is too busy to hear. @type {any[] | null} */
  #held = null;

  /** What the page's `window` is. */
  get window() {
    return this;
  }

  /** @param {string} _type @param {(event: any) => void} listener */
  addEventListener(_type, listener) {
    this.listeners.add(listener);
  }

  /** @param {string} _type @param {(event: any) => void} listener */
  removeEventListener(_type, listener) {
    this.listeners.delete(listener);
  }

  /** @param {any} data @param {string} target */
  postMessage(data, target) {
    if (target !== this.location.origin) throw new Error(`posted to ${target}`);
    const event = { source: this, origin: this.location.origin, data: this.copies ? structuredClone(data) : data };
    this.posted.push(event.data);
    if (this.#held !== null) this.#held.push(event);
    else queueMicrotask(() => this.deliver(event));
  }

  /** From now on nothing is heard. */
  hold() {
    this.#held = [];
  }

  /** What was held is heard, in order. */
  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) queueMicrotask(() => this.deliver(event));
  }

  /** @param {any} event */
  deliver(event) {
    for (const listener of [...this.listeners]) listener(event);
  }

  /**
   * Puts a bridge on the page.
   * @param {(message: any) => Promise<any>} worker answers what the bridge sends
   * @param {object} [named] what elements of the page with an id put into the window
   * @returns {any} its `chrome`; without `runtime.id` the extension is gone
   */
  inject(worker, named = {}) {
    const chrome = {
      runtime: { id: /** @type {string | undefined} */ (ID), onMessage: new FakeEvent(), sendMessage: worker },
      i18n: { getMessage: (/** @type {string} */ key) => `<${key}>` },
    };
    runInNewContext(BRIDGE, {
      ...named, chrome, window: this, location: this.location, document: this.document, crypto: globalThis.crypto,
      setInterval: (/** @type {() => void} */ look) => (this.look = look), clearInterval: () => undefined,
    });
    return chrome;
  }

  /** What the bridge does every few seconds. */
  look = () => {};

  /** What the page was told. */
  get heard() {
    return this.posted.filter(({ to }) => to === 'page');
  }
}

/**
 * Makes it the page of this process.
 * @param {FakePage} page
 */
export function putInPlace(page) {
  for (const name of /** @type {const} */ (['window', 'location', 'document'])) Object.defineProperty(globalThis, name, { value: page[name], configurable: true });
}
