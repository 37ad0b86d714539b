/** One file of tokens: no other names a colour or a size of type, and its pairs can be read in both colour schemes. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const EXTENSION = new URL('../../../extension/', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, EXTENSION), 'utf8').replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, '');
/** @param {string} ending */
const files = (ending) => readdirSync(EXTENSION, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(ending));

const SHEETS = files('.css').filter((path) => path !== 'shared/tokens.css');
const TOKENS = read('shared/tokens.css');

/** Where the colours for more contrast begin; those that it does not name stay as they are. */
const MORE = TOKENS.indexOf('@media (prefers-contrast: more)');

/** Tokens of one colour scheme. @param {0 | 1} scheme light, dark @param {boolean} more contrast @returns {Map<string, string>} */
const colours = (scheme, more) => new Map([...TOKENS.slice(0, more ? undefined : MORE).matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);/g)].map((found) => [String(found[1]), String(found[2 + scheme])]));

/** Relative luminance (WCAG 2.2, "relative luminance"). @param {string} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} other */
function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['paper', 'surface', 'sunken'];
const WASHES = ['brand-wash', 'good-wash', 'warn-wash', 'bad-wash', 'info-wash'];
/** What stands as text on what. @type {[string[], string[]][]} */
const TEXT = [
  [['ink', 'quiet', 'brand', 'brand-strong'], [...GROUNDS, ...WASHES]],
  [['good', 'warn', 'bad', 'info'], GROUNDS],
  ...['good', 'warn', 'bad', 'info'].map((tone) => /** @type {[string[], string[]]} */ ([[tone], [`${tone}-wash`]])),
  [['on-brand'], ['brand', 'brand-strong']],
];
/** Borders of controls, the ring of the focus, marks of a state. @type {[string[], string[]][]} */
const SHAPES = [
  [['edge', 'focus', 'brand', 'good', 'warn', 'bad', 'info'], [...GROUNDS]],
  [['focus'], WASHES],
];

/** Name, scheme, more contrast, and the least contrast of text and of shapes. @type {[string, 0 | 1, boolean, number, number][]} */
const SCHEMES = [
  ['light', 0, false, 4.5, 3],
  ['dark', 1, false, 4.5, 3],
  ['light, more contrast', 0, true, 7, 4.5],
  ['dark, more contrast', 1, true, 7, 4.5],
];

for (const [name, scheme, more, text, shape] of SCHEMES) {
  const of = colours(scheme, more);
  /** @param {[string[], string[]][]} pairs @param {number} least */
  const faint = (pairs, least) =>
    pairs.flatMap(([fronts, backs]) => fronts.flatMap((front) => backs.map((back) => ({ front, back, ratio: contrast(of.get(front) ?? '', of.get(back) ?? '') }))))
      .filter(({ ratio }) => !(ratio >= least)).map(({ front, back, ratio }) => `${front} on ${back}: ${ratio.toFixed(2)}`);

  test(`${name}: text has a contrast of ${text} at least (WCAG 1.4.3, 1.4.6)`, () => assert.deepEqual(faint(TEXT, text), []));
  test(`${name}: what must be seen has one of ${shape} at least (WCAG 1.4.11)`, () => assert.deepEqual(faint(SHAPES, shape), []));
}

test('there are colours for more contrast', () => {
  assert.ok(MORE > 0);
  for (const scheme of /** @type {const} */ ([0, 1])) assert.notDeepEqual([...colours(scheme, true)], [...colours(scheme, false)]);
});

test('contrast is computed as WCAG does', () => {
  assert.equal(contrast('#000000', '#ffffff').toFixed(2), '21.00');
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
});

/** Colours by value or by name; the system's own, as high contrast needs them, and those that are inherited are none. */
const RAW = /#[0-9a-f]{3,8}\b(?!\s*[.{,:>])|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(|:[^;{]*(?<![\w-])(?:white|black|red|green|blue|gray|grey|silver|orange|yellow|navy|teal|purple)(?![\w-])[^;{]*;/i;

test('no other file names a colour', () => {
  const named = SHEETS.flatMap((path) => read(path).split('\n').filter((line) => RAW.test(line)).map((line) => `${path}: ${line.trim()}`));
  assert.deepEqual(named, []);
  for (const raw of ['color: #fff;', 'background: rgb(0 0 0 / 30%);', 'border: 1px solid red;', 'outline-color: #A1B2C3;']) assert.match(raw, RAW);
  for (const fine of ['#rows .red {', 'color: var(--bad);', 'border-color: currentColor;', 'border: 1px solid CanvasText;', 'white-space: nowrap;', '#add {']) assert.doesNotMatch(fine, RAW);
});

test('no other file names a size of type', () => {
  const sized = SHEETS.flatMap((path) => [...read(path).matchAll(/font(?:-size)?: ([^;]*);/g)].map(([, value]) => `${path}: ${value}`));
  assert.ok(sized.length > 10);
  assert.deepEqual(sized.filter((one) => !/: (?:inherit|var\(--text[\w-]*\)(?: \/ [\d.]+ var\(--\w+\))?|0\.\d+em)$/.test(one)), []);
});

test('every token that is used is there, and every one that is there is used', () => {
  const there = new Set([...TOKENS.matchAll(/^ {2}--([\w-]+):/gm)].map(([, name]) => name));
  const used = new Set(SHEETS.flatMap((path) => [...read(path).matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name)));
  assert.ok(there.size > 20);
  assert.deepEqual([...used].filter((name) => !there.has(name)), []);
  assert.deepEqual([...there].filter((name) => !used.has(name)), []);
});

/** Draws a mail in a frame of its own, with the styles that the mail will have. */
const LETTER = 'options/mail_frame.js';

test('every page takes the tokens first, and no page has a style of its own', () => {
  const pages = files('.html');
  assert.ok(pages.length > 6);
  for (const path of pages) {
    const sheets = [...read(path).matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href);
    assert.deepEqual(sheets.slice(0, 3), ['../shared/tokens.css', '../shared/style.css', '../shared/parts.css'], path);
    assert.doesNotMatch(read(path), /<style|\sstyle=/, path);
  }
  for (const path of files('.js').filter((one) => one !== LETTER)) assert.doesNotMatch(read(path), /\.style\b|\bstyle: (?!'(?:currency|unit|percent)')|setAttribute\('style'/, path);
});

test('high contrast is thought of wherever colour alone would say something', () => {
  for (const path of ['shared/style.css', 'shared/parts.css', 'shared/forms.css']) assert.match(read(path), /@media \(forced-colors: active\)/, path);
});
