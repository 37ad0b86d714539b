/**
 * What a person takes upon themselves: a document that is refused for a reason on the host's closed list may leave when the
 * person says so by name. Nothing is taken over from anywhere: every page begins without, and the host judges it again.
 */

/** @typedef {import('../shared/protocol.d.ts').Acceptable} Acceptable */
/** @typedef {import('../shared/protocol.d.ts').DocumentParam} DocumentParam */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */
/** @typedef {{ uuid: string, reasons: string[], accepted: boolean }} Offer */

/** The offers of one delivery, by folio fiscal. */
export class Acceptances {
  /** @type {Map<string, Offer>} */
  #offers = new Map();

  /**
   * Takes a refusal. A document that is refused for something new has to be accepted anew.
   * @param {Trouble} trouble
   * @returns {boolean} false where the person cannot help it
   */
  offer({ document, acceptable = [] }) {
    if (document === undefined || acceptable.length === 0) return false;
    this.#offers.set(document, { uuid: document, reasons: acceptable, accepted: false });
    return true;
  }

  /** @returns {readonly Offer[]} */
  get offers() {
    return [...this.#offers.values()];
  }

  /** Folios fiscales that are refused and not accepted. @returns {string[]} */
  get open() {
    return this.offers.filter(({ accepted }) => !accepted).map(({ uuid }) => uuid);
  }

  /**
   * @param {string} uuid
   * @param {boolean} accepted
   */
  say(uuid, accepted) {
    const offer = this.#offers.get(uuid);
    if (offer !== undefined) offer.accepted = accepted;
  }

  /**
   * The documents with the person's word.
   * @param {DocumentParam[]} documents
   * @returns {DocumentParam[]}
   */
  of(documents) {
    return documents.map((document) => {
      const offer = this.#offers.get((document.uuid ?? '').toUpperCase());
      // The codes are the host's own, from its closed list.
      return offer?.accepted === true ? { ...document, accept: /** @type {Acceptable[]} */ (offer.reasons) } : document;
    });
  }
}
