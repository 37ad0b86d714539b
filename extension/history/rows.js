/** The rows of *Envíos* on the page: each is drawn when it is new or has changed, and the place of a person in them stays. */

import { deliveryItem } from './delivery_item.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */

/** Rows that leave in one task: thousands at once would stop the page for longer than 50 ms. */
const LEAVE_AT_ONCE = 400;

/** What is shown, newest first. */
export class Rows {
  /** Each with what was drawn, by delivery. @type {Map<string, { drawn: string, row: HTMLElement }>} */
  #shown = new Map();
  #turn = 0;
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  get count() {
    return this.#shown.size;
  }

  /**
   * Shows these in place of what was there; rows that are the same stay as they are.
   * @param {DeliveryView[]} deliveries
   * @param {HTMLElement} empty what stands there where there is none
   * @returns {Promise<boolean>} false where others are shown by now
   */
  async show(deliveries, empty) {
    this.#turn += 1;
    const mine = this.#turn;
    const held = this.#held();
    const wanted = new Map(deliveries.map((delivery) => [delivery.delivery, JSON.stringify(delivery)]));
    // What leaves goes first: in the way, it would make each row behind it move.
    const leaving = [...this.#shown].filter(([delivery, { drawn }]) => wanted.get(delivery) !== drawn);
    while (leaving.length > 0) {
      for (const [delivery, { row }] of leaving.splice(-LEAVE_AT_ONCE).reverse()) {
        row.remove();
        this.#shown.delete(delivery);
      }
      if (leaving.length > 0) await new Promise((resolve) => setTimeout(resolve));
      if (mine !== this.#turn) return false;
    }
    this.#shown = new Map(deliveries.map((one) => [one.delivery, this.#shown.get(one.delivery) ?? drawing(one)]));
    const nodes = this.#shown.size === 0 ? [empty] : [...this.#shown.values()].map(({ row }) => row);
    let at = this.#list.firstElementChild;
    for (const node of nodes) {
      if (node === at) at = at.nextElementSibling;
      else this.#list.insertBefore(node, at);
    }
    while (this.#list.children.length > nodes.length) this.#list.lastElementChild?.remove();
    this.#hold(held);
    return true;
  }

  /**
   * Adds older ones at the end.
   * @param {DeliveryView[]} older
   */
  append(older) {
    for (const one of older.filter(({ delivery }) => !this.#shown.has(delivery))) {
      const added = drawing(one);
      this.#shown.set(one.delivery, added);
      this.#list.append(added.row);
    }
  }

  /**
   * Draws one anew if it did change: what the host tells may be known here already.
   * @param {DeliveryView} changed
   * @returns {boolean} false where it is not shown
   */
  exchange(changed) {
    const before = this.#shown.get(changed.delivery);
    if (before === undefined) return false;
    if (before.drawn === JSON.stringify(changed)) return true;
    const held = this.#held();
    const after = drawing(changed);
    this.#shown.set(changed.delivery, after);
    before.row.replaceWith(after.row);
    this.#hold(held);
    return true;
  }

  /** The link that has the focus: a row that is drawn anew must not lose it. */
  #held() {
    const focused = document.activeElement;
    return focused !== null && this.#list.contains(focused) ? focused.id : null;
  }

  /** @param {string | null} id */
  #hold(id) {
    if (id !== null && document.activeElement === document.body) document.getElementById(id)?.focus();
  }
}

/** @param {DeliveryView} delivery */
function drawing(delivery) {
  return { drawn: JSON.stringify(delivery), row: deliveryItem(delivery) };
}
