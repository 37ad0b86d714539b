/** The PDF in the page where a person decides: what is shown is what leaves. */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';
import { until } from './support/waiting.js';

/** @param {string} file */
const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** @param {import('playwright-core').Page} page */
const shown = (page) => page.locator('.pdf-frame').getAttribute('data-sha256');

test('the PDF that would leave is shown, also a large one; one that changes is shown anew before it can leave', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, sandbox } = office;
  const sample = office.sample();
  // Three pieces and a bit: readers look for the end of a PDF from its own end, so noise in a comment before it changes nothing.
  const text = fs.readFileSync(sample.pdf);
  const noise = Buffer.from(`%${randomBytes(600_000).toString('hex')}\n`);
  fs.writeFileSync(sample.pdf, Buffer.concat([text.subarray(0, text.indexOf(10) + 1), noise, text.subarray(text.indexOf(10) + 1)]));
  const page = await browser.open(`deliver/deliver.html?uuid=${sample.uuid}&company=${office.rfc}`);
  await page.waitForSelector('.pdf-frame');
  assert.equal(await shown(page), sha256(sample.pdf));
  // Chromium's own viewer has it: another extension, in a frame of its own.
  await until("the browser's viewer has the file", async () => page.frames().some((frame) => frame.url().startsWith('chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai')));
  assert.match(String(await page.getAttribute(`#pdf-open-${sample.uuid}`, 'href')), /^blob:chrome-extension:/);

  await page.fill('#to', 'compras@cliente.example');
  await page.waitForSelector('#attachments');
  await page.setViewportSize({ width: 1366, height: 680 });
  await page.screenshot({ path: path.join(OUT, 'screenshots', 'deliver-pdf.png') });
  const before = await shown(page);
  fs.appendFileSync(sample.pdf, ' ');
  await page.fill('#cc', 'archivo@cliente.example');
  await until('the new file is shown', async () => (await shown(page).catch(() => before)) === sha256(sample.pdf));
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const [message] = await sandbox.arrived(1);
  assert.ok(message.attachments.some((/** @type {any} */ one) => one.sha256 === sha256(sample.pdf)));
});

test('a narrow window opens no PDF by itself, and one that is too large is left to its folder', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const sample = office.sample();
  const page = await office.browser.open(`deliver/deliver.html?uuid=${sample.uuid}&company=${office.rfc}`);
  await page.waitForSelector('.pdf-frame');
  await page.setViewportSize({ width: 480, height: 800 });
  fs.appendFileSync(sample.pdf, Buffer.alloc(11 * 1024 * 1024, 32));
  await page.reload();
  await page.waitForSelector(`#pdf-${sample.uuid}`);
  assert.equal(await page.locator('.pdf-frame').count(), 0);
  await page.click(`#pdf-${sample.uuid} summary`);
  await page.waitForSelector(`#pdf-${sample.uuid} .notice`);
  assert.match(await page.innerText(`#pdf-${sample.uuid} .notice`), /pesa 11 MB/);
});
