/** Nothing leaves by a hand that did not mean it: keyboard, held keys, hasty clicks, new recipients, several requests at once. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, ID } from './support/places.js';
import { request, sdk } from './support/portal_page.js';
import { sleep, until } from './support/waiting.js';

/** @typedef {import('./support/desk.js').Desk} Desk */
/** @typedef {import('playwright-core').Page} Page */

/** Presses Tab until something has the focus. @param {Page} page @param {string} what */
async function tabTo(page, what) {
  for (let press = 0; press < 60; press += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, what)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${what}`);
}

/** @param {Desk} office */
const queued = async ({ home }) => (await home.cli('outbox', 'list')).flatMap((line) => line.deliveries ?? line);

/** Asks for every sample at once. @param {Desk} office @param {Page} portal @param {(index: number) => string} [to] */
const askForAll = (office, portal, to = (index) => office.customer(office.sample(index))) => office.samples.map((sample, index) => sdk(portal, 'send', request(sample, to(index), `pedido-${index}`)));

/** The page of several. @param {Desk} office */
async function listPage(office) {
  const page = await office.browser.page((one) => one.url().includes('/deliver/requests.html'), 'the page of several requests opens');
  return page;
}

test('by keyboard alone: the new recipient takes its tick, and then Enter sends', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await page.waitForSelector('[data-check]');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'title', 'never the button');
  await sleep(800);
  assert.equal(await page.locator('#send').isDisabled(), true, 'without the tick');
  assert.match(await page.innerText('#send-reason'), /Falta comprobar 1 dirección nueva/);
  assert.match(await page.innerText('[data-recipient]'), /Nuevo para este cliente/);
  await tabTo(page, '[data-check]');
  await page.keyboard.press('Space');
  await page.waitForSelector('#send:not([disabled])');
  await tabTo(page, '#send');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#delivery-state');
  await office.sandbox.arrived(1);
  await page.close();

  const second = await office.askFor(portal, office.sample(1));
  await second.waitForSelector('[data-recipient]');
  assert.equal(await second.locator('[data-new]').count(), 1, 'another customer with another address');
  await second.close();
});

test('who was confirmed once is known: no tick, and the page says since when', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true, samples: 7 });
  const portal = await office.portal();
  const [first, again] = [office.sample(0), office.sample(6)];
  assert.equal(first.receiver.rfc, again.receiver.rfc);
  const sent = sdk(portal, 'send', request(first, 'compras@cliente.example', 'uno'));
  const page = await office.deliverPage();
  await page.check('[data-check]');
  await office.confirm(page);
  assert.match((await sent).ok?.delivery ?? '', /./);
  await page.close();
  const answer = sdk(portal, 'send', request(again, 'Compras@Cliente.example', 'dos'));
  const second = await office.deliverPage();
  await second.waitForSelector('#send:not([disabled])');
  assert.deepEqual([await second.locator('[data-new]').count(), await second.locator('[data-check]').count()], [0, 0]);
  assert.match(await second.innerText('[data-recipient]'), /Confirmado por última vez/);
  await second.fill('#to', 'compras@cliente.example, otra@cliente.example');
  await second.waitForSelector('[data-check="otra@cliente.example"]');
  assert.match(await second.innerText('[data-recipient="otra@cliente.example"]'), /La escribió usted/);
  await sleep(800);
  assert.equal(await second.locator('#send').isDisabled(), true);
  await second.fill('#to', 'tercera@cliente.example');
  await second.waitForSelector('[data-dropped="Compras@Cliente.example"]');
  await second.close();
  assert.equal((await answer).kind, 'refused_by_person');
});

test('what a person typed is marked as new, and takes no tick', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const page = await office.browser.open(`deliver/deliver.html?uuid=${office.sample().uuid}`);
  await page.fill('#to', 'compras@cliente.example');
  await page.waitForSelector('#send:not([disabled])');
  assert.match(await page.innerText('[data-recipient]'), /Nuevo para este cliente/);
  assert.equal(await page.locator('[data-check]').count(), 0);
  await page.focus('#to');
  await page.keyboard.press('Enter');
  await sleep(300);
  assert.deepEqual(await queued(office), [], 'Enter in a field ends the typing');
  await office.confirm(page);
});

test('a held Enter, a click at once and a double click from before send nothing', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  await office.know([0]);
  const page = await office.askFor(portal, office.sample());
  await page.waitForSelector('#send:not([disabled])');
  await page.focus('#send');
  const session = await page.context().newCDPSession(page);
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
  for (let press = 0; press < 40; press += 1) await session.send('Input.dispatchKeyEvent', { type: 'keyDown', autoRepeat: true, ...key });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  const space = { key: ' ', code: 'Space', windowsVirtualKeyCode: 32, text: ' ' };
  for (let press = 0; press < 10; press += 1) await session.send('Input.dispatchKeyEvent', { type: 'keyDown', autoRepeat: true, ...space });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...space });
  await page.evaluate(() => document.getElementById('send')?.click());
  await sleep(300);
  assert.equal(await page.locator('#delivery-state').count(), 0);

  // The pointer goes down on the button before it is armed, and up afterwards.
  const box = await page.locator('#send').boundingBox();
  if (box === null) throw new Error('the button is not there');
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await page.mouse.down();
  await page.waitForSelector('#send:not([disabled])');
  await page.mouse.up();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await page.mouse.click(box.x + 5, box.y + 5, { clickCount: 2 });
  await sleep(300);
  assert.deepEqual([await queued(office), await page.locator('#delivery-state').count()], [[], 0]);
  await office.confirm(page);
  assert.equal((await queued(office)).length, 1, 'what is meant works');
});

test('a page of ours inside another page shows nothing', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await page.waitForSelector('#attachments');
  for (const address of [page.url(), `chrome-extension://${ID}/deliver/requests.html?origin=${encodeURIComponent(office.sandbox.portal)}`]) {
    await portal.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      document.body.append(frame);
    }, address);
  }
  await sleep(500);
  const frames = portal.frames().filter((frame) => frame !== portal.mainFrame());
  assert.equal(frames.length, 2);
  for (const frame of frames) assert.equal(await frame.evaluate(() => document.querySelector('#send, #title') === null).catch(() => true), true, frame.url());
  // Nor inside a page of our own.
  const inner = await page.evaluate((src) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.addEventListener('load', () => {
      try {
        resolve(frame.contentDocument?.querySelector('#send') ?? null);
      } catch {
        resolve(null);
      }
    });
    frame.src = src;
    document.body.append(frame);
  }), page.url());
  assert.equal(inner, null);
});

test('twelve at once are one page: the odd one first and only by its tick, the others by one press, each answered', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true, samples: 12 });
  const { browser, sandbox } = office;
  const portal = await office.portal();
  await office.know([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]);
  const answers = askForAll(office, portal);
  const page = await listPage(office);
  await page.waitForSelector('[data-request]:nth-child(12)');
  assert.equal(browser.pages.filter((one) => one.url().includes('/deliver/')).length, 1);
  const marks = await page.locator('[data-request]').evaluateAll((cards) => cards.map((card) => card.getAttribute('data-marks') ?? ''));
  assert.match(marks[0] ?? '', /new/);
  assert.equal(marks.filter((one) => one.includes('new')).length, 1);
  assert.match(await page.innerText('[data-request]:nth-child(1)'), new RegExp(office.customer(office.sample(7)).replace('+', '\\+')));
  assert.match(await page.innerText('#totals'), /12 solicitudes.*MXN/);
  await page.waitForSelector('#send:not([disabled])');
  assert.match(await page.innerText('#send'), /Enviar los 11/);
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'send');
  await tabTo(page, '#send');
  await page.keyboard.press('Enter');
  await until('eleven are sent', async () => (await page.locator('[data-phase="sent"]').count()) === 11);
  await sandbox.arrived(11);
  assert.equal(await page.locator('[data-request]:nth-child(1)[data-phase="open"]').count(), 1, 'the new one stays');
  await page.check('[data-check]');
  await page.waitForSelector('#send:not([disabled])');
  await page.click('#send');
  await page.waitForSelector('#outcome:not([hidden])');
  const told = await Promise.all(answers);
  assert.equal(new Set(told.map(({ ok }) => ok?.delivery)).size, 12, JSON.stringify(told));
  assert.equal((await sandbox.arrived(12)).length, 12);
});

test('closing the page of several refuses what was not sent; a restart of the worker in between loses nothing', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true, samples: 4 });
  const { browser, sandbox } = office;
  const portal = await office.portal();
  const answers = askForAll(office, portal);
  const page = await listPage(office);
  await page.waitForSelector('[data-request]:nth-child(4)');
  const isNew = await browser.stopWorker();
  await page.locator('[data-check]').first().check();
  await page.click('#send:not([disabled])');
  await page.waitForSelector('[data-phase="sent"]');
  assert.equal(await isNew(), true);
  await page.locator('[data-phase="open"] button').first().click();
  await page.waitForSelector('[data-phase="declined"]');
  await page.reload();
  await page.waitForSelector('[data-request]:nth-child(2)');
  assert.equal(await page.locator('[data-request]').count(), 2, 'what is decided waits no more');
  await page.close();
  const told = (await Promise.all(answers)).map(({ ok, kind }) => (ok === undefined ? kind : 'sent')).sort();
  assert.deepEqual(told, ['refused_by_person', 'refused_by_person', 'refused_by_person', 'sent']);
  assert.equal((await sandbox.arrived(1)).length, 1);
});

test('what changed while the person looked is not sent, and is shown anew; the others leave', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true, samples: 3 });
  const portal = await office.portal();
  await office.know([0, 1, 2]);
  const answers = Promise.allSettled(askForAll(office, portal));
  const page = await listPage(office);
  await page.waitForSelector('[data-request]:nth-child(3)');
  await page.waitForSelector('#send:not([disabled])');
  fs.appendFileSync(office.sample(1).pdf, '\n% otra cosa\n');
  await page.click('#send');
  await until('two are sent', async () => (await page.locator('[data-phase="sent"]').count()) === 2);
  await page.waitForSelector('[data-phase="open"] .notice.warn, [data-phase="stopped"]');
  assert.equal((await office.sandbox.arrived(2)).length, 2);
  await page.close();
  assert.equal((await answers).filter((one) => one.status === 'fulfilled' && one.value.ok !== undefined).length, 2);
});

test('a portal that is disconnected takes its page of several with it', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  const answers = askForAll(office, portal);
  const page = await listPage(office);
  await page.waitForSelector('[data-request]:nth-child(3)');
  const options = await office.browser.options('portals');
  await options.click('button[data-origin]');
  await options.click('#dialog-accept');
  await until('the page is closed', () => page.isClosed());
  assert.deepEqual((await Promise.all(answers)).map(({ kind }) => kind), Array.from({ length: 3 }, () => 'portal_not_connected'));
});
