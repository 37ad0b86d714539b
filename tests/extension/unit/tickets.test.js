import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { Host } from '../../../extension/worker/host.js';
import { Tickets } from '../../../extension/worker/tickets.js';
import { installChrome, settled, troubleFrom } from './chrome_fake.js';

/** @type {any} */ let chrome;
/** @type {Host} */ let host;
/** @type {Tickets} */ let tickets;

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  chrome = installChrome();
  host = new Host({ onEvent: () => undefined, onGreeting: () => undefined, onLost: () => undefined });
  tickets = new Tickets();
  const greeting = host.greet();
  answer({ protocol: 1 });
  await greeting;
});

const port = () => chrome.fake.ports[0];
/** Answers the last request. @param {object} result */
const answer = (result) => port().onMessage.fire({ id: port().sent.at(-1).id, result });
const check = (/** @type {string} */ ticket) => tickets.run(ticket, (signal) => host.call('batch.check', { csv: 'x' }, signal));

test('a stopped request is ended at the host by its id, and fails as the host says', async () => {
  const checking = check('T1');
  await settled();
  const { id } = port().sent.at(-1);
  tickets.stop('T1');
  await settled();
  assert.deepEqual([port().sent.at(-1).method, port().sent.at(-1).params], ['request.cancel', { id }]);
  port().onMessage.fire({ id, error: { code: -32000, message: 'M', data: { kind: 'request_cancelled', retry: 'never' } } });
  assert.equal((await troubleFrom(checking)).kind, 'request_cancelled');
});

test('a request that has ended, and one of another ticket, are left alone', async () => {
  const checking = check('T1');
  await settled();
  tickets.stop('T2');
  answer({ batch: 'L1' });
  assert.deepEqual(await checking, { batch: 'L1' });
  tickets.stop('T1');
  await settled();
  assert.deepEqual(port().sent.map((/** @type {any} */ { method }) => method), ['hello', 'batch.check']);
});

test('a request that was stopped before it was asked is not asked', async () => {
  const controller = new AbortController();
  controller.abort();
  assert.equal((await troubleFrom(host.call('batch.check', { csv: 'x' }, controller.signal))).kind, 'request_cancelled');
  assert.deepEqual(port().sent.map((/** @type {any} */ { method }) => method), ['hello']);
});
