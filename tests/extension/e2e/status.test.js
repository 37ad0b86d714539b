/** What the SAT says of a document: off until a person switches it on, shown with its time, and never in the way. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';
import { until } from './support/waiting.js';

const FOLDER = path.join(OUT, 'screenshots');

/**
 * A picture for a person to look at.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function picture(page, name) {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), fullPage: true });
}

/**
 * The deliver page of a sample, with a recipient.
 * @param {import('./support/desk.js').Desk} office
 * @param {number} index
 */
async function prepared(office, index) {
  const page = await office.browser.open(`deliver/deliver.html?uuid=${office.sample(index).uuid}&company=${office.rfc}`);
  await page.waitForSelector('#documents [data-uuid]');
  await page.fill('#to', 'compras@cliente.example');
  return page;
}

test('the SAT is asked only after a person switched it on; a cancelled invoice asks the person, and silence stops nothing', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  fs.appendFileSync(path.join(home.state, 'config.toml'), `status_service = "${sandbox.provider}/ConsultaCFDIService.svc"\n`);
  await office.reopen();

  const options = await office.browser.open('options/options.html#sat');
  await options.waitForSelector('#sat-on');
  assert.equal(await options.isChecked('#sat-on'), false, 'off until the person turns it on');
  const before = await prepared(office, 0);
  await before.waitForSelector('#send:not([disabled])');
  assert.equal(await before.locator('[data-status]').count(), 0);
  await options.bringToFront();
  await options.check('#sat-on');
  await until('the page says so', async () => (await options.innerText('#sat-state')) !== '');
  await picture(options, 'options-sat-es');
  assert.deepEqual(await home.cli('status'), [{ check_status: true }]);

  const good = await prepared(office, 0);
  await good.waitForSelector('#documents [data-status="current"]');
  await good.waitForSelector('#send:not([disabled])');
  assert.match(await good.innerText('[data-status]'), /vigente.*Consultado/s);
  await picture(good, 'deliver-status-current-es');

  await sandbox.admin('sat', { uuid: office.sample(1).uuid, answer: 'cancelado' });
  const cancelled = await prepared(office, 1);
  const box = cancelled.locator('#acceptance input[type="checkbox"]');
  await box.waitFor();
  assert.equal(await box.isChecked(), false);
  assert.equal(await cancelled.locator('#send').isDisabled(), true);
  assert.match(await cancelled.innerText('#acceptance'), /SAT dice que este CFDI está cancelado/);
  assert.match(await cancelled.innerText('#documents .badge'), /No se puede enviar/);
  await cancelled.waitForSelector('#documents [data-status="cancelled"]');
  assert.match(await cancelled.innerText('#documents [data-status]'), /Consultado/, 'before anything is accepted');
  await picture(cancelled, 'deliver-status-cancelled-es');
  await box.check();
  await cancelled.waitForSelector('#documents [data-status="cancelled"]');
  await office.confirm(cancelled);
  await cancelled.waitForSelector('#delivery-state[data-state="sent"]');

  await sandbox.fault({ point: 'sat', kind: 'status', status: 500 });
  const silent = await prepared(office, 2);
  await silent.waitForSelector('#documents [data-status="could_not_ask"]');
  await picture(silent, 'deliver-status-silent-es');
  await office.confirm(silent);
  await silent.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal((await sandbox.messages()).length, 2);
  assert.equal(browser === office.browser, false);
});

test('a row whose invoice is cancelled is held for the person, and leads to the page where they decide', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { home, sandbox } = office;
  fs.appendFileSync(path.join(home.state, 'config.toml'), `status_service = "${sandbox.provider}/ConsultaCFDIService.svc"\n`);
  await home.cli('status', 'on');
  await office.reopen();
  const cancelled = office.sample(1);
  await sandbox.admin('sat', { uuid: cancelled.uuid, answer: 'cancelado' });
  const rows = [['uuid', 'receiver_rfc', 'to'], ...office.samples.map((sample) => [sample.uuid, sample.receiver.rfc, 'compras@cliente.example'])];
  const page = await office.browser.open('batch/batch.html');
  await page.waitForSelector('#new:not([hidden])');
  await page.setInputFiles('#file', { name: 'lista.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.map((row) => row.join(',')).join('\r\n')) });
  await page.click('#check');
  await page.waitForSelector('#row-decide-2');
  await picture(page, 'batch-status-cancelled-es');
  assert.match(String(await page.getAttribute('#row-decide-2', 'href')), new RegExp(`deliver/deliver.html.uuid=${cancelled.uuid}`, 'i'));
});
