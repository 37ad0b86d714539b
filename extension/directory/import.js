/** An address book from a file: each row says what it would do, a person mends what is wrong, and then all of it is saved at once. */

import { host, TroubleError, troubleOf } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { LOCALE, plural, t } from '../shared/i18n.js';
import { decode, download, LARGEST } from '../shared/text_file.js';
import { localTrouble, troubleNotice } from '../shared/trouble.js';
import { importRow } from './import_row.js';

/** @typedef {import('../shared/protocol.d.ts').ImportPage} ImportPage */
/** @typedef {import('../shared/protocol.d.ts').ImportRowView} ImportRowView */
/** @typedef {import('../shared/protocol.d.ts').ImportCorrection} ImportCorrection */

/** Rows a page. */
const PAGE = 100;

/** Columns that the host reads, in the order of the sample; the first two are compulsory. */
const COLUMNS = /** @type {const} */ (['rfc_receptor', 'correo', 'nombre', 'tipo', 'zip', 'agrupar']);

/** What a file with every column looks like; every identifier is visibly invented. */
const SAMPLE = [
  COLUMNS.join(','),
  'AAA010101AAA,compras@cliente.example;pagos@cliente.example,Cliente de Ejemplo,,sí,no',
  'BBB010101BBB,nomina@otro.example,Otro Cliente,N,,',
  '',
].join('\r\n');

const NUMBER = new Intl.NumberFormat(LOCALE);

/** What the rows are counted by, with its words and tone. */
const COUNTS = /** @type {const} */ ([['added', 'import_added', 'good'], ['changed', 'import_changed', 'warn'], ['same', 'import_same', ''], ['refused', 'import_not_saved', 'bad']]);

/** The import; opened again for each company. */
export class Importer {
  #place = byId('import-trouble', HTMLElement);
  #below = byId('preview-trouble', HTMLElement);
  #file = byId('file', HTMLInputElement);
  #filter = byId('rows-filter', HTMLSelectElement);
  #more = byId('rows-more', HTMLButtonElement);
  #save = byId('import-save', HTMLButtonElement);
  #saved;
  #company = '';
  #csv = '';
  /** By row. @type {Map<number, ImportCorrection>} */
  #corrections = new Map();
  /** @type {ImportPage | null} */
  #seen = null;
  /** @type {ImportRowView[]} */
  #rows = [];

  /** @param {(text: string) => void} saved hears what to say when an import is done */
  constructor(saved) {
    this.#saved = saved;
    on(this.#file, 'change', () => void act(this.#file, this.#place, () => this.#read()));
    on(this.#filter, 'change', () => void act(this.#filter, this.#below, () => this.#load()));
    on(this.#save, 'click', () => void act(this.#save, this.#below, () => this.#confirm()));
    on(this.#more, 'click', () => void act(this.#more, this.#below, () => this.#append()));
    sample();
  }

  /** @param {{ rfc: string, name: string } | null} company null closes it */
  open(company) {
    show(byId('import', HTMLElement), company !== null);
    this.#forget();
    this.#file.value = '';
    replace(this.#place);
    this.#company = company?.rfc ?? '';
    replace(byId('import-company', HTMLElement), company !== null && t('import_company', company.name));
  }

  /** @param {{ after?: number, confirmed?: string }} [more] */
  #asked(more = {}) {
    const show = this.#filter.value === 'refused' ? 'refused' : 'all';
    return host('contact.import', { company: this.#company, csv: this.#csv, corrections: [...this.#corrections.values()], show, limit: PAGE, ...more });
  }

  async #load() {
    this.#seen = await this.#asked();
    this.#rows = this.#seen.page;
    this.#render(this.#seen);
  }

  async #append() {
    const before = this.#seen;
    if (before === null || before.next === null) return;
    const page = await this.#asked({ after: before.next });
    // A correction or the filter may have made other rows of them meanwhile.
    if (this.#seen !== before) return;
    this.#seen = page;
    this.#rows = [...this.#rows, ...page.page];
    this.#render(page);
  }

  /** @param {ImportPage} page */
  #render(page) {
    const rows = this.#rows;
    show(byId('preview', HTMLElement), true);
    replace(byId('import-counts', HTMLElement), ...COUNTS.map(([name, text, tone]) => count(name, t(text), page[name], tone)));
    this.#offer(page);
    replace(byId('rows-count', HTMLElement), plural('batch_rows_shown', rows.length, NUMBER.format(this.#filter.value === 'refused' ? page.refused : page.rows)));
    const items = rows.map((row) => importRow(row, this.#corrections.has(row.row), (correction, pressed) => this.#mend(correction, pressed)));
    replace(byId('rows-body', HTMLElement), ...(items.length > 0 ? items : [el('tr', {}, el('td', { colspan: 5, class: 'quiet' }, t('batch_rows_none')))]));
    show(this.#more, page.next !== null);
  }

  /** @param {ImportPage} page */
  #offer({ added, changed, refused }) {
    const effective = added + changed;
    replace(this.#save, effective > 0 ? plural('import_save', effective) : t('import_nothing'));
    this.#save.disabled = effective === 0;
    replace(byId('import-reason', HTMLElement), refused > 0 && plural('import_left_out', refused));
  }

  /** @param {ImportCorrection} correction @param {HTMLElement} pressed */
  #mend(correction, pressed) {
    void act(pressed, this.#below, async () => {
      this.#corrections.set(correction.row, correction);
      await this.#load();
      // The button is gone where the row is right now.
      (document.getElementById(`mend-${correction.row}`) ?? byId('preview-title', HTMLElement)).focus();
    });
  }

  async #read() {
    const [chosen] = this.#file.files ?? [];
    this.#forget();
    if (chosen === undefined) return;
    if (chosen.size > LARGEST) throw new TroubleError(localTrouble('too_large'));
    this.#csv = decode(new Uint8Array(await chosen.arrayBuffer()));
    await this.#load();
    byId('preview-title', HTMLElement).focus();
  }

  #forget() {
    this.#csv = '';
    this.#corrections = new Map();
    this.#seen = null;
    this.#rows = [];
    this.#filter.value = 'all';
    replace(this.#below);
    show(byId('preview', HTMLElement), false);
  }

  async #confirm() {
    if (this.#seen === null) return;
    try {
      const { added, changed } = await this.#asked({ confirmed: this.#seen.digest });
      this.#forget();
      this.#saved(plural('import_saved', added + changed));
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind !== 'changed_since_preview') throw error;
      // Something was learned meanwhile: the rows say now what they would do.
      await this.#load();
      replace(this.#below, troubleNotice(trouble));
    }
  }
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} value
 * @param {string} tone
 * @returns {HTMLElement}
 */
function count(name, text, value, tone) {
  return el('div', { class: `count ${value > 0 ? tone : ''}`, 'data-count': name }, el('dt', { class: 'small' }, text), el('dd', {}, NUMBER.format(value)));
}

/** The columns with what each is for, and a file to begin with. */
function sample() {
  replace(byId('columns', HTMLElement), ...COLUMNS.flatMap((name) => [el('dt', {}, el('code', {}, name)), el('dd', {}, t(`import_column_${name}`))]));
  on(byId('sample', HTMLButtonElement), 'click', () => download(t('import_sample_file'), SAMPLE));
}
