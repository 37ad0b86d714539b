import assert from 'node:assert/strict';
import { test } from 'node:test';

import { draftOf, heldForChange, prepareAnew, printable } from '../../../extension/shared/delivery.js';
import { delivery } from './health_samples.js';

test('a delivery whose file changed leads to the page that prepares it anew', () => {
  const held = delivery({ reason: 'file_changed' });
  assert.equal(heldForChange(held), true);
  assert.equal(prepareAnew(held), 'deliver/deliver.html?anew=E1');
  assert.equal(heldForChange(delivery({ reason: 'rate_limited' })), false);
});

test('what may still leave by itself is not prepared a second time', () => {
  for (const state of /** @type {const} */ (['queued', 'sending', 'deferred', 'unknown', 'superseded'])) assert.equal(prepareAnew(delivery({ state })), null, state);
  for (const state of /** @type {const} */ (['sent', 'failed', 'cancelled'])) assert.equal(prepareAnew(delivery({ state })), 'deliver/deliver.html?anew=E1', state);
});

test('documents and recipients are those of the delivery, and the receiver is held to', () => {
  const detail = { delivery: delivery(), message: 'M', bcc: ['b@b.mx'], attachments: [], ledger: [], gmail_search: null };
  assert.deepEqual(draftOf(detail, 'K'), {
    company: 'AAA010101AAA',
    documents: [{ uuid: 'U1', receiver_rfc: 'XAXX010101000' }, { uuid: 'U2', receiver_rfc: 'XAXX010101000' }],
    to: ['a@b.mx'], cc: ['c@b.mx'], bcc: ['b@b.mx'], key: 'K',
  });
});

test('a PDF that was made for the delivery is made for the new one too', () => {
  /** @param {string} name @param {boolean} made */
  const file = (name, made) => ({ name, content_type: 'application/pdf', size: 1, sha256: 'a', made });
  const detail = { delivery: delivery(), message: 'M', bcc: [], attachments: [file('AAA_1_U1.xml', false), file('AAA_1_U1.pdf', true), file('AAA_2_U2.pdf', false)], ledger: [], gmail_search: null };
  assert.deepEqual(draftOf(detail, 'K').documents.map(({ print }) => print), [true, undefined]);
});

test('a PDF is offered only where there is none and a layout exists', () => {
  const document = { pdf_name: null, reasons: ['pdf_missing'], version: '4.0', kind: 'I', verdict: /** @type {const} */ ('warn') };
  assert.equal(printable(document), true);
  for (const other of [{ pdf_name: 'A1.pdf' }, { reasons: ['pdf_ambiguous'] }, { version: '3.2' }, { kind: 'R', version: '2.0' }, { verdict: /** @type {const} */ ('refuse') }]) assert.equal(printable({ ...document, ...other }), false, JSON.stringify(other));
});
