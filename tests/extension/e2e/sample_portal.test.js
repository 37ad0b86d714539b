/** The sample portal, as a person at a keyboard uses it: what portal builders copy has to work. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';
import { until } from './support/waiting.js';

/** @typedef {import('playwright-core').Page} Page */

/** Pages on which a person decides, by how many there were before. @param {import('./support/desk.js').Desk} office @param {Page[]} known */
const nextPage = (office, known) => office.browser.page((page) => page.url().includes('/deliver/') && !known.includes(page), 'another deliver page opens');

test('several are sent with the keyboard, one question after the other; a refusal ends the row', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  await portal.waitForSelector('#status[data-kind="ready"]');
  assert.match(await portal.innerText('.sandbox'), /No es un portal real/);
  await portal.focus('#pick-all');
  await portal.keyboard.press('Space');
  assert.equal(await portal.innerText('#selection'), '3 de 3 seleccionadas');
  await portal.focus('#send-selected');
  await portal.keyboard.press('Enter');

  const first = await nextPage(office, []);
  await office.shows(portal, office.sample(0), 'asked');
  await office.shows(portal, office.sample(2), 'next');
  await office.confirm(first);
  const second = await nextPage(office, [first]);
  await office.shows(portal, office.sample(0), 'sent');
  await second.click('#refuse');
  await office.shows(portal, office.sample(1), 'refused_by_person');
  await office.shows(portal, office.sample(2), 'none');
  assert.equal((await office.sandbox.arrived(1)).length, 1);

  fs.mkdirSync(OUT, { recursive: true });
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await portal.emulateMedia({ colorScheme: scheme });
    await portal.screenshot({ path: path.join(OUT, `sample-portal-${scheme}.png`), fullPage: true });
  }
});

test('a reload joins the question that waits, and after it the delivery goes on to its end', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true, samples: 1 });
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await office.looked(page);
  await portal.reload();
  await office.shows(portal, office.sample(), 'asked');
  assert.equal(office.browser.pages.filter((one) => one.url().includes('/deliver/')).length, 1, 'no second question');
  await office.confirm(page);
  await office.shows(portal, office.sample(), 'sent');
  await until('nothing is kept any more', () => portal.evaluate(() => sessionStorage.getItem('asked') === '[]'));
  assert.equal((await office.sandbox.messages()).length, 1);
});

test('a trouble comes with its next step, and the page finds out by itself when it is over', async (t) => {
  const office = await desk(t, { connected: true, samples: 1 });
  const portal = await office.portal();
  await portal.waitForSelector('#status[data-kind="waiting"]');
  const folder = path.join(office.home.profile, 'NativeMessagingHosts');
  fs.renameSync(folder, `${folder}.off`);
  for (const pid of office.home.running()) process.kill(pid, 'SIGKILL');
  await until('the hosts are gone', () => office.home.running().length === 0);
  await portal.reload();
  await portal.waitForSelector('#status[data-kind="trouble"][data-trouble="host_missing"]');
  assert.match(await portal.innerText('#status-text'), /no está instalado/);
  fs.renameSync(`${folder}.off`, folder);
  await portal.click('#status-action');
  await portal.waitForSelector('#status[data-kind="waiting"]');
});
