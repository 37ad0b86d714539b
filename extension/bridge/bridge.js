/**
 * The only code of ours on a portal's pages. It relays between the page and the worker and judges nothing: the worker
 * takes the origin from the browser, never from here. A classic script without imports, at most 100 lines.
 */
(() => {
  const CHANNEL = 'correo-cfdi';
  /** Characters of one relayed request; ten documents and twenty recipients need a tenth of it. */
  const MAX_REQUEST = 65_536;
  /** Calls of one page on their way at once; more than the worker takes in a minute, so that a flood is noticed there. */
  const MAX_CALLS = 300;
  /** Milliseconds between looks whether the extension is still there while an answer is awaited. */
  const LOOK = 2_000;

  // The worker may inject a second one into a page that has one already.
  const world = /** @type {{ correoCfdiBridge?: () => boolean }} */ (/** @type {unknown} */ (globalThis));
  // An element of the page with that id would stand here too.
  if (typeof world.correoCfdiBridge === 'function' && world.correoCfdiBridge()) return;
  const alive = () => chrome.runtime?.id !== undefined;
  world.correoCfdiBridge = alive;

  // A page without https, which a policy may allow, has no crypto.randomUUID.
  const name = crypto.getRandomValues(new Uint32Array(4)).join('-');
  /** @type {Set<string>} a page that hears of us late asks twice */
  const seen = new Set();
  /** @type {Set<string>} calls that the worker answers later */
  const later = new Set();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let looking;

  // Read now: once the extension is reloaded, its texts are out of reach.
  /** @param {'extension_reloaded' | 'internal' | 'invalid_portal_request' | 'portal_rate_limited'} kind @param {'later' | 'never'} retry @param {string} action */
  const trouble = (kind, retry, action) => ({
    trouble: { kind, retry, action, message: `${chrome.i18n.getMessage(`err_${kind}`)} ${chrome.i18n.getMessage(`rec_${kind}`)}` },
  });
  const RELOADED = trouble('extension_reloaded', 'later', 'reload_page');
  const FAILED = trouble('internal', 'later', 'retry');
  const INVALID = trouble('invalid_portal_request', 'never', 'correct_request');
  const TOO_MANY = trouble('portal_rate_limited', 'later', 'retry');

  /** @param {object} content */
  const post = (content) => window.postMessage({ channel: CHANNEL, to: 'page', bridge: name, ...content }, location.origin);
  const announce = () => post({ ready: true });

  /** @param {string} call @param {unknown} reply */
  const answer = (call, reply) => {
    later.delete(call);
    if (later.size === 0) clearInterval(looking);
    post({ call, reply });
  };

  /** A ring or a BigInt can be posted to a window, but not sent to a worker. @param {object} message */
  const sizeOf = (message) => {
    try {
      return JSON.stringify(message).length;
    } catch {
      return Infinity;
    }
  };

  /** @param {string} call @param {string} verb @param {unknown} params */
  const relay = async (call, verb, params) => {
    const message = { portal: verb, call, params };
    if (sizeOf(message) > MAX_REQUEST) return answer(call, INVALID);
    later.add(call);
    // A page that is loaded ahead may never be seen; it has to wait until it is.
    const { prerendering } = /** @type {Document & { prerendering?: boolean }} */ (document);
    if (prerendering === true) await new Promise((shown) => document.addEventListener('prerenderingchange', shown, { once: true }));
    try {
      const reply = await chrome.runtime.sendMessage(message);
      if (reply?.later !== true) return answer(call, reply ?? FAILED);
      clearInterval(looking);
      looking = setInterval(() => alive() || [...later].forEach((waiting) => answer(waiting, RELOADED)), LOOK);
    } catch {
      answer(call, alive() ? FAILED : RELOADED);
    }
  };

  /** @param {MessageEvent} event */
  const heard = ({ source, origin, data }) => {
    if (source !== window || origin !== location.origin || data?.channel !== CHANNEL) return;
    // A newer bridge took over after the extension was reloaded.
    if (data.to === 'page' && data.ready === true && data.bridge !== name && !alive()) return window.removeEventListener('message', heard);
    if (data.to !== 'bridge') return;
    if (data.ping === true) return alive() ? announce() : undefined;
    const { call, verb, params } = data;
    if (typeof call !== 'string' || typeof verb !== 'string' || seen.has(call)) return;
    seen.add(call);
    post({ call, taken: true });
    if (!alive()) answer(call, RELOADED);
    else if (later.size >= MAX_CALLS) answer(call, TOO_MANY);
    else void relay(call, verb, params);
  };
  window.addEventListener('message', heard);

  chrome.runtime.onMessage.addListener((message, sender) => {
    if (sender.id === chrome.runtime.id && typeof message?.call === 'string' && later.has(message.call)) answer(message.call, message.reply);
  });
  announce();
})();
