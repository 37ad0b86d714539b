/** An invoice without a PDF: the person adds one made by us, sees it in their own program, and sends what they saw. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT, PROGRAM } from './support/places.js';
import { until } from './support/waiting.js';

/** @typedef {import('./support/home.js').Home} Home */

/**
 * A host on a desktop whose program for PDFs notes what it is given.
 * @param {Home} home
 */
function hostWithViewer(home) {
  home.script('xdg-open', 'printf %s "$1" > "$0.new" && mv "$0.new" "$0.seen"');
  return { program: home.script('host', `DISPLAY=:77 PATH="$(dirname "$0"):$PATH" exec '${PROGRAM}' "$@"`) };
}

test('a PDF made from the XML is shown, marked, and sent as it was seen', async (t) => {
  const office = await desk(t, { account: FACTURAS, host: hostWithViewer });
  const { browser, home, sandbox } = office;
  const sample = office.sample();
  fs.rmSync(sample.pdf);
  await home.cli('library', 'scan');
  const page = await browser.open(`deliver/deliver.html?uuid=${sample.uuid}&company=${office.rfc}`);
  await page.fill('#to', 'compras@cliente.example');
  await until('the preview shows the XML alone', async () => (await page.locator('#attachments .attachment').count()) === 1);
  await page.check(`#print-${sample.uuid}`);
  const mark = page.locator('#attachments .attachment', { has: page.locator('.badge.info') });
  await until('the PDF is marked as made by us', async () => (await mark.count()) === 1);
  const seen = path.join(home.below('programas'), 'xdg-open.seen');
  await until('the person sees it', () => fs.existsSync(seen));
  const hash = createHash('sha256').update(fs.readFileSync(fs.readFileSync(seen, 'utf8'))).digest('hex');
  assert.equal(await mark.getAttribute('data-sha256'), hash);
  // Taken back and chosen again: what is shown follows.
  await page.uncheck(`#print-${sample.uuid}`);
  await until('the preview shows the XML alone again', async () => (await page.locator('#attachments .attachment').count()) === 1);
  await page.check(`#print-${sample.uuid}`);
  await until('it is there again', async () => (await mark.count()) === 1);
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const [message] = await sandbox.arrived(1);
  assert.deepEqual(message.attachments.map((/** @type {any} */ one) => one.content_type), ['application/xml', 'application/pdf']);
  assert.equal(message.attachments[1].sha256, hash);
});

test('where there is a PDF none is offered', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const page = await office.browser.open(`deliver/deliver.html?uuid=${office.sample().uuid}&company=${office.rfc}`);
  await page.waitForSelector('#documents [data-uuid]');
  assert.equal(await page.locator(`#print-${office.sample().uuid}`).count(), 0);
});

test('a list says which rows get a PDF made by us, shows each, and sends what was shown', async (t) => {
  const office = await desk(t, { account: FACTURAS, host: hostWithViewer });
  const { browser, home, sandbox } = office;
  const sample = office.sample(1);
  fs.rmSync(sample.pdf);
  await home.cli('library', 'scan');
  const rows = [['uuid', 'receiver_rfc', 'to'], ...[office.sample(0), sample].map((one) => [one.uuid, one.receiver.rfc, 'compras@cliente.example'])];
  const page = await browser.open('batch/batch.html');
  await page.waitForSelector('#new:not([hidden])');
  assert.equal(await page.isChecked('#print'), false, 'only when the person asks for it');
  await page.check('#print');
  await page.setInputFiles('#file', { name: 'lista.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.map((row) => row.join(',')).join('\r\n')) });
  await page.click('#check');
  await page.waitForSelector('#rows-body [data-made="2"]');
  assert.equal(await page.locator('#rows-body [data-made]').count(), 1, 'a document with a PDF keeps its own');
  assert.match(await page.innerText('[data-row="2"]'), /Hecho por Correo CFDI/);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: path.join(OUT, 'screenshots', 'batch-print-es.png'), fullPage: true });
  await page.click('#row-print-2');
  const seen = path.join(home.below('programas'), 'xdg-open.seen');
  await until('the person sees it', () => fs.existsSync(seen));
  const hash = createHash('sha256').update(fs.readFileSync(fs.readFileSync(seen, 'utf8'))).digest('hex');
  await page.click('#start:not([disabled])');
  await page.waitForSelector('#batch-state[data-state="done"]');
  const sent = (await sandbox.messages()).flatMap((/** @type {any} */ message) => message.attachments);
  assert.equal(sent.filter((/** @type {any} */ one) => one.content_type === 'application/pdf').length, 2);
  assert.ok(sent.some((/** @type {any} */ one) => one.sha256 === hash));
});

test('a document without a PDF whose seal does not hold leaves with the print and on the word of the person, both in one delivery', async (t) => {
  const office = await desk(t, { account: FACTURAS, host: hostWithViewer });
  const { browser, home, sandbox } = office;
  const sample = office.sample();
  fs.rmSync(sample.pdf);
  const xml = fs.readFileSync(sample.xml, 'utf8');
  fs.writeFileSync(sample.xml, xml.replace(/ Nombre="/, ' Nombre="Nueva '));
  await home.cli('library', 'scan');
  const page = await browser.open(`deliver/deliver.html?uuid=${sample.uuid}&company=${office.rfc}`);
  await page.fill('#to', 'compras@cliente.example');
  const accept = page.locator('#acceptance input[type="checkbox"]');
  await accept.check();
  await page.waitForSelector('#send:not([disabled])');
  const print = page.locator(`#print-${sample.uuid}`);
  await print.check();
  const mark = page.locator('#attachments .attachment', { has: page.locator('.badge.info') });
  await mark.waitFor();
  assert.equal(await accept.isChecked(), true, 'the word holds');
  const seen = path.join(home.below('programas'), 'xdg-open.seen');
  await until('the person sees it although its seal does not hold', () => fs.existsSync(seen));
  // Taking the word back keeps it here, print or not; giving it again keeps the choice.
  await accept.uncheck();
  await until('it may not leave', () => page.locator('#send').isDisabled());
  await accept.check();
  await mark.waitFor();
  assert.equal(await print.isChecked(), true);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: path.join(OUT, 'screenshots', 'deliver-print-accepted-es.png'), fullPage: true });
  const hash = await mark.getAttribute('data-sha256');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const [message] = await sandbox.arrived(1);
  assert.equal(message.attachments[1].sha256, hash);
  const history = await browser.open(`history/history.html#${await page.getAttribute('#delivery-state', 'data-delivery')}`);
  await history.waitForSelector('#timeline [data-event="accepted_sello_invalid"]');
});
