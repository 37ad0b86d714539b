/**
 * A hostile script on a page of a connected portal: what it hears, to the last word. After each page nobody was asked,
 * nothing waits and nothing was queued; after each group an honest request goes its whole way.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GROUPS } from './hostile_messages.js';
import { FLOODS, MOMENTS } from './hostile_moments.js';
import { PLACES } from './hostile_places.js';
import { Ground } from './support/hostile_ground.js';
import { neighbour } from './support/neighbour.js';

test('messages of a hostile script on a connected portal', async (t) => {
  const ground = await Ground.open(t);
  for (const [group, cases] of Object.entries(GROUPS)) {
    await t.test(group, async (g) => {
      for (const { name, script, heard, at = '/' } of cases) {
        await g.test(`${name}: ${heard.length === 0 ? 'silence' : [...new Set(heard)].join(', ')}`, async () => {
          const page = await ground.visit(`${ground.portal}${at}`);
          await page.evaluate(`(async () => { ${script} })()`);
          assert.deepEqual((await ground.replies(page, heard.length, heard.length > 0)).sort(), [...heard].sort());
          await ground.nothingHappened();
          await page.close();
          await ground.stillWorks();
        });
      }
      await ground.clear();
      await ground.honestDelivery();
    });
  }
});

test('who is not a page of a connected portal', async (t) => {
  const { folder, page: neighbours } = neighbour(t);
  const ground = await Ground.open(t, { neighbours: [folder] });
  ground.neighbour = neighbours;
  await ground.honestDelivery();
  for (const [group, places] of Object.entries(PLACES)) {
    await t.test(group, async (g) => {
      await act(g, ground, places);
      await ground.clear();
      await ground.honestDelivery();
    });
  }
});

test('moments between question and answer, and floods', async (t) => {
  const ground = await Ground.open(t, { goesBack: true });
  await ground.honestDelivery();
  await t.test('moments', (g) => act(g, ground, MOMENTS));
  await ground.clear();
  await t.test('floods', async (g) => {
    for (const flood of FLOODS) {
      await act(g, ground, [flood], { worksAtOnce: false });
      // A minute passes.
      await ground.clear();
      await ground.stillWorks();
    }
  });
  await ground.honestDelivery();
});

/**
 * @param {import('node:test').TestContext} t
 * @param {Ground} ground
 * @param {import('./hostile_places.js').Place[]} places
 * @param {{ worksAtOnce?: boolean }} [after]
 */
async function act(t, ground, places, { worksAtOnce = true } = {}) {
  for (const { name, act: doIt, heard } of places) {
    await t.test(`${name}: ${heard.length === 0 ? 'silence' : [...new Set(heard)].join(', ')}`, async () => {
      const before = new Set(ground.office.browser.pages);
      assert.deepEqual(await doIt(ground), heard);
      await ground.nothingHappened();
      for (const page of ground.office.browser.pages) if (!before.has(page)) await page.close();
      if (worksAtOnce) await ground.stillWorks();
    });
  }
}
