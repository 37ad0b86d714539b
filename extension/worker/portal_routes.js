/** Portal pages -> worker: four verbs, for documents that the gate lets through. */

import { LATER, portalTrouble, portalView } from './confirmations.js';
import { judge } from './gate.js';
import { mayReach, NO_POLICY } from './policy.js';
import { isVerb, parse } from './portal_requests.js';
import { PORTAL_PATIENCE } from './timeouts.js';
import { refusal, trouble, troubleOf } from './trouble.js';

/** @import { Hello } from '../shared/protocol.d.ts' */
/** @import { PortalSend, PortalStatus, PortalSurface, PortalTrouble } from '../shared/surface.d.ts' */
/** @import { Confirmations } from './confirmations.js' */
/** @import { PortalSender } from './gate.js' */
/** @import { Host } from './host.js' */
/** @import { Policy } from './policy.js' */
/** @import { Portals } from './portals.js' */
/** @import { Rate } from './rate.js' */

/** What the bridge sends: the page's words under the page's call id. @typedef {{ portal: unknown, call?: unknown, params?: unknown }} BridgeMessage */

/** @typedef {{ ok: unknown } | { trouble: PortalTrouble } | { later: true }} BridgeReply */

/** Characters of a page's call id. */
const MAX_CALL = 64;

/** Answers portals. */
export class PortalRoutes {
  #host;
  #greeting;
  #portals;
  #confirmations;
  #rate;
  #policy;
  #flooded;

  /**
   * @param {{ host: Pick<Host, 'call' | 'reach'>, greeting: { hello: Hello | null }, portals: Pick<Portals, 'origins'>, confirmations: Pick<Confirmations, 'ask'>, rate: Rate, policy?: () => Promise<Policy>, flooded?: (origin: string) => void }} parts
   */
  constructor({ host, greeting, portals, confirmations, rate, policy = async () => NO_POLICY, flooded = () => undefined }) {
    this.#host = host;
    this.#greeting = greeting;
    this.#portals = portals;
    this.#confirmations = confirmations;
    this.#rate = rate;
    this.#policy = policy;
    this.#flooded = flooded;
  }

  /**
   * @param {BridgeMessage} message
   * @param {chrome.runtime.MessageSender} sender
   * @returns {Promise<BridgeReply | undefined>} undefined for senders who get no answer at all
   */
  async handle({ portal: verb, call, params }, sender) {
    const connected = await this.#portals.origins();
    const verdict = judge(sender, chrome.runtime.id, (origin) => connected.has(origin));
    if ('ignore' in verdict) return undefined;
    if ('refuse' in verdict) return { trouble: portalTrouble(trouble(verdict.refuse)) };
    const { origin } = verdict.pass;
    try {
      const policy = await this.#policy();
      if (!isVerb(verb) || typeof call !== 'string' || call.length > MAX_CALL) throw refusal('invalid_portal_request');
      if (!this.#rate.allows(origin, verb, policy.limits)) throw refusal('portal_rate_limited');
      const ok = await this.#route(verb, verdict.pass, call, parse(verb, params, policy.limits), policy);
      return ok === LATER ? { later: true } : { ok };
    } catch (thrown) {
      const failure = troubleOf(thrown);
      if (failure.kind === 'portal_rate_limited') this.#flooded(origin);
      return { trouble: portalTrouble(failure) };
    }
  }

  /**
   * @param {keyof PortalSurface} verb
   * @param {PortalSender} sender
   * @param {string} call
   * @param {PortalSurface[keyof PortalSurface]['params']} params
   * @param {Policy} policy
   */
  async #route(verb, sender, call, params, policy) {
    if (verb === 'status') return this.#status(sender.origin);
    await this.#host.reach(PORTAL_PATIENCE);
    switch (verb) {
      case 'send': {
        const asked = /** @type {PortalSend} */ (params);
        if (!mayReach(policy, sender.origin, [...asked.to, ...(asked.cc ?? [])])) throw refusal('recipient_not_allowed');
        const { limits, confirmation } = policy;
        return this.#confirmations.ask(sender, call, asked, { most: limits.waiting, largest: limits.attachments, attended: confirmation !== null, alone: confirmation === 'always' });
      }
      case 'deliveryStatus': {
        const { delivery } = /** @type {PortalSurface['deliveryStatus']['params']} */ (params);
        return portalView((await this.#host.call('delivery.get', { delivery, portal: sender.origin })).delivery);
      }
      case 'cancel': {
        const { delivery } = /** @type {PortalSurface['cancel']['params']} */ (params);
        return portalView(await this.#host.call('delivery.cancel', { delivery, portal: sender.origin }));
      }
    }
  }

  /**
   * Whether a `send` may succeed. Tells neither address nor company.
   * @param {string} origin
   * @returns {Promise<PortalStatus>}
   */
  async #status(origin) {
    const extension = chrome.runtime.getManifest().version;
    try {
      await this.#host.reach(PORTAL_PATIENCE);
      const [{ portals }, { companies }] = await Promise.all([this.#host.call('portal.list', {}), this.#host.call('company.list', {})]);
      const bound = portals.find((portal) => portal.origin === origin)?.companies ?? null;
      const ready = companies.some(({ rfc, use_oauth, account }) => bound?.includes(rfc) === true && use_oauth && account?.state === 'ready');
      const missing = bound === null ? portalTrouble(trouble('portal_not_connected')) : null;
      return { connected: bound !== null, extension, host: this.#greeting.hello?.host_version ?? null, ready, trouble: missing };
    } catch (thrown) {
      return { connected: true, extension, host: null, ready: false, trouble: portalTrouble(troubleOf(thrown)) };
    }
  }
}
