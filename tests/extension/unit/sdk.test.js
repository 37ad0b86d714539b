import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { ID, settled } from './chrome_fake.js';
import { FakePage } from './page_fake.js';

/** @type {FakePage} */ let page;
/** @type {typeof import('../../../extension/portal-sdk/correo-cfdi.js')} */ let sdk;
let copy = 0;

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  page = new FakePage();
  for (const name of /** @type {const} */ (['window', 'location', 'document'])) Object.defineProperty(globalThis, name, { value: page[name], configurable: true });
  // Each test gets a module of its own, because the SDK listens to one window for the life of a page.
  sdk = await import(`../../../extension/portal-sdk/correo-cfdi.js?${(copy += 1)}`);
});

/** @param {Promise<unknown>} promise */
const refusal = (promise) => promise.then(() => assert.fail('nothing was refused'), (error) => {
  assert.ok(error instanceof sdk.CorreoCfdiError);
  return error;
});

test('with a bridge there is no fixed wait', async () => {
  const worker = mock.fn(async (/** @type {any} */ message) => ({ ok: { echoed: message.portal } }));
  page.inject(worker);
  await settled();
  assert.deepEqual(await sdk.status(), { echoed: 'status' });
  await sdk.deliveryStatus('E1');
  await sdk.cancel('E1');
  const request = { documents: [], to: ['a@b.mx'] };
  await sdk.send(request);
  assert.deepEqual(worker.mock.calls.map(({ arguments: [message] }) => [message.portal, message.params]), [
    ['status', {}], ['deliveryStatus', { delivery: 'E1' }], ['cancel', { delivery: 'E1' }], ['send', request],
  ]);
});

test('without a bridge it is extension_missing, in the page\'s language', async () => {
  const spanish = refusal(sdk.status());
  mock.timers.tick(sdk.MISSING_AFTER);
  const error = await spanish;
  assert.deepEqual([error.kind, error.retry, error.name], ['extension_missing', 'never', 'CorreoCfdiError']);
  assert.match(error.message, /Conectar este portal/);
  page.document.documentElement.lang = 'en';
  const english = refusal(sdk.status());
  mock.timers.tick(sdk.MISSING_AFTER);
  assert.match((await english).message, /Connect this portal/);
});

test('an extension that appears while a call waits answers it, once', async () => {
  const call = sdk.status();
  await settled();
  const worker = mock.fn(async () => ({ ok: 1 }));
  page.inject(worker);
  assert.equal(await call, 1);
  assert.equal(worker.mock.callCount(), 1);
});

test('a person may take any time', async () => {
  const chrome = page.inject(async () => ({ later: true }));
  const call = sdk.send({ documents: [], to: [] });
  await settled();
  mock.timers.tick(1e9);
  const { call: id } = page.posted.find(({ verb }) => verb === 'send');
  chrome.runtime.onMessage.fire({ call: id, reply: { ok: 'sent' } }, { id: ID });
  assert.equal(await call, 'sent');
});

test('a refusal keeps kind, retry and sentence', async () => {
  page.inject(async () => ({ trouble: { kind: 'refused_by_person', retry: 'never', message: 'Dicho.' } }));
  const error = await refusal(sdk.status());
  assert.deepEqual([error.kind, error.retry, error.message], ['refused_by_person', 'never', 'Dicho.']);
});

test('a new bridge means that the old one\'s calls are lost', async () => {
  const chrome = page.inject(async () => ({ later: true }));
  const call = refusal(sdk.send({ documents: [], to: [] }));
  await settled();
  chrome.runtime.id = undefined;
  page.inject(async () => ({ ok: 1 }));
  assert.equal((await call).kind, 'extension_reloaded');
  assert.equal(await sdk.status(), 1);
});

test('onAvailable tells of a bridge that is there, and of one that comes', async () => {
  const told = mock.fn();
  const end = sdk.onAvailable(told);
  await settled();
  assert.equal(told.mock.callCount(), 0);
  const chrome = page.inject(async () => ({}));
  await settled();
  assert.equal(told.mock.callCount(), 1);
  const late = mock.fn();
  sdk.onAvailable(late);
  await settled();
  assert.equal(late.mock.callCount(), 1);
  end();
  chrome.runtime.id = undefined;
  page.inject(async () => ({}));
  await settled();
  assert.deepEqual([told.mock.callCount(), late.mock.callCount()], [1, 2]);
});

test('messages of other windows and origins count for nothing', async () => {
  const call = refusal(sdk.status());
  const { call: id } = page.posted[0];
  const data = { channel: 'correo-cfdi', to: 'page', call: id, reply: { ok: 'forged' } };
  page.deliver({ source: {}, origin: page.location.origin, data });
  page.deliver({ source: page, origin: 'https://evil.test', data });
  mock.timers.tick(sdk.MISSING_AFTER);
  assert.equal((await call).kind, 'extension_missing');
});
