/** Correcting the daily budget of an account: our estimate of what Gmail allows. */

import { host } from '../shared/ask.js';
import { act, button, fieldError } from '../shared/controls.js';
import { el, on } from '../shared/dom.js';
import { LOCALE, t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').AccountView} AccountView */

/** Messages a day that the host takes. */
const LARGEST = 100_000;

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * @param {AccountView} account
 * @param {HTMLElement} place where failures are shown
 * @param {(account: AccountView, said: string) => void} saved
 * @returns {HTMLElement}
 */
export function budgetForm(account, place, saved) {
  const id = `budget-${account.id}`;
  const field = el('input', { type: 'number', id, min: 1, max: LARGEST, step: 1, required: true, value: account.daily_budget, 'aria-describedby': `${id}-hint ${id}-error` });
  const save = el('button', { type: 'submit', id: `${id}-save`, class: 'small' }, t('budget_save'));
  const reset = button({ id: `${id}-default`, text: t('budget_default'), class: 'small' }, () => void act(reset, place, () => change()));

  /** @param {number} [budget] absent goes back to what the account's type has */
  async function change(budget) {
    const fresh = await host('account.budget', { account: account.id, ...(budget !== undefined && { daily_budget: budget }) });
    saved(fresh, t('budget_saved', NUMBER.format(fresh.daily_budget)));
  }

  const form = el(
    'form',
    { class: 'stack tight', novalidate: true },
    el('p', { class: 'quiet small', id: `${id}-hint` }, t('budget_explained')),
    el(
      'div',
      { class: 'field' },
      el('label', { for: id }, t('budget')),
      el('div', { class: 'row' }, field, save, reset),
      el('span', { class: 'error', role: 'alert', id: `${id}-error` }),
    ),
  );
  on(form, 'submit', (event) => {
    event.preventDefault();
    const good = field.checkValidity();
    fieldError(field, good ? '' : t('budget_invalid'));
    if (good) void act(save, place, () => change(field.valueAsNumber));
    else field.focus();
  });
  return el('details', { class: 'budget' }, el('summary', { id: `${id}-open`, class: 'small' }, t('budget_change')), form);
}
