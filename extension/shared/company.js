/** What popup, options and deliver page share about a company. */

import { badge } from './controls.js';
import { el } from './dom.js';
import { continues } from './format.js';
import { LOCALE, t } from './i18n.js';
import { failureText } from './trouble.js';

/** @typedef {import('./protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('./protocol.d.ts').CompanySave} CompanySave */
/** @typedef {import('./protocol.d.ts').AccountView} AccountView */

/**
 * The whole window of a company as `company.save` takes it: saving means all of it, so what is left out would be emptied.
 * @param {CompanyView} company
 * @param {Partial<CompanySave>} [changes]
 * @returns {CompanySave}
 */
export function companySave(company, changes = {}) {
  /** @type {CompanySave} */
  const save = {
    rfc: company.rfc,
    name: company.name,
    use_oauth: company.use_oauth,
    folders: company.folders,
    cc: company.cc,
    bcc: company.bcc,
    subject: company.subject,
    body: company.body,
  };
  if (company.account !== null) save.account = company.account.id;
  if (company.reply_to !== null) save.reply_to = company.reply_to;
  return { ...save, ...changes };
}

/** @type {Record<import('./protocol.d.ts').AccountState, string>} */
const TONES = { unsaved: 'warn', ready: 'good', sign_in_needed: 'bad' };

/**
 * An account with its state in a word.
 * @param {AccountView | null} account
 * @returns {HTMLElement}
 */
export function accountLine(account) {
  if (account === null) return el('span', { class: 'quiet' }, t('account_none'));
  return el(
    'span',
    { class: 'row account', 'data-state': account.state },
    el('span', { class: 'break strong' }, account.address),
    badge(accountTone(account), t(`account_${account.state}`)),
  );
}

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * How much of its day an account has used, and what it waits for.
 * @param {AccountView} account
 * @returns {HTMLElement}
 */
export function accountPace({ used_today: used, daily_budget: budget, continues_at: later, paused_by: why }) {
  const reason = why !== null ? failureText(why) : later !== null ? t('pace_own') : null;
  return el(
    'div',
    { class: 'stack tight small pace' },
    el('p', { class: 'quiet' }, t('used_today', NUMBER.format(used), NUMBER.format(budget))),
    reason !== null &&
      el('div', { class: 'notice warn', 'data-paused': why ?? 'pace' }, later !== null && el('p', { class: 'strong' }, continues(later)), el('p', {}, reason)),
  );
}

/**
 * @param {AccountView} account
 * @returns {string}
 */
export function accountTone(account) {
  return TONES[account.state];
}
