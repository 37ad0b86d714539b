/** The installers for Windows under Wine: installed, used, upgraded, not downgraded, removed. */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { extension } from '../../manifests/packing/lists.mjs';
import { hostManifest, hosts, publisher } from '../../manifests/packing/registration.mjs';
import { certificate, verify } from './support/certificate.js';
import { CLIENT, HELLO, digest, make, scratch, unframed, windowsProgram } from './support/made.js';
import { Wine, onDriveZ, until } from './support/wine.js';

const [OLDER, NEWER] = ['0.1.0', '0.2.0'];

/** What installers answer where a newer version is there: ERROR_PRODUCT_VERSION, and for an MSI ERROR_INSTALL_FAILURE. */
const [NEWER_IS_INSTALLED, NOT_INSTALLED] = [1638, 1603];

/** ERROR_SUCCESS_REBOOT_REQUIRED. */
const RESTART_NEEDED = 3010;

const NAME = hostManifest('').name.replace(/\.json$/, '');
const ORIGIN = `chrome-extension://${publisher().extension_ids['development']}/`;

const place = scratch('windows');
/** @type {Wine} */
let wine;
/** @type {Record<string, (ending: string) => string>} */
const made = {};

before(() => {
  certificate(place.folder);
  const [container, passphrase, authority] = ['code.p12', 'passphrase', 'ca.pem'].map((name) => path.join(place.folder, name));
  made[OLDER] = make(place.folder, OLDER, { windows: true, client: CLIENT });
  made[NEWER] = make(place.folder, NEWER, { windows: true, sign: { certificate: String(container), key: null, passphrase: String(passphrase), authority: String(authority), timestamp: null } });
  wine = new Wine(place.folder);
  // What tells that two browsers are here, for everybody and for this user.
  for (const browser of ['Google/Chrome', 'Microsoft/Edge']) {
    mkdirSync(path.join(wine.path('C:\\Program Files'), browser, 'Application'), { recursive: true });
    mkdirSync(path.join(wine.path(`C:\\users\\${wine.user}\\AppData\\Local`), browser), { recursive: true });
  }
});
after(() => {
  wine?.close();
  place.remove();
});

/** @param {string} version @param {string} ending */
const packed = (version, ending) => onDriveZ(/** @type {(ending: string) => string} */ (made[version])(ending));

/** Every browser's key with the manifest that it names. @param {'HKCU' | 'HKLM'} hive */
function registered(hive) {
  const keys = hosts('windows', hive === 'HKCU' ? 'user' : 'system').map((key) => `${hive}\\${key}\\${NAME}`);
  return new Map(keys.map((key) => [key, wine.registry(key)]));
}

/** The manifest that Chrome finds. @param {'HKCU' | 'HKLM'} hive */
const chrome = (hive) => wine.registry(`${hive}\\Software\\Google\\Chrome\\NativeMessagingHosts\\${NAME}`);

/** Everything below a folder. @param {string} folder */
const below = (folder) => (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => path.relative(folder, path.join(one.parentPath, one.name))).sort() : []);

/** A program without console has no other way to say how it ended. @param {string} program @param {string[]} words */
const code = (program, ...words) => wine.run(program, words).code;

/** An exit code as Unix keeps it: its lower eight bits. @param {number} number */
const lower = (number) => number % 256;

/** That the program answers when it is started through what a browser finds. @param {string | null | undefined} manifest */
async function answers(manifest) {
  assert.ok(typeof manifest === 'string');
  const { path: program, name, allowed_origins: origins } = JSON.parse(readFileSync(wine.path(manifest), 'utf8'));
  assert.equal(name, NAME);
  assert.ok(origins.includes(ORIGIN));
  const absolute = /^[A-Z]:\\/i.test(program) ? program : `${manifest.slice(0, manifest.lastIndexOf('\\'))}\\${program}`;
  const talk = await wine.converse(absolute, ORIGIN, HELLO);
  assert.equal(unframed(talk.answer).id, 1);
  return talk;
}

const laid = () => [...extension().keys()].map((name) => path.join('extension', name));

test('the installer for one person', async (t) => {
  const folder = wine.path(`C:\\users\\${wine.user}\\AppData\\Local\\Programs\\Correo CFDI`);
  const uninstall = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\CorreoCFDI';
  const data = path.join(folder, '../../correo-cfdi/Correo CFDI/data');

  await t.test('installs silently: files, keys, and an answer to the browser', async () => {
    assert.equal(code(packed(OLDER, 'instalador.exe'), '/S'), 0);
    assert.equal(digest(readFileSync(path.join(folder, 'correo-cfdi.exe'))), digest(readFileSync(windowsProgram())));
    const files = below(folder);
    for (const name of [...laid(), 'desinstalar.exe', 'primeros-pasos.html', 'licencias.txt', 'client.json', 'diagnostico.txt']) assert.ok(files.includes(name), name);
    assert.equal(wine.registry(uninstall, 'DisplayVersion'), OLDER);
    const keys = registered('HKCU');
    for (const browser of ['Google\\Chrome', 'Microsoft\\Edge']) {
      const talk = await answers(keys.get(`HKCU\\Software\\${browser}\\NativeMessagingHosts\\${NAME}`));
      await talk.end();
    }
  });

  await t.test('ends with the doctor', () => {
    assert.ok(readFileSync(path.join(folder, 'diagnostico.txt'), 'utf8').trim().split('\n').length > 3);
  });

  await t.test('is upgraded while a browser runs the program', async () => {
    const talk = await answers(chrome('HKCU'));
    assert.equal(code(packed(NEWER, 'instalador.exe'), '/S'), 0);
    assert.equal(wine.registry(uninstall, 'DisplayVersion'), NEWER);
    assert.ok(below(folder).includes('correo-cfdi.1.old'), 'what still runs was moved out of the way');
    // The newer package of this test carries no client.
    assert.ok(!existsSync(path.join(folder, 'client.json')));
    await talk.end();
    const after = await answers(chrome('HKCU'));
    await after.end();
  });

  await t.test('lays down nothing that is not signed where it is signed', () => {
    for (const name of ['correo-cfdi.exe', 'desinstalar.exe']) assert.equal(verify(place.folder, path.join(folder, name)).status, 0, name);
  });

  await t.test('refuses to be downgraded, and changes nothing', () => {
    const before = below(folder);
    assert.equal(code(packed(OLDER, 'instalador.exe'), '/S'), lower(NEWER_IS_INSTALLED));
    assert.equal(wine.registry(uninstall, 'DisplayVersion'), NEWER);
    assert.deepEqual(below(folder), before);
  });

  await t.test('installing again deletes what was moved away', () => {
    assert.equal(code(packed(NEWER, 'instalador.exe'), '/S'), 0);
    assert.ok(!below(folder).some((name) => name.endsWith('.old')));
  });

  await t.test('is removed with every key and file, and leaves the person\'s data', async () => {
    wine.run(path.join(folder, 'correo-cfdi.exe'), ['outbox', 'list']);
    // What the program wrote for browsers goes with it.
    const kept = below(data).filter((name) => !name.startsWith('native-messaging'));
    assert.ok(kept.some((name) => name.startsWith('outbox.db')), kept.join(' '));
    assert.equal(code(path.join(folder, 'desinstalar.exe'), '/S'), 0);
    // The uninstaller goes on from a copy of itself in the temporary folder.
    await until(() => !existsSync(folder), 'the folder is gone');
    for (const [key, value] of registered('HKCU')) assert.equal(value, null, key);
    assert.equal(wine.registry(uninstall, 'DisplayVersion'), null);
    assert.deepEqual(below(data), kept);
  });

  await t.test('deletes the data too where that was asked for', async () => {
    assert.equal(code(packed(NEWER, 'instalador.exe'), '/S'), 0);
    assert.equal(code(path.join(folder, 'desinstalar.exe'), '/S', '/BORRAR'), 0);
    await until(() => !existsSync(folder), 'the folder is gone');
    assert.ok(!existsSync(path.join(data, '../..')), below(data).join(' '));
  });
});

test('the installer for the whole computer', async (t) => {
  const folder = wine.path('C:\\Program Files\\Correo CFDI');
  const install = (/** @type {string} */ version, /** @type {string} */ verb = '/i') => code('msiexec.exe', verb, packed(version, '.msi'), '/qn');

  await t.test('installs silently: files, declared keys, and an answer to the browser', async () => {
    assert.equal(install(OLDER), 0);
    assert.equal(digest(readFileSync(path.join(folder, 'correo-cfdi.exe'))), digest(readFileSync(windowsProgram())));
    assert.deepEqual(below(folder), [...laid(), 'client.json', 'correo-cfdi.exe', 'licencias.txt', `${NAME}.json`, 'primeros-pasos.html'].sort());
    const keys = registered('HKLM');
    assert.ok(keys.size >= 3);
    for (const [key, manifest] of keys) assert.equal(manifest, `C:\\Program Files\\Correo CFDI\\${NAME}.json`, key);
    const talk = await answers([...keys.values()][0]);
    await talk.end();
  });

  await t.test('is upgraded while a browser runs the program', async () => {
    const talk = await answers(chrome('HKLM'));
    const upgraded = install(NEWER);
    await talk.end();
    // The Windows Installer keeps what is in use until the next start, and says so.
    assert.ok([0, lower(RESTART_NEEDED)].includes(upgraded ?? -1), `${upgraded}`);
    if (upgraded !== 0) wine.restart();
    assert.equal(verify(place.folder, path.join(folder, 'correo-cfdi.exe')).status, 0, 'the newer program is there');
    assert.ok(!existsSync(path.join(folder, 'client.json')), 'what only the older version brought is gone');
    const after = await answers(chrome('HKLM'));
    await after.end();
  });

  await t.test('refuses to be downgraded, and changes nothing', () => {
    const before = below(folder);
    assert.equal(install(OLDER), lower(NOT_INSTALLED));
    assert.deepEqual(below(folder), before);
  });

  await t.test('is removed with every key and file', () => {
    assert.equal(install(NEWER, '/x'), 0);
    for (const [key, value] of registered('HKLM')) assert.equal(value, null, key);
    assert.ok(!existsSync(folder), below(folder).join(' '));
  });
});

test('the folder without an installer works where it was unpacked, with ñ and & in its path', async () => {
  const { unzip } = await import('./support/unzip.js');
  const folder = wine.path('C:\\Facturación & Cía');
  unzip(/** @type {(ending: string) => string} */ (made[OLDER])('windows.zip'), folder);
  const program = path.join(folder, 'Correo CFDI/correo-cfdi.exe');
  assert.equal(digest(readFileSync(program)), digest(readFileSync(windowsProgram())));
  assert.deepEqual(readFileSync(path.join(folder, 'Correo CFDI/client.json')), CLIENT);
  wine.run(program, ['install']);
  const talk = await answers(chrome('HKCU'));
  await talk.end();
  assert.equal(code(program, 'uninstall'), 0);
  for (const [key, value] of registered('HKCU')) assert.equal(value, null, key);
  writeFileSync(path.join(folder, 'end'), '');
});
