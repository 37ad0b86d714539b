/** The doctor's report as text for support, and the command that makes one. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { installChrome } from './chrome_fake.js';

/** The answer that the host's own tests wrote. */
const GOLDEN = JSON.parse(fs.readFileSync(new URL('../../fixtures/protocol/doctor.run.json', import.meta.url), 'utf8')).answer.result;

const chrome = installChrome();
chrome.i18n.getMessage = (/** @type {string} */ key) => (key === 'locale_tag' ? 'es-MX' : key);
/** @type {any} */ (globalThis).document ??= { addEventListener: () => undefined };
// The texts ask the browser while the module is loaded.
const { asText } = await import('../../../extension/options/doctor.js');
const { doctorCommand } = await import('../../../extension/options/unreachable.js');

test('each check is a line with its state, its id and its cause, and what was seen below it', () => {
  const [registration, vault, reach] = GOLDEN.checks.map(asText);
  assert.deepEqual(registration, [
    '[fail] registration.chrome.user Google Chrome program_missing',
    '    manifest: ~/.config/google-chrome/NativeMessagingHosts/mx.correo_cfdi.host.json',
  ]);
  assert.deepEqual(vault, ['[fail] vault.state vault_locked']);
  assert.deepEqual(reach, ['[ok] network.reach https://gmail.googleapis.com']);
});

test('the command is typed as the system takes it', () => {
  assert.equal(doctorCommand('linux'), 'correo-cfdi doctor');
  assert.match(doctorCommand('win'), /^"%LOCALAPPDATA%.*correo-cfdi\.exe" doctor$/);
});
