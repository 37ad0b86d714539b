/** *Reconectar*: signs in again as an account of the list, for a company that sends with it; a sign-in always names one. */

import { ask, host } from '../shared/ask.js';
import { companySave } from '../shared/company.js';
import { act, button } from '../shared/controls.js';
import { byId, el, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { signInPanel, startSignIn } from '../shared/sign_in.js';
import { notice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').AccountView} AccountView */
/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */

/**
 * @param {HTMLElement} place
 * @param {() => Promise<void>} saved shows the list anew
 * @returns {{ update: (companies: CompanyView[]) => void, button: (account: AccountView) => HTMLElement | false, signIn: (view: SignInView | null) => void }}
 */
export function reconnecting(place, saved) {
  const panel = byId('account-sign-in', HTMLElement);
  /** @type {CompanyView[]} */
  let companies = [];

  /** @param {SignInView} view @param {CompanyView} company */
  async function save({ flow }, company) {
    if (flow === undefined) return;
    await host('company.save', companySave(company, { flow }));
    await saved();
    replace(place, notice('good', el('p', {}, t('company_saved', company.name))));
  }

  return {
    update(fresh) {
      companies = fresh;
    },
    button(account) {
      const company = companies.find((one) => one.use_oauth && account.companies.includes(one.rfc));
      if (company === undefined) return false;
      const wanted = account.state === 'sign_in_needed' || account.reminder !== null;
      const pressed = button({ id: `reconnect-${account.id}`, text: t('reconnect'), label: t('reconnect_of', account.address), ...(wanted && { class: 'primary' }) }, () =>
        void act(pressed, place, () => startSignIn({ company: company.rfc, from: 'accounts', login_hint: account.address })),
      );
      return pressed;
    },
    signIn(view) {
      const company = companies.find((one) => one.rfc === view?.company);
      replace(
        panel,
        view?.from === 'accounts' &&
          signInPanel(view, company?.name ?? view.company, {
            save: company === undefined ? null : () => void act(panel, place, () => save(view, company)),
            again: (start) => void act(panel, place, () => startSignIn(start)),
            stop: () => void act(panel, place, async () => void (await ask('sign_in.stop', {}))),
          }),
      );
    },
  };
}
