/** Signatures with a throw-away certificate: on the program, both installers and the uninstaller's script, verified. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { PASSPHRASE, certificate, verify as verified } from './support/certificate.js';
import { EPOCH, ROOT, scratch, windowsProgram } from './support/made.js';

const place = scratch('signing');
const file = (/** @type {string} */ name) => path.join(place.folder, name);

/** @param {string[]} words @param {string} [input] */
function pack(words, input) {
  return spawnSync(path.join(ROOT, 'manifests/pack'), words, { encoding: 'utf8', input: input ?? '', env: { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH) } });
}

const VERSION = JSON.parse(readFileSync(path.join(ROOT, 'extension/manifest.json'), 'utf8')).version;
const verify = (/** @type {string} */ name) => verified(place.folder, name);

before(() => certificate(place.folder));
after(() => place.remove());

test('program, installer and MSI are signed, and verify', () => {
  const { status, stderr } = pack([file('out'), '--windows', windowsProgram(), '--sign', file('code.p12'), '--passphrase', '-', '--authority', file('ca.pem')], `${PASSPHRASE}\n`);
  assert.equal(status, 0, stderr);
  for (const name of [`correo-cfdi-${VERSION}-instalador.exe`, `correo-cfdi-${VERSION}-equipo.msi`]) {
    const { status: code, stdout } = verify(file(`out/${name}`));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Firma de prueba/);
  }
  execFileSync('python3', ['-m', 'zipfile', '-e', file(`out/correo-cfdi-${VERSION}-windows.zip`), file('zip')]);
  assert.equal(verify(file('zip/Correo CFDI/correo-cfdi.exe')).status, 0);
});

test('one changed byte is found', () => {
  const name = file(`out/correo-cfdi-${VERSION}-instalador.exe`);
  const bytes = readFileSync(name);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file('changed.exe'), bytes);
  assert.notEqual(verify(file('changed.exe')).status, 0);
});

test('a wrong passphrase, a certificate of another authority and a missing key make nothing', () => {
  const words = ['--windows', windowsProgram(), '--authority', file('ca.pem')];
  const refused = [
    pack([file('none'), ...words, '--sign', file('code.p12'), '--passphrase', '-'], 'otra frase\n'),
    pack([file('none'), ...words, '--sign', file('code.pem'), '--key', file('ca.key')]),
    pack([file('none'), ...words.slice(0, 2), '--authority', file('code.pem'), '--sign', file('code.p12'), '--passphrase', file('passphrase')]),
  ];
  for (const { status, stderr } of refused) {
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^osslsigncode: /);
    assert.doesNotMatch(stderr, /frase/);
  }
  assert.notEqual(spawnSync('ls', [file('none')]).status, 0);
});
