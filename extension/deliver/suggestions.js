/** Recipients from the address book: those whom a person confirmed for this customer and kind of document, and nobody else. */

import { host } from '../shared/ask.js';
import { addresses, button } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */

/** Addresses that are offered; a customer with more has a page of its own. */
const OFFERED = 20;

/** Known addresses up to which the field starts with all of them; with more the person chooses. */
const FILLED = 5;

/**
 * The known addresses of the documents' receiver. A generic RFC stands for many customers and has none.
 * @param {string} company
 * @param {Pick<DocumentView, 'receiver_rfc' | 'kind'>[]} documents
 * @returns {Promise<string[]>}
 */
export async function knownRecipients(company, documents) {
  const [first] = documents;
  if (first === undefined || documents.some((one) => one.receiver_rfc !== first.receiver_rfc)) return [];
  const kinds = new Set(documents.map(({ kind }) => kind));
  /** @type {string[][]} */
  const lists = [];
  for (const kind of kinds) {
    const { contacts } = await host('contact.list', { company, receiver_rfc: first.receiver_rfc, kind, limit: OFFERED });
    lists.push(contacts.map(({ address }) => address));
  }
  const [some = [], ...others] = lists;
  // Whoever gets several documents is known for each kind of them.
  return [...new Set(some)].filter((address) => others.every((list) => list.includes(address)));
}

/**
 * What the field starts with.
 * @param {string[]} known
 * @returns {string[]}
 */
export function startsWith(known) {
  return known.length <= FILLED ? known : [];
}

/**
 * Says below the field who is known, and offers whoever is not among the recipients.
 * @param {string[]} known
 */
export function offerKnown(known) {
  const to = byId('to', HTMLInputElement);
  const fields = [to, byId('cc', HTMLInputElement), byId('bcc', HTMLInputElement)];
  const place = byId('to-known', HTMLElement);
  const render = () => {
    const chosen = new Set(fields.flatMap((field) => addresses(field)).map((one) => one.toLowerCase()));
    const rest = known.filter((one) => !chosen.has(one.toLowerCase()));
    replace(
      place,
      known.length > 0 && el('p', { class: 'quiet small' }, t(rest.length === 0 ? 'known_all_in' : 'known_offered')),
      rest.length > 0 && el('div', { class: 'row' }, ...rest.map((address, index) => button({ id: `known-${index}`, text: address, label: t('known_add', address), class: 'small' }, () => add(address)))),
    );
  };
  /** @param {string} address */
  const add = (address) => {
    to.value = [...addresses(to), address].join(', ');
    to.dispatchEvent(new Event('input', { bubbles: true }));
    to.focus();
  };
  for (const field of fields) on(field, 'input', render);
  render();
}
