/** The rows of a batch page by page: the red ones first, then those with a new recipient. Pure: the asking is handed in. */

/** @typedef {import('../shared/protocol.d.ts').BatchRowView} BatchRowView */
/** @typedef {import('../shared/protocol.d.ts').BatchRows} BatchRows */
/** @typedef {import('../shared/protocol.d.ts').BatchRowFilter} BatchRowFilter */

/** Gives rows as they are asked for. */
export class RowSource {
  /** Rows given so far, in the order in which they are shown. @type {BatchRowView[]} */
  rows = [];
  /** Whether there are no more. */
  ended = false;
  /** Parts of the list that are still to be given, the present one first. @type {BatchRowFilter[]} */
  #parts;
  /** @type {number | undefined} */
  #after;
  /** @type {Set<number>} */
  #given = new Set();
  #ask;

  /**
   * @param {BatchRowFilter} wanted `all` gives what needs a look first and the others after it
   * @param {(show: BatchRowFilter, after: number | undefined) => Promise<BatchRows>} ask
   */
  constructor(wanted, ask) {
    this.#parts = wanted === 'all' ? ['problems', 'new_recipients', 'all'] : [wanted];
    this.#ask = ask;
  }

  /**
   * Adds the next page with anything new in it.
   * @returns {Promise<void>}
   */
  async more() {
    for (let [part] = this.#parts; part !== undefined; [part] = this.#parts) {
      const page = await this.#ask(part, this.#after);
      const fresh = page.rows.filter(({ row }) => !this.#given.has(row));
      for (const { row } of fresh) this.#given.add(row);
      this.rows.push(...(part === 'problems' ? worstFirst(fresh) : fresh));
      this.#turn(page.next);
      if (fresh.length > 0) return;
    }
  }

  /** @param {number | null} next */
  #turn(next) {
    if (next !== null) {
      this.#after = next;
      return;
    }
    this.#parts.shift();
    this.#after = undefined;
    this.ended = this.#parts.length === 0;
  }
}

/**
 * @param {BatchRowView[]} rows
 * @returns {BatchRowView[]}
 */
function worstFirst(rows) {
  return [...rows.filter(isRed), ...rows.filter((row) => !isRed(row))];
}

/**
 * Whether a row was not or will not be sent.
 * @param {BatchRowView} row
 * @returns {boolean}
 */
export function isRed({ failure, state }) {
  return failure !== null || state === 'failed';
}

/**
 * The rows that travel in one message with another row that is shown.
 * @param {BatchRowView[]} rows
 * @returns {Map<number, number[]>} the other rows' numbers, by row
 */
export function companions(rows) {
  /** @type {Map<number, number[]>} */
  const messages = new Map();
  for (const { row, message } of rows) {
    if (message !== null) messages.set(message, [...(messages.get(message) ?? []), row]);
  }
  return new Map(rows.map(({ row, message }) => [row, message === null ? [] : (messages.get(message) ?? []).filter((other) => other !== row).sort((a, b) => a - b)]));
}
