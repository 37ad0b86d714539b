/** The company and its account, and *Iniciar OAuth* for exactly that company. */

import { ask, host } from '../shared/ask.js';
import { accountLife } from '../shared/account_life.js';
import { accountLine, accountPace, accountTone, companySave } from '../shared/company.js';
import { act, badge, button } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { signInPanel, startSignIn, usualWay } from '../shared/sign_in.js';
import { pageLink } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */

/**
 * @param {{ place: HTMLElement, chosen: (rfc: string) => void, saved: () => Promise<void> }} outside `place` shows
 *   failures; `chosen` hears of another company, empty for all of them
 * @returns {{ update: (companies: CompanyView[]) => void, signIn: (view: SignInView | null) => void }}
 */
export function whoCard({ place, chosen, saved }) {
  const select = byId('company', HTMLSelectElement);
  const start = byId('start-oauth', HTMLButtonElement);
  const panel = byId('sign-in', HTMLElement);
  /** @type {CompanyView[]} */
  let companies = [];
  /** @type {SignInView | null} */
  let view = null;

  const company = () => companies.find((one) => one.rfc === select.value);
  const choose = (/** @type {string} */ rfc) => {
    select.value = rfc;
    render();
    chosen(rfc);
  };

  function render() {
    const one = company();
    replace(byId('who-account', HTMLElement), ...(one === undefined ? [companyList(companies, choose)] : companyFacts(one, companies.length === 1)));
    const reason = refusal(one, view);
    start.disabled = reason !== '';
    const again = reconnects(one);
    start.textContent = t(again === null ? 'start_oauth' : 'reconnect');
    start.classList.toggle('primary', reason === '' && (again !== null || one?.account?.state !== 'ready'));
    const way = reason === '' && usualWay() === 'loopback' && t('starts_in_tab');
    replace(byId('start-oauth-reason', HTMLElement), reason, way, one?.use_oauth === false && pageLink(`options/options.html#companies/${one.rfc}`, ` ${t('redefine_company')}`));
  }

  function renderSignIn() {
    const rfc = view?.company;
    replace(panel, ...(view === null ? [] : signInParts(view, companies.find((each) => each.rfc === rfc), { panel, place, saved })));
  }

  on(select, 'change', () => choose(select.value));
  on(start, 'click', () => {
    const one = company();
    if (one === undefined) return;
    const again = reconnects(one);
    void act(start, place, () => startSignIn({ company: one.rfc, from: 'popup', ...(again !== null && { login_hint: again }) }));
  });

  return {
    update(fresh) {
      companies = fresh;
      fillSelect(select, companies);
      show(byId('who', HTMLElement), companies.length > 0);
      show(byId('company-choice', HTMLElement), companies.length > 1);
      render();
      renderSignIn();
    },
    signIn(fresh) {
      view = fresh;
      render();
      renderSignIn();
    },
  };
}

/**
 * Keeps the choice. With several companies nothing is chosen at first: a sign-in must name its company.
 * @param {HTMLSelectElement} select
 * @param {CompanyView[]} companies
 */
function fillSelect(select, companies) {
  const before = select.value;
  const [only] = companies;
  replace(
    select,
    companies.length > 1 && el('option', { value: '' }, t('all_companies')),
    ...companies.map((company) => el('option', { value: company.rfc }, `${company.name} (${company.rfc})`)),
  );
  if (companies.length === 1 && only !== undefined) select.value = only.rfc;
  else select.value = companies.some((company) => company.rfc === before) ? before : '';
}

/**
 * The account that is to be signed in again, because it has to be or soon will have to be.
 * @param {CompanyView | undefined} company
 * @returns {string | null}
 */
function reconnects(company) {
  const account = company?.account ?? null;
  return account !== null && (account.state === 'sign_in_needed' || account.reminder !== null) ? account.address : null;
}

/**
 * Why *Iniciar OAuth* cannot be pressed; empty when it can.
 * @param {CompanyView | undefined} company
 * @param {SignInView | null} view
 * @returns {string}
 */
function refusal(company, view) {
  if (company === undefined) return t('choose_company_first');
  if (!company.use_oauth) return t('oauth_is_off');
  if (view !== null && view.phase !== 'failed') return t('sign_in_under_way');
  return '';
}

/**
 * @param {CompanyView} company
 * @param {boolean} named whether the name must stand here because no choice shows it
 * @returns {HTMLElement[]}
 */
function companyFacts(company, named) {
  const facts = [accountLine(company.account)];
  if (company.account !== null) facts.push(accountLife(company.account), accountPace(company.account));
  if (named) facts.unshift(el('p', {}, el('span', { class: 'strong break' }, company.name), ' ', el('span', { class: 'mono quiet small' }, company.rfc)));
  return facts;
}

/**
 * @param {CompanyView[]} companies
 * @param {(rfc: string) => void} choose
 * @returns {HTMLElement}
 */
function companyList(companies, choose) {
  const items = companies.map((company) => {
    const row = button({ id: `company-${company.rfc}`, text: '', class: 'small' }, () => choose(company.rfc));
    row.append(el('span', { class: 'clip' }, company.name), standing(company.account));
    return el('li', {}, row);
  });
  return el('ul', { role: 'list', class: 'stack tight companies' }, ...items);
}

/**
 * An account in a word; one whose end is near says what to do about it.
 * @param {CompanyView['account']} account
 * @returns {HTMLElement}
 */
function standing(account) {
  if (account === null) return badge('plain', t('account_none'));
  return account.reminder === null ? badge(accountTone(account), t(`account_short_${account.state}`)) : badge('warn', t('reconnect'));
}

/**
 * @param {SignInView} view
 * @param {CompanyView | undefined} company
 * @param {{ panel: HTMLElement, place: HTMLElement, saved: () => Promise<void> }} outside
 * @returns {HTMLElement[]}
 */
function signInParts(view, company, { panel, place, saved }) {
  const { from, flow, phase } = view;
  const save = async () => {
    if (company === undefined || flow === undefined) return;
    await host('company.save', companySave(company, { flow }));
    await saved();
  };
  const parts = [
    signInPanel(view, company?.name ?? view.company, {
      save: from === 'popup' && company !== undefined ? () => void act(panel, place, save) : null,
      again: (params) => void act(panel, place, () => startSignIn(params)),
      stop: () => void act(panel, place, async () => void (await ask('sign_in.stop', {}))),
    }),
  ];
  // Settings may hold changes of that company that are not saved either; both go together there.
  if (from !== 'popup' && phase === 'unsaved') parts.push(el('p', { class: 'small' }, t('sign_in_elsewhere')));
  return parts;
}
