import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** @param {string} path inside extension/ */
const read = (path) => readFileSync(new URL(`../../../extension/${path}`, import.meta.url), 'utf8');

/** @type {Record<string, Record<string, { message: string, placeholders?: Record<string, { content: string }> }>>} */
const TEXTS = { es: JSON.parse(read('_locales/es/messages.json')), en: JSON.parse(read('_locales/en/messages.json')) };

/** @param {string} source @param {RegExp} type @param {RegExp} member */
function members(source, type, member) {
  const body = type.exec(source)?.[1] ?? '';
  const found = [...body.matchAll(member)].map(([, name]) => String(name));
  assert.ok(found.length > 10, `${type} was not found`);
  return found;
}

const KINDS = [
  ...members(read('shared/protocol.d.ts'), /type Kind = ([^;]*);/, /"(\w+)"/g),
  ...members(read('shared/surface.d.ts'), /type BrowserKind =([\s\S]*?);\s/, /\| '(\w+)'/g),
];

test('both languages have the same keys', () => {
  assert.deepEqual(Object.keys(TEXTS['es'] ?? {}).sort(), Object.keys(TEXTS['en'] ?? {}).sort());
});

for (const [language, texts] of Object.entries(TEXTS)) {
  test(`${language}: every failure says what happened and what to do next`, () => {
    const missing = KINDS.flatMap((kind) => [`err_${kind}`, `rec_${kind}`]).filter((key) => !/\S.*\.$/.test(texts[key]?.message ?? ''));
    assert.deepEqual(missing, []);
  });

  test(`${language}: every text is written, in a form that Chrome takes`, () => {
    for (const [key, { message, placeholders = {} }] of Object.entries(texts)) {
      assert.match(key, /^[A-Za-z0-9_@]+$/);
      assert.match(message, /\S/, key);
      for (const [, name = ''] of message.matchAll(/\$([A-Za-z_]\w*)\$/g)) assert.ok(name.toLowerCase() in placeholders, `${key}: ${name}`);
    }
  });
}

test('both languages fill in the same values', () => {
  /** @param {{ message: string } | undefined} text */
  const values = (text) => [...new Set(text?.message.match(/\$\d|\$[A-Za-z_]\w*\$/g))].sort();
  for (const key of Object.keys(TEXTS['es'] ?? {})) assert.deepEqual(values(TEXTS['es']?.[key]), values(TEXTS['en']?.[key]), key);
});
