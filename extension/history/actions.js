/** What a person may do with a delivery; an `unknown` one is explained before anything can be done. */

import { host } from '../shared/ask.js';
import { act, button, confirmed } from '../shared/controls.js';
import { cancellable, heldForChange, prepareAnew, retryable, scheduled } from '../shared/delivery.js';
import { el } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { pageLink } from '../shared/trouble.js';
import { cancellationPanel } from './cancellation.js';
import { gmailLink } from './gmail_link.js';
import { returnedPanel } from './returned.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryDetail} DeliveryDetail */

/**
 * @param {DeliveryDetail} detail
 * @param {HTMLElement} place
 * @param {() => Promise<void>} refresh
 * @returns {HTMLElement}
 */
export function actionRow(detail, place, refresh) {
  const { delivery } = detail;
  if (delivery.state === 'unknown') return unknownBox(detail, place, refresh);
  const cancel = button({ id: 'cancel-delivery', text: t('delivery_cancel') }, () =>
    void act(cancel, place, async () => {
      await host('delivery.cancel', { delivery: delivery.delivery });
      await refresh();
    }),
  );
  // Trying a changed file again only holds it again.
  const changed = heldForChange(delivery);
  const retry = button({ id: 'retry-delivery', text: t(scheduled(delivery) ? 'schedule_now' : 'delivery_retry'), class: changed ? '' : 'primary' }, () =>
    void act(retry, place, async () => {
      await host('delivery.retry', { delivery: delivery.delivery });
      await refresh();
    }),
  );
  const anew = prepareAnew(delivery);
  const row = el(
    'div',
    { class: 'row' },
    anew !== null && pageLink(anew, t(delivery.state === 'sent' ? 'delivery_resend' : 'delivery_anew'), { class: changed ? 'button primary' : 'button', id: 'prepare-anew' }),
    retryable(delivery) && retry,
    cancellable(delivery) && cancel,
  );
  return delivery.state === 'sent' && delivery.uuids.length > 0 ? el('div', { class: 'stack tight' }, row, returnedPanel(detail, place), cancellationPanel(detail, place)) : row;
}

/**
 * @param {DeliveryDetail} detail
 * @param {HTMLElement} place
 * @param {() => Promise<void>} refresh
 * @returns {HTMLElement}
 */
function unknownBox({ delivery, gmail_search: search }, place, refresh) {
  const resolve = (/** @type {'was_sent' | 'send_again'} */ outcome, /** @type {HTMLElement} */ pressed) =>
    act(pressed, place, async () => {
      await host('delivery.resolve', { delivery: delivery.delivery, outcome });
      await refresh();
    });
  const sent = button({ id: 'resolve-sent', text: t('resolve_sent') }, () => void resolve('was_sent', sent));
  const again = button({ id: 'resolve-again', text: t('resolve_again') }, async () => {
    const yes = await confirmed({ title: t('resolve_again'), content: [el('p', {}, t('resolve_again_warning'))], accept: t('resolve_again') });
    if (yes) await resolve('send_again', again);
  });
  return el(
    'div',
    { class: 'notice warn', id: 'unknown' },
    el('h3', {}, t('unknown_title')),
    el('p', {}, t('unknown_explained')),
    gmailLink('gmail-search', search, t('gmail_search', delivery.from)),
    el('div', { class: 'row' }, sent, again),
  );
}
