/** *Elegir con un archivo CSV*: a file, chosen or dropped, checked row by row before anything can leave. */

import { TroubleError } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { decode, download, LARGEST } from '../shared/text_file.js';
import { localTrouble, notice } from '../shared/trouble.js';
import { COLUMNS, nameOf, SAMPLE } from './csv.js';

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */

/**
 * @param {{ checking: import('./checking.js').Checking, checked: (batch: string) => void }} outside
 * @returns {(companies: CompanyView[]) => void} fills in the companies
 */
export function intake({ checking, checked }) {
  const place = byId('new-trouble', HTMLElement);
  const file = byId('file', HTMLInputElement);
  const company = byId('company', HTMLSelectElement);
  const check = byId('check', HTMLButtonElement);

  const ready = () => void (check.disabled = file.files?.length !== 1);

  async function run() {
    const [chosen] = file.files ?? [];
    if (chosen === undefined) return;
    const list = await read(chosen);
    await checking.during(place, async (judge) => {
      const { batch } = await judge({ ...list, ...(company.value !== '' && { company: company.value }), ...(byId('print', HTMLInputElement).checked && { print: true }) });
      // The next list is another one; the same one, mended, has to be read again.
      file.value = '';
      checked(batch);
    });
    ready();
  }

  sample();
  on(file, 'change', ready);
  on(byId('new-form', HTMLFormElement), 'submit', (event) => {
    event.preventDefault();
    void act(check, place, run);
  });
  dropZone(byId('drop', HTMLElement), (files) => {
    replace(place, files.length !== 1 && notice('warn', el('p', {}, t('batch_drop_failed'))));
    if (files.length === 1) file.files = files;
    ready();
  });
  ready();

  return (companies) => {
    replace(company, el('option', { value: '' }, t('batch_company_any')), ...companies.map(({ rfc, name }) => el('option', { value: rfc }, `${name} (${rfc})`)));
  };
}

/**
 * @param {File} file
 * @returns {Promise<{ csv: string, name?: string }>}
 * @throws {TroubleError} `too_large`
 */
async function read(file) {
  if (file.size > LARGEST) throw new TroubleError(localTrouble('too_large'));
  const csv = decode(new Uint8Array(await file.arrayBuffer()));
  const name = nameOf(file.name);
  return name === undefined ? { csv } : { csv, name };
}

/** The columns with what each is for, and a file to begin with. */
function sample() {
  replace(byId('columns', HTMLElement), ...COLUMNS.flatMap((name) => [el('dt', {}, el('code', {}, name)), el('dd', {}, t(`batch_column_${name}`))]));
  on(byId('sample', HTMLButtonElement), 'click', () => download(t('batch_sample_file'), SAMPLE));
}

/**
 * A file that misses the zone must not replace the page.
 * @param {HTMLElement} zone
 * @param {(files: FileList) => void} dropped
 */
function dropZone(zone, dropped) {
  const over = (/** @type {boolean} */ inside) => zone.classList.toggle('over', inside);
  on(document.body, 'dragover', (event) => {
    event.preventDefault();
    over(event.target instanceof Node && zone.contains(event.target));
  });
  on(document.body, 'dragleave', () => over(false));
  on(document.body, 'drop', (event) => {
    event.preventDefault();
    over(false);
    const files = event.dataTransfer?.files;
    if (files !== undefined && files.length > 0) dropped(files);
  });
}
