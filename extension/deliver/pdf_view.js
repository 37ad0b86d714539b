/** The PDF of a document in the page: the very bytes that would leave, held against what the preview says. */

import { host, troubleOf } from '../shared/ask.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { size } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { notice, troubleNotice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/protocol.d.ts').PdfPiece} PdfPiece */

/** Bytes of a PDF that is shown here: a printed representation has some hundred kB, and every megabyte takes a moment. */
const LARGEST = 10 * 1024 * 1024;

/** Times that a file which changes while it is read is begun anew. */
const ATTEMPTS = 3;

/** Where there is room beside the form, the PDF of a single document is there without being asked for. */
const ROOM = '(min-width: 50rem)';

/** The PDFs of one delivery. */
export class PdfViews {
  /** @type {Map<string, PdfView>} by folio fiscal */
  #views = new Map();

  constructor() {
    // No selector knows that the focus is inside a frame of somebody else; the page only sees that it lost it.
    for (const event of ['blur', 'focus']) window.addEventListener(event, () => this.#mark());
  }

  #mark() {
    for (const frame of document.querySelectorAll('.pdf-frame')) frame.classList.toggle('held', frame === document.activeElement);
  }

  /**
   * The PDFs of these documents; what is open stays open. That of a single document opens by itself.
   * @param {DocumentView[]} documents
   */
  show(documents) {
    const elements = documents.flatMap(({ uuid, pdf_name: name }) => {
      if (name === null) return [];
      const view = this.#views.get(uuid) ?? PdfView.of(uuid, name, documents.length === 1 && matchMedia(ROOM).matches);
      this.#views.set(uuid, view);
      return [view];
    });
    const place = byId('pdfs', HTMLElement);
    // A frame that is put in anew loads anew.
    if (elements.length !== place.children.length || elements.some((one, at) => one !== place.children[at])) replace(place, ...elements);
    show(place, elements.length > 0);
  }

  /**
   * What would leave is known anew.
   * @param {string[]} hashes of everything that would be attached
   */
  hold(hashes) {
    for (const view of this.#views.values()) view.hold(hashes);
  }
}

/** One PDF, as an element of its own: `<pdf-view>`. It is closed until somebody opens it, and fetches nothing before. */
class PdfView extends HTMLElement {
  #uuid = '';
  #place = el('div', { class: 'stack tight' });
  /** Hash of what is shown. @type {string | null} */
  #shown = null;
  /** Address of what is shown. @type {string | null} */
  #address = null;
  /** Hashes of what would leave; null while nothing would. @type {string[] | null} */
  #leaving = null;
  /** Whether what lies in the folder is not what would leave. */
  #isOther = false;
  #turn = 0;

  /**
   * @param {string} uuid
   * @param {string} name
   * @param {boolean} open
   * @returns {PdfView}
   */
  static of(uuid, name, open) {
    const view = new PdfView();
    view.#uuid = uuid;
    const details = el('details', { id: `pdf-${uuid}`, class: 'pdf', open }, el('summary', {}, t('pdf_look'), ' ', el('span', { class: 'quiet small break' }, name)), view.#place);
    on(details, 'toggle', () => {
      if (details.open && view.#shown === null) void view.#load();
    });
    view.append(details);
    return view;
  }

  /** @param {string[]} hashes */
  hold(hashes) {
    this.#leaving = hashes;
    if (this.#isOther || (this.#shown !== null && !hashes.includes(this.#shown))) void this.#load();
  }

  async #load() {
    this.#turn += 1;
    const mine = this.#turn;
    this.#forget();
    replace(this.#place, el('p', { class: 'quiet', role: 'status' }, t('pdf_loading')));
    try {
      const found = await fetchPdf(this.#uuid);
      if (mine !== this.#turn) return;
      if (found.bytes === null) replace(this.#place, notice('info', el('p', {}, t('pdf_too_large', size(found.size)))));
      else if (found.sha256 === null || this.#leaving?.includes(found.sha256) === false) this.#refuse();
      else this.#show(found.sha256, found.bytes, found.name);
    } catch (error) {
      if (mine === this.#turn) replace(this.#place, troubleNotice(troubleOf(error)));
    }
  }

  /** @param {string} sha256 @param {Uint8Array<ArrayBuffer>} bytes @param {string} name */
  #show(sha256, bytes, name) {
    this.#shown = sha256;
    this.#address = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
    // Without a viewer of its own a browser would save the file in place of showing it.
    const frame = navigator.pdfViewerEnabled && el('iframe', { src: `${this.#address}#toolbar=0&navpanes=0&view=FitH`, title: t('pdf_of', name), class: 'pdf-frame', 'data-sha256': sha256 });
    replace(this.#place, frame, el('p', { class: 'small' }, el('a', { id: `pdf-open-${this.#uuid}`, href: this.#address, target: '_blank' }, t('pdf_in_tab'))));
  }

  #refuse() {
    this.#isOther = true;
    replace(this.#place, notice('warn', el('p', { 'data-pdf': 'other' }, t('pdf_other'))));
  }

  #forget() {
    this.#isOther = false;
    if (this.#address !== null) URL.revokeObjectURL(this.#address);
    this.#address = null;
    this.#shown = null;
  }
}

customElements.define('pdf-view', PdfView);

/**
 * @typedef {object} Fetched
 * @property {string} name
 * @property {number} size
 * @property {string | null} sha256 as it was computed here: what the host says of it does not count; null for a file that does not stand still
 * @property {Uint8Array<ArrayBuffer> | null} bytes null where it is too large
 */

/**
 * The whole file, from pieces of one and the same.
 * @param {string} uuid
 * @returns {Promise<Fetched>}
 */
async function fetchPdf(uuid) {
  /** @type {PdfPiece} */
  let piece = await host('library.pdf', { uuid });
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { name, size: whole, sha256 } = piece;
    if (whole > LARGEST) return { name, size: whole, sha256, bytes: null };
    const bytes = new Uint8Array(whole);
    let at = 0;
    while (piece.sha256 === sha256) {
      const part = Uint8Array.from(atob(piece.bytes), (letter) => letter.charCodeAt(0));
      bytes.set(part.subarray(0, whole - at), at);
      if (piece.next === null) return { name, size: whole, sha256: await hashOf(bytes), bytes };
      at = piece.next;
      piece = await host('library.pdf', { uuid, offset: at });
    }
    piece = await host('library.pdf', { uuid });
  }
  return { name: piece.name, size: piece.size, sha256: null, bytes: new Uint8Array() };
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function hashOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
