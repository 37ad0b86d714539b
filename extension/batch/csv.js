/** CSV files as offices save them: what the batch is called, and a sample to begin with. Pure. */

/** Columns that the host reads, in the order of the sample. */
export const COLUMNS = /** @type {const} */ (['uuid', 'receiver_rfc', 'to', 'cc', 'print']);

/** Characters of a batch's name that the host takes. */
const NAME = 100;

/** What a file with every column looks like; every identifier is visibly invented. Excel wants the line ends of RFC 4180. */
export const SAMPLE = [
  COLUMNS.join(','),
  '11111111-2222-4333-8444-555555555555,XAXX010101000,compras@cliente.example,,',
  '22222222-3333-4444-8555-666666666666,AAA010101AAA,pagos@cliente.example;contador@cliente.example,archivo@cliente.example,sí',
  '',
].join('\r\n');

/**
 * A batch is called like its file.
 * @param {string} file
 * @returns {string | undefined} undefined where nothing is left of it
 */
export function nameOf(file) {
  const stem = file.replace(/\.[^.]*$/, '').trim();
  // A character outside the basic plane must not be cut in two.
  const name = [...stem].slice(0, NAME).join('').trim();
  return name === '' ? undefined : name;
}

/**
 * A file name of the result that every system takes.
 * @param {string} name of the batch
 * @param {string} word that says what it is
 * @returns {string}
 */
export function resultName(name, word) {
  const safe = name.replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-').replace(/^[.\s-]+|[.\s-]+$/gu, '');
  return `${safe === '' ? '' : `${safe}-`}${word}.csv`;
}
