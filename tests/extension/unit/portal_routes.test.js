import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { LATER } from '../../../extension/worker/confirmations.js';
import { PortalRoutes } from '../../../extension/worker/portal_routes.js';
import { LIMITS } from '../../../extension/worker/limits.js';
import { parsePolicy } from '../../../extension/worker/policy.js';
import { Rate, WINDOW } from '../../../extension/worker/rate.js';
import { refusal, TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, ID, installChrome } from './chrome_fake.js';

const ORIGIN = 'https://facturas.example.mx';
/** @type {any} */
const SENDER = { id: ID, origin: ORIGIN, url: `${ORIGIN}/`, frameId: 0, documentLifecycle: 'active', documentId: 'D', tab: { id: 1, title: 'T' } };
const VIEW = { delivery: 'E1', state: 'sent', reason: null, from: 'secreto@b.mx' };
const COMPANY = { rfc: 'AAA010101AAA', use_oauth: true, account: { state: 'ready', address: 'secreto@b.mx' } };

/** @type {FakeHost} */ let host;
/** @type {PortalRoutes} */ let routes;

beforeEach(() => {
  installChrome();
  host = new FakeHost({
    'portal.list': () => ({ portals: [{ origin: ORIGIN, companies: ['AAA010101AAA'] }] }),
    'company.list': () => ({ companies: [COMPANY] }),
    'delivery.get': () => ({ delivery: VIEW }),
    'delivery.cancel': () => VIEW,
  });
  routes = new PortalRoutes({
    host,
    greeting: { hello: /** @type {any} */ ({ host_version: '1.2.3' }) },
    portals: { origins: async () => new Set([ORIGIN]) },
    confirmations: { ask: async () => LATER },
    rate: new Rate(),
  });
});

/** @param {string} portal @param {unknown} [params] @param {object} [change] @returns {Promise<any>} */
const ask = (portal, params = {}, change = {}) => routes.handle({ portal, call: 'C', params }, { ...SENDER, ...change });

test('status tells whether it can send, and neither address nor company', async () => {
  const reply = await ask('status');
  assert.deepEqual(reply, { ok: { connected: true, extension: '9.8.7', host: '1.2.3', ready: true, trouble: null } });
  host.answers['company.list'] = () => ({ companies: [{ ...COMPANY, use_oauth: false }] });
  assert.equal((await ask('status')).ok.ready, false);
  host.answers['company.list'] = () => ({ companies: [{ ...COMPANY, rfc: 'BBB010101BBB' }] });
  assert.equal((await ask('status')).ok.ready, false);
  host.answers['portal.list'] = () => ({ portals: [] });
  const unbound = (await ask('status')).ok;
  assert.deepEqual([unbound.connected, unbound.trouble.kind, unbound.trouble.action], [false, 'portal_not_connected', 'connect']);
});

test('a host that cannot be reached is told in status', async () => {
  host.answers['portal.list'] = () => Promise.reject(new TroubleError({ kind: 'host_missing', retry: 'never', message: 'M', subject: '/secret' }));
  assert.deepEqual((await ask('status')).ok, { connected: true, extension: '9.8.7', host: null, ready: false, trouble: { kind: 'host_missing', retry: 'never', message: 'M', action: 'install_host' } });
});

test('every verb asks first whether the host answers at all, and nothing else where it does not', async () => {
  host.unreachable = refusal('host_mute');
  assert.deepEqual((await ask('status')).ok.trouble, { kind: 'host_mute', retry: 'later', message: '<err_host_mute> <rec_host_mute>', action: 'repair_host' });
  const send = { documents: [{ uuid: '11111111-2222-4333-8444-ABCDEF555555', receiver_rfc: 'XAXX010101000' }], to: ['a@b.mx'] };
  for (const [verb, params] of /** @type {const} */ ([['send', send], ['deliveryStatus', { delivery: 'E1' }], ['cancel', { delivery: 'E1' }]])) {
    assert.equal((await ask(verb, params)).trouble.kind, 'host_mute', verb);
  }
  assert.deepEqual(host.calls, []);
});

test('deliveryStatus and cancel carry the origin that the browser told', async () => {
  assert.deepEqual(await ask('deliveryStatus', { delivery: 'E1' }), { ok: { delivery: 'E1', state: 'sent', reason: null } });
  assert.deepEqual(await ask('cancel', { delivery: 'E1' }), { ok: { delivery: 'E1', state: 'sent', reason: null } });
  assert.deepEqual(host.asked('delivery.get'), [{ delivery: 'E1', portal: ORIGIN }]);
  assert.deepEqual(host.asked('delivery.cancel'), [{ delivery: 'E1', portal: ORIGIN }]);
});

test('send is answered later', async () => {
  const request = { documents: [{ uuid: '11111111-2222-4333-8444-ABCDEF555555', receiver_rfc: 'XAXX010101000' }], to: ['a@b.mx'] };
  assert.deepEqual(await ask('send', request), { later: true });
});

test('a failure loses everything but kind, retry and sentence, and gains what to do', async () => {
  host.answers['delivery.get'] = () => Promise.reject(new TroubleError({ kind: 'file_vanished', retry: 'never', message: 'M', subject: 'C:\\secreto.xml', reasons: ['x'] }));
  assert.deepEqual(await ask('deliveryStatus', { delivery: 'E1' }), { trouble: { kind: 'file_vanished', retry: 'never', message: 'M', action: 'open_extension' } });
});

test('who is not connected learns just that; who is no page learns nothing; nothing reaches the host', async () => {
  assert.equal((await ask('status', {}, { origin: 'https://otra.example.mx' })).trouble.kind, 'portal_not_connected');
  assert.equal((await ask('status', {}, { frameId: 2 })).trouble.kind, 'portal_forbidden');
  assert.equal(await ask('status', {}, { origin: 'null' }), undefined);
  assert.equal(await ask('status', {}, { id: 'other' }), undefined);
  assert.equal((await ask('health')).trouble.kind, 'invalid_portal_request');
  /** @type {any} */ const long = await routes.handle({ portal: 'status', call: 'x'.repeat(65) }, SENDER);
  assert.equal(long.trouble.kind, 'invalid_portal_request');
  assert.deepEqual(host.calls, []);
});

test('where the organisation names domains, and how much: refused before the host is asked, and floods are told', async () => {
  /** @type {string[]} */
  const floods = [];
  const policy = async () => parsePolicy({ recipient_domains: ['b.mx'], limits: { requests: 3, recipients: 1, waiting: 7, attachments: 5 } });
  /** @type {unknown} */
  let terms = null;
  const ask = async (/** @type {unknown[]} */ ...given) => {
    terms = given[3];
    return LATER;
  };
  const held = new PortalRoutes({ host, greeting: { hello: null }, portals: /** @type {any} */ ({ origins: async () => new Set([ORIGIN]) }), confirmations: /** @type {any} */ ({ ask }), rate: new Rate(), policy, flooded: (origin) => void floods.push(origin) });
  const send = async (/** @type {string[]} */ ...to) => /** @type {any} */ (await held.handle({ portal: 'send', call: 'C', params: { documents: [{ uuid: '11111111-2222-4333-8444-ABCDEF555555', receiver_rfc: 'XAXX010101000' }], to } }, /** @type {any} */ (SENDER)));
  assert.equal((await send('a@x.mx')).trouble.kind, 'recipient_not_allowed');
  assert.equal((await send('a@b.mx', 'c@b.mx')).trouble.kind, 'invalid_portal_request');
  assert.equal(terms, null);
  await send('a@b.mx');
  assert.deepEqual(terms, { most: 7, largest: 5, attended: false, alone: false });
  assert.deepEqual(floods, []);
  assert.equal((await send('a@b.mx')).trouble.kind, 'portal_rate_limited');
  assert.deepEqual(floods, [ORIGIN]);
});

test('one origin may ask only so often', async (context) => {
  context.mock.timers.enable({ apis: ['Date'] });
  for (let i = 0; i < LIMITS.questions; i += 1) assert.ok('ok' in (await ask('deliveryStatus', { delivery: 'E1' })));
  assert.equal((await ask('deliveryStatus', { delivery: 'E1' })).trouble.kind, 'portal_rate_limited');
  context.mock.timers.tick(WINDOW + 1);
  assert.ok('ok' in (await ask('deliveryStatus', { delivery: 'E1' })));
});
