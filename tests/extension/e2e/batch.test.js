/** *Lotes*: a list is checked, looked at, confirmed, and leaves once; pause, resume and cancel mean what they say. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { customer } from './support/sandbox.js';
import { FACTURAS } from './support/places.js';
import { sleep, until } from './support/waiting.js';

/** @typedef {import('./support/desk.js').Desk} Desk */
/** @typedef {import('playwright-core').Page} Page */

/** A list of good rows as Excel in Mexico saves it: Windows-1252, semicolons between cells. @param {Desk} office */
function lines({ samples }) {
  return samples.map((sample) => [sample.uuid, sample.receiver.rfc, customer(sample), '']);
}

/**
 * A file as the person chooses it.
 * @param {string[][]} rows
 * @param {string} [name]
 */
function saved(rows, name = 'Noviembre 2026.csv') {
  const text = [['Folio fiscal', 'RFC receptor', 'Correo', 'Copia'], ...rows].map((row) => row.join(';')).join('\r\n');
  return { name, mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') };
}

/**
 * Checks a list.
 * @param {Desk} office
 * @param {ReturnType<typeof saved>} file
 */
async function checked({ browser }, file) {
  const page = await browser.open('batch/batch.html');
  await page.waitForSelector('#new:not([hidden])');
  assert.equal(await page.locator('#check').isDisabled(), true, 'without a file');
  await page.setInputFiles('#file', file);
  await page.click('#check');
  await page.waitForSelector('#batch-state[data-state="checked"]');
  await page.waitForSelector('#rows-body [data-row]');
  return page;
}

/** @param {Page} page @param {string} name */
const count = async (page, name) => Number(await page.innerText(`[data-count="${name}"] dd`));
/** @param {Page} page @param {string} what @param {string} attribute */
const attributes = (page, what, attribute) => page.locator(what).evaluateAll((rows, name) => rows.map((row) => row.getAttribute(name)), attribute);

test('twelve rows, three of them bad: red first with reasons, then the good ones leave, and the result says so', async (t) => {
  const office = await desk(t, { samples: 10, account: FACTURAS });
  const { sandbox } = office;
  const good = lines(office);
  const [first = [], second = []] = good;
  const bad = [
    ['00000000-0000-4000-8000-000000000000', 'XAXX010101000', 'a@cliente.example', ''],
    [first[0] ?? '', 'AAA010101AAA', 'ajeno@cliente.example', ''],
    [second[0] ?? '', second[1] ?? '', 'esto no es un correo', ''],
  ];
  const page = await checked(office, saved([...good.slice(0, 9), ...bad]));
  assert.equal(await page.innerText('#batch-title'), 'Noviembre 2026');
  assert.deepEqual([await count(page, 'rows'), await count(page, 'refused')], [12, 3]);
  const order = await attributes(page, '#rows-body [data-row]', 'data-row');
  assert.deepEqual(order.slice(0, 3), ['10', '11', '12'], 'red rows first');
  assert.equal(new Set(order).size, 12);
  assert.deepEqual(await attributes(page, '#rows-body .red', 'data-failure'), ['unknown_document', 'wrong_receiver', 'invalid_recipient']);
  assert.match(await page.innerText('[data-row="11"]'), /El receptor del CFDI no es el cliente indicado.*Revise el folio fiscal/s);
  await page.selectOption('#rows-filter', 'problems');
  await until('only problems are shown', async () => (await page.locator('#rows-body [data-row="1"]').count()) === 0);
  await page.selectOption('#rows-filter', 'all');
  await page.waitForSelector('#rows-body [data-row="1"]');

  const messages = await count(page, 'messages');
  assert.equal(new Set(await attributes(page, '#rows-body [data-message]', 'data-message')).size, messages, 'every message is named');
  assert.equal(await page.innerText('#start'), `Enviar ${messages} correos`);
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'start', 'the focus does not lie on it');
  assert.deepEqual(await sandbox.messages(), [], 'nothing leaves before the person has confirmed');

  await page.click('#start:not([disabled])');
  await page.waitForSelector('#batch-state[data-state="done"]');
  assert.deepEqual([await count(page, 'sent'), await count(page, 'under_way'), await count(page, 'failed')], [messages, 0, 0]);
  assert.equal(await page.locator('#batch-progress').getAttribute('value'), String(messages));
  assert.equal((await sandbox.messages()).length, messages);
  assert.deepEqual((await sandbox.messages()).flatMap((one) => one.problems), []);
  const download = page.waitForEvent('download');
  await page.click('#batch-result');
  const file = await (await download).path();
  assert.equal((await download).suggestedFilename(), 'Noviembre 2026-resultado.csv');
  const result = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '').trim().split(/\r?\n/);
  assert.equal(result.length, 1 + 12);
  assert.equal(result.filter((line) => line.includes('sent')).length, 9);
  assert.match(result.find((line) => line.includes('AAA010101AAA')) ?? '', /wrong_receiver/);

  await page.click('#back');
  await page.waitForSelector('#batch-list [data-state="done"]');
  const again = await checked(office, saved(good.slice(0, 9)));
  assert.equal(await again.locator('#start').isDisabled(), true, 'what was sent is not sent again');
  assert.equal(await count(again, 'refused'), 9);
});

test('paused nothing leaves, resumed it goes on, cancelled the rest stays', async (t) => {
  const office = await desk(t, { samples: 8, account: FACTURAS });
  const { sandbox, home } = office;
  const release = await home.holdSender();
  const page = await checked(office, saved(lines(office)));
  const messages = await count(page, 'messages');
  assert.match(await page.innerText('#start-time'), /alrededor de .*(segundo|minuto)/);
  await page.click('#start:not([disabled])');
  await page.waitForSelector('#batch-state[data-state="running"]');
  await page.click('#batch-pause');
  await page.waitForSelector('#batch-state[data-state="paused"]');
  await release();
  await home.cli('outbox', 'drain');
  await sleep(500);
  assert.deepEqual(await sandbox.messages(), [], 'paused');
  assert.equal(await count(page, 'under_way'), messages);

  await sandbox.fault({ point: 'upload_put', kind: 'trickle', interval_ms: 150, times: 0 });
  await page.click('#batch-resume');
  await sandbox.arrived(1);
  await page.click('#batch-cancel');
  assert.match(await page.innerText('dialog'), /ya salieron no pueden regresarse/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'dialog-cancel');
  await page.click('#dialog-accept');
  await page.waitForSelector('#batch-state[data-state="cancelled"]');
  await until('the last one has ended', async () => (await count(page, 'under_way')) === 0);
  await sleep(500);
  const arrived = (await sandbox.messages()).length;
  assert.ok(arrived >= 1 && arrived < messages, `${arrived} of ${messages}`);
  assert.deepEqual([await count(page, 'sent'), await count(page, 'failed')], [arrived, messages - arrived]);
});

test('a page that is opened anew shows the same batch; a file that changed since the check is held and the page leads to it', async (t) => {
  const office = await desk(t, { samples: 3, account: FACTURAS });
  const { browser, sandbox } = office;
  const page = await checked(office, saved(lines(office)));
  const url = page.url();
  await page.close();
  const again = await browser.visit(url);
  await again.waitForSelector('#batch-state[data-state="checked"]');
  await again.click('#back');
  await again.click('#batch-list a');
  await again.waitForSelector('#start:not([disabled])');
  assert.deepEqual(await sandbox.messages(), []);
  fs.appendFileSync(office.sample(1).pdf, ' ');
  await again.click('#start');
  await again.waitForSelector('#batch-state[data-state="done"]');
  assert.deepEqual([await count(again, 'sent'), await count(again, 'need_person')], [2, 1]);
  assert.match(await again.innerText('[data-state="deferred"] [data-reason="file_changed"]'), /cambió después/);
  await again.click('#go-held');
  await again.waitForSelector('#deliveries [data-state="deferred"]');
  assert.equal((await sandbox.messages()).length, 2);
});

test('what is no list is refused with the next step, and the page goes on', async (t) => {
  const office = await desk(t, { samples: 1, account: FACTURAS });
  const page = await office.browser.open('batch/batch.html');
  await page.setInputFiles('#file', { ...saved([]), buffer: Buffer.from('nombre;edad\r\nAna;30\r\n') });
  await page.click('#check');
  await page.waitForSelector('#new-trouble [data-kind="csv_malformed"]');
  assert.match(await page.innerText('#new-trouble'), /columnas uuid, receiver_rfc/);
  await page.setInputFiles('#file', saved(lines(office)));
  await page.click('#check');
  await page.waitForSelector('#batch-state[data-state="checked"]');
});
