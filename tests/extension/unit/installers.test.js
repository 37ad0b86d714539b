/** What installers are made of: the table, the command line, what is refused, and the Debian package's bytes. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { COMPLETIONS, debianPackage } from '../../../manifests/packing/debian.mjs';
import { extension, version } from '../../../manifests/packing/lists.mjs';
import { fixed, source } from '../../../manifests/packing/msi.mjs';
import { Misuse, epochOf, ordered } from '../../../manifests/packing/order.mjs';
import { firstSteps } from '../../../manifests/packing/page.mjs';
import { forLinux, forMacos, forWindows } from '../../../manifests/packing/program.mjs';
import { hostManifest, hosts, publisher, table } from '../../../manifests/packing/registration.mjs';
import { checkClient, placeholders } from '../../../manifests/packing/release.mjs';
import { Refusal, run } from '../../../manifests/packing/tools.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EPOCH = 1_767_225_600;
const READY = { ...publisher(), download: 'https://correo.example', version_page: 'https://correo.example/v', privacy: 'https://correo.example/p', support: 'https://correo.example/a', support_email: 'ayuda@correo.example', extension_ids: { development: 'a'.repeat(32), chrome: 'b'.repeat(32), edge: 'c'.repeat(32) } };
const KNOWN = { version: version(), publisher: READY, environment: { SOURCE_DATE_EPOCH: String(EPOCH) } };

/** @param {import('node:test').TestContext} t */
function scratch(t) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-installers-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return (/** @type {string} */ name) => path.join(folder, name);
}

/** The headers of a 64-bit program for Windows: no code, and a version where one is wanted. @param {string | null} number */
function windowsProgram(number) {
  const bytes = Buffer.alloc(0x400);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80, 'latin1');
  bytes.writeUInt16LE(0x8664, 0x84);
  bytes.writeUInt16LE(0x20b, 0x98);
  if (number !== null) {
    const [major = 0, minor = 0, patch = 0] = number.split('.').map(Number);
    bytes.writeUInt32LE(0xfeef04bd, 0x300);
    for (const [at, value] of [[8, minor], [10, major], [14, patch]]) bytes.writeUInt16LE(Number(value), 0x300 + Number(at));
  }
  return bytes;
}

test('the table is read as TOML readers read it', () => {
  const program = 'import json,sys,tomllib\nprint(json.dumps(tomllib.load(open(sys.argv[1],"rb"))["place"]))';
  const theirs = JSON.parse(execFileSync('python3', ['-c', program, path.join(ROOT, 'manifests/browsers.toml')], { encoding: 'utf8' }));
  assert.deepEqual(table(), theirs.map((/** @type {any} */ { system, scope, hosts: places }) => ({ system, scope, hosts: places })));
  for (const browser of ['Google\\Chrome', 'Microsoft\\Edge']) assert.ok(hosts('windows', 'user').includes(`Software\\${browser}\\NativeMessagingHosts`));
});

test('what is no part of the table is refused by its line', () => {
  for (const [text, line] of /** @type {[string, number][]} */ ([['[[place]]\nhosts = 3', 2], ['\n[other]', 2], ['[[place]]\nhosts = ["a\\u0062"]', 2], ['[[place]]\n= "x"', 2]])) {
    assert.throws(() => table(text), new RegExp(`browsers\\.toml:${line}:`), text);
  }
  assert.throws(() => table('[[place]]\nsystem = "linux"'), /browsers\.toml/);
  assert.throws(() => table('system = "linux"'), /head/);
});

test('a host manifest lists every id there is, in the order of the program', () => {
  const { name, content } = hostManifest('/usr/bin/correo-cfdi', READY);
  assert.equal(name, 'mx.correo_cfdi.host.json');
  assert.match(String(content), /^\{\n {2}"name": "mx\.correo_cfdi\.host",\n {2}"description": ".*",\n {2}"path": "\/usr\/bin\/correo-cfdi",\n {2}"type": "stdio",\n/);
  assert.deepEqual(JSON.parse(String(content)).allowed_origins, ['b', 'a', 'c'].map((one) => `chrome-extension://${one.repeat(32)}/`));
  assert.equal(JSON.parse(String(hostManifest('x').content)).allowed_origins.length, Object.values(publisher().extension_ids).filter((id) => id !== null).length);
});

test('placeholders are found, each by its name, and a release with one is refused', () => {
  assert.deepEqual(placeholders(READY), []);
  for (const [change, name] of /** @type {[object, string][]} */ ([
    [{ privacy: 'https://x.invalid/p' }, 'privacy'], [{ support_email: 'a@x.INVALID' }, 'support_email'], [{ extension_ids: { ...READY.extension_ids, edge: null } }, 'extension_ids.edge'],
  ])) assert.deepEqual(placeholders({ ...READY, ...change }), [name]);
  // The repository's own file, as long as it has some.
  const left = placeholders(publisher());
  const { status, stderr } = spawnSync(path.join(ROOT, 'manifests/pack'), ['--release'], { encoding: 'utf8' });
  assert.equal(status, 1);
  for (const name of left) assert.ok(stderr.includes(name), stderr);
});

test('a release needs both programs, and a signature', (t) => {
  const at = scratch(t);
  writeFileSync(at('a.exe'), windowsProgram(KNOWN.version));
  const release = (/** @type {string[]} */ ...words) => ordered(['--release', ...words], KNOWN);
  assert.throws(() => release(), /faltan programas/);
  assert.throws(() => release('--windows', at('a.exe')), /faltan programas/);
  assert.throws(() => release('--windows', at('a.exe'), '--linux', '/bin/true'), /no está firmado/);
  const { order } = release('--windows', at('a.exe'), '--linux', '/bin/true', '--sign', at('c.p12'), '--authority', at('ca.pem'), '--passphrase', '-');
  assert.deepEqual(order.sign, { certificate: at('c.p12'), key: null, passphrase: '-', authority: at('ca.pem'), timestamp: null });
});

test('a command line that is not understood is answered with the usage', () => {
  for (const words of [['--help'], ['--linux'], ['--other'], ['a', 'b'], ['--key', 'x'], ['--timestamp', 'x'], ['--sign', 'x'], ['--sign', 'x', '--authority', 'y']]) assert.throws(() => ordered(words, KNOWN), Misuse, words.join(' '));
  const { status, stderr } = spawnSync(path.join(ROOT, 'manifests/pack'), ['--other'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /manifests\/pack \[FOLDER\]/);
});

test('the time is given, or that of the last commit', () => {
  assert.equal(epochOf({ SOURCE_DATE_EPOCH: '1700000000' }), 1_700_000_000);
  assert.throws(() => epochOf({ SOURCE_DATE_EPOCH: 'ayer' }), Refusal);
  assert.ok(epochOf({}) > 1_700_000_000);
});

test('a program for another system, of another version, or none at all is refused', (t) => {
  const at = scratch(t);
  assert.deepEqual(forWindows(windowsProgram('1.2.3')), { version: '1.2.3' });
  assert.deepEqual(forWindows(windowsProgram(null)), { version: null });
  const narrow = windowsProgram(null);
  narrow.writeUInt16LE(0x14c, 0x84);
  for (const bytes of [Buffer.alloc(0), Buffer.from('MZ'), narrow, readFileSync('/bin/true'), windowsProgram(null).subarray(0, 0x90)]) assert.throws(() => forWindows(bytes), Refusal);
  writeFileSync(at('a.exe'), windowsProgram('9.9.9'));
  assert.throws(() => ordered(['--windows', at('a.exe')], KNOWN), /es la versión 9\.9\.9/);
  assert.throws(() => ordered(['--windows', at('none')], KNOWN), /no se puede leer/);
  assert.throws(() => forLinux(at('a.exe')), Refusal);
  assert.throws(() => forMacos(readFileSync('/bin/true')), Refusal);
  forMacos(Buffer.from('cffaedfe00', 'hex'));
  const { architecture, depends } = forLinux('/bin/true');
  assert.equal(architecture, execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim());
  assert.match(depends.join(), /^libc6 \(>= 2\.\d+\)$/);
});

test("a client file is one of Google's, and nothing of another is repeated", () => {
  for (const kind of ['web', 'installed']) checkClient(Buffer.from(JSON.stringify({ [kind]: { client_id: 'a', client_secret: 'b' } })));
  for (const text of ['', '{', 'null', '[]', '{"web":{"client_id":"a"}}', '{"web":{"client_id":"","client_secret":"secreto"}}', '{"type":"service_account","private_key":"secreto"}']) {
    assert.throws(() => checkClient(Buffer.from(text)), (/** @type {Error} */ error) => error instanceof Refusal && !error.message.includes('"'), text);
  }
});

test('a missing tool is named with the package that brings it', () => {
  const kept = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    assert.throws(() => run('makensis', []), /instale el paquete nsis /);
  } finally {
    process.env['PATH'] = kept;
  }
});

test('the page of first steps names the id, and a store once it has published', () => {
  const [now, later] = [publisher(), READY].map((one) => String(firstSteps(one)));
  assert.ok(now?.includes(String(publisher().extension_ids['development'])));
  assert.doesNotMatch(String(now) + String(later), /@[A-Z_]+@/);
  assert.ok(later?.includes(`https://chromewebstore.google.com/detail/${READY.extension_ids.chrome}`));
  assert.ok(later?.includes(`https://microsoftedge.microsoft.com/addons/detail/${READY.extension_ids.edge}`));
  // Nothing of it comes from a network.
  assert.doesNotMatch(String(now), /(src|href)="(?!#)/);
});

test('the MSI declares a key for every browser, and each file once', () => {
  const files = new Map([...extension()].map(([name, content]) => [`extension/${name}`, { content }]));
  const text = source({ version: '1.2.3', publisher: READY, files }, 'mx.correo_cfdi.host.json', 'files');
  const keys = [...text.matchAll(/Root="HKLM" Key="([^"]+)\\mx\.correo_cfdi\.host" Type="string" Value="\[INSTALLDIR\]mx\.correo_cfdi\.host\.json"/g)].map(([, key]) => key);
  assert.deepEqual(keys, hosts('windows', 'system'));
  const sources = [...text.matchAll(/Source="files\/([^"]+)"/g)].map(([, name]) => name);
  assert.deepEqual(sources.sort(), [...files.keys()].sort());
  const ids = [...text.matchAll(/ (?:Id|Guid)="([^"]+)"/g)].map(([, id]) => id).filter((id) => !text.includes(`<ComponentRef Id="${id}"`));
  assert.equal(new Set(ids).size, ids.length);
  // Another content is another product; the code by which versions know each other stays.
  const other = source({ version: '1.2.4', publisher: READY, files }, 'mx.correo_cfdi.host.json', 'files');
  const codes = [text, other].map((one) => [/Product Id="([^"]+)"/.exec(one)?.[1], /UpgradeCode="([^"]+)"/.exec(one)?.[1]]);
  assert.notEqual(codes[0]?.[0], codes[1]?.[0]);
  assert.equal(codes[0]?.[1], codes[1]?.[1]);
});

test('times and numbers in an MSI are put in the place of fixed ones, or the file is not taken', () => {
  const now = 1_800_000_000;
  const time = Buffer.alloc(12);
  time.writeUInt32LE(0x40);
  time.writeBigUInt64LE((BigInt(now) + 11_644_473_600n) * 10_000_000n, 4);
  const made = (/** @type {string} */ number) => Buffer.concat([Buffer.from(`\x1e\0\0\0\x27\0\0\0{${number}}\0`, 'latin1'), time, time]);
  const [one, two] = ['4D084BC8-AAA3-41B5-8DD8-85D6F89E2935', 'FDD4F3B7-51FD-4522-BD59-9CE678353A66'].map((number) => fixed(made(number), EPOCH, now));
  assert.deepEqual(one, two);
  assert.equal(one?.indexOf(time), -1);
  assert.throws(() => fixed(Buffer.concat([time]), EPOCH, now), /1 times, 0 numbers/);
});

test('the Debian package is the same bytes twice, and holds what it should', (t) => {
  const at = scratch(t);
  const given = { version: '1.2.3', epoch: EPOCH, publisher: READY, program: readFileSync('/bin/true'), extension: extension(), page: firstSteps(READY), bill: '{}\n', licences: Buffer.from('MIT\n'), client: null };
  const [name, bytes] = debianPackage(given, forLinux('/bin/true'));
  assert.deepEqual(debianPackage(given, forLinux('/bin/true')), [name, bytes]);
  writeFileSync(at(name), bytes);
  const told = (/** @type {string[]} */ ...words) => execFileSync('dpkg-deb', [...words], { encoding: 'utf8' });
  assert.equal(told('--field', at(name), 'Version').trim(), '1.2.3');
  const lines = told('--contents', at(name)).trim().split('\n');
  assert.ok(lines.every((line) => / root\/root .* 2026-01-01 /.test(line)), 'one owner, one time');
  for (const folder of hosts('linux', 'system')) assert.ok(lines.some((line) => line.endsWith(` .${folder}/mx.correo_cfdi.host.json -> /usr/share/correo-cfdi/native-messaging/mx.correo_cfdi.host.json`)), folder);
  assert.ok(!lines.some((line) => line.includes('client.json')));
  for (const [place] of COMPLETIONS) assert.ok(lines.some((line) => line.endsWith(` .${place}`)), place);
  told('--control', at(name), at('control'));
  for (const script of ['preinst', 'postinst', 'postrm']) {
    execFileSync('sh', ['-n', at(`control/${script}`)]);
    assert.doesNotMatch(readFileSync(at(`control/${script}`), 'utf8'), /@[A-Z]+@/);
  }
});
