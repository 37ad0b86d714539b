import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { LATE, poller, SOON } from '../../../extension/welcome/polling.js';
import { FakeEvent, settled } from './chrome_fake.js';

/** @type {FakeEvent} */ let changes;
/** @type {{ visibilityState: string }} */ let page;
let looks = 0;
let more = true;

beforeEach(() => {
  changes = new FakeEvent();
  page = { visibilityState: 'visible' };
  looks = 0;
  more = true;
  Reflect.set(globalThis, 'document', Object.assign(page, {
    addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => changes.addListener(listener),
    removeEventListener: (/** @type {string} */ _type, /** @type {() => void} */ listener) => changes.removeListener(listener),
  }));
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

/** @param {number} time milliseconds */
async function pass(time) {
  mock.timers.tick(time);
  await settled();
}

/** @param {string} state */
async function becomes(state) {
  page.visibilityState = state;
  changes.fire();
  await settled();
}

const look = async () => {
  looks += 1;
  return more;
};

test('it looks at once, then again and ever more rarely, never more often than at first', async () => {
  poller(look).now();
  await settled();
  assert.equal(looks, 1);
  await pass(SOON - 1);
  assert.equal(looks, 1);
  await pass(1);
  assert.equal(looks, 2);
  for (let turn = 0; turn < 40; turn += 1) await pass(LATE);
  assert.equal(looks, 42, 'one look in each of the longest pauses');
  await pass(LATE - 1);
  assert.equal(looks, 42);
});

test('nobody sees the page: no look, until somebody does', async () => {
  poller(look).now();
  await settled();
  await becomes('hidden');
  await pass(10 * LATE);
  assert.equal(looks, 1);
  await becomes('visible');
  assert.equal(looks, 2);
});

test('once there is nothing to look for it rests, and looks again when the page comes back', async () => {
  more = false;
  poller(look).now();
  await settled();
  await pass(10 * LATE);
  assert.equal(looks, 1);
  await becomes('hidden');
  await becomes('visible');
  assert.equal(looks, 2);
});

test('a look that takes long is not overtaken by the next, which follows it', async () => {
  /** @type {((more: boolean) => void)[]} */ const waiting = [];
  const { now, stop } = poller(() => new Promise((resolve) => void waiting.push(resolve)));
  now();
  now();
  await pass(10 * LATE);
  assert.equal(waiting.length, 1);
  waiting[0]?.(true);
  await settled();
  assert.equal(waiting.length, 2);
  stop();
});

test('a look that fails ends nothing', async () => {
  poller(async () => {
    looks += 1;
    throw new Error('the worker is being restarted');
  }).now();
  await settled();
  await pass(SOON);
  assert.equal(looks, 2);
});
