import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { SignIn } from '../../../extension/worker/sign_in.js';
import { TroubleError } from '../../../extension/worker/trouble.js';
import { FakeHost, installChrome, settled } from './chrome_fake.js';

/** @type {any} */ let chrome;
/** @type {FakeHost} */ let host;
/** @type {SignIn} */ let signIn;
/** @type {{ promise: Promise<string>, resolve: (url: string) => void, reject: (error: Error) => void }} */ let launch;

const BEGUN = { flow: 'F1', auth_url: 'https://accounts.example/auth', redirect_uri: 'https://x.chromiumapp.org/', expires_in: 600 };
const ACCOUNT = { id: 'A', address: 'a@b.mx', state: 'unsaved', granted_at: '', companies: [], deliveries: 0 };
const START = /** @type {const} */ ({ company: 'AAA010101AAA', from: 'popup' });

function withResolvers() {
  /** @type {any} */ const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
}

beforeEach(() => {
  chrome = installChrome();
  launch = withResolvers();
  chrome.identity = { launchWebAuthFlow: mock.fn(() => launch.promise) };
  host = new FakeHost({
    'sign_in.begin': () => BEGUN,
    'sign_in.complete': () => ({ flow: 'F1', account: ACCOUNT }),
    'sign_in.cancel': () => ({ done: true }),
  });
  signIn = new SignIn(host, () => undefined);
});

// A window that stays open keeps its watchdog, and that the process.
afterEach(() => launch.resolve('https://x.chromiumapp.org/'));

/** @param {string} kind @param {object} [more] */
const refused = (kind, more) => new TroubleError({ kind: /** @type {any} */ (kind), retry: 'never', message: 'M', ...more });

async function untilUnsaved() {
  await signIn.start(START);
  await settled();
  launch.resolve('https://x.chromiumapp.org/?code=C');
  await settled();
}

test('begin, window, complete: the account is unsaved and the conversation is held', async () => {
  const started = signIn.start({ ...START, login_hint: 'a@b.mx' });
  assert.equal(signIn.view?.phase, 'opening');
  await started;
  await settled();
  assert.equal(signIn.view?.phase, 'window');
  assert.deepEqual(host.asked('sign_in.begin'), [{ company: START.company, login_hint: 'a@b.mx' }]);
  assert.deepEqual(chrome.identity.launchWebAuthFlow.mock.calls[0].arguments, [{ url: BEGUN.auth_url, interactive: true }]);
  launch.resolve('https://x.chromiumapp.org/?code=C');
  await settled();
  assert.deepEqual(signIn.view, { phase: 'unsaved', company: START.company, from: 'popup', login_hint: 'a@b.mx', flow: 'F1', account: ACCOUNT });
  assert.deepEqual(host.asked('sign_in.complete'), [{ flow: 'F1', redirect_url: 'https://x.chromiumapp.org/?code=C' }]);
  assert.equal(host.holds, 1);
  assert.equal(chrome.storage.session.values.signIn.view.phase, 'unsaved');
  signIn.saved('another');
  assert.equal(signIn.view?.phase, 'unsaved');
  signIn.saved('F1');
  await settled();
  assert.equal(signIn.view, null);
  assert.equal(host.holds, 0);
  assert.equal(chrome.storage.session.values.signIn, null);
});

for (const [text, kind] of [
  ['The user did not approve access.', 'window_closed'],
  ['Authorization page could not be loaded.', 'page_not_loaded'],
  ['Only one web auth flow is allowed at a time.', 'sign_in_open'],
  ['Identity API is disabled in incognito windows.', 'incognito'],
]) {
  test(`"${text}" is ${kind}, and the host's flow is freed at once`, async () => {
    await signIn.start(START);
    await settled();
    launch.reject(new Error(text));
    await settled();
    assert.equal(signIn.view?.phase, 'failed');
    assert.equal(signIn.view?.trouble?.kind, kind);
    assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
    assert.equal(host.holds, 0);
    assert.equal(chrome.windows.onCreated.listeners.size, 0);
  });
}

test('without the permission the host is not asked, and the panel says so', async () => {
  chrome.identity = undefined;
  await signIn.start(START);
  await settled();
  assert.equal(signIn.view?.trouble?.kind, 'identity_missing');
  assert.deepEqual(host.calls, []);
  assert.equal(host.holds, 0);
});

test('a box that was not ticked keeps the flow for the second question', async () => {
  host.answers['sign_in.complete'] = () => Promise.reject(refused('scope_missing', { flow: 'F1' }));
  await untilUnsaved();
  assert.equal(signIn.view?.trouble?.flow, 'F1');
  assert.equal(host.holds, 1);
  launch = withResolvers();
  await signIn.start({ ...START, again: 'F1' });
  await settled();
  assert.deepEqual(host.asked('sign_in.begin').at(-1), { company: START.company, again: 'F1' });
  assert.equal(signIn.view?.phase, 'window');
  assert.equal(host.holds, 1);
});

test('a host that cannot begin ends in its own failure, without a window', async () => {
  host.answers['sign_in.begin'] = () => Promise.reject(refused('oauth_disabled'));
  await signIn.start(START);
  await settled();
  assert.equal(signIn.view?.trouble?.kind, 'oauth_disabled');
  assert.equal(chrome.identity.launchWebAuthFlow.mock.callCount(), 0);
});

test('stopping closes Google\'s window, tells the host and forgets what comes later', async () => {
  await signIn.start(START);
  await settled();
  chrome.windows.onCreated.fire({ id: 5, type: 'normal' });
  chrome.windows.onCreated.fire({ id: 6, type: 'popup' });
  chrome.windows.onCreated.fire({ id: 7, type: 'popup' });
  await signIn.stop();
  assert.deepEqual(chrome.fake.closedWindows, [6]);
  assert.equal(signIn.view, null);
  launch.resolve('https://x.chromiumapp.org/?code=late');
  await settled();
  assert.equal(signIn.view, null);
  assert.deepEqual(host.asked('sign_in.complete'), []);
  assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
  assert.equal(host.holds, 0);
});

test('a second start closes the first window and waits for it', async () => {
  await signIn.start(START);
  await settled();
  chrome.windows.onCreated.fire({ id: 6, type: 'popup' });
  const first = launch;
  launch = withResolvers();
  await signIn.start({ company: 'BBB010101BBB', from: 'options' });
  await settled();
  assert.deepEqual(chrome.fake.closedWindows, [6]);
  assert.equal(host.asked('sign_in.begin').length, 1);
  first.reject(new Error('The user did not approve access.'));
  await settled();
  assert.equal(signIn.view?.phase, 'window');
  assert.equal(signIn.view?.company, 'BBB010101BBB');
  // The host supersedes by itself; a cancel now could end the new flow.
  assert.deepEqual(host.asked('sign_in.cancel'), []);
});

test('when the conversation is lost an unsaved account is gone, and says so', async () => {
  await untilUnsaved();
  signIn.lost();
  assert.equal(signIn.view?.trouble?.kind, 'flow_lost');
  assert.equal(host.holds, 0);
});

test('an account that nobody saves is forgotten after the limit', async () => {
  await untilUnsaved();
  host.expire?.();
  await settled();
  assert.equal(signIn.view?.trouble?.kind, 'flow_lost');
  assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
});

test('a new worker forgets a stale sign-in and closes its window', async () => {
  await signIn.start(START);
  await settled();
  chrome.windows.onCreated.fire({ id: 6, type: 'popup' });
  await settled();
  const next = new SignIn(host, () => undefined);
  await next.restore();
  assert.equal(next.view, null);
  assert.deepEqual(chrome.fake.closedWindows, [6]);
  assert.equal(chrome.storage.session.values.signIn, null);
});

test('a redirect that never comes ends with the flow: named, freed, and a late answer changes nothing', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    await signIn.start({ ...START, login_hint: 'a@b.mx' });
    await settled();
    mock.timers.tick(599_000);
    assert.equal(signIn.view?.phase, 'window');
    mock.timers.tick(1_000);
    await settled();
    assert.deepEqual([signIn.view?.phase, signIn.view?.trouble?.kind, signIn.view?.login_hint], ['failed', 'sign_in_timed_out', 'a@b.mx']);
    assert.deepEqual(host.asked('sign_in.cancel'), [{ flow: 'F1' }]);
    assert.equal(host.holds, 0, 'nothing is held any more');
    launch.reject(new Error('The user did not approve access.'));
    await settled();
    assert.equal(signIn.view?.trouble?.kind, 'sign_in_timed_out', 'closing the old window afterwards is no second failure');
    assert.equal(host.asked('sign_in.cancel').length, 1);
  } finally {
    mock.timers.reset();
  }
});

test('an account other than the expected one is told to the pages', async () => {
  host.answers['sign_in.complete'] = () => ({ flow: 'F1', account: ACCOUNT, other_than: 'otra@b.mx' });
  await untilUnsaved();
  assert.equal(signIn.view?.other_than, 'otra@b.mx');
});
