import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ID, installChrome, settled } from './chrome_fake.js';

const PAGE = { id: ID, origin: `chrome-extension://${ID}` };

test('the worker as a whole: listeners on the first tick, pages served by trust, state pushed', async () => {
  const chrome = installChrome();
  chrome.fake.onConnect = (/** @type {any} */ port) => {
    port.postMessage = (/** @type {any} */ { id, method }) => {
      const result = method === 'hello' ? { protocol: 1, host_version: '1', locale: 'es', os_user: 'ana', system: 'linux', methods: [] } : { companies: [] };
      queueMicrotask(() => port.onMessage.fire({ jsonrpc: '2.0', id, result }));
    };
  };
  const loading = import('../../../extension/worker/main.js');
  await loading;
  for (const event of [chrome.runtime.onMessage, chrome.runtime.onConnect, chrome.runtime.onInstalled, chrome.runtime.onStartup, chrome.runtime.onUpdateAvailable, chrome.alarms.onAlarm, chrome.notifications.onClicked, chrome.permissions.onAdded, chrome.permissions.onRemoved, chrome.storage.onChanged, chrome.tabs.onRemoved]) {
    assert.equal(event.listeners.size, 1);
  }

  /** @param {any} message @param {any} sender */
  const ask = (message, sender) => new Promise((resolve) => {
    const [kept] = chrome.runtime.onMessage.fire(message, sender, resolve);
    if (kept !== true) resolve('no answer');
  });
  /** @type {any[]} */ const events = [];
  const { FakePort } = await import('./chrome_fake.js');
  const port = new FakePort('events', PAGE);
  port.postMessage = (event) => void events.push(event);
  chrome.runtime.onConnect.fire(port);

  assert.deepEqual(await ask({ ask: 'state', params: {} }, PAGE), { ok: { hello: null, trouble: null, signIn: null, waiting: 0 } });
  assert.deepEqual(await ask({ ask: 'host', params: { method: 'company.list', params: {} } }, PAGE), { ok: { companies: [] } });
  await settled();
  assert.equal(events.find(({ event }) => event === 'state').state.hello.os_user, 'ana');

  for (const method of ['hello', 'sign_in.begin', 'sign_in.complete']) {
    assert.equal((await ask({ ask: 'host', params: { method, params: {} } }, PAGE)).trouble.kind, 'unknown_method');
  }
  assert.equal((await ask({ ask: 'toString', params: {} }, PAGE)).trouble.kind, 'unknown_method');
  assert.equal((await ask({}, PAGE)).trouble.kind, 'unknown_method');
  assert.deepEqual(await ask({ ask: 'sign_in.start', params: { company: 'A', from: 'popup' } }, PAGE), { ok: { started: true } });
  await settled();
  assert.equal(events.findLast(({ event }) => event === 'state').state.signIn.trouble.kind, 'identity_missing');

  const portal = { id: ID, origin: 'https://facturas.example.mx', url: 'https://facturas.example.mx/', frameId: 0, documentLifecycle: 'active', documentId: 'D', tab: { id: 1 } };
  assert.equal(await ask({ ask: 'state', params: {} }, portal), 'no answer');
  assert.equal(await ask({ ask: 'state', params: {} }, { id: 'other', origin: 'chrome-extension://other' }), 'no answer');
  assert.equal((await ask({ portal: 'status', call: 'C', params: {} }, portal)).trouble.kind, 'portal_not_connected');

  const foreign = new FakePort('events', portal);
  chrome.runtime.onConnect.fire(foreign);
  assert.equal(foreign.disconnected, true);
});
