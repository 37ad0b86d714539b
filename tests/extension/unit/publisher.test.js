/** `extension/shared/publisher.js` says what `manifests/publisher.json` says; `UPDATE_GENERATED=1 node --test` writes it. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { filesFor, isReal, redirectUris } from '../../../extension/shared/addresses.js';
import { PUBLISHER } from '../../../extension/shared/publisher.js';
import { ID } from './chrome_fake.js';

const ROOT = new URL('../../../', import.meta.url);
const FILE = new URL('extension/shared/publisher.js', ROOT);
const SOURCE = JSON.parse(readFileSync(new URL('manifests/publisher.json', ROOT), 'utf8'));

/** The module as it has to be. */
function wanted() {
  const fields = Object.entries(SOURCE).map(([name, value]) => `  ${name}: ${literal(value)},`);
  return [
    '/** Generated from manifests/publisher.json by tests/extension/unit/publisher.test.js: change it there, and run that test with UPDATE_GENERATED=1. */',
    '',
    "/** @type {Readonly<Record<'name' | 'version_page' | 'download' | 'privacy' | 'support' | 'support_email', string>> & { readonly extension_ids: Readonly<Record<string, string | null>> }} */",
    'export const PUBLISHER = Object.freeze({',
    ...fields,
    '});',
    '',
  ].join('\n');
}

/** @param {unknown} value @returns {string} */
function literal(value) {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (value === null) return 'null';
  return `Object.freeze({ ${Object.entries(/** @type {object} */ (value)).map(([name, one]) => `${name}: ${literal(one)}`).join(', ')} })`;
}

test('the extension knows the addresses of manifests/publisher.json', () => {
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(FILE, wanted());
  assert.equal(readFileSync(FILE, 'utf8'), wanted(), 'run this test with UPDATE_GENERATED=1');
});

test('every redirect address that Google has to know: ours first, then those of the other known ids, none twice', () => {
  const known = Object.values(PUBLISHER.extension_ids).filter((id) => id !== null);
  assert.ok(known.length > 0);
  assert.deepEqual(redirectUris(ID), [ID, ...known].map((id) => `https://${id}.chromiumapp.org/`));
  assert.deepEqual(redirectUris(String(known[0])), known.map((id) => `https://${id}.chromiumapp.org/`));
});

test('a placeholder is no address', () => {
  assert.equal(isReal('https://correo-cfdi.invalid/descarga'), false);
  assert.equal(isReal('https://correo-cfdi.example/descarga'), true);
});

test('each system has its own file, and a system without program has none', () => {
  assert.match(String(filesFor('win', '1.2.3')[0]), /1\.2\.3-instalador\.exe$/);
  assert.match(String(filesFor('linux', '1.2.3')[0]), /1\.2\.3.*\.deb$/);
  assert.match(String(filesFor('mac', '1.2.3')[0]), /macos\.zip$/);
  assert.deepEqual(filesFor('cros', '1.2.3'), []);
});
