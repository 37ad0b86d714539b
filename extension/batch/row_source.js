/** The rows of a batch page by page, the red ones first. Pure: the asking is handed in. */

/** @typedef {import('../shared/protocol.d.ts').BatchRowView} BatchRowView */
/** @typedef {import('../shared/protocol.d.ts').BatchRows} BatchRows */
/** @typedef {import('../shared/protocol.d.ts').BatchRowFilter} BatchRowFilter */

/** Gives rows as they are asked for. */
export class RowSource {
  /** Rows given so far, in the order in which they are shown. @type {BatchRowView[]} */
  rows = [];
  /** Whether there are no more. */
  ended = false;
  /** @type {BatchRowFilter} */
  #show = 'problems';
  /** @type {number | undefined} */
  #after;
  /** @type {Set<number>} */
  #given = new Set();
  #wanted;
  #ask;

  /**
   * @param {BatchRowFilter} wanted `all` gives the problems first and the others after them
   * @param {(show: BatchRowFilter, after: number | undefined) => Promise<BatchRows>} ask
   */
  constructor(wanted, ask) {
    this.#wanted = wanted;
    this.#ask = ask;
  }

  /**
   * Adds the next page with anything new in it.
   * @returns {Promise<void>}
   */
  async more() {
    while (!this.ended) {
      const page = await this.#ask(this.#show, this.#after);
      const fresh = page.rows.filter(({ row }) => !this.#given.has(row));
      for (const { row } of fresh) this.#given.add(row);
      this.rows.push(...(this.#show === 'problems' ? worstFirst(fresh) : fresh));
      this.#turn(page.next);
      if (fresh.length > 0) return;
    }
  }

  /** @param {number | null} next */
  #turn(next) {
    if (next !== null) this.#after = next;
    else if (this.#show !== this.#wanted) {
      this.#show = this.#wanted;
      this.#after = undefined;
    } else this.ended = true;
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
