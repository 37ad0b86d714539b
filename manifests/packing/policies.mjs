/**
 * Policy templates for a fleet: one description (manifests/policies/organisation.json) with the publisher's ids, in every form
 * that browsers read.
 *
 * `node manifests/packing/policies.mjs` writes manifests/policies anew;
 * `node manifests/packing/policies.mjs DESCRIPTION FOLDER` makes them of an organisation's own description.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { admxFiles } from './admx.mjs';

const ROOT = new URL('../../', import.meta.url);

/** @param {string} file */
const parsed = (file) => JSON.parse(readFileSync(new URL(file, ROOT), 'utf8'));

/** What the extension reads, by key. @typedef {Record<string, unknown>} Settings */

/**
 * A browser of a fleet. Force-installing from these two addresses is allowed on machines that are in no domain too; from any
 * other address it is not (chromeenterprise.google/policies#ExtensionInstallForcelist, Microsoft's page of the same name).
 *
 * @typedef {object} Browser
 * @property {string} name of files and of the id in publisher.json
 * @property {string} title
 * @property {string} update where its store gives out extensions
 * @property {string} key under HKEY_LOCAL_MACHINE
 */

/** @type {readonly Browser[]} */
export const BROWSERS = [
  { name: 'chrome', title: 'Google Chrome', update: 'https://clients2.google.com/service/update2/crx', key: 'SOFTWARE\\Policies\\Google\\Chrome' },
  { name: 'edge', title: 'Microsoft Edge', update: 'https://edge.microsoft.com/extensionwebstorebase/v1/crx', key: 'SOFTWARE\\Policies\\Microsoft\\Edge' },
];

/** What stands where the store has given no id yet; no browser takes it for one. @param {Browser} browser */
export const missingId = ({ name }) => `ESCRIBA_EL_ID_DE_LA_TIENDA_${name.toUpperCase()}`;

/** @param {Browser} browser @param {Record<string, string | null>} ids */
const idOf = (browser, ids) => ids[browser.name] ?? missingId(browser);

/**
 * What every system is told: install and keep, may start our program, and what the extension reads. The allow-list matters
 * where NativeMessagingBlocklist blocks every program, and harms nowhere.
 *
 * @param {Browser} browser @param {string} id @param {string} host @param {Settings} settings
 */
const policies = ({ update }, id, host, settings) => ({
  ExtensionInstallForcelist: [`${id};${update}`],
  NativeMessagingAllowlist: [host],
  '3rdparty': { extensions: { [id]: settings } },
});

/** @param {unknown} one */
const text = (one) => `${JSON.stringify(one, null, 2)}\n`;

/** A value in a registry file: what is no text is JSON in a text. @param {unknown} value */
const registryText = (value) => `"${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** @param {Browser} browser @param {string} id @param {string} host @param {Settings} settings */
function registryFile({ title, key, update }, id, host, settings) {
  const lines = [
    'Windows Registry Editor Version 5.00',
    '',
    `; Correo CFDI, ${title}: regedit /s, como administrador / as administrator. LEEME.md`,
    '; Donde otra directiva ya usa el numero 1, cambie el numero / where another policy has number 1, change the number',
    '',
    `[HKEY_LOCAL_MACHINE\\${key}\\ExtensionInstallForcelist]`,
    `"1"=${registryText(`${id};${update}`)}`,
    '',
    `[HKEY_LOCAL_MACHINE\\${key}\\NativeMessagingAllowlist]`,
    `"1"=${registryText(host)}`,
    '',
    `[HKEY_LOCAL_MACHINE\\${key}\\3rdparty\\extensions\\${id}\\policy]`,
    ...Object.entries(settings).map(([name, value]) => `"${name}"=${registryText(value)}`),
    '',
  ];
  // The mark and two bytes a letter: the one form in which the editor keeps every letter (ñ) whatever the system's language.
  return Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le');
}

/** The Admin console takes a file for each extension, with every value in an object. @param {Settings} settings */
const adminConsole = (settings) => text(Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { Value: value }])));

/**
 * Every template by its path in manifests/policies.
 *
 * @param {Settings} [settings] what the extension reads
 * @param {Record<string, string | null>} [ids] of the extension in the stores
 * @returns {Map<string, Buffer>}
 */
export function policyFiles(settings = parsed('manifests/policies/organisation.json'), ids = parsed('manifests/publisher.json').extension_ids) {
  const { name: host } = parsed('manifests/host.json.in');
  const files = new Map([['google-admin.json', Buffer.from(adminConsole(settings))]]);
  for (const browser of BROWSERS) {
    const id = idOf(browser, ids);
    files.set(`${browser.name}.json`, Buffer.from(text(policies(browser, id, host, settings))));
    files.set(`${browser.name}.reg`, registryFile(browser, id, host, settings));
  }
  const keys = BROWSERS.map((browser) => ({ ...browser, key: `${browser.key}\\3rdparty\\extensions\\${idOf(browser, ids)}\\policy` }));
  for (const [name, content] of admxFiles(parsed('extension/managed_schema.json'), keys)) files.set(name, Buffer.from(content));
  return files;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [description, folder = fileURLToPath(new URL('manifests/policies', ROOT))] = process.argv.slice(2);
  const settings = description === undefined ? undefined : JSON.parse(readFileSync(description, 'utf8'));
  for (const [name, content] of policyFiles(settings)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}
