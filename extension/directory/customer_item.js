/** A customer in the list. */

import { badge } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { plural, t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').CustomerView} CustomerView */

/**
 * @param {CustomerView} customer
 * @returns {HTMLElement}
 */
export function customerItem(customer) {
  const { receiver_rfc: rfc, name, form, grouping, extras } = customer;
  const marks = [form === 'zip' && badge('plain', t('mark_zip')), grouping === 'single' && badge('plain', t('mark_single')), extras && badge('plain', t('extras_short'))].filter((mark) => mark !== false);
  return el(
    'li',
    {},
    el(
      'a',
      { href: `#rfc/${rfc}`, class: 'customer', 'data-rfc': rfc },
      el('span', { class: 'strong break' }, name === '' ? t('customer_unnamed') : name),
      el('span', { class: 'mono small quiet' }, rfc),
      el('span', { class: 'small break' }, addresses(customer)),
      el('span', { class: 'row marks' }, ...marks),
    ),
  );
}

/**
 * The first addresses, and how many more there are.
 * @param {CustomerView} customer
 * @returns {string}
 */
function addresses({ addresses: first, address_count: count }) {
  if (count === 0) return t('customer_no_address');
  const shown = first.join(', ');
  return count > first.length ? `${shown} ${plural('customer_more', count - first.length)}` : shown;
}
