/** Signing in in a tab, where the browser's own window cannot be had. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';

/** @param {import('./support/desk.js').Desk} office */
const desktopClient = async ({ home, sandbox }) => home.importClient(await sandbox.admin('clients', { name: 'escritorio', kind: 'installed' }));

test('where a policy blocks the window, a button leads to a tab, and the tab to the account', async (t) => {
  const office = await desk(t, { look: { identity: false } });
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  const panel = popup.locator('#sign-in-panel[data-phase="failed"]');
  await panel.waitFor();
  assert.equal(await panel.getAttribute('data-kind'), 'identity_missing');
  assert.equal(await popup.innerText('#sign-in-tab'), 'Iniciar en una pestaña');

  // Google takes no loopback for a Web application; the page says what it takes.
  await popup.click('#sign-in-tab');
  await popup.waitForSelector('#sign-in-panel[data-kind="desktop_client_needed"]');
  await desktopClient(office);
  await popup.reload();
  await popup.locator('#start-oauth-reason', { hasText: 'Se inicia en una pestaña' }).waitFor();
  await popup.click('#sign-in-again');
  const tab = await office.googleWindow();
  await popup.waitForSelector('#sign-in-panel[data-phase="window"]');
  assert.match(await popup.innerText('#sign-in-panel'), /pestaña de Google/);
  assert.match(tab.url(), /^http:\/\/127\.0\.0\.1/);
  await office.consent();

  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
  assert.equal(office.browser.pages.some((page) => page.url().includes('code=')), false, 'the tab is closed');
  await popup.click('#sign-in-save');
  const saved = popup.locator('#who-account .account[data-state="ready"]');
  await saved.waitFor();
  assert.match(await saved.innerText(), new RegExp(FACTURAS));
});

test('with a desktop client Iniciar OAuth opens a tab by itself, and says so beforehand', async (t) => {
  const office = await desk(t, { client: false, look: { identity: false } });
  await desktopClient(office);
  const options = await office.browser.options('client');
  await options.waitForSelector('#client-ways');
  assert.equal(await options.innerText('#client-ways'), 'en una pestaña o desde la terminal');
  await options.close();

  const popup = await office.browser.popup();
  await popup.locator('#start-oauth-reason', { hasText: 'Se inicia en una pestaña' }).waitFor();
  await popup.click('#start-oauth');
  await office.consent({ tick: false });
  await popup.waitForSelector('#sign-in-panel[data-kind="scope_missing"]');
  await popup.click('#sign-in-again');
  await office.consent();
  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
});

test('a tab that the person closes frees everything within a second', async (t) => {
  const office = await desk(t, { client: false, look: { identity: false } });
  await desktopClient(office);
  const popup = await office.browser.popup();
  await popup.locator('#start-oauth-reason', { hasText: 'pestaña' }).waitFor();
  await popup.click('#start-oauth');
  const tab = await office.googleWindow();
  await tab.waitForSelector('#account-1');
  assert.equal(await popup.locator('#start-oauth').isDisabled(), true, 'while the tab is open');
  const back = new URL(tab.url());
  assert.equal(back.origin, office.sandbox.provider);

  const closedAt = performance.now();
  await tab.close();
  await popup.waitForSelector('#sign-in-panel[data-phase="failed"]');
  await popup.locator('#start-oauth:not([disabled])').waitFor();
  const freed = performance.now() - closedAt;
  t.diagnostic(`usable again ${Math.round(freed)} ms after the tab was closed`);
  assert.ok(freed < 1_000, `${freed} ms`);
  assert.equal(await popup.getAttribute('#sign-in-panel', 'data-kind'), 'tab_closed');
  await popup.click('#sign-in-again');
  await office.consent();
  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
});
