/** Pages that are not connected, and portals inside somebody else's page, get nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';
import { request, sdk } from './support/portal_page.js';
import { until } from './support/waiting.js';
import { webSite } from './support/web_site.js';

test('only the connected origin itself gets an answer', async (t) => {
  const [connected, other] = [await webSite(t), await webSite(t, 'localhost')];
  const office = await desk(t, { account: FACTURAS, look: { portal: connected } });
  const { browser } = office;
  const page = await browser.visit(`${connected}/`);
  assert.equal((await sdk(page, 'status')).kind, 'extension_missing', 'before it is connected');
  await office.connect(page);
  assert.equal((await sdk(page, 'status')).ok?.ready, true, 'without a reload');

  const asked = request(office.sample(), office.customer(office.sample()));
  const stranger = await browser.visit(`${other}/`);
  for (const [verb, params] of /** @type {const} */ ([['status', undefined], ['send', asked], ['deliveryStatus', 'x'], ['cancel', 'x']])) {
    assert.equal((await sdk(stranger, verb, params)).kind, 'extension_missing', verb);
  }
  assert.equal(await stranger.evaluate(() => /** @type {any} */ (globalThis).chrome?.runtime?.sendMessage === undefined), true);

  for (const site of [other, connected]) {
    const outer = await browser.visit(`${site}/frame?of=${encodeURIComponent(`${connected}/`)}`);
    const frame = await until('the frame is there', () => outer.frames().find((one) => one !== outer.mainFrame() && one.url() === `${connected}/`));
    for (const [verb, params] of /** @type {const} */ ([['status', undefined], ['send', asked]])) {
      assert.equal((await sdk(frame, verb, params)).kind, 'extension_missing', `${verb} framed by ${site}`);
    }
  }
  assert.equal(browser.pages.some((one) => one.url().includes('/deliver/')), false);
  assert.deepEqual(await office.sandbox.messages(), []);
});

test('a portal that was disconnected gets nothing any more, and its open request ends', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  const portal = await office.portal();
  const page = await office.askFor(portal, office.sample());
  await office.looked(page);
  const options = await office.browser.options('portals');
  await options.click('button[data-origin]');
  await options.click('#dialog-accept');
  await options.waitForSelector('#portal-list > .card:not([data-origin])');
  await office.shows(portal, office.sample(), 'portal_not_connected');
  await until('the page is closed', () => page.isClosed());
  assert.equal((await sdk(portal, 'status')).kind, 'portal_not_connected', 'the old bridge answers no more than that');
  await portal.reload();
  assert.equal((await sdk(portal, 'status')).kind, 'extension_missing');
  assert.equal((await office.sandbox.counters()).accepted, 0);
});
