/** On a screen, with the manifest as it ships: the browser's real questions, asked by the real popup. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';
import { sdk } from './support/portal_page.js';
import { Screen } from './support/screen.js';
import { sleep, until } from './support/waiting.js';

/**
 * @param {import('node:test').TestContext} t
 * @param {import('./support/desk.js').Wish} [wish]
 */
async function headed(t, wish = {}) {
  const screen = await Screen.open('/tmp');
  t.after(() => screen.close());
  const office = await desk(t, { ...wish, look: { display: screen.display } });
  const granted = async () => (await office.browser.worker()).evaluate(() => chrome.permissions.getAll());
  return { office, screen, granted };
}

test('the portal permission: refused once, then accepted; the popup dies under the question', async (t) => {
  const { office, screen, granted } = await headed(t);
  const { browser, sandbox } = office;
  const portal = await office.portal();
  await portal.evaluate(() => addEventListener('pointerdown', ({ timeStamp }) => void (document.documentElement.dataset['pressed'] = String(timeStamp))));
  /** Whether a click reaches the page: not while the browser's question lies over it. */
  const isFree = async () => {
    const pressed = () => portal.evaluate(() => document.documentElement.dataset['pressed']);
    const before = await pressed();
    await screen.hand('mousemove', '400', '800', 'click', '1');
    await sleep(200);
    return (await pressed()) !== before;
  };
  const ask = async () => {
    const popup = await browser.toolbar(portal);
    await popup.click('#portal-open');
    await popup.click('#portal-connect');
    await until('the popup is gone', async () => !(await popup.isThere()));
    await until('the question lies over the page', async () => !(await isFree()));
    // The browser lets no key answer a question that has only just appeared.
    await sleep(1_000);
  };

  await ask();
  // *Denegar* has the focus.
  await screen.hand('key', 'Return');
  await until('the question is gone', isFree);
  assert.deepEqual((await granted()).origins, []);
  assert.equal((await sdk(portal, 'status')).kind, 'extension_missing');

  await ask();
  await screen.hand('key', 'Tab', 'Return');
  await until('the question is gone', isFree);
  assert.deepEqual((await granted()).origins, [`${sandbox.portal}/*`]);
  await until('the worker finishes what the popup began', async () => (await sdk(portal, 'status')).ok?.connected === true);
});

test('Iniciar OAuth in the real popup: the permission is given inside the click, and the worker leads on', async (t) => {
  const { office, granted } = await headed(t);
  const { browser } = office;
  assert.equal((await granted()).permissions?.includes('identity'), false);
  const page = await office.portal();
  const popup = await browser.toolbar(page);
  await popup.click('#start-oauth');
  await office.consent();
  assert.equal((await granted()).permissions?.includes('identity'), true);
  const second = await browser.toolbar(page);
  await second.click('#sign-in-save');
  await until('the account shows', async () => String(await second.text('#who-account .account[data-state="ready"]')).includes(FACTURAS));
});
