/** What is said about a file that cannot be sent. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { installChrome } from './chrome_fake.js';

/** The answer that the host's own tests wrote. */
const GOLDEN = JSON.parse(fs.readFileSync(new URL('../../fixtures/protocol/library.problems.json', import.meta.url), 'utf8')).answer.result;
const TEXTS = JSON.parse(fs.readFileSync(new URL('../../../extension/_locales/es/messages.json', import.meta.url), 'utf8'));

const chrome = installChrome();
chrome.i18n.getMessage = (/** @type {string} */ key, /** @type {string[]} */ values = []) =>
  (TEXTS[key]?.message ?? '').replace(/\$(\d)/g, (/** @type {string} */ _, /** @type {string} */ at) => values[Number(at) - 1] ?? '');
// The texts ask the browser while the module is loaded.
const { problemWords } = await import('../../../extension/options/problem_words.js');

/** @param {Partial<import('../../../extension/shared/protocol.d.ts').ProblemView>} given */
const words = (given) => problemWords({ path: '/x/a.xml', reasons: ['no_timbre'], waiting: false, uuid: null, rivals: [], ...given });

test('a refused file and a conflict are told apart, each with its next step', () => {
  const [refused, conflict] = GOLDEN.problems.map(problemWords);
  assert.deepEqual([refused.name, refused.folder, refused.tone, refused.badge], ['A124.xml', '/home/ana/almacén', 'bad', 'no se envía']);
  assert.match(refused.reasons[0], /no está timbrado.*Timbre el documento/);
  assert.equal(conflict.badge, 'en conflicto');
  assert.match(conflict.reasons[0], /mismo folio fiscal/);
});

test('a file that is still being written is waited for and not called bad', () => {
  const { tone, badge } = words({ waiting: true, reasons: ['still_writing'] });
  assert.deepEqual([tone, badge], ['warn', 'en espera']);
});

test('paths of every system are cut into folder and name', () => {
  assert.deepEqual([words({ path: 'C:\\XML_SDK\\A1.xml' }).folder, words({ path: 'C:\\XML_SDK\\A1.xml' }).name], ['C:\\XML_SDK', 'A1.xml']);
  assert.deepEqual([words({ path: '\\\\servidor\\facturas\\A1.xml' }).folder, words({ path: 'A1.xml' }).folder], ['\\\\servidor\\facturas', '']);
});

test('a reason that only a newer host knows is named by its code', () => {
  assert.deepEqual(words({ reasons: ['of_tomorrow'] }).reasons, ['Otro motivo: of_tomorrow. Actualice la extensión para leer la explicación.']);
});
