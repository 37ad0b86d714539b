import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, mock, test } from 'node:test';

import { ID, settled } from './chrome_fake.js';
import { FakePage, putInPlace } from './page_fake.js';
import { CLASSIC, classicOf, load, MODULE } from './sdk_forms.js';

/** @type {FakePage} */ let page;
/** @type {import('./sdk_forms.js').Sdk} */ let sdk;

/** @param {Promise<unknown>} promise */
const refusal = (promise) => promise.then(() => assert.fail('nothing was refused'), (error) => {
  assert.ok(error instanceof sdk.CorreoCfdiError);
  return error;
});

/** Lets the time pass after which a call looks whether anybody is there. */
async function missing() {
  mock.timers.tick(sdk.MISSING_AFTER);
  await settled();
}

/** Both forms hold every promise. @param {import('./sdk_forms.js').Form} form */
function behaviour(form) {
  beforeEach(async () => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    page = new FakePage();
    putInPlace(page);
    sdk = await load(form);
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
    await missing();
    const error = await spanish;
    assert.deepEqual([error.kind, error.retry, error.action, error.name], ['extension_missing', 'never', 'install_extension', 'CorreoCfdiError']);
    assert.match(error.message, /Conectar este portal/);
    page.document.documentElement.lang = 'en';
    const english = refusal(sdk.status());
    await missing();
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

  test('a refusal keeps kind, retry, sentence and action', async () => {
    page.inject(async () => ({ trouble: { kind: 'refused_by_person', retry: 'never', message: 'Dicho.', action: 'none' } }));
    const error = await refusal(sdk.status());
    assert.deepEqual([error.kind, error.retry, error.message, error.action], ['refused_by_person', 'never', 'Dicho.', 'none']);
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
    await missing();
    assert.equal((await call).kind, 'extension_missing');
  });

  test('a page too busy to hear the bridge in time does not take it for missing', async () => {
    page.inject(async () => ({ ok: 1 }));
    await settled();
    page.hold();
    const call = sdk.status();
    await missing();
    page.release();
    assert.equal(await call, 1);
  });

  test('what was asked while nobody was there is not answered by what is there later', async () => {
    const call = refusal(sdk.status());
    await missing();
    assert.equal((await call).kind, 'extension_missing');
    const worker = mock.fn(async () => ({ ok: 1 }));
    page.inject(worker);
    await settled();
    assert.equal(worker.mock.callCount(), 0);
  });

  test('what cannot be copied to the extension is refused at once', async () => {
    page.copies = true;
    await assert.rejects(sdk.send(/** @type {any} */ ({ documents: [() => 1], to: [] })), { name: 'DataCloneError' });
  });

  /** @param {unknown[]} answers one for each look */
  const looks = (answers) => mock.fn(async () => /** @type {any} */ (answers.length > 1 ? answers.shift() : answers[0]));
  /** @param {string} state */
  const at = (state) => ({ ok: { delivery: 'E1', state, reason: null } });
  /** @param {string} kind @param {string} retry */
  const trouble = (kind, retry) => ({ trouble: { kind, retry, message: 'M', action: 'retry' } });

  /** Collects what is told while the clock runs. @param {AsyncIterable<{ state: string }>} watched @param {(states: string[]) => void} [seen] */
  async function collect(watched, seen = () => undefined) {
    /** @type {string[]} */ const states = [];
    let over = false;
    const all = (async () => {
      for await (const { state } of watched) seen((states.push(state), states));
    })().finally(() => (over = true));
    all.catch(() => undefined);
    for (let turn = 0; !over && turn < 200; turn += 1) {
      await settled();
      mock.timers.tick(1_000);
    }
    await all;
    return states;
  }

  test('watch tells every change once, and ends where nothing changes by itself', async () => {
    const worker = looks([at('queued'), at('queued'), at('sending'), trouble('portal_rate_limited', 'later'), at('sending'), at('sent'), at('failed')]);
    page.inject(worker);
    assert.deepEqual(await collect(sdk.watch('E1')), ['queued', 'sending', 'sent']);
    assert.equal(worker.mock.callCount(), 6);
  });

  test('watch passes over passing troubles for a while, and over no others', async () => {
    const worker = looks([at('queued'), trouble('host_mute', 'later')]);
    page.inject(worker);
    await assert.rejects(collect(sdk.watch('E1')), { kind: 'host_mute' });
    assert.equal(worker.mock.callCount(), 7);
  });

  test('watch ends with its first lasting trouble', async () => {
    const worker = looks([trouble('unknown_delivery', 'never')]);
    page.inject(worker);
    await assert.rejects(collect(sdk.watch('E1')), { kind: 'unknown_delivery' });
    assert.equal(worker.mock.callCount(), 1);
  });

  test('watch ends without an error when its signal says so', async () => {
    const ending = new AbortController();
    page.inject(looks([at('queued')]));
    assert.deepEqual(await collect(sdk.watch('E1', { signal: ending.signal }), () => ending.abort()), ['queued']);
    assert.deepEqual(await collect(sdk.watch('E1', { signal: AbortSignal.abort() })), []);
  });
}

for (const form of /** @type {const} */ (['module', 'classic'])) describe(`as a ${form}`, () => behaviour(form));

test('the classic script is the module inside a function', () => {
  const expected = classicOf(readFileSync(MODULE, 'utf8'));
  if (process.env['UPDATE_GENERATED'] !== undefined) writeFileSync(CLASSIC, expected);
  assert.equal(readFileSync(CLASSIC, 'utf8'), expected, 'UPDATE_GENERATED=1 node --test extension/unit/sdk.test.js writes it anew');
});

test('both forms offer the same names, and the types know them all', async () => {
  putInPlace(new FakePage());
  const names = Object.keys(await load('module')).sort();
  assert.deepEqual(Object.keys(await load('classic')).sort(), names);
  const types = readFileSync(new URL('../../../extension/portal-sdk/correo-cfdi.d.ts', import.meta.url), 'utf8');
  assert.deepEqual([...types.matchAll(/^export (?:function|class|const) (\w+)/gm)].map(([, name]) => name).sort(), names);
});
