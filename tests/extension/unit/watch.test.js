import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Watch } from '../../../extension/worker/watch.js';
import { FakeHost } from './chrome_fake.js';

test('the conversation is held while a page looks at a delivery that is under way', () => {
  const host = new FakeHost();
  let pages = 1;
  const watch = new Watch(host, () => pages);
  watch.saw({ companies: [] });
  assert.equal(host.holds, 0);
  watch.saw({ deliveries: [{ delivery: 'E1', state: 'queued' }, { delivery: 'E2', state: 'sent' }] });
  assert.equal(host.holds, 1);
  pages = 0;
  watch.update();
  assert.equal(host.holds, 0);
  pages = 1;
  watch.update();
  watch.saw({ delivery: { delivery: 'E1', state: 'sending' } });
  assert.equal(host.holds, 1);
  watch.saw({ delivery: 'E1', state: 'sent' });
  assert.equal(host.holds, 0);
});

test('without news the hold ends', () => {
  const host = new FakeHost();
  const watch = new Watch(host, () => 1);
  watch.saw({ delivery: 'E1', state: 'deferred' });
  assert.equal(host.holds, 1);
  host.expire?.();
  watch.update();
  assert.equal(host.holds, 0);
});

test('watched folders hold the conversation while a page is open, and the next page asks for itself', () => {
  const host = new FakeHost();
  let pages = 1;
  const watch = new Watch(host, () => pages);
  watch.saw({ folders: ['/x'], polled: [] });
  assert.equal(host.holds, 1);
  pages = 0;
  watch.update();
  assert.equal(host.holds, 0);
  pages = 1;
  watch.update();
  assert.equal(host.holds, 0);
  watch.saw({ folders: [], polled: [{ folder: '/y', why: 'network' }] });
  assert.equal(host.holds, 1);
  host.expire?.();
  watch.update();
  assert.equal(host.holds, 0);
});
