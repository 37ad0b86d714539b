/** The four beginnings: who the person is at Google when *Iniciar OAuth* is pressed. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, PASSWORD, PROGRAM } from './support/places.js';

/** Where Debian's package `faketime` puts the library that shifts one program's clocks. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** @typedef {import('./support/desk.js').Desk} Desk */

/** @param {Desk} office @param {string} beginning */
async function begin(office, beginning) {
  await office.sandbox.behave({ beginning });
  const popup = await office.browser.popup();
  await popup.click('#start-oauth');
  return { popup, window: await office.googleWindow() };
}

/** @param {import('playwright-core').Page} popup @param {string} account */
async function save(popup, account) {
  await popup.click('#sign-in-save');
  const saved = popup.locator('#who-account .account[data-state="ready"]');
  await saved.waitFor();
  assert.match(await saved.innerText(), new RegExp(account));
}

test('no session: address, then password', async (t) => {
  const office = await desk(t);
  const { popup, window } = await begin(office, 'no_session');
  await window.fill('#email', FACTURAS);
  await window.click('#next');
  await window.fill('#password', 'otra');
  await window.click('#next');
  await window.waitForSelector('#mistake');
  await window.fill('#password', PASSWORD);
  await window.click('#next');
  await office.consent();
  await save(popup, FACTURAS);
});

test('one session: the password is skipped', async (t) => {
  const office = await desk(t);
  const { popup, window } = await begin(office, 'one_session');
  await window.waitForSelector('#account-1');
  assert.equal(await window.locator('button.account').count(), 1);
  const account = (await window.innerText('#account-1')).split('\n').at(-1) ?? '';
  await office.consent({ account });
  await save(popup, account);
});

test('several accounts: the person chooses one', async (t) => {
  const office = await desk(t);
  const { popup, window } = await begin(office, 'several_accounts');
  await window.waitForSelector('#account-1');
  assert.ok((await window.locator('button.account').count()) > 1);
  await office.consent({ account: 'persona@correo.example' });
  await save(popup, 'persona@correo.example');
});

test('no account: making one takes longer than ten minutes, and one click goes on', async (t) => {
  /** @type {string} */
  let clock = '';
  const office = await desk(t, {
    host: (home) => {
      clock = path.join(home.folder, 'reloj');
      fs.writeFileSync(clock, '+0');
      return { program: home.script('host', `LD_PRELOAD=${FAKETIME} FAKETIME_TIMESTAMP_FILE=${clock} FAKETIME_NO_CACHE=1 exec ${PROGRAM} "$@"`) };
    },
  });
  const { sandbox } = office;
  const { popup, window } = await begin(office, 'no_account');
  await window.fill('#name', 'Cuenta Nueva');
  await window.fill('#email', 'nueva@papeleria.example');
  await window.fill('#password', PASSWORD);
  fs.writeFileSync(clock, '+11m');
  await window.click('#create-account');
  await office.consent();

  await popup.waitForSelector('#sign-in-panel[data-phase="failed"]');
  assert.equal(await popup.getAttribute('#sign-in-panel', 'data-kind'), 'flow_expired');
  assert.equal((await sandbox.counters()).code_exchanges, 0, 'an old code is not even tried');
  assert.match(await popup.innerText('#who'), new RegExp(office.rfc), 'nothing of the company is lost');

  await popup.click('#sign-in-again');
  await office.consent({ account: 'nueva@papeleria.example' });
  await save(popup, 'nueva@papeleria.example');
});
