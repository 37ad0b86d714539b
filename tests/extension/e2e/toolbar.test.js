/** From nothing to a sent invoice without any portal: company, folder, scan, sign-in, invoice, send. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';
import { until } from './support/waiting.js';

test('company, folder, invoice and send from the toolbar alone', async (t) => {
  const office = await desk(t, { company: false });
  const { browser, home, sandbox } = office;
  const popup = await browser.popup();
  const step = popup.locator('#steps [aria-current="step"]');
  assert.match(await step.innerText(), /empresa/i);
  await popup.close();

  const options = await browser.options();
  await options.click('#company-new');
  await options.fill('#company-rfc', office.rfc.toLowerCase());
  await options.fill('#company-name', 'Papelería de muestra');
  assert.equal(await options.isChecked('#use-oauth'), false, 'off until the person turns it on');
  assert.equal(await options.locator('#start-oauth').isDisabled(), true);
  await options.check('#use-oauth');
  await options.fill('#folder-path', 'Documentos');
  await options.click('#folder-add');
  assert.notEqual(await options.innerText('#folder-path-error'), '');
  await options.fill('#folder-path', home.documents);
  await options.click('#folder-add');
  await options.waitForSelector('#folder-list [data-path]');
  await options.click('#scan');
  await until('the scan says what it found', async () => /3/.test(await options.innerText('#scan-state')));
  await options.click('#start-oauth');
  await office.consent();
  await options.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
  await options.click('#save-company');
  await options.waitForSelector('#company-list .account[data-state="ready"]');

  const second = await browser.popup();
  const sample = office.sample(2);
  await second.waitForSelector(`#invoice-${sample.uuid}`);
  assert.equal(await second.locator('#invoice-list [data-uuid]').count(), 3);
  await second.fill('#search', sample.receiver.rfc);
  await until('the search narrows the list', async () => (await second.locator('#invoice-list [data-uuid]').count()) === 1);
  await second.click(`#invoice-${sample.uuid}`);
  const page = await office.deliverPage();
  await page.waitForSelector('#documents [data-uuid]');
  assert.equal(await page.locator('#send').isDisabled(), true, 'without a recipient');
  await page.fill('#to', 'compras@cliente.example; dos@cliente.example');
  await page.fill('#subject', 'Su factura ñandú');
  await until('the preview shows the subject', async () => (await page.innerText('#review')).includes('Su factura ñandú'));
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const [message] = await sandbox.arrived(1);
  assert.equal(message.subject, 'Su factura ñandú');
  assert.deepEqual(message.to.map((/** @type {any} */ one) => one.address), ['compras@cliente.example', 'dos@cliente.example']);
  assert.deepEqual([message.from[0].name, message.account, message.attachments.length], ['Papelería de muestra', FACTURAS, 2]);
});

test('the real popup opens over any page, shows what was sent, and leads to the deliver page', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, sandbox } = office;
  const portal = await office.portal();
  const popup = await browser.toolbar(portal);
  await until('the invoices are listed', () => popup.value(`document.querySelectorAll('#invoice-list [data-uuid]').length === 3`));
  assert.match(String(await popup.text('#who-account')), new RegExp(FACTURAS));
  await until('the popup knows the portal behind it', async () => String(await popup.text('#portal-open')).includes(sandbox.portal));
  await popup.click(`#invoice-${office.sample().uuid}`);
  const page = await office.deliverPage();
  await page.fill('#to', 'compras@cliente.example');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');

  const second = await browser.toolbar(portal);
  await until('the invoice is marked as sent', () => second.value(`document.querySelector('#invoice-${office.sample().uuid} .badge.good') !== null`));
  await second.close();
});

test('who is known for a customer is there already, and nobody else: two clicks from the toolbar', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, sandbox } = office;
  await office.know([0], () => 'compras@cliente.example');
  await office.know([0], () => 'pagos@cliente.example');
  const popup = await browser.popup();
  await popup.click(`#invoice-${office.sample(0).uuid}`);
  const page = await office.deliverPage();
  await page.waitForSelector('#to-known p');
  assert.deepEqual((await page.inputValue('#to')).split(',').sort(), ['compras@cliente.example', 'pagos@cliente.example']);
  assert.equal(await page.locator('#to-known button').count(), 0);

  await page.fill('#to', 'compras@cliente.example');
  await page.click('#to-known button:has-text("pagos@cliente.example")');
  assert.equal(await page.inputValue('#to'), 'compras@cliente.example,pagos@cliente.example');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const [message] = await sandbox.arrived(1);
  assert.deepEqual(message.to.map((/** @type {any} */ one) => one.address), ['compras@cliente.example', 'pagos@cliente.example']);

  const other = await browser.open(`deliver/deliver.html?uuid=${office.sample(1).uuid}&company=${office.rfc}`);
  await other.waitForSelector('#documents [data-uuid]');
  assert.equal(await other.inputValue('#to'), '', "another customer's addresses are nobody's guess");
  assert.equal(await other.locator('#to-known button').count(), 0);
});

test('the same invoice to the same recipient again needs a second decision', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, sandbox } = office;
  const sample = office.sample();
  for (const turn of [1, 2]) {
    const page = await browser.open(`deliver/deliver.html?uuid=${sample.uuid}&company=${office.rfc}`);
    await page.fill('#to', 'compras@cliente.example');
    await page.click('#send:not([disabled])');
    if (turn === 2) {
      await page.waitForSelector('[data-kind="already_sent"]');
      assert.equal((await sandbox.messages()).length, 1);
      await page.click('#resend');
      await until('the page says that it is a second sending', async () => /1/.test(await page.innerText('#send-reason')));
      await page.click('#send:not([disabled])');
    }
    await page.waitForSelector('#delivery-state[data-state="sent"]');
  }
  assert.equal((await sandbox.messages()).length, 2);
});
