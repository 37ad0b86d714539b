/** WCAG 2.2 AA on every page and state: axe's rules in each way to look at it, no scrolling sideways at 320 px or at 200 %, and a focus that can be seen. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { COLOURS, EVERY_RULE, violations } from './support/axe.js';
import { desk } from './support/desk.js';
import { AT_WORK, BEGINNING, IN_TROUBLE, WITHOUT_HOST } from './support/every_page.js';
import { Hands } from './support/hands.js';
import { FACTURAS } from './support/places.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/desk.js').Desk} Desk */

/** CSS pixels: a window of 1280 at 400 % (WCAG 1.4.10), at 200 % (1.4.4), and as it is. */
const WIDTHS = [320, 640, 1280];
/** Of these, where a person goes through the page with Tab. */
const WALKED = [320, 1280];
/** CSS pixels of a window's height. */
const HEIGHT = 800;

/** Milliseconds in which a transition of ours, of 120 ms, has ended on a busy machine too. */
const SETTLES = 5_000;

/** Everybody has asked for less motion: what goes on moving is found. */
const PLAIN = /** @type {const} */ ({ reducedMotion: 'reduce', forcedColors: 'none', contrast: 'no-preference' });
/** The ways to look at a page in which its colours are others. */
const LOOKS = /** @type {const} */ ({
  dark: { colorScheme: 'dark' },
  'light, more contrast': { colorScheme: 'light', contrast: 'more' },
  'dark, more contrast': { colorScheme: 'dark', contrast: 'more' },
  'forced colours': { colorScheme: 'light', forcedColors: 'active' },
});

/** @param {Page} page @param {boolean} looks also in each way to look at it; its colours are the same in both languages */
async function faults(page, looks) {
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (excess > 0) found.push(`${excess} px wider than a window of ${width}`);
  }
  await page.emulateMedia({ ...PLAIN, colorScheme: 'light' });
  found.push(...(await violations(page, EVERY_RULE)));
  for (const [name, media] of looks ? Object.entries(LOOKS) : []) {
    await page.emulateMedia({ ...PLAIN, ...media });
    found.push(...(await violations(page, COLOURS)).map((one) => `${name}: ${one}`));
  }
  // What began before the person asked for less motion may end; what goes on moving is a fault.
  const still = () => document.getAnimations().every(({ playState }) => playState !== 'running');
  if (!(await page.waitForFunction(still, null, { timeout: SETTLES }).catch(() => null))) found.push('parts move although the person asked for less motion');
  await page.emulateMedia({ ...PLAIN, colorScheme: 'light' });
  const hands = new Hands();
  for (const width of WALKED) {
    await page.setViewportSize({ width, height: HEIGHT });
    const stops = await hands.walk(page);
    if (stops.length === 0) found.push('the keyboard reaches nothing');
    found.push(...hands.unseen.splice(0).map((one) => `${width} px: ${one}`));
  }
  return found;
}

/** @param {Desk} office @param {import('./support/every_page.js').State[]} states @param {Record<string, string[]>} found */
async function look(office, states, found) {
  for (const { name, open } of states) {
    const wrong = await open(office).then((page) => faults(page, office.look.language === 'es')).catch((error) => [String(error)]);
    if (wrong.length > 0) found[name] = wrong;
    for (const one of office.browser.pages.slice(1)) await one.close();
  }
}

/** The office at work, with a delivery of each kind that needs words: sent, unknown, waiting. @param {Desk} office */
async function atWork(office) {
  const { home, sandbox } = office;
  const send = (/** @type {number} */ index, /** @type {string[]} */ ...how) => home.cli('send', office.sample(index).uuid, '--to', 'compras@cliente.example', ...how).catch(() => undefined);
  await send(5, '--wait');
  await sandbox.behave({ finished_session: 'not_found' });
  await sandbox.fault({ point: 'upload_put', kind: 'close', accepted: true });
  await send(6, '--wait');
  await sandbox.behave({ finished_session: 'ok' });
  await sandbox.fault({ point: 'upload_open', kind: 'status', status: 429, reason: 'rateLimitExceeded', retry_after_seconds: 3600 });
  await send(7);
}

for (const language of /** @type {const} */ (['es', 'en'])) {
  test(`the beginning holds WCAG 2.2 AA: ${language}`, async (t) => {
    const office = await desk(t, { host: null, client: false, company: false, samples: 1, look: { language } });
    const media = await office.browser.options();
    await media.emulateMedia({ ...PLAIN, ...LOOKS['forced colours'], contrast: 'more' });
    assert.deepEqual(await media.evaluate(() => ['(forced-colors: active)', '(prefers-contrast: more)', '(prefers-reduced-motion: reduce)'].map((query) => matchMedia(query).matches)), [true, true, true], 'the browser can look this way');
    await media.close();
    /** @type {Record<string, string[]>} */
    const found = {};
    await look(office, WITHOUT_HOST, found);
    await office.home.register();
    await look(office, BEGINNING, found);
    assert.deepEqual(found, {});
  });

  test(`every page and state at work holds WCAG 2.2 AA: ${language}`, async (t) => {
    const office = await desk(t, { samples: 8, account: FACTURAS, connected: true, look: { language } });
    await atWork(office);
    /** @type {Record<string, string[]>} */
    const found = {};
    await look(office, AT_WORK, found);
    assert.deepEqual(found, {});
  });

  test(`what needs the person holds WCAG 2.2 AA: ${language}`, async (t) => {
    const office = await desk(t, { samples: 2, account: FACTURAS, look: { language } });
    const broken = path.join(office.home.documents, 'roto.xml');
    fs.writeFileSync(broken, '<a/>');
    fs.utimesSync(broken, 1, 1);
    await office.home.cli('library', 'scan');
    await office.sandbox.fault({ point: 'token_refresh', kind: 'status', status: 400, reason: 'invalid_grant' });
    await office.home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example', '--wait').catch(() => undefined);
    /** @type {Record<string, string[]>} */
    const found = {};
    await look(office, IN_TROUBLE, found);
    assert.deepEqual(found, {});
  });
}
