import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { LIMITS } from '../../../extension/worker/limits.js';
import { Confirmations, LATER } from '../../../extension/worker/confirmations.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, ID, installChrome, settled, troubleFrom } from './chrome_fake.js';

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
  host = new FakeHost({ 'delivery.preview': () => ({}), 'portal.rules': () => ({ rules: [] }), 'delivery.get': () => ({ delivery: VIEW }) });
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
  assert.deepEqual(request, { id: request.id, origin: ORIGIN, tabTitle: 'Facturas', documents: DOCUMENTS, to: ['a@b.mx'], cc: [], insecure: false, key: 'K' });
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

test('files over what the organisation allows are refused before a page opens', async () => {
  host.answers['delivery.preview'] = () => ({ size: 3 * 1_024 });
  assert.equal(await confirmations.ask(SENDER, 'C1', ASKED, { largest: 3 }), LATER);
  host.answers['delivery.preview'] = () => ({ size: 3 * 1_024 + 1 });
  assert.equal((await troubleFrom(confirmations.ask(SENDER, 'C2', { ...ASKED, key: 'L' }, { largest: 3 }))).kind, 'attachments_not_allowed');
  assert.equal(pages().length, 1);
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

test('only so many may wait', async () => {
  for (let i = 0; i < LIMITS.waiting; i += 1) await confirmations.ask(SENDER, `C${i}`, { ...ASKED, key: `K${i}` });
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

/** Asks for so many documents, each with a key of its own. @param {number} count @param {any} [sender] */
const many = (count, sender = SENDER) => Promise.all(Array.from({ length: count }, (_, i) => confirmations.ask({ ...sender, document: `D${i}` }, `C${i}`, { ...ASKED, key: `K${i}` })));

test('several requests of one portal that wait at once share one page', async () => {
  assert.deepEqual(await many(12), Array.from({ length: 12 }, () => LATER));
  const [page, ...more] = pages();
  assert.equal(more.length, 0);
  assert.equal(page.url, `chrome-extension://${ID}/deliver/requests.html?origin=${encodeURIComponent(ORIGIN)}`);
  assert.deepEqual(new Set(stored().map((one) => `${one.page} ${one.listed}`)), new Set([`${page.id} true`]));
  const listed = await confirmations.list(ORIGIN);
  assert.deepEqual(new Set(listed.map(({ key }) => key)), new Set(Array.from({ length: 12 }, (_, i) => `K${i}`)));
  assert.deepEqual(await confirmations.list('https://otra.example.mx'), []);
});

test('the host is never asked for more than a few of them at once', async () => {
  let [now, most] = [0, 0];
  host.answers['delivery.preview'] = async () => {
    now += 1;
    most = Math.max(most, now);
    await settled();
    now -= 1;
    return {};
  };
  await many(20);
  assert.deepEqual([most, stored().length], [4, 20]);
});

test('another portal, and one whose page is sending, get a page of their own', async () => {
  await confirmations.ask(SENDER, 'C1', ASKED);
  await confirmations.ask({ ...SENDER, origin: 'https://otra.example.mx' }, 'C2', ASKED);
  assert.equal(pages().length, 2);
  void confirmations.send(PARAMS, () => new Promise(() => undefined));
  await settled();
  await confirmations.ask(SENDER, 'C3', { ...ASKED, key: 'L' });
  assert.deepEqual(pages().map(({ url }) => url.includes('request=')), [true, true, true], 'what is being sent is left alone');
});

test('closing the shared page refuses all that was not sent, and each answer goes to its own document', async () => {
  await many(3);
  await confirmations.send({ ...PARAMS, key: 'K1' }, async () => /** @type {any} */ ({ delivery: VIEW, existing: false }));
  await confirmations.closed(pages()[0].id);
  const answers = chrome.fake.told.map((/** @type {any} */ { message, options }) => [message.call, options.documentId, message.reply.ok?.delivery ?? message.reply.trouble.kind]);
  assert.deepEqual(answers, [['C1', 'D1', 'E1'], ['C0', 'D0', 'refused_by_person'], ['C2', 'D2', 'refused_by_person']]);
  assert.equal(await confirmations.waiting(), 0);
});

test('a shared page survives a restart of the worker; newcomers join it, and those after its end get a new one', async () => {
  await many(2);
  const next = new Confirmations(host, () => undefined);
  await next.restore();
  assert.equal(await next.waiting(), 2);
  await next.ask(SENDER, 'C9', { ...ASKED, key: 'K9' });
  assert.deepEqual([pages().length, (await next.list(ORIGIN)).length], [1, 3]);
  chrome.fake.tabs.delete(pages()[0].id);
  await next.ask(SENDER, 'C10', { ...ASKED, key: 'K10' });
  assert.deepEqual(pages().map(({ url }) => url.includes('request=')), [true], 'its page is gone, and its end is on the way');
});

test('disconnecting a portal tells each of several the same, although their page closes with the first', async () => {
  await many(3);
  chrome.tabs.remove = async (/** @type {number} */ id) => {
    chrome.fake.tabs.delete(id);
    await confirmations.closed(id);
  };
  await confirmations.withdraw(ORIGIN);
  assert.deepEqual(chrome.fake.told.map((/** @type {any} */ { message }) => message.reply.trouble.kind), ['portal_not_connected', 'portal_not_connected', 'portal_not_connected']);
  assert.equal(pages().length, 0);
});

test('what a standing word of the person covers is sent without a page; whatever the host holds back gets one', async () => {
  host.answers['portal.rules'] = () => ({ rules: [{}] });
  host.answers['delivery.send'] = () => ({ delivery: VIEW, existing: false });
  assert.deepEqual(await confirmations.ask(SENDER, 'C1', ASKED), { delivery: 'E1', state: 'queued', reason: null });
  assert.deepEqual(host.asked('delivery.send'), [{ documents: DOCUMENTS, to: ['a@b.mx'], cc: [], bcc: [], key: 'K', portal: ORIGIN, unattended: true }]);
  assert.deepEqual([stored(), pages()], [[], []]);
  for (const kind of ['confirmation_needed', 'internal']) {
    host.answers['delivery.send'] = () => Promise.reject(new TroubleError({ kind: /** @type {any} */ (kind), retry: 'never', message: 'M' }));
    assert.equal(await confirmations.ask(SENDER, 'C1', { ...ASKED, key: kind }), LATER);
  }
  assert.equal(stored().length, 2);
  host.answers['delivery.send'] = () => Promise.reject(new TroubleError({ kind: 'already_sent', retry: 'never', message: 'M' }));
  assert.equal((await troubleFrom(confirmations.ask(SENDER, 'C1', { ...ASKED, key: 'M' }))).kind, 'already_sent');
});

test('where the portal\'s tab is gone nothing waits for a page that nobody can open', async () => {
  chrome.fake.tabs.delete(1);
  assert.equal((await troubleFrom(confirmations.ask(SENDER, 'C1', ASKED))).kind, 'request_gone');
  assert.deepEqual([stored(), pages()], [[], []]);
});

test('where the organisation wants each request confirmed, no standing word counts and no page is shared', async () => {
  host.answers['portal.rules'] = () => ({ rules: [{}] });
  host.answers['delivery.send'] = () => assert.fail('nothing leaves without a person');
  for (const key of ['K1', 'K2']) {
    const asked = { ...ASKED, key };
    assert.equal(await confirmations.ask(SENDER, `C-${key}`, asked, { attended: true, alone: true }), LATER);
  }
  assert.deepEqual(stored().map(({ listed }) => listed), [false, false]);
  assert.equal(new Set(stored().map(({ page }) => page)).size, 2);
});
