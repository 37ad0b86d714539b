/**
 * What the browser says of each fault of the registration, and what the doctor says: seven causes behind one sentence, and
 * those that have sentences of their own. Everything is really broken, in a real Chromium.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { HOST_NAME, PROGRAM } from './support/places.js';
import { within } from './support/waiting.js';

/** @typedef {import('./support/desk.js').Desk} Desk */
/** @typedef {{ id: string, state: string, cause: string | null, found: string | null, fix: { automatic: boolean } | null }} Check */

const NOT_FOUND = 'Specified native messaging host not found.';
const FORBIDDEN = 'Access to the specified native messaging host is forbidden.';
const EXITED = 'Native host has exited.';
const GARBLED = 'Error when communicating with the native messaging host.';

/** The manifest of the profile. @param {Desk} office */
const file = ({ home }) => path.join(home.profile, 'NativeMessagingHosts', `${HOST_NAME}.json`);

/** Writes the manifest anew with something changed in it. @param {Desk} office @param {object} change */
function change(office, change) {
  fs.writeFileSync(file(office), JSON.stringify({ ...JSON.parse(fs.readFileSync(file(office), 'utf8')), ...change }));
}

/** Puts a script in the program's place. @param {Desk} office @param {string} name @param {string} body */
function replace(office, name, body) {
  const script = office.home.script(name, body);
  change(office, { path: script });
  return script;
}

/** @type {[says: string[], id: string, cause: string, spoil: (office: Desk) => void][]} */
const FAULTS = [
  [[NOT_FOUND], 'registration.folder', 'manifest_absent', (office) => fs.rmSync(file(office))],
  [[NOT_FOUND], 'registration.folder', 'manifest_unreadable', (office) => {
    fs.rmSync(file(office));
    fs.mkdirSync(file(office));
  }],
  [[NOT_FOUND], 'registration.folder', 'manifest_malformed', (office) => fs.writeFileSync(file(office), '{"name":')],
  [[NOT_FOUND], 'registration.folder', 'manifest_name', (office) => change(office, { name: 'mx.other.host' })],
  [[NOT_FOUND], 'registration.folder', 'program_relative', (office) => change(office, { path: path.basename(PROGRAM) })],
  [[NOT_FOUND], 'registration.folder', 'program_missing', (office) => change(office, { path: path.join(office.home.folder, 'no existe') })],
  [[NOT_FOUND], 'registration.folder', 'origin_malformed', (office) => change(office, { allowed_origins: ['chrome-extension://*/'] })],
  [[FORBIDDEN], 'registration.folder', 'origin_missing', (office) => change(office, { allowed_origins: ['chrome-extension://abcdefghijklmnopabcdefghijklmnop/'] })],
  [[EXITED], 'start.direct', 'not_executable', (office) => fs.chmodSync(replace(office, 'sin permiso', 'exit 0'), 0o644)],
  // Where it ends before the browser's first write, that write fails, which the browser words as garbage.
  [[EXITED, GARBLED], 'start.direct', 'exited_at_once', (office) => replace(office, 'muere', 'head -c 4 > /dev/null; exit 3')],
  [[GARBLED], 'start.direct', 'garbled', (office) => replace(office, 'habla', 'echo "hola, soy un programa que escribe"; cat > /dev/null')],
];

/**
 * What the browser says to somebody who asks for the host.
 * @param {import('playwright-core').Page} page of ours
 * @returns {Promise<string>}
 */
function browserSays(page) {
  return within(page.evaluate((name) => new Promise((resolve) => {
    const port = chrome.runtime.connectNative(name);
    port.onMessage.addListener(() => resolve('an answer'));
    port.onDisconnect.addListener(() => resolve(chrome.runtime.lastError?.message ?? 'nothing'));
    port.postMessage({ jsonrpc: '2.0', id: 1, method: 'hello', params: { protocol: 1, min_protocol: 1, extension_version: '0', locale: 'es' } });
  }), HOST_NAME), 'the browser says something');
}

/** What the doctor says of this profile. @param {Desk} office @returns {Promise<Check[]>} */
async function doctorSays({ home }) {
  const folder = ['--user-data-dir', home.profile];
  // It ends with a code of its own when something fails.
  const [report] = await home.cli('doctor', ...folder).catch((error) => [JSON.parse(error.stdout)]);
  return report.checks;
}

test('every fault is made, and the doctor tells apart what the browser does not', async (t) => {
  const office = await desk(t, { samples: 0, client: false, look: { environment: { HTTPS_PROXY: 'http://127.0.0.1:9' } } });
  const page = await office.browser.open('history/history.html');
  assert.equal(await browserSays(page), 'an answer');
  const named = new Set();
  for (const [says, id, cause, spoil] of FAULTS) {
    spoil(office);
    const said = await browserSays(page);
    assert.ok(says.includes(said), `${cause}: ${said}`);
    const check = (await doctorSays(office)).find((one) => one.id === id);
    console.log(`| ${said} | ${check?.id} | ${check?.cause} | ${check?.found} |`);
    assert.deepEqual([check?.state, check?.cause], ['fail', cause]);
    named.add(check?.cause);

    // Whatever it was, one command mends it.
    fs.rmSync(file(office), { recursive: true, force: true });
    await office.home.register();
    assert.equal(await browserSays(page), 'an answer', cause);
  }
  assert.equal(named.size, FAULTS.length);
});

test('the page shows the report part by part, and copies it without what is private', async (t) => {
  const office = await desk(t, { samples: 1 });
  office.home.below('.config/chromium');
  const about = await office.browser.options('about');
  const whole = async () => {
    for (const part of ['browser', 'state', 'network']) await about.waitForSelector(`[data-part="${part}"] .badge`, { timeout: 30_000 });
  };
  await whole();
  await about.waitForSelector('[data-check="start.direct"][data-state="ok"]', { state: 'attached' });
  await about.waitForSelector('[data-check="accounts.state"][data-cause="account_none"]');
  await office.browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await about.click('#doctor-copy');
  await about.waitForSelector('#doctor-said:not(:empty)');
  const text = await about.evaluate(() => navigator.clipboard.readText());
  assert.match(text, /^Correo CFDI: .*\nextension [\d.]+ \([a-p]{32}\), host [\d.]+ \(linux\)\n/);
  assert.match(text, /^\[ok\] vault\.state$/m);
  assert.doesNotMatch(text, /@/);
  assert.ok(!text.includes(office.home.folder), 'the home folder is ~');

  // The profile of the test is none of the usual ones; that another browser is not registered is no failure then.
  assert.equal(await about.getAttribute('[data-check="registration.chromium.user"]', 'data-state'), 'warn');
  assert.equal(await about.innerText('#doctor-fix-command'), 'correo-cfdi doctor --fix');

  // Live: what changed meanwhile is seen by the next look.
  fs.rmSync(path.join(office.home.state, 'vault.key'));
  await about.click('#doctor-again');
  await about.waitForSelector('[data-check="vault.state"][data-state="fail"]', { timeout: 30_000 });
});

test('without the host the page says what the browser said, and which command names the cause', async (t) => {
  const { browser, home } = await desk(t, { host: null, samples: 0, client: false });
  const about = await browser.options('about');
  await about.waitForSelector('#browser-said[data-kind="host_missing"]');
  assert.match(await about.innerText('#browser-said'), new RegExp(NOT_FOUND));
  assert.equal(await about.innerText('#doctor-command'), 'correo-cfdi doctor');
  await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await about.click('#copy-doctor');
  assert.equal(await about.evaluate(() => navigator.clipboard.readText()), 'correo-cfdi doctor');
  await home.register();
  await about.reload();
  await about.waitForSelector('[data-part="browser"] .badge', { timeout: 30_000 });
});
