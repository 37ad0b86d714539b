/** Texts for each kind of document: written, looked at on a real one, a slip named with its place, sent in both forms, put back. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';

test('a text for payments is written, corrected where it is wrong, seen on a real CFDI, sent in both forms, and reset', async (t) => {
  const office = await desk(t, { samples: 8, account: FACTURAS });
  const { browser, sandbox, samples } = office;
  const payment = samples.find(({ kind }) => kind === 'P');
  if (payment === undefined) throw new Error('no sample is a payment');
  const options = await browser.options(`companies/${office.rfc}`);
  await options.selectOption('#text-kind', 'P');
  await options.waitForSelector('#text-own[data-kind="P"][data-own="false"]');
  const before = await options.inputValue('#text-subject');
  assert.match(before, /^Complemento de pago/);

  await options.fill('#text-subject', 'Su pago {{serie}}{{folio}}');
  await options.fill('#text-body', 'Estimado cliente:\n\nRecibimos {{totall}} {{moneda}}.');
  await options.click('#text-html-box summary');
  await options.fill('#text-html', '<p onclick="x()">Recibimos <b>{{total}}</b></p>');
  await options.click('#text-save');
  await options.waitForSelector('#text-trouble [data-kind="unknown_variable"]');
  assert.match(await options.innerText('#text-trouble'), /totall.*renglón 3, columna 13.*\{\{total\}\}/s);
  assert.equal(await options.evaluate(() => getSelection()?.toString()), 'totall', 'what is wrong is selected');
  await options.screenshot({ path: path.join(OUT, 'screenshots', 'texts-trouble.png'), fullPage: true });

  await options.fill('#text-body', 'Estimado cliente:\n\nRecibimos {{total}} {{moneda}}.');
  await options.click('#text-save');
  await options.waitForSelector('#text-trouble [data-kind="html_not_allowed"]');
  assert.match(await options.innerText('#text-trouble'), /onclick/);
  await options.fill('#text-html', '<table style="color: #aa0000"><tr><td>Pago</td><td>{{total}} {{moneda}}</td></tr></table><p><a href="{{verificacion_url}}">Verificar</a></p>');
  await options.click('#text-preview');
  await options.waitForSelector('#text-shown-html');
  assert.equal(await options.innerText('#text-shown-subject'), `Su pago ${payment.serie}${payment.folio}`);
  const plain = await options.innerText('#text-shown-plain');
  assert.match(plain, /Recibimos \$[\d,]+\.\d\d MXN\./);
  const frame = options.frameLocator('#text-shown-html');
  assert.match(await frame.locator('td').nth(1).innerText(), /^\$[\d,]+\.\d\d MXN$/);
  assert.equal(await frame.locator('table').evaluate((table) => getComputedStyle(table).color), 'rgb(170, 0, 0)');
  assert.equal(await frame.locator('a[href]').count(), 0, 'a link of a preview leads nowhere');
  await options.screenshot({ path: path.join(OUT, 'screenshots', 'texts-preview.png'), fullPage: true });
  await options.click('#text-test');
  await options.waitForSelector('#text-test-state[data-state="sent"]');
  const [test] = await sandbox.arrived(1);
  assert.deepEqual([test.to.map((/** @type {any} */ one) => one.address), test.attachments], [[FACTURAS], []], 'to the person who writes, and nobody else');
  assert.equal(test.subject, `[Prueba] Su pago ${payment.serie}${payment.folio}`);
  assert.match(test.html, /mensaje de prueba.*<td>\$[\d,]+\.\d\d MXN<\/td>/s);
  const history = await browser.open('history/history.html');
  await history.locator('#deliveries [data-state="sent"] a', { hasText: '[Prueba] Su pago' }).click();
  await history.waitForSelector('#timeline');
  assert.equal(await history.locator('#prepare-anew, #returned').count(), 0, 'nothing of it is for a customer');
  await history.close();
  await options.click('#text-save');
  await options.waitForSelector('#text-own[data-kind="P"][data-own="true"]');

  const page = await browser.open(`deliver/deliver.html?uuid=${payment.uuid}&company=${office.rfc}`);
  await page.fill('#to', 'compras@cliente.example');
  await page.waitForSelector('#send:not([disabled])');
  assert.match(await page.inputValue('#message'), /Recibimos \$/);
  await page.click('#send');
  const message = (await sandbox.arrived(2)).find((one) => one.to[0].address !== FACTURAS);
  assert.match(message.text, /Recibimos \$[\d,]+\.\d\d MXN\./);
  assert.match(message.html, /<td>\$[\d,]+\.\d\d MXN<\/td>.*https:&#x2f;&#x2f;verificacfdi/s);
  assert.equal(message.subject, `Su pago ${payment.serie}${payment.folio}`);

  await options.click('#text-reset');
  await options.waitForSelector('#text-own[data-kind="P"][data-own="false"]');
  assert.equal(await options.inputValue('#text-subject'), before);
  assert.equal(await options.inputValue('#text-html'), '');
});
