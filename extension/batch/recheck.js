/** A list with a person's corrections is judged whole by the host again; a new digest takes the place of the old one. */

import { host, TroubleError } from '../shared/ask.js';
import { localTrouble } from '../shared/trouble.js';
import { boundBy } from './edits.js';

/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */
/** @typedef {import('../shared/protocol.d.ts').BatchCheck} BatchCheck */
/** @typedef {import('../shared/protocol.d.ts').BatchRowView} BatchRowView */

/** Rows asked for at once, the most that the host gives. */
const PAGE = 500;

/**
 * @param {BatchView} batch
 * @param {import('./edits.js').Edits} edits
 * @param {(params: BatchCheck) => Promise<BatchView>} judge
 * @returns {Promise<BatchView>} the batch that takes its place
 * @throws {TroubleError} what keeps it from being judged; the old batch stays as it was
 */
export async function recheck(batch, edits, judge) {
  await stillChecked(batch);
  const rows = await everyRow(batch.batch);
  const { bound, by } = boundBy(rows);
  // No row tells the company: the list has to be read again from its file.
  if (bound && by === null) throw new TroubleError(localTrouble('wrong_company'));
  const company = by === null ? null : (await host('library.get', { uuid: by.uuid })).issuer_rfc;
  const fresh = await judge({ name: batch.name, rows: edits.applied(rows), ...(company !== null && { company }) });
  // Nothing of the old list may leave any more. One that another window has started meanwhile is not called off.
  await stillChecked(batch);
  await host('batch.cancel', { batch: batch.batch });
  return fresh;
}

/** @param {BatchView} batch */
async function stillChecked({ batch, digest }) {
  const now = await host('batch.get', { batch });
  if (now.state !== 'checked' || now.digest !== digest) throw new TroubleError(localTrouble('batch_wrong_state'));
}

/**
 * @param {string} batch
 * @returns {Promise<BatchRowView[]>}
 */
async function everyRow(batch) {
  /** @type {BatchRowView[]} */
  const rows = [];
  /** @type {number | null} */
  let next = null;
  do {
    /** @type {import('../shared/protocol.d.ts').BatchRows} */
    const page = await host('batch.rows', { batch, show: 'all', limit: PAGE, ...(next !== null && { after: next }) });
    rows.push(...page.rows);
    next = page.next;
  } while (next !== null);
  return rows;
}
