/**
 * What goes wrong on an ordinary day, from the fault to the letter that arrives: the box that was not ticked, the account that
 * ended, the outcome that nobody knows. Each with the clicks that it takes, and pictures in both languages, light and dark
 * (tests/out/screenshots/journey-*). The long journeys count their steps in `first_mail`, `keyboard` and `batch_large`.
 */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { desk, leave } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/desk.js').Wish} Wish */

/** Gmail took the message, but its answer is lost, and the session cannot be asked any more. */
const LOST = { point: 'upload_put', kind: 'close', accepted: true };

/** A person who clicks, and what they see on the way. */
class Journey {
  clicks = 0;
  #pictures = 0;

  /** @param {string} name @param {string} language */
  constructor(name, language) {
    this.name = name;
    this.language = language;
  }

  /** @param {Page} page @param {string} what */
  async click(page, what) {
    this.clicks += 1;
    await page.click(what);
  }

  /** @param {Page} page */
  async look(page) {
    this.#pictures += 1;
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: path.join(OUT, 'screenshots', `journey-${this.name}-${this.#pictures}-${this.language}-${colorScheme}.png`), fullPage: true });
    }
  }
}

for (const language of /** @type {const} */ (['es', 'en'])) {
  /** @param {import('node:test').TestContext} t @param {string} name @param {Wish} [wish] */
  const begin = async (t, name, wish = {}) => ({ office: await desk(t, { ...wish, look: { language } }), journey: new Journey(name, language) });

  test(`the box that was not ticked: said which one, and two clicks later the account is there: ${language}`, async (t) => {
    const { office, journey } = await begin(t, 'unticked');
    const popup = await office.browser.popup();
    await journey.click(popup, '#start-oauth');
    await office.consent({ tick: false });
    await popup.waitForSelector('#sign-in-panel[data-phase="failed"][data-kind="scope_missing"]');
    await journey.look(popup);
    const before = journey.clicks;
    await journey.click(popup, '#sign-in-again');
    const window = await office.googleWindow();
    await window.waitForSelector('#scope-gmail-send-text');
    await leave(window, () => window.click('#continue', { noWaitAfter: true }));
    await popup.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
    await journey.look(popup);
    await journey.click(popup, '#sign-in-save');
    await popup.waitForSelector('#who-account .account[data-state="ready"]');
    await journey.look(popup);
    t.diagnostic(`unticked box, ${language}: ${journey.clicks} clicks in our pages`);
    assert.equal(journey.clicks - before, 2);
  });

  test(`the account that ended: what waits is kept, and two clicks later it has arrived: ${language}`, async (t) => {
    const { office, journey } = await begin(t, 'stranded', { account: FACTURAS });
    await office.sandbox.fault({ point: 'token_refresh', kind: 'status', status: 400, reason: 'invalid_grant' });
    await office.home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example', '--wait').catch(() => undefined);
    const popup = await office.browser.popup();
    await popup.waitForSelector('#who-account [data-reconnect]');
    await journey.look(popup);
    const history = await office.browser.open('history/history.html');
    await history.locator('#deliveries [data-state="deferred"] a').click();
    await history.waitForSelector('#delivery-state[data-state="deferred"]');
    await journey.look(history);
    await popup.bringToFront();
    await journey.click(popup, '#start-oauth');
    await office.consent();
    await popup.waitForSelector('#sign-in-save');
    await journey.look(popup);
    await journey.click(popup, '#sign-in-save');
    await office.sandbox.arrived(1);
    await history.bringToFront();
    await history.waitForSelector('#delivery-state[data-state="sent"]');
    await journey.look(history);
    t.diagnostic(`stranded account, ${language}: ${journey.clicks} clicks in our pages`);
    assert.equal(journey.clicks, 2);
  });

  test(`the outcome that nobody knows: held, explained, settled by one click and nothing twice: ${language}`, async (t) => {
    const { office, journey } = await begin(t, 'unknown', { account: FACTURAS });
    await office.sandbox.behave({ finished_session: 'not_found' });
    await office.sandbox.fault(LOST);
    await office.home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example');
    const popup = await office.browser.popup();
    await popup.waitForSelector('#need-person');
    await journey.look(popup);
    const opened = office.browser.context.waitForEvent('page');
    await journey.click(popup, '#need-person');
    const history = await opened;
    await history.waitForSelector('#deliveries [data-state="unknown"]');
    await journey.click(history, '#deliveries [data-state="unknown"] a');
    await history.waitForSelector('#gmail-search');
    await journey.look(history);
    await journey.click(history, '#resolve-sent');
    await history.waitForSelector('#delivery-state[data-state="sent"]');
    await journey.look(history);
    t.diagnostic(`unknown outcome, ${language}: ${journey.clicks} clicks in our pages`);
    assert.equal(journey.clicks, 3);
    assert.equal((await office.sandbox.messages()).length, 1);
  });
}
