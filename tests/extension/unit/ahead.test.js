import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { AGAIN, Ahead, ALARM, BETWEEN, dueAt, LATEST, SOONEST, WHILE_SENDING } from '../../../extension/worker/ahead.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, installChrome, settled } from './chrome_fake.js';
import { account, batch, health } from './health_samples.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
/** @param {number} milliseconds from now */
const at = (milliseconds) => new Date(NOW + milliseconds).toISOString();

/** @type {any} */ let chrome;
/** @type {any} */ let answer;
/** @type {FakeHost} */ let host;
/** @type {any[]} */ let heard;
/** @type {Ahead} */ let ahead;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW });
  chrome = installChrome();
  answer = health();
  host = new FakeHost({ health: () => answer });
  heard = [];
  ahead = new Ahead(host, { take: async (each) => void heard.push(each) });
});

const alarm = () => chrome.fake.alarms.get(ALARM)?.when;
/** @param {string} kind @param {any} retry */
const fail = (kind, retry) => () => Promise.reject(new TroubleError({ kind: /** @type {any} */ (kind), retry, message: 'M' }));

test('nothing under way: no alarm, and one that stood is taken away', async () => {
  assert.equal(dueAt(health({ next_at: at(60_000) }), NOW), null);
  await ahead.take(health({ under_way: 1, next_at: at(3_600_000) }));
  assert.equal(alarm(), NOW + 3_600_000);
  await ahead.take(health());
  assert.equal(alarm(), undefined);
  assert.equal(chrome.storage.local.values.due, null);
});

test('the time is the next delivery\'s, never nearer than Chrome allows and never further than a day', () => {
  for (const [next, due] of [[1_000, SOONEST], [-60_000, SOONEST], [45_000, 45_000], [3_600_000, 3_600_000], [30 * LATEST, LATEST]]) {
    assert.equal(dueAt(health({ under_way: 1, next_at: at(Number(next)) }), NOW), NOW + Number(due), String(next));
  }
  assert.equal(dueAt(health({ under_way: 1 }), NOW), NOW + WHILE_SENDING);
});

test('a batch that leaves now is looked at before its end; one that waits or is paused is not', () => {
  const next_at = at(3_600_000);
  assert.equal(dueAt(health({ under_way: 5, next_at, batches: [batch({ seconds_left: 240 })] }), NOW), NOW + 240_000);
  assert.equal(dueAt(health({ under_way: 5, next_at, batches: [batch({ continues_at: next_at })] }), NOW), NOW + 3_600_000);
  assert.equal(dueAt(health({ under_way: 5, batches: [batch({ state: 'paused' })] }), NOW), null);
  assert.equal(dueAt(health({ under_way: 6, next_at, batches: [batch({ state: 'paused' })] }), NOW), NOW + 3_600_000);
});

test('on the alarm the host is asked once, which wakes its sender, and the next time is set', async () => {
  answer = health({ under_way: 1, next_at: at(600_000) });
  await ahead.rang();
  assert.deepEqual(host.calls, [{ method: 'health', params: {} }]);
  assert.equal(alarm(), NOW + 600_000);
  assert.deepEqual(heard, [answer]);
  mock.timers.tick(3_600_000);
  await settled();
  assert.equal(host.calls.length, 1, 'nothing repeats by itself');
});

test('a host that cannot be asked is tried again later; one that is not there is left alone', async () => {
  host.answers['health'] = fail('host_exited', 'later');
  await ahead.rang();
  assert.equal(alarm(), NOW + AGAIN);
  host.answers['health'] = fail('host_missing', 'never');
  await ahead.rang();
  assert.equal(alarm(), undefined);
});

test('many changes are one look, and looks keep their distance', async () => {
  for (let i = 0; i < 20; i += 1) ahead.soon();
  mock.timers.tick(1_000);
  await settled();
  assert.equal(host.calls.length, 1);
  ahead.soon();
  mock.timers.tick(BETWEEN - 1_500);
  await settled();
  assert.equal(host.calls.length, 1);
  mock.timers.tick(1_500);
  await settled();
  assert.equal(host.calls.length, 2);
});

test('a look for the sake of a change leaves the alarm as it stood when the host fails', async () => {
  await ahead.take(health({ under_way: 1, next_at: at(600_000) }));
  host.answers['health'] = fail('host_missing', 'never');
  ahead.soon();
  mock.timers.tick(BETWEEN + 1_000);
  await settled();
  assert.equal(alarm(), NOW + 600_000);
});

test('an alarm that the browser forgot is set again; what is not due is not', async () => {
  await ahead.restore();
  assert.equal(alarm(), undefined);
  await ahead.take(health({ under_way: 1, next_at: at(600_000) }));
  chrome.fake.alarms.clear();
  await ahead.restore();
  assert.equal(alarm(), NOW + 600_000);
  chrome.fake.alarms.clear();
  mock.timers.tick(3_600_000);
  await new Ahead(host, { take: async () => undefined }).restore();
  assert.equal(alarm(), NOW + 3_600_000 + SOONEST);
  assert.deepEqual(host.calls, [], 'nobody is connected for that');
});

test('the end of an account that lies idle sets the alarm for its reminders, however far they are', () => {
  const DAY = 24 * 60 * 60_000;
  const ends = (/** @type {number} */ days, says = {}) => health({ accounts: [account({ ends_at: new Date(NOW + days * DAY).toISOString(), ...says })] });
  assert.equal(dueAt(ends(180), NOW), NOW + 150 * DAY);
  assert.equal(dueAt(ends(20), NOW), NOW + 13 * DAY);
  assert.equal(dueAt(ends(5), NOW), null);
  assert.equal(dueAt(ends(180, { companies: [] }), NOW), null);
});
