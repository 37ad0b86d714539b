import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { parsePolicy } from '../../../extension/worker/policy.js';
import { INTENT_LIFE, patternOf, Portals } from '../../../extension/worker/portals.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, installChrome, troubleFrom } from './chrome_fake.js';

const ORIGIN = 'https://facturas.example.mx';
const INTENT = { origin: ORIGIN, companies: ['AAA010101AAA'] };

/** @type {any} */ let chrome;
/** @type {FakeHost} */ let host;
/** @type {Portals} */ let portals;
/** @type {string[]} */ let dropped;

beforeEach(() => {
  chrome = installChrome();
  host = new FakeHost({ 'portal.connect': (params) => ({ ...params, connected_at: '' }), 'portal.disconnect': () => ({ done: true }) });
  dropped = [];
  portals = new Portals(host, (origin) => void dropped.push(origin));
});

/** @param {string} kind @param {any} retry */
const refused = (kind, retry = 'never') => () => Promise.reject(new TroubleError({ kind: /** @type {any} */ (kind), retry, message: 'M' }));

async function connect() {
  await portals.intend(INTENT);
  chrome.fake.granted.add(patternOf(ORIGIN));
  await portals.granted();
}

test('intended, granted, bound: script for that origin alone, and bridges on its open pages', async () => {
  chrome.fake.tabs.set(1, { id: 1, url: `${ORIGIN}/a`, discarded: false });
  chrome.fake.tabs.set(2, { id: 2, url: 'https://otra.example.mx/', discarded: false });
  assert.deepEqual(await portals.intend(INTENT), { pattern: `${ORIGIN}/*`, granted: false });
  assert.deepEqual(host.calls, []);
  assert.deepEqual([...await portals.origins()], []);
  chrome.fake.granted.add(patternOf(ORIGIN));
  await portals.granted();
  assert.deepEqual(host.asked('portal.connect'), [INTENT]);
  assert.deepEqual([...await portals.origins()], [ORIGIN]);
  const [script] = chrome.fake.scripts.values();
  assert.deepEqual([script.matches, script.allFrames, script.js], [[`${ORIGIN}/*`], false, ['bridge/bridge.js']]);
  assert.deepEqual(chrome.fake.injected.map((/** @type {any} */ one) => one.target), [{ tabId: 1 }]);
  await portals.granted();
  assert.equal(host.asked('portal.connect').length, 1);
});

test('where the permission is there already, the binding is made at once; the grant and the greeting may race', async () => {
  chrome.fake.granted.add(patternOf(ORIGIN));
  const [intended] = await Promise.all([portals.intend(INTENT), portals.settle(), portals.granted()]);
  assert.equal(intended.granted, true);
  await portals.intend({ ...INTENT, companies: ['BBB010101BBB'] });
  assert.deepEqual(host.asked('portal.connect').map(({ companies }) => companies[0]), ['AAA010101AAA', 'BBB010101BBB']);
  assert.equal(chrome.fake.scripts.size, 1);
});

test('what is no origin, or not secure, is refused before anything is stored', async () => {
  assert.equal((await troubleFrom(portals.intend({ ...INTENT, origin: `${ORIGIN}/x` }))).kind, 'invalid_origin');
  assert.equal((await troubleFrom(portals.intend({ ...INTENT, origin: 'https://*' }))).kind, 'invalid_origin');
  assert.equal((await troubleFrom(portals.intend({ ...INTENT, origin: 'http://facturas.example.mx' }))).kind, 'insecure_origin');
  assert.equal(chrome.storage.local.values.intents, undefined);
});

test('a binding that the host refuses for good gives the permission back', async () => {
  host.answers['portal.connect'] = refused('unknown_company');
  chrome.fake.granted.add(patternOf(ORIGIN));
  assert.equal((await troubleFrom(portals.intend(INTENT))).kind, 'unknown_company');
  assert.equal(chrome.fake.granted.size, 0);
  assert.deepEqual(chrome.storage.local.values.intents, {});
  assert.equal(chrome.fake.scripts.size, 0);
});

test('a host that cannot be reached is told after its next greeting', async () => {
  host.answers['portal.connect'] = refused('host_exited', 'later');
  await connect();
  assert.deepEqual([...await portals.origins()], []);
  host.answers['portal.connect'] = (params) => params;
  await portals.settle();
  assert.deepEqual([...await portals.origins()], [ORIGIN]);
});

test('dropping takes script, permission and binding', async () => {
  await connect();
  await portals.drop(ORIGIN);
  assert.deepEqual([chrome.fake.scripts.size, chrome.fake.granted.size], [0, 0]);
  assert.deepEqual([...await portals.origins()], []);
  assert.deepEqual(host.asked('portal.disconnect'), [{ origin: ORIGIN }]);
  assert.deepEqual(dropped, [ORIGIN]);
});

test('a permission taken away in the browser undoes the rest; the host learns it when it can', async () => {
  await connect();
  host.answers['portal.disconnect'] = refused('host_missing');
  chrome.fake.granted.clear();
  await portals.revoked();
  assert.deepEqual([...await portals.origins()], []);
  assert.equal(chrome.fake.scripts.size, 0);
  assert.deepEqual(chrome.storage.local.values.owed, [ORIGIN]);
  host.answers['portal.disconnect'] = refused('portal_not_connected');
  await portals.settle();
  assert.deepEqual(chrome.storage.local.values.owed, []);
});

test('connecting again cancels a disconnection that is still owed', async () => {
  await connect();
  host.answers['portal.disconnect'] = refused('host_missing');
  await portals.drop(ORIGIN);
  host.answers['portal.disconnect'] = () => ({ done: true });
  const before = host.asked('portal.disconnect').length;
  await connect();
  await portals.settle();
  assert.equal(host.asked('portal.disconnect').length, before);
});

test('at the start scripts that an update removed come back, and strays go', async () => {
  await connect();
  chrome.fake.scripts.clear();
  chrome.fake.scripts.set('portal https://vieja.example.mx', { id: 'portal https://vieja.example.mx' });
  await portals.reconcile();
  assert.deepEqual([...chrome.fake.scripts.keys()], [`portal ${ORIGIN}`]);
  await portals.reconcile();
  assert.equal(chrome.fake.scripts.size, 1);
});

test('at the start a permission that went while no worker ran is noticed', async () => {
  await connect();
  chrome.fake.granted.clear();
  await portals.reconcile();
  assert.deepEqual([...await portals.origins()], []);
  assert.deepEqual(dropped, [ORIGIN]);
});

test('an intention that nobody answered ends', async (context) => {
  context.mock.timers.enable({ apis: ['Date'] });
  await portals.intend(INTENT);
  context.mock.timers.tick(INTENT_LIFE + 1);
  await portals.reconcile();
  assert.deepEqual(chrome.storage.local.values.intents, {});
});

test('after an update new bridges are put beside the dead ones', async () => {
  await connect();
  chrome.fake.tabs.set(1, { id: 1, url: `${ORIGIN}/a`, discarded: false });
  await portals.revive();
  assert.equal(chrome.fake.injected.length, 1);
});

/** The organisation's word. @type {any} */
let set = {};
const PLAIN = 'http://erp.oficina.example.mx';

/** @param {any} policy @param {string[]} [companies] that the host has */
function managed(policy, companies = ['AAA010101AAA']) {
  set = policy;
  host.answers['company.list'] = () => ({ companies: companies.map((rfc) => ({ rfc })) });
  return new Portals(host, (origin) => void dropped.push(origin), async () => parsePolicy(set));
}

test('what the organisation lists is bound with its companies, once there is the permission; nobody disconnects it', async () => {
  const theirs = managed({ portals: [{ origin: ORIGIN, companies: ['AAA010101AAA', 'BBB010101BBB'] }] });
  await theirs.obey();
  assert.deepEqual([host.asked('portal.connect'), await theirs.lags()], [[], false], 'without the permission there is nothing to do');
  assert.deepEqual((await theirs.standings()).pending, [{ origin: ORIGIN, companies: ['AAA010101AAA', 'BBB010101BBB'], granted: false }]);
  assert.deepEqual(await theirs.look(ORIGIN), { may: true, managed: true, companies: ['AAA010101AAA', 'BBB010101BBB'], secure: true });
  chrome.fake.granted.add(patternOf(ORIGIN));
  assert.equal(await theirs.lags(), true);
  await theirs.settle();
  assert.equal(await theirs.lags(), false);
  assert.deepEqual(host.asked('portal.connect'), [{ origin: ORIGIN, companies: ['AAA010101AAA'] }]);
  assert.deepEqual([(await theirs.standings()).managed, (await theirs.standings()).pending], [[ORIGIN], []]);
  await theirs.obey();
  assert.equal(host.asked('portal.connect').length, 1, 'what is bound is not bound again');
  assert.equal((await troubleFrom(theirs.drop(ORIGIN))).kind, 'set_by_policy');
  assert.deepEqual([...await theirs.origins()], [ORIGIN]);

  host.answers['company.list'] = () => ({ companies: [{ rfc: 'AAA010101AAA' }, { rfc: 'BBB010101BBB' }] });
  await theirs.obey();
  assert.deepEqual(host.asked('portal.connect').at(-1), { origin: ORIGIN, companies: ['AAA010101AAA', 'BBB010101BBB'] });

  set = {};
  assert.equal(await theirs.lags(), true);
  await theirs.obey();
  assert.deepEqual([...await theirs.origins()], []);
  assert.deepEqual([await theirs.lags(), dropped, chrome.fake.granted.size, chrome.fake.scripts.size], [false, [ORIGIN], 0, 0]);
  assert.deepEqual(host.asked('portal.disconnect'), [{ origin: ORIGIN }]);
});

test("the person's click gives the permission, not the companies", async () => {
  const theirs = managed({ portals: [{ origin: ORIGIN, companies: ['AAA010101AAA'] }] });
  await theirs.intend({ origin: ORIGIN, companies: ['BBB010101BBB'] });
  chrome.fake.granted.add(patternOf(ORIGIN));
  await theirs.granted();
  assert.deepEqual(host.asked('portal.connect'), [{ origin: ORIGIN, companies: ['AAA010101AAA'] }]);
});

test('what a person connected is left alone by a policy about others', async () => {
  const theirs = managed({ portals: [{ origin: 'https://otro.example.mx', companies: ['AAA010101AAA'] }] });
  chrome.fake.granted.add(patternOf(ORIGIN));
  await theirs.intend(INTENT);
  await theirs.obey();
  assert.deepEqual([...await theirs.origins()], [ORIGIN]);
  await theirs.drop(ORIGIN);
  assert.deepEqual([...await theirs.origins()], []);
});

test('plain http: refused, then listed and told to the host, then no longer listed and ended', async () => {
  const theirs = managed({});
  assert.equal((await troubleFrom(theirs.intend({ ...INTENT, origin: PLAIN }))).kind, 'insecure_origin');
  assert.deepEqual(await theirs.look(PLAIN), { may: false, managed: false, companies: null, secure: false });
  set = { insecure_origins: [PLAIN] };
  chrome.fake.granted.add(patternOf(PLAIN));
  await theirs.intend({ ...INTENT, origin: PLAIN });
  assert.deepEqual(host.asked('portal.connect'), [{ ...INTENT, origin: PLAIN, insecure: true }]);
  await theirs.obey();
  assert.deepEqual([...await theirs.origins()], [PLAIN]);
  set = {};
  await theirs.obey();
  assert.deepEqual([...await theirs.origins()], []);
  assert.deepEqual(host.asked('portal.disconnect'), [{ origin: PLAIN }]);
});
