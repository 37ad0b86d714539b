/** The messages that Rust wrote down: the extension sends exactly these, and understands these. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { beforeEach, mock, test } from 'node:test';

import { Host } from '../../../extension/worker/host.js';
import { installChrome, settled, troubleFrom } from './chrome_fake.js';

const FIXTURES = new URL('../../fixtures/protocol/', import.meta.url);
const TYPES = fs.readFileSync(new URL('../../../extension/shared/protocol.d.ts', import.meta.url), 'utf8');

/** @param {string} name @returns {any} */
const fixture = (name) => JSON.parse(fs.readFileSync(new URL(name, FIXTURES), 'utf8'));

/** Names that an interface of the generated types lists. @param {string} name */
function members(name) {
  const body = new RegExp(`interface ${name} \\{\n([^]*?)\n\\}`).exec(TYPES)?.[1] ?? '';
  return [...body.matchAll(/^\s*'([^']+)':/gm)].map(([, member]) => String(member));
}

const NAMES = fs.readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
const REQUESTS = NAMES.filter((name) => fixture(name).request !== undefined);
const NOTICES = NAMES.filter((name) => name.startsWith('notification-'));
const REFUSALS = NAMES.filter((name) => fixture(name).error !== undefined);

/** @type {any} */ let chrome;
/** @type {any[]} */ let heard;
/** @type {Host} */ let host;

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  chrome = installChrome();
  heard = [];
  host = new Host({ onEvent: (event, params) => void heard.push({ event, params }), onGreeting: () => undefined, onLost: () => undefined });
});

const port = () => chrome.fake.ports[0];

/** Says hello as the fixture does, so that the next message is the one that counts. */
async function greeted() {
  const greeting = host.greet();
  port().onMessage.fire({ ...fixture('hello.json').answer, id: port().sent[0].id });
  await greeting;
}

test('every kind of file is there, and every method of the surface has one', () => {
  assert.deepEqual([...REQUESTS, ...NOTICES, ...REFUSALS].sort(), [...NAMES].sort());
  assert.ok(REFUSALS.length > 0 && NOTICES.length > 0);
  assert.deepEqual(REQUESTS.map((name) => fixture(name).request.method).sort(), members('HostSurface').sort());
  const events = members('HostEvents');
  for (const name of NOTICES) assert.ok(events.includes(fixture(name).method), name);
});

test('hello.json: the greeting has the same members', async () => {
  host.greet().catch(() => undefined);
  const { request } = fixture('hello.json');
  const [sent] = port().sent;
  assert.deepEqual(Object.keys(sent).sort(), Object.keys(request).sort());
  assert.deepEqual(Object.keys(sent.params).sort(), Object.keys(request.params).sort());
  assert.deepEqual([sent.jsonrpc, sent.method], [request.jsonrpc, request.method]);
});

for (const name of REQUESTS.filter((one) => one !== 'hello.json')) {
  test(`${name}: sent word for word, and its result handed through`, async () => {
    const { request, answer } = fixture(name);
    await greeted();
    const call = host.call(request.method, request.params);
    await settled();
    const sent = port().sent.at(-1);
    assert.deepEqual({ ...sent, id: request.id }, request);
    port().onMessage.fire({ ...answer, id: sent.id });
    assert.deepEqual(await call, answer.result);
  });
}

for (const name of NOTICES) {
  test(`${name}: heard word for word`, async () => {
    const { method, params } = fixture(name);
    await greeted();
    port().onMessage.fire(fixture(name));
    assert.deepEqual(heard, [{ event: method, params }]);
  });
}

for (const name of REFUSALS) {
  test(`${name}: a trouble with the same kind, reasons and sentence`, async () => {
    const { error } = fixture(name);
    await greeted();
    const refused = troubleFrom(host.call('company.list', {}));
    await settled();
    port().onMessage.fire({ ...fixture(name), id: port().sent.at(-1).id });
    assert.deepEqual(await refused, { ...error.data, message: error.message });
  });
}

test('a refusal of what could not even be read belongs to no request', async () => {
  await greeted();
  let over = false;
  void troubleFrom(host.call('company.list', {})).then(() => void (over = true));
  await settled();
  port().onMessage.fire(fixture('refusal-unread.json'));
  await settled();
  assert.deepEqual([over, heard], [false, []]);
});
