/** After the decision: the delivery's state as it changes, until it ends. */

import { host } from '../shared/ask.js';
import { act, badge, button } from '../shared/controls.js';
import { cancellable, scheduled } from '../shared/delivery.js';
import { byId, el, replace, show } from '../shared/dom.js';
import { moment, stateName, stateTone } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { pageLink, reasonNotice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */

/**
 * @param {HTMLElement} place
 * @returns {{ show: (delivery: DeliveryView) => Promise<void>, changed: (delivery: DeliveryView) => void, again: () => Promise<void>, refused: (portal: boolean) => void }}
 */
export function afterView(place) {
  const content = byId('after-content', HTMLElement);
  /** @type {DeliveryView | null} */
  let shown = null;

  /** @param {DeliveryView} delivery */
  function render(delivery) {
    // An answer that was overtaken by an event must not turn the clock back.
    if (shown !== null && Date.parse(delivery.changed_at) < Date.parse(shown.changed_at)) return;
    shown = delivery;
    const cancel = button({ id: 'cancel-delivery', text: t('delivery_cancel') }, () =>
      void act(cancel, place, async () => render(await host('delivery.cancel', { delivery: delivery.delivery }))),
    );
    const waits = scheduled(delivery);
    replace(
      content,
      el('p', { id: 'delivery-state', 'data-state': delivery.state, 'data-delivery': delivery.delivery }, waits ? badge('info', t('state_scheduled')) : badge(stateTone(delivery.state), stateName(delivery.state))),
      el('p', {}, waits ? t('state_scheduled_means', moment(delivery.not_before ?? '')) : t(`state_${delivery.state}_means`)),
      delivery.reason !== null && !waits && reasonNotice(delivery.reason),
      delivery.not_before !== null && !waits && el('p', { class: 'quiet' }, t('goes_on_at', moment(delivery.not_before))),
      delivery.provider_id !== null && el('p', { class: 'small' }, t('provider_id'), ': ', el('code', { id: 'provider-id' }, delivery.provider_id)),
      el('div', { class: 'row' }, cancellable(delivery) && cancel, pageLink(`history/history.html#${delivery.delivery}`, t('go_delivery'))),
    );
  }

  async function again() {
    if (shown === null) return;
    const { delivery } = await host('delivery.get', { delivery: shown.delivery });
    render(delivery);
  }

  return {
    async show(delivery) {
      show(byId('after', HTMLElement), true);
      render(delivery);
      byId('after-title', HTMLElement).focus();
      // What changed between the answer and now came as an event for a delivery that this page did not know yet.
      await again();
    },
    changed(delivery) {
      if (delivery.delivery === shown?.delivery) render(delivery);
    },
    again,
    refused(portal) {
      show(byId('after', HTMLElement), true);
      replace(content, el('p', { id: 'refused', class: 'notice' }, t(portal ? 'refused_portal' : 'refused_toolbar')));
      byId('after-title', HTMLElement).focus();
    },
  };
}
