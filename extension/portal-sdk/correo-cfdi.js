/** Correo CFDI for invoicing portals; see correo-cfdi.d.ts for what each function promises. No dependencies. */

/** @typedef {typeof import('./correo-cfdi.d.ts')} Sdk */
/** @typedef {import('./correo-cfdi.d.ts').Retry} Retry */

const CHANNEL = 'correo-cfdi';

/** @type {Sdk['MISSING_AFTER']} */
export const MISSING_AFTER = 1_000;

/** Where no extension can give the text. */
const TEXTS = {
  extension_missing: {
    es: 'No se encontró la extensión Correo CFDI, o este portal aún no está conectado con ella. Instale la extensión, presione su icono y elija Conectar este portal.',
    en: 'The Correo CFDI extension was not found, or this portal is not connected to it yet. Install the extension, press its icon and choose Connect this portal.',
  },
  extension_reloaded: {
    es: 'La extensión Correo CFDI se actualizó mientras esta página estaba abierta. Recargue la página e inténtelo de nuevo.',
    en: 'The Correo CFDI extension was updated while this page was open. Reload the page and try again.',
  },
};

export class CorreoCfdiError extends Error {
  /** @param {{ kind: string, retry: Retry, message: string }} trouble */
  constructor({ kind, retry, message }) {
    super(message);
    this.name = 'CorreoCfdiError';
    /** @readonly */
    this.kind = kind;
    /** @readonly */
    this.retry = retry;
  }
}

/**
 * A call on its way.
 * @typedef {object} Call
 * @property {object} message
 * @property {string | null} bridge who took it
 * @property {(value: unknown) => void} resolve
 * @property {(error: CorreoCfdiError) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 */

/** @type {Map<string, Call>} */
const calls = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();
/** The bridge that was heard last. @type {string | null} */
let present = null;

/** @type {Sdk['status']} */
export function status() {
  return /** @type {ReturnType<Sdk['status']>} */ (ask('status', {}));
}

/** @type {Sdk['send']} */
export function send(request) {
  return /** @type {ReturnType<Sdk['send']>} */ (ask('send', request));
}

/** @type {Sdk['deliveryStatus']} */
export function deliveryStatus(delivery) {
  return /** @type {ReturnType<Sdk['deliveryStatus']>} */ (ask('deliveryStatus', { delivery }));
}

/** @type {Sdk['cancel']} */
export function cancel(delivery) {
  return /** @type {ReturnType<Sdk['cancel']>} */ (ask('cancel', { delivery }));
}

/** @type {Sdk['onAvailable']} */
export function onAvailable(listener) {
  listeners.add(listener);
  if (present !== null) queueMicrotask(() => listeners.has(listener) && listener());
  else post({ ping: true });
  return () => void listeners.delete(listener);
}

/**
 * @param {string} verb
 * @param {object} params
 * @returns {Promise<unknown>}
 */
function ask(verb, params) {
  const call = crypto.randomUUID();
  const message = { call, verb, params };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      calls.delete(call);
      reject(failure('extension_missing', 'never'));
    }, MISSING_AFTER);
    calls.set(call, { message, bridge: null, resolve, reject, timer });
    post(message);
  });
}

/** @param {object} content */
function post(content) {
  window.postMessage({ channel: CHANNEL, to: 'bridge', ...content }, location.origin);
}

/** @param {MessageEvent} event */
function heard({ source, origin, data }) {
  if (source !== window || origin !== location.origin || data?.channel !== CHANNEL || data.to !== 'page') return;
  if (data.ready === true) arrived(data.bridge);
  const call = calls.get(data.call);
  if (call === undefined) return;
  // From here a person may take any time; the worker and the bridge see to it that an answer comes.
  clearTimeout(call.timer);
  if (data.taken === true) call.bridge = data.bridge;
  if (data.reply === undefined) return;
  calls.delete(data.call);
  if ('ok' in data.reply) call.resolve(data.reply.ok);
  else call.reject(new CorreoCfdiError(data.reply.trouble));
}

/** @param {string} bridge */
function arrived(bridge) {
  if (present === bridge) return;
  present = bridge;
  for (const [id, call] of calls) {
    if (call.bridge === null) {
      post(call.message);
    } else if (call.bridge !== bridge) {
      calls.delete(id);
      call.reject(failure('extension_reloaded', 'later'));
    }
  }
  for (const listener of listeners) listener();
}

/**
 * @param {keyof typeof TEXTS} kind
 * @param {Retry} retry
 */
function failure(kind, retry) {
  const language = (document.documentElement.lang || navigator.language).toLowerCase().startsWith('en') ? 'en' : 'es';
  return new CorreoCfdiError({ kind, retry, message: TEXTS[kind][language] });
}

window.addEventListener('message', heard);
