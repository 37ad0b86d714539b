/** The addresses of a customer, each with the kind of document that it is for. */

import { button, checkAddresses, left } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { day, kindName } from '../shared/format.js';
import { plural, t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').ContactView} ContactView */
/** @typedef {import('./changes.js').Line} Line */

/** Kinds of documents, the everyday ones first; empty is any. */
const KINDS = ['', 'I', 'P', 'E', 'N', 'T', 'R'];

/**
 * @typedef {object} Entry
 * @property {HTMLElement} item
 * @property {HTMLInputElement} address
 * @property {HTMLSelectElement} kind
 * @property {ContactView | null} was
 */

/** @returns {{ fill: (contacts: ContactView[]) => void, lines: () => Line[], check: () => boolean }} */
export function addressLines() {
  const list = byId('addresses', HTMLElement);
  const add = byId('address-add', HTMLButtonElement);
  /** @type {Entry[]} */
  let entries = [];
  let number = 0;

  /** @param {ContactView | null} was */
  function append(was) {
    number += 1;
    const fresh = entry(`address-${number}`, was, (gone) => {
      const at = entries.indexOf(gone);
      entries = entries.filter((one) => one !== gone);
      gone.item.remove();
      // The next line, or the button where none is left: the focus must not fall off the page.
      (entries[Math.min(at, entries.length - 1)]?.address ?? add).focus();
    });
    entries.push(fresh);
    list.append(fresh.item);
    return fresh;
  }

  on(add, 'click', () => append(null).address.focus());

  return {
    fill(contacts) {
      entries = [];
      replace(list);
      for (const contact of contacts) append(contact);
      if (contacts.length === 0) append(null);
    },
    lines: () => entries.map(({ address, kind, was }) => ({ address: address.value, kind: kind.value, was })),
    check() {
      const wrong = entries.filter(({ address }) => !checkAddresses(address));
      wrong[0]?.address.focus();
      return wrong.length === 0;
    },
  };
}

/**
 * @param {string} id
 * @param {ContactView | null} was
 * @param {(gone: Entry) => void} removed
 * @returns {Entry}
 */
function entry(id, was, removed) {
  const address = el('input', { id, type: 'email', autocomplete: 'off', spellcheck: 'false', value: was?.address, 'aria-describedby': `${id}-error ${id}-known` });
  const kind = el('select', { id: `${id}-kind` }, ...KINDS.map((letter) => el('option', { value: letter, selected: letter === (was?.kind ?? '') }, letter === '' ? t('kind_any') : kindName(letter))));
  const remove = button({ id: `${id}-remove`, text: t('remove'), label: t('remove_of', was?.address ?? t('customer_address')), class: 'small' }, () => removed(made));
  const item = el(
    'li',
    { class: 'address' },
    el('div', { class: 'field' }, el('label', { for: id, class: 'small' }, t('customer_address')), address),
    el('div', { class: 'field' }, el('label', { for: `${id}-kind`, class: 'small' }, t('customer_kind')), kind),
    remove,
    el('span', { id: `${id}-error`, class: 'error small', 'aria-live': 'polite' }),
    el('span', { id: `${id}-known`, class: 'quiet small' }, was !== null && known(was)),
  );
  const made = { item, address, kind, was };
  left(address, () => void (item.isConnected && checkAddresses(address)));
  return made;
}

/** @param {ContactView} contact */
function known({ confirmed_at: at, confirmations, source }) {
  if (source === 'entry') return t('contact_written', day(at));
  return plural('contact_confirmed', confirmations, day(at));
}
