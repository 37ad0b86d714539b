/** The company and its account: the form is the settings' own, the sign-in is the worker's. */

import { ask, host } from '../shared/ask.js';
import { companySave } from '../shared/company.js';
import { act, button } from '../shared/controls.js';
import { el } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { signInPanel, startSignIn } from '../shared/sign_in.js';
import { pageLink } from '../shared/trouble.js';
import { companyToSignIn } from './standing.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */

/** @returns {HTMLElement} */
export function companyStep() {
  return el(
    'div',
    { class: 'stack' },
    el('p', {}, t('welcome_company')),
    el('div', { class: 'row' }, pageLink('options/options.html#companies/new', t('company_new'), { class: 'button primary', id: 'company-go', target: '_blank' })),
    el('p', { class: 'small quiet' }, t('welcome_comes_back')),
  );
}

/**
 * @param {CompanyView[]} companies
 * @param {SignInView | null} view
 * @param {{ place: HTMLElement, saved: () => Promise<void> }} outside
 * @returns {HTMLElement}
 */
export function accountStep(companies, view, { place, saved }) {
  const company = companyToSignIn(companies);
  if (view !== null) return panel(view, companies, { place, saved });
  if (company === null) return el('p', {});
  if (!company.use_oauth) {
    return el('div', { class: 'stack' }, el('p', { class: 'notice warn' }, t('welcome_oauth_off', company.name)), el('div', { class: 'row' }, pageLink(`options/options.html#companies/${company.rfc}`, t('redefine_company'), { class: 'button primary', target: '_blank' })));
  }
  const hint = company.account?.address;
  const start = button({ id: 'start-oauth', text: t('start_oauth'), class: 'primary' }, () => void act(start, place, () => startSignIn({ company: company.rfc, from: 'popup', ...(hint !== undefined && { login_hint: hint }) })));
  return el('div', { class: 'stack' }, el('p', {}, t('welcome_account', company.name)), el('div', { class: 'row' }, start), pageLink('options/options.html#privacy', t('privacy_link'), { class: 'small', target: '_blank' }));
}

/**
 * @param {SignInView} view
 * @param {CompanyView[]} companies
 * @param {{ place: HTMLElement, saved: () => Promise<void> }} outside
 * @returns {HTMLElement}
 */
function panel(view, companies, { place, saved }) {
  const company = companies.find(({ rfc }) => rfc === view.company);
  const { flow, from } = view;
  const save = async () => {
    if (company === undefined || flow === undefined) return;
    await host('company.save', companySave(company, { flow }));
    await saved();
  };
  // Settings may hold changes of that company that are not saved either; both go together there.
  const here = from === 'popup' && company !== undefined;
  const made = signInPanel(view, company?.name ?? view.company, {
    save: here ? () => void act(made, place, save) : null,
    again: (start) => void act(made, place, () => startSignIn(start)),
    stop: () => void act(made, place, async () => void (await ask('sign_in.stop', {}))),
  });
  return made;
}
