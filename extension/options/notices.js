/** *Avisos*: whether the browser shows notifications of ours. */

import { ask } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/**
 * @param {HTMLElement} place
 * @returns {() => Promise<void>}
 */
export function noticesSection(place) {
  const box = byId('notices-on', HTMLInputElement);
  const state = byId('notices-state', HTMLElement);
  on(box, 'change', () =>
    void act(box, place, async () => {
      const { on: now } = await ask('notices.turn', { on: box.checked });
      replace(state, t(now ? 'notices_on' : 'notices_off'));
    }),
  );
  return async () => {
    replace(state);
    box.checked = (await ask('notices.get', {})).on;
  };
}
