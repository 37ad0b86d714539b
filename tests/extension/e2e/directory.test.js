/** *Directorio*: a file is looked at before it is saved, and what is saved there shapes what leaves. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';
import { until } from './support/waiting.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/desk.js').Desk} Desk */
/** @typedef {import('./support/home.js').Sample} Sample */

/** A file as Excel in Mexico saves it: Windows-1252, semicolons between cells. @param {string[][]} rows */
function saved(rows) {
  const text = [['RFC', 'Nombre', 'Correo', 'Tipo', 'ZIP', 'Agrupar'], ...rows].map((row) => row.join(';')).join('\r\n');
  return { name: 'clientes.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') };
}

/** Invoices of one receiver. @param {Desk} office @param {number} count */
function ofOneReceiver({ samples }, count) {
  const of = (/** @type {Sample} */ first) => samples.filter(({ receiver }) => receiver.rfc === first.receiver.rfc);
  const found = samples.map(of).find((list) => list.length >= count);
  if (found === undefined) throw new Error(`no receiver has ${count} invoices`);
  return found;
}

/** @param {Page} page @param {string} name */
const count = async (page, name) => Number(await page.innerText(`[data-count="${name}"] dd`));

/** Names of the attachments of each message that arrived. @param {Desk} office */
async function names({ sandbox }) {
  return (await sandbox.messages()).map((message) => message.attachments.map((/** @type {any} */ one) => one.filename));
}

/** Checks a list with these invoices, sends it, and says how many messages it made. @param {Desk} office @param {Sample[]} samples */
async function sendList({ browser }, samples) {
  const page = await browser.open('batch/batch.html');
  await page.waitForSelector('#new:not([hidden])');
  const rows = [['uuid', 'receiver_rfc', 'to'], ...samples.map((one) => [one.uuid, one.receiver.rfc, 'compras@cliente.example'])];
  await page.setInputFiles('#file', { name: 'lista.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.map((row) => row.join(',')).join('\r\n')) });
  await page.click('#check');
  await page.waitForSelector('#batch-state[data-state="checked"]');
  const messages = await count(page, 'messages');
  await page.click('#start:not([disabled])');
  await page.waitForSelector('#batch-state[data-state="done"]');
  await page.close();
  return messages;
}

/** @param {Page} page @param {string} name */
async function picture(page, name) {
  await page.screenshot({ path: path.join(OUT, 'screenshots', `directory-${name}.png`), fullPage: true });
}

test('a file is corrected in its preview and saved; sending knows the address, and the rules shape what arrives', async (t) => {
  const office = await desk(t, { samples: 32, account: FACTURAS });
  const { browser, sandbox } = office;
  const [first, ...others] = ofOneReceiver(office, 5);
  assert.ok(first !== undefined);
  const { rfc } = first.receiver;
  const page = await browser.open('directory/directory.html');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.waitForSelector('#customers .card');
  assert.match(await page.innerText('#customers'), /está vacío/);
  await page.click('#go-import');
  await page.setInputFiles('#file', saved([
    [rfc, 'Peñón de Prueba', 'compras(arroba)cliente.example', '', 'sí', ''],
    ['XAXX010101000', 'Público en general', 'publico@cliente.example', '', '', ''],
    ['BBB010101BB1', '=2+5', 'pagos@otro.example', 'Pago', '', 'no'],
    [rfc, '', 'otra@cliente.example', '', 'no', ''],
  ]));
  await page.waitForSelector('#rows-body [data-row="4"]');
  assert.deepEqual([await count(page, 'added'), await count(page, 'changed'), await count(page, 'same'), await count(page, 'refused')], [2, 0, 0, 2]);
  const red = () => page.locator('#rows-body .red').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-failure')));
  assert.deepEqual(await red(), ['invalid_recipient', 'generic_receiver']);
  await page.fill('#to-1', 'compras@cliente.example');
  await page.click('#mend-1');
  await page.waitForSelector('[data-row="1"][data-change="add"]');
  // The row that came first says now that files travel in an archive, and the fourth says otherwise.
  assert.deepEqual(await red(), ['generic_receiver', 'row_conflict']);
  assert.match(await page.innerText('[data-row="1"]'), /Peñón de Prueba.*Corregido por usted/s);
  await picture(page, 'import-es');
  await page.selectOption('#rows-filter', 'refused');
  await until('only what is wrong is shown', async () => (await page.locator('#rows-body [data-row]').count()) === 2);
  assert.equal(await page.innerText('#import-save'), 'Guardar 2 renglones');
  await page.click('#import-save');
  await page.waitForSelector('#said .notice.good');
  await page.waitForSelector(`.customer[data-rfc="${rfc}"]`);
  assert.equal(await page.locator('.customer').count(), 2);

  // What is sent goes by what was imported.
  const deliver = await browser.open(`deliver/deliver.html?uuid=${first.uuid}&company=${office.rfc}`);
  await deliver.waitForSelector('#to');
  if ((await deliver.inputValue('#to')) === '') await deliver.fill('#to', 'compras@cliente.example');
  await deliver.waitForSelector('[data-zip]');
  await deliver.waitForSelector('[data-recipient="compras@cliente.example"][data-new]:not([data-new="true"]), [data-recipient="compras@cliente.example"]:not([data-new])');
  await picture(deliver, 'deliver-zip-es');
  await office.confirm(deliver);
  await deliver.waitForSelector('#delivery-state[data-state="sent"]');
  await deliver.close();
  await sandbox.arrived(1);
  const [[archive] = []] = await names(office);
  assert.match(archive ?? '', new RegExp(`_${first.uuid.toUpperCase()}\\.zip$`));

  assert.equal(await sendList(office, others.slice(0, 2)), 1, 'grouped');
  assert.match((await names(office))[1]?.join() ?? '', /_2\.zip$/, 'one archive for both');

  // The form of the customer: loose files, one mail a document.
  await page.click(`.customer[data-rfc="${rfc}"]`);
  await page.waitForSelector('#customer:not([hidden])');
  assert.equal(await page.isChecked('input[name="form"][value="zip"]'), true);
  assert.match(await page.innerText('#addresses'), /Confirmada/);
  assert.equal(await page.locator('#addresses li').count(), 1, 'for every kind of document, so not once more for this one');
  await page.check('input[name="form"][value="loose"]');
  await page.check('input[name="grouping"][value="single"]');
  await picture(page, 'customer-es');
  await page.click('#save');
  await page.waitForSelector('#said .notice.good');
  assert.equal(await sendList(office, others.slice(2, 4)), 2, 'one mail for each document');
  const arrived = (await names(office)).slice(2);
  assert.deepEqual(arrived.map((files) => files.map((/** @type {string} */ name) => name.split('.').pop())), [['xml', 'pdf'], ['xml', 'pdf']]);
  assert.deepEqual((await sandbox.messages()).flatMap((one) => one.problems), []);
});

test('a customer is written, found, mended by keyboard, exported without a formula, and removed', async (t) => {
  const office = await desk(t, { samples: 1 });
  const page = await office.browser.open('directory/directory.html#new');
  await page.waitForSelector('#customer:not([hidden])');
  await page.fill('#rfc', 'XEXX010101000');
  await page.fill('#name', '=HYPERLINK("x")');
  await page.fill('#addresses input', 'pagos@uno.example');
  await page.click('#save');
  await page.waitForSelector('#customer-trouble [data-kind="generic_receiver"]');
  await page.fill('#rfc', 'aaa010101ab1');
  await page.focus('#address-add');
  await page.keyboard.press('Enter');
  await page.keyboard.type('no es un correo');
  await page.keyboard.press('Tab');
  await page.click('#save');
  await page.waitForSelector('#addresses [aria-invalid="true"]');
  await page.locator('#addresses li').nth(1).locator('input').fill('cobranza@uno.example');
  await page.locator('#addresses li').nth(1).locator('select').selectOption('P');
  await page.click('#save');
  await page.waitForSelector('.customer[data-rfc="AAA010101AB1"]');
  await page.fill('#search', 'hyperlink');
  await page.waitForSelector('.customer[data-rfc="AAA010101AB1"]');
  await page.fill('#search', 'nadie');
  await until('nobody is found', async () => (await page.locator('.customer').count()) === 0);
  await page.fill('#search', 'COBRANZA@');
  await page.waitForSelector('.customer[data-rfc="AAA010101AB1"]');

  const download = page.waitForEvent('download');
  await page.click('#export');
  assert.equal((await download).suggestedFilename(), `directorio-${office.rfc}.csv`);
  const lines = fs.readFileSync(await (await download).path(), 'utf8').replace(/^\uFEFF/, '').trim().split('\r\n');
  assert.equal(lines[0], 'rfc_receptor,correo,nombre,tipo,zip,agrupar,adjuntos');
  assert.deepEqual(lines.slice(1), ['AAA010101AB1,cobranza@uno.example,"\'=HYPERLINK(""x"")",P,no,sí,no', 'AAA010101AB1,pagos@uno.example,"\'=HYPERLINK(""x"")",,no,sí,no']);

  await page.click('.customer');
  await page.waitForSelector('#customer:not([hidden])');
  await page.locator('#addresses li', { has: page.locator('option[value="P"][selected]') }).locator('button').click();
  await page.click('#cancel');
  await until('what was not saved is not done', async () => /cobranza/.test(await page.innerText('.customer')));
  await page.click('.customer');
  await page.waitForSelector('#customer:not([hidden])');
  await page.fill('#name', 'Uno');
  // Whoever goes away with something unsaved is asked.
  await page.click('.customer');
  await page.evaluate(() => { location.hash = '#new'; });
  await page.waitForSelector('dialog');
  await page.keyboard.press('Escape');
  await until('the customer stays', async () => page.url().endsWith('#rfc/AAA010101AB1'));
  assert.equal(await page.inputValue('#name'), 'Uno');
  await page.click('#save');
  await page.waitForSelector('#said .notice.good');
  await page.click('.customer');
  await page.click('#remove');
  await page.waitForSelector('dialog');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'dialog-cancel');
  await page.click('#dialog-accept');
  await page.waitForSelector('#customers .card, #customers li.quiet');
  assert.equal(await page.locator('.customer').count(), 0);
});
