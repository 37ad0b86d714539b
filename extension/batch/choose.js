/** *Elegir del almacén digital*: invoices by date, receiver and kind; their recipients come from confirmed contacts alone. */

import { host } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { kindName } from '../shared/format.js';
import { LOCALE, plural, t } from '../shared/i18n.js';
import { notice } from '../shared/trouble.js';
import { MOST, monthOf, rowsOf } from './selection.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/protocol.d.ts').ContactView} ContactView */

/** Documents and contacts asked for at once, the most that the host gives. */
const PAGE = 200;

/** Kinds of documents, the most frequent first. */
const KINDS = ['I', 'P', 'E', 'N', 'T', 'R'];

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * @param {{ checking: import('./checking.js').Checking, checked: (batch: string) => void }} outside
 * @returns {(companies: CompanyView[]) => void} fills in the companies
 */
export function choice({ checking, checked }) {
  const place = byId('choose-trouble', HTMLElement);
  const company = byId('choose-company', HTMLSelectElement);
  const kind = byId('choose-kind', HTMLSelectElement);
  const from = byId('choose-from', HTMLInputElement);
  const to = byId('choose-to', HTMLInputElement);
  const receiver = byId('choose-receiver', HTMLInputElement);
  const button = byId('choose', HTMLButtonElement);
  [from.value, to.value] = monthOf(new Date());
  replace(kind, el('option', { value: '' }, t('batch_kind_any')), ...KINDS.map((letter) => el('option', { value: letter }, kindName(letter))));

  async function run() {
    await checking.during(place, async (judge) => {
      const documents = await found({
        company: company.value,
        ...(from.value !== '' && { from_date: from.value }),
        ...(to.value !== '' && { to_date: to.value }),
        ...(receiver.value.trim() !== '' && { receiver_rfc: receiver.value.trim().toUpperCase() }),
        ...(kind.value !== '' && { kind: kind.value }),
        ...(byId('choose-unsent', HTMLInputElement).checked && { sent: false }),
      }, checking);
      if (checking.stopped()) replace(place, notice('info', el('p', {}, t('batch_check_stopped'))));
      else if (documents.length === 0) replace(place, notice('info', el('p', { id: 'choose-none' }, t('batch_choose_none'))));
      else if (documents.length > MOST) replace(place, notice('warn', el('p', {}, t('batch_choose_many', NUMBER.format(MOST)))));
      else {
        const rows = rowsOf(documents, await contacts(company.value));
        const { batch } = await judge({ company: company.value, name: name(), rows, ...(byId('choose-print', HTMLInputElement).checked && { print: true }) });
        checked(batch);
      }
    });
  }

  /** What the batch is called: its company and its days. */
  function name() {
    const days = [from.value, to.value].filter((day) => day !== '').join(' – ');
    const kinds = kind.value === '' ? '' : ` · ${kindName(kind.value)}`;
    return `${company.value}${days === '' ? '' : ` · ${days}`}${kinds}`;
  }

  on(byId('choose-form', HTMLFormElement), 'submit', (event) => {
    event.preventDefault();
    void act(button, place, run);
  });
  return (companies) => {
    replace(company, ...companies.map(({ rfc, name: called }) => el('option', { value: rfc }, `${called} (${rfc})`)));
    button.disabled = companies.length === 0;
  };
}

/**
 * Every document of a search, page by page, up to one more than a list may have.
 * @param {import('../shared/protocol.d.ts').LibrarySearch} wanted
 * @param {import('./checking.js').Checking} checking
 */
async function found(wanted, checking) {
  /** @type {DocumentView[]} */
  const documents = [];
  /** @type {string | null} */
  let next = null;
  do {
    /** @type {import('../shared/protocol.d.ts').LibraryPage} */
    const page = await host('library.search', { ...wanted, limit: PAGE, ...(next !== null && { after: next }) });
    documents.push(...page.documents);
    next = page.next;
    checking.say(plural('batch_choosing', documents.length));
  } while (next !== null && documents.length <= MOST && !checking.stopped());
  return documents;
}

/**
 * Every confirmed contact of a company.
 * @param {string} company
 */
async function contacts(company) {
  /** @type {ContactView[]} */
  const known = [];
  /** @type {string | null} */
  let next = null;
  do {
    /** @type {import('../shared/protocol.d.ts').ContactPage} */
    const page = await host('contact.list', { company, limit: PAGE, ...(next !== null && { after: next }) });
    known.push(...page.contacts);
    next = page.next;
  } while (next !== null);
  return known;
}
