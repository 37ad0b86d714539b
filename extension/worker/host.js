/**
 * The only module that names chrome.runtime.connectNative: one multiplexed port to the host, opened when there is something
 * to say and closed after a silence, because an open port keeps the worker alive and so holds back the extension's own updates.
 */

import { FIRST_CONTACT, GIVEN_UP, timeoutOf } from './timeouts.js';
import { fromHost, refusal, TroubleError, troubleOf } from './trouble.js';

/** @import { Failure, Hello, HostEvents, HostSurface } from '../shared/protocol.d.ts' */
/** @import { BrowserKind, Trouble } from '../shared/surface.d.ts' */

/** Name in the native-messaging manifest. */
export const HOST_NAME = 'mx.correo_cfdi.host';

/** Newest and oldest protocol that this extension speaks. */
export const PROTOCOL = { newest: 1, oldest: 1 };

/** Milliseconds of silence after which the port is closed; a cold host costs about 35 ms, so an idle port buys nothing. */
export const SILENCE = 30_000;

/** chrome.runtime.lastError after onDisconnect, word for word. @type {Record<string, BrowserKind>} */
const DISCONNECTED = {
  'Specified native messaging host not found.': 'host_missing',
  'Invalid native messaging host name specified.': 'host_missing',
  'Access to the specified native messaging host is forbidden.': 'host_forbidden',
  'Access to the native messaging host was disabled by the system administrator.': 'host_disabled',
  'Access to native messaging requires nativeMessaging permission.': 'host_disabled',
  'Native host has exited.': 'host_exited',
  'Error when communicating with the native messaging host.': 'host_garbled',
};

/** What postMessage throws for a request over 64 MiB. */
const TOO_LARGE = 'Message exceeded maximum allowed size of 64MiB.';

/**
 * @typedef {object} Pending
 * @property {(result: unknown) => void} resolve
 * @property {(error: TroubleError) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 * @property {boolean} aside nobody's work: the host may be left although it waits
 */

/**
 * @typedef {object} HostListeners
 * @property {<E extends keyof HostEvents>(event: E, params: HostEvents[E]) => void} onEvent a notification arrived
 * @property {(hello: Hello | null, trouble: Trouble | null) => void} onGreeting the host answered or refused `hello`
 * @property {() => void} onLost the conversation ended, and with it everything that the host kept in memory
 */

/** The conversation with the host. */
export class Host {
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {Promise<void> | null} */
  #greeted = null;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** @type {Set<symbol>} */
  #holds = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  #lastId = 0;
  /** When the conversation was begun, in milliseconds since 1970. */
  #begun = 0;
  /** Whether `hello` was answered. */
  #settled = false;
  /** Since when it leaves unanswered whether it is there, in milliseconds since 1970. @type {number | null} */
  #doubted = null;
  #listeners;

  /** @param {HostListeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  /**
   * Asks the host, after opening the conversation if there is none. A lost conversation is opened anew by the next
   * request, never by itself.
   * @template {keyof HostSurface} M
   * @param {M} method
   * @param {HostSurface[M]['params']} params
   * @param {AbortSignal} [signal] asks the host to end the request, which then fails with `request_cancelled`
   * @returns {Promise<HostSurface[M]['result']>}
   * @throws {TroubleError}
   */
  async call(method, params, signal) {
    await this.greet();
    if (signal?.aborted) throw refusal('request_cancelled');
    const answer = this.#request(method, params, timeoutOf(method, params));
    const id = this.#lastId;
    signal?.addEventListener('abort', () => {
      if (this.#pending.has(id)) this.#giveUp(id);
    });
    return answer;
  }

  /**
   * Opens the conversation and settles the protocol.
   * @returns {Promise<void>}
   * @throws {TroubleError}
   */
  greet() {
    this.#greeted ??= this.#open();
    return this.#greeted;
  }

  /**
   * Makes sure that the host answers, for those who cannot wait as long as a first start may take. The conversation goes on
   * coming up meanwhile: a slow machine's first start has succeeded by the time somebody asks again.
   * @param {number} patience milliseconds: for the greeting from when it was begun, so that a second caller does not wait anew
   * @returns {Promise<void>}
   * @throws {TroubleError} `host_mute`, or why there is no conversation
   */
  async reach(patience) {
    // Ending a request that never was is answered by the host's reading thread, whatever else it does.
    if (this.#settled) return this.#ping(patience);
    const greeting = this.greet();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @type {Promise<never>} */
    const mute = new Promise((_, reject) => {
      timer = setTimeout(() => reject(refusal('host_mute')), Math.max(0, this.#begun + patience - Date.now()));
    });
    try {
      await Promise.race([greeting, mute]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether somebody waits for an answer, or something lives in the host's memory or is being watched. */
  get busy() {
    return this.#holds.size > 0 || [...this.#pending.values()].some(({ aside }) => !aside);
  }

  /**
   * Keeps the conversation open through silences, for what lives in the host's memory or is being watched.
   * @param {number} limit milliseconds after which the hold ends by itself
   * @param {() => void} [expired] called then
   * @returns {() => void} ends the hold; may be called more than once
   */
  hold(limit, expired) {
    const hold = Symbol('hold');
    this.#holds.add(hold);
    clearTimeout(this.#silence);
    const release = () => {
      clearTimeout(timer);
      if (this.#holds.delete(hold)) this.#rest();
    };
    const timer = setTimeout(() => {
      release();
      expired?.();
    }, limit);
    return release;
  }

  async #open() {
    const port = chrome.runtime.connectNative(HOST_NAME);
    this.#port = port;
    this.#begun = Date.now();
    port.onMessage.addListener((message) => {
      if (port === this.#port) this.#receive(message);
    });
    port.onDisconnect.addListener(() => {
      const text = chrome.runtime.lastError?.message ?? '';
      if (port === this.#port) this.#lost(refusal(DISCONNECTED[text] ?? 'host_exited', text));
    });
    try {
      const { newest, oldest } = PROTOCOL;
      const hello = await this.#request(
        'hello',
        { protocol: newest, min_protocol: oldest, extension_version: chrome.runtime.getManifest().version, locale: locale() },
        FIRST_CONTACT,
      );
      this.#settled = true;
      this.#listeners.onGreeting(hello, null);
    } catch (thrown) {
      if (port === this.#port) this.#close();
      this.#listeners.onGreeting(null, troubleOf(thrown));
      throw thrown;
    }
  }

  /** @param {number} patience milliseconds */
  async #ping(patience) {
    const port = this.#port;
    this.#doubted ??= Date.now();
    try {
      await this.#request('request.cancel', { id: 0 }, patience);
    } catch (thrown) {
      // Dialogs and long work leave the reading thread free: what does not read for so long will do nothing for anybody.
      if (port === this.#port && this.#doubted !== null && Date.now() - this.#doubted >= GIVEN_UP) this.#close('host_mute');
      throw thrown;
    }
  }

  /**
   * @template {keyof HostSurface} M
   * @param {M} method
   * @param {HostSurface[M]['params']} params
   * @param {number} timeout milliseconds
   * @returns {Promise<HostSurface[M]['result']>}
   */
  #request(method, params, timeout) {
    const port = this.#port;
    if (port === null) return Promise.reject(refusal('host_exited'));
    const id = (this.#lastId += 1);
    /** @type {Promise<unknown>} */
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#mute(id), timeout);
      this.#pending.set(id, { resolve, reject, timer, aside: method === 'request.cancel' });
      clearTimeout(this.#silence);
      try {
        port.postMessage({ jsonrpc: '2.0', id, method, params });
      } catch (thrown) {
        this.#settle(id)?.reject(refusal(isTooLarge(thrown) ? 'request_too_large' : 'host_exited'));
      }
    });
    return /** @type {Promise<HostSurface[M]['result']>} */ (answer);
  }

  /** @param {unknown} message */
  #receive(message) {
    this.#doubted = null;
    const { id, method, params, result, error } = /** @type {HostMessage} */ (message ?? {});
    if (id === undefined || id === null) {
      if (method !== undefined) this.#listeners.onEvent(method, params);
      this.#rest();
      return;
    }
    const pending = this.#settle(id);
    if (pending === undefined) return;
    if (error?.data !== undefined) pending.reject(new TroubleError(fromHost(error)));
    else if (result === undefined) pending.reject(refusal('host_garbled'));
    else pending.resolve(result);
  }

  /**
   * Nobody answered. The host is asked to give the request up; where nothing else depends on this process it is left, so
   * that the next request meets a fresh one.
   * @param {number} id
   */
  #mute(id) {
    const pending = this.#settle(id);
    pending?.reject(refusal('host_mute'));
    if ([...this.#pending.values()].every(({ aside }) => aside) && this.#holds.size === 0) this.#close('host_mute');
    else if (pending?.aside === false) this.#giveUp(id);
  }

  /**
   * Asks the host to end a request.
   * @param {number} id
   */
  #giveUp(id) {
    this.#request('request.cancel', { id }, timeoutOf('request.cancel', { id })).catch(() => undefined);
  }

  /**
   * Takes a request from the list of those that wait.
   * @param {number} id
   */
  #settle(id) {
    const pending = this.#pending.get(id);
    if (pending !== undefined) clearTimeout(pending.timer);
    this.#pending.delete(id);
    this.#rest();
    return pending;
  }

  /** Closes the port after a silence, unless somebody waits or holds. */
  #rest() {
    clearTimeout(this.#silence);
    if (this.#port === null || this.#pending.size > 0 || this.#holds.size > 0) return;
    this.#silence = setTimeout(() => this.#close(), SILENCE);
  }

  /** @param {BrowserKind} [kind] for those who still wait */
  #close(kind = 'host_exited') {
    // The browser does not call onDisconnect on the side that disconnects.
    this.#port?.disconnect();
    this.#lost(refusal(kind));
  }

  /** @param {TroubleError} error */
  #lost(error) {
    if (this.#port === null) return;
    this.#port = null;
    this.#greeted = null;
    this.#settled = false;
    this.#doubted = null;
    clearTimeout(this.#silence);
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
    this.#listeners.onLost();
  }
}

/**
 * @typedef {object} HostMessage
 * @property {number | null} [id]
 * @property {keyof HostEvents} [method]
 * @property {any} [params]
 * @property {unknown} [result]
 * @property {Failure} [error]
 */

/** Language of the host's sentences: the one whose texts the browser shows. */
function locale() {
  return chrome.i18n.getUILanguage().toLowerCase().startsWith('en') ? 'en' : 'es';
}

/** @param {unknown} thrown */
function isTooLarge(thrown) {
  return thrown instanceof Error && thrown.message.includes(TOO_LARGE);
}
