/**
 * Which recipients are new for a customer, and which of these the person has checked. The word counts for what the page shows:
 * an address that goes and comes back has to be checked anew. Pure.
 */

/** @typedef {import('../shared/protocol.d.ts').RecipientView} RecipientView */

/**
 * Whether nobody has confirmed it yet; the company's own copies are never new.
 * @param {RecipientView} recipient
 * @returns {boolean}
 */
export function isNew({ known, own }) {
  return !known && !own;
}

/** Addresses compare as the host compares them. @param {string} address */
export function mailbox(address) {
  return address.toLowerCase();
}

/** The ticks of one message. */
export class Checks {
  /** @type {Set<string>} */
  #ticked = new Set();
  /** @type {RecipientView[]} */
  #new = [];
  #each;

  /** @param {{ each: boolean }} how whether each new recipient takes a tick of its own */
  constructor({ each }) {
    this.#each = each;
  }

  /** Whether each new recipient takes a tick of its own. */
  get each() {
    return this.#each;
  }

  /** Takes what would leave now. @param {RecipientView[]} recipients */
  take(recipients) {
    this.#new = recipients.filter(isNew);
    const there = new Set(this.#new.map(({ address }) => mailbox(address)));
    for (const address of this.#ticked) if (!there.has(address)) this.#ticked.delete(address);
  }

  /** How many are new. */
  get fresh() {
    return this.#new.length;
  }

  /** New ones that the person has still to check. @returns {string[]} */
  get open() {
    return this.#each ? this.#new.map(({ address }) => address).filter((address) => !this.isTicked(address)) : [];
  }

  /** @param {string} address */
  isTicked(address) {
    return this.#ticked.has(mailbox(address));
  }

  /**
   * @param {string} address
   * @param {boolean} checked
   */
  say(address, checked) {
    if (checked) this.#ticked.add(mailbox(address));
    else this.#ticked.delete(mailbox(address));
  }
}
