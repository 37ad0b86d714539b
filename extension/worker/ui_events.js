/** Events to our own pages, over ports named `events`; a page that opens late asks for the state instead. */

/** @import { WorkerEvent } from '../shared/surface.d.ts' */

/** Name of the ports. */
export const EVENTS = 'events';

/** The pages that listen. */
export class UiEvents {
  /** @type {Set<chrome.runtime.Port>} */
  #ports = new Set();
  #changed;

  /** @param {() => void} changed called when a page came or went */
  constructor(changed) {
    this.#changed = changed;
  }

  /** How many pages listen. */
  get listeners() {
    return this.#ports.size;
  }

  /** @param {chrome.runtime.Port} port of one of our own pages */
  add(port) {
    this.#ports.add(port);
    port.onDisconnect.addListener(() => {
      this.#ports.delete(port);
      this.#changed();
    });
    this.#changed();
  }

  /** @param {WorkerEvent} event */
  send(event) {
    for (const port of this.#ports) port.postMessage(event);
  }
}
