/** *Empresas*: the list, and the way into the form of each. */

import { ask, host } from '../shared/ask.js';
import { accountLine } from '../shared/company.js';
import { badge } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { plural, t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */

/**
 * @param {{ place: HTMLElement, open: (rfc: string) => void }} outside
 * @returns {() => Promise<void>}
 */
export function companiesSection({ open }) {
  const list = byId('company-list', HTMLElement);
  on(byId('company-new', HTMLButtonElement), 'click', () => open('new'));
  return async () => {
    const [{ companies }, { companies: given }] = await Promise.all([host('company.list', {}), ask('company.given', {})]);
    replace(list, ...(companies.length > 0 ? companies.map((company) => companyCard(company, given.includes(company.rfc))) : [el('p', { class: 'card' }, t('companies_empty'))]));
  };
}

/**
 * @param {CompanyView} company
 * @param {boolean} isGiven by the organisation
 * @returns {HTMLElement}
 */
function companyCard(company, isGiven) {
  return el(
    'article',
    { class: 'card stack tight', 'data-rfc': company.rfc },
    el(
      'div',
      { class: 'row apart' },
      el('div', { class: 'grow' }, el('h2', { class: 'break' }, company.name), el('span', { class: 'mono quiet' }, company.rfc)),
      el(
        'a',
        { class: 'button', href: `#companies/${encodeURIComponent(company.rfc)}`, id: `company-${company.rfc}`, 'aria-label': t('redefine_company_of', company.name) },
        t('redefine_company'),
      ),
    ),
    el(
      'div',
      { class: 'row' },
      company.use_oauth ? badge('good', t('oauth_on')) : badge('plain', t('oauth_off')),
      badge(company.folders.length > 0 ? 'plain' : 'warn', plural('folders', company.folders.length)),
      isGiven && el('span', { 'data-given': 'true' }, badge('info', t('company_given'))),
    ),
    accountLine(company.account),
  );
}
