/** *Portales*: the origins that may ask, for which companies, and the way to disconnect each. */

import { ask, host } from '../shared/ask.js';
import { act, badge, button, confirmed } from '../shared/controls.js';
import { byId, el, replace } from '../shared/dom.js';
import { moment, words } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { portalRules } from './portal_rules.js';

/** @typedef {import('../shared/protocol.d.ts').PortalView} PortalView */
/** @typedef {import('../shared/surface.d.ts').PortalStandings} PortalStandings */

/**
 * @param {HTMLElement} place
 * @returns {() => Promise<void>}
 */
export function portalsSection(place) {
  const list = byId('portal-list', HTMLElement);

  async function load() {
    const [{ portals }, { rules }, standings] = await Promise.all([host('portal.list', {}), host('portal.rules', {}), ask('portal.standings', {})]);
    const cards = [...portals.map((portal) => card(portal, rules, standings)), ...standings.pending.filter(({ origin }) => portals.every((portal) => portal.origin !== origin)).map(pendingCard)];
    const { ignored } = standings;
    replace(
      list,
      ignored.length > 0 && el('div', { class: 'notice warn', id: 'policy-ignored' }, el('p', {}, t('policy_ignored')), el('p', { class: 'mono break' }, ignored.join(', '))),
      ...(cards.length > 0 ? cards : [el('p', { class: 'card' }, t('portals_empty'))]),
    );
  }

  /**
   * @param {PortalView} portal
   * @param {import('../shared/protocol.d.ts').PortalRuleView[]} rules
   * @param {PortalStandings} standings
   * @returns {HTMLElement}
   */
  function card(portal, rules, { managed, floods, confirmation }) {
    const isManaged = managed.includes(portal.origin);
    const flood = floods[portal.origin];
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
        portal.insecure && el('p', {}, badge('warn', t('portal_unencrypted'))),
        isManaged && el('p', { 'data-managed': 'true' }, badge('info', t('portal_managed'))),
        flood !== undefined && el('p', { 'data-flooded': 'true' }, badge('warn', t('portal_flooded', moment(new Date(flood).toISOString())))),
        el('p', {}, t('portal_may_ask', words(portal.companies))),
        el('p', { class: 'quiet small' }, t('portal_since', moment(portal.connected_at))),
        // Where the organisation says how requests are confirmed, nobody gives a standing word.
        confirmation === null && portalRules(portal, rules, { place, changed: load }),
      ),
      !isManaged && drop,
    );
  }

  /**
   * What the organisation wants and is not connected yet.
   * @param {PortalStandings['pending'][number]} portal
   * @returns {HTMLElement}
   */
  function pendingCard({ origin, companies, granted }) {
    return el(
      'article',
      { class: 'card stack tight', 'data-pending': origin },
      el('h2', { class: 'break' }, origin),
      el('p', {}, badge('info', t('portal_managed')), ' ', badge('warn', t('portal_pending'))),
      el('p', {}, t('portal_may_ask', words(companies))),
      el('p', { class: 'quiet small' }, granted ? t('portal_needs_company', words(companies)) : t('portal_needs_click')),
    );
  }

  return load;
}
