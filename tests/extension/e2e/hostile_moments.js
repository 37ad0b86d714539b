/**
 * The answer belongs to the document that asked: pages that went away, came back, or stand beside it; and pages that ask
 * without end. (A browser with a driver loads no page ahead; that one is in the unit tests of gate and bridge.)
 */

import assert from 'node:assert/strict';

import { sdk } from './support/portal_page.js';
import { until } from './support/waiting.js';

/** @typedef {import('./hostile_places.js').Place} Place */
/** @typedef {import('./support/hostile_ground.js').Ground} Ground */
/** @typedef {import('playwright-core').Page} Page */

/**
 * A page asks, something happens while the person decides, and the person refuses.
 * @param {string} name
 * @param {(page: Page, ground: Ground) => Promise<Page>} meanwhile gives the page that must hear nothing of it
 * @param {string[]} [heard] where it may
 * @returns {Place}
 */
function meanwhile(name, meanwhile, heard = []) {
  return {
    name,
    heard,
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      await page.evaluate(`say('send', asked, 'asked')`);
      const question = await ground.office.deliverPage();
      await question.waitForSelector('#send:not([disabled])');
      const other = await meanwhile(page, ground);
      await question.click('#refuse');
      await question.waitForSelector('#refused');
      await question.close();
      const hasBridge = [ground.portal, ground.other].includes(await other.evaluate(() => location.origin));
      return ground.replies(other, heard.length, hasBridge);
    },
  };
}

/** @type {Place[]} */
export const MOMENTS = [
  meanwhile('the page that asked, and waits', async (page) => page, ['refused_by_person']),
  meanwhile('the page went on to a stranger', async (page, ground) => {
    await page.goto(`${ground.at('otro.example.mx')}/`);
    return page;
  }),
  meanwhile('the page went on within the portal', async (page, ground) => {
    await page.goto(`${ground.portal}/?otra`);
    return page;
  }),
  meanwhile('the page went on to another portal', async (page, ground) => {
    await page.goto(`${ground.other}/`);
    return page;
  }),
  meanwhile('the page was loaded again', async (page) => {
    await page.reload();
    return page;
  }),
  meanwhile('another tab of the portal', (_page, ground) => ground.visit(`${ground.portal}/`)),
  meanwhile('the page that asked changed its address without a load', async (page) => {
    await page.evaluate(() => history.pushState(null, '', '/otra'));
    return page;
  }, ['refused_by_person']),
  {
    name: 'a page that went away and came back as it was',
    heard: ['ok'],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      await page.evaluate(`window.mark = 'the same document'; say('send', asked, 'asked')`);
      const question = await ground.office.deliverPage();
      await question.waitForSelector('#send:not([disabled])');
      await page.goto(`${ground.at('otro.example.mx')}/`);
      await question.click('#refuse');
      await question.waitForSelector('#refused');
      await question.close();
      await page.goBack({ waitUntil: 'commit' });
      assert.equal(await page.evaluate(() => Reflect.get(window, 'mark')), 'the same document', 'the browser kept it');
      // What was decided while nobody saw the page is not told to it later; asking again tells.
      await page.evaluate(`say('status', {}, 'again')`);
      return ground.replies(page, 1, true);
    },
  },
];

/**
 * The notifications that were shown, by the worker's own record.
 * @param {Ground} ground
 */
export async function told(ground) {
  return (await ground.office.browser.worker()).evaluate(async () => ({ floods: (await chrome.storage.local.get('floods'))['floods'] ?? {}, shown: Object.keys(await chrome.notifications.getAll()) }));
}

/** @type {Place[]} */
export const FLOODS = [
  {
    name: 'a thousand questions at once: what is too much is refused, each with an answer',
    heard: ['portal_rate_limited'],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      await page.evaluate(`for (let turn = 0; turn < 1000; turn += 1) say('status', {}, 'c' + turn)`);
      /** @returns {Promise<string[]>} */
      const kinds = () => page.evaluate(() => /** @type {any} */ (window).heard.filter((/** @type {any} */ one) => one.reply).map((/** @type {any} */ { reply }) => reply.trouble?.kind ?? 'ok'));
      const all = await until('each is answered', async () => (await kinds()).length === 1000 && kinds());
      assert.ok(all.filter((kind) => kind === 'ok').length <= 240, 'no more than the limit');
      // The other portal is not made to wait for it.
      const other = await ground.office.browser.visit(`${ground.other}/`);
      assert.ok((await sdk(other, 'status')).ok !== undefined);
      const { floods, shown } = await told(ground);
      assert.deepEqual(Object.keys(floods), [ground.portal]);
      assert.equal(shown.length, 1, 'the person is told once');
      const options = await ground.office.browser.options('portals');
      await options.waitForSelector(`[data-origin="${ground.portal}"] [data-flooded]`);
      assert.equal(await options.locator(`[data-origin="${ground.other}"] [data-flooded]`).count(), 0);
      return [...new Set(all.filter((kind) => kind !== 'ok'))];
    },
  },
  {
    name: 'seventy requests after one another, and no second notice',
    heard: Array(10).fill('portal_rate_limited'),
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      const before = await told(ground);
      await page.evaluate(`for (let turn = 0; turn < 70; turn += 1) say('send', { ...asked, documents: [{ ...asked.documents[0], uuid: '00000000-0000-4000-8000-0000000000' + (10 + turn) }] })`);
      const replies = await ground.replies(page, 70, false);
      assert.deepEqual(await told(ground), before);
      // The host takes no more than some at once, and calls itself busy.
      return replies.filter((kind) => !['unknown_document', 'busy'].includes(kind));
    },
  },
  {
    name: 'more requests than may wait for a person',
    heard: ['portal_rate_limited', ...Array(50).fill('refused_by_person')],
    async act(ground) {
      const page = await ground.visit(`${ground.other}/`);
      await page.evaluate(`for (let turn = 0; turn < 51; turn += 1) say('send', { ...asked, to: ['p' + turn + '@b.mx'] })`);
      await until('one is refused', async () => (await ground.replies(page, 1, false)).length === 1);
      await until('fifty stand on a page', async () => (await ground.waiting(true)) === 50);
      const [question, ...more] = ground.questions;
      assert.equal(more.length, 0, 'all on one page');
      await question?.close();
      return (await ground.replies(page, 51, false)).sort();
    },
  },
];
