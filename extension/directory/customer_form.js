/** One customer: addresses by kind of document, and how its messages are made. Nothing takes effect before *Guardar*. */

import { host } from '../shared/ask.js';
import { act, confirmed, fieldError } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { addressLines } from './address_lines.js';
import { changes } from './changes.js';

/** @typedef {import('../shared/protocol.d.ts').ContactView} ContactView */
/** @typedef {import('../shared/protocol.d.ts').CustomerView} CustomerView */
/** @typedef {import('../shared/protocol.d.ts').CustomerSave} CustomerSave */

/** Contacts that are asked for at once: as many as the host gives. */
const AT_ONCE = 200;

/** The form; opened again for each customer. */
export class CustomerForm {
  #form = byId('customer', HTMLFormElement);
  #rfc = byId('rfc', HTMLInputElement);
  #extras = byId('extras', HTMLInputElement);
  #name = byId('name', HTMLInputElement);
  #place = byId('customer-trouble', HTMLElement);
  #addresses = addressLines();
  /** RFC of the company; empty while nothing is open. */
  #company = '';
  /** @type {CustomerView | null} null for a new one */
  #customer = null;
  /** @type {ContactView[]} */
  #before = [];
  /** What the fields said when they were filled. */
  #clean = '';
  /** The opening whose answer still counts. */
  #opening = 0;

  /** @param {(done: { text: string, rfc: string | null } | null) => void} done null where nothing was changed */
  constructor(done) {
    const save = byId('save', HTMLButtonElement);
    on(this.#form, 'submit', (event) => {
      event.preventDefault();
      if (this.#check()) void act(save, this.#place, async () => done(await this.#save()));
    });
    on(byId('cancel', HTMLButtonElement), 'click', () => {
      this.forget();
      done(null);
    });
    const remove = byId('remove', HTMLButtonElement);
    on(remove, 'click', () => void act(remove, this.#place, async () => {
      const gone = await this.#remove();
      if (gone !== null) done(gone);
    }));
    window.addEventListener('beforeunload', (event) => {
      if (this.changed) event.preventDefault();
    });
  }

  /** Whether something would be lost. */
  get changed() {
    return this.#company !== '' && this.#said() !== this.#clean;
  }

  /** Closes it, whatever stands in it. */
  forget() {
    this.#opening += 1;
    this.#company = '';
    show(this.#form, false);
  }

  /** Asks when something would be lost. @returns {Promise<boolean>} whether the person goes on */
  async mayLeave() {
    if (!this.changed) return true;
    return await confirmed({ title: t('leave_title'), content: [el('p', {}, t('customer_leave'))], accept: t('leave'), danger: true });
  }

  /**
   * @param {string} company
   * @param {string | null} rfc null opens an empty form
   */
  async open(company, rfc) {
    this.forget();
    const opening = this.#opening;
    replace(this.#place);
    const customer = rfc === null ? null : await host('customer.get', { company, receiver_rfc: rfc });
    const contacts = rfc === null ? [] : await contactsOf(company, rfc);
    if (opening !== this.#opening) return;
    this.#company = company;
    this.#customer = customer;
    this.#before = contacts;
    this.#fill();
    show(this.#form, true);
  }

  #fill() {
    const customer = this.#customer;
    replace(byId('customer-title', HTMLElement), customer === null ? t('customer_new') : customer.name === '' ? customer.receiver_rfc : customer.name);
    this.#rfc.value = customer?.receiver_rfc ?? '';
    this.#rfc.readOnly = customer !== null;
    fieldError(this.#rfc, '');
    this.#name.value = customer?.name ?? '';
    this.#addresses.fill(this.#before);
    this.#choose('form', customer?.form ?? 'loose');
    this.#choose('grouping', customer?.grouping ?? 'grouped');
    this.#extras.checked = customer?.extras ?? false;
    show(byId('remove', HTMLButtonElement), customer !== null);
    this.#clean = this.#said();
  }

  /** @param {string} name @param {string} value */
  #choose(name, value) {
    for (const one of this.#form.querySelectorAll('input[type="radio"]')) {
      if (one instanceof HTMLInputElement && one.name === name) one.checked = one.value === value;
    }
  }

  /** @param {string} name */
  #chosen(name) {
    return String(new FormData(this.#form).get(name));
  }

  /** Everything that the fields say. */
  #said() {
    const lines = this.#addresses.lines().filter(({ address }) => address.trim() !== '');
    return JSON.stringify([this.#rfc.value, this.#name.value, this.#chosen('form'), this.#chosen('grouping'), this.#extras.checked, lines.map(({ address, kind }) => [address.trim(), kind])]);
  }

  #check() {
    const named = this.#rfc.value.trim() !== '';
    fieldError(this.#rfc, named ? '' : t('customer_rfc_missing'));
    if (!named) this.#rfc.focus();
    return this.#addresses.check() && named;
  }

  async #save() {
    const { remove, add } = changes(this.#addresses.lines(), this.#before);
    /** @type {CustomerSave} */
    const params = {
      company: this.#company,
      receiver_rfc: this.#rfc.value.trim(),
      form: this.#chosen('form') === 'zip' ? 'zip' : 'loose',
      grouping: this.#chosen('grouping') === 'single' ? 'single' : 'grouped',
      extras: this.#extras.checked,
      ...(this.#name.value.trim() !== '' && { name: this.#name.value.trim() }),
      remove,
      add,
    };
    const saved = await host('customer.save', params);
    this.forget();
    return { text: t('customer_saved', saved.name === '' ? saved.receiver_rfc : saved.name), rfc: saved.receiver_rfc };
  }

  async #remove() {
    const customer = this.#customer;
    if (customer === null) return null;
    const name = customer.name === '' ? customer.receiver_rfc : customer.name;
    const question = { title: t('customer_remove_title', name), content: [el('p', {}, t('customer_remove_warning'))], accept: t('customer_remove'), danger: true };
    if (!(await confirmed(question))) return null;
    await host('customer.remove', { company: customer.company, receiver_rfc: customer.receiver_rfc });
    this.forget();
    return { text: t('customer_removed', name), rfc: null };
  }
}

/**
 * @param {string} company
 * @param {string} rfc
 * @returns {Promise<ContactView[]>}
 */
async function contactsOf(company, rfc) {
  const found = [];
  /** @type {string | null} */
  let after = null;
  do {
    /** @type {import('../shared/protocol.d.ts').ContactPage} */
    const page = await host('contact.list', { company, receiver_rfc: rfc, limit: AT_ONCE, ...(after !== null && { after }) });
    found.push(...page.contacts);
    after = page.next;
  } while (after !== null);
  return found;
}
