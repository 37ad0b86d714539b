/** What a portal may have sent without asking: one standing word for each company, with a limit, taken back by one click. */

import { host } from '../shared/ask.js';
import { act, button, confirmed } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').PortalView} PortalView */
/** @typedef {import('../shared/protocol.d.ts').PortalRuleView} PortalRuleView */

/** Deliveries in 24 hours that the field begins with: few, so that whoever needs more says so. */
const USUAL_LIMIT = 20;

/** Most that the host takes. */
const MOST = 500;

/**
 * One line for each company of the portal.
 * @param {PortalView} portal
 * @param {PortalRuleView[]} rules of every portal
 * @param {{ place: HTMLElement, changed: () => Promise<void> }} outside
 * @returns {HTMLElement}
 */
export function portalRules(portal, rules, outside) {
  const lines = portal.companies.map((company) => {
    const rule = rules.find((one) => one.origin === portal.origin && one.company === company);
    return rule === undefined ? offer(portal.origin, company, outside) : given(rule, outside);
  });
  return el('details', { class: 'small', open: rules.some(({ origin }) => origin === portal.origin), 'data-rules': portal.origin }, el('summary', {}, t('rule_title')), el('p', { class: 'quiet' }, t('rule_explained')), el('ul', { role: 'list', class: 'lines' }, ...lines));
}

/**
 * @param {PortalRuleView} rule
 * @param {{ place: HTMLElement, changed: () => Promise<void> }} outside
 * @returns {HTMLElement}
 */
function given({ origin, company, daily_limit: limit, used }, { place, changed }) {
  const revoke = button({ id: `rule-revoke-${origin}-${company}`, text: t('rule_revoke'), label: t('rule_revoke_of', origin, company), class: 'small' }, () =>
    void act(revoke, place, async () => {
      await host('portal.disallow', { origin, company });
      await changed();
    }),
  );
  return el('li', { class: 'row apart', 'data-rule': company }, el('span', {}, el('span', { class: 'mono' }, company), ` ${t('rule_given', limit, used)}`), revoke);
}

/**
 * @param {string} origin
 * @param {string} company
 * @param {{ place: HTMLElement, changed: () => Promise<void> }} outside
 * @returns {HTMLElement}
 */
function offer(origin, company, { place, changed }) {
  // Several portals may ask for one company.
  const id = `rule-limit-${origin}-${company}`;
  const field = el('input', { id, type: 'number', min: 1, max: MOST, step: 1, value: USUAL_LIMIT, required: true, class: 'limit' });
  const give = button({ id: `rule-allow-${origin}-${company}`, text: t('rule_allow'), label: t('rule_allow_of', origin, company), class: 'small' }, () => void ask());
  const ask = async () => {
    if (!field.reportValidity()) return;
    const limit = field.valueAsNumber;
    const content = [el('p', {}, t('rule_warning', limit)), el('p', { class: 'strong break' }, `${origin} · ${company}`)];
    if (!(await confirmed({ title: t('rule_question'), content, accept: t('rule_allow'), danger: true }))) return;
    await act(give, place, async () => {
      await host('portal.allow', { origin, company, daily_limit: limit });
      await changed();
    });
  };
  return el('li', { class: 'row', 'data-offer': company }, el('label', { for: id }, el('span', { class: 'mono' }, company), ` ${t('rule_limit')}`), field, give);
}
