import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { COLUMNS, nameOf, resultName, SAMPLE } from '../../../extension/batch/csv.js';
import { companions, isRed, RowSource } from '../../../extension/batch/row_source.js';
import { counts, finished, LOOK_EVERY, LOOK_SELDOM, milestone, moved, nextLook, tone } from '../../../extension/batch/standing.js';
import { decode } from '../../../extension/shared/text_file.js';
import { batch, row } from './health_samples.js';

test('a file is read as it was written: UTF-8 with and without its mark, UTF-16, Windows-1252', () => {
  const text = 'to\r\nñandú@cliente.example\r\n';
  const utf8 = new TextEncoder().encode(text);
  assert.equal(decode(utf8), text);
  assert.equal(decode(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8])), text);
  assert.equal(decode(new Uint8Array([0xff, 0xfe, ...Buffer.from(text, 'utf16le')])), text);
  assert.equal(decode(new Uint8Array(Buffer.from(text, 'latin1'))), text);
});

test('whatever text is saved as UTF-8 comes back', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decode(new TextEncoder().encode(`uuid,${text}`)) === `uuid,${text}`));
});

test('a batch is called like its file, within the host\'s limit', () => {
  assert.equal(nameOf('Noviembre 2026.v2.csv'), 'Noviembre 2026.v2');
  assert.equal(nameOf('.csv'), undefined);
  assert.equal(nameOf(`${'🧾'.repeat(120)}.csv`), '🧾'.repeat(100));
});

test('the result has a name that every system takes', () => {
  assert.equal(resultName('Nómina: 1/2 <x>', 'resultado'), 'Nómina- 1-2 -x-resultado.csv');
  assert.equal(resultName('..', 'result'), 'result.csv');
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => !/[<>:"/\\|?*\p{Cc}]|^\./u.test(resultName(name, 'r'))));
});

test('the sample has the columns that the page teaches', () => {
  const [header, ...rows] = SAMPLE.split('\r\n');
  assert.equal(header, COLUMNS.join(','));
  assert.deepEqual(rows.filter((line) => line !== '').map((line) => line.split(',').length), [5, 5]);
});

/** A host with rows, pages of two. @param {import('../../../extension/shared/protocol.d.ts').BatchRowView[]} rows */
function pages(rows) {
  /** @type {string[]} */ const asked = [];
  const ask = async (/** @type {import('../../../extension/shared/protocol.d.ts').BatchRowFilter} */ show, /** @type {number | undefined} */ after = 0) => {
    asked.push(`${show} ${after}`);
    const left = rows.filter((each) => each.row > after && (show === 'all' || (show === 'new_recipients' ? each.new_recipients > 0 : isRed(each) || each.reasons.length > 0)));
    return { rows: left.slice(0, 2), next: left.length > 2 ? (left[1]?.row ?? null) : null };
  };
  return { ask, asked };
}

const ROWS = [row({ row: 1 }), row({ row: 2, reasons: ['pdf_missing'] }), row({ row: 3, failure: 'wrong_receiver' }), row({ row: 4 }), row({ row: 5, failure: 'unknown_document' }), row({ row: 6 })];
/** @param {RowSource} source */
const numbers = (source) => source.rows.map((each) => each.row);

test('red rows come first, each row once, page by page', async () => {
  const { ask } = pages(ROWS);
  const source = new RowSource('all', ask);
  await source.more();
  assert.deepEqual(numbers(source), [3, 2]);
  await source.more();
  assert.deepEqual(numbers(source), [3, 2, 5]);
  while (!source.ended) await source.more();
  assert.deepEqual(numbers(source), [3, 2, 5, 1, 4, 6]);
});

test('rows with a new recipient come after the red ones, and alone where the person asks for them', async () => {
  const rows = [...ROWS, row({ row: 7, new_recipients: 2 })];
  const source = new RowSource('all', pages(rows).ask);
  while (!source.ended) await source.more();
  assert.deepEqual(numbers(source), [3, 2, 5, 7, 1, 4, 6]);
  const { ask, asked } = pages(rows);
  const alone = new RowSource('new_recipients', ask);
  while (!alone.ended) await alone.more();
  assert.deepEqual([numbers(alone), asked], [[7], ['new_recipients 0']]);
});

test('only the problems, where the person asks for them', async () => {
  const { ask, asked } = pages(ROWS);
  const source = new RowSource('problems', ask);
  while (!source.ended) await source.more();
  assert.deepEqual(numbers(source), [3, 2, 5]);
  assert.deepEqual(asked, ['problems 0', 'problems 3']);
});

test('a list without problems begins with its first row; an empty one ends', async () => {
  const source = new RowSource('all', pages([row({ row: 1 })]).ask);
  await source.more();
  assert.deepEqual(numbers(source), [1]);
  const empty = new RowSource('problems', pages([]).ask);
  await empty.more();
  assert.deepEqual([empty.rows, empty.ended], [[], true]);
});

test('every row is given exactly once, whatever the host has', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ bad: fc.boolean(), warned: fc.boolean() }), { maxLength: 30 }), async (kinds) => {
    const rows = kinds.map(({ bad, warned }, index) => row({ row: index + 1, failure: bad ? 'wrong_company' : null, reasons: warned ? ['x'] : [] }));
    const source = new RowSource('all', pages(rows).ask);
    while (!source.ended) await source.more();
    assert.deepEqual([...numbers(source)].sort((a, b) => a - b), rows.map((each) => each.row));
    const problems = rows.filter((each) => isRed(each) || each.reasons.length > 0).length;
    assert.ok(source.rows.slice(0, problems).every((each) => isRed(each) || each.reasons.length > 0));
  }));
});

test('rows of one message know each other', () => {
  const rows = [row({ row: 7, message: 2 }), row({ row: 1, message: 1 }), row({ row: 3, message: 2 }), row({ row: 4 }), row({ row: 5, message: 2 })];
  assert.deepEqual([...companions(rows)], [[7, [3, 5]], [1, []], [3, [5, 7]], [4, []], [5, [3, 7]]]);
});

test('counts, progress and tone follow the state', () => {
  assert.deepEqual(counts(batch({ state: 'checked' })).map(([name]) => name), ['rows', 'messages', 'refused', 'warned', 'new_recipients']);
  assert.deepEqual(counts(batch()).map(([name, count]) => `${name} ${count}`), ['messages 8', 'sent 3', 'under_way 5', 'need_person 0', 'failed 0', 'refused 3']);
  assert.equal(finished(batch()), 3);
  assert.equal(finished(batch({ messages: 1 })), 0);
  assert.equal(finished(batch({ state: 'cancelled', under_way: 0, sent: 2 })), 2);
  assert.deepEqual([tone(batch()), tone(batch({ state: 'done' })), tone(batch({ state: 'done', need_person: 1 }))], ['info', 'good', 'warn']);
});

test('the page asks again only while something can change by itself', () => {
  assert.equal(nextLook(batch()), LOOK_EVERY);
  assert.equal(nextLook(batch({ continues_at: '2026-11-23T10:00:00Z' })), LOOK_SELDOM);
  assert.equal(nextLook(batch({ state: 'paused' })), LOOK_SELDOM);
  assert.equal(nextLook(batch({ under_way: 0, need_person: 1 })), LOOK_SELDOM);
  assert.equal(nextLook(batch({ state: 'cancelled', under_way: 1 })), LOOK_EVERY);
  for (const state of /** @type {const} */ (['checked', 'cancelled', 'done'])) assert.equal(nextLook(batch({ state, under_way: 0 })), null);
});

test('what is read out changes with every tenth, not with every message', () => {
  const at = (/** @type {number} */ under_way) => milestone(batch({ messages: 1000, under_way }));
  assert.equal(at(1000), at(901));
  assert.notEqual(at(901), at(900));
  assert.notEqual(milestone(batch()), milestone(batch({ state: 'paused' })));
  assert.equal(moved(batch(), batch({ seconds_left: 1 })), false);
  assert.equal(moved(batch(), batch({ sent: 4 })), true);
});
