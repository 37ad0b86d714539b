/** *Envíos*: live states, cancelling, and what nobody knows. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';

/** Gmail took the message, but its answer is lost, and the session cannot be asked any more. */
const LOST = { point: 'upload_put', kind: 'close', accepted: true };

test('a delivery that has to wait shows why, is cancelled by one click, and never leaves', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  await sandbox.fault({ point: 'upload_open', kind: 'status', status: 429, reason: 'rateLimitExceeded', retry_after_seconds: 3600, times: 0 });
  const history = await browser.open('history/history.html');
  await history.waitForSelector('#deliveries .card');
  await home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example');
  const row = history.locator('#deliveries [data-delivery]');
  await row.locator('a').click();
  await history.waitForSelector('#delivery-state[data-state="deferred"]');
  assert.equal(await row.getAttribute('data-state'), 'deferred', 'the row is as live as the detail');
  assert.match(await history.innerText('[data-reason]'), /Gmail pidió esperar/);
  await history.click('#cancel-delivery');
  await history.waitForSelector('#delivery-state[data-state="cancelled"]');
  await history.waitForSelector('#timeline [data-event="cancelled"]');
  assert.equal(await history.locator('#cancel-delivery').count(), 0);
  assert.equal((await sandbox.messages()).length, 0);
});

test('a file that changed is held; one click prepares it anew, and the held one gives way to what is sent', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  const sample = office.sample();
  const release = await home.holdSender();
  await home.cli('send', sample.uuid, '--to', 'compras@cliente.example', '--cc', 'archivo@cliente.example');
  fs.appendFileSync(sample.pdf, ' ');
  await release();
  await home.cli('outbox', 'drain');
  const history = await browser.open('history/history.html');
  await history.locator('#deliveries [data-state="deferred"] a').click();
  await history.waitForSelector('[data-reason="file_changed"]');
  await history.click('#prepare-anew');
  const page = await office.deliverPage();
  await page.waitForSelector('#attachments');
  assert.deepEqual([await page.inputValue('#to'), await page.inputValue('#cc')], ['compras@cliente.example', 'archivo@cliente.example']);
  assert.match(await page.innerText('#documents'), new RegExp(sample.receiver.rfc));
  const held = (await home.cli('outbox', 'list')).flatMap((one) => one.deliveries ?? one);
  assert.deepEqual(held.map((one) => one.state), ['deferred'], 'nothing has changed before the person presses Enviar');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const states = (await home.cli('outbox', 'list')).flatMap((one) => one.deliveries ?? one).map((one) => one.state);
  assert.deepEqual(states.sort(), ['cancelled', 'sent']);
  const [message, ...more] = await sandbox.arrived(1);
  assert.equal(more.length, 0);
  const fresh = createHash('sha256').update(fs.readFileSync(sample.pdf)).digest('hex');
  assert.ok(message.attachments.some((/** @type {any} */ one) => one.sha256 === fresh), 'what lies in the folder now');
});

test('an unknown outcome is held, explained, and settled by the person', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  await sandbox.behave({ finished_session: 'not_found' });
  const unknown = async (/** @type {number} */ index) => {
    await sandbox.fault(LOST);
    const lines = await home.cli('send', office.sample(index).uuid, '--to', 'compras@cliente.example');
    const { delivery } = lines[0].delivery?.delivery === undefined ? lines[0] : lines[0].delivery;
    const page = await browser.open(`history/history.html#${delivery}`);
    await page.waitForSelector('#delivery-state[data-state="unknown"]');
    return page;
  };
  const first = await unknown(0);
  assert.match(await first.innerText('#unknown'), /Gmail/);
  await first.click('#resolve-sent');
  await first.waitForSelector('#delivery-state[data-state="sent"]');
  await first.waitForSelector('#timeline [data-event="person_says_sent"]');
  assert.equal((await sandbox.messages()).length, 1, 'it was never sent again by itself');

  const second = await unknown(1);
  assert.equal((await sandbox.messages()).length, 2);
  await second.click('#resolve-again');
  assert.match(await second.innerText('dialog'), /dos veces|de nuevo|otra vez/);
  await second.click('#dialog-accept');
  await second.waitForSelector('#delivery-state[data-state="superseded"]');
  await sandbox.arrived(3);
  await second.waitForSelector('#deliveries [data-state="sent"]:has-text("A2")');
});
