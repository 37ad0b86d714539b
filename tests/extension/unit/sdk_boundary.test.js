/** Whatever a page, its advertisements or its other extensions post into its window: no call of the library is answered by it. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import fc from 'fast-check';

import { settled } from './chrome_fake.js';
import { FakePage, putInPlace } from './page_fake.js';
import { load } from './sdk_forms.js';

/** @type {FakePage} */ let page;
/** @type {import('./sdk_forms.js').Sdk} */ let sdk;
/** @type {unknown[]} what was thrown by a listener, as a browser would report it */ let thrown;

/** Runs of each property; the seed that fails is printed by fast-check. */
const RUNS = 500;

beforeEach(() => {
  page = new FakePage();
  page.deliver = (event) => {
    for (const listener of [...page.listeners]) {
      try {
        listener(event);
      } catch (error) {
        thrown.push(error);
      }
    }
  };
  thrown = [];
  putInPlace(page);
});
afterEach(() => assert.deepEqual(thrown, []));

/** Names and values of the real conversation, so that what is made up comes close to it. */
const WORDS = ['correo-cfdi', 'bridge', 'page', 'echo', 'status', 'send', 'ok', 'trouble', 'ready', 'taken', 'kind', 'extension_reloaded', '__proto__', 'constructor'];
const value = fc.oneof(fc.constantFrom(...WORDS), fc.boolean(), fc.integer(), fc.constantFrom(null, undefined, NaN, 10n, Symbol.iterator), fc.anything({ maxDepth: 2 }));
const reply = fc.oneof(value, fc.record({ ok: value }), fc.record({ trouble: value }), fc.record({ trouble: fc.record({ kind: value, retry: value, message: value }) }));
const data = fc.oneof(
  { weight: 1, arbitrary: value },
  // A whole answer in one message: only who posted it is against it.
  { weight: 1, arbitrary: fc.record({ channel: fc.constant('correo-cfdi'), to: fc.constant('page'), call: fc.constant('MINE'), bridge: fc.constant('B'), taken: fc.constant(true), reply: fc.constantFrom({ ok: 1 }, { trouble: { kind: 'k' } }) }) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        channel: fc.oneof(fc.constant('correo-cfdi'), value),
        to: fc.oneof(fc.constantFrom('page', 'bridge', 'echo'), value),
        call: fc.oneof(fc.constant('MINE'), value),
        bridge: value,
        ready: value,
        taken: value,
        reply,
        posted: value,
        last: value,
        ping: value,
        verb: fc.oneof(fc.constantFrom('status', 'send'), value),
        params: value,
      },
      { requiredKeys: [] },
    ),
  },
);
/** Who may have posted it: other windows, other origins, or this very page. */
const poster = fc.constantFrom('window', 'origin', 'both', 'page');

/** @param {string} who @param {any} given @param {string} mine id of the call that waits */
function eventOf(who, given, mine) {
  const own = who === 'page';
  const named = given !== null && typeof given === 'object' && given.call === 'MINE' ? { ...given, call: own ? 'not it' : mine } : given;
  return { source: own || who === 'origin' ? page : {}, origin: own || who === 'window' ? page.location.origin : 'https://evil.test', data: named };
}

test('junk neither throws nor answers a call: not from elsewhere with the id, and not from the page without it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(poster, data), { maxLength: 12 }), fc.constantFrom(...(/** @type {const} */ (['module', 'classic']))), async (junk, form) => {
      page.listeners.clear();
      page.posted.length = 0;
      sdk = await load(form);
      let outcome = 'waiting';
      void sdk.deliveryStatus('E1').then(() => (outcome = 'answered'), () => (outcome = 'refused'));
      const { call } = page.posted[0];
      for (const [who, given] of junk) page.deliver(eventOf(who, given, call));
      await settled();
      assert.equal(outcome, 'waiting');
      // The true answer is still taken.
      const answer = (/** @type {object} */ more) => page.deliver({ source: page, origin: page.location.origin, data: { channel: 'correo-cfdi', to: 'page', bridge: 'B', call, ...more } });
      answer({ taken: true });
      answer({ reply: { ok: 1 } });
      await settled();
      assert.equal(outcome, 'answered');
    }),
    { numRuns: RUNS },
  );
});

test('once a bridge took a call, what the page or another bridge says about it counts for nothing, nor does an answer that is none', async () => {
  const taken = fc.record({ to: fc.constantFrom('page', 'echo', 'bridge'), bridge: fc.oneof(fc.string().filter((name) => name !== 'B'), fc.integer(), fc.constant(undefined)), reply, taken: fc.boolean(), posted: fc.constant(1), last: fc.boolean() });
  const none = fc.record({ to: fc.constant('page'), bridge: fc.constant('B'), taken: fc.boolean(), reply: value.filter((one) => /** @type {any} */ (one)?.ok === undefined && typeof /** @type {any} */ (one)?.trouble?.kind !== 'string') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(taken, none), { maxLength: 12 }), async (junk) => {
      page.listeners.clear();
      page.posted.length = 0;
      sdk = await load('module');
      /** @type {unknown} */ let outcome = 'waiting';
      void sdk.deliveryStatus('E1').then((found) => (outcome = found), () => (outcome = 'refused'));
      const { call } = page.posted[0];
      const say = (/** @type {object} */ more) => page.deliver({ source: page, origin: page.location.origin, data: { channel: 'correo-cfdi', call, ...more } });
      say({ to: 'page', bridge: 'B', taken: true });
      junk.forEach(say);
      await settled();
      assert.equal(outcome, 'waiting');
      say({ to: 'page', bridge: 'B', reply: { ok: 'true' } });
      await settled();
      assert.equal(outcome, 'true');
    }),
    { numRuns: RUNS },
  );
});

test('the bridge takes any junk without throwing, and relays only calls of its own window', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(poster, data), { maxLength: 12 }), async (junk) => {
      page.listeners.clear();
      /** @type {any[]} */ const relayed = [];
      page.inject(async (message) => {
        relayed.push(message);
        return { ok: 1 };
      });
      const wanted = new Set();
      for (const [who, given] of junk) {
        const event = eventOf(who, given, 'C1');
        page.deliver(event);
        const { channel, to, call, verb, ping } = /** @type {any} */ (event.data ?? {});
        if (who === 'page' && channel === 'correo-cfdi' && to === 'bridge' && ping !== true && typeof call === 'string' && typeof verb === 'string') wanted.add(call);
      }
      await settled();
      assert.ok(relayed.every(({ call }) => wanted.has(call)));
    }),
    { numRuns: RUNS },
  );
});
