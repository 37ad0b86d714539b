import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ENOUGH, FAR, farOnes, outliersFirst, sum, sums } from '../../../extension/deliver/figures.js';

/** @param {string[]} totals @param {{ receiver?: string, currency?: string }} [of] */
const amounts = (totals, { receiver = 'R', currency = 'MXN' } = {}) => totals.map((total, index) => ({ id: `${receiver}${currency}${index}`, receiver, currency, total }));

test('sums are exact to the last place, as the XML writes them', () => {
  assert.equal(sum([]), '0.00');
  assert.equal(sum(['0.10', '0.20']), '0.30');
  assert.equal(sum(['9007199254740993.01', '0.01']), '9007199254740993.02');
  assert.equal(sum(['1', '2.5', '0.000001']), '3.500001');
  assert.equal(sum(['5.00', '-5.01']), '-0.01');
  assert.equal(sum(['1.00', 'no es un número', '']), '1.00');
  const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
  const text = (/** @type {number} */ value) => `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
  fc.assert(fc.property(fc.array(cents, { maxLength: 50 }), (values) => sum(values.map(text)) === text(values.reduce((a, b) => a + b, 0))));
});

test('each currency has its own sum', () => {
  const all = [...amounts(['1.00', '2.00']), ...amounts(['3.00'], { currency: 'USD' })];
  assert.deepEqual(sums(all), [{ currency: 'MXN', total: '3.00' }, { currency: 'USD', total: '3.00' }]);
});

test('far is what is many times the median of its customer, or of the list, in its own currency', () => {
  assert.deepEqual([...farOnes(amounts(['100', '110', '90', '1000']))], ['RMXN3']);
  assert.deepEqual([...farOnes(amounts(['100', '110', '90', '10']))], ['RMXN3'], 'too small is as odd');
  assert.deepEqual([...farOnes(amounts(['100', '110', '1000']))], [], `of fewer than ${ENOUGH} nobody can say`);
  assert.deepEqual([...farOnes(amounts(['100', '110', '90', String(100 * FAR)]))], [], 'not yet');
  assert.deepEqual([...farOnes([...amounts(['100', '110', '90', '105']), ...amounts(['1'], { currency: 'USD' })])], []);
  const large = amounts(['5000', '5100', '4900', '5050'], { receiver: 'GRANDE' });
  const small = amounts(['10', '11', '9', '10', '12', '10', '9'], { receiver: 'CHICO' });
  assert.deepEqual([...farOnes([...large, ...small])], [], 'each customer is measured by itself');
  const first = amounts(['5000'], { receiver: 'NUEVO' });
  assert.deepEqual([...farOnes([...first, ...small])], ['NUEVOMXN0'], 'one without a past by the whole list');
  assert.deepEqual([...farOnes(amounts(['0', '0', '0', '0', '7']))], [], 'nothing is many times nothing');
});

test('what needs a look comes first, the weightiest before the others, and equals stay as they came', () => {
  const items = [
    { id: 'a', marks: /** @type {const} */ ([]) },
    { id: 'b', marks: /** @type {const} */ (['far']) },
    { id: 'c', marks: /** @type {const} */ (['new']) },
    { id: 'd', marks: /** @type {const} */ (['far', 'warn', 'differs']) },
    { id: 'e', marks: /** @type {const} */ (['new', 'far']) },
    { id: 'f', marks: /** @type {const} */ ([]) },
    { id: 'g', marks: /** @type {const} */ (['trouble']) },
  ];
  assert.deepEqual(outliersFirst(items, ({ marks }) => [...marks]).map(({ id }) => id), ['g', 'e', 'c', 'd', 'b', 'a', 'f']);
});
