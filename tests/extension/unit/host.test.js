import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { Host, HOST_NAME, SILENCE } from '../../../extension/worker/host.js';
import { FIRST_CONTACT, GIVEN_UP, PORTAL_PATIENCE, QUICK } from '../../../extension/worker/timeouts.js';
import { installChrome, settled, troubleFrom } from './chrome_fake.js';

/** @type {any} */ let chrome;
/** @type {Host} */ let host;
/** @type {any[]} */ let heard;

const HELLO = { protocol: 1, host_version: '1.0.0', locale: 'es', os_user: 'u', system: 'linux', methods: [] };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  chrome = installChrome();
  heard = [];
  host = new Host({
    onEvent: (event, params) => void heard.push({ event, params }),
    onGreeting: (hello, trouble) => void heard.push({ hello, trouble }),
    onLost: () => void heard.push('lost'),
  });
});

/** @param {number} index */
const port = (index = 0) => chrome.fake.ports[index];

/** Answers the last request of a port. @param {any} port @param {object} answer */
const answer = (port, answer) => port.onMessage.fire({ jsonrpc: '2.0', id: port.sent.at(-1).id, ...answer });

/** Ends a port as the browser does. @param {any} port @param {string} text */
function end(port, text) {
  chrome.runtime.lastError = { message: text };
  port.onDisconnect.fire(port);
  chrome.runtime.lastError = undefined;
}

/** Starts a call and answers the greeting. @param {any} method @param {any} params */
async function begin(method = 'company.list', params = {}) {
  const call = host.call(method, params);
  call.catch(() => undefined);
  answer(port(), { result: HELLO });
  await settled();
  return { call };
}

test('one port carries everything, and hello comes first', async () => {
  const first = host.call('company.list', {});
  const second = host.call('account.list', {});
  assert.equal(chrome.fake.ports.length, 1);
  assert.equal(port().name, HOST_NAME);
  assert.deepEqual(port().sent.map((/** @type {any} */ m) => m.method), ['hello']);
  assert.deepEqual(port().sent[0].params, { protocol: 1, min_protocol: 1, extension_version: '9.8.7', locale: 'es' });
  answer(port(), { result: HELLO });
  await settled();
  const [, one, two] = port().sent;
  assert.deepEqual([one.method, two.method], ['company.list', 'account.list']);
  port().onMessage.fire({ jsonrpc: '2.0', id: two.id, result: { accounts: [] } });
  port().onMessage.fire({ jsonrpc: '2.0', id: one.id, result: { companies: [] } });
  assert.deepEqual(await first, { companies: [] });
  assert.deepEqual(await second, { accounts: [] });
  assert.deepEqual(heard, [{ hello: HELLO, trouble: null }]);
});

for (const [text, kind] of [
  ['Specified native messaging host not found.', 'host_missing'],
  ['Access to the specified native messaging host is forbidden.', 'host_forbidden'],
  ['Access to the native messaging host was disabled by the system administrator.', 'host_disabled'],
  ['Native host has exited.', 'host_exited'],
  ['Error when communicating with the native messaging host.', 'host_garbled'],
  ['some day another text', 'host_exited'],
]) {
  test(`"${text}" is ${kind}, for every request that waits`, async () => {
    const first = troubleFrom(host.call('company.list', {}));
    const second = troubleFrom(host.call('account.list', {}));
    end(port(), String(text));
    const trouble = await first;
    assert.equal(trouble.kind, kind);
    assert.equal(trouble.message, `<err_${kind}> <rec_${kind}>`);
    assert.equal(trouble.said, text, "the browser's own words stay");
    assert.equal((await second).kind, kind);
    assert.equal(heard.at(-1).trouble.kind, kind);
  });
}

test('a refusal keeps the host\'s sentence and data', async () => {
  const { call } = await begin('company.save', {});
  answer(port(), { error: { code: -32000, message: 'Dicho.', data: { kind: 'invalid_rfc', retry: 'never', subject: 'X' } } });
  assert.deepEqual(await troubleFrom(call), { kind: 'invalid_rfc', retry: 'never', subject: 'X', message: 'Dicho.' });
});

test('a host that refuses the greeting is left, and asked anew by the next request only', async () => {
  const call = troubleFrom(host.call('company.list', {}));
  answer(port(), { error: { code: -32000, message: 'M', data: { kind: 'update_host', retry: 'after_update' } } });
  assert.equal((await call).kind, 'update_host');
  assert.equal(port().disconnected, true);
  mock.timers.tick(10 * SILENCE);
  assert.equal(chrome.fake.ports.length, 1);
  host.call('company.list', {}).catch(() => undefined);
  assert.equal(chrome.fake.ports.length, 2);
});

test('a host that never greets is mute after the first-contact time', async () => {
  const call = troubleFrom(host.call('company.list', {}));
  mock.timers.tick(FIRST_CONTACT);
  assert.equal((await call).kind, 'host_mute');
  assert.equal(port().disconnected, true);
});

test('who cannot wait is told of a mute host, and the greeting may still come', async () => {
  const first = troubleFrom(host.reach(PORTAL_PATIENCE));
  mock.timers.tick(PORTAL_PATIENCE);
  assert.equal((await first).kind, 'host_mute');
  const second = troubleFrom(host.reach(PORTAL_PATIENCE));
  mock.timers.tick(0);
  assert.equal((await second).kind, 'host_mute', 'without a wait of its own');
  assert.deepEqual([chrome.fake.ports.length, port().disconnected], [1, false]);
  const third = host.reach(PORTAL_PATIENCE);
  answer(port(), { result: HELLO });
  await third;
  assert.deepEqual(heard, [{ hello: HELLO, trouble: null }]);
});

test('a host that has greeted and turned mute is left, so that the next request meets a fresh one', async () => {
  const { call } = await begin();
  answer(port(), { result: {} });
  await call;
  const answered = host.reach(PORTAL_PATIENCE);
  assert.deepEqual([port().sent.at(-1).method, port().sent.at(-1).params], ['request.cancel', { id: 0 }]);
  answer(port(), { result: {} });
  await answered;
  const [mute, later] = [troubleFrom(host.reach(PORTAL_PATIENCE)), troubleFrom(host.reach(PORTAL_PATIENCE))];
  mock.timers.tick(PORTAL_PATIENCE);
  assert.deepEqual([(await mute).kind, (await later).kind], ['host_mute', 'host_mute'], 'however many ask');
  assert.equal(port().disconnected, true);
  host.reach(PORTAL_PATIENCE).catch(() => undefined);
  assert.equal(chrome.fake.ports.length, 2);
});

test('why there is no conversation is told to who cannot wait, too', async () => {
  const reached = troubleFrom(host.reach(PORTAL_PATIENCE));
  end(port(), 'Specified native messaging host not found.');
  assert.equal((await reached).kind, 'host_missing');
});

test('a request without an answer ends in host_mute and the process is left', async () => {
  const { call } = await begin();
  mock.timers.tick(QUICK - 1);
  assert.equal(port().disconnected, false);
  mock.timers.tick(1);
  assert.equal((await troubleFrom(call)).kind, 'host_mute');
  assert.equal(port().disconnected, true);
});

test('a mute request does not take a sign-in with it: the host is asked to give it up', async () => {
  const { call } = await begin();
  const id = port().sent.at(-1).id;
  host.hold(1e9);
  mock.timers.tick(QUICK);
  assert.equal((await troubleFrom(call)).kind, 'host_mute');
  assert.equal(port().disconnected, false);
  assert.deepEqual([port().sent.at(-1).method, port().sent.at(-1).params], ['request.cancel', { id }]);
});

test('a mute answer to a question whether it is there does not take the work of others with it', async () => {
  const { call } = await begin();
  const mute = troubleFrom(host.reach(PORTAL_PATIENCE));
  mock.timers.tick(PORTAL_PATIENCE);
  assert.equal((await mute).kind, 'host_mute');
  assert.equal(port().disconnected, false);
  mock.timers.tick(QUICK);
  assert.equal((await troubleFrom(call)).kind, 'host_mute');
  assert.equal(port().disconnected, true, 'once that has timed out as well');
});

test('a host that does not even read for long is left, whoever holds it', async () => {
  await begin('library.scan');
  host.hold(1e9);
  for (let waited = 0; waited < GIVEN_UP; waited += PORTAL_PATIENCE) {
    assert.equal(port().disconnected, false);
    const mute = troubleFrom(host.reach(PORTAL_PATIENCE));
    mock.timers.tick(PORTAL_PATIENCE);
    assert.equal((await mute).kind, 'host_mute');
  }
  assert.equal(port().disconnected, true);
  assert.equal(heard.at(-1), 'lost');
});

test('a host that was slow and is heard again is not left', async () => {
  await begin('library.scan');
  host.hold(1e9);
  for (let turn = 0; turn < 10; turn += 1) {
    const mute = troubleFrom(host.reach(PORTAL_PATIENCE));
    mock.timers.tick(PORTAL_PATIENCE);
    assert.equal((await mute).kind, 'host_mute');
    port().onMessage.fire({ jsonrpc: '2.0', method: 'library.progress', params: {} });
  }
  assert.equal(port().disconnected, false);
});

test('a request over the browser\'s limit is request_too_large and the port stays', async () => {
  await begin();
  answer(port(), { result: {} });
  port().postMessage = () => {
    throw new Error('Message exceeded maximum allowed size of 64MiB.');
  };
  assert.equal((await troubleFrom(host.call('client.import', { json: '' }))).kind, 'request_too_large');
  assert.equal(port().disconnected, false);
});

test('silence closes the port; a hold keeps it; the hold\'s limit ends it', async () => {
  await begin();
  answer(port(), { result: {} });
  const expired = mock.fn();
  const release = host.hold(3 * SILENCE, expired);
  mock.timers.tick(2 * SILENCE);
  assert.equal(port().disconnected, false);
  release();
  release();
  mock.timers.tick(SILENCE - 1);
  assert.equal(port().disconnected, false);
  mock.timers.tick(1);
  assert.equal(port().disconnected, true);
  assert.equal(expired.mock.callCount(), 0);
  assert.equal(heard.at(-1), 'lost');
});

test('an answer of a port that was left counts for nothing', async () => {
  const { call } = await begin();
  const old = port();
  const id = old.sent.at(-1).id;
  end(old, 'Native host has exited.');
  assert.equal((await troubleFrom(call)).kind, 'host_exited');
  old.onMessage.fire({ jsonrpc: '2.0', id, result: {} });
  old.onMessage.fire({ jsonrpc: '2.0', method: 'account.changed', params: { account: 'a' } });
  assert.equal(heard.some((one) => one.event !== undefined), false);
});

test('notifications are passed on; an answer without content is garbled', async () => {
  const { call } = await begin();
  port().onMessage.fire({ jsonrpc: '2.0', method: 'account.changed', params: { account: 'a' } });
  assert.deepEqual(heard.at(-1), { event: 'account.changed', params: { account: 'a' } });
  answer(port(), {});
  assert.equal((await troubleFrom(call)).kind, 'host_garbled');
});
