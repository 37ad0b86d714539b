import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { SignIn } from '../../../extension/worker/sign_in.js';
import { timeoutOf } from '../../../extension/worker/timeouts.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, installChrome, settled } from './chrome_fake.js';

/** @type {any} */ let chrome;
/** @type {FakeHost} */ let host;
/** @type {SignIn} */ let signIn;
/** @type {{ resolve: (value: any) => void, reject: (error: Error) => void }} */ let complete;

const BEGUN = { flow: 'F1', auth_url: 'https://accounts.example/auth', redirect_uri: 'http://127.0.0.1:4711/', expires_in: 600 };
const ACCOUNT = { id: 'A', address: 'a@b.mx', state: 'unsaved', granted_at: '', companies: [], deliveries: 0 };
const START = /** @type {const} */ ({ company: 'AAA010101AAA', from: 'options', via: 'loopback' });
const BEFORE = { id: 7, windowId: 3 };

/** @param {string} kind @param {object} [more] */
const refused = (kind, more) => new TroubleError({ kind: /** @type {any} */ (kind), retry: 'never', message: 'M', ...more });

beforeEach(() => {
  chrome = installChrome();
  chrome.tabs.query = async () => [BEFORE];
  chrome.fake.tabs.set(BEFORE.id, BEFORE);
  host = new FakeHost({
    'sign_in.begin': () => BEGUN,
    'sign_in.complete': () => new Promise((resolve, reject) => (complete = { resolve, reject })),
    'sign_in.cancel': () => {
      complete.reject(refused('flow_lost'));
      return { done: true };
    },
  });
  signIn = new SignIn(host, () => undefined);
});

/** @returns {Promise<number>} the tab */
async function opened() {
  await signIn.start(START);
  await settled();
  const [tab] = [...chrome.fake.tabs.values()].filter(({ url }) => url === BEGUN.auth_url);
  return tab.id;
}

test('it needs no permission, and the host waits for the redirect', async () => {
  const tab = await opened();
  assert.equal(chrome.identity, undefined);
  assert.equal(signIn.view?.phase, 'window');
  assert.equal(signIn.view?.via, 'loopback');
  assert.deepEqual(host.asked('sign_in.begin'), [{ company: START.company, via: 'loopback' }]);
  assert.deepEqual(host.asked('sign_in.complete'), [{ flow: 'F1' }]);
  assert.equal(host.holds, 1);
  assert.equal(chrome.storage.session.values.signIn.tab, tab);
  assert.ok(timeoutOf('sign_in.complete', { flow: 'F1' }) > BEGUN.expires_in * 1000, 'the person has all of the flow');
  assert.ok(timeoutOf('sign_in.complete', { flow: 'F1', redirect_url: 'R' }) < BEGUN.expires_in * 1000);
});

test('at the end the tab goes, and the person is where they were', async () => {
  const tab = await opened();
  signIn.arrived('F1');
  assert.equal(signIn.view?.phase, 'checking');
  complete.resolve({ flow: 'F1', account: ACCOUNT });
  await settled();
  assert.deepEqual(signIn.view, { phase: 'unsaved', company: START.company, from: 'options', via: 'loopback', flow: 'F1', account: ACCOUNT });
  assert.equal(chrome.fake.tabs.has(tab), false);
  assert.equal(chrome.fake.tabs.get(BEFORE.id).active, true);
});

test('a tab that the person closes frees the host at once', async () => {
  const tab = await opened();
  signIn.closed(tab + 1);
  assert.equal(signIn.view?.phase, 'window', 'another tab is nothing to it');
  chrome.fake.tabs.delete(tab);
  signIn.closed(tab);
  assert.equal(signIn.view?.trouble?.kind, 'tab_closed');
  await settled();
  assert.equal(signIn.view?.trouble?.kind, 'tab_closed', 'what the host says then is not shown');
  assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
  assert.equal(host.holds, 0);
});

test('once Google has answered, closing the tab ends nothing', async () => {
  const tab = await opened();
  signIn.arrived('F1');
  chrome.fake.tabs.delete(tab);
  signIn.closed(tab);
  assert.deepEqual(host.asked('sign_in.cancel'), []);
  complete.resolve({ flow: 'F1', account: ACCOUNT });
  await settled();
  assert.equal(signIn.view?.phase, 'unsaved');
});

test('the arrival of another flow changes nothing', async () => {
  await opened();
  signIn.arrived('F0');
  assert.equal(signIn.view?.phase, 'window');
});

test('a refusal closes the tab and keeps the way for the next try', async () => {
  const tab = await opened();
  complete.reject(refused('scope_missing', { flow: 'F1' }));
  await settled();
  assert.equal(chrome.fake.tabs.has(tab), false);
  assert.equal(signIn.view?.via, 'loopback');
  assert.equal(signIn.view?.trouble?.flow, 'F1');
  assert.equal(host.holds, 1, 'the flow is kept for the second question');
});

test('stopping closes the tab and tells the host', async () => {
  const tab = await opened();
  await signIn.stop();
  await settled();
  assert.equal(chrome.fake.tabs.has(tab), false);
  assert.equal(signIn.view, null);
  assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
  assert.equal(host.holds, 0);
});

test('a browser that opens no tab leaves nobody waiting', async () => {
  chrome.tabs.create = () => Promise.reject(new Error('no window'));
  await signIn.start(START);
  await settled();
  assert.equal(signIn.view?.trouble?.kind, 'page_not_loaded');
  assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
});

test('a tab that is gone before it was known is noticed', async () => {
  chrome.tabs.get = () => Promise.reject(new Error('No tab with id.'));
  await signIn.start(START);
  await settled();
  assert.equal(signIn.view?.trouble?.kind, 'tab_closed');
});

test('a new worker closes the tab of the last one', async () => {
  const tab = await opened();
  const next = new SignIn(host, () => undefined);
  await next.restore();
  assert.equal(chrome.fake.tabs.has(tab), false);
  assert.equal(chrome.storage.session.values.signIn, null);
});
