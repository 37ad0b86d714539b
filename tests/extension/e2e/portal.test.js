/** A connected portal asks; the person confirms or refuses. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';
import { request, sdk } from './support/portal_page.js';
import { sleep } from './support/waiting.js';

/** @param {string} file */
const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

test('the person confirms: one message with the very files, and the portal sees it sent', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { sandbox } = office;
  const sample = office.sample();
  const portal = await office.portal();
  await portal.waitForSelector('#status[data-kind="ready"]');
  const page = await office.askFor(portal, sample);

  await page.waitForSelector('#attachments');
  assert.equal(await page.innerText('#portal-origin'), sandbox.portal);
  assert.match(await page.innerText('#documents'), new RegExp(sample.receiver.rfc));
  assert.equal(await page.locator('.compare .differs').count(), 0);
  assert.equal(await page.innerText('#method'), 'Correo OAuth');
  const hashes = [sha256(sample.xml), sha256(sample.pdf)];
  assert.deepEqual(await page.locator('#attachments [data-sha256]').evaluateAll((items) => items.map((item) => item.getAttribute('data-sha256'))), hashes);
  assert.deepEqual(await sandbox.messages(), [], 'nothing leaves before the person has confirmed');

  await office.confirm(page);
  const [message, ...more] = await sandbox.arrived(1);
  assert.equal(more.length, 0);
  assert.deepEqual(message.attachments.map((/** @type {any} */ one) => one.sha256), hashes);
  assert.deepEqual(message.attachments.map((/** @type {any} */ one) => one.content_type), ['application/xml', 'application/pdf']);
  assert.deepEqual([message.account, message.to[0].address, message.problems], [FACTURAS, office.customer(sample), []]);
  assert.deepEqual(message.from, [{ name: sample.issuer.name, address: FACTURAS }]);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal(await page.innerText('#delivery-state'), 'Enviado (aceptado por Gmail)');
  await office.shows(portal, sample, 'sent');

  await page.close();
  const second = await office.askFor(portal, sample);
  await office.looked(second);
  await second.click('#send');
  await second.waitForSelector('[data-kind="already_sent"]');
  assert.equal(await second.locator('#send').isDisabled(), true);
  await office.shows(portal, sample, 'already_sent');
  assert.equal((await sandbox.messages()).length, 1);
});

test('repeated by a double click and by a reload: the same request is the same delivery', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { sandbox, browser } = office;
  const sample = office.sample();
  const portal = await office.portal();
  const asked = request(sample, office.customer(sample), 'pedido-1');
  const [first, second] = [sdk(portal, 'send', asked), sdk(portal, 'send', asked)];
  const page = await office.deliverPage();
  await office.looked(page);
  assert.equal(browser.pages.filter((one) => one.url().includes('/deliver/')).length, 1, 'one page for one request');
  await office.confirm(page);
  const answers = [await first, await second];
  const { delivery } = answers[0]?.ok ?? {};
  assert.match(delivery, /^[0-9a-f-]{36}$/);
  assert.equal(answers[1]?.ok.delivery, delivery);
  await sandbox.arrived(1);

  await portal.reload();
  const third = await sdk(portal, 'send', asked);
  assert.deepEqual([third.ok?.delivery, third.ok?.state], [delivery, 'sent']);
  const conflict = await sdk(portal, 'send', { ...asked, to: ['otra@cliente.example'] });
  assert.equal(conflict.kind, 'key_conflict');
  assert.equal((await sandbox.messages()).length, 1);
  assert.equal((await sandbox.counters()).sessions_opened, 1);
});

test('repeated from a second tab: one page, one message, and both tabs hear of it', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { sandbox, browser } = office;
  const sample = office.sample();
  const asked = request(sample, office.customer(sample), 'pedido-1');
  const [portal, other] = [await office.portal(), await office.portal()];
  const first = sdk(portal, 'send', asked);
  const page = await office.deliverPage();
  const second = sdk(other, 'send', asked);
  await office.looked(page);
  assert.equal(browser.pages.filter((one) => one.url().includes('/deliver/')).length, 1, 'one page for one request');
  await office.confirm(page);
  const { delivery } = (await first).ok;
  assert.equal((await second).ok.delivery, delivery);
  await sandbox.arrived(1);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal((await sdk(other, 'send', asked)).ok.delivery, delivery);
  assert.deepEqual([(await sandbox.messages()).length, (await sandbox.counters()).sessions_opened], [1, 1]);
});

test('repeated after a restart of the worker: while the person decides, and after it was sent', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { sandbox, browser } = office;
  const sample = office.sample();
  const asked = request(sample, office.customer(sample), 'pedido-1');
  const portal = await office.portal();
  void sdk(portal, 'send', asked);
  const page = await office.deliverPage();
  await office.looked(page);
  const isNew = await browser.stopWorker();
  const again = sdk(portal, 'send', asked);
  await office.confirm(page);
  assert.equal(await isNew(), true);
  const { delivery } = (await again).ok;
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  const newer = await browser.stopWorker();
  assert.deepEqual((await sdk(portal, 'send', asked)).ok, { delivery, state: 'sent', reason: null });
  assert.equal(await newer(), true);
  assert.equal(browser.pages.filter((one) => one.url().includes('/deliver/')).length, 1);
  assert.deepEqual([(await sandbox.messages()).length, (await sandbox.counters()).sessions_opened], [1, 1]);
});

test('a refusal is told to the portal and nothing leaves; closing the page is one too', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const { home, sandbox } = office;
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample(0));
  await page.click('#refuse');
  await page.waitForSelector('#refused');
  await office.shows(portal, office.sample(0), 'refused_by_person');
  await page.close();

  const second = await office.askFor(portal, office.sample(1));
  await office.looked(second);
  await second.close();
  await office.shows(portal, office.sample(1), 'refused_by_person');
  assert.match(await portal.innerText(`tr[data-uuid="${office.sample(1).uuid}"] .state`), /La persona decidió no enviar/);

  await sleep(500);
  const { sessions_opened, accepted, refreshes } = await sandbox.counters();
  assert.deepEqual([sessions_opened, accepted, refreshes], [0, 0, 0]);
  assert.deepEqual((await home.cli('outbox', 'list')).flatMap((line) => line.deliveries ?? line), []);
});

test('a portal may name nothing but documents and recipients, and learns nothing of what is not its own', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  const asked = request(office.sample(), office.customer(office.sample()));
  for (const wish of [{ bcc: ['otra@cliente.example'] }, { subject: 'Premio' }, { account: FACTURAS }, { resend: 1 }, { documents: [{ path: office.sample().xml }] }]) {
    assert.equal((await sdk(portal, 'send', { ...asked, ...wish })).kind, 'portal_forbidden', JSON.stringify(wish));
  }
  assert.equal((await sdk(portal, 'send', { ...asked, to: ['a@x.example\r\nBcc: b@x.example'] })).kind, 'invalid_portal_request');
  const unknown = { ...asked, documents: [{ uuid: '00000000-0000-4000-8000-000000000000', receiver_rfc: office.sample().receiver.rfc }] };
  assert.equal((await sdk(portal, 'send', unknown)).kind, 'unknown_document');
  assert.equal((await sdk(portal, 'send', { ...asked, documents: [{ uuid: office.sample().uuid, receiver_rfc: office.sample(1).receiver.rfc }] })).kind, 'wrong_receiver');
  assert.equal((await sdk(portal, 'deliveryStatus', { delivery: '01990000-0000-7000-8000-000000000001' })).kind, 'invalid_portal_request');
  assert.equal((await sdk(portal, 'deliveryStatus', '01990000-0000-7000-8000-000000000001')).kind, 'unknown_delivery');
  const status = await sdk(portal, 'status');
  assert.deepEqual(Object.keys(status.ok).sort(), ['connected', 'extension', 'host', 'ready', 'trouble']);
  assert.equal(office.browser.pages.some((one) => one.url().includes('/deliver/')), false);
});
