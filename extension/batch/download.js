/** Files that the page hands to the person. */

import { host } from '../shared/ask.js';
import { t } from '../shared/i18n.js';
import { download } from '../shared/text_file.js';
import { resultName } from './csv.js';

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
