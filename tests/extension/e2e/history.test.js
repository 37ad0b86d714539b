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
  await history.click('[data-reason] .meaning summary');
  assert.match(await history.innerText('[data-reason] .meaning p'), /sigue solo; nada se pierde/);
  await history.click('#cancel-delivery');
  await history.waitForSelector('#delivery-state[data-state="cancelled"]');
  await history.waitForSelector('#timeline [data-event="cancelled"]');
  assert.equal(await history.locator('#cancel-delivery').count(), 0);
  assert.equal((await sandbox.messages()).length, 0);

  await history.emulateMedia({ media: 'print' });
  for (const control of ['.banner', '.filters', '#prepare-anew']) assert.equal(await history.locator(control).isVisible(), false, `${control} is not for paper`);
  assert.equal(await history.locator('#timeline').isVisible(), true);
  await history.emulateMedia({ media: 'screen' });

  await history.fill('#search', 'nadie');
  await history.waitForSelector('#export', { state: 'hidden' });
  await history.fill('#search', 'compras');
  await history.waitForSelector('#deliveries [data-delivery]');
  const download = history.waitForEvent('download');
  await history.click('#export');
  assert.equal((await download).suggestedFilename(), 'envios.csv');
  const lines = fs.readFileSync(await (await download).path(), 'utf8').replace(/^\uFEFF/, '').trim().split('\r\n');
  assert.match(String(lines[0]), /^fecha,cambio,estado,.*,archivos,sha256,/);
  assert.equal(lines.length, 2);
  assert.match(String(lines[1]), /,cancelled,.*,compras@cliente\.example,.*[0-9a-f]{64}/);
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

test('No llegó: the notice is looked for in the right mailbox, and two clicks lead to a corrected address', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, sandbox } = office;
  const sample = office.sample();
  await office.know([0], () => 'compas@cliente.example');
  await home.cli('send', sample.uuid, '--to', 'compas@cliente.example', '--wait');
  const history = await browser.open('history/history.html');
  await history.locator('#deliveries [data-state="sent"] a').click();
  await history.click('#returned-open');
  const link = new URL(String(await history.getAttribute('#returned-search', 'href')));
  assert.deepEqual([link.host, link.searchParams.get('authuser')], ['mail.google.com', FACTURAS]);
  assert.match(decodeURIComponent(link.hash), /mailer-daemon.*"compas@cliente.example"/);
  await history.click('#returned-forget-0');
  await history.waitForSelector('#returned-forget-0', { state: 'detached' });

  await history.click('#returned-correct');
  const page = await office.deliverPage();
  await page.waitForSelector('#anew');
  assert.equal(await page.inputValue('#to'), '', 'the wrong address is not written again');
  assert.equal(await page.locator('#to-known button').count(), 0, 'nor offered');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'to');
  await page.fill('#to', 'compras@cliente.example');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const arrived = await sandbox.arrived(2);
  assert.deepEqual(arrived.map((/** @type {any} */ one) => one.to.map((/** @type {any} */ to) => to.address).join()).sort(), ['compas@cliente.example', 'compras@cliente.example']);
});

test('Avisar de su cancelación: the substitute is checked, the notice is seen, and goes once to those who got the document', async (t) => {
  const office = await desk(t, { samples: 7, account: FACTURAS });
  const { browser, home, sandbox } = office;
  // Sample 6 is for the receiver of sample 0, sample 1 is not.
  const [sample, stranger, substitute] = [0, 1, 6].map((index) => office.sample(index));
  if (sample === undefined || stranger === undefined || substitute === undefined) throw new Error('a sample is missing');
  assert.equal(substitute.receiver.rfc, sample.receiver.rfc);
  await home.cli('send', sample.uuid, '--to', 'compras@cliente.example', '--cc', 'archivo@cliente.example', '--wait');
  const history = await browser.open('history/history.html');
  await history.locator('#deliveries [data-state="sent"] a').click();
  await history.click('#notice-open');
  await history.fill('#notice-replaced-by', stranger.uuid);
  await history.click('#notice-preview');
  await history.waitForSelector('[data-kind="wrong_receiver"]');
  await history.fill('#notice-replaced-by', substitute.uuid);
  await history.click('#notice-preview');
  await history.waitForSelector('#notice-letter');
  assert.match(await history.innerText('#notice-letter'), new RegExp(`${sample.uuid.toUpperCase()}[\\s\\S]*Motivo 01[\\s\\S]*${substitute.uuid.toUpperCase()}`));
  await history.click('#notice-send');
  await history.waitForSelector('#notice-go');
  const arrived = await sandbox.arrived(2);
  const message = arrived.find((/** @type {any} */ one) => /Aviso de sustitución/.test(one.subject));
  assert.deepEqual([message.to, message.cc].flat().map((/** @type {any} */ one) => one.address), ['compras@cliente.example', 'archivo@cliente.example']);
  assert.deepEqual(message.attachments, []);

  await history.selectOption('#notice-motive', '02');
  assert.equal(await history.isVisible('#notice-replaced-by'), false);
  assert.equal(await history.locator('#notice-send').count(), 0, 'what was seen is not what would leave now');
  await history.selectOption('#notice-motive', '01');
  await history.click('#notice-preview');
  await history.click('#notice-send');
  await history.waitForSelector('#notice-shown .notice.good');
  assert.match(await history.innerText('#notice-shown'), /ya se había pedido/);
  assert.equal((await sandbox.messages()).length, 2);
});
