/** One CFDI as the host read it from its XML, and beside it what a portal said about it. */

import { badge } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { folioOf, kindName, moment, money } from '../shared/format.js';
import { plural, t } from '../shared/i18n.js';
import { reasonText } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/protocol.d.ts').DocumentParam} DocumentParam */

/** @type {Record<import('../shared/protocol.d.ts').Verdict, string>} */
const TONES = { accept: 'good', warn: 'warn', refuse: 'bad' };

/**
 * @param {DocumentView} document
 * @param {HTMLElement | null} comparison
 * @param {HTMLElement | null} [print] the choice of a PDF made by us
 * @returns {HTMLElement}
 */
export function documentCard(document, comparison, print = null) {
  return el(
    'article',
    { class: 'document', 'data-uuid': document.uuid },
    el(
      'div',
      { class: 'row apart' },
      el('h3', { class: 'break' }, `${kindName(document.kind)} ${folioOf(document)}`),
      badge(TONES[document.verdict], t(`verdict_${document.verdict}`)),
    ),
    el('p', { class: 'amount number' }, money(document.total, document.currency)),
    el(
      'dl',
      { class: 'facts' },
      ...fact('receiver', document.receiver_name, document.receiver_rfc),
      ...fact('issuer', document.issuer_name, document.issuer_rfc),
      el('dt', {}, t('uuid')),
      el('dd', { class: 'mono' }, document.uuid),
      el('dt', {}, t('date')),
      el('dd', {}, moment(document.date)),
    ),
    document.paid_count > 0 && paidInvoices(document),
    document.reasons.length > 0 &&
      el('div', { class: `notice ${document.verdict === 'refuse' ? 'bad' : 'warn'}` }, el('ul', { role: 'list', class: 'stack tight' }, ...document.reasons.map((code) => el('li', { 'data-reason': code }, reasonText(code))))),
    print,
    comparison,
  );
}

/**
 * The invoices that a receipt of payments pays; a long list stays closed.
 * @param {DocumentView} document
 * @returns {HTMLElement}
 */
function paidInvoices(document) {
  const rest = document.paid_count - document.paid.length;
  return el(
    'details',
    { class: 'small', open: document.paid_count <= 5 },
    el('summary', {}, plural('paid_invoices', document.paid_count)),
    el(
      'ul',
      {},
      ...document.paid.map((one) => el('li', { title: one.id }, `${one.number === '' ? one.id.slice(0, 8) : one.number}${one.amount === '' ? '' : ` – ${money(one.amount, one.currency)}`}`)),
      rest > 0 && el('li', {}, t('and_more', rest)),
    ),
  );
}

/**
 * @param {'issuer' | 'receiver'} who
 * @param {string} name
 * @param {string} rfc
 * @returns {HTMLElement[]}
 */
function fact(who, name, rfc) {
  return [el('dt', {}, t(who)), el('dd', {}, el('span', { class: 'strong' }, name), el('br'), el('span', { class: 'mono quiet small' }, rfc))];
}

/**
 * The portal's words beside the XML's; a difference stands out.
 * @param {DocumentParam | undefined} said
 * @param {DocumentView} read
 * @returns {HTMLElement}
 */
export function portalComparison(said, read) {
  const rows = [
    comparisonRow(t('uuid'), said?.uuid ?? '–', read.uuid),
    comparisonRow(t('receiver_rfc'), said?.receiver_rfc ?? '–', read.receiver_rfc),
  ];
  return el(
    'table',
    { class: 'compare small' },
    el('caption', { class: 'unseen' }, t('compare_caption')),
    el('thead', {}, el('tr', {}, el('td', {}), el('th', { scope: 'col' }, t('portal_says')), el('th', { scope: 'col' }, t('xml_says')))),
    el('tbody', {}, ...rows),
  );
}

/**
 * @param {string} name
 * @param {string} said
 * @param {string} read
 * @returns {HTMLElement}
 */
function comparisonRow(name, said, read) {
  const same = said.toUpperCase() === read.toUpperCase();
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, name),
    el('td', { class: same ? 'mono' : 'mono differs' }, said, !same && el('span', { class: 'unseen' }, ` (${t('differs')})`)),
    el('td', { class: 'mono' }, read),
  );
}
