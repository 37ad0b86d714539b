/** *Lotes anteriores*. */

import { badge } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { moment } from '../shared/format.js';
import { LOCALE, t } from '../shared/i18n.js';
import { counts, tone } from './standing.js';

/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * @param {BatchView[]} batches
 * @returns {HTMLElement[]}
 */
export function batchItems(batches) {
  return batches.length > 0 ? batches.map(item) : [el('li', { class: 'quiet' }, t('batch_empty'))];
}

/**
 * @param {BatchView} batch
 * @returns {HTMLElement}
 */
function item(batch) {
  return el(
    'li',
    { 'data-batch': batch.batch, 'data-state': batch.state },
    el(
      'a',
      { class: 'batch', id: `batch-${batch.batch}`, href: `#${batch.batch}` },
      el('span', { class: 'strong clip' }, batch.name),
      badge(tone(batch), t(`batch_state_${batch.state}`)),
      el('span', { class: 'quiet small' }, inShort(batch)),
      el('span', { class: 'quiet small number' }, moment(batch.created_at)),
    ),
  );
}

/**
 * The counts that are not zero.
 * @param {BatchView} batch
 * @returns {string}
 */
function inShort(batch) {
  const told = counts(batch).filter(([name, count]) => count > 0 || name === 'messages');
  return told.map(([name, count]) => `${t(`batch_count_${name}`)}: ${NUMBER.format(count)}`).join(' · ');
}
