/** Policy templates: one description, every form, and nothing that takes effect before it is filled in. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { NO_POLICY, parsePolicy } from '../../../extension/worker/policy.js';
import { BROWSERS, missingId, policyFiles } from '../../../manifests/packing/policies.mjs';

const FOLDER = new URL('../../../manifests/policies/', import.meta.url);
const SCHEMA = JSON.parse(readFileSync(new URL('../../../extension/managed_schema.json', import.meta.url), 'utf8'));
const DESCRIPTION = JSON.parse(readFileSync(new URL('organisation.json', FOLDER), 'utf8'));
const PUBLISHER = JSON.parse(readFileSync(new URL('../../../manifests/publisher.json', import.meta.url), 'utf8'));
const IDS = { chrome: 'abcdefghijklmnopabcdefghijklmnop', edge: 'bcdefghijklmnopabcdefghijklmnopa' };

/** Whether a value is what the schema says, and has no member that the schema does not know. @param {any} schema @param {any} value @returns {boolean} */
function fits(schema, value) {
  if (schema.type === 'array') return Array.isArray(value) && value.every((one) => fits(schema.items, one));
  if (schema.type === 'object') return typeof value === 'object' && Object.entries(value).every(([name, one]) => name in schema.properties && fits(schema.properties[name], one));
  return schema.type === 'integer' ? Number.isInteger(value) : typeof value === schema.type;
}

/** The values of a registry file by key. @param {Buffer | undefined} file */
function registry(file) {
  const lines = String(file?.toString('utf16le')).split('\r\n');
  assert.equal(lines.shift(), '\ufeffWindows Registry Editor Version 5.00');
  /** @type {Record<string, Record<string, string>>} */
  const found = {};
  let key = '';
  for (const line of lines.filter((one) => one !== '' && !one.startsWith(';'))) {
    const [, head] = /^\[(.+)\]$/.exec(line) ?? [];
    if (head !== undefined) found[(key = head)] = {};
    else {
      const [, name = '', value = ''] = /^"(\w+)"="((?:[^"\\]|\\["\\])*)"$/.exec(line) ?? assert.fail(line);
      /** @type {Record<string, string>} */ (found[key])[name] = value.replaceAll(/\\(["\\])/g, '$1');
    }
  }
  return found;
}

test('the committed templates are what the description gives', () => {
  const files = policyFiles();
  const there = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  assert.equal(there, files.size + ['LEEME.md', 'organisation.json'].length);
  for (const [name, content] of files) assert.deepEqual(readFileSync(new URL(name, FOLDER)), content, `${name}: run node manifests/packing/policies.mjs`);
});

test('an empty template does nothing, and says everything that is missing', () => {
  assert.ok(fits(SCHEMA, DESCRIPTION), 'of the right types, or the browser would drop it silently');
  const { ignored, present, ...effect } = parsePolicy(DESCRIPTION);
  const { ignored: none, present: absent, ...nothing } = NO_POLICY;
  assert.deepEqual([{ ...effect, portals: { ...effect.portals } }, present, none, absent], [{ ...nothing, portals: {} }, true, [], false]);
  assert.deepEqual(ignored.map((where) => where.split(/[[.]/)[0]).filter((name, index, all) => all.indexOf(name) === index).sort(), Object.keys(DESCRIPTION).sort());
  for (const browser of BROWSERS) assert.doesNotMatch(missingId(browser), /^[a-p]{32}$/);
});

test('ids are those of the publisher, or stand out as missing', () => {
  for (const browser of BROWSERS) {
    const wanted = PUBLISHER.extension_ids[browser.name] ?? missingId(browser);
    assert.ok(String(policyFiles().get(`${browser.name}.json`)).includes(`"${wanted};${browser.update}"`));
    assert.ok(String(policyFiles(DESCRIPTION, IDS).get(`${browser.name}.json`)).includes(IDS[/** @type {'chrome' | 'edge'} */ (browser.name)]));
  }
});

test('every form says the same', () => {
  const settings = { portals: [{ origin: 'https://a.example', companies: ['ÑAA010101AAA'] }], confirmation: 'always', limits: { requests: 3 }, companies: [{ rfc: 'ÑAA010101AAA', name: 'La "Ñandú" & Cía.', folders: ['\\\\srv\\cfdi'] }] };
  const files = policyFiles(settings, IDS);
  for (const { name, key, update } of BROWSERS) {
    const id = IDS[/** @type {'chrome' | 'edge'} */ (name)];
    const read = JSON.parse(String(files.get(`${name}.json`)));
    assert.deepEqual(read, { ExtensionInstallForcelist: [`${id};${update}`], NativeMessagingAllowlist: ['mx.correo_cfdi.host'], '3rdparty': { extensions: { [id]: settings } } });
    const found = registry(files.get(`${name}.reg`));
    const root = `HKEY_LOCAL_MACHINE\\${key}`;
    assert.deepEqual([found[`${root}\\ExtensionInstallForcelist`], found[`${root}\\NativeMessagingAllowlist`]], [{ 1: read.ExtensionInstallForcelist[0] }, { 1: 'mx.correo_cfdi.host' }]);
    const values = Object.entries(found[`${root}\\3rdparty\\extensions\\${id}\\policy`] ?? {}).map(([one, value]) => [one, one === 'confirmation' ? value : JSON.parse(value)]);
    assert.deepEqual(Object.fromEntries(values), settings);
  }
  const console = JSON.parse(String(files.get('google-admin.json')));
  assert.deepEqual(Object.fromEntries(Object.entries(console).map(([name, { Value }]) => [name, Value])), settings);
});

test('the administrative templates name every key for each browser, and every text that they name is there', () => {
  const files = policyFiles(DESCRIPTION, IDS);
  const admx = String(files.get('correo-cfdi.admx'));
  for (const { key, name } of BROWSERS) {
    const written = [...admx.matchAll(/<policy name="(\w+?)_(\w+)"[^>]* key="([^"]+)"/g)].filter(([, browser]) => browser === name);
    assert.deepEqual(written.map(([, , property]) => property), Object.keys(SCHEMA.properties));
    assert.ok(written.every(([, , , where]) => where === `${key}\\3rdparty\\extensions\\${IDS[/** @type {'chrome' | 'edge'} */ (name)]}\\policy`));
  }
  for (const language of ['en-US', 'es-MX']) {
    const adml = String(files.get(`${language}/correo-cfdi.adml`));
    for (const [, table = '', id = ''] of admx.matchAll(/\$\((string|presentation)\.(\w+)\)/g)) assert.ok(adml.includes(`<${table} id="${id}">`), `${language} ${id}`);
    for (const [, text = ''] of adml.matchAll(/<string id="\w+">([^<]*)<\/string>/g)) assert.match(text, /\S/);
  }
  // Every property has its own words in Spanish.
  const spanish = String(files.get('es-MX/correo-cfdi.adml'));
  for (const { description } of Object.values(SCHEMA.properties)) assert.ok(!spanish.includes(description), description);
});
