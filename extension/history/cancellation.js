/** *Avisar de su cancelación*: telling those who got a document that it is being cancelled, and by which other it is replaced. */

import { host } from '../shared/ask.js';
import { act, button } from '../shared/controls.js';
import { el, on, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { notice, pageLink } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryDetail} DeliveryDetail */
/** @typedef {import('../shared/protocol.d.ts').NoticeParams} NoticeParams */
/** @typedef {import('../shared/protocol.d.ts').NoticePreview} NoticePreview */

/** The SAT's codes; the first is the one that names another document. */
const MOTIVES = /** @type {const} */ (['01', '02', '03', '04']);

/**
 * The form and, once it was looked at, exactly what would leave. A change of the form takes that away again.
 * @param {DeliveryDetail} detail of a sent delivery
 * @param {HTMLElement} place
 * @returns {HTMLElement}
 */
export function cancellationPanel({ delivery }, place) {
  const document = el('select', { id: 'notice-document' }, ...delivery.uuids.map((uuid, index) => el('option', { value: uuid }, delivery.folios[index] || uuid)));
  const motive = el('select', { id: 'notice-motive' }, ...MOTIVES.map((code) => el('option', { value: code }, t(`motive_${code}`))));
  const instead = el('input', { id: 'notice-replaced-by', class: 'mono', maxlength: 36, spellcheck: 'false', autocomplete: 'off' });
  const insteadField = el('div', { class: 'field' }, el('label', { for: 'notice-replaced-by' }, t('notice_replaced_by')), instead);
  const shown = el('div', { id: 'notice-shown', class: 'stack tight', 'aria-live': 'polite' });
  /** @returns {NoticeParams} */
  const params = () => ({ delivery: delivery.delivery, uuid: document.value, motive: motive.value, ...(motive.value === MOTIVES[0] && { replaced_by: instead.value.trim() }) });
  const look = button({ id: 'notice-preview', text: t('notice_preview') }, () => void act(look, place, async () => {
    const asked = params();
    replace(shown, ...preview(asked, await host('notice.preview', asked)));
  }));
  /** @param {NoticeParams} asked @param {NoticePreview} seen */
  const preview = (asked, seen) => {
    const send = button({ id: 'notice-send', text: t('notice_send'), class: 'primary' }, () => void act(send, place, async () => {
      const sent = await host('notice.send', { ...asked, confirmed: seen.digest });
      replace(shown, notice('good', el('p', {}, t(sent.existing ? 'notice_existing' : 'notice_sent')), pageLink(`history/history.html#${sent.delivery.delivery}`, t('go_delivery'), { id: 'notice-go' })));
    }));
    return [
      el('dl', { class: 'facts' }, el('dt', {}, t('to')), el('dd', { class: 'break' }, [...seen.to, ...seen.cc, ...seen.bcc].join(', ')), el('dt', {}, t('subject')), el('dd', {}, seen.subject)),
      el('div', { class: 'letter small', id: 'notice-letter' }, seen.message),
      el('div', { class: 'row' }, send),
    ];
  };
  for (const field of [document, motive, instead]) on(field, 'input', () => {
    replace(shown);
    show(insteadField, motive.value === MOTIVES[0]);
  });
  return el(
    'details',
    { id: 'notice', class: 'more' },
    el('summary', { id: 'notice-open' }, t('notice_open')),
    el(
      'div',
      { class: 'stack tight' },
      el('p', { class: 'quiet small' }, t('notice_explained')),
      el('div', { class: 'field' }, el('label', { for: 'notice-document' }, t('notice_document')), document),
      el('div', { class: 'field' }, el('label', { for: 'notice-motive' }, t('notice_motive')), motive),
      insteadField,
      el('div', { class: 'row' }, look),
      shown,
    ),
  );
}
