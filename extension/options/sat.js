/** *Estado en el SAT*: whether the SAT is asked about documents before they are sent. */

import { host } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/**
 * @param {HTMLElement} place
 * @returns {() => Promise<void>}
 */
export function satSection(place) {
  const box = byId('sat-on', HTMLInputElement);
  const state = byId('sat-state', HTMLElement);
  on(box, 'change', () =>
    void act(box, place, async () => {
      const wanted = box.checked;
      replace(state);
      try {
        await host('settings.save', { check_status: wanted });
      } catch (error) {
        // What the host did not keep has not changed.
        box.checked = !wanted;
        throw error;
      }
      replace(state, t(wanted ? 'sat_on' : 'sat_off'));
    }),
  );
  return async () => {
    replace(state);
    box.checked = (await host('settings.show', {})).check_status;
  };
}
