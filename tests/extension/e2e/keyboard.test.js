/** Forty invoices before lunch, without a mouse: search, open, send, back to the list. Every step shows where the focus is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { Hands } from './support/hands.js';
import { FACTURAS } from './support/places.js';

/** @typedef {import('playwright-core').Page} Page */

const INVOICES = 40;
/** Keys for one invoice; more than this is too much work. */
const MOST_KEYS = 25;

/** @param {Page} page */
const pointed = (page) => page.evaluate(() => Number(Reflect.get(globalThis, 'pointed') ?? 0));

test('forty invoices by keyboard', async (t) => {
  const office = await desk(t, { samples: INVOICES, account: FACTURAS });
  const { browser, sandbox, samples } = office;
  await office.know(samples.map((_, index) => index), () => 'compras@cliente.example');
  await browser.context.addInitScript(() => {
    Reflect.set(globalThis, 'pointed', 0);
    addEventListener('pointerdown', () => Reflect.set(globalThis, 'pointed', Number(Reflect.get(globalThis, 'pointed')) + 1), true);
  });
  const hands = new Hands();
  const list = await browser.popup();
  await list.waitForSelector('#invoice-list [data-uuid]');
  await hands.reach(list, '#search');
  let most = 0;
  for (const [index, sample] of samples.entries()) {
    const before = hands.keys;
    hands.keys += 1; // Ctrl+V: the folio fiscal comes from the list that the person works through.
    await list.keyboard.insertText(sample.uuid);
    const found = `#invoice-list li:only-child [data-uuid="${sample.uuid}"]`;
    await list.waitForSelector(found);
    await hands.reach(list, found);
    const opened = browser.context.waitForEvent('page');
    await hands.press(list, 'Enter');
    const page = await opened;
    await page.waitForSelector('#send:not([disabled])');
    const stops = await hands.reach(page, '#send');
    if (index === 0) {
      const order = ['to', 'cc', 'bcc', 'subject', 'message', 'not-before', 'review', 'send'];
      assert.deepEqual(stops.filter((id, at) => order.includes(id) && stops.indexOf(id) === at), order, 'the focus goes the way the page is read');
    }
    await hands.press(page, 'Enter');
    // The outcome is read out: its title has the focus.
    await page.waitForSelector('#after-title:focus');
    assert.equal(await pointed(page), 0);
    hands.keys += 1; // Ctrl+W, which the driver cannot press.
    await page.close();
    await list.bringToFront();
    await hands.reach(list, '#search', 'Shift+Tab');
    await hands.press(list, 'Control+a');
    if (index > 0) most = Math.max(most, hands.keys - before);
  }
  assert.equal(await pointed(list), 0);
  assert.deepEqual(hands.unseen, [], 'the focus can be seen at every stop');
  t.diagnostic(`${INVOICES} invoices: ${hands.keys} keys, at most ${most} for one`);
  assert.ok(most <= MOST_KEYS, `${most} keys for one invoice`);
  assert.equal((await sandbox.arrived(INVOICES)).length, INVOICES);
});
