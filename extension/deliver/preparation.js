/** From the draft to the decision: the preview follows what is typed, and only what was seen can be sent. */

import { ask, host, troubleOf } from '../shared/ask.js';
import { act } from '../shared/controls.js';
import { heldForChange } from '../shared/delivery.js';
import { byId, el, on, show } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { notice, troubleNotice } from '../shared/trouble.js';
import { showAcceptances } from './acceptance_view.js';
import { Acceptances } from './acceptances.js';
import { deliveryForm } from './delivery_form.js';
import { alreadySent, reviewView } from './review.js';

/** @typedef {import('../shared/surface.d.ts').PortalRequest} PortalRequest */
/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('./delivery_form.js').Draft} Draft */

/**
 * @typedef {object} Setting
 * @property {Draft} draft
 * @property {PortalRequest | null} request
 * @property {string | null} replaces the held delivery that gives way to this one
 * @property {boolean} possible whether sending can be thought of at all
 * @property {(documents: DocumentView[] | null, held?: string[]) => void} read hears what the host read from the files just now; null where nothing would leave, with what was refused
 * @property {(hashes: string[]) => void} leaves hears the hashes of everything that would be attached
 * @property {(uuid: string) => Promise<void>} again reads a document anew, of which more is known now
 * @property {(uuid: string) => string} nameOf a document's name for people
 * @property {HTMLElement} place where failures of the page are shown
 * @property {ReturnType<import('./after.js').afterView>} after
 */

/** One delivery while the person decides about it. */
export class Preparation {
  /** Number of a sending on purpose after an earlier one. @type {number | undefined} */
  #resend;
  #turn = 0;
  #acceptances = new Acceptances();
  #setting;
  #review;
  #form;

  /** @param {Setting} setting */
  constructor(setting) {
    this.#setting = setting;
    this.#review = reviewView({ request: setting.request });
    this.#form = deliveryForm(setting.draft, { touched: () => this.#review.stale(), edited: () => void this.look() });
    const send = byId('send', HTMLButtonElement);
    const refuse = byId('refuse', HTMLButtonElement);
    on(byId('delivery-form', HTMLFormElement), 'submit', (event) => {
      event.preventDefault();
      const digest = this.#review.digest();
      if (digest !== null && this.#form.check()) void act(send, setting.place, () => this.#send(digest));
    });
    on(refuse, 'click', () => void act(refuse, setting.place, () => this.#refuse()));
  }

  /** Asks what would leave now; an older answer never replaces a newer one. */
  async look() {
    this.#turn += 1;
    const mine = this.#turn;
    const { possible } = this.#setting;
    const ready = possible && this.#form.valid();
    this.#review.clear(ready ? null : possible ? 'review_waits' : 'review_impossible');
    if (!ready) return;
    try {
      const preview = await host('delivery.preview', this.#params());
      if (mine !== this.#turn) return;
      this.#form.fillTexts(preview);
      this.#setting.read(preview.documents);
      this.#setting.leaves(preview.attachments.map((file) => file.sha256));
      this.#review.show(preview);
    } catch (error) {
      if (mine === this.#turn) await this.#refused(error);
    }
  }

  /**
   * What the person has taken upon themselves for a document.
   * @param {string} uuid
   */
  accepted(uuid) {
    return this.#acceptances.of([{ uuid }])[0]?.accept ?? [];
  }

  /** @returns {import('../shared/protocol.d.ts').DeliveryParams} */
  #params() {
    const params = this.#form.params();
    return { ...params, documents: this.#acceptances.of(params.documents), ...(this.#resend !== undefined && { resend: this.#resend }) };
  }

  /** @param {string} digest of what the person saw */
  async #send(digest) {
    const { request, after } = this.#setting;
    await this.#makeWay();
    const sent = await host('delivery.send', { ...this.#params(), confirmed: digest }).catch((error) => this.#refused(error));
    if (sent === undefined) return;
    const { delivery } = sent;
    show(byId('draft', HTMLElement), false);
    await Promise.all([after.show(delivery), request !== null && ask('request.answer', { id: request.id, delivery: delivery.delivery })]);
  }

  /** The held delivery is cancelled now and not before: until the person presses *Enviar* nothing has changed. */
  async #makeWay() {
    const { replaces } = this.#setting;
    if (replaces === null) return;
    const { delivery } = await host('delivery.get', { delivery: replaces });
    if (heldForChange(delivery)) await host('delivery.cancel', { delivery: replaces });
  }

  async #refuse() {
    const { request, after } = this.#setting;
    if (request !== null) await ask('request.answer', { id: request.id, delivery: null });
    this.#review.clear(null);
    show(byId('draft', HTMLElement), false);
    after.refused(request !== null);
  }

  /**
   * @param {unknown} error
   * @returns {Promise<undefined>}
   */
  async #refused(error) {
    const trouble = troubleOf(error);
    if (trouble.kind === 'changed_since_preview') {
      await this.look();
      this.#review.trouble(notice('warn', el('p', {}, t('changed_look_again'))));
    } else if (trouble.kind === 'already_sent' && trouble.delivery !== undefined && this.#setting.request === null) {
      this.#review.trouble(troubleNotice(trouble));
      const { delivery } = await host('delivery.get', { delivery: trouble.delivery });
      this.#review.trouble(alreadySent(trouble, delivery.resend + 1, () => {
        this.#resend = delivery.resend + 1;
        void this.look();
      }));
    } else if (this.#setting.request === null && this.#acceptances.offer(trouble)) {
      this.#review.clear('review_refused');
      // The SAT was asked meanwhile: the card shows what it said.
      const mine = this.#turn;
      if (trouble.document !== undefined && trouble.acceptable?.includes('cancelled')) await this.#setting.again(trouble.document);
      if (mine !== this.#turn) return;
      this.#setting.read(null, this.#acceptances.open);
      const place = byId('acceptance', HTMLElement);
      const changed = () => {
        this.#review.stale();
        void this.look();
      };
      showAcceptances(place, this.#acceptances, { nameOf: this.#setting.nameOf, changed });
    } else {
      // The portal has been told already, and cannot ask for a second sending.
      if (trouble.kind === 'already_sent') this.#review.clear(null);
      this.#review.trouble(troubleNotice(trouble));
    }
  }
}
