/**
 * The life of a portal: intended in the popup, granted by the browser, bound in the host, bridged on its pages; and all of
 * it undone when any one of them goes.
 */

import { isSecureOrigin, isWebOrigin } from './gate.js';
import { local } from './store.js';
import { refusal, TroubleError } from './trouble.js';

/** @import { Host } from './host.js' */

/**
 * A binding that waits for the browser's permission; the popup that asked for it may be gone by then.
 * @typedef {object} Intent
 * @property {string[]} companies RFCs
 * @property {number} at milliseconds since 1970
 */

/**
 * @typedef {object} StoredPortal
 * @property {string[]} companies RFCs
 */

/** Milliseconds that an intended binding waits for the person's answer to the browser's question. */
export const INTENT_LIFE = 10 * 60_000;

/** The only script that ever runs on a portal's pages. */
const BRIDGE = 'bridge/bridge.js';

/** What the browser, the host and the store know about portals, kept in step. */
export class Portals {
  /** @type {Map<string, Promise<void>>} */
  #binding = new Map();
  #host;
  #dropped;

  /**
   * @param {Pick<Host, 'call'>} host
   * @param {(origin: string) => void} dropped called when an origin is no longer connected
   */
  constructor(host, dropped) {
    this.#host = host;
    this.#dropped = dropped;
  }

  /** The origins that are connected in this browser. @returns {Promise<Set<string>>} */
  async origins() {
    return new Set(Object.keys(await local.get('portals')));
  }

  /**
   * Stores the intended binding, before the popup asks for the permission; where the browser has given it already, binds at once.
   * @param {{ origin: string, companies: string[] }} params
   * @returns {Promise<{ pattern: string, granted: boolean }>}
   * @throws {TroubleError} `invalid_origin`, `insecure_origin`, or what the host says against the binding
   */
  async intend({ origin, companies }) {
    if (!isWebOrigin(origin)) throw refusal('invalid_origin');
    if (!isSecureOrigin(origin)) throw refusal('insecure_origin');
    await change('intents', (intents) => ({ ...intents, [origin]: { companies, at: Date.now() } }));
    const granted = await isGranted(origin);
    if (granted) await this.#bind(origin);
    return { pattern: patternOf(origin), granted };
  }

  /**
   * Disconnects: script, permission and binding go together.
   * @param {string} origin
   */
  async drop(origin) {
    await this.#forget(origin);
    await this.#tell(origin);
    // A permission that a policy or the manifest gives cannot be removed, and need not be.
    await chrome.permissions.remove({ origins: [patternOf(origin)] }).catch(() => false);
  }

  /** The browser gave a permission: binds what was intended for it. */
  async granted() {
    for (const origin of Object.keys(await local.get('intents'))) {
      // A host that cannot be reached now is asked again after its next greeting.
      if (await isGranted(origin)) await this.#bind(origin).catch(logged);
    }
  }

  /** The browser took a permission away: undoes what hung on it. */
  async revoked() {
    for (const origin of await this.origins()) {
      if (await isGranted(origin)) continue;
      await this.#forget(origin);
      // Nobody waits for this one, and a host that is mute would take its time.
      void this.#tell(origin);
    }
  }

  /**
   * Mends what changed while no worker ran: permissions that came or went, scripts that an update removed, intentions
   * that nobody answered.
   */
  async reconcile() {
    await this.revoked();
    await this.#expire();
    const registered = new Set((await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id));
    const origins = await this.origins();
    for (const origin of origins) {
      if (!registered.has(scriptOf(origin))) await register(origin);
    }
    const wanted = new Set([...origins].map(scriptOf));
    const stray = [...registered].filter((id) => !wanted.has(id));
    if (stray.length > 0) await chrome.scripting.unregisterContentScripts({ ids: stray });
  }

  /** After an update or installation the bridges on open pages are dead: puts new ones beside them. */
  async revive() {
    for (const origin of await this.origins()) await inject(origin);
  }

  /** The host can be reached: tells it what it has missed. */
  async settle() {
    for (const origin of await local.get('owed')) await this.#tell(origin);
    await this.granted();
  }

  /**
   * One at a time for each origin: the grant, the popup and the host's greeting may all ask for it.
   * @param {string} origin
   * @returns {Promise<void>}
   */
  #bind(origin) {
    const running = this.#binding.get(origin) ?? this.#bindNow(origin).finally(() => this.#binding.delete(origin));
    this.#binding.set(origin, running);
    return running;
  }

  /** @param {string} origin */
  async #bindNow(origin) {
    const intent = (await local.get('intents'))[origin];
    if (intent === undefined) return;
    // First, lest an old disconnection be told to the host after this connection.
    await change('owed', (owed) => owed.filter((one) => one !== origin));
    try {
      await this.#host.call('portal.connect', { origin, companies: intent.companies });
    } catch (thrown) {
      // What the host refuses for good would be refused again.
      if (thrown instanceof TroubleError && thrown.trouble.retry === 'never' && !thrown.trouble.kind.startsWith('host_')) await this.#abandon(origin);
      throw thrown;
    }
    await change('portals', (portals) => ({ ...portals, [origin]: { companies: intent.companies } }));
    await change('intents', (intents) => without(intents, origin));
    await register(origin);
    await inject(origin);
  }

  /** @param {string} origin */
  async #abandon(origin) {
    await change('intents', (intents) => without(intents, origin));
    if (!(await this.origins()).has(origin)) await chrome.permissions.remove({ origins: [patternOf(origin)] }).catch(() => false);
  }

  async #expire() {
    const oldest = Date.now() - INTENT_LIFE;
    for (const [origin, { at }] of Object.entries(await local.get('intents'))) {
      if (at < oldest) await this.#abandon(origin);
    }
  }

  /** @param {string} origin */
  async #forget(origin) {
    await change('portals', (portals) => without(portals, origin));
    await change('intents', (intents) => without(intents, origin));
    await change('floods', (floods) => without(floods, origin));
    await change('owed', (owed) => [...owed.filter((one) => one !== origin), origin]);
    // Without a registration there is nothing to undo.
    await chrome.scripting.unregisterContentScripts({ ids: [scriptOf(origin)] }).catch(() => undefined);
    this.#dropped(origin);
  }

  /**
   * Ends the binding in the host, or leaves it owed until the host can be reached.
   * @param {string} origin
   */
  async #tell(origin) {
    try {
      await this.#host.call('portal.disconnect', { origin });
    } catch (thrown) {
      const known = thrown instanceof TroubleError && ['portal_not_connected', 'invalid_origin'].includes(thrown.trouble.kind);
      if (!known) return logged(thrown);
    }
    await change('owed', (owed) => owed.filter((one) => one !== origin));
  }
}

/**
 * The match pattern of one origin; a pattern without a port would hold for all of them.
 * @param {string} origin
 * @returns {string}
 */
export function patternOf(origin) {
  return `${origin}/*`;
}

/** @param {string} origin */
function scriptOf(origin) {
  return `portal ${origin}`;
}

/** @param {string} origin */
function isGranted(origin) {
  return chrome.permissions.contains({ origins: [patternOf(origin)] });
}

/** @param {string} origin */
async function register(origin) {
  const script = { id: scriptOf(origin), js: [BRIDGE], matches: [patternOf(origin)], runAt: /** @type {const} */ ('document_start'), allFrames: false };
  const known = await chrome.scripting.getRegisteredContentScripts({ ids: [script.id] });
  if (known.length === 0) await chrome.scripting.registerContentScripts([script]);
}

/**
 * Puts the bridge on the pages that are open already, so that nobody has to reload.
 * @param {string} origin
 */
async function inject(origin) {
  for (const { id, discarded } of await chrome.tabs.query({ url: patternOf(origin) })) {
    if (id === undefined || discarded) continue;
    // A tab that is just closing, or shows an error page, has no document to take it.
    await chrome.scripting.executeScript({ target: { tabId: id }, files: [BRIDGE], injectImmediately: true }).catch(logged);
  }
}

/**
 * @template {'intents' | 'portals' | 'owed' | 'floods'} K
 * @param {K} key
 * @param {(value: import('./store.js').LocalShape[K]) => import('./store.js').LocalShape[K]} changed
 * @returns {Promise<void>}
 */
function change(key, changed) {
  return local.update(key, (value) => ({ value: changed(value), result: undefined }));
}

/**
 * @template T
 * @param {Record<string, T>} record
 * @param {string} name
 * @returns {Record<string, T>}
 */
function without(record, name) {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

/** @param {unknown} thrown */
function logged(thrown) {
  console.warn(thrown);
}
