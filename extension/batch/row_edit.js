/** What a person may change in a row of a checked list: its recipients, and whether it stays in the list. */

import { badge, button, checkAddresses, left } from '../shared/controls.js';
import { el, on } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { mayChangeRecipients, needsRecipient } from './edits.js';

/** @typedef {import('../shared/protocol.d.ts').BatchRowView} BatchRowView */

/**
 * @typedef {object} Desk
 * @property {import('./edits.js').Edits} edits
 * @property {Set<number>} opened rows whose recipients the person wants to change
 * @property {(focus?: string) => void} again shows the rows anew; the focus goes to the element with that id
 * @property {() => void} changed hears that there are more or fewer edits
 */

/**
 * The recipients of a row: a field where they are wanting or being changed, else what the list says.
 * @param {BatchRowView} row
 * @param {Desk} desk
 * @param {HTMLElement} plain what stands there otherwise
 * @returns {HTMLElement}
 */
export function recipientsOf(row, desk, plain) {
  const { edits, opened } = desk;
  const edit = edits.of(row.row);
  if (edit.out === true || !(needsRecipient(row) || opened.has(row.row) || edit.to !== undefined)) return plain;
  const id = `row-to-${row.row}`;
  const field = el('input', { id, type: 'email', multiple: true, form: 'edits', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `${id}-error` });
  // As a property: Chromium takes a field for written in as soon as it is `multiple`, and then ignores the attribute.
  field.value = edit.to ?? row.to.join(', ');
  on(field, 'input', () => {
    edits.recipients(row, field.value);
    desk.changed();
  });
  left(field, () => void checkAddresses(field));
  return el('div', { class: 'field' }, el('label', { for: id, class: 'small' }, t('batch_edit_to', row.row)), field, el('span', { id: `${id}-error`, class: 'error' }));
}

/**
 * The buttons of a row.
 * @param {BatchRowView} row
 * @param {Desk} desk
 * @returns {HTMLElement}
 */
export function rowActions(row, desk) {
  const { row: number } = row;
  const { edits, opened } = desk;
  const isOut = edits.of(number).out === true;
  const isOpen = needsRecipient(row) || opened.has(number) || edits.of(number).to !== undefined;
  const edit = button({ id: `row-edit-${number}`, text: t('batch_edit'), label: t('batch_edit_of', number), class: 'small' }, () => {
    opened.add(number);
    desk.again(`row-to-${number}`);
  });
  const out = button({ id: `row-out-${number}`, text: t(isOut ? 'batch_put_back' : 'batch_take_out'), label: t(isOut ? 'batch_put_back_of' : 'batch_take_out_of', number), class: 'small' }, () => {
    edits.takeOut(number, !isOut);
    desk.again(`row-out-${number}`);
    desk.changed();
  });
  return el('div', { class: 'row row-actions' }, isOut && badge('warn', t('batch_taken_out')), !isOut && !isOpen && mayChangeRecipients(row) && edit, out);
}
