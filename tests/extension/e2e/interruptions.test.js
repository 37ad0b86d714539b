/** Worker and browser end half-way: what was confirmed still leaves, once, and history shows it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, ID } from './support/places.js';
import { until } from './support/waiting.js';

/** Gmail takes the message at once, but its answer takes seconds: so a sending can be met half-way. */
const SLOW = { point: 'upload_put', kind: 'trickle', interval_ms: 100 };

test('the worker stops while the person decides: the confirmation still counts and the portal hears of it', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { browser, sandbox } = office;
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await office.looked(page);
  const isNew = await browser.stopWorker();
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal(await isNew(), true);
  await office.shows(portal, office.sample(), 'sent');
  assert.equal((await sandbox.messages()).length, 1);
});

test('the worker stops between confirming and sent: the delivery ends and history shows it', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { browser, sandbox } = office;
  await sandbox.fault(SLOW);
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await office.confirm(page);
  const delivery = await page.getAttribute('#delivery-state', 'data-delivery');
  const isNew = await browser.stopWorker();
  assert.notEqual(await page.getAttribute('#delivery-state', 'data-state'), 'sent', 'the worker was stopped half-way');
  const history = await browser.open(`history/history.html#${delivery}`);
  await history.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal(await isNew(), true);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  await office.shows(portal, office.sample(), 'sent');
  assert.equal((await sandbox.messages()).length, 1);
  assert.equal((await sandbox.counters()).sessions_opened, 1);
});

test('the worker stops in the middle of a sign-in: one click starts again', async (t) => {
  const office = await desk(t);
  const { browser } = office;
  const popup = await browser.popup();
  await popup.click('#start-oauth');
  await (await office.googleWindow()).waitForSelector('#account-1');
  const isNew = await browser.stopWorker();
  await popup.waitForSelector('#start-oauth:not([disabled])');
  assert.equal(await isNew(), true);
  await until("the old window is closed", () => !browser.pages.some((one) => one.url().startsWith(office.sandbox.provider)));
  await popup.click('#start-oauth');
  await office.consent();
  await popup.click('#sign-in-save');
  await popup.waitForSelector('#who-account .account[data-state="ready"]');
});

test('the browser is killed right after Enviar: the detached sender delivers', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { browser, home, sandbox } = office;
  await sandbox.fault(SLOW);
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await office.confirm(page);
  browser.kill();
  const outbox = async () => (await home.cli('outbox', 'list')).flatMap((one) => one.deliveries ?? one);
  assert.notEqual((await outbox())[0].state, 'sent', 'the browser was killed half-way');
  const [line] = await until('the outbox says sent', async () => {
    const lines = await outbox();
    return lines[0].state === 'sent' && lines;
  });
  assert.equal((await sandbox.messages()).length, 1);

  const again = await office.reopen();
  const history = await again.open(`history/history.html#${line.delivery}`);
  await history.waitForSelector('#delivery-state[data-state="sent"]');
  const second = await again.visit(sandbox.portal);
  await second.waitForSelector('#status[data-kind="ready"]');
  assert.equal(again.pages.some((one) => one.url().startsWith(`chrome-extension://${ID}/deliver/`)), false);
});
