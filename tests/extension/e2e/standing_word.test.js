/** *Enviar sin preguntar*: given for one company with a limit, seen and taken back in the settings; everything else still asks. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';
import { request, sdk } from './support/portal_page.js';
import { until } from './support/waiting.js';

/** @param {import('playwright-core').Page} page @param {string} name */
async function picture(page, name) {
  for (const [width, size] of Object.entries({ narrow: 320, wide: 1280 })) {
    await page.setViewportSize({ width: size, height: 800 });
    await page.screenshot({ path: path.join(OUT, 'screenshots', `${name}-es-${width}.png`), fullPage: true });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(beyond, 0, `${name} ${width}`);
  }
}

test('what the person allowed leaves without a page, up to the limit, and is taken back by one click', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true, samples: 6 });
  const { browser, rfc, sandbox } = office;
  const portal = await office.portal();
  await office.know([0, 1, 2, 3]);
  const options = await browser.options('portals');
  await options.click('[data-rules] summary');
  await picture(options, 'options-rule-offered');
  await options.fill(`[data-offer="${rfc}"] input`, '2');
  await options.click(`[data-offer="${rfc}"] button`);
  assert.match(await options.innerText('dialog'), /hasta 2 mensajes en 24 horas/);
  assert.equal(await options.evaluate(() => document.activeElement?.id), 'dialog-cancel', 'the safe answer has the focus');
  await options.click('#dialog-accept');
  await options.waitForSelector(`[data-rule="${rfc}"]`);

  const ask = (/** @type {number} */ index) => sdk(portal, 'send', request(office.sample(index), office.customer(office.sample(index)), `pedido-${index}`));
  const pages = () => browser.pages.filter((one) => one.url().includes('/deliver/')).length;
  const first = await ask(0);
  assert.match(first.ok?.delivery ?? '', /^[0-9a-f-]{36}$/, JSON.stringify(first));
  assert.equal((await ask(0)).ok?.delivery, first.ok?.delivery, 'the same key');
  await sandbox.arrived(1);
  assert.equal(pages(), 0);
  const history = await browser.open(`history/history.html#${first.ok?.delivery}`);
  await until('the history says so', async () => /sin preguntar/.test(await history.innerText('main')));

  const strange = ask(4);
  const page = await office.deliverPage();
  await page.waitForSelector('[data-check]');
  await page.close();
  assert.equal((await strange).kind, 'refused_by_person', 'a new recipient always has its page');

  assert.match((await ask(1)).ok?.delivery ?? '', /./);
  const over = ask(2);
  const again = await office.deliverPage();
  await office.confirm(again);
  assert.match((await over).ok?.delivery ?? '', /./, 'over the limit a person may still say yes');
  await again.close();

  await options.reload();
  await until('the count is shown', async () => /van 2/.test(await options.innerText(`[data-rule="${rfc}"]`)));
  await picture(options, 'options-rule-given');
  await options.click(`[data-rule="${rfc}"] button`);
  await options.waitForSelector(`[data-offer="${rfc}"] button`, { state: 'attached' });
  const last = ask(3);
  const asked = await office.deliverPage();
  await asked.close();
  assert.equal((await last).kind, 'refused_by_person');
  assert.equal((await sandbox.arrived(3)).length, 3);
});
