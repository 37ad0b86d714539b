/** Says in plain words what is wrong with a document, and lets the person send it nevertheless, by its name. */

import { el, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { reasonText } from '../shared/trouble.js';

/** @typedef {import('./acceptances.js').Acceptances} Acceptances */

/**
 * @param {HTMLElement} place
 * @param {Acceptances} acceptances
 * @param {{ nameOf: (uuid: string) => string, changed: () => void }} how `changed` when the person ticks or unticks a box
 */
export function showAcceptances(place, acceptances, { nameOf, changed }) {
  replace(place, ...acceptances.offers.map(({ uuid, reasons, accepted }) => {
    const box = el('input', { type: 'checkbox', id: `accept-${uuid}`, 'data-accept': uuid });
    box.checked = accepted;
    on(box, 'change', () => {
      acceptances.say(uuid, box.checked);
      changed();
    });
    return el(
      'div',
      { class: 'notice bad', role: 'alert', 'data-offer': uuid },
      el('p', { class: 'strong' }, t('accept_title', nameOf(uuid))),
      ...reasons.map((code) => el('p', { 'data-reason': code }, reasonText(code))),
      el('label', { class: 'check' }, box, el('span', {}, t('accept_anyway', nameOf(uuid)))),
    );
  }));
}
