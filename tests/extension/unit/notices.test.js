import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { known, news, Notices } from '../../../extension/worker/notices.js';
import { ID, installChrome } from './chrome_fake.js';
import { account, batch, health } from './health_samples.js';

/** @type {any} */ let chrome;
/** @type {Notices} */ let notices;

beforeEach(() => {
  chrome = installChrome();
  chrome.i18n.getMessage = (/** @type {string} */ key, /** @type {string[]} */ values = []) => [key, ...values].join('|');
  notices = new Notices();
});

/** @returns {string[]} pages of what is shown */
const shown = () => [...chrome.fake.notifications.keys()];
const DONE = batch({ state: 'done', under_way: 0, sent: 6, failed: 1, need_person: 1 });

test('the first look tells nothing: what it finds is old', async () => {
  await notices.take(health({ need_person: 4, batches: [DONE], accounts: [account({ paused_by: 'policy_blocked' })] }));
  assert.deepEqual(shown(), []);
});

test('a batch that ended is told once, with its counts and the page that shows it', async () => {
  await notices.take(health({ under_way: 5, batches: [batch()] }));
  await notices.take(health({ need_person: 2, batches: [DONE] }));
  assert.deepEqual(shown(), ['batch/batch.html#L1']);
  const { title, message, type, iconUrl } = chrome.fake.notifications.get('batch/batch.html#L1');
  assert.deepEqual([title, message, type, iconUrl], ['notice_batch|Noviembre', 'notice_batch_counts|6|1|1', 'basic', `chrome-extension://${ID}/icons/icon-128.png`]);
  chrome.fake.notifications.clear();
  await notices.take(health({ need_person: 2, batches: [DONE] }));
  await new Notices().take(health({ need_person: 2, batches: [DONE] }));
  assert.deepEqual(shown(), [], 'also not by the next worker');
  await notices.take(health({ under_way: 5, batches: [batch()] }));
  await notices.take(health({ need_person: 2, batches: [DONE] }));
  assert.equal(shown().includes('batch/batch.html#L1'), false, 'also not when an older answer came late');
});

test('a batch that the person cancelled is no news', async () => {
  await notices.take(health({ under_way: 5, batches: [batch()] }));
  await notices.take(health({ batches: [batch({ state: 'cancelled', under_way: 0 })] }));
  assert.deepEqual(shown(), []);
});

test('what needs the person is told when it rises, not while it stays or falls', async () => {
  const counts = [1, 1, 3, 2, 2, 3].map((need_person) => health({ need_person }));
  const told = [];
  for (const each of counts) {
    await notices.take(each);
    told.push(shown().length);
    chrome.fake.notifications.clear();
  }
  assert.deepEqual(told, [0, 0, 1, 0, 0, 1]);
});

test('an account that cannot send is told when that begins; one that goes on by itself is not', async () => {
  await notices.take(health({ accounts: [account()] }));
  await notices.take(health({ accounts: [account({ paused_by: 'daily_limit', continues_at: '2026-11-23T12:00:00Z' })] }));
  assert.deepEqual(shown(), []);
  const blocked = account({ paused_by: 'policy_blocked', deliveries: 3 });
  await notices.take(health({ need_person: 3, accounts: [blocked] }));
  assert.deepEqual(shown(), ['options/options.html#accounts/C1'], 'its deliveries are not told a second time');
  assert.equal(chrome.fake.notifications.get(shown()[0]).message, 'err_policy_blocked rec_policy_blocked');
  chrome.fake.notifications.clear();
  await notices.take(health({ need_person: 3, accounts: [blocked] }));
  assert.deepEqual(shown(), []);
  await notices.take(health({ accounts: [account()] }));
  await notices.take(health({ accounts: [account({ paused_by: 'account_stranded' })] }));
  assert.equal(shown().length, 1, 'a new cause after a mended one is news');
  assert.equal(news(known(health()), health({ accounts: [account({ state: 'sign_in_needed' })] })).length, 1);
  assert.equal(news(known(health()), health({ accounts: [account({ state: 'sign_in_needed', companies: [] })] })).length, 0, 'nobody sends with it');
});

test('switched off nothing is shown, and nothing old is told when it is switched on again', async () => {
  assert.equal(await notices.on(), true);
  await notices.turn(false);
  await notices.take(health());
  await notices.take(health({ need_person: 1, batches: [DONE] }));
  await notices.turn(true);
  await notices.take(health({ need_person: 1, batches: [DONE] }));
  assert.deepEqual(shown(), []);
});

test('nothing personal is in a notification', async () => {
  const everything = { need_person: 9, batches: [DONE], accounts: [account({ paused_by: 'scope_lost' })] };
  const text = JSON.stringify(news(known(health()), health(everything)));
  assert.equal(news(known(health()), health(everything)).length, 3);
  assert.equal(text.includes('secreto'), false);
  assert.equal(text.includes('AAA010101AAA'), false);
});

test('a click opens the page, in a new window where none is open', async () => {
  chrome.fake.notifications.set('history/history.html', {});
  await notices.clicked('history/history.html');
  const url = `chrome-extension://${ID}/history/history.html`;
  assert.deepEqual([shown(), [...chrome.fake.tabs.values()].map((tab) => tab.url)], [[], [url]]);
  chrome.tabs.create = async () => Promise.reject(new Error('No current window'));
  await notices.clicked('history/history.html');
  assert.deepEqual(chrome.fake.openedWindows, [{ url, focused: true }]);
});

test('an end that is near is told once for each reminder, and again only for another end', async () => {
  const near = (/** @type {number | null} */ reminder, ends_at = '2027-01-10T10:00:00Z') => health({ accounts: [account({ ends_at, ends_by: 'idle_expired', reminder })] });
  const told = [];
  for (const look of [near(null), near(30), near(30), near(7), near(7), near(null, '2027-07-01T10:00:00Z'), near(30, '2027-07-01T10:00:00Z')]) {
    await notices.take(look);
    told.push(shown().length);
    if (shown().length > 0) assert.match(chrome.fake.notifications.get('options/options.html#accounts/C1').message, /^ends_idle_expired\|.*(2027)/);
    chrome.fake.notifications.clear();
  }
  assert.deepEqual(told, [0, 1, 0, 1, 0, 0, 1]);
  await notices.take(health({ accounts: [account({ ends_at: '2027-08-01T10:00:00Z', reminder: 30, companies: [] })] }));
  assert.deepEqual(shown(), [], 'an account that no company uses troubles nobody');
});

test('why an account has to be reconnected is told in its own words', async () => {
  await notices.take(health({ accounts: [account()] }));
  await notices.take(health({ accounts: [account({ state: 'sign_in_needed', reconnect: 'testing_expired' })] }));
  assert.match(chrome.fake.notifications.get('options/options.html#accounts/C1').message, /err_testing_expired/);
});

test('a portal that asks without end is told of once in an hour, each portal by itself', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-23T10:00:00Z') });
  const page = 'options/options.html#portals';
  const told = [];
  for (const [origin, minutes] of /** @type {const} */ ([['https://a.mx', 0], ['https://a.mx', 59], ['https://b.mx', 0], ['https://a.mx', 2], ['https://a.mx', -600]])) {
    context.mock.timers.setTime(Date.now() + minutes * 60_000);
    await notices.flood(origin);
    told.push(shown().length);
    if (shown().length > 0) assert.match(chrome.fake.notifications.get(page).message, /notice_flood_origin/);
    chrome.fake.notifications.clear();
  }
  // A clock that was put back tells again rather than never.
  assert.deepEqual(told, [1, 0, 1, 1, 1]);
  await notices.turn(false);
  await notices.flood('https://c.mx');
  assert.deepEqual([shown(), Object.keys(chrome.storage.local.values.floods).length], [[], 3], 'the options still say it');
});
