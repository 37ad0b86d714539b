/** The Debian package with the real dpkg: installed, used, upgraded, not downgraded, removed and purged. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { extension } from '../../manifests/packing/lists.mjs';
import { hostManifest, hosts, publisher } from '../../manifests/packing/registration.mjs';
import { CLIENT, HELLO, digest, linuxProgram, make, scratch, unframed } from './support/made.js';
import { Root } from './support/root.js';

const [OLDER, NEWER] = ['0.1.0', '0.2.0'];
const { name: FILE } = hostManifest('');
const MANIFESTS = hosts('linux', 'system').map((folder) => `${folder}/${FILE}`);
const ORIGIN = `chrome-extension://${publisher().extension_ids['development']}/`;

const place = scratch('debian');
/** @type {Root} */
let root;

before(() => {
  root = new Root(place.folder);
  // A lower file system shows a developer's own installation too.
  assert.ok(!root.has('/usr/bin/correo-cfdi'), 'this computer has the package already');
  for (const version of [OLDER, NEWER]) copyFileSync(make(place.folder, version, { linux: true, client: version === OLDER ? CLIENT : null })('.deb'), root.path(`/tmp/${version}.deb`));
});
after(() => {
  root?.close();
  place.remove();
});

/** @param {string} version */
const install = (version) => root.run('dpkg', ['--install', `/tmp/${version}.deb`]);

const state = () => root.run('dpkg-query', ['--show', '--showformat', '${db:Status-Status} ${Version}', 'correo-cfdi']).stdout.toString();

/** That the program answers through what each browser finds. */
function answers() {
  for (const manifest of MANIFESTS) {
    const { path: program, allowed_origins: origins, name } = JSON.parse(root.read(manifest).toString());
    assert.ok(origins.includes(ORIGIN));
    assert.equal(`${name}.json`, FILE);
    const { code, stdout } = root.run(program, [ORIGIN], { input: HELLO });
    assert.equal(code, 0);
    assert.equal(unframed(stdout).id, 1);
  }
}

test('is installed: files, manifests for every browser, and an answer', () => {
  const { code, text } = install(OLDER);
  assert.equal(code, 0, text);
  assert.match(text, /Correo CFDI 0\.1\.0: instalado.*\n.*primeros-pasos\.html\n.*correo-cfdi doctor/);
  assert.equal(state(), `installed ${OLDER}`);
  assert.equal(digest(root.read('/usr/bin/correo-cfdi')), digest(readFileSync(linuxProgram())));
  for (const [name, content] of extension()) assert.deepEqual(root.read(`/usr/share/correo-cfdi/extension/${name}`), content, name);
  assert.deepEqual(root.read('/usr/share/correo-cfdi/client.json'), CLIENT);
  assert.equal(root.run('dpkg', ['--verify', 'correo-cfdi']).text, '');
  answers();
});

test('its manifests are those that the program itself would write', () => {
  const before = MANIFESTS.map((name) => root.read(name));
  const { code, text } = root.run('correo-cfdi', ['--json', 'install', '--system']);
  assert.equal(code, 0, text);
  assert.match(text, /"unchanged"/);
  assert.doesNotMatch(text, /"written"|"repaired"/);
  assert.deepEqual(MANIFESTS.map((name) => root.read(name)), before);
});

test('is upgraded while a browser runs the program', async () => {
  const running = spawn('chroot', [root.folder, '/usr/bin/correo-cfdi', ORIGIN], { env: { PATH: '/usr/sbin:/usr/bin', HOME: '/root' }, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => running.once('exit', resolve));
  running.stdin.write(HELLO);
  await new Promise((resolve) => running.stdout.once('data', resolve));
  const { code, text } = install(NEWER);
  assert.equal(code, 0, text);
  assert.equal(state(), `installed ${NEWER}`);
  running.stdin.end();
  assert.equal(await ended, 0, 'it goes on, and ends when its browser does');
  assert.ok(!root.has('/usr/share/correo-cfdi/client.json'), 'what only the older version brought is gone');
  answers();
});

test('refuses to be downgraded with a sentence, and changes nothing', () => {
  const { code, text } = install(OLDER);
  assert.notEqual(code, 0);
  assert.match(text, /ya está instalada la versión 0\.2\.0, más nueva que 0\.1\.0\. .*apt remove correo-cfdi/);
  assert.equal(state(), `installed ${NEWER}`);
  answers();
});

test('is removed with every file, and leaves people\'s data; the other version can be installed then', () => {
  const home = { CORREO_CFDI_HOME: '/root/correo' };
  root.run('correo-cfdi', ['outbox', 'list'], { env: home });
  const kept = readdirSync(root.path('/root/correo'));
  assert.ok(kept.length > 0);
  const { code, text } = root.run('dpkg', ['--remove', 'correo-cfdi']);
  assert.equal(code, 0, text);
  assert.match(text, /quitado\. Las cuentas, la cola y el historial/);
  for (const name of ['/usr/bin/correo-cfdi', '/usr/share/correo-cfdi', ...MANIFESTS]) assert.ok(!root.has(name), name);
  assert.deepEqual(readdirSync(root.path('/root/correo')), kept);
  assert.equal(install(OLDER).code, 0);
});

test('is purged, and dpkg knows it no more', () => {
  const { code, text } = root.run('dpkg', ['--purge', 'correo-cfdi']);
  assert.equal(code, 0, text);
  assert.doesNotMatch(text, /not empty so not removed/);
  assert.notEqual(root.run('dpkg-query', ['--show', 'correo-cfdi']).code, 0);
  const left = execFileSync('find', [root.upper, '-path', `${root.upper}/root`, '-prune', '-o', '-path', `${root.upper}/var`, '-prune', '-o', '-path', `${root.upper}/tmp`, '-prune', '-o', '-type', 'f', '-print'], { encoding: 'utf8' });
  assert.equal(left, '');
});

test("Debian's own reviewer finds no fault", () => {
  const file = path.join(place.folder, 'lint.deb');
  copyFileSync(root.path(`/tmp/${NEWER}.deb`), file);
  const said = execFileSync('lintian', ['--allow-root', '--fail-on', 'none', file], { encoding: 'utf8' });
  assert.equal(said, '');
});
