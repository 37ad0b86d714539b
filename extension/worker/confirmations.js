/**
 * Portal requests that wait for a person. They have a page of ours beside the portal, and each an answer that goes to the very
 * document that asked. Everything lies in storage.session, so a restart of the worker loses nothing.
 */

import { bring, isAsleep, isThere, showPage } from './confirmation_pages.js';
import { isSecureOrigin } from './gate.js';
import { LIMITS } from './limits.js';
import { actionOf } from './portal_actions.js';
import { session } from './store.js';
import { refusal, trouble, troubleOf } from './trouble.js';
import { Turns } from './turns.js';

/** @import { DeliveryParams, DeliverySent, DeliveryView } from '../shared/protocol.d.ts' */
/** @import { PortalDelivery, PortalRequest, PortalSend, PortalTrouble, Trouble } from '../shared/surface.d.ts' */
/** @import { PortalSender } from './gate.js' */
/** @import { Host } from './host.js' */

/** Who gets the answer: one call of one document. @typedef {{ tab: number, document: string, call: string }} Waiter */

/**
 * @typedef {object} StoredRequest
 * @property {PortalRequest} request
 * @property {string} content what the key stands for; the same key with another content is a conflict
 * @property {'waiting' | 'sending' | 'done'} state `sending` while delivery.send runs: a page closed then has not refused
 * @property {number | null} page tab of the page on which it is decided
 * @property {boolean} listed whether that page is the one of several
 * @property {Waiter[]} waiters
 * @property {string | null} delivery
 * @property {number} at milliseconds since 1970
 */

/** Requests of portals that the host looks at at once, of the 16 that it takes: the person's own windows need the others. */
const LOOKS_AT_ONCE = 4;

/**
 * What the organisation has set for portals' requests.
 * @typedef {object} Terms
 * @property {number} [most] requests of one origin that may wait at once
 * @property {number} [largest] kilobytes of all files of one request
 * @property {boolean} [attended] whether a person has to look, whatever standing word there is
 * @property {boolean} [alone] whether each request has a page of its own
 */

/** Decided requests that are remembered for their keys; the host remembers for ever. */
export const MAX_REMEMBERED = 200;

/** The answer comes later, by {@link Confirmations}. */
export const LATER = Symbol('later');

/** The requests and their pages. */
export class Confirmations {
  #host;
  #changed;
  #looks = new Turns(LOOKS_AT_ONCE);
  /** One after the other, so that two requests of one portal never open two pages. */
  #placing = new Turns(1);

  /**
   * @param {Pick<Host, 'call'>} host
   * @param {() => void} changed called when the number of waiting requests may have changed
   */
  constructor(host, changed) {
    this.#host = host;
    this.#changed = changed;
  }

  /** How many wait for a person. */
  async waiting() {
    return Object.values(await session.get('requests')).filter(isOpen).length;
  }

  /**
   * A portal asks. What the host refuses is answered at once, without troubling the person.
   * @param {PortalSender} sender
   * @param {string} call the page's id of this call
   * @param {PortalSend} asked
   * @param {Terms} [terms]
   * @returns {Promise<PortalDelivery | typeof LATER>}
   * @throws {import('./trouble.js').TroubleError}
   */
  async ask(sender, call, asked, { most = LIMITS.waiting, largest = LIMITS.attachments, attended = false, alone = false } = {}) {
    const { origin, tab, document, title } = sender;
    const { documents, to, cc = [] } = asked;
    const content = JSON.stringify([documents, to, cc]);
    const id = crypto.randomUUID();
    const request = { id, origin, tabTitle: title, documents, to, cc, insecure: !isSecureOrigin(origin), key: asked.key ?? id };
    /** @type {StoredRequest} */
    const fresh = { request, content, state: 'waiting', page: null, listed: false, waiters: [{ tab, document, call }], delivery: null, at: Date.now() };
    const same = repeats(fresh, asked.key);
    const earlier = Object.values(await session.get('requests')).find(same);
    if (earlier === undefined) {
      const look = { documents, to, cc, bcc: [], key: request.key, portal: origin };
      const sent = await this.#looks.run(() => this.#look(look, attended, largest));
      if (sent !== null) return portalView(sent.delivery);
    }
    const found = await session.update('requests', (all) => admit(all, fresh, same, most));
    if (found.state === 'done' && found.delivery !== null) return this.#stateOf(found.delivery, origin);
    await (found.request.id === id ? this.#placing.run(() => this.#place(id, tab, alone)) : showPage(found.page));
    this.#changed();
    return LATER;
  }

  /**
   * @param {string} id
   * @returns {Promise<PortalRequest>}
   * @throws {import('./trouble.js').TroubleError} `request_gone`
   */
  async get(id) {
    const stored = (await session.get('requests'))[id];
    if (stored === undefined || !isOpen(stored)) throw refusal('request_gone');
    return stored.request;
  }

  /**
   * The requests of a portal that wait, oldest first.
   * @param {string} origin
   * @returns {Promise<PortalRequest[]>}
   */
  async list(origin) {
    const waiting = await this.#waitingOf(origin);
    return waiting.map(({ request }) => request);
  }

  /**
   * The person decided. A delivery is only believed when the host knows it as this portal's.
   * @param {string} id
   * @param {string | null} delivery
   * @throws {import('./trouble.js').TroubleError} `request_gone`, `unknown_delivery`
   */
  async answer(id, delivery) {
    const stored = (await session.get('requests'))[id];
    if (stored === undefined) throw refusal('request_gone');
    if (stored.state === 'done' && stored.delivery === delivery) return;
    if (delivery === null) {
      if (!(await this.#finish(id, ['waiting'], null, trouble('refused_by_person')))) throw refusal('request_gone');
      return;
    }
    const { delivery: view } = await this.#host.call('delivery.get', { delivery, portal: stored.request.origin });
    if (!(await this.#finish(id, ['waiting', 'sending'], view))) throw refusal('request_gone');
  }

  /**
   * Sends what a deliver page confirmed. Only a request that waits may use its portal's name.
   * @param {DeliveryParams} params with `portal`
   * @param {() => Promise<DeliverySent>} send
   * @returns {Promise<DeliverySent>}
   */
  async send(params, send) {
    const id = await session.update('requests', (all) => {
      const stored = Object.values(all).find(({ state, request }) => state === 'waiting' && request.origin === params.portal && request.key === params.key);
      if (stored === undefined) throw refusal('request_gone');
      return { value: { ...all, [stored.request.id]: { ...stored, state: 'sending' } }, result: stored.request.id };
    });
    try {
      const sent = await send();
      await this.#finish(id, ['sending'], sent.delivery);
      return sent;
    } catch (thrown) {
      const failure = troubleOf(thrown);
      // Whatever the person does now, this request stays refused: the portal has nothing to wait for.
      if (failure.kind === 'already_sent') await this.#finish(id, ['sending'], null, failure);
      else await this.#setBack(id);
      throw thrown;
    }
  }

  /**
   * A tab was closed. Closing the page is a refusal, unless its confirmation is under way.
   * @param {number} tab
   */
  async closed(tab) {
    for (const { request, page, state } of Object.values(await session.get('requests'))) {
      if (page === tab && state === 'waiting') await this.#finish(request.id, ['waiting'], null, trouble('refused_by_person'));
    }
  }

  /**
   * The origin is no longer connected: its pages have nothing left to ask.
   * @param {string} origin
   */
  async withdraw(origin) {
    const waiting = await this.#waitingOf(origin);
    // All of them first: a shared page that closes would refuse the others in the person's name.
    for (const { request } of waiting) await this.#finish(request.id, ['waiting'], null, trouble('portal_not_connected'));
    for (const page of new Set(waiting.map((stored) => stored.page))) {
      // The person may have closed it already.
      if (page !== null) await chrome.tabs.remove(page).catch(() => undefined);
    }
  }

  /** After a restart of the worker: pages may have been closed, and a confirmation may have been cut off. */
  async restore() {
    const shown = new Set((await chrome.runtime.getContexts({ contextTypes: ['TAB'] })).map(({ tabId }) => tabId));
    for (const { request, page, state } of Object.values(await session.get('requests'))) {
      const open = page !== null && (shown.has(page) || (await isAsleep(page)));
      if (state === 'sending' && open) await this.#setBack(request.id);
      // Nobody here knows whether it was queued; the host does, by the key, when the portal asks again.
      else if (state === 'sending') await this.#finish(request.id, ['sending'], null, trouble('internal'));
      else if (state === 'waiting' && !open) await this.#finish(request.id, ['waiting'], null, trouble('refused_by_person'));
    }
    this.#changed();
  }

  /**
   * @param {string} delivery
   * @param {string} origin
   */
  async #stateOf(delivery, origin) {
    return portalView((await this.#host.call('delivery.get', { delivery, portal: origin })).delivery);
  }

  /**
   * Lets the host judge a request, and queue it where a person's standing word for this portal covers it; only the host knows.
   * @param {DeliveryParams & { portal: string }} params
   * @param {boolean} attended whether a person has to look whatever rule there is: the organisation wants it so
   * @param {number} largest kilobytes of all files
   * @returns {Promise<DeliverySent | null>} null where a person has to look at it
   */
  async #look(params, attended, largest) {
    const { size } = await this.#host.call('delivery.preview', params);
    if (size > largest * 1_024) throw refusal('attachments_not_allowed');
    if (attended) return null;
    const { rules } = await this.#host.call('portal.rules', { origin: params.portal });
    if (rules.length === 0) return null;
    try {
      return await this.#host.call('delivery.send', { ...params, unattended: true });
    } catch (thrown) {
      // What was sent before is answered as ever; for everything else there is the page.
      if (troubleOf(thrown).kind === 'already_sent') throw thrown;
      return null;
    }
  }

  /** @param {string} origin */
  async #waitingOf(origin) {
    const all = Object.values(await session.get('requests')).filter(({ request, state }) => request.origin === origin && state === 'waiting');
    return all.sort((a, b) => a.at - b.at);
  }

  /**
   * Brings a request to the person.
   * @param {string} id
   * @param {number} opener the portal's tab
   * @param {boolean} alone on a page of its own, whatever waits beside it
   */
  async #place(id, opener, alone) {
    const stored = (await session.get('requests'))[id];
    // The portal was disconnected meanwhile: its answer is on its way.
    if (stored?.state !== 'waiting') return;
    try {
      const { page, listed } = await bring(stored, alone ? [] : await this.#waitingOf(stored.request.origin), opener);
      await session.update('requests', (all) => {
        const here = Object.values(all).filter((one) => one.request.id === id || one.page === page);
        return { value: { ...all, ...Object.fromEntries(here.map((one) => [one.request.id, { ...one, page, listed }])) }, result: undefined };
      });
    } catch (thrown) {
      console.warn(thrown);
      await session.update('requests', ({ [id]: _, ...rest }) => ({ value: rest, result: undefined }));
      throw refusal('request_gone');
    }
  }

  /**
   * Ends a request and answers everybody who waits for it; only once.
   * @param {string} id
   * @param {StoredRequest['state'][]} from states in which it may end so
   * @param {DeliveryView | null} delivery
   * @param {Trouble} [failure] instead of a delivery
   * @returns {Promise<boolean>} whether it was this call that ended it
   */
  async #finish(id, from, delivery, failure) {
    const waiters = await session.update('requests', (all) => {
      const stored = all[id];
      if (stored === undefined || !from.includes(stored.state)) return { value: all, result: null };
      const done = { ...stored, state: /** @type {const} */ ('done'), waiters: [], delivery: delivery?.delivery ?? null };
      return { value: { ...all, [id]: done }, result: stored.waiters };
    });
    if (waiters === null) return false;
    const reply = delivery === null ? { trouble: portalTrouble(failure ?? trouble('internal')) } : { ok: portalView(delivery) };
    for (const { tab, document, call } of waiters) {
      // The portal's page may have gone on to somewhere else; it can ask again with the same key. Nobody waits here: to a page
      // that the browser keeps for going back, this neither succeeds nor fails.
      void chrome.tabs.sendMessage(tab, { call, reply }, { documentId: document }).catch(() => undefined);
    }
    this.#changed();
    return true;
  }

  /**
   * The confirmation failed: the person may try again, unless the page is gone.
   * @param {string} id
   */
  async #setBack(id) {
    const page = await session.update('requests', (all) => {
      const stored = all[id];
      if (stored?.state !== 'sending') return { value: all, result: null };
      return { value: { ...all, [id]: { ...stored, state: 'waiting' } }, result: stored.page };
    });
    if (page === null) return;
    if (!(await isThere(page))) await this.closed(page);
  }
}

/**
 * What a portal may know about a delivery.
 * @param {DeliveryView} view
 * @returns {PortalDelivery}
 */
export function portalView({ delivery, state, reason }) {
  return { delivery, state, reason };
}

/**
 * What a portal may know about a failure: no path, no address, no document of somebody else.
 * @param {Trouble} failure
 * @returns {PortalTrouble}
 */
export function portalTrouble({ kind, retry, message }) {
  return { kind, retry, message, action: actionOf(kind, retry) };
}

/** @param {StoredRequest} stored */
function isOpen({ state }) {
  return state !== 'done';
}

/**
 * Whether a request is the same as one that is known: by its key, or without one by its content while that one waits.
 * @param {StoredRequest} fresh
 * @param {string | undefined} key the portal's own
 * @returns {(stored: StoredRequest) => boolean}
 */
function repeats(fresh, key) {
  return (stored) => {
    if (stored.request.origin !== fresh.request.origin) return false;
    if (key === undefined) return stored.content === fresh.content && isOpen(stored);
    // After a refusal the same key asks the person again.
    return stored.request.key === key && (isOpen(stored) || stored.delivery !== null);
  };
}

/**
 * Takes a request in, or joins it to the one that it repeats.
 * @param {Record<string, StoredRequest>} all
 * @param {StoredRequest} fresh
 * @param {(stored: StoredRequest) => boolean} same
 * @param {number} most
 * @returns {{ value: Record<string, StoredRequest>, result: StoredRequest }}
 */
function admit(all, fresh, same, most) {
  const earlier = Object.values(all).find(same);
  if (earlier !== undefined) {
    if (earlier.content !== fresh.content) throw refusal('key_conflict');
    const joined = isOpen(earlier) ? { ...earlier, waiters: [...earlier.waiters, ...fresh.waiters] } : earlier;
    return { value: { ...all, [earlier.request.id]: joined }, result: joined };
  }
  const waiting = Object.values(all).filter((stored) => isOpen(stored) && stored.request.origin === fresh.request.origin);
  if (waiting.length >= most) throw refusal('portal_rate_limited');
  const decided = Object.entries(all).filter(([, stored]) => !isOpen(stored)).sort(([, a], [, b]) => b.at - a.at);
  const kept = decided.slice(0, MAX_REMEMBERED);
  const open = Object.entries(all).filter(([, stored]) => isOpen(stored));
  return { value: Object.fromEntries([...kept, ...open, [fresh.request.id, fresh]]), result: fresh };
}
