import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';

import { ID, settled } from './chrome_fake.js';
import { FakePage } from './page_fake.js';

/** @type {FakePage} */ let page;
/** @type {any[]} */ let sent;
/** @type {(message: any) => Promise<any>} */ let worker;
/** @type {any} */ let chrome;

beforeEach(() => {
  page = new FakePage();
  sent = [];
  worker = async () => ({ ok: 1 });
  chrome = page.inject((message) => {
    sent.push(message);
    return worker(message);
  });
  page.posted.length = 0;
});

const ASK = { channel: 'correo-cfdi', to: 'bridge', call: 'C1', verb: 'status', params: {} };
/** Messages of other realms have other prototypes. @param {any} value */
const plain = (value) => JSON.parse(JSON.stringify(value));
const replies = () => plain(page.heard.filter(({ reply }) => reply !== undefined).map(({ call, reply }) => ({ call, reply })));

/** @param {any} data */
async function say(data) {
  page.postMessage(data, page.location.origin);
  await settled();
}

test('it announces itself, takes a call, relays it and posts the answer to its own origin', async () => {
  const other = new FakePage();
  other.inject(async () => ({}));
  assert.equal(other.heard[0].ready, true);
  await say(ASK);
  assert.deepEqual(plain(sent), [{ portal: 'status', call: 'C1', params: {} }]);
  assert.equal(page.heard[0].taken, true);
  assert.deepEqual(replies(), [{ call: 'C1', reply: { ok: 1 } }]);
});

test('it hears only this very window, this origin and its own channel', async () => {
  const good = { source: page, origin: page.location.origin, data: ASK };
  page.deliver({ ...good, source: {} });
  page.deliver({ ...good, origin: 'https://evil.test' });
  page.deliver({ ...good, data: { ...ASK, channel: 'other' } });
  page.deliver({ ...good, data: { ...ASK, to: 'page' } });
  page.deliver({ ...good, data: null });
  page.deliver({ ...good, data: { ...ASK, call: 5 } });
  page.deliver({ ...good, data: { ...ASK, verb: {} } });
  await settled();
  assert.deepEqual([sent, page.posted], [[], []]);
});

test('a call that is repeated is relayed once', async () => {
  await say(ASK);
  await say(ASK);
  assert.equal(sent.length, 1);
});

test('an answer that comes later is posted once, and only from our own worker', async () => {
  worker = async () => ({ later: true });
  await say(ASK);
  assert.deepEqual(replies(), []);
  chrome.runtime.onMessage.fire({ call: 'C1', reply: { ok: 2 } }, { id: 'other' });
  chrome.runtime.onMessage.fire({ call: 'unknown', reply: { ok: 2 } }, { id: ID });
  assert.deepEqual(replies(), []);
  chrome.runtime.onMessage.fire({ call: 'C1', reply: { ok: 3 } }, { id: ID });
  chrome.runtime.onMessage.fire({ call: 'C1', reply: { ok: 4 } }, { id: ID });
  assert.deepEqual(replies(), [{ call: 'C1', reply: { ok: 3 } }]);
});

test('an extension that was reloaded says so: at a new call, in the middle of one, and while a person is awaited', async () => {
  worker = async () => ({ later: true });
  await say(ASK);
  worker = async () => {
    chrome.runtime.id = undefined;
    throw new Error('Extension context invalidated.');
  };
  await say({ ...ASK, call: 'C2' });
  await say({ ...ASK, call: 'C3' });
  page.look();
  assert.deepEqual(replies().map((/** @type {any} */ { call, reply }) => [call, reply.trouble.kind]), [
    ['C2', 'extension_reloaded'], ['C3', 'extension_reloaded'], ['C1', 'extension_reloaded'],
  ]);
  assert.equal(replies()[0].reply.trouble.message, '<err_extension_reloaded> <rec_extension_reloaded>');
});

test('a worker that dies in the middle is internal, to be tried later', async () => {
  worker = () => Promise.reject(new Error('The message port closed before a response was received.'));
  await say(ASK);
  worker = async () => undefined;
  await say({ ...ASK, call: 'C2' });
  assert.deepEqual(replies().map((/** @type {any} */ { reply }) => [reply.trouble.kind, reply.trouble.retry]), [['internal', 'later'], ['internal', 'later']]);
});

test('a huge request does not reach the worker', async () => {
  await say({ ...ASK, params: { documents: 'x'.repeat(100_000) } });
  assert.deepEqual(sent, []);
  assert.equal(replies()[0].reply.trouble.kind, 'invalid_portal_request');
});

test('what can be posted but not sent is no request: a ring, a great number, a tower', async () => {
  /** @type {any} */
  const ring = {};
  ring.itself = ring;
  /** @type {any} */
  let tower = {};
  for (let floor = 0; floor < 100_000; floor += 1) tower = { tower };
  for (const [index, params] of [ring, { documents: 5n }, tower].entries()) await say({ ...ASK, call: `C${index}`, params });
  assert.deepEqual(sent, []);
  assert.deepEqual(page.heard.filter(({ reply }) => reply !== undefined).map(({ reply }) => reply.trouble.kind), Array(3).fill('invalid_portal_request'));
});

test('a page may have three hundred calls on their way, and again as many when they are answered', async () => {
  /** @type {((reply: any) => void)[]} */
  const open = [];
  worker = () => new Promise((resolve) => open.push(resolve));
  for (let call = 0; call < 305; call += 1) page.postMessage({ ...ASK, call: `C${call}` }, page.location.origin);
  await settled();
  assert.equal(sent.length, 300);
  assert.deepEqual(replies().map((/** @type {any} */ { reply }) => reply.trouble.kind), Array(5).fill('portal_rate_limited'));
  for (const resolve of open) resolve({ ok: 1 });
  await settled();
  await say({ ...ASK, call: 'after' });
  assert.equal(sent.length, 301);
});

test('a page that is loaded ahead reaches the worker only once it is shown', async () => {
  page.document.prerendering = true;
  await say(ASK);
  assert.deepEqual([sent, replies()], [[], []]);
  page.shown();
  await settled();
  assert.equal(sent.length, 1);
  assert.deepEqual(replies(), [{ call: 'C1', reply: { ok: 1 } }]);
});

test('an element of the page with the name of our mark does not keep the bridge away', async () => {
  const clobbered = new FakePage();
  let relayed = 0;
  clobbered.inject(async () => (relayed += 1), { correoCfdiBridge: {} });
  await settled();
  clobbered.postMessage(ASK, clobbered.location.origin);
  await settled();
  assert.equal(relayed, 1);
});

test('a dead bridge leaves the page to the one that comes after it', async () => {
  chrome.runtime.id = undefined;
  page.inject(async () => ({ ok: 'new' }));
  await settled();
  await say(ASK);
  assert.deepEqual(replies(), [{ call: 'C1', reply: { ok: 'new' } }]);
});

test('a bridge that lives stays, whatever a page pretends', async () => {
  await say({ channel: 'correo-cfdi', to: 'page', ready: true, bridge: 'forged' });
  await say(ASK);
  assert.equal(sent.length, 1);
});

test('it is one classic script of at most 100 lines without imports', () => {
  const source = readFileSync(new URL('../../../extension/bridge/bridge.js', import.meta.url), 'utf8');
  assert.ok(source.split('\n').length <= 101);
  assert.doesNotMatch(source, /^\s*(import|export)\b|\bimport\(/m);
});
