/** *Redefinir empresa*: everything of one company. Nothing takes effect before *Aceptar y guardar*. */

import { ask, host } from '../shared/ask.js';
import { accountLine } from '../shared/company.js';
import { act, confirmed } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { signInPanel, startSignIn } from '../shared/sign_in.js';
import { companyFields, EMPTY } from './company_fields.js';
import { scanControl } from './scan.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */

/**
 * @typedef {object} CompanyForm
 * @property {(rfc: string | null) => Promise<void>} open null opens an empty form
 * @property {() => Promise<boolean>} mayLeave asks when something would be lost; true when the person goes on
 * @property {(view: SignInView | null) => void} signIn
 * @property {(progress: import('../shared/protocol.d.ts').LibraryProgress) => void} progress
 */

/**
 * @param {{ done: (text: string | null) => void, renamed: (rfc: string) => void }} outside `done` goes back to the list
 *   and says something there; `renamed` hears that a new company now has its address
 * @returns {CompanyForm}
 */
export function companyForm({ done, renamed }) {
  const fields = companyFields(() => render());
  const start = byId('start-oauth', HTMLButtonElement);
  const panel = byId('sign-in', HTMLElement);
  const trouble = byId('save-trouble', HTMLElement);
  const save = byId('save-company', HTMLButtonElement);
  /** @type {CompanyView | null} */
  let company = null;
  let open = false;
  /** @type {SignInView | null} */
  let view = null;

  const scan = scanControl(async () => {
    if (company === null || fields.changed()) await store();
    return company?.rfc ?? '';
  });

  /** The finished sign-in that this form would save. */
  const flow = () => (view?.phase === 'unsaved' && view.company === company?.rfc ? view.flow : undefined);

  /**
   * Saves what the fields say.
   * @param {string} [taken] the flow whose account takes effect
   */
  async function store(taken) {
    const values = fields.values();
    if (values === null) throw new TypeError('the fields were checked before');
    const account = company?.account?.id;
    company = await host('company.save', { ...values, ...(account !== undefined && { account }), ...(taken !== undefined && { flow: taken }) });
    fields.fill(company);
    renamed(company.rfc);
    render();
  }

  function render() {
    const account = byId('company-account', HTMLElement);
    const fresh = flow() === undefined ? undefined : view?.account;
    replace(
      account,
      accountLine(fresh ?? company?.account ?? null),
      fresh !== undefined && company?.account != null && el('p', { class: 'quiet small' }, t('account_replaces', company.account.address)),
    );
    const reason = refusal();
    start.disabled = reason !== '';
    start.classList.toggle('primary', reason === '' && company?.account?.state !== 'ready' && fresh === undefined);
    const first = company === null || fields.changed() ? t('saves_first') : '';
    replace(byId('start-oauth-reason', HTMLElement), reason === '' ? first : reason);
    replace(byId('company-subtitle', HTMLElement), company === null ? t('company_new') : `${company.name} · ${company.rfc}`);
    show(byId('company-remove', HTMLElement), company !== null);
  }

  /** Why *Iniciar OAuth* cannot be pressed; empty when it can. */
  function refusal() {
    if (!fields.useOauth()) return t('oauth_is_off_here');
    if (!fields.valid()) return t('company_incomplete');
    if (view !== null && view.phase !== 'failed' && view.phase !== 'unsaved') return t('sign_in_under_way');
    return '';
  }

  function renderSignIn() {
    if (view === null) {
      replace(panel);
      return;
    }
    replace(
      panel,
      signInPanel(view, view.company === company?.rfc ? company.name : view.company, {
        save: null,
        again: (params) => void act(panel, trouble, () => startSignIn(params)),
        stop: () => void act(panel, trouble, async () => void (await ask('sign_in.stop', {}))),
      }),
    );
  }

  /** Frees a sign-in of this window; the host then forgets the new token. */
  const stop = () => (view?.from === 'options' ? ask('sign_in.stop', {}) : Promise.resolve());

  on(start, 'click', () =>
    void act(start, trouble, async () => {
      const rfc = fields.values()?.rfc;
      if (rfc === undefined) return;
      await startSignIn({ company: rfc, from: 'options' }, async () => {
        if (company === null || fields.changed()) await store();
      });
    }),
  );
  on(byId('company-form', HTMLFormElement), 'submit', (event) => {
    event.preventDefault();
    if (!fields.check()) return;
    void act(save, trouble, async () => {
      await store(flow());
      open = false;
      done(t('company_saved', company?.name ?? ''));
    });
  });
  on(byId('cancel-company', HTMLButtonElement), 'click', () =>
    void act(save, trouble, async () => {
      await stop();
      open = false;
      done(null);
    }),
  );
  on(byId('company-remove', HTMLButtonElement), 'click', () => void remove());

  async function remove() {
    const gone = company;
    if (gone === null) return;
    const yes = await confirmed({
      title: t('company_remove_of', gone.name),
      content: [el('p', {}, t('company_remove_warning'))],
      accept: t('company_remove'),
      danger: true,
    });
    if (!yes) return;
    await act(byId('company-remove', HTMLButtonElement), trouble, async () => {
      await stop();
      await host('company.remove', { rfc: gone.rfc });
      open = false;
      done(t('company_removed', gone.name));
    });
  }

  // Closing the window keeps the previous account and forgets the new one.
  window.addEventListener('pagehide', () => void stop());
  window.addEventListener('beforeunload', (event) => {
    if (open && (fields.changed() || flow() !== undefined)) event.preventDefault();
  });

  return {
    async open(rfc) {
      replace(trouble);
      const { companies } = await host('company.list', {});
      company = companies.find((one) => one.rfc === rfc) ?? null;
      if (company === null) fields.fill(EMPTY, companies.map((one) => one.rfc));
      else fields.fill(company);
      scan.reset();
      open = true;
      render();
      renderSignIn();
    },
    async mayLeave() {
      if (!open) return true;
      const lost = fields.changed() || flow() !== undefined;
      if (lost && !(await confirmed({ title: t('leave_title'), content: [el('p', {}, t('leave_warning'))], accept: t('leave'), danger: true }))) return false;
      await stop();
      open = false;
      return true;
    },
    signIn(fresh) {
      view = fresh;
      render();
      renderSignIn();
    },
    progress: scan.progress,
  };
}
