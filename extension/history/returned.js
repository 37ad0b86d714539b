/** *No llegó*: what to do about a mail that Gmail accepted and the customer says is not there. */

import { host } from '../shared/ask.js';
import { act, button } from '../shared/controls.js';
import { el, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { pageLink } from '../shared/trouble.js';
import { gmailLink } from './gmail_link.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryDetail} DeliveryDetail */

/**
 * Where to look for the notice of a mail server, who can be taken out of the address book, and the way to another address.
 * @param {DeliveryDetail} detail of a sent delivery
 * @param {HTMLElement} place
 * @returns {HTMLElement}
 */
export function returnedPanel({ delivery, bcc, returned_search: search }, place) {
  const corrected = new URLSearchParams({ anew: delivery.delivery, corrected: 'yes' }).toString();
  return el(
    'details',
    { id: 'returned', class: 'more' },
    el('summary', { id: 'returned-open' }, t('returned_title')),
    el(
      'div',
      { class: 'notice info stack tight' },
      el('p', {}, t('returned_explained')),
      gmailLink('returned-search', search ?? null, t('returned_search', delivery.from)),
      el('ul', { class: 'plain stack tight' }, ...[...delivery.to, ...delivery.cc, ...bcc].map((address, index) => recipient(delivery, address, index, place))),
      el('div', { class: 'row' }, pageLink(`deliver/deliver.html?${corrected}`, t('returned_correct'), { class: 'button primary', id: 'returned-correct' })),
    ),
  );
}

/**
 * One recipient, and the button that takes a wrong address out of the address book: else it would be offered again.
 * @param {DeliveryDetail['delivery']} delivery
 * @param {string} address
 * @param {number} index
 * @param {HTMLElement} place
 */
function recipient(delivery, address, index, place) {
  const said = el('span', { class: 'quiet small', role: 'status' });
  const press = button({ id: `returned-forget-${index}`, text: t('returned_forget'), label: t('returned_forget_of', address), class: 'small' }, () =>
    void act(press, place, async () => {
      await host('contact.remove', { company: delivery.company, receiver_rfc: delivery.receiver_rfc, address });
      press.remove();
      replace(said, t('returned_forgotten'));
    }),
  );
  return el('li', { class: 'row apart' }, el('span', { class: 'break grow' }, address), press, said);
}
