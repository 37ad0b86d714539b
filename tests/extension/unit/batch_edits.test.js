/** Lists that are chosen by filter, and corrections of a checked list. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { boundBy, Edits, mayChangeRecipients, needsRecipient, split } from '../../../extension/batch/edits.js';
import { monthOf, rowsOf } from '../../../extension/batch/selection.js';
import { isKept } from '../../../extension/batch/standing.js';
import { batch, row } from './health_samples.js';

/** @typedef {import('../../../extension/shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../../../extension/shared/protocol.d.ts').ContactView} ContactView */

/** @param {string} uuid @param {string} receiver @param {string} [kind] */
const document = (uuid, receiver, kind = 'I') => /** @type {DocumentView} */ ({ uuid, receiver_rfc: receiver, kind });
/** @param {string} receiver @param {string} address @param {string | null} [kind] */
const contact = (receiver, address, kind = null) => /** @type {ContactView} */ ({ receiver_rfc: receiver, address, kind });

test('recipients come from the contacts of that receiver and kind alone, each mailbox once', () => {
  const contacts = [contact('AAA010101AAA', 'pagos@a.example'), contact('AAA010101AAA', 'Pagos@A.example', 'I'), contact('AAA010101AAA', 'nomina@a.example', 'N'), contact('BBB010101BBB', 'b@b.example', 'I')];
  const rows = rowsOf([document('1', 'AAA010101AAA'), document('2', 'BBB010101BBB', 'P'), document('3', 'CCC010101CCC'), document('1', 'AAA010101AAA')], contacts);
  assert.deepEqual(rows.map(({ uuid, to }) => [uuid, to]), [['1', ['Pagos@A.example']], ['2', []], ['3', []]]);
  assert.deepEqual(rows[0]?.cc, []);
});

test('a generic RFC is never addressed, whatever the contacts say', () => {
  for (const generic of ['XAXX010101000', 'XEXX010101000']) assert.deepEqual(rowsOf([document('1', generic)], [contact(generic, 'a@a.example')])[0]?.to, []);
});

test('no receiver gets an address of another', () => {
  /** @type {fc.Arbitrary<string>} */
  const rfc = fc.constantFrom('AAA010101AAA', 'BBB010101BBB', 'CCC010101CCC');
  fc.assert(fc.property(fc.array(rfc), fc.array(rfc), (receivers, known) => {
    const rows = rowsOf(receivers.map((receiver, index) => document(String(index), receiver)), known.map((receiver, index) => contact(receiver, `${receiver}-${index}@c.example`)));
    assert.equal(rows.length, receivers.length);
    return rows.every(({ receiver_rfc: receiver, to }) => to.every((address) => address.startsWith(`${receiver}-`)) && (to.length > 0) === known.includes(receiver));
  }));
});

test('a month has its first and its last day, also in February and at the end of a year', () => {
  assert.deepEqual(monthOf(new Date(2026, 1, 14)), ['2026-02-01', '2026-02-28']);
  assert.deepEqual(monthOf(new Date(2026, 11, 31)), ['2026-12-01', '2026-12-31']);
});

test('addresses are split at commas and semicolons', () => {
  assert.deepEqual(split(' a@a.example; b@b.example,, '), ['a@a.example', 'b@b.example']);
});

test('only a wanting recipient opens its field: what is wrong with the document is mended by no address', () => {
  for (const failure of ['no_recipient', 'invalid_recipient', 'too_many_recipients']) assert.equal(needsRecipient(row({ failure })), true);
  for (const failure of [null, 'wrong_receiver', 'already_sent', 'document_refused']) assert.equal(needsRecipient(row({ failure })), false);
  for (const failure of [null, 'no_recipient', 'already_sent']) assert.equal(mayChangeRecipients(row({ failure })), true);
  for (const failure of ['wrong_receiver', 'unknown_document', 'document_refused']) assert.equal(mayChangeRecipients(row({ failure })), false);
});

test('corrections are applied to their own rows, and everything else stays as the list had it', () => {
  const rows = [row({ row: 1, uuid: 'U1', to: ['a@a.example'], cc: ['c@a.example'] }), row({ row: 2, uuid: 'U2', to: [], print: true }), row({ row: 3, uuid: 'U3' })];
  const edits = new Edits();
  edits.recipients(rows[1] ?? row(), 'x@x.example; y@y.example');
  edits.takeOut(3, true);
  assert.equal(edits.count, 2);
  assert.deepEqual(edits.applied(rows).map(({ uuid, to, cc, print }) => [uuid, to, cc, print]), [
    ['U1', ['a@a.example'], ['c@a.example'], undefined],
    ['U2', ['x@x.example', 'y@y.example'], rows[1]?.cc, true],
  ]);
});

test('a correction that is taken back is none', () => {
  const one = row({ row: 1, to: ['a@a.example', 'b@b.example'] });
  const edits = new Edits();
  edits.recipients(one, 'z@z.example');
  edits.takeOut(1, true);
  edits.recipients(one, 'a@a.example, b@b.example');
  assert.deepEqual([edits.count, edits.of(1)], [1, { out: true }]);
  edits.takeOut(1, false);
  assert.equal(edits.count, 0);
  edits.recipients(one, '');
  assert.equal(edits.count, 1);
  edits.clear();
  assert.deepEqual(edits.of(1), {});
});

test('a list that was bound to a company is judged in it again', () => {
  const sound = row({ row: 2 });
  assert.deepEqual(boundBy([row({ row: 1, failure: 'unknown_document' }), sound]), { bound: false, by: null });
  const other = row({ row: 1, failure: 'wrong_company' });
  assert.deepEqual(boundBy([other, row({ row: 3, failure: 'wrong_receiver' }), sound]), { bound: true, by: sound });
  assert.deepEqual(boundBy([other]), { bound: true, by: null }, 'nothing tells which');
});

test('what was called off before anything was queued is not told of any more', () => {
  const nothing = { sent: 0, under_way: 0, need_person: 0, failed: 0 };
  assert.equal(isKept(batch({ state: 'cancelled', ...nothing })), false);
  assert.equal(isKept(batch({ state: 'cancelled', ...nothing, failed: 2 })), true);
  assert.equal(isKept(batch({ state: 'checked', ...nothing })), true);
});
