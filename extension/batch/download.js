/** Files that the page hands to the person. */

import { host } from '../shared/ask.js';
import { el } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { resultName } from './csv.js';

/** Without it Excel takes UTF-8 for Windows-1252. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([BYTE_ORDER_MARK, text], { type: 'text/csv;charset=utf-8' }));
  el('a', { href: url, download: name }).click();
  // The browser has taken hold of the blob by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/**
 * Every piece of a batch's result as one file.
 * @param {{ batch: string, name: string }} batch
 */
export async function downloadResult({ batch, name }) {
  const pieces = [];
  /** @type {number | null} */
  let next = null;
  do {
    /** @type {import('../shared/protocol.d.ts').BatchResult} */
    const piece = await host('batch.result', { batch, ...(next !== null && { after: next }) });
    pieces.push(piece.csv);
    next = piece.next;
  } while (next !== null);
  download(resultName(name, t('batch_result_file')), pieces.join(''));
}
