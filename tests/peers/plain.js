/**
 * Peer: "send, then mark" over Gmail's simple upload, as most queues do it.
 *
 * Usage: node plain.js QUEUE API TOKEN
 */

import { readFileSync } from 'node:fs';

import { Refused, work } from './queue.js';

const [queue = '', api = '', token = ''] = process.argv.slice(2);

/** Longest silence, milliseconds: as short as our own sender's under its fast clock. */
const SILENCE = 600;

/** Answers that a later try may change: an old token, a slow request, a limit, trouble at the provider. */
const passes = (/** @type {number} */ status) => [401, 403, 408, 429].includes(status) || status >= 500;

await work(queue, async (job) => {
  const answer = await fetch(`${api}/upload/gmail/v1/users/me/messages/send?uploadType=media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' },
    body: readFileSync(job.eml),
    signal: AbortSignal.timeout(SILENCE),
  });
  if (answer.ok) return;
  throw passes(answer.status) ? new Error(String(answer.status)) : new Refused();
});
