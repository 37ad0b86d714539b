/** What the stores are given: within their limits, and true to the manifest and to each other. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { publisher } from '../../../manifests/packing/registration.mjs';
import { stores } from '../../../manifests/packing/stores.mjs';

const ROOT = new URL('../../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
const MANIFEST = JSON.parse(read('extension/manifest.json'));
const STORE = JSON.parse(read('manifests/stores/store.json'));
const LANGUAGES = /** @type {const} */ (['es', 'en']);

/** The narrower of both stores; manifests/stores/README.md says where each is from. */
const MOST = { name: 45, summary: 132, description: 9_999, purpose: 1_000, justification: 1_000, terms: 7, term: 30, words: 21, screenshots: 5 };

/** Letters that Edge once demanded of a description, and that a useful one has anyway. */
const LEAST = 250;

/** What Google's User Data Policy wants said. */
const LIMITED_USE = {
  en: "Correo CFDI's use and transfer to any other app of information received from Google APIs will adhere to the [Google API Services User Data Policy](https://developers.google.com/terms/api-services-user-data-policy), including the Limited Use requirements.",
  es: /información recibida de las API de Google.*\(https:\/\/developers\.google\.com\/terms\/api-services-user-data-policy\), incluidos los requisitos de Uso Limitado/,
};

/** The sections of a listing, in their order. @param {string} language */
function listing(language) {
  const [, summary = '', description = '', terms = '', pictures = ''] = read(`manifests/stores/listing.${language}.md`).split(/^## .*$/m).map((one) => one.trim());
  return { summary, description, terms: terms.split('\n').map((line) => line.replace(/^- /, '')), pictures: pictures.split('\n').map((line) => line.replace(/^\d+\. /, '')) };
}

for (const language of LANGUAGES) {
  test(`${language}: the listing keeps within the limits of both stores and says what the manifest says`, () => {
    const texts = JSON.parse(read(`extension/_locales/${language}/messages.json`));
    const { summary, description, terms, pictures } = listing(language);
    assert.equal(summary, texts.app_description.message);
    assert.ok(texts.app_name.message.length <= MOST.name && summary.length <= MOST.summary, `${summary.length}`);
    assert.ok(description.length >= LEAST && description.length <= MOST.description, `${description.length}`);
    assert.doesNotMatch(description, /[<>]|https?:/, 'plain text');
    assert.ok(terms.length >= 1 && terms.length <= MOST.terms && terms.every((one) => one.length <= MOST.term));
    assert.ok(terms.join(' ').split(/\s+/).length <= MOST.words);
    assert.equal(pictures.length, STORE.pictures.screenshots.names.length);
    assert.ok(pictures.length <= MOST.screenshots);
  });

  test(`${language}: the privacy statement says what Google demands, and asks for what the program asks for`, () => {
    const statement = read(`manifests/stores/privacy.${language}.md`);
    const wanted = LIMITED_USE[language];
    assert.ok(typeof wanted === 'string' ? statement.includes(wanted) : wanted.test(statement));
    const scopes = [...new Set(statement.match(/`openid email`|https:\/\/www\.googleapis\.com\/auth\/[a-z.]+/g))];
    assert.deepEqual(scopes, ['`openid email`', 'https://www.googleapis.com/auth/gmail.send']);
    for (const where of ['keep_ledger_days', '@SUPPORT@', '@SUPPORT_EMAIL@', '@DATE@', 'SAT', 'myaccount.google.com']) assert.ok(statement.includes(where), where);
  });

  test(`${language}: the single purpose is said in one breath`, () => {
    const purpose = STORE.single_purpose[language];
    assert.ok(purpose.length > 50 && purpose.length <= MOST.purpose);
  });

  test(`${language}: the guide shows every picture that is made for it, and no other`, () => {
    const shown = [...read(`manifests/stores/oauth-client.${language}.md`).matchAll(/!\[[^\]]+\]\(([a-z-]+)\.png\)/g)].map(([, name]) => name);
    assert.deepEqual(shown, STORE.pictures.guide);
  });
}

test('every permission of the manifest is justified, and none that it does not ask for', () => {
  const asked = ['permissions', 'optional_permissions', 'host_permissions', 'optional_host_permissions'].flatMap((list) => MANIFEST[list] ?? []);
  assert.deepEqual(Object.keys(STORE.permissions).sort(), asked.sort());
  for (const [name, reason] of Object.entries(STORE.permissions)) assert.ok(reason.length > 60 && reason.length <= MOST.justification, name);
});

test('what is optional is called so', () => {
  const optional = [...MANIFEST.optional_permissions, ...MANIFEST.optional_host_permissions];
  for (const [name, reason] of Object.entries(STORE.permissions)) assert.equal(reason.startsWith('Optional'), optional.includes(name), name);
});

test('the icon of the package is of the size that the stores want', () => {
  const icon = readFileSync(new URL(`extension/${MANIFEST.icons['128']}`, ROOT));
  assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
});

test('no code comes from elsewhere, as the stores are told', () => {
  assert.equal(STORE.remote_code.used, false);
  assert.match(MANIFEST.content_security_policy.extension_pages, /default-src 'none'; script-src 'self'/);
  assert.match(MANIFEST.content_security_policy.extension_pages, /connect-src 'none'/);
});

test('what is packed for them has every mark filled in, with the day of the release', () => {
  const by = { ...publisher(), support: 'https://ayuda.example.mx', support_email: 'ayuda@example.mx' };
  const given = stores({ publisher: by, epoch: Date.UTC(2027, 0, 31, 5) / 1_000 });
  assert.deepEqual([...given.keys()].sort(), ['google-verification.md', 'listing.en.md', 'listing.es.md', 'oauth-client.en.md', 'oauth-client.es.md', 'privacy.en.md', 'privacy.es.md', 'store.json']);
  for (const [name, text] of given) assert.doesNotMatch(String(text), /@[A-Z_]+@/, name);
  assert.match(String(given.get('privacy.es.md')), /ayuda@example\.mx · https:\/\/ayuda\.example\.mx\n[\s\S]*Vigente desde: 2027-01-31/);
});
