/** *Portales*: the origins that may ask, for which companies, and the way to disconnect each. */

import { ask, host } from '../shared/ask.js';
import { act, button, confirmed } from '../shared/controls.js';
import { byId, el, replace } from '../shared/dom.js';
import { moment, words } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { portalRules } from './portal_rules.js';

/** @typedef {import('../shared/protocol.d.ts').PortalView} PortalView */

/**
 * @param {HTMLElement} place
 * @returns {() => Promise<void>}
 */
export function portalsSection(place) {
  const list = byId('portal-list', HTMLElement);

  async function load() {
    const [{ portals }, { rules }] = await Promise.all([host('portal.list', {}), host('portal.rules', {})]);
    replace(list, ...(portals.length > 0 ? portals.map((portal) => card(portal, rules)) : [el('p', { class: 'card' }, t('portals_empty'))]));
  }

  /**
   * @param {PortalView} portal
   * @param {import('../shared/protocol.d.ts').PortalRuleView[]} rules
   * @returns {HTMLElement}
   */
  function card(portal, rules) {
    const drop = button({ id: '', text: t('portal_drop'), label: t('portal_drop_of', portal.origin), class: 'danger' }, () => void part());
    drop.dataset['origin'] = portal.origin;
    const part = async () => {
      const yes = await confirmed({ title: t('portal_drop_of', portal.origin), content: [el('p', {}, t('portal_drop_warning'))], accept: t('portal_drop'), danger: true });
      if (!yes) return;
      await act(drop, place, async () => {
        await ask('portal.drop', { origin: portal.origin });
        await load();
      });
    };
    return el(
      'article',
      { class: 'card row apart', 'data-origin': portal.origin },
      el(
        'div',
        { class: 'grow' },
        el('h2', { class: 'break' }, portal.origin),
        el('p', {}, t('portal_may_ask', words(portal.companies))),
        el('p', { class: 'quiet small' }, t('portal_since', moment(portal.connected_at))),
        portalRules(portal, rules, { place, changed: load }),
      ),
      drop,
    );
  }

  return load;
}
