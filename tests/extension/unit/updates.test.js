import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { AGAIN, Updates } from '../../../extension/worker/updates.js';
import { welcome } from '../../../extension/worker/welcome.js';
import { installChrome, settled } from './chrome_fake.js';

/** @type {any} */ let chrome;
/** @type {Updates} */ let updates;
let working = false;
let pages = 0;

beforeEach((t) => {
  chrome = installChrome();
  working = false;
  pages = 0;
  updates = new Updates({ work: async () => working, pages: () => pages });
  mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {import('node:test').TestContext} */ (t).after?.(() => mock.timers.reset());
});

/** The browser has it ready, and what comes of it at once. */
async function ready() {
  await updates.available();
  await settled();
  return chrome.fake.reloads;
}

/** Time passes. */
async function later() {
  mock.timers.tick(AGAIN);
  await settled();
  return chrome.fake.reloads;
}

test('a newer version takes over at once where nothing is under way', async () => {
  assert.equal(await ready(), 1);
});

test('it waits for work to end, and then for the last page to close', async () => {
  working = true;
  pages = 1;
  assert.equal(await ready(), 0);
  assert.equal(await later(), 0);
  working = false;
  assert.equal(await later(), 0, 'somebody may be typing there');
  pages = 0;
  assert.equal(await later(), 1);
});

test('without a newer version nothing happens, however long one waits', async () => {
  assert.equal(await later(), 0);
});

test('whoever asks for it sees the pages close, but no work is lost', async () => {
  pages = 1;
  chrome.runtime.requestUpdateCheck = async () => ({ status: 'update_available', version: '9.9.9' });
  assert.equal(await updates.ask(), 'coming');
  assert.equal(chrome.fake.reloads, 0, 'the browser fetches it first');
  working = true;
  assert.equal(await ready(), 0);
  working = false;
  assert.equal(await later(), 1);
});

test('what lay ready already is taken when it is asked for, after the answer', async () => {
  pages = 1;
  assert.equal(await ready(), 0);
  assert.equal(await updates.ask(), 'coming');
  assert.equal(chrome.fake.reloads, 0);
  mock.timers.tick(0);
  await settled();
  assert.equal(chrome.fake.reloads, 1);
});

test('the store knows none, asks for patience, or is not asked at all', async () => {
  assert.equal(await updates.ask(), 'current');
  chrome.runtime.requestUpdateCheck = async () => ({ status: 'throttled' });
  assert.equal(await updates.ask(), 'later');
  chrome.runtime.requestUpdateCheck = async () => { throw new Error('This may not be called from an unpacked extension.'); };
  assert.equal(await updates.ask(), 'current');
});

test('the first steps open after an installation by a person, and never for a whole fleet', async () => {
  const opened = () => [...chrome.fake.tabs.values()].map(({ url }) => url);
  await welcome('update');
  await welcome('chrome_update');
  chrome.fake.installType = 'admin';
  await welcome('install');
  assert.deepEqual(opened(), []);
  for (const installType of ['normal', 'development', 'sideload']) {
    chrome.fake.tabs.clear();
    chrome.fake.installType = installType;
    await welcome('install');
    assert.deepEqual(opened(), [chrome.runtime.getURL('welcome/welcome.html')], installType);
  }
});
