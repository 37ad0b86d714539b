/** The latest invoices with what became of each; choosing one opens the delivery page. */

import { host, troubleOf } from '../shared/ask.js';
import { badge, paused } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { day, folioOf, money, stateTone } from '../shared/format.js';
import { plural, t } from '../shared/i18n.js';
import { pageLink, troubleNotice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */

/** Invoices that fit the popup without paging. */
const SHOWN = 8;
/** Milliseconds without a key before the search runs. */
const PAUSE = 200;

/** What has a mark of its own: its reason, tone and text. @type {[string, 'bad' | 'warn', import('../shared/i18n.js').MessageKey][]} */
const HELD = [
  ['uuid_conflict', 'bad', 'mark_conflict'],
  ['folder_offline', 'warn', 'mark_offline'],
  ['pdf_awaited', 'warn', 'mark_waiting'],
];

/** @returns {{ update: (companies: CompanyView[]) => void, choose: (rfc: string) => void }} */
export function invoices() {
  const search = byId('search', HTMLInputElement);
  const list = byId('invoice-list', HTMLElement);
  const count = byId('invoices-count', HTMLElement);
  let company = '';
  let turn = 0;
  let folders = false;

  async function find() {
    turn += 1;
    const mine = turn;
    const text = search.value.trim();
    try {
      const page = await host('library.search', { limit: SHOWN, ...(company !== '' && { company }), ...(text !== '' && { text }) });
      // An older answer must not replace a newer one.
      if (mine !== turn) return;
      replace(list, ...(page.documents.length > 0 ? page.documents.map(invoiceItem) : [emptyItem(text, folders)]));
      replace(count, plural('invoices_shown', page.documents.length));
    } catch (error) {
      if (mine === turn) replace(list, el('li', {}, troubleNotice(troubleOf(error))));
    }
  }

  on(search, 'input', paused(() => void find(), PAUSE));

  return {
    update(companies) {
      folders = companies.some((one) => one.folders.length > 0);
      show(byId('invoices', HTMLElement), companies.length > 0);
      if (companies.length > 0) void find();
    },
    choose(rfc) {
      company = rfc;
      void find();
    },
  };
}

/**
 * @param {DocumentView} invoice
 * @returns {HTMLElement}
 */
function invoiceItem(invoice) {
  const page = `deliver/deliver.html?${new URLSearchParams({ uuid: invoice.uuid, company: invoice.issuer_rfc }).toString()}`;
  const link = pageLink(page, '', { class: 'invoice', id: `invoice-${invoice.uuid}`, 'data-uuid': invoice.uuid });
  link.append(
    el('span', { class: 'strong clip' }, folioOf(invoice)),
    el('span', { class: 'number' }, money(invoice.total, invoice.currency)),
    el('span', { class: 'clip', title: invoice.receiver_name }, invoice.receiver_name || invoice.receiver_rfc),
    mark(invoice),
    el('span', { class: 'quiet small' }, day(invoice.date)),
  );
  return el('li', {}, link);
}

/**
 * Sent, not sent, or what stands in the way.
 * @param {DocumentView} invoice
 * @returns {HTMLElement}
 */
function mark(invoice) {
  if (invoice.sent !== null) return badge(stateTone(invoice.sent.state), t(`mark_${invoice.sent.state}`));
  const held = HELD.find(([code]) => invoice.reasons.includes(code));
  if (held !== undefined) return badge(held[1], t(held[2]));
  if (invoice.verdict === 'refuse') return badge('bad', t('verdict_refuse'));
  return badge(invoice.verdict === 'warn' ? 'warn' : 'plain', t('mark_none'));
}

/**
 * @param {string} text
 * @param {boolean} folders whether any company has a folder
 * @returns {HTMLElement}
 */
function emptyItem(text, folders) {
  if (text !== '') return el('li', { class: 'quiet' }, t('search_nothing', text));
  return el('li', { class: 'stack tight' }, el('p', { class: 'quiet' }, t(folders ? 'library_empty' : 'library_no_folder')), pageLink('options/options.html#companies', t('go_companies')));
}
