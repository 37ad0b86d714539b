/** axe in a page of ours: in a world of its own beside the page's, so that the extension's content security policy stays as it ships. */

import fs from 'node:fs';
import { createRequire } from 'node:module';

/** @typedef {import('playwright-core').Page} Page */

const SOURCE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2, levels A and AA, with all that it took over from 2.0 and 2.1. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Every rule of WCAG 2.2 AA; axe leaves the size of targets out unless it is asked for. */
export const EVERY_RULE = { runOnly: { type: 'tag', values: WCAG }, rules: { 'target-size': { enabled: true } } };

/** What a colour scheme changes. */
export const COLOURS = { runOnly: { type: 'rule', values: ['color-contrast'] } };

/**
 * What breaks the rules as the page stands: rule, element, and what axe says about it.
 * @param {Page} page
 * @param {object} options of `axe.run`
 * @returns {Promise<string[]>}
 */
export async function violations(page, options) {
  const session = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
    await session.send('Runtime.evaluate', { contextId, expression: SOURCE });
    // A stylesheet of the page can be read as it is; asking for it again would need a connection that the policy forbids.
    const run = JSON.stringify({ ...options, resultTypes: ['violations'], preload: false, iframes: false });
    const expression = `axe.run(document, ${run}).then(({ violations, passes }) => ({ passes: passes.length, violations: violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target.join(' ') + ': ' + node.failureSummary)) }))`;
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { contextId, expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    if (result.value.passes === 0) throw new Error('axe found nothing that it could judge');
    return result.value.violations;
  } finally {
    await session.detach();
  }
}
