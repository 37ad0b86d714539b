/** Signing in: the box, the account that waits for *Aceptar y guardar*, and the window that a person closes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk, leave } from './support/desk.js';
import { FACTURAS } from './support/places.js';

test('without the box nothing is saved; the page says which box, and one click asks again', async (t) => {
  const office = await desk(t);
  const { home, sandbox, browser } = office;
  const popup = await browser.popup();
  await popup.click('#start-oauth');
  await office.consent({ tick: false });

  const panel = popup.locator('#sign-in-panel[data-phase="failed"]');
  await panel.waitFor();
  assert.equal(await panel.getAttribute('data-kind'), 'scope_missing');
  assert.match(await panel.innerText(), /No se marcó la casilla «Enviar correos electrónicos en tu nombre»/);
  assert.match(await panel.locator('.scope-box').innerText(), /Enviar correos electrónicos en tu nombre/);
  assert.deepEqual((await home.cli('account', 'list')).flatMap((line) => line.accounts ?? line), []);

  await popup.click('#sign-in-again');
  const window = await office.googleWindow();
  await window.waitForSelector('#scope-gmail-send-text');
  assert.equal(await window.locator('#scope-gmail-send').count(), 0, 'one scope alone has no box');
  await leave(window, () => window.click('#continue', { noWaitAfter: true }));

  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
  assert.match(await popup.innerText('#sign-in-panel'), new RegExp(`${FACTURAS}\\s+por guardar`));
  assert.equal(await popup.locator('#who-account .account').count(), 0, 'nothing took effect yet');
  const counters = await sandbox.counters();
  assert.deepEqual([counters.authorizations, counters.code_exchanges], [2, 2]);
});

test('with the box the account shows in popup and company after Aceptar y guardar', async (t) => {
  const office = await desk(t);
  const { home, browser } = office;
  const popup = await browser.popup();
  await popup.click('#start-oauth');
  await office.consent();
  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
  await popup.click('#sign-in-save');
  const saved = popup.locator('#who-account .account[data-state="ready"]');
  await saved.waitFor();
  assert.match(await saved.innerText(), new RegExp(FACTURAS));
  assert.equal(await popup.locator('#sign-in-panel').count(), 0);

  const options = await browser.options(`companies/${office.rfc}`);
  await options.waitForSelector('#company-account .account[data-state="ready"]');
  assert.match(await options.innerText('#company-account'), new RegExp(FACTURAS));
  const [line] = await home.cli('company', 'list');
  assert.equal(JSON.stringify(line).includes(FACTURAS), true);
});

test('a window that the person closes frees everything within a second', async (t) => {
  const office = await desk(t);
  const { browser, home } = office;
  const popup = await browser.popup();
  await popup.click('#start-oauth');
  const window = await office.googleWindow();
  await window.waitForSelector('#account-1');
  assert.equal(await popup.locator('#start-oauth').isDisabled(), true, 'while the window is open');

  const closedAt = performance.now();
  await window.close();
  await popup.waitForSelector('#sign-in-panel[data-phase="failed"]');
  await popup.locator('#start-oauth:not([disabled])').waitFor();
  const freed = performance.now() - closedAt;
  assert.equal(await popup.getAttribute('#sign-in-panel', 'data-kind'), 'window_closed');

  const againAt = performance.now();
  await popup.click('#sign-in-again');
  const second = await office.googleWindow();
  const again = performance.now() - againAt;
  t.diagnostic(`usable again ${Math.round(freed)} ms after the window was closed; the next window came ${Math.round(again)} ms after the click`);
  assert.ok(freed < 1_000, `${freed} ms`);
  await second.waitForSelector('#account-1');
  assert.equal(home.running().length, 1, 'one host holds the conversation');
  await office.consent();
  await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
});
