/** The search that ends every journey of this suite does find a secret, in either store. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';

for (const area of /** @type {const} */ (['local', 'session'])) {
  test(`a token in storage.${area} ends the journey`, async (t) => {
    const { browser } = await desk(t, { samples: 1 });
    const page = await browser.options('about');
    await page.evaluate(async (into) => chrome.storage[into].set({ planted: { deep: ['1//sandbox-plantado'] } }), area);
    await assert.rejects(browser.close(), /1\/\/sandbox- stands in the extension's storage/);
  });
}
