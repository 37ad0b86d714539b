import assert from 'node:assert/strict';
import { test } from 'node:test';

import { installChrome } from './chrome_fake.js';

const chrome = installChrome();
chrome.i18n.getMessage = (/** @type {string} */ key, /** @type {string[]} */ values = []) => (key === 'locale_tag' ? 'es-MX' : [key, ...values].join(' '));
const { continues, duration } = await import('../../../extension/shared/format.js');

test('a length of time is said in the units that matter', () => {
  const said = [0, 1, 59, 60, 89, 600, 3_599, 3_600, 5_400, 86_399, 86_400, 90_000, 700_000].map(duration);
  assert.deepEqual(said, [
    '1 segundo', '1 segundo', '59 segundos', '1 minuto', '1 minuto', '10 minutos', '1 hora', '1 hora', '1 hora y 30 minutos', '1 día', '1 día', '1 día y 1 hora', '8 días y 2 horas',
  ]);
});

test('what goes on today is said by the clock alone, what goes on later with its day', () => {
  const today = new Date();
  today.setHours(14, 20, 0, 0);
  assert.equal(continues(today.toISOString()), 'continues_at 14:20');
  const later = new Date(today.getTime() + 3 * 86_400_000);
  assert.match(continues(later.toISOString()), /^continues_on .*\d/);
});
