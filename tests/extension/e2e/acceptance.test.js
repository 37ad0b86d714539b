/** What a person takes upon themselves: in words, by the document's name, off until they tick it. */

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

test('an invoice whose seal does not hold leaves only on the word of a person, and the history says so', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  const sample = office.sample(1);
  const xml = fs.readFileSync(sample.xml, 'utf8');
  const changed = xml.replace(/ Nombre="/, ' Nombre="Nueva ');
  assert.notEqual(changed, xml);
  fs.writeFileSync(sample.xml, changed);
  await home.cli('library', 'scan');

  const page = await browser.open(`deliver/deliver.html?uuid=${sample.uuid}&company=${office.rfc}`);
  await page.waitForSelector('#documents [data-seal="invalid"]');
  await page.fill('#to', 'compras@cliente.example');
  const box = page.locator('#acceptance input[type="checkbox"]');
  await box.waitFor();
  assert.equal(await box.isChecked(), false);
  assert.equal(await page.locator('#send').isDisabled(), true);
  const words = await page.innerText('#acceptance');
  assert.match(words, /El sello no corresponde al certificado incluido/);
  assert.match(words, new RegExp(`Enviar ${sample.serie}-?${sample.folio} de todos modos, bajo mi responsabilidad`));
  assert.doesNotMatch(await page.innerText('body'), /auténtic/i);
  await picture(page, 'deliver-seal-refused-es');

  await box.check();
  await page.waitForSelector('#send:not([disabled])');
  await box.uncheck();
  await until('the word is taken back', () => page.locator('#send').isDisabled());
  await box.check();
  await page.waitForSelector('#send:not([disabled])');
  assert.match(await page.innerText('#documents'), /Bajo su responsabilidad/);
  await picture(page, 'deliver-seal-accepted-es');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const [message] = await sandbox.arrived(1);
  assert.equal(message.attachments.length, 2);

  const id = await page.getAttribute('#delivery-state', 'data-delivery');
  const history = await browser.open(`history/history.html#${id}`);
  await history.waitForSelector('#timeline [data-event="accepted_sello_invalid"]');
  assert.match(await history.innerText('[data-fact="accepted_by_person"]'), /El sello no corresponde/);
  await picture(history, 'history-seal-accepted-es');
});
