/** What a person wrote about a customer's addresses. Pure. */

/** @typedef {import('../shared/protocol.d.ts').ContactView} ContactView */
/** @typedef {import('../shared/protocol.d.ts').CustomerContact} CustomerContact */

/**
 * One line of the form.
 * @typedef {object} Line
 * @property {string} address as it stands in the field
 * @property {string} kind letter of the kind of document; empty for any
 * @property {ContactView | null} was what it was opened with
 */

/**
 * What has to be removed and added so that the lines are what is known. What other windows learned meanwhile is on no line, and stays.
 * @param {Line[]} lines that are there now
 * @param {ContactView[]} before what the form was opened with
 * @returns {{ remove: CustomerContact[], add: CustomerContact[] }}
 */
export function changes(lines, before) {
  const now = lines.filter(({ address }) => address.trim() !== '').map(({ address, kind }) => ({ address: address.trim(), kind }));
  const wanted = new Set(now.map(place));
  const there = new Map(before.map((one) => [place({ address: one.address, kind: one.kind ?? '' }), one.address]));
  const remove = before.filter((one) => !wanted.has(place({ address: one.address, kind: one.kind ?? '' }))).map(({ address, kind }) => contact(address, kind ?? ''));
  const add = new Map(now.filter((one) => there.get(place(one)) !== one.address).map((one) => [place(one), contact(one.address, one.kind)]));
  return { remove, add: [...add.values()] };
}

/**
 * Two spellings of one mailbox are the same.
 * @param {{ address: string, kind: string }} one
 */
function place({ address, kind }) {
  return `${address.toLowerCase()} ${kind}`;
}

/**
 * @param {string} address
 * @param {string} kind
 * @returns {CustomerContact}
 */
function contact(address, kind) {
  return { address, ...(kind !== '' && { kind }) };
}

/**
 * The addresses that a person wrote into one field.
 * @param {string} text
 * @returns {string[]}
 */
export function addressesIn(text) {
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}
