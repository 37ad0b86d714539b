/** The rows of a batch: the red ones first, then those with a new recipient, each with what is wrong and what to do, and with the message that it travels in. */

import { host } from '../shared/ask.js';
import { act, badge, button } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { money, stateTone, words } from '../shared/format.js';
import { LOCALE, plural, t } from '../shared/i18n.js';
import { failureText, pageLink, reasonText } from '../shared/trouble.js';
import { Edits } from './edits.js';
import { recipientsOf, rowActions } from './row_edit.js';
import { companions, isRed, RowSource } from './row_source.js';

/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */
/** @typedef {import('../shared/protocol.d.ts').BatchRowView} BatchRowView */
/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */

/** Rows a page. */
const PAGE = 100;
/** Rows that are read anew whenever counts have changed; the two first pages. */
const LIVE = 2 * PAGE;

/** What a person may accept for one document, in the window that shows it; never for a row. @type {ReadonlySet<string>} */
const ACCEPTABLE = new Set(/** @type {import('../shared/protocol.d.ts').Acceptable[]} */ (['sello_invalid', 'certificado_mismatch', 'cancelled']));

/** What the list may be narrowed to. @type {import('../shared/protocol.d.ts').BatchRowFilter[]} */
const FILTERS = ['problems', 'new_recipients', 'all'];

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * @param {HTMLElement} place where failures are shown
 * @param {() => void} edited hears that there are more or fewer corrections
 * @returns {{ edits: Edits, discard: () => void, open: (batch: BatchView) => Promise<void>, again: (batch: BatchView) => Promise<void>, changed: (delivery: DeliveryView) => void }}
 */
export function rowTable(place, edited) {
  const body = byId('rows-body', HTMLElement);
  const filter = byId('rows-filter', HTMLSelectElement);
  const more = byId('rows-more', HTMLButtonElement);
  const count = byId('rows-count', HTMLElement);
  /** @type {BatchView | null} */
  let batch = null;
  let source = sourceOf('', 'all');
  const desk = corrections(render, edited);

  /** Reads as many rows anew as are shown, and puts them in the place of the old ones at once. */
  async function load() {
    if (batch === null) return;
    const fresh = sourceOf(batch.batch, FILTERS.find((one) => one === filter.value) ?? 'all');
    const enough = Math.max(PAGE, source.rows.length);
    source = fresh;
    while (!fresh.ended && fresh.rows.length < enough) await fresh.more();
    // The filter or the batch may have changed meanwhile.
    if (source === fresh) render();
  }

  function render() {
    const { rows, ended } = source;
    const others = companions(rows);
    const open = batch?.state === 'checked' ? desk : null;
    const items = rows.map((row) => rowItem(row, others.get(row.row) ?? [], open));
    replace(body, ...(items.length > 0 ? items : [el('tr', {}, el('td', { colspan: 5, class: 'quiet' }, t('batch_rows_none')))]));
    replace(count, plural('batch_rows_shown', rows.length, NUMBER.format(batch?.rows ?? 0)));
    show(more, !ended);
  }

  on(filter, 'change', () => {
    source = sourceOf('', 'all');
    void act(filter, place, load);
  });
  on(more, 'click', () =>
    void act(more, place, async () => {
      const mine = source;
      await mine.more();
      if (mine === source) render();
    }),
  );

  return {
    edits: desk.edits,
    discard: desk.discard,
    async open(chosen) {
      batch = chosen;
      desk.forget();
      source = sourceOf('', 'all');
      filter.value = 'all';
      replace(body);
      await load();
    },
    async again(chosen) {
      batch = chosen;
      // A list that was started, here or elsewhere, is not corrected any more.
      if (chosen.state !== 'checked' && desk.edits.count > 0) desk.forget();
      // A long list is kept true by events alone; reading it whole every second would serve nobody.
      if (source.rows.length <= LIVE) await load();
    },
    changed(delivery) {
      const rows = source.rows.filter((row) => row.delivery === delivery.delivery);
      if (rows.length === 0) return;
      for (const row of rows) Object.assign(row, { state: delivery.state, reason: delivery.reason });
      render();
    },
  };
}

/**
 * The corrections of the list that is shown, and the bar that counts them.
 * @param {() => void} render
 * @param {() => void} edited
 * @returns {import('./row_edit.js').Desk & { forget: () => void, discard: () => void }}
 */
function corrections(render, edited) {
  const edits = new Edits();
  /** @type {Set<number>} */
  const opened = new Set();
  const changed = () => {
    show(byId('edits', HTMLElement), edits.count > 0);
    replace(byId('edits-count', HTMLElement), edits.count > 0 && plural('batch_edits', edits.count));
    edited();
  };
  const forget = () => {
    edits.clear();
    opened.clear();
    changed();
  };
  return {
    edits,
    opened,
    changed,
    forget,
    discard() {
      forget();
      render();
    },
    again(focus) {
      render();
      if (focus !== undefined) document.getElementById(focus)?.focus();
    },
  };
}

/**
 * @param {string} batch
 * @param {import('../shared/protocol.d.ts').BatchRowFilter} wanted
 */
function sourceOf(batch, wanted) {
  return new RowSource(wanted, (part, after) => host('batch.rows', { batch, show: part, limit: PAGE, ...(after !== undefined && { after }) }));
}

/**
 * @param {BatchRowView} row
 * @param {number[]} others rows in the same message
 * @param {import('./row_edit.js').Desk | null} desk where the list can still be corrected
 * @returns {HTMLElement}
 */
function rowItem(row, others, desk) {
  const { folio, total, currency } = row;
  const isOut = desk?.edits.of(row.row).out === true;
  return el(
    'tr',
    { 'data-row': row.row, 'data-failure': row.failure, 'data-state': row.state, 'data-out': isOut, class: isOut ? 'out' : isRed(row) ? 'red' : null },
    el('th', { scope: 'row', class: 'number' }, el('span', { class: 'label-narrow' }, `${t('batch_row')} `), row.row),
    el(
      'td',
      {},
      folio !== null && el('div', { class: 'strong' }, folio),
      total !== null && el('div', { class: 'number' }, money(total, currency ?? '')),
      el('div', { class: 'mono small quiet break' }, row.uuid),
    ),
    el('td', {}, row.receiver_name !== null && el('div', { class: 'break' }, row.receiver_name), el('div', { class: 'mono small quiet break' }, row.receiver_rfc)),
    recipients(row, others, desk),
    el('td', {}, outcome(row)),
  );
}

/**
 * Who gets the row, and in which message.
 * @param {BatchRowView} row
 * @param {number[]} others
 * @param {import('./row_edit.js').Desk | null} desk
 * @returns {HTMLElement}
 */
function recipients(row, others, desk) {
  const plain = el('div', {}, row.to.join(', '));
  return el(
    'td',
    { class: 'break' },
    desk === null ? plain : recipientsOf(row, desk, plain),
    row.cc.length > 0 && el('div', { class: 'small quiet' }, `${t('cc')}: ${row.cc.join(', ')}`),
    row.new_recipients > 0 && el('div', { 'data-new': row.new_recipients }, badge('warn', plural('recipients_new', row.new_recipients))),
    message(row, others),
    desk !== null && rowActions(row, desk),
  );
}

/**
 * The message that the row travels in.
 * @param {BatchRowView} row
 * @param {number[]} others
 * @returns {HTMLElement | false}
 */
function message(row, others) {
  if (row.message === null) return false;
  const company = others.length === 0 ? '' : ` · ${t('batch_travels_with', words(others.map(String)))}`;
  return el('div', { class: 'small quiet', 'data-message': row.message }, `${t('batch_message_number', NUMBER.format(row.message))}${company}`);
}

/**
 * What became of the row, or will.
 * @param {BatchRowView} row
 * @returns {HTMLElement}
 */
function outcome(row) {
  const { failure, reasons, state, reason, delivery } = row;
  const why = failure ?? reason;
  // The folio fiscal stands in the row already.
  const subject = row.subject?.toUpperCase() === row.uuid.toUpperCase() ? null : row.subject;
  return el(
    'div',
    { class: 'stack tight' },
    el('div', {}, mark(row)),
    why !== null && el('p', { class: 'small break', 'data-reason': why }, failureText(why), subject !== null && el('code', { class: 'subject' }, ` ${subject}`)),
    reasons.length > 0 && el('ul', { class: 'small reasons' }, ...reasons.map((code) => el('li', {}, reasonText(code)))),
    failure === 'document_refused' && reasons.some((code) => ACCEPTABLE.has(code)) && pageLink(`deliver/deliver.html?${new URLSearchParams({ uuid: row.uuid }).toString()}`, t('batch_decide'), { class: 'small', id: `row-decide-${row.row}` }),
    row.print && made(row),
    delivery !== null && state !== 'sent' && pageLink(`history/history.html#${delivery}`, t('go_delivery'), { class: 'small', id: `row-delivery-${row.row}` }),
  );
}

/**
 * The mark of a PDF that we make, and the way to see it as it would leave.
 * @param {BatchRowView} row
 * @returns {HTMLElement}
 */
function made({ row, uuid, folio, state }) {
  const place = el('div', { class: 'print-trouble' });
  const look = button({ id: `row-print-${row}`, text: t('print_look'), label: t('print_look_of', folio ?? uuid), class: 'small' }, () => void act(look, place, async () => void (await host('library.print', { uuid }))));
  return el('div', { class: 'stack tight', 'data-made': row }, el('div', {}, badge('info', t('made_here'))), state === null && el('div', {}, look), place);
}

/**
 * @param {BatchRowView} row
 * @returns {HTMLElement}
 */
function mark({ failure, state, reasons }) {
  if (failure !== null) return badge('bad', t(failure === 'no_recipient' ? 'batch_needs_address' : 'verdict_refuse'));
  if (state !== null) return badge(stateTone(state), t(`mark_${state}`));
  return reasons.length > 0 ? badge('warn', t('verdict_warn')) : badge('good', t('verdict_accept'));
}
