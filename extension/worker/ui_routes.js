/** Our own pages -> worker. */

import { refusal } from './trouble.js';

/** @import { HostSurface, DeliveryParams } from '../shared/protocol.d.ts' */
/** @import { UiState, WorkerSurface } from '../shared/surface.d.ts' */
/** @import { Confirmations } from './confirmations.js' */
/** @import { Host } from './host.js' */
/** @import { Portals } from './portals.js' */
/** @import { SignIn } from './sign_in.js' */
/** @import { Watch } from './watch.js' */

/** What a page sends. @typedef {{ ask: unknown, params?: unknown }} PageMessage */

/** @typedef {{ [M in keyof WorkerSurface]: (params: WorkerSurface[M]['params']) => Promise<WorkerSurface[M]['result']> }} Routes */

/** Host methods that the worker keeps for itself. @type {ReadonlySet<string>} */
const OWN = new Set(['hello', 'sign_in.begin', 'sign_in.complete']);

/**
 * @param {{ host: Pick<Host, 'call'>, signIn: SignIn, portals: Portals, confirmations: Confirmations, watch: Watch, state: () => Promise<UiState> }} parts
 * @returns {Routes}
 */
export function uiRoutes({ host, signIn, portals, confirmations, watch, state }) {
  return {
    'state': state,
    'host': async ({ method, params }) => {
      if (OWN.has(method)) throw refusal('unknown_method');
      const result = await passOn(host, confirmations, method, params);
      watch.saw(result);
      if (method === 'company.save') signIn.saved(/** @type {HostSurface['company.save']['params']} */ (params).flow);
      return result;
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
    'request.get': ({ id }) => confirmations.get(id),
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
 * @returns {Promise<unknown>}
 */
function passOn(host, confirmations, method, params) {
  const delivery = /** @type {DeliveryParams} */ (params);
  if (method !== 'delivery.send' || delivery.portal === undefined) return host.call(method, params);
  return confirmations.send(delivery, () => host.call('delivery.send', delivery));
}
