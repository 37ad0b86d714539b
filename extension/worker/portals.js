/**
 * The life of a portal: intended in the popup, granted by the browser, bound in the host, bridged on its pages; and all of
 * it undone when any one of them goes.
 */

import { isSecureOrigin, isWebOrigin } from './gate.js';
import { mayConnect, NO_POLICY } from './policy.js';
import { local } from './store.js';
import { refusal, TroubleError } from './trouble.js';

/** @import { PortalLook, PortalStandings } from '../shared/surface.d.ts' */
/** @import { Host } from './host.js' */
/** @import { Policy } from './policy.js' */

/**
 * A binding that waits for the browser's permission; the popup that asked for it may be gone by then.
 * @typedef {object} Intent
 * @property {string[]} companies RFCs
 * @property {boolean} [managed] whether the organisation wants it
 * @property {number} at milliseconds since 1970
 */

/**
 * @typedef {object} StoredPortal
 * @property {string[]} companies RFCs
 * @property {boolean} [managed] whether the organisation wants it
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
  #policy;

  /**
   * @param {Pick<Host, 'call'>} host
   * @param {(origin: string) => void} dropped called when an origin is no longer connected
   * @param {() => Promise<Policy>} [policy] what the organisation has set
   */
  constructor(host, dropped, policy = async () => NO_POLICY) {
    this.#host = host;
    this.#dropped = dropped;
    this.#policy = policy;
  }

  /**
   * What can be done with the page that the person is looking at.
   * @param {string} origin
   * @returns {Promise<PortalLook>}
   */
  async look(origin) {
    const policy = await this.#policy();
    const wanted = policy.portals[origin];
    if (wanted !== undefined) return { may: true, managed: true, companies: wanted.companies, secure: isSecureOrigin(origin) };
    return { may: isWebOrigin(origin) && mayConnect(policy, origin), managed: false, companies: null, secure: isWebOrigin(origin) && isSecureOrigin(origin) };
  }

  /** What the organisation wants of portals, and what portals did. @returns {Promise<PortalStandings>} */
  async standings() {
    const policy = await this.#policy();
    const portals = await local.get('portals');
    const pending = Object.entries(policy.portals).filter(([origin]) => portals[origin]?.managed !== true);
    return {
      managed: Object.keys(portals).filter((origin) => portals[origin]?.managed === true),
      pending: await Promise.all(pending.map(async ([origin, { companies }]) => ({ origin, companies, granted: await isGranted(origin) }))),
      floods: await local.get('floods'),
      confirmation: policy.confirmation,
      ignored: policy.ignored,
    };
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
    const policy = await this.#policy();
    if (!mayConnect(policy, origin)) throw refusal('insecure_origin');
    const wanted = policy.portals[origin];
    // Where the organisation says which companies, nobody else does.
    const intent = wanted === undefined ? { companies, at: Date.now() } : { companies: await this.#known(wanted.companies), managed: true, at: Date.now() };
    await change('intents', (intents) => ({ ...intents, [origin]: intent }));
    const granted = await isGranted(origin);
    if (granted) await this.#bind(origin);
    return { pattern: patternOf(origin), granted };
  }

  /**
   * Disconnects: script, permission and binding go together.
   * @param {string} origin
   * @throws {TroubleError} `set_by_policy`
   */
  async drop(origin) {
    if (Object.hasOwn((await this.#policy()).portals, origin)) throw refusal('set_by_policy');
    await this.#end(origin);
  }

  /** @param {string} origin */
  async #end(origin) {
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

  /**
   * Whether something is not yet as the organisation wants it; asks nobody, so that a worker that just starts need not wake
   * the host.
   * @returns {Promise<boolean>}
   */
  async lags() {
    const policy = await this.#policy();
    const bound = Object.entries(await local.get('portals'));
    if (bound.some(([origin, { managed }]) => (managed === true && policy.portals[origin] === undefined) || !mayConnect(policy, origin))) return true;
    const unbound = Object.keys(policy.portals).filter((origin) => !bound.some(([known, { managed }]) => known === origin && managed === true));
    return (await Promise.all(unbound.map(isGranted))).includes(true);
  }

  /**
   * Does what the organisation wants, as far as the browser's permission and the host's companies go: binds what it lists,
   * ends what it no longer lists or allows.
   */
  async obey() {
    const policy = await this.#policy();
    for (const [origin, { managed }] of Object.entries(await local.get('portals'))) {
      if ((managed === true && policy.portals[origin] === undefined) || !mayConnect(policy, origin)) await this.#end(origin);
    }
    for (const [origin, { companies }] of Object.entries(policy.portals)) {
      if (!(await isGranted(origin))) continue;
      const known = await this.#known(companies);
      const bound = (await local.get('portals'))[origin];
      if (known.length === 0 || (bound?.managed === true && String(bound.companies) === String(known))) continue;
      await change('intents', (intents) => ({ ...intents, [origin]: { companies: known, managed: true, at: Date.now() } }));
      await this.#bind(origin).catch(logged);
    }
  }

  /**
   * Those of the companies that the host has; the others come when somebody adds them.
   * @param {string[]} companies
   * @returns {Promise<string[]>}
   */
  async #known(companies) {
    const { companies: all } = await this.#host.call('company.list', {});
    const known = companies.filter((rfc) => all.some((company) => company.rfc === rfc));
    return known;
  }

  /** After an update or installation the bridges on open pages are dead: puts new ones beside them. */
  async revive() {
    for (const origin of await this.origins()) await inject(origin);
  }

  /** The host can be reached: tells it what it has missed. */
  async settle() {
    for (const origin of await local.get('owed')) await this.#tell(origin);
    await this.granted();
    await this.obey().catch(logged);
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
      await this.#host.call('portal.connect', { origin, companies: intent.companies, ...(!isSecureOrigin(origin) && { insecure: true }) });
    } catch (thrown) {
      // What the host refuses for good would be refused again.
      if (thrown instanceof TroubleError && thrown.trouble.retry === 'never' && !thrown.trouble.kind.startsWith('host_')) await this.#abandon(origin);
      throw thrown;
    }
    await change('portals', (portals) => ({ ...portals, [origin]: { companies: intent.companies, ...(intent.managed === true && { managed: true }) } }));
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
