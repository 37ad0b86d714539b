/** One request of several while the person decides: what is known of it, and whether it may be sent. Pure. */

import { Checks } from './checks.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryParams} DeliveryParams */
/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {import('../shared/protocol.d.ts').Preview} Preview */
/** @typedef {import('../shared/surface.d.ts').PortalRequest} PortalRequest */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */
/** @typedef {import('./figures.js').Amount} Amount */
/** @typedef {import('./figures.js').Mark} Mark */

/**
 * `stopped` waits for a person although the host refuses it now; `ended` is refused for good, and the portal has been told.
 * @typedef {'reading' | 'open' | 'stopped' | 'sending' | 'sent' | 'declined' | 'ended' | 'gone'} Phase
 */

/** Phases in which the person may still say no. @type {ReadonlySet<Phase>} */
const UNDECIDED = new Set(/** @type {Phase[]} */ (['reading', 'open', 'stopped']));

/** A request with what the host says of it. */
export class Entry {
  /** @type {Phase} */
  phase = 'reading';
  /** @type {Preview | null} */
  preview = null;
  /** @type {Trouble | null} */
  trouble = null;
  /** @type {DeliveryView | null} */
  delivery = null;
  /** Whether something changed after the person had pressed. */
  changed = false;
  /** Whether its amount is far from what is usual in this list. */
  far = false;
  checks = new Checks({ each: true });

  /** @param {PortalRequest} request */
  constructor(request) {
    /** @readonly */
    this.request = request;
  }

  get id() {
    return this.request.id;
  }

  /** @returns {DeliveryParams} */
  get params() {
    const { documents, to, cc, key, origin } = this.request;
    return { documents, to, cc, bcc: [], key, portal: origin };
  }

  /** Takes what would leave. @param {Preview} preview */
  show(preview) {
    this.preview = preview;
    this.trouble = null;
    this.phase = 'open';
    this.checks.take(preview.recipients);
  }

  /** @param {Trouble} trouble @param {'stopped' | 'ended' | 'gone'} phase */
  stop(trouble, phase) {
    this.trouble = trouble;
    this.phase = phase;
  }

  /** Whether it waits for the person. */
  get undecided() {
    return UNDECIDED.has(this.phase);
  }

  /** The digest that *Enviar* would confirm; null while anything is still to be done. */
  get confirmable() {
    return this.phase === 'open' && this.preview !== null && this.checks.open.length === 0 ? this.preview.digest : null;
  }

  /** Why it needs a look. @returns {Mark[]} */
  get marks() {
    const { preview, request } = this;
    /** @type {[Mark, boolean][]} */
    const all = [
      ['trouble', this.phase === 'stopped'],
      ['new', this.checks.fresh > 0],
      ['differs', preview !== null && differs(request, preview)],
      ['warn', preview?.documents.some(({ verdict }) => verdict !== 'accept') === true],
      ['far', this.far],
    ];
    return all.filter(([, holds]) => holds).map(([mark]) => mark);
  }

  /** What its documents amount to. @returns {Amount[]} */
  get amounts() {
    return (this.preview?.documents ?? []).map(({ receiver_rfc: receiver, currency, total }) => ({ id: this.id, receiver, currency, total }));
  }
}

/**
 * Whether the portal's words and the XML are not the same.
 * @param {PortalRequest} request
 * @param {Preview} preview
 */
function differs({ documents }, preview) {
  return documents.length !== preview.documents.length || documents.some((said, index) => {
    const read = preview.documents[index];
    return said.uuid?.toUpperCase() !== read?.uuid.toUpperCase() || said.receiver_rfc?.toUpperCase() !== read?.receiver_rfc.toUpperCase();
  });
}
