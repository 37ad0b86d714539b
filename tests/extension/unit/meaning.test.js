/** *¿Qué significa esto?*: every failure has a topic, and every topic its text in both languages. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { TOPICS } from '../../../extension/shared/topics.js';

const ROOT = new URL('../../../', import.meta.url);
/** @param {string} locale @returns {Record<string, { message: string }>} */
const texts = (locale) => JSON.parse(readFileSync(new URL(`extension/_locales/${locale}/messages.json`, ROOT), 'utf8'));

/** Characters; less explains nothing, more is not read. */
const SHORTEST = 120;
const LONGEST = 320;

for (const locale of ['es', 'en']) {
  test(`every failure has what happened, what to do and what it means: ${locale}`, () => {
    const all = texts(locale);
    const kinds = Object.keys(all).filter((key) => key.startsWith('err_')).map((key) => key.slice('err_'.length));
    assert.ok(kinds.length > 150);
    assert.deepEqual(kinds.filter((kind) => !(kind in TOPICS)), [], 'a topic');
    assert.deepEqual(Object.keys(TOPICS).filter((kind) => all[`rec_${kind}`] === undefined), [], 'what to do');
    const meanings = [...new Set(Object.values(TOPICS))].map((topic) => [topic, all[`means_${topic}`]?.message ?? '']);
    assert.deepEqual(meanings.filter(([, text]) => String(text).length < SHORTEST || String(text).length > LONGEST), []);
    assert.equal(new Set(meanings.map(([, text]) => text)).size, meanings.length);
    assert.deepEqual(Object.keys(all).filter((key) => key.startsWith('means_') && !meanings.some(([topic]) => key === `means_${topic}`)), [], 'no text that nobody shows');
  });
}
