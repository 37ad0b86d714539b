/** An office after some years: 100,000 documents and 10,000 deliveries. No page holds what is not looked at. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { desk } from './support/desk.js';
import { FACTURAS, SAMPLES } from './support/places.js';

/** @typedef {import('playwright-core').Page} Page */

const run = promisify(execFile);

const CROWD = fileURLToPath(new URL('support/crowd.py', import.meta.url));
const DELIVERIES = 10_000;
/** Rows that *Envíos* asks for at once. */
const PAGE = 50;
/** Times that a person asks for more. */
const MORE = 40;
/** Milliseconds after which people notice that a page does not answer (w3.org, "Long Tasks API"). */
const LONG_TASK = 50;
/** Only `tests/run --long` measures: beside other work the same task takes longer. */
const MEASURED = process.env['MEASURED'] === '1';
/** A program that was built for testing takes a minute and more to read all of them. */
const DOCUMENTS = MEASURED ? 100_000 : 2_000;

/**
 * Long tasks of a page from now on.
 * @param {Page} page
 * @returns {Promise<() => Promise<number[]>>} their milliseconds so far
 */
async function watched(page) {
  await page.evaluate(() => {
    const seen = /** @type {number[]} */ ([]);
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => seen.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  });
  return () => page.evaluate(() => /** @type {any} */ (globalThis).seen);
}

/**
 * Through the whole page and back, as with a wheel: one frame after the other.
 * @param {Page} page
 */
function scroll(page) {
  return page.evaluate(async () => {
    const end = document.documentElement.scrollHeight;
    for (const step of [700, -700])
      for (let at = step > 0 ? 0 : end; at >= 0 && at <= end; at += step) {
        scrollTo(0, at);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
  });
}

test(`${DOCUMENTS} documents and ${DELIVERIES} deliveries: pages stay short, and nothing is drawn twice`, async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home } = office;
  await home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example', '--wait');
  await run('python3', [CROWD, path.join(home.state, 'outbox.db'), String(DELIVERIES)]);
  const archive = path.join(home.documents, 'archivo');
  await run(SAMPLES, [archive, String(DOCUMENTS), '--bulk', '7']);
  // What was written a moment ago counts as still being written.
  await run('sh', ['-c', 'find "$1" -type f -exec touch -d "1 hour ago" {} +', 'sh', archive]);
  const [scanned] = await home.cli('library', 'scan');
  assert.ok(scanned.files >= DOCUMENTS, JSON.stringify(scanned));

  const history = await browser.open('history/history.html');
  await history.waitForSelector(`#deliveries li:nth-child(${PAGE})`);
  const longIn = { history: await watched(history) };
  await history.evaluate(() => {
    const list = /** @type {Element} */ (document.querySelector('#deliveries'));
    const drawn = { added: 0, removed: 0 };
    Object.assign(globalThis, { drawn });
    new MutationObserver((changes) => {
      for (const change of changes) {
        drawn.added += change.addedNodes.length;
        drawn.removed += change.removedNodes.length;
      }
    }).observe(list, { childList: true });
  });
  for (let page = 2; page <= 1 + MORE; page += 1) {
    await history.click('#more');
    await history.waitForSelector(`#deliveries li:nth-child(${page * PAGE})`, { state: 'attached' });
  }
  await scroll(history);
  assert.deepEqual(await history.evaluate(() => /** @type {any} */ (globalThis).drawn), { added: MORE * PAGE, removed: 0 });
  // What comes in the meantime is put on top, and the person stays where they are.
  await history.locator(`#deliveries li:nth-child(${MORE * PAGE}) a`).focus();
  const focused = await history.evaluate(() => document.activeElement?.id);
  await home.cli('send', office.sample(1).uuid, '--to', 'compras@cliente.example', '--wait');
  const [newest] = await home.cli('outbox', 'list', '--limit', '1');
  await history.waitForSelector(`#deliveries li:first-child[data-state="sent"][data-delivery="${newest.delivery}"]`, { state: 'attached' });
  assert.deepEqual([await history.locator('#deliveries li').count(), await history.evaluate(() => document.activeElement?.id)], [(1 + MORE) * PAGE, focused]);
  // The oldest of all is found, not only among what is shown.
  await history.fill('#search', 'a100000');
  await history.waitForSelector('#deliveries li:only-child:has-text("A100000")');
  const inHistory = await longIn.history();

  const popup = await browser.open('popup/popup.html');
  await popup.waitForSelector('.invoice');
  const longInPopup = await watched(popup);
  for (const word of ['comercializadora', 'papelería', office.sample().folio]) {
    await popup.locator('#search').pressSequentially(word);
    await popup.waitForFunction(() => !document.querySelector('#invoice-list[aria-busy]'));
    await popup.fill('#search', '');
  }
  assert.ok((await popup.locator('.invoice').count()) <= 8);
  const inPopup = await longInPopup();

  t.diagnostic(`long tasks, ms: history ${JSON.stringify(inHistory)}, popup ${JSON.stringify(inPopup)}`);
  if (MEASURED) assert.deepEqual([...inHistory, ...inPopup].filter((one) => one > LONG_TASK), []);
});
