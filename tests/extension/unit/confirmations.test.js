import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Confirmations, LATER, MAX_WAITING } from '../../../extension/worker/confirmations.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, installChrome, settled, troubleFrom } from './chrome_fake.js';

const ORIGIN = 'https://facturas.example.mx';
const SENDER = { origin: ORIGIN, tab: 1, document: 'D1', title: 'Facturas' };
const DOCUMENTS = [{ uuid: '11111111-2222-4333-8444-ABCDEF555555', receiver_rfc: 'XAXX010101000' }];
const ASKED = { documents: DOCUMENTS, to: ['a@b.mx'], cc: [], key: 'K' };
const VIEW = { delivery: 'E1', state: 'queued', reason: null, from: 'secreto@b.mx', to: ['a@b.mx'] };

/** @type {any} */ let chrome;
/** @type {FakeHost} */ let host;
/** @type {Confirmations} */ let confirmations;

beforeEach(() => {
  chrome = installChrome();
  chrome.fake.tabs.set(1, { id: 1, index: 3, windowId: 9, url: `${ORIGIN}/` });
  host = new FakeHost({ 'delivery.preview': () => ({}), 'delivery.get': () => ({ delivery: VIEW }) });
  confirmations = new Confirmations(host, () => undefined);
});

/** @returns {any[]} */
const stored = () => Object.values(chrome.storage.session.values.requests ?? {});
const pages = () => [...chrome.fake.tabs.values()].filter(({ id }) => id > 100);
const REFUSED = { kind: 'refused_by_person', retry: 'never', message: '<err_refused_by_person> <rec_refused_by_person>', action: 'none' };
const told = (/** @type {any} */ reply, call = 'C1', document = 'D1', tab = 1) => ({ tab, message: { call, reply }, options: { documentId: document } });

test('a request opens a page beside the portal, and the answer goes to the document that asked', async () => {
  assert.equal(await confirmations.ask(SENDER, 'C1', ASKED), LATER);
  const [{ request }] = stored();
  assert.deepEqual(request, { id: request.id, origin: ORIGIN, tabTitle: 'Facturas', documents: DOCUMENTS, to: ['a@b.mx'], cc: [], key: 'K' });
  const [page] = pages();
  assert.deepEqual([page.url.endsWith(`deliver/deliver.html?request=${request.id}`), page.index, page.windowId, page.openerTabId], [true, 4, 9, 1]);
  assert.deepEqual(host.asked('delivery.preview'), [{ documents: DOCUMENTS, to: ['a@b.mx'], cc: [], bcc: [], key: 'K', portal: ORIGIN }]);
  assert.deepEqual(await confirmations.get(request.id), request);
  assert.equal(await confirmations.waiting(), 1);
  await confirmations.answer(request.id, 'E1');
  assert.deepEqual(host.asked('delivery.get'), [{ delivery: 'E1', portal: ORIGIN }]);
  assert.deepEqual(chrome.fake.told, [told({ ok: { delivery: 'E1', state: 'queued', reason: null } })]);
  assert.equal(await confirmations.waiting(), 0);
  assert.equal((await troubleFrom(confirmations.get(request.id))).kind, 'request_gone');
});

test('what the host refuses is answered without a page', async () => {
  host.answers['delivery.preview'] = () => Promise.reject(new TroubleError({ kind: 'unknown_document', retry: 'never', message: 'M' }));
  assert.equal((await troubleFrom(confirmations.ask(SENDER, 'C1', ASKED))).kind, 'unknown_document');
  assert.deepEqual([stored(), pages()], [[], []]);
});

test('refusing, and closing the page, are both a refusal', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  await confirmations.answer(stored()[0].request.id, null);
  await confirmations.ask(SENDER, 'C2', ASKED);
  await confirmations.closed(pages()[1].id);
  assert.deepEqual(chrome.fake.told, [told({ trouble: REFUSED }), told({ trouble: REFUSED }, 'C2')]);
  await confirmations.closed(pages()[1].id);
  assert.equal(chrome.fake.told.length, 2);
});

test('repeated from a second tab: it joins the page that waits, and both tabs are answered', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  assert.equal(await confirmations.ask({ ...SENDER, document: 'D2', tab: 2 }, 'C2', ASKED), LATER);
  assert.equal(pages().length, 1);
  await confirmations.answer(stored()[0].request.id, 'E1');
  assert.deepEqual(chrome.fake.told.map((/** @type {any} */ one) => [one.tab, one.message.call, one.options.documentId]), [[1, 'C1', 'D1'], [2, 'C2', 'D2']]);
});

test('repeated by a double click: two at the same moment are one', async () => {
  await Promise.all([confirmations.ask(SENDER, 'C1', ASKED), confirmations.ask(SENDER, 'C2', ASKED)]);
  assert.equal(pages().length, 1);
  assert.equal(stored()[0].waiters.length, 2);
});

test('the same key with other content is a conflict; another origin has keys of its own', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  assert.equal((await troubleFrom(confirmations.ask(SENDER, 'C2', { ...ASKED, to: ['x@b.mx'] }))).kind, 'key_conflict');
  assert.equal(await confirmations.ask({ ...SENDER, origin: 'https://otra.example.mx' }, 'C3', ASKED), LATER);
  assert.equal(pages().length, 2);
});

test('repeated by a reload: the new document joins the page that waits, and gets the answer', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  assert.equal(await confirmations.ask({ ...SENDER, document: 'D2' }, 'C2', ASKED), LATER);
  assert.equal(pages().length, 1);
  await confirmations.answer(stored()[0].request.id, 'E1');
  assert.deepEqual(chrome.fake.told.at(-1), told({ ok: { delivery: 'E1', state: 'queued', reason: null } }, 'C2', 'D2'));
  assert.deepEqual(await confirmations.ask({ ...SENDER, document: 'D3' }, 'C3', ASKED), { delivery: 'E1', state: 'queued', reason: null });
  assert.equal(pages().length, 1);
});

test('repeated after a restart of the worker: before the decision it joins, after it the delivery is answered', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  const second = new Confirmations(host, () => undefined);
  await second.restore();
  assert.equal(await second.ask(SENDER, 'C2', ASKED), LATER);
  assert.equal(pages().length, 1);
  await second.answer(stored()[0].request.id, 'E1');
  const third = new Confirmations(host, () => undefined);
  await third.restore();
  assert.deepEqual(await third.ask(SENDER, 'C3', ASKED), { delivery: 'E1', state: 'queued', reason: null });
  assert.deepEqual([pages().length, stored().length], [1, 1]);
});

test('a key that was sent is answered with that delivery\'s state', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  await confirmations.answer(stored()[0].request.id, 'E1');
  host.answers['delivery.get'] = () => ({ delivery: { ...VIEW, state: 'sent' } });
  assert.deepEqual(await confirmations.ask(SENDER, 'C2', ASKED), { delivery: 'E1', state: 'sent', reason: null });
  assert.equal(pages().length, 1);
});

test('repeated by a double click without a key: one request', async () => {
  const { key: _, ...keyless } = ASKED;
  await confirmations.ask(SENDER, 'C1', keyless);
  await confirmations.ask(SENDER, 'C2', keyless);
  assert.equal(pages().length, 1);
  assert.equal(stored()[0].request.key, stored()[0].request.id);
});

test('only so many pages may wait', async () => {
  for (let i = 0; i < MAX_WAITING; i += 1) await confirmations.ask(SENDER, `C${i}`, { ...ASKED, key: `K${i}` });
  assert.equal((await troubleFrom(confirmations.ask(SENDER, 'C', { ...ASKED, key: 'L' }))).kind, 'portal_rate_limited');
});

test('a delivery is believed only when the host knows it as the portal\'s', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  host.answers['delivery.get'] = () => Promise.reject(new TroubleError({ kind: 'unknown_delivery', retry: 'never', message: 'M' }));
  assert.equal((await troubleFrom(confirmations.answer(stored()[0].request.id, 'FOREIGN'))).kind, 'unknown_delivery');
  assert.equal(await confirmations.waiting(), 1);
});

const PARAMS = { documents: DOCUMENTS, to: ['a@b.mx'], cc: [], bcc: [], key: 'K', portal: ORIGIN, confirmed: 'digest' };

test('a send that succeeded answers the portal, also when the page dies before it can say so', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  await confirmations.send(PARAMS, async () => {
    await confirmations.closed(pages()[0].id);
    assert.deepEqual(chrome.fake.told, []);
    return /** @type {any} */ ({ delivery: VIEW, existing: false });
  });
  assert.deepEqual(chrome.fake.told, [told({ ok: { delivery: 'E1', state: 'queued', reason: null } })]);
  await confirmations.answer(stored()[0].request.id, 'E1');
  assert.equal(chrome.fake.told.length, 1);
});

test('a send that failed leaves the request waiting, or refused when the page is gone', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  const fail = () => Promise.reject(new TroubleError({ kind: 'changed_since_preview', retry: 'never', message: 'M' }));
  await troubleFrom(confirmations.send(PARAMS, fail));
  assert.equal(await confirmations.waiting(), 1);
  chrome.fake.tabs.delete(pages()[0].id);
  await troubleFrom(confirmations.send(PARAMS, fail));
  assert.deepEqual(chrome.fake.told, [told({ trouble: REFUSED })]);
});

test('what was sent before ends the request: the portal has nothing to wait for', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  const fail = () => Promise.reject(new TroubleError({ kind: 'already_sent', retry: 'never', message: 'M', delivery: 'E0' }));
  assert.equal((await troubleFrom(confirmations.send(PARAMS, fail))).kind, 'already_sent');
  assert.deepEqual(chrome.fake.told, [told({ trouble: { kind: 'already_sent', retry: 'never', message: 'M', action: 'none' } })]);
  assert.equal(await confirmations.waiting(), 0);
  await confirmations.answer(stored()[0].request.id, null);
  assert.equal(chrome.fake.told.length, 1);
});

test('a page may use a portal\'s name only for a request that waits', async () => {
  const send = () => Promise.reject(new Error('must not be sent'));
  assert.equal((await troubleFrom(confirmations.send(PARAMS, send))).kind, 'request_gone');
  await confirmations.ask(SENDER, 'C1', ASKED);
  assert.equal((await troubleFrom(confirmations.send({ ...PARAMS, key: 'other' }, send))).kind, 'request_gone');
  assert.equal((await troubleFrom(confirmations.send({ ...PARAMS, portal: 'https://otra.example.mx' }, send))).kind, 'request_gone');
});

test('a new worker goes on where the old one stopped', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  const next = new Confirmations(host, () => undefined);
  await next.restore();
  assert.equal(await next.waiting(), 1);
  await next.answer(stored()[0].request.id, 'E1');
  assert.deepEqual(chrome.fake.told, [told({ ok: { delivery: 'E1', state: 'queued', reason: null } })]);
});

test('a page closed while no worker ran is a refusal; one that the browser put to sleep is not', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  Object.assign(pages()[0], { discarded: true, url: '' });
  await confirmations.restore();
  assert.equal(await confirmations.waiting(), 1);
  chrome.fake.tabs.delete(pages()[0].id);
  await confirmations.restore();
  assert.deepEqual(chrome.fake.told, [told({ trouble: REFUSED })]);
});

test('a confirmation that was cut off is never called a refusal', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  void confirmations.send(PARAMS, () => new Promise(() => undefined));
  await settled();
  const next = new Confirmations(host, () => undefined);
  await next.restore();
  assert.equal(stored()[0].state, 'waiting');
  void next.send(PARAMS, () => new Promise(() => undefined));
  await settled();
  chrome.fake.tabs.delete(pages()[0].id);
  await next.restore();
  assert.equal(chrome.fake.told[0].message.reply.trouble.kind, 'internal');
});

test('disconnecting a portal ends its requests and closes their pages', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  await confirmations.ask({ ...SENDER, origin: 'https://otra.example.mx' }, 'C2', ASKED);
  await confirmations.withdraw(ORIGIN);
  assert.equal(await confirmations.waiting(), 1);
  assert.equal(pages().length, 1);
  assert.equal(chrome.fake.told[0].message.reply.trouble.kind, 'portal_not_connected');
});

test('an answer tells state and reason, nothing else', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  await confirmations.answer(stored()[0].request.id, 'E1');
  assert.equal(JSON.stringify(chrome.fake.told).includes('secreto'), false);
});
