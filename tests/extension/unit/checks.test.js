import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Checks, isNew } from '../../../extension/deliver/checks.js';
import { recipient } from './health_samples.js';

test('new is who is neither known nor the company\'s own', () => {
  assert.deepEqual([recipient(), recipient({ known: true }), recipient({ own: true })].map(isNew), [true, false, false]);
});

test('each new one takes its own tick where a portal asked, and none where the person typed it', () => {
  const everybody = [recipient({ address: 'Ana@b.mx' }), recipient({ address: 'luis@b.mx' }), recipient({ address: 'k@b.mx', known: true })];
  const [asked, typed] = [new Checks({ each: true }), new Checks({ each: false })];
  for (const checks of [asked, typed]) checks.take(everybody);
  assert.deepEqual([asked.open, asked.fresh, typed.open, typed.fresh], [['Ana@b.mx', 'luis@b.mx'], 2, [], 2]);
  asked.say('ana@B.mx', true);
  assert.deepEqual([asked.open, asked.isTicked('ANA@b.mx')], [['luis@b.mx'], true]);
  asked.say('Ana@b.mx', false);
  assert.equal(asked.open.length, 2);
});

test('an address that goes and comes back has to be checked anew', () => {
  const checks = new Checks({ each: true });
  const [ana, luis] = [recipient({ address: 'ana@b.mx' }), recipient({ address: 'luis@b.mx' })];
  checks.take([ana, luis]);
  for (const address of checks.open) checks.say(address, true);
  checks.take([luis]);
  assert.deepEqual(checks.open, []);
  checks.take([ana, luis]);
  assert.deepEqual(checks.open, ['ana@b.mx']);
});

test('nothing is open exactly when every new address was ticked since it is there', () => {
  const address = fc.constantFrom('a@b.mx', 'b@b.mx', 'c@b.mx');
  fc.assert(fc.property(fc.uniqueArray(address), fc.array(fc.tuple(address, fc.boolean())), (there, ticks) => {
    const checks = new Checks({ each: true });
    checks.take(there.map((one) => recipient({ address: one })));
    for (const [one, value] of ticks) checks.say(one, value);
    const last = new Map(ticks);
    assert.deepEqual(checks.open, there.filter((one) => last.get(one) !== true));
  }));
});
