/** What a person changes in a checked list before it may leave: recipients corrected, rows taken out. Pure. */

/** @typedef {import('../shared/protocol.d.ts').BatchRowView} BatchRowView */
/** @typedef {import('../shared/protocol.d.ts').BatchRowParam} BatchRowParam */

/**
 * @typedef {object} Edit
 * @property {string} [to] recipients as they are being typed
 * @property {boolean} [out] whether the row is taken out
 */

/** Failures that another recipient mends; all others are about the document. @type {ReadonlySet<string>} */
const OF_RECIPIENTS = new Set(['no_recipient', 'invalid_recipient', 'too_many_recipients']);

/** Failures that end with other recipients too, because they are about who got the document already. @type {ReadonlySet<string>} */
const OF_PAIRS = new Set(['already_sent', 'repeated_row', 'payroll_shared']);

/** The host judges the company before the recipients: a row with this failure tells that the list is bound to a company. */
const OTHER_COMPANY = 'wrong_company';

/**
 * The addresses of a text, with commas or semicolons between them.
 * @param {string} text
 * @returns {string[]}
 */
export function split(text) {
  return text.split(/[,;]/).map((part) => part.trim()).filter((part) => part !== '');
}

/**
 * Whether the row waits for a recipient: its field stands open without a click.
 * @param {BatchRowView} row
 * @returns {boolean}
 */
export function needsRecipient({ failure }) {
  return failure !== null && OF_RECIPIENTS.has(failure);
}

/**
 * Whether other recipients make sense for the row; what is wrong with a document is mended by none.
 * @param {BatchRowView} row
 * @returns {boolean}
 */
export function mayChangeRecipients(row) {
  return row.failure === null || OF_PAIRS.has(row.failure) || needsRecipient(row);
}

/** The edits of one batch, by row. */
export class Edits {
  /** @type {Map<number, Edit>} */
  #rows = new Map();

  /** How many rows are changed. */
  get count() {
    return this.#rows.size;
  }

  /**
   * @param {number} row
   * @returns {Edit}
   */
  of(row) {
    return this.#rows.get(row) ?? {};
  }

  /**
   * Notes what was typed; what the list says already is no change.
   * @param {BatchRowView} row
   * @param {string} text
   */
  recipients({ row, to }, text) {
    const same = split(text).join() === to.join();
    this.#note(row, { ...this.of(row), to: same ? undefined : text });
  }

  /**
   * @param {number} row
   * @param {boolean} out
   */
  takeOut(row, out) {
    this.#note(row, { ...this.of(row), out });
  }

  clear() {
    this.#rows.clear();
  }

  /**
   * The list as it would be judged again. A row whose document gets a PDF of ours keeps it.
   * @param {BatchRowView[]} rows all of them
   * @returns {BatchRowParam[]}
   */
  applied(rows) {
    return rows.filter(({ row }) => this.of(row).out !== true).map((row) => {
      const { to } = this.of(row.row);
      return { uuid: row.uuid, receiver_rfc: row.receiver_rfc, to: to === undefined ? row.to : split(to), cc: row.cc, ...(row.print && { print: true }) };
    });
  }

  /**
   * @param {number} row
   * @param {{ to?: string | undefined, out?: boolean | undefined }} edit
   */
  #note(row, { to, out }) {
    if (to === undefined && out !== true) this.#rows.delete(row);
    else this.#rows.set(row, { ...(to !== undefined && { to }), ...(out === true && { out }) });
  }
}

/**
 * The rows that tell to which company a list is bound. Whoever judges it again must do so in that company alone, because
 * without it the host would take the issuer of each XML.
 * @param {BatchRowView[]} rows all of them
 * @returns {{ bound: boolean, by: BatchRowView | null }} `by` is a row of that company, if there is one
 */
export function boundBy(rows) {
  const bound = rows.some(({ failure }) => failure === OTHER_COMPANY);
  const by = rows.find((row) => row.failure === null || needsRecipient(row)) ?? null;
  return { bound, by: bound ? by : null };
}
