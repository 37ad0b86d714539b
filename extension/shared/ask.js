/**
 * The typed client of the worker: questions, host methods and events. Pages reach nothing else.
 */

import { localTrouble } from './trouble.js';

/** @typedef {import('./surface.d.ts').WorkerSurface} WorkerSurface */
/** @typedef {import('./surface.d.ts').WorkerEvent} WorkerEvent */
/** @typedef {import('./surface.d.ts').Trouble} Trouble */
/** @typedef {import('./protocol.d.ts').HostSurface} HostSurface */

/** Milliseconds before a lost event port is opened anew; the browser ends idle workers, so this is an everyday matter. */
const RECONNECT_AFTER = 500;

/** A refusal from the worker or the host. */
export class TroubleError extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble.message);
    this.name = 'TroubleError';
    /** @readonly */
    this.trouble = trouble;
  }
}

/**
 * What a page can show of anything that was thrown.
 * @param {unknown} error
 * @returns {Trouble}
 */
export function troubleOf(error) {
  if (error instanceof TroubleError) return error.trouble;
  console.error(error);
  return localTrouble('internal');
}

/**
 * Asks the worker.
 * @template {keyof WorkerSurface} M
 * @param {M} method
 * @param {WorkerSurface[M]['params']} params
 * @returns {Promise<WorkerSurface[M]['result']>}
 * @throws {TroubleError} when the worker or the host refuses
 */
export async function ask(method, params) {
  /** @type {import('./surface.d.ts').Reply<WorkerSurface[M]['result']> | undefined} */
  const reply = await chrome.runtime.sendMessage({ ask: method, params });
  if (reply === undefined) throw new TroubleError(localTrouble('internal'));
  if ('ok' in reply) return reply.ok;
  throw new TroubleError(reply.trouble);
}

/**
 * Asks the host through the worker.
 * @template {keyof HostSurface} M
 * @param {M} method
 * @param {HostSurface[M]['params']} params
 * @param {string} [ticket] names a long request, so that `host.stop` can end it
 * @returns {Promise<HostSurface[M]['result']>}
 * @throws {TroubleError} when the worker or the host refuses
 */
export async function host(method, params, ticket) {
  const call = /** @type {WorkerSurface['host']['params']} */ ({ method, params, ...(ticket !== undefined && { ticket }) });
  return /** @type {HostSurface[M]['result']} */ (await ask('host', call));
}

/**
 * Listens to the worker for as long as the page lives. After a restart of the worker the state is asked for once, so that
 * nothing that happened in between is missed; a hidden page waits until it is seen and does not keep the worker awake.
 * @param {(event: WorkerEvent) => void} listener
 */
export function events(listener) {
  const open = () => {
    const port = chrome.runtime.connect({ name: 'events' });
    port.onMessage.addListener((event) => listener(event));
    port.onDisconnect.addListener(() => setTimeout(() => whenSeen(again), RECONNECT_AFTER));
  };
  const again = async () => {
    // An extension that was updated or removed leaves its open pages without a runtime.
    if (chrome.runtime?.id === undefined) return;
    open();
    const state = await ask('state', {}).catch(() => null);
    if (state !== null) listener({ event: 'state', state });
  };
  open();
}

/**
 * Runs at once in a visible page, else as soon as it is visible.
 * @param {() => void} work
 */
function whenSeen(work) {
  if (document.visibilityState === 'visible') {
    work();
    return;
  }
  document.addEventListener('visibilitychange', () => whenSeen(work), { once: true });
}
