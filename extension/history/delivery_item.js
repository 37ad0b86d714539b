/** One delivery in the list. */

import { badge } from '../shared/controls.js';
import { scheduled } from '../shared/delivery.js';
import { el } from '../shared/dom.js';
import { foliosOf, moment, stateTone } from '../shared/format.js';
import { t } from '../shared/i18n.js';

/**
 * @param {import('../shared/protocol.d.ts').DeliveryView} delivery
 * @returns {HTMLElement}
 */
export function deliveryItem(delivery) {
  return el(
    'li',
    { 'data-delivery': delivery.delivery, 'data-state': delivery.state },
    el(
      'a',
      { class: 'delivery', id: `delivery-${delivery.delivery}`, href: `#${delivery.delivery}` },
      el('span', { class: 'strong clip' }, foliosOf(delivery), delivery.resend > 0 && ` (${t('resend_number', delivery.resend)})`),
      scheduled(delivery) ? badge('info', t('state_scheduled')) : badge(stateTone(delivery.state), t(`mark_${delivery.state}`)),
      el('span', { class: 'clip' }, delivery.receiver_name || delivery.receiver_rfc),
      el('span', { class: 'quiet small number' }, moment(delivery.created_at)),
      el('span', { class: 'quiet small clip' }, delivery.to.join(', ')),
    ),
  );
}
