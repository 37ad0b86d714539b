/** *Cuentas*: what each has used of its day, and the two ways to part from one, told apart and each with what it touches. */

import { host } from '../shared/ask.js';
import { accountLife } from '../shared/account_life.js';
import { accountLine, accountPace } from '../shared/company.js';
import { act, button, confirmed } from '../shared/controls.js';
import { byId, el, replace } from '../shared/dom.js';
import { moment, words } from '../shared/format.js';
import { plural, t } from '../shared/i18n.js';
import { notice } from '../shared/trouble.js';
import { budgetForm } from './budget.js';
import { reconnecting } from './reconnect.js';

/** @typedef {import('../shared/protocol.d.ts').AccountView} AccountView */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */

/**
 * @param {HTMLElement} place
 * @returns {{ open: () => Promise<void>, signIn: (view: SignInView | null) => void }}
 */
export function accountsSection(place) {
  const list = byId('account-list', HTMLElement);
  const reconnect = reconnecting(place, () => load());

  async function load() {
    const [{ accounts }, listed] = await Promise.all([host('account.list', {}), host('company.list', {})]);
    reconnect.update(listed.companies);
    replace(list, ...(accounts.length > 0 ? accounts.map(card) : [el('p', { class: 'card' }, t('accounts_empty'))]));
  }

  /**
   * @param {AccountView} account
   * @returns {HTMLElement}
   */
  function card(account) {
    const forget = button({ id: `forget-${account.id}`, text: t('forget'), label: t('forget_of', account.address) }, () => void part(account, 'account.forget', forget));
    const revoke = button({ id: `revoke-${account.id}`, text: t('revoke'), label: t('revoke_of', account.address), class: 'danger' }, () => void part(account, 'account.revoke', revoke));
    return el(
      'article',
      { class: 'card stack tight', id: `account-${account.id}`, 'data-account': account.id },
      el('h2', {}, accountLine(account)),
      el('p', { class: 'quiet small' }, t('granted_at', moment(account.granted_at))),
      accountLife(account, { whole: true }),
      el('p', { class: 'small' }, usedBy(account)),
      accountPace(account),
      budgetForm(account, place, (fresh, said) => {
        byId(`account-${fresh.id}`, HTMLElement).replaceWith(card(fresh));
        replace(place, notice('good', el('p', {}, said)));
      }),
      el('div', { class: 'row' }, reconnect.button(account), forget, revoke),
    );
  }

  /**
   * @param {AccountView} account
   * @param {'account.forget' | 'account.revoke'} method
   * @param {HTMLElement} pressed
   */
  async function part(account, method, pressed) {
    const revoke = method === 'account.revoke';
    const yes = await confirmed({
      title: t(revoke ? 'revoke_of' : 'forget_of', account.address),
      content: [
        el('p', {}, usedBy(account)),
        el('p', {}, plural('deliveries_wait', account.deliveries)),
        revoke ? el('p', { class: 'notice warn' }, t('revoke_warning')) : el('p', {}, t('forget_warning')),
      ],
      accept: t(revoke ? 'revoke' : 'forget'),
      danger: true,
    });
    if (!yes) return;
    await act(pressed, place, async () => {
      const gone = await host(method, { account: account.id });
      await load();
      replace(place, notice('good', el('p', {}, t(gone.revoked ? 'revoked' : 'forgotten', gone.address))));
    });
  }

  return { open: load, signIn: (view) => reconnect.signIn(view) };
}

/**
 * @param {AccountView} account
 * @returns {string}
 */
function usedBy(account) {
  return account.companies.length === 0 ? t('account_unused') : t('account_used_by', words(account.companies));
}
