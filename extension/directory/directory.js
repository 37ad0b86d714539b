/** *Directorio*: whom each customer's documents go to, and how. `#rfc/<RFC>` opens a customer, `#new` an empty one, `#import` a file. */

import { ask, events, host, troubleOf } from '../shared/ask.js';
import { act, paused } from '../shared/controls.js';
import { byId, el, on, replace, setAttribute, show } from '../shared/dom.js';
import { fillPage, plural, t } from '../shared/i18n.js';
import { download } from '../shared/text_file.js';
import { notice, pageLink, troubleNotice } from '../shared/trouble.js';
import { CustomerForm } from './customer_form.js';
import { customerItem } from './customer_item.js';
import { Importer } from './import.js';

/** @typedef {import('../shared/protocol.d.ts').CustomerView} CustomerView */

/** Customers a page. */
const PAGE = 50;
/** Milliseconds without a key before the search runs. */
const PAUSE = 250;

fillPage();

const place = byId('trouble', HTMLElement);
const said = byId('said', HTMLElement);
const list = byId('customers', HTMLElement);
const more = byId('more', HTMLButtonElement);
const search = byId('search', HTMLInputElement);
const company = byId('company', HTMLSelectElement);
const form = new CustomerForm((done) => void left(done));
const imports = new Importer((text) => void imported(text));

/** @type {CustomerView[]} */
let customers = [];
/** @type {string | null} */
let next = null;
let turn = 0;
/** RFC of the company whose customers are shown. */
let shown = '';
/** What the address named last, to go back to where a person stays. */
let here = '';

/** @returns {import('../shared/protocol.d.ts').CustomerListParams} */
function filter() {
  const text = search.value.trim();
  return { company: company.value, limit: PAGE, ...(text !== '' && { text }) };
}

/** Asks for the first page anew. */
async function load() {
  turn += 1;
  const mine = turn;
  if (company.value === '') return;
  try {
    const page = await host('customer.list', filter());
    // An older answer must not replace a newer one.
    if (mine !== turn) return;
    customers = page.customers;
    next = page.next;
    replace(place);
    render();
  } catch (error) {
    if (mine === turn) replace(place, troubleNotice(troubleOf(error)));
  }
}

async function loadMore() {
  if (next === null) return;
  const mine = turn;
  const page = await host('customer.list', { ...filter(), after: next });
  if (mine !== turn) return;
  customers = [...customers, ...page.customers];
  next = page.next;
  render();
}

function render() {
  replace(list, ...(customers.length > 0 ? customers.map(customerItem) : [el('li', { class: 'card quiet' }, t(search.value.trim() === '' ? 'directory_empty' : 'directory_nothing'))]));
  replace(byId('count', HTMLElement), customers.length > 0 && plural('customers_shown', customers.length));
  show(more, next !== null);
  show(byId('export', HTMLButtonElement), customers.length > 0);
  mark();
}

function mark() {
  for (const link of list.querySelectorAll('a')) setAttribute(link, 'aria-current', link.getAttribute('href') === location.hash ? 'true' : null);
}

/**
 * Opens what the address names.
 * @param {boolean} focus whether the reader goes on there
 */
async function route(focus) {
  if (location.hash === here) return;
  if (!(await form.mayLeave())) {
    history.replaceState(null, '', here === '' ? '#' : here);
    return;
  }
  here = location.hash;
  const rfc = here.startsWith('#rfc/') ? decodeURIComponent(here.slice('#rfc/'.length)) : null;
  const opens = rfc !== null || here === '#new';
  form.forget();
  replace(place);
  show(byId('book', HTMLElement), here !== '#import');
  byId('panes', HTMLElement).classList.toggle('chosen', opens);
  imports.open(here === '#import' ? chosenCompany() : null);
  mark();
  try {
    if (opens) await form.open(company.value, rfc);
    if (focus) byId(opens ? 'customer-title' : here === '#import' ? 'import-title' : 'title', HTMLElement).focus();
  } catch (error) {
    byId('panes', HTMLElement).classList.remove('chosen');
    replace(place, troubleNotice(troubleOf(error)));
  }
}

function chosenCompany() {
  return { rfc: company.value, name: company.selectedOptions[0]?.textContent ?? company.value };
}

/** @param {{ text: string, rfc: string | null } | null} done */
async function left(done) {
  replace(said, done !== null && notice('good', el('p', {}, done.text)));
  location.hash = '';
  if (done !== null) await load();
}

/** @param {string} text */
async function imported(text) {
  await left({ text, rfc: null });
}

/** The whole address book of the company as one file. */
async function exportAll() {
  const pieces = [];
  /** @type {string | null} */
  let after = null;
  do {
    /** @type {import('../shared/protocol.d.ts').ContactsExported} */
    const piece = await host('contact.export', { company: company.value, ...(after !== null && { after }) });
    pieces.push(piece.csv);
    after = piece.next;
  } while (after !== null);
  download(`${t('directory_file')}-${company.value}.csv`, pieces.join(''));
}

/** The companies; the address book is each company's own. */
async function start() {
  const { companies } = await host('company.list', {});
  const wanted = new URLSearchParams(location.search).get('company');
  replace(company, ...companies.map(({ rfc, name }) => el('option', { value: rfc, selected: rfc === wanted }, `${name} (${rfc})`)));
  show(byId('company-field', HTMLElement), companies.length > 1);
  const { hello } = await ask('state', {});
  replace(byId('os-user', HTMLElement), hello !== null && t('os_user', hello.os_user));
  if (companies.length === 0) {
    replace(place, notice('info', el('p', {}, t('directory_no_company')), pageLink('options/options.html#companies', t('go_companies'))));
    return;
  }
  shown = company.value;
  here = ' ';
  await Promise.all([load(), route(false)]);
}

/** A customer of one company is none of the other's: what is open is closed, unless the person stays. */
async function changeCompany() {
  if (!(await form.mayLeave())) {
    company.value = shown;
    return;
  }
  shown = company.value;
  form.forget();
  location.hash = '';
  await load();
}

const loadSoon = paused(() => void load(), PAUSE);
on(search, 'input', loadSoon);
on(company, 'change', () => void changeCompany());
on(more, 'click', () => void act(more, place, loadMore));
const exporting = byId('export', HTMLButtonElement);
on(exporting, 'click', () => void act(exporting, place, exportAll));
window.addEventListener('hashchange', () => {
  if (company.value === '') return;
  if (location.hash !== '') replace(said);
  void route(true);
});
// What is sent names customers and teaches addresses.
events((event) => {
  const learns = event.event === 'delivery.changed' && event.params.delivery.state === 'queued';
  // A list that was scrolled on is not thrown back to its beginning.
  if (learns && customers.length <= PAGE) loadSoon();
});
start().catch((error) => replace(place, troubleNotice(troubleOf(error))));
