/** A row of an import: what the file says, and what that would do; a wrong address or RFC is mended in place. */

import { badge, button } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { kindName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/trouble.js';
import { addressesIn } from './changes.js';

/** @typedef {import('../shared/protocol.d.ts').ImportRowView} ImportRowView */
/** @typedef {import('../shared/protocol.d.ts').ImportCorrection} ImportCorrection */

/** What a person can mend here; the rest is mended in the file. @type {ReadonlySet<string | null>} */
const MENDABLE = new Set(['invalid_rfc', 'invalid_recipient', 'generic_receiver', 'no_recipient']);

/** @type {Record<import('../shared/protocol.d.ts').ImportChange, string>} */
const TONES = { add: 'good', change: 'warn', same: 'plain', refused: 'bad' };

/**
 * @param {ImportRowView} row
 * @param {boolean} mended whether a person has written something in its place
 * @param {(correction: ImportCorrection, pressed: HTMLElement) => void} mend
 * @returns {HTMLElement}
 */
export function importRow(row, mended, mend) {
  const open = MENDABLE.has(row.failure);
  const rfc = el('input', { id: `rfc-${row.row}`, class: 'mono', autocomplete: 'off', spellcheck: 'false', maxlength: 13, value: row.receiver_rfc, 'aria-label': t('import_rfc_of', row.row) });
  const to = el('input', { id: `to-${row.row}`, autocomplete: 'off', spellcheck: 'false', value: row.to.join(', '), 'aria-label': t('import_to_of', row.row) });
  const press = button({ id: `mend-${row.row}`, text: t('import_mend'), label: t('import_mend_of', row.row), class: 'small' }, () => mend({ row: row.row, receiver_rfc: rfc.value.trim(), to: addressesIn(to.value) }, press));
  return el(
    'tr',
    { 'data-row': row.row, 'data-change': row.change, 'data-failure': row.failure, class: row.change === 'refused' ? 'red' : null },
    el('th', { scope: 'row', class: 'number' }, el('span', { class: 'label-narrow' }, `${t('batch_row')} `), row.row),
    el('td', {}, row.name !== '' && el('div', { class: 'strong break' }, row.name), open ? rfc : el('div', { class: 'mono small break' }, row.receiver_rfc)),
    el('td', { class: 'break' }, open ? to : row.to.join(', ')),
    el('td', { class: 'small' }, ...says(row)),
    el(
      'td',
      {},
      el('div', { class: 'stack tight' }, el('div', { class: 'row' }, badge(TONES[row.change], t(`import_${row.change}`)), mended && badge('info', t('import_mended'))), row.failure !== null && el('p', { class: 'small break' }, failureText(row.failure), row.subject !== null && el('code', {}, ` ${row.subject}`)), open && el('div', {}, press)),
    ),
  );
}

/**
 * Kind and rules, as far as the row has them.
 * @param {ImportRowView} row
 * @returns {HTMLElement[]}
 */
function says({ kind, form, grouping, extras }) {
  const words = [kind === null ? t('kind_any') : kindName(kind)];
  if (form !== null) words.push(t(form === 'zip' ? 'mark_zip' : 'mark_loose'));
  if (grouping !== null) words.push(t(grouping === 'single' ? 'mark_single' : 'mark_grouped'));
  if (extras === true) words.push(t('extras_short'));
  return words.map((word) => el('div', {}, word));
}
