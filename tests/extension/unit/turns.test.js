import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Turns } from '../../../extension/worker/turns.js';
import { settled } from './chrome_fake.js';

test('so many at once, the others in their order, and a failure gives its place on', async () => {
  const turns = new Turns(2);
  /** @type {string[]} */ const begun = [];
  /** @type {Record<string, () => void>} */ const end = {};
  const work = (/** @type {string} */ name, fails = false) => turns.run(() => new Promise((resolve, reject) => {
    begun.push(name);
    end[name] = () => (fails ? reject(new Error(name)) : resolve(name));
  }));
  const all = [work('a', true), work('b'), work('c'), work('d')];
  await settled();
  assert.deepEqual(begun, ['a', 'b']);
  end['a']?.();
  await assert.rejects(all[0] ?? Promise.resolve(), /a/);
  await settled();
  assert.deepEqual(begun, ['a', 'b', 'c']);
  end['c']?.();
  await settled();
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
  end['b']?.();
  end['d']?.();
  assert.deepEqual(await Promise.all(all.slice(1)), ['b', 'c', 'd']);
});
