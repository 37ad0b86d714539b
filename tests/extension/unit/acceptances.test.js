import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Acceptances } from '../../../extension/deliver/acceptances.js';

const UUID = '6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A2B3C';
const OTHER = '00000000-0000-4000-8000-000000000000';
const DOCUMENTS = [{ uuid: UUID.toLowerCase(), receiver_rfc: 'XAXX010101000' }, { uuid: OTHER }];

/** @param {Partial<import('../../../extension/shared/surface.d.ts').Trouble>} [more] @returns {import('../../../extension/shared/surface.d.ts').Trouble} */
const refusal = (more) => ({ kind: 'document_refused', retry: 'never', message: 'M', ...more });

test('the refusal that the host writes is an offer', () => {
  const golden = JSON.parse(readFileSync(new URL('../../fixtures/protocol/refusal-acceptable.json', import.meta.url), 'utf8'));
  const acceptances = new Acceptances();
  assert.equal(acceptances.offer({ ...golden.error.data, message: golden.error.message }), true);
  assert.deepEqual(acceptances.offers, [{ uuid: UUID, reasons: ['sello_invalid'], accepted: false }]);
});

test('nothing is accepted until the person says so, and then only for the document that they named', () => {
  const acceptances = new Acceptances();
  acceptances.offer(refusal({ document: UUID, acceptable: ['sello_invalid'] }));
  assert.deepEqual(acceptances.of(DOCUMENTS), DOCUMENTS);
  assert.deepEqual(acceptances.open, [UUID]);
  acceptances.say(UUID, true);
  assert.deepEqual(acceptances.open, []);
  assert.deepEqual(acceptances.of(DOCUMENTS), [{ ...DOCUMENTS[0], accept: ['sello_invalid'] }, DOCUMENTS[1]]);
  acceptances.say(UUID, false);
  assert.deepEqual(acceptances.of(DOCUMENTS), DOCUMENTS);
  acceptances.say(OTHER, true);
  assert.deepEqual(acceptances.of(DOCUMENTS), DOCUMENTS, 'what was never offered cannot be accepted');
});

test('a refusal for something new asks anew', () => {
  const acceptances = new Acceptances();
  acceptances.offer(refusal({ document: UUID, acceptable: ['sello_invalid'] }));
  acceptances.say(UUID, true);
  acceptances.offer(refusal({ document: UUID, acceptable: ['certificado_mismatch'] }));
  assert.deepEqual(acceptances.of(DOCUMENTS), DOCUMENTS);
});

test('a refusal that a person cannot help is no offer', () => {
  const acceptances = new Acceptances();
  assert.equal(acceptances.offer(refusal({ reasons: ['no_timbre'] })), false);
  assert.equal(acceptances.offer(refusal({ document: UUID, acceptable: [] })), false);
  assert.deepEqual(acceptances.offers, []);
});
