/** Sign-ins that come to nothing, or to something else, as a person meets them in the browser; and accounts whose end is near. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk, leave } from './support/desk.js';
import { FACTURAS, ID, PROGRAM, VENTAS } from './support/places.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/home.js').Home} Home */

/**
 * The kind that the panel shows; there is one button that leads on.
 * @param {Page} popup
 */
async function failedKind(popup) {
  const panel = popup.locator('#sign-in-panel[data-phase="failed"]');
  await panel.waitFor();
  assert.equal(await panel.locator('button.primary').count(), 1);
  assert.equal(await popup.locator('#start-oauth').isDisabled(), false);
  return panel.getAttribute('data-kind');
}

/**
 * What the administrator needs is there to be copied.
 * @param {Page} popup
 * @param {string} client
 */
async function handsOver(popup, client) {
  await popup.click('#sign-in-administrator summary');
  assert.equal(await popup.innerText('#admin-client-id'), client);
  assert.equal(await popup.innerText('#admin-redirect'), `https://${ID}.chromiumapp.org/`);
  assert.match(await popup.innerText('#sign-in-administrator'), /admin_policy_enforced[\s\S]*redirect_uri_mismatch/);
}

test('a person who cancels on the page is told so', async (t) => {
  const office = await desk(t, { samples: 1 });
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  const window = await office.googleWindow();
  await window.click('#account-1');
  await window.waitForSelector('#cancel');
  await leave(window, () => window.click('#cancel', { noWaitAfter: true }));
  assert.equal(await failedKind(popup), 'access_denied');
});

test('a page of Google that refuses closes the window, or stays until the person closes it: both say what to ask for', async (t) => {
  const office = await desk(t, { samples: 1 });
  const client = office.sandbox.client.web.client_id;
  const popup = await office.browser.popup();
  await office.sandbox.behave({ policy_error: 'admin_policy_enforced', policy_status: 403 });
  await popup.click('#start-oauth');
  assert.equal(await failedKind(popup), 'page_not_loaded');
  await handsOver(popup, client);

  await office.sandbox.behave({ policy_error: 'org_internal', policy_status: 200 });
  await popup.click('#sign-in-again');
  const window = await office.googleWindow();
  await window.waitForSelector('#error');
  await window.close();
  await popup.waitForSelector('#sign-in-panel[data-kind="window_closed"]');
  await handsOver(popup, client);
});

test('an address that is not registered is named before a window opens', async (t) => {
  const office = await desk(t, { samples: 1, client: false });
  await office.home.importClient(await office.sandbox.admin('clients', { name: 'ajeno', redirect_uris: ['https://ajeno.example/'] }));
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  assert.equal(await failedKind(popup), 'redirect_uri_mismatch');
  await handsOver(popup, '000000000000-ajeno.apps.googleusercontent.com');
});

test('another account than the company has is said, and the person decides', async (t) => {
  const office = await desk(t, { samples: 1, account: FACTURAS });
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  await office.consent({ account: VENTAS });
  await popup.waitForSelector('#sign-in-other');
  assert.match(await popup.innerText('#sign-in-other'), new RegExp(`cuenta distinta[\\s\\S]*${FACTURAS}`));
  assert.match(await popup.innerText('#who-account'), new RegExp(FACTURAS), 'nothing took effect yet');
  await popup.click('#sign-in-choose');
  await office.consent({ account: FACTURAS });
  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]:not(:has(#sign-in-other))');
  await popup.click('#sign-in-save');
  await popup.waitForSelector('#who-account .account[data-state="ready"]');
});

/**
 * The real host behind a relay that tells the extension of a shorter patience than the host has.
 * @param {Home} home
 * @param {number} seconds
 */
function impatient(home, seconds) {
  const relay = path.join(home.below('programas'), 'relay.mjs');
  fs.writeFileSync(
    relay,
    `import { spawn } from 'node:child_process';
const host = spawn(${JSON.stringify(PROGRAM)}, process.argv.slice(2), { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(host.stdin);
let held = Buffer.alloc(0);
host.stdout.on('data', (bytes) => {
  held = Buffer.concat([held, bytes]);
  while (held.length >= 4 && held.length >= 4 + held.readUInt32LE(0)) {
    const end = 4 + held.readUInt32LE(0);
    const body = Buffer.from(held.subarray(4, end).toString().replace('"expires_in":600', '"expires_in":${seconds}'));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    process.stdout.write(Buffer.concat([length, body]));
    held = held.subarray(end);
  }
});
host.on('exit', (code) => process.exit(code ?? 1));
`,
  );
  return { program: home.script('relay', `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(relay)} "$@"`) };
}

test('a redirect that never comes is named, frees everything, and one click starts anew', async (t) => {
  const office = await desk(t, { samples: 1, host: (home) => impatient(home, 3) });
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  const window = await office.googleWindow();
  await window.waitForSelector('#account-1');
  await popup.waitForSelector('#sign-in-panel[data-kind="sign_in_timed_out"]');
  assert.equal(await failedKind(popup), 'sign_in_timed_out');
  assert.equal(window.isClosed(), false, 'the person may be in the middle of it');
  await leave(window, () => popup.click('#sign-in-again'));
  const second = await office.googleWindow();
  await second.waitForSelector('#account-1');
  await office.consent();
  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
});

test('a project in Testing is said at once, and its account is reconnected from its card', async (t) => {
  const office = await desk(t, { samples: 1 });
  await office.sandbox.behave({ refresh_token_expires_in: 604_799 });
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  await office.consent();
  await popup.waitForSelector('#sign-in-panel [data-reminder="7"]');
  assert.match(await popup.innerText('#sign-in-panel [data-reminder]'), /modo de prueba/);
  await popup.click('#sign-in-save');
  await popup.waitForSelector('#who-account [data-reminder="7"]');
  assert.equal(await popup.innerText('#start-oauth'), 'Reconectar');

  await office.sandbox.behave({ refresh_token_expires_in: null });
  const options = await office.browser.options('accounts');
  await options.waitForSelector('#account-list [data-reminder="7"]');
  await options.click('button[id^="reconnect-"].primary');
  await office.consent();
  await options.click('#sign-in-save');
  await options.waitForSelector('#account-list .account[data-state="ready"]');
  await options.locator('#account-list [data-reminder]').waitFor({ state: 'detached' });
  assert.equal((await office.sandbox.counters()).authorizations, 2);
});

test('why an account has to be reconnected stands on its card and in the popup; what waited leaves by itself', async (t) => {
  const office = await desk(t, { samples: 1, account: FACTURAS });
  await office.sandbox.fault({ point: 'token_refresh', kind: 'status', status: 400, reason: 'invalid_grant', subtype: 'invalid_rapt' });
  await office.home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example', '--wait').catch(() => undefined);
  const popup = await office.browser.popup();
  await popup.waitForSelector('#who-account [data-reconnect="reauth_required"]');
  const options = await office.browser.options('accounts');
  await options.waitForSelector('#account-list [data-reconnect="reauth_required"]');
  assert.match(await options.innerText('#account-list [data-reconnect]'), /exige iniciar sesión de nuevo[\s\S]*invalid_grant\/invalid_rapt/);
  await options.click('button[id^="reconnect-"].primary');
  await office.consent();
  await options.click('#sign-in-save');
  await options.waitForSelector('#account-list .account[data-state="ready"]');
  await office.sandbox.arrived(1);
});
