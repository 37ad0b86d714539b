/** Our own pages -> worker. */

import { mayReach } from './policy.js';
import { refusal } from './trouble.js';

/** @import { HostSurface, DeliveryParams } from '../shared/protocol.d.ts' */
/** @import { UiState, WorkerSurface } from '../shared/surface.d.ts' */
/** @import { Ahead } from './ahead.js' */
/** @import { Confirmations } from './confirmations.js' */
/** @import { Host } from './host.js' */
/** @import { Notices } from './notices.js' */
/** @import { Organisation } from './organisation.js' */
/** @import { Portals } from './portals.js' */
/** @import { SignIn } from './sign_in.js' */
/** @import { Tickets } from './tickets.js' */
/** @import { Updates } from './updates.js' */
/** @import { Watch } from './watch.js' */

/** What a page sends. @typedef {{ ask: unknown, params?: unknown }} PageMessage */

/** @typedef {{ [M in keyof WorkerSurface]: (params: WorkerSurface[M]['params']) => Promise<WorkerSurface[M]['result']> }} Routes */

/** Host methods that the worker keeps for itself. @type {ReadonlySet<string>} */
const OWN = new Set(['hello', 'sign_in.begin', 'sign_in.complete']);

/** Host methods that give a portal a standing word; where the organisation has one on confirmation, nobody else has. @type {ReadonlySet<string>} */
const STANDING = new Set(['portal.allow']);

/** Host methods after which something may be due at another time. @type {ReadonlySet<string>} */
const MOVES = new Set(['delivery.send', 'delivery.retry', 'delivery.resolve', 'delivery.cancel', 'batch.start', 'batch.pause', 'batch.resume', 'batch.cancel', 'account.budget', 'company.save']);

/**
 * @typedef {object} Parts
 * @property {Pick<Host, 'call'>} host
 * @property {SignIn} signIn
 * @property {Portals} portals
 * @property {Confirmations} confirmations
 * @property {Watch} watch
 * @property {Ahead} ahead
 * @property {Notices} notices
 * @property {Organisation} organisation
 * @property {Tickets} tickets
 * @property {Pick<Updates, 'ask'>} updates
 * @property {{ seen: () => Promise<boolean>, end: () => Promise<void> }} tour what is remembered of the tour
 * @property {() => Promise<UiState>} state
 */

/**
 * @param {Parts} parts
 * @returns {Routes}
 */
export function uiRoutes({ host, signIn, portals, confirmations, watch, ahead, notices, organisation, tickets, updates, tour, state }) {
  return {
    'state': state,
    'host': async ({ method, params, ticket }) => {
      if (OWN.has(method)) throw refusal('unknown_method');
      if (STANDING.has(method) && (await organisation.policy()).confirmation !== null) throw refusal('set_by_policy');
      await demandReach(organisation, method, params);
      const result = await tickets.run(ticket, (signal) => passOn(host, confirmations, method, params, signal));
      watch.saw(result);
      // The page need not wait for alarm and notifications.
      if (method === 'health') ahead.take(/** @type {HostSurface['health']['result']} */ (result)).catch(console.error);
      else if (MOVES.has(method)) ahead.soon();
      // A company that the organisation's portals may ask for may be there now.
      if (method === 'company.save') portals.obey().catch(console.warn);
      if (method === 'company.save') signIn.saved(/** @type {HostSurface['company.save']['params']} */ (params).flow);
      return result;
    },
    'host.stop': async ({ ticket }) => {
      tickets.stop(ticket);
      return { stopped: true };
    },
    'tour.get': async () => ({ toured: await tour.seen() }),
    'tour.end': async () => {
      await tour.end();
      return { toured: true };
    },
    'notices.get': async () => ({ on: await notices.on() }),
    'notices.turn': async ({ on }) => {
      await notices.turn(on);
      return { on };
    },
    'sign_in.start': async (params) => {
      await signIn.start(params);
      return { started: true };
    },
    'sign_in.stop': async () => {
      await signIn.stop();
      return { stopped: true };
    },
    'portal.intend': (params) => portals.intend(params),
    'portal.drop': async ({ origin }) => {
      await portals.drop(origin);
      return { dropped: true };
    },
    'portal.look': ({ origin }) => portals.look(origin),
    'portal.standings': () => portals.standings(),
    'company.given': async () => ({ companies: await organisation.companies() }),
    'client.standing': () => organisation.client(),
    'client.adopt': async () => {
      await organisation.adopt();
      return { adopted: true };
    },
    'extension.update': async () => ({ state: await updates.ask() }),
    'request.get': ({ id }) => confirmations.get(id),
    'request.list': async ({ origin }) => ({ requests: await confirmations.list(origin) }),
    'request.answer': async ({ id, delivery }) => {
      await confirmations.answer(id, delivery);
      return { answered: true };
    },
  };
}

/**
 * @param {Routes} routes
 * @param {PageMessage} message
 * @returns {Promise<unknown>}
 */
export function route(routes, { ask, params }) {
  if (typeof ask !== 'string' || !Object.hasOwn(routes, ask)) throw refusal('unknown_method');
  const handler = /** @type {(params: unknown) => Promise<unknown>} */ (routes[/** @type {keyof Routes} */ (ask)]);
  return handler(params ?? {});
}

/**
 * @template {keyof HostSurface} M
 * @param {Pick<Host, 'call'>} host
 * @param {Confirmations} confirmations
 * @param {M} method
 * @param {HostSurface[M]['params']} params
 * @param {AbortSignal} [signal]
 * @returns {Promise<unknown>}
 */
function passOn(host, confirmations, method, params, signal) {
  const delivery = /** @type {DeliveryParams} */ (params);
  if (method !== 'delivery.send' || delivery.portal === undefined) return host.call(method, params, signal);
  return confirmations.send(delivery, () => host.call('delivery.send', delivery));
}

/**
 * What a portal asked for goes only to where the organisation lets portals send, also after the person has changed it.
 * @param {Pick<Organisation, 'policy'>} organisation
 * @param {keyof HostSurface} method
 * @param {HostSurface[keyof HostSurface]['params']} params
 * @throws {import('./trouble.js').TroubleError} `recipient_not_allowed`
 */
async function demandReach(organisation, method, params) {
  if (method !== 'delivery.preview' && method !== 'delivery.send') return;
  const { portal, to = [], cc = [], bcc = [] } = /** @type {DeliveryParams} */ (params);
  if (typeof portal !== 'string') return;
  if (!mayReach(await organisation.policy(), portal, [...to, ...cc, ...bcc])) throw refusal('recipient_not_allowed');
}
