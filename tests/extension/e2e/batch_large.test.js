/** *Lotes*, the large journeys: five hundred with three bad rows; chosen by filter; paused, resumed, called off in the middle. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { customer } from './support/sandbox.js';
import { FACTURAS } from './support/places.js';
import { until } from './support/waiting.js';

/** @typedef {import('./support/desk.js').Desk} Desk */
/** @typedef {import('./support/home.js').Sample} Sample */
/** @typedef {import('playwright-core').Page} Page */

/** What a person does on a page, counted: a click, a text typed or pasted, a file or an option chosen is one step. */
class Steps {
  count = 0;
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {string} what */
  async click(what) {
    this.count += 1;
    await this.page.click(what);
  }

  /** @param {string} what @param {string} text */
  async write(what, text) {
    this.count += 1;
    await this.page.fill(what, text);
  }

  /** @param {string} key */
  async press(key) {
    this.count += 1;
    await this.page.keyboard.press(key);
  }

  /** @param {ReturnType<typeof saved>} file */
  async file(file) {
    this.count += 1;
    await this.page.setInputFiles('#file', file);
  }
}

/** @param {string[][]} rows */
function saved(rows) {
  const text = [['uuid', 'receiver_rfc', 'to'], ...rows].map((row) => row.join(',')).join('\r\n');
  return { name: 'Quinientas.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
}

/** @param {Page} page @param {string} name */
const count = async (page, name) => Number((await page.innerText(`[data-count="${name}"] dd`)).replaceAll(',', ''));
/** @param {Page} page */
const digest = async (page) => page.evaluate(async () => {
  const reply = await chrome.runtime.sendMessage({ ask: 'host', params: { method: 'batch.get', params: { batch: location.hash.slice(1) } } });
  return { digest: reply.ok.digest, state: reply.ok.state };
});

/**
 * What arrived at the sandbox, as pairs of a document and who got it.
 * @param {Desk} office
 */
async function pairs({ sandbox, samples }) {
  const messages = await sandbox.messages();
  assert.deepEqual(messages.flatMap((one) => one.problems), [], 'every message is sound');
  return messages.flatMap((one) => {
    const text = JSON.stringify(one).toUpperCase();
    return samples.filter(({ uuid }) => text.includes(`${uuid.toUpperCase()}.XML`)).map((sample) => ({ sample, to: one.to.map((/** @type {{ address: string }} */ { address }) => address) }));
  });
}

/**
 * Exactly these documents arrived, each once and at its own customer.
 * @param {Desk} office
 * @param {Sample[]} expected
 * @param {(sample: Sample) => string} address
 */
async function arrivedOnce(office, expected, address) {
  const found = await pairs(office);
  assert.deepEqual(found.map(({ sample }) => sample.uuid).sort(), expected.map(({ uuid }) => uuid).sort(), 'each once, no other');
  for (const { sample, to } of found) assert.deepEqual(to, [address(sample)], `${sample.serie}${sample.folio} to its own customer`);
}

test('five hundred with three bad rows: red first, mended in place, sent whole, the result downloaded', { timeout: 300_000 }, async (t) => {
  const office = await desk(t, { samples: 500, account: FACTURAS });
  const { browser, samples } = office;
  const rows = samples.map((sample) => [sample.uuid, sample.receiver.rfc, customer(sample)]);
  // One without an address, one that is none, one of another customer.
  rows[99] = [office.sample(99).uuid, office.sample(99).receiver.rfc, ''];
  rows[249] = [office.sample(249).uuid, office.sample(249).receiver.rfc, 'esto no es un correo'];
  rows[399] = [office.sample(399).uuid, 'AAA010101AAA', 'ajeno@cliente.example'];
  const page = await browser.open('batch/batch.html');
  await page.waitForSelector('#new:not([hidden])');
  const steps = new Steps(page);
  await steps.file(saved(rows));
  await steps.click('#check');
  await page.waitForSelector('#batch-state[data-state="checked"]', { timeout: 120_000 });
  await page.waitForSelector('#rows-body .red');
  assert.deepEqual([await count(page, 'rows'), await count(page, 'refused')], [500, 3]);
  const red = await page.locator('#rows-body [data-row]').evaluateAll((items) => items.slice(0, 3).map((item) => [item.getAttribute('data-row'), item.getAttribute('data-failure')]));
  assert.deepEqual(red, [['100', 'no_recipient'], ['250', 'invalid_recipient'], ['400', 'wrong_receiver']], 'red first');
  assert.equal(await page.locator('#row-to-400').count(), 0, 'another address does not mend a wrong receiver');
  const before = await digest(page);
  const old = page.url();

  assert.match(await page.inputValue('#row-to-250'), /^esto.*correo$/, 'what the list says is mended, not written anew');
  await steps.write('#row-to-100', customer(office.sample(99)));
  await steps.write('#row-to-250', customer(office.sample(249)));
  await steps.click('#row-out-400');
  assert.equal(await page.inputValue('#row-to-250'), customer(office.sample(249)), 'what was written stays');
  assert.equal(await page.locator('#start').isDisabled(), true, 'what nobody has judged does not leave');
  assert.match(await page.innerText('#edits-count'), /^3 renglones/);
  await steps.click('#recheck');
  await until('the list is judged again', async () => page.url() !== old && (await page.locator('#batch-state[data-state="checked"]').count()) === 1);
  await until('nothing is red any more', async () => (await count(page, 'refused')) === 0);
  assert.equal(await count(page, 'rows'), 499);
  const after = await digest(page);
  assert.notEqual(after.digest, before.digest, 'another digest is confirmed');
  assert.equal((await office.sandbox.messages()).length, 0, 'nothing has left yet');

  const messages = await count(page, 'messages');
  await steps.click('#start:not([disabled])');
  await page.waitForSelector('#batch-state[data-state="running"]');
  await page.waitForSelector('#batch-state[data-state="done"]', { timeout: 240_000 });
  assert.deepEqual([await count(page, 'sent'), await count(page, 'failed'), await count(page, 'need_person')], [messages, 0, 0]);
  const download = page.waitForEvent('download');
  await steps.click('#batch-result');
  const result = fs.readFileSync(await (await download).path(), 'utf8').trim().split(/\r?\n/);
  assert.equal(result.length, 1 + 499);
  assert.equal(result.filter((line) => line.includes(',sent,')).length, 499);
  assert.equal((await office.sandbox.messages()).length, messages);
  await arrivedOnce(office, samples.filter((_, index) => index !== 399), customer);
  await steps.click('#back');
  await page.waitForSelector('#batch-list [data-state="done"]');
  assert.equal(await page.locator('#batch-list li').count(), 1, 'the list before its correction is not shown');
  t.diagnostic(`batch of 500 with 3 bad rows: ${steps.count} steps`);
});

test('chosen by filter: known customers are addressed, the others wait for an address', async (t) => {
  const office = await desk(t, { samples: 8, account: FACTURAS });
  const { browser, samples } = office;
  // One address for each receiver, because an address book knows customers and not invoices.
  const address = (/** @type {Sample} */ { receiver }) => `pagos+${receiver.rfc.toLowerCase().replaceAll('&', '').replaceAll('ñ', 'n')}@cliente.example`;
  const receivers = [...new Set(samples.map(({ receiver }) => receiver.rfc))];
  const unknown = receivers.at(-1);
  const known = samples.filter((sample) => sample.receiver.rfc !== unknown);
  await office.know(known.map((sample) => samples.indexOf(sample)), address);

  const page = await browser.open('batch/batch.html');
  await page.waitForSelector('#choose:not([disabled])');
  const steps = new Steps(page);
  await steps.write('#choose-from', '2020-01-01');
  await steps.click('#choose');
  await page.waitForSelector('#batch-state[data-state="checked"]');
  await page.waitForSelector('#rows-body [data-row]');
  const red = samples.length - known.length;
  assert.ok(red > 0 && known.length > 0);
  assert.deepEqual([await count(page, 'rows'), await count(page, 'refused')], [samples.length, red]);
  assert.deepEqual(new Set(await page.locator('#rows-body .red').evaluateAll((items) => items.map((item) => item.getAttribute('data-failure')))), new Set(['no_recipient']));
  assert.match(await page.innerText('#rows-body .red >> nth=0'), /Falta el correo/);
  assert.equal(await page.locator('#rows-body tr:not(.red) input').count(), 0);
  await steps.click('#start:not([disabled])');
  await page.waitForSelector('#batch-state[data-state="done"]');
  await arrivedOnce(office, known, address);

  // What is left is found again, and one is given its address by keyboard alone.
  await steps.click('#back');
  await page.waitForSelector('#choose:not([disabled])');
  await steps.click('#choose');
  await page.waitForSelector('#batch-state[data-state="checked"]');
  await until('only what was not sent', async () => (await count(page, 'rows')) === red);
  const field = page.locator('#rows-body .red input').first();
  const id = await field.getAttribute('id');
  await steps.write(`#${id}`, 'nuevo@cliente.example');
  await page.focus(`#${id}`);
  await steps.press('Enter');
  await until('it is judged again', async () => (await count(page, 'refused')) === red - 1);
  assert.equal(await count(page, 'new_recipients'), 1);
  t.diagnostic(`chosen by filter, sent, the rest addressed: ${steps.count} steps`);
});

test('paused, resumed and called off in the middle, each on a page that was closed meanwhile', async (t) => {
  const office = await desk(t, { samples: 7, account: FACTURAS });
  const { browser, sandbox, samples } = office;
  const page = await browser.open('batch/batch.html');
  await page.waitForSelector('#new:not([hidden])');
  const steps = new Steps(page);
  await steps.file(saved(samples.map((sample) => [sample.uuid, sample.receiver.rfc, customer(sample)])));
  await steps.click('#check');
  await page.waitForSelector('#batch-state[data-state="checked"]');
  const messages = await count(page, 'messages');
  await sandbox.fault({ point: 'upload_put', kind: 'trickle', interval_ms: 100, times: 0 });
  await steps.click('#start:not([disabled])');
  await sandbox.arrived(1);
  await steps.click('#batch-pause');
  await page.waitForSelector('#batch-state[data-state="paused"]');
  const url = page.url();
  await page.close();

  const second = await browser.visit(url);
  steps.page = second;
  await second.waitForSelector('#batch-state[data-state="paused"]');
  assert.match(await second.innerText('#batch-time'), /En pausa/);
  // What had passed its commit point goes on; everything else waits.
  await until('what was under way has ended', async () => (await count(second, 'sent')) === (await sandbox.messages()).length);
  assert.equal(await count(second, 'under_way') + await count(second, 'sent'), messages);
  assert.ok(await count(second, 'under_way') > 0);
  await steps.click('#batch-resume');
  await second.waitForSelector('#batch-state[data-state="running"]');
  await sandbox.arrived((await sandbox.messages()).length + 1);
  await steps.click('#batch-cancel');
  await steps.click('#dialog-accept');
  await second.waitForSelector('#batch-state[data-state="cancelled"]');
  await second.close();

  const third = await browser.visit(url);
  steps.page = third;
  await third.waitForSelector('#batch-state[data-state="cancelled"]');
  await until('the last one has ended', async () => (await count(third, 'under_way')) === 0);
  const arrived = (await sandbox.messages()).length;
  assert.deepEqual([await count(third, 'sent'), await count(third, 'failed')], [arrived, messages - arrived]);
  assert.ok(arrived < messages);
  const found = await pairs(office);
  assert.equal(new Set(found.map(({ sample }) => sample.uuid)).size, found.length, 'none twice');
  for (const { sample, to } of found) assert.deepEqual(to, [customer(sample)]);
  t.diagnostic(`paused, resumed, called off: ${steps.count} steps`);
});
