/** *Redefinir empresa*: everything of one company. Nothing takes effect before *Aceptar y guardar*. */

import { ask, host } from '../shared/ask.js';
import { accountLine } from '../shared/company.js';
import { act, confirmed, paused } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { rememberWays, signInPanel, startSignIn, usualWay } from '../shared/sign_in.js';
import { companyFields, EMPTY } from './company_fields.js';
import { KindTexts } from './kind_texts.js';
import { problemList } from './problems.js';
import { scanControl } from './scan.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */

/** Milliseconds in which changes of the folders are gathered before the problems are asked for. */
const GATHER = 400;

/**
 * @typedef {object} Outside
 * @property {(text: string | null) => void} done goes back to the list and says something there
 * @property {(rfc: string) => void} named hears that a new company now has its address
 */

/** The window of one company; opened again for each. */
export class CompanyForm {
  /** @type {CompanyView | null} */
  #company = null;
  /** @type {SignInView | null} */
  #view = null;
  #open = false;
  #fields = companyFields(() => this.#render());
  #texts = new KindTexts(() => this.#render());
  #problems = problemList((offline) => this.#fields.mark({ offline }));
  #scan = scanControl(() => this.#saved(), async (rfc) => {
    await this.#problems.load(rfc);
    this.#watch();
  });
  #problemsSoon = paused(() => void this.#problems.again().catch(() => undefined), GATHER);
  #form = byId('company-form', HTMLFormElement);
  /** The opening whose answer still counts: a slow one must not fill the fields of the company that was opened after it. */
  #opening = 0;
  #trouble = byId('save-trouble', HTMLElement);
  #panel = byId('sign-in', HTMLElement);
  #start = byId('start-oauth', HTMLButtonElement);
  #startInTab = byId('start-oauth-tab', HTMLButtonElement);
  #outside;

  /** @param {Outside} outside */
  constructor(outside) {
    this.#outside = outside;
    const save = byId('save-company', HTMLButtonElement);
    const cancel = byId('cancel-company', HTMLButtonElement);
    on(this.#start, 'click', () => void act(this.#start, this.#trouble, () => this.#signIn()));
    on(this.#startInTab, 'click', () => void act(this.#startInTab, this.#trouble, () => this.#signIn('loopback')));
    on(this.#form, 'submit', (event) => {
      event.preventDefault();
      if (this.#fields.check()) void act(save, this.#trouble, () => this.#accept());
    });
    on(cancel, 'click', () => void act(cancel, this.#trouble, () => this.#leave(null)));
    on(byId('company-remove', HTMLButtonElement), 'click', () => void this.#remove());
    // Closing the window keeps the previous account and forgets the new one.
    window.addEventListener('pagehide', () => void this.#stop());
    window.addEventListener('beforeunload', (event) => {
      if (this.#open && this.#unsaved()) event.preventDefault();
    });
  }

  /** @param {string | null} rfc null opens an empty form */
  async open(rfc) {
    replace(this.#trouble);
    // Nobody types into fields that are about to be filled, or saves what could not be read.
    show(this.#form, false);
    const opening = ++this.#opening;
    const [{ companies }, { client }] = await Promise.all([host('company.list', {}), host('client.show', {})]);
    if (opening !== this.#opening) return;
    show(this.#startInTab, rememberWays(client).length > 1);
    this.#company = companies.find((one) => one.rfc === rfc) ?? null;
    if (this.#company === null) this.#fields.fill(EMPTY, companies.map((one) => one.rfc));
    else this.#fields.fill(this.#company);
    this.#scan.reset();
    this.#problems.reset();
    this.#open = true;
    this.#render();
    this.#renderSignIn();
    await this.#texts.load(this.#company?.rfc ?? null);
    if (opening !== this.#opening) return;
    show(this.#form, true);
    if (this.#company === null) return;
    await this.#problems.load(this.#company.rfc);
    this.#watch();
  }

  /** Asks when something would be lost. @returns {Promise<boolean>} whether the person goes on */
  async mayLeave() {
    if (!this.#open) return true;
    const question = { title: t('leave_title'), content: [el('p', {}, t('leave_warning'))], accept: t('leave'), danger: true };
    if (this.#unsaved() && !(await confirmed(question))) return false;
    await this.#stop();
    this.#open = false;
    return true;
  }

  /** @param {SignInView | null} view */
  signIn(view) {
    this.#view = view;
    this.#render();
    this.#renderSignIn();
  }

  /** @param {import('../shared/protocol.d.ts').LibraryProgress} progress */
  progress(progress) {
    this.#scan.progress(progress);
  }

  /** @param {import('../shared/protocol.d.ts').DeliveryView} delivery that has changed */
  delivery(delivery) {
    this.#texts.delivery(delivery);
  }

  /** The index has changed by itself. */
  indexed() {
    if (this.#open) this.#problemsSoon();
  }

  /** What changes in the folders shows up while this window is open. Without it the next scan finds it. */
  #watch() {
    if ((this.#company?.folders ?? []).length === 0) return;
    host('library.watch', {}).then(({ polled }) => this.#fields.mark({ polled }), () => undefined);
  }

  /** The finished sign-in that *Aceptar y guardar* would save. */
  #flow() {
    return this.#view?.phase === 'unsaved' && this.#view.company === this.#company?.rfc ? this.#view.flow : undefined;
  }

  #unsaved() {
    return this.#fields.changed() || this.#texts.changed() || this.#flow() !== undefined;
  }

  /**
   * Saves what the fields say.
   * @param {string} [flow] the sign-in whose account takes effect
   */
  async #store(flow) {
    const values = this.#fields.values();
    if (values === null) throw new TypeError('the fields were checked before');
    const account = this.#company?.account?.id;
    this.#company = await host('company.save', { ...values, ...(account !== undefined && { account }), ...(flow !== undefined && { flow }) });
    this.#fields.fill(this.#company);
    this.#outside.named(this.#company.rfc);
    this.#render();
  }

  /** Saves changes, because a scan reads what is saved. @returns {Promise<string>} the company, empty when it cannot be saved yet */
  async #saved() {
    if (!this.#fields.check()) return '';
    if (this.#company === null || this.#fields.changed()) await this.#store();
    return this.#company?.rfc ?? '';
  }

  async #accept() {
    await this.#store(this.#flow());
    await this.#texts.save();
    await this.#leave(t('company_saved', this.#company?.name ?? ''));
  }

  /** @param {import('../shared/sign_in.js').Via} [via] */
  async #signIn(via) {
    const rfc = this.#fields.values()?.rfc;
    if (rfc === undefined) return;
    await startSignIn({ company: rfc, from: 'options', ...(via !== undefined && { via }) }, async () => {
      // The host begins only for a company that is saved with its switch on.
      if (this.#company === null || this.#fields.changed()) await this.#store();
    });
  }

  async #remove() {
    const gone = this.#company;
    if (gone === null) return;
    const question = { title: t('company_remove_of', gone.name), content: [el('p', {}, t('company_remove_warning'))], accept: t('company_remove'), danger: true };
    if (!(await confirmed(question))) return;
    await act(byId('company-remove', HTMLButtonElement), this.#trouble, async () => {
      await host('company.remove', { rfc: gone.rfc });
      await this.#leave(t('company_removed', gone.name));
    });
  }

  /** @param {string | null} text what the list says */
  async #leave(text) {
    await this.#stop();
    this.#open = false;
    this.#outside.done(text);
  }

  /** Frees a sign-in of this window; the host then forgets the new token. */
  async #stop() {
    if (this.#view?.from === 'options') await ask('sign_in.stop', {});
  }

  /** Why *Iniciar OAuth* cannot be pressed; empty when it can. */
  #refusal() {
    if (!this.#fields.useOauth()) return t('oauth_is_off_here');
    if (!this.#fields.valid()) return t('company_incomplete');
    const phase = this.#view?.phase ?? 'failed';
    return phase === 'failed' || phase === 'unsaved' ? '' : t('sign_in_under_way');
  }

  #render() {
    const old = this.#company?.account ?? null;
    const fresh = this.#flow() === undefined ? null : (this.#view?.account ?? null);
    replace(
      byId('company-account', HTMLElement),
      accountLine(fresh ?? old),
      fresh !== null && old !== null && el('p', { class: 'quiet small' }, t('account_replaces', old.address)),
    );
    const reason = this.#refusal();
    this.#start.disabled = reason !== '';
    this.#startInTab.disabled = reason !== '';
    this.#start.classList.toggle('primary', reason === '' && old?.state !== 'ready' && fresh === null);
    const first = this.#company === null || this.#fields.changed() ? t('saves_first') : '';
    replace(byId('start-oauth-reason', HTMLElement), reason === '' ? first : reason, reason === '' && usualWay() === 'loopback' && ` ${t('starts_in_tab')}`);
    replace(byId('company-subtitle', HTMLElement), this.#company === null ? t('company_new') : `${this.#company.name} · ${this.#company.rfc}`);
    show(byId('company-remove', HTMLElement), this.#company !== null);
  }

  #renderSignIn() {
    const view = this.#view;
    const acts = {
      save: null,
      again: (/** @type {import('../shared/sign_in.js').SignInStart} */ start) => void act(this.#panel, this.#trouble, () => startSignIn(start)),
      stop: () => void act(this.#panel, this.#trouble, async () => void (await ask('sign_in.stop', {}))),
    };
    const name = view?.company === this.#company?.rfc ? this.#company?.name : view?.company;
    replace(this.#panel, view !== null && signInPanel(view, name ?? '', acts));
  }
}
