import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Entry } from '../../../extension/deliver/entry.js';
import { recipient } from './health_samples.js';

/** @typedef {import('../../../extension/shared/protocol.d.ts').Preview} Preview */

const UUID = '11111111-2222-4333-8444-ABCDEF555555';
const REQUEST = { id: 'P1', origin: 'https://facturas.example.mx', insecure: false, tabTitle: '', documents: [{ uuid: UUID.toLowerCase(), receiver_rfc: 'EKU9003173C9' }], to: ['a@b.mx'], cc: ['c@b.mx'], key: 'K' };

/** @param {{ recipients?: Preview['recipients'], documents?: object[] }} [says] @returns {Preview} */
function preview({ recipients = [recipient({ known: true })], documents = [{}] } = {}) {
  const document = { uuid: UUID, receiver_rfc: 'EKU9003173C9', verdict: 'accept', total: '1.00', currency: 'MXN' };
  return /** @type {any} */ ({ digest: 'D', recipients, documents: documents.map((one) => ({ ...document, ...one })) });
}

test('it asks for exactly what the portal asked, under the portal\'s name', () => {
  assert.deepEqual(new Entry(REQUEST).params, { documents: REQUEST.documents, to: ['a@b.mx'], cc: ['c@b.mx'], bcc: [], key: 'K', portal: REQUEST.origin });
});

test('a known recipient may be confirmed with all others, a new one only by its own tick', () => {
  const entry = new Entry(REQUEST);
  assert.equal(entry.confirmable, null, 'before it was read');
  entry.show(preview());
  assert.deepEqual([entry.confirmable, entry.marks], ['D', []]);
  entry.show(preview({ recipients: [recipient({ known: true }), recipient({ address: 'nueva@b.mx' })] }));
  assert.deepEqual([entry.confirmable, entry.marks], [null, ['new']]);
  entry.checks.say('nueva@b.mx', true);
  assert.deepEqual([entry.confirmable, entry.marks], ['D', ['new']], 'it stays marked');
});

test('only what waits for the person can be confirmed or refused', () => {
  for (const phase of /** @type {const} */ (['reading', 'stopped', 'sending', 'sent', 'declined', 'ended', 'gone'])) {
    const entry = new Entry(REQUEST);
    entry.show(preview());
    entry.phase = phase;
    assert.deepEqual([entry.confirmable, entry.undecided], [null, phase === 'reading' || phase === 'stopped'], phase);
  }
});

test('what differs from the XML, warns, is far or is refused is marked', () => {
  /** @param {object[]} documents */
  const marks = (documents) => {
    const entry = new Entry(REQUEST);
    entry.show(preview({ documents }));
    return entry.marks;
  };
  assert.deepEqual(marks([{ receiver_rfc: 'XAXX010101000' }]), ['differs']);
  assert.deepEqual(marks([{ uuid: UUID.replace('1', '2') }]), ['differs']);
  assert.deepEqual(marks([{}, {}]), ['differs']);
  assert.deepEqual(marks([{ verdict: 'warn' }]), ['warn']);
  const entry = new Entry(REQUEST);
  entry.show(preview());
  entry.far = true;
  assert.deepEqual(entry.marks, ['far']);
  entry.stop({ kind: 'file_changed', retry: 'never', message: '' }, 'stopped');
  assert.deepEqual(entry.marks, ['trouble', 'far']);
});
