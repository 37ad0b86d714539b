import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { addressesIn, changes } from '../../../extension/directory/changes.js';

/** @typedef {import('../../../extension/shared/protocol.d.ts').ContactView} ContactView */

/** @param {string} address @param {string | null} [kind] @returns {ContactView} */
function known(address, kind = null) {
  return { company: 'EJE010101AA0', receiver_rfc: 'CLI020202BB1', address, kind, confirmed_at: '2026-11-23T12:00:00Z', confirmations: 1, source: 'entry' };
}

/** @param {string} address @param {string} [kind] @param {ContactView | null} [was] */
const line = (address, kind = '', was = null) => ({ address, kind, was });

test('what nobody touched is neither removed nor added', () => {
  const before = [known('ana@x.example'), known('luis@x.example', 'P')];
  const lines = before.map((one) => line(one.address, one.kind ?? '', one));
  assert.deepEqual(changes(lines, before), { remove: [], add: [] });
  assert.deepEqual(changes([...lines, line('  ')], before), { remove: [], add: [] }, 'an empty line says nothing');
});

test('a corrected address, another kind and a line that is gone', () => {
  const before = [known('ana@x.example'), known('luis@x.example', 'P'), known('eva@x.example')];
  const lines = [line('ana.perez@x.example', '', before[0]), line('luis@x.example', '', before[1]), line('nueva@x.example', 'I')];
  assert.deepEqual(changes(lines, before), {
    remove: [{ address: 'ana@x.example' }, { address: 'luis@x.example', kind: 'P' }, { address: 'eva@x.example' }],
    add: [{ address: 'ana.perez@x.example' }, { address: 'luis@x.example' }, { address: 'nueva@x.example', kind: 'I' }],
  });
});

test('another spelling is written anew and nothing is removed, because it is the same mailbox', () => {
  const before = [known('ana@x.example')];
  assert.deepEqual(changes([line('Ana@x.example', '', before[0])], before), { remove: [], add: [{ address: 'Ana@x.example' }] });
});

test('whatever is changed, afterwards exactly the lines are known', () => {
  const one = fc.record({ address: fc.constantFrom('a@x.example', 'b@x.example', 'B@x.example', 'c@x.example', ' '), kind: fc.constantFrom('', 'I', 'P') });
  const place = (/** @type {{ address: string, kind?: string | null }} */ { address, kind }) => `${address.trim().toLowerCase()} ${kind ?? ''}`;
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: place }), fc.array(one), (was, now) => {
      const before = was.filter(({ address }) => address !== ' ').map(({ address, kind }) => known(address, kind === '' ? null : kind));
      const { remove, add } = changes(now.map(({ address, kind }) => line(address, kind)), before);
      const after = new Set(before.map(place));
      for (const gone of remove) assert.ok(after.delete(place(gone)), 'it was there');
      for (const come of add) after.add(place(come));
      assert.deepEqual([...after].sort(), [...new Set(now.filter(({ address }) => address !== ' ').map(place))].sort());
    }),
  );
});

test('a field holds several addresses, however they are separated', () => {
  assert.deepEqual(addressesIn(' a@x.example; b@x.example,\tc@x.example '), ['a@x.example', 'b@x.example', 'c@x.example']);
  assert.deepEqual(addressesIn(' ; '), []);
});
