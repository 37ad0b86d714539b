/** Made from correo-cfdi.js, for pages without modules: the same as the global CorreoCfdi. */
(() => {
  'use strict';

  /** Correo CFDI for invoicing portals; see correo-cfdi.d.ts for what each function promises. No dependencies. */

  /** @typedef {typeof import('./correo-cfdi.d.ts')} Sdk */
  /** @typedef {import('./correo-cfdi.d.ts').Trouble} Trouble */

  const CHANNEL = 'correo-cfdi';

  /** @type {Sdk['MISSING_AFTER']} */
  const MISSING_AFTER = 50;

  /** Milliseconds between two looks at a delivery: at first, and at most. */
  const LOOK = { first: 1_000, last: 15_000 };

  /** Milliseconds between two looks of one page, whatever it watches: half of what the extension allows an origin. */
  const SPACING = 500;

  /** Looks in a row that may fail for a passing reason before a watcher hears of it. */
  const FAILURES = 5;

  /** States that change by themselves. */
  const MOVING = ['queued', 'sending', 'deferred'];

  /** Where no extension can give the text. @type {Record<string, Pick<Trouble, 'retry' | 'action'> & Record<'es' | 'en', string>>} */
  const TROUBLES = {
    extension_missing: {
      retry: 'never',
      action: 'install_extension',
      es: 'No se encontró la extensión Correo CFDI, o este portal aún no está conectado con ella. Instale la extensión, presione su icono y elija Conectar este portal.',
      en: 'The Correo CFDI extension was not found, or this portal is not connected to it yet. Install the extension, press its icon and choose Connect this portal.',
    },
    extension_reloaded: {
      retry: 'later',
      action: 'reload_page',
      es: 'La extensión Correo CFDI se actualizó mientras esta página estaba abierta. Recargue la página e inténtelo de nuevo.',
      en: 'The Correo CFDI extension was updated while this page was open. Reload the page and try again.',
    },
  };

  class CorreoCfdiError extends Error {
    /** @param {Trouble} trouble */
    constructor({ kind, retry, message, action }) {
      super(message);
      this.name = 'CorreoCfdiError';
      /** @readonly */
      this.kind = kind;
      /** @readonly */
      this.retry = retry;
      /** @readonly */
      this.action = action;
    }
  }

  /**
   * A call on its way.
   * @typedef {object} Call
   * @property {object} message
   * @property {string | null} bridge who took it
   * @property {number} posted how often it was
   * @property {(value: any) => void} resolve
   * @property {(error: CorreoCfdiError) => void} reject
   * @property {ReturnType<typeof setTimeout>} [timer]
   */

  /** @type {Map<string, Call>} */
  const calls = new Map();
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** The bridge that was heard last. @type {string | null} */
  let present = null;
  /** When this page may look at a delivery again, in milliseconds since it was opened. */
  let nextLook = 0;

  /** @type {Sdk['status']} */
  function status() {
    return ask('status', {});
  }

  /** @type {Sdk['send']} */
  function send(request) {
    return ask('send', request);
  }

  /** @type {Sdk['deliveryStatus']} */
  function deliveryStatus(delivery) {
    return ask('deliveryStatus', { delivery });
  }

  /** @type {Sdk['cancel']} */
  function cancel(delivery) {
    return ask('cancel', { delivery });
  }

  /** @type {Sdk['watch']} */
  async function* watch(delivery, { signal } = {}) {
    let [told, failures] = ['', 0];
    for (let pause = LOOK.first; ; pause = Math.min(2 * pause, LOOK.last)) {
      const now = performance.now();
      nextLook = Math.max(now, nextLook + SPACING);
      await sleep(nextLook - now, signal);
      if (signal?.aborted) return;
      try {
        const found = await deliveryStatus(delivery);
        failures = 0;
        if (signal?.aborted) return;
        const text = `${found.state} ${found.reason}`;
        if (text !== told) {
          [told, pause] = [text, LOOK.first];
          yield found;
        }
        if (!MOVING.includes(found.state)) return;
      } catch (error) {
        failures += 1;
        if (!(error instanceof CorreoCfdiError) || error.retry !== 'later' || failures > FAILURES) throw error;
      }
      await sleep(pause, signal);
    }
  }

  /** @type {Sdk['onAvailable']} */
  function onAvailable(listener) {
    listeners.add(listener);
    if (present !== null) queueMicrotask(() => listeners.has(listener) && listener());
    else post({ to: 'bridge', ping: true });
    return () => void listeners.delete(listener);
  }

  /**
   * @param {string} verb
   * @param {object} params
   * @returns {Promise<any>}
   */
  function ask(verb, params) {
    // A page without https, which a policy may allow, has no crypto.randomUUID.
    const call = crypto.getRandomValues(new Uint32Array(4)).join('-');
    return new Promise((resolve, reject) => {
      /** @type {Call} */
      const entry = { message: { to: 'bridge', call, verb, params }, bridge: null, posted: 0, resolve, reject };
      // What cannot be copied is thrown here: a mistake in the page's own script.
      begin(call, entry);
      calls.set(call, entry);
    });
  }

  /**
   * Posts a call. Messages of one window arrive in the order in which they were posted: a bridge that is there has heard the call
   * before the first echo is heard, and what it answered comes before the second. So its absence is known, however busy the page is.
   * @param {string} id
   * @param {Call} call
   */
  function begin(id, call) {
    post(call.message);
    call.posted += 1;
    const echo = { to: 'echo', call: id, posted: call.posted, last: false };
    clearTimeout(call.timer);
    call.timer = setTimeout(() => post(echo), MISSING_AFTER);
  }

  /** @param {object} content */
  function post(content) {
    window.postMessage({ channel: CHANNEL, ...content }, location.origin);
  }

  /** @param {MessageEvent} event */
  function heard({ source, origin, data }) {
    if (source !== window || origin !== location.origin || data?.channel !== CHANNEL) return;
    if (data.to === 'echo') echoed(data);
    if (data.to !== 'page' || typeof data.bridge !== 'string') return;
    if (data.ready === true) arrived(data.bridge);
    const call = calls.get(data.call);
    if (call === undefined) return;
    if (data.taken === true && call.bridge === null) {
      // From here a person may take any time; the worker and the bridge see to it that an answer comes.
      clearTimeout(call.timer);
      call.bridge = data.bridge;
    }
    if (call.bridge === data.bridge) settle(data.call, call, data.reply);
  }

  /**
   * @param {string} id
   * @param {Call} call
   * @param {unknown} reply anything else than an answer is passed over
   */
  function settle(id, call, reply) {
    const { ok, trouble } = /** @type {{ ok?: unknown, trouble?: Trouble }} */ (reply ?? {});
    if (ok === undefined && typeof trouble?.kind !== 'string') return;
    calls.delete(id);
    if (ok !== undefined) call.resolve(ok);
    else call.reject(new CorreoCfdiError(/** @type {Trouble} */ (trouble)));
  }

  /** @param {{ call: string, posted: number, last: boolean }} echo */
  function echoed(echo) {
    const call = calls.get(echo.call);
    if (call === undefined || call.bridge !== null || call.posted !== echo.posted) return;
    if (echo.last !== true) return post({ ...echo, last: true });
    calls.delete(echo.call);
    call.reject(failure('extension_missing'));
  }

  /** @param {string} bridge */
  function arrived(bridge) {
    if (present === bridge) return;
    present = bridge;
    for (const [id, call] of calls) {
      if (call.bridge === null) {
        begin(id, call);
      } else if (call.bridge !== bridge) {
        calls.delete(id);
        call.reject(failure('extension_reloaded'));
      }
    }
    for (const listener of listeners) listener();
  }

  /** @param {string} kind */
  function failure(kind) {
    const { retry, action, ...texts } = /** @type {typeof TROUBLES[string]} */ (TROUBLES[kind]);
    const language = (document.documentElement.lang || navigator.language).toLowerCase().startsWith('en') ? 'en' : 'es';
    return new CorreoCfdiError({ kind, retry, action, message: texts[language] });
  }

  /**
   * @param {number} milliseconds
   * @param {AbortSignal | undefined} signal ends it early
   * @returns {Promise<void>}
   */
  function sleep(milliseconds, signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done() {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      if (signal?.aborted) done();
      else signal?.addEventListener('abort', done);
    });
  }

  window.addEventListener('message', heard);

  /** @type {any} */ (globalThis).CorreoCfdi = Object.freeze({ MISSING_AFTER, CorreoCfdiError, status, send, deliveryStatus, cancel, watch, onAvailable });
})();
