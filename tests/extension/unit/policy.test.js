import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import fc from 'fast-check';

import { CEILINGS, LIMITS } from '../../../extension/worker/limits.js';
import { mayConnect, mayReach, NO_POLICY, parsePolicy } from '../../../extension/worker/policy.js';

const ORIGIN = 'https://facturas.example.mx';
const PLAIN = 'http://erp.oficina.example.mx:8080';
const PORTAL = { origin: ORIGIN, companies: ['AAA010101AAA'] };
const COMPANY = {
  rfc: 'AAA010101AAA', name: 'Papelería Ñandú', folders: ['\\\\servidor\\facturas', 'D:\\CFDI', '/srv/cfdi'], reply_to: 'cobranza@nandu.example', cc: ['a@nandu.example'], bcc: [],
  subject: 'Factura {{folio}}', body: 'Buen día\nGracias',
};
const CLIENT = JSON.stringify({ web: { client_id: '1-a.apps.googleusercontent.com', client_secret: 'no-es-secreto' } });

test('everything that is right is taken', () => {
  const policy = parsePolicy({
    portals: [{ ...PORTAL, recipient_domains: ['Cliente.example'] }, { origin: PLAIN, companies: ['ÑAA010101AAA'] }], recipient_domains: ['example.mx', '*.example.mx'],
    insecure_origins: [PLAIN], confirmation: 'once_per_batch', limits: { requests: 3, recipients: 50 }, client: CLIENT, companies: [COMPANY],
  });
  assert.deepEqual({ ...policy, portals: { ...policy.portals } }, {
    portals: { [ORIGIN]: { companies: ['AAA010101AAA'], domains: ['cliente.example'] }, [PLAIN]: { companies: ['ÑAA010101AAA'], domains: null } },
    domains: ['example.mx', '*.example.mx'], insecure: [PLAIN], confirmation: 'once_per_batch', limits: { ...LIMITS, requests: 3, recipients: 50 }, client: CLIENT, companies: [COMPANY], ignored: [], present: true,
  });
});

test('nothing set is nothing changed', () => {
  for (const raw of [{}, undefined, null, 5, []]) assert.deepEqual(parsePolicy(raw), NO_POLICY);
  assert.deepEqual([NO_POLICY.present, NO_POLICY.domains, NO_POLICY.limits, NO_POLICY.confirmation], [false, null, LIMITS, null]);
});

/** @type {[string, any, string[]][]} */
const WRONG = [
  ['an origin with a path', { portals: [{ ...PORTAL, origin: `${ORIGIN}/` }, PORTAL] }, ['portals[0].origin']],
  ['an origin over plain http that is not listed', { portals: [{ ...PORTAL, origin: PLAIN }, PORTAL] }, ['portals[0].origin']],
  ['a star', { portals: [{ ...PORTAL, origin: 'https://*.example.mx' }, PORTAL] }, ['portals[0].origin']],
  ['no companies', { portals: [{ origin: 'https://a.mx' }, PORTAL] }, ['portals[0].companies']],
  ['one company that is none', { portals: [{ ...PORTAL, companies: ['AAA010101AAA', 'x'] }] }, ['portals[0].companies[1]']],
  ['a portal twice', { portals: [PORTAL, PORTAL] }, ['portals[1]']],
  ['a portal that is a text', { portals: [PORTAL, ORIGIN] }, ['portals[1].origin']],
  ['an unknown confirmation', { portals: [PORTAL], confirmation: 'never' }, ['confirmation']],
  ['limits beyond the ceiling, below one, and unknown', { portals: [PORTAL], limits: { requests: CEILINGS.requests + 1, waiting: 0, documents: 1.5, toString: 5 } }, ['limits.documents', 'limits.requests', 'limits.toString', 'limits.waiting']],
  ['a client that is none', { portals: [PORTAL], client: '{}' }, ['client']],
  ['an insecure origin that is secure', { portals: [PORTAL], insecure_origins: [ORIGIN] }, ['insecure_origins[0]']],
  ['companies that are none', { portals: [PORTAL], companies: [{ ...COMPANY, rfc: 'x' }, { rfc: 'AAA010101AAA', name: ' ' }, 'AAA010101AAA', COMPANY, COMPANY] }, ['companies[0].rfc', 'companies[1].name', 'companies[2].rfc', 'companies[4]']],
  ['a field that nobody knows', { portals: [PORTAL], colour: 'red' }, ['colour']],
];
for (const [name, raw, ignored] of WRONG) {
  test(`${name}: named, and the rest holds`, () => {
    const policy = parsePolicy(raw);
    assert.deepEqual(policy.ignored.sort(), ignored);
    assert.deepEqual(policy.portals[ORIGIN]?.companies, ['AAA010101AAA']);
    // What was meant to be strict stays strict.
    assert.deepEqual([policy.confirmation, policy.limits, policy.client], [raw.confirmation === undefined ? null : 'always', LIMITS, null]);
  });
}

test('a company: each value by itself, so that one slip leaves the rest', () => {
  const slips = { folders: ['facturas', 'C:facturas', '..\\x', '%USERPROFILE%\\x', '/srv/x', 5], reply_to: 'nadie', cc: ['a@b', 'a@nandu.example', 'Ana <a@nandu.example>'], bcc: 'a@nandu.example', subject: 'a\r\nBcc: b@c.example', body: 5, account: 'x' };
  const { companies, ignored } = parsePolicy({ companies: [{ rfc: 'AAA010101AAA', name: ' Uno ', ...slips }] });
  assert.deepEqual(companies, [{ rfc: 'AAA010101AAA', name: 'Uno', folders: ['/srv/x'], reply_to: null, cc: ['a@nandu.example'], bcc: [], subject: '', body: '' }]);
  const at = (/** @type {string} */ name) => `companies[0].${name}`;
  assert.deepEqual(ignored.sort(), ['account', 'bcc', 'body', 'cc[0]', 'cc[2]', 'folders[0]', 'folders[1]', 'folders[2]', 'folders[3]', 'folders[5]', 'reply_to', 'subject'].map(at));
});

test('recipients: by the name itself, by what is below it, and by the portal before the general list', () => {
  const policy = parsePolicy({ portals: [{ ...PORTAL, recipient_domains: ['solo.example'] }], recipient_domains: ['example.mx', '*.grupo.mx'] });
  assert.equal(mayReach(policy, 'https://otro.mx', ['a@Example.MX', 'b@x.grupo.mx']), true);
  for (const bad of ['a@x.example.mx', 'a@grupo.mx', 'a@xgrupo.mx', 'a@example.mx.evil.test', 'a@evil.test', 'example.mx', 'a@example.mx@evil.test']) assert.equal(mayReach(policy, 'https://otro.mx', ['a@example.mx', bad]), bad === 'example.mx', bad);
  assert.deepEqual([mayReach(policy, ORIGIN, ['a@solo.example']), mayReach(policy, ORIGIN, ['a@example.mx'])], [true, false]);
  assert.equal(mayReach(NO_POLICY, ORIGIN, ['a@anything.example']), true);
});

test('a list of domains in which nothing is right allows nothing', () => {
  for (const recipient_domains of [['*'], 'example.mx', [], ['example.mx/x'], [5]]) assert.equal(mayReach(parsePolicy({ recipient_domains }), ORIGIN, ['a@example.mx']), false);
});

test('plain http is for listed origins', () => {
  const policy = parsePolicy({ insecure_origins: [PLAIN] });
  assert.deepEqual([ORIGIN, 'http://localhost:1', PLAIN, 'http://erp.oficina.example.mx'].map((origin) => mayConnect(policy, origin)), [true, true, true, false]);
  assert.equal(mayConnect(NO_POLICY, PLAIN), false);
});

test('whatever an administrator writes, it is read', () => {
  const names = ['portals', 'recipient_domains', 'insecure_origins', 'confirmation', 'limits', 'client', 'companies'];
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names, 'x'), fc.anything()), (raw) => {
    const policy = parsePolicy(raw);
    for (const [name, limit] of Object.entries(policy.limits)) assert.ok(limit >= 1 && limit <= /** @type {any} */ (CEILINGS)[name]);
    assert.ok(!policy.insecure.includes('*'));
  }));
});

test('the schema names what is read, and no more', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../extension/managed_schema.json', import.meta.url), 'utf8'));
  const everything = Object.fromEntries(Object.keys(schema.properties).map((name) => [name, undefined]));
  assert.deepEqual(parsePolicy(everything).ignored, []);
  assert.deepEqual(Object.keys(schema.properties).sort(), ['client', 'companies', 'confirmation', 'insecure_origins', 'limits', 'portals', 'recipient_domains']);
  assert.deepEqual(Object.keys(schema.properties.limits.properties).sort(), Object.keys(LIMITS).sort());
  assert.deepEqual(Object.keys(schema.properties.companies.items.properties).sort(), Object.keys(COMPANY).sort());
});
