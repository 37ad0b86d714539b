import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import fc from 'fast-check';

import { LIMITS } from '../../../extension/worker/limits.js';
import { isVerb, parse } from '../../../extension/worker/portal_requests.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { installChrome } from './chrome_fake.js';

const UUID = '11111111-2222-4333-8444-ABCDEF555555';
const DOCUMENT = { uuid: UUID, receiver_rfc: 'XAXX010101000' };
const GOOD = { documents: [DOCUMENT], to: ['a@b.mx'] };

beforeEach(() => void installChrome());

/** @param {any} verb @param {unknown} params */
function kind(verb, params) {
  try {
    parse(verb, params);
  } catch (error) {
    assert.ok(error instanceof TroubleError, String(error));
    return error.trouble.kind;
  }
  return 'accepted';
}

/** @param {number} n */
const uuids = (n) => Array.from({ length: n }, (_, i) => ({ ...DOCUMENT, uuid: `${UUID.slice(0, -2)}${String(i).padStart(2, '0')}` }));
/** @param {number} n */
const people = (n) => Array.from({ length: n }, (_, i) => `p${i}@b.mx`);

test('what is right is taken, in capitals', () => {
  assert.deepEqual(parse('send', { documents: [{ uuid: UUID.toLowerCase(), receiver_rfc: 'xaxx010101000' }], to: ['a@b.mx'], key: 'k-1' }), {
    documents: [DOCUMENT], to: ['a@b.mx'], cc: [], key: 'k-1',
  });
  assert.deepEqual(parse('status', {}), {});
  assert.deepEqual(parse('cancel', { delivery: 'abc_1-2' }), { delivery: 'abc_1-2' });
});

test('addresses of Spanish offices are taken', () => {
  for (const address of ['ana@b.mx', 'ÑANDÚ.muñoz+facturas@sub.b-c.com.mx', "o'neil@b.mx", 'a@xn--banco-xta.mx']) assert.equal(kind('send', { ...GOOD, to: [address] }), 'accepted', address);
});

test('limits hold at their edge', () => {
  assert.equal(kind('send', { ...GOOD, documents: uuids(LIMITS.documents) }), 'accepted');
  assert.equal(kind('send', { ...GOOD, documents: uuids(LIMITS.documents + 1) }), 'invalid_portal_request');
  assert.equal(kind('send', { ...GOOD, to: people(LIMITS.recipients) }), 'accepted');
  assert.equal(kind('send', { ...GOOD, to: people(LIMITS.recipients + 1) }), 'invalid_portal_request');
  assert.equal(kind('send', { ...GOOD, to: people(LIMITS.recipients), cc: ['c@b.mx'] }), 'invalid_portal_request');
  assert.equal(kind('send', { ...GOOD, key: 'k'.repeat(LIMITS.key) }), 'accepted');
  assert.equal(kind('send', { ...GOOD, key: 'k'.repeat(LIMITS.key + 1) }), 'invalid_portal_request');
  assert.equal(kind('send', { ...GOOD, to: [`${'a'.repeat(LIMITS.address)}@b.mx`] }), 'invalid_portal_request');
});

test('an organisation may allow shorter texts', () => {
  const short = { ...LIMITS, address: 6, key: 3 };
  assert.deepEqual(parse('send', { ...GOOD, to: ['a@b.mx'], key: 'abc' }, short), { documents: GOOD.documents, to: ['a@b.mx'], cc: [], key: 'abc' });
  for (const longer of [{ to: ['ab@b.mx'] }, { to: ['a@b.mx'], cc: ['ab@b.mx'] }, { to: ['a@b.mx'], key: 'abcd' }]) {
    assert.throws(() => parse('send', { ...GOOD, ...longer }, short), (/** @type {any} */ thrown) => thrown.trouble.kind === 'invalid_portal_request');
  }
});

for (const [name, params] of /** @type {[string, unknown][]} */ ([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['no documents', { to: ['a@b.mx'] }],
  ['an empty list of documents', { ...GOOD, documents: [] }],
  ['the same document twice', { ...GOOD, documents: [DOCUMENT, { ...DOCUMENT, uuid: UUID.toLowerCase() }] }],
  ['no receiver', { ...GOOD, documents: [{ uuid: UUID }] }],
  ['a folio fiscal with more behind it', { ...GOOD, documents: [{ ...DOCUMENT, uuid: `${UUID}\n` }] }],
  ['no recipient', { ...GOOD, to: [] }],
  ['a text instead of a list', { ...GOOD, to: 'a@b.mx' }],
  ['a header in an address', { ...GOOD, to: ['a@b.mx\r\nBcc: x@y.mx'] }],
  ['two addresses in one', { ...GOOD, to: ['a@b.mx,x@y.mx'] }],
  ['a display name', { ...GOOD, to: ['A <a@b.mx>'] }],
  ['a name written from right to left', { ...GOOD, to: ['\u202exm.elpmaxe@a\u202c@b.mx'] }],
  ['a mark of direction', { ...GOOD, to: ['a\u200f@b.mx'] }],
  ['an invisible character', { ...GOOD, to: ['a\u200b@b.mx'] }],
  ['an invisible character in the domain', { ...GOOD, to: ['a@b\u2060.mx'] }],
  ['a soft hyphen', { ...GOOD, cc: ['a\u00ad@b.mx'] }],
  ['a Cyrillic letter', { ...GOOD, to: ['\u0430na@b.mx'] }],
  ['a Cyrillic letter in the domain', { ...GOOD, to: ['ana@b\u0430nco.mx'] }],
  ['a full-width letter', { ...GOOD, to: ['\uff41na@b.mx'] }],
  ['an accent of its own', { ...GOOD, to: ['n\u0303andu@b.mx'] }],
  ['half a character', { ...GOOD, to: ['\ud800@b.mx'] }],
  ['a zero byte', { ...GOOD, to: ['a\u0000@b.mx'] }],
  ['an empty key', { ...GOOD, key: '' }],
  ['a key that is a number', { ...GOOD, key: 5 }],
  ['an unknown field', { ...GOOD, colour: 'red' }],
  ['an inherited name', JSON.parse('{"__proto__": 1, "documents": [], "to": []}')],
])) {
  test(`${name} is no request`, () => assert.equal(kind('send', params), 'invalid_portal_request'));
}

for (const field of ['subject', 'message', 'bcc', 'resend', 'company', 'portal', 'confirmed', 'account']) {
  test(`a portal may not give ${field}`, () => assert.equal(kind('send', { ...GOOD, [field]: 'x' }), 'portal_forbidden'));
}

test('a portal may not name a path', () => {
  assert.equal(kind('send', { ...GOOD, documents: [{ ...DOCUMENT, path: '/etc/passwd' }] }), 'portal_forbidden');
});

test('there are four verbs', () => {
  for (const verb of ['status', 'send', 'deliveryStatus', 'cancel']) assert.equal(isVerb(verb), true);
  for (const verb of ['', 'toString', '__proto__', 'constructor', 'host', 5, null, undefined]) assert.equal(isVerb(verb), false);
});

test('whatever a page writes is taken or refused with a kind, never anything else', () => {
  const hostile = fc.oneof(fc.anything(), fc.record({ documents: fc.anything(), to: fc.anything(), cc: fc.anything(), key: fc.anything() }, { requiredKeys: [] }));
  fc.assert(fc.property(fc.constantFrom('status', 'send', 'deliveryStatus', 'cancel'), hostile, (verb, params) => {
    assert.ok(['accepted', 'invalid_portal_request', 'portal_forbidden'].includes(String(kind(verb, params))));
  }));
});

test('an address that is taken holds no line break, comma, quote or second at sign', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (address) => {
    if (kind('send', { ...GOOD, to: [address] }) !== 'accepted') return;
    assert.doesNotMatch(address, /[\s,;<>"]/u);
    assert.equal(address.split('@').length, 2);
  }), { numRuns: 2_000 });
});
