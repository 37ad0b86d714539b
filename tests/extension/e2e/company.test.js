/** *Redefinir empresa*: nothing takes effect before *Aceptar y guardar*. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, PROGRAM, VENTAS } from './support/places.js';
import { until } from './support/waiting.js';

/**
 * The accounts that the host knows, and how many tokens lie in the vault.
 * @param {import('./support/home.js').Home} home
 */
async function kept(home) {
  const accounts = (await home.cli('account', 'list')).flatMap((line) => line.accounts ?? line);
  return [accounts.map((/** @type {any} */ one) => one.address), tokens(home)];
}

/** Files of the vault; the client's secret is one of them. @param {import('./support/home.js').Home} home */
function tokens(home) {
  return fs.readdirSync(path.join(home.state, 'vault')).length - 1;
}

test('Cancelar and closing the page keep the account that was and forget the new one', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home } = office;
  for (const way of ['cancel', 'close']) {
    const options = await browser.options(`companies/${office.rfc}`);
    await options.click('#start-oauth');
    await office.consent({ account: VENTAS });
    await options.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
    const shown = await options.innerText('#company-account');
    assert.match(shown, new RegExp(`${VENTAS}\\s+por guardar`));
    assert.match(shown, new RegExp(`Al guardar sustituye a ${FACTURAS}`));
    if (way === 'cancel') {
      await options.click('#cancel-company');
      await options.waitForSelector('#company-list .account');
      assert.match(await options.innerText('#company-list'), new RegExp(`${FACTURAS}\\s+Lista para enviar`));
    }
    await options.close({ runBeforeUnload: false });
    await until('nothing is under way', async () => (await browser.worker()).evaluate(async () => Reflect.get(await chrome.storage.session.get('signIn'), 'signIn') === null));
    assert.deepEqual(await kept(home), [[FACTURAS], 1], way);
  }
});

test('a wrong account is replaced by Iniciar OAuth again, before and after saving', async (t) => {
  const office = await desk(t);
  const { browser, home, sandbox } = office;
  const options = await browser.options(`companies/${office.rfc}`);
  const save = async () => {
    await options.click('#save-company');
    await options.waitForSelector('#company-list .account[data-state="ready"]');
  };
  for (const account of [VENTAS, FACTURAS]) {
    await options.click('#start-oauth');
    await office.consent({ account });
    await options.waitForSelector(`#company-account:has-text("${account}")`);
  }
  await save();
  assert.deepEqual(await kept(home), [[FACTURAS], 1]);

  await options.click(`#company-${office.rfc}`);
  await options.click('#start-oauth');
  await office.consent({ account: VENTAS });
  await options.waitForSelector(`#company-account:has-text("${VENTAS}")`);
  assert.equal(tokens(home), 1, 'the new token is stored by saving alone');
  await save();
  assert.deepEqual(await kept(home), [[VENTAS], 1], 'the old one is dropped: no company uses it');
  assert.equal((await sandbox.counters()).revocations, 0);
});

test('with the switch off there is no Iniciar OAuth and no Correo OAuth, and the account stays', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home } = office;
  const options = await browser.options(`companies/${office.rfc}`);
  await options.uncheck('#use-oauth');
  assert.equal(await options.locator('#start-oauth').isDisabled(), true);
  assert.notEqual(await options.innerText('#start-oauth-reason'), '');
  await options.click('#save-company');
  await options.waitForSelector('#company-list .account');

  const popup = await browser.popup();
  await popup.waitForSelector('#start-oauth[disabled]');
  await until('the popup says why', async () => /Utilizar autenticación OAuth/.test(await popup.innerText('#start-oauth-reason')));
  const page = await browser.open(`deliver/deliver.html?uuid=${office.sample().uuid}&company=${office.rfc}`);
  await page.waitForSelector('#method a');
  assert.doesNotMatch(await page.innerText('#method'), /Correo OAuth/);
  await page.fill('#to', 'compras@cliente.example');
  assert.equal(await page.locator('#send').isDisabled(), true);
  assert.deepEqual(await kept(home), [[FACTURAS], 1]);
});

test('Quitar de este equipo forgets here; Revocar en Google ends the grant, after a warning', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  const options = await browser.options('accounts');
  await options.click('[id^="forget-"]');
  assert.match(await options.innerText('dialog'), /Quitar/);
  assert.match(await options.innerText('dialog'), new RegExp(office.rfc), 'the dialog names the companies concerned');
  assert.equal(await options.evaluate(() => document.activeElement?.id), 'dialog-cancel', 'Enter alone does no harm');
  await options.click('#dialog-cancel');
  assert.deepEqual(await kept(home), [[FACTURAS], 1]);

  await options.click('[id^="forget-"]');
  await options.click('#dialog-accept');
  await options.waitForSelector('#account-list > .card:not([data-account])');
  assert.deepEqual(await kept(home), [[], 0]);
  assert.equal((await sandbox.counters()).revocations, 0);

  await office.signIn();
  const second = await browser.options('accounts');
  await second.click('[id^="revoke-"]');
  assert.match(await second.innerText('dialog .notice'), /otros equipos/);
  await second.click('#dialog-accept');
  await second.waitForSelector('#account-list > .card:not([data-account])');
  assert.deepEqual(await kept(home), [[], 0]);
  assert.equal((await sandbox.counters()).revocations, 1);
  const grants = (await sandbox.admin('state')).accounts.flatMap((/** @type {any} */ one) => one.grants);
  assert.deepEqual(grants, []);
});

test('what a person types while the host is still starting stays in the form', async (t) => {
  const office = await desk(t, { company: false, host: (home) => ({ program: home.script('host', `sleep 2; exec '${PROGRAM}' "$@"`) }) });
  const options = await office.browser.options('companies/new');
  await options.fill('#company-name', 'Aceros del Bajío');
  await options.waitForSelector('#folder-list li');
  assert.equal(await options.inputValue('#company-name'), 'Aceros del Bajío');
});
