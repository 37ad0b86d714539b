/** The rows of *Envíos* on the page: each is drawn when it is new or has changed, and the place of a person in them stays. */

import { deliveryItem } from './delivery_item.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */

/** What is shown, newest first. */
export class Rows {
  /** @type {DeliveryView[]} */
  #shown = [];
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  get count() {
    return this.#shown.length;
  }

  /**
   * Shows these in place of what was there; rows that are the same stay as they are.
   * @param {DeliveryView[]} deliveries
   * @param {HTMLElement} empty what stands there where there is none
   */
  show(deliveries, empty) {
    const drawn = new Map(this.#shown.map((delivery, index) => [JSON.stringify(delivery), this.#list.children[index]]));
    const held = this.#held();
    const nodes = deliveries.map((delivery) => drawn.get(JSON.stringify(delivery)) ?? deliveryItem(delivery));
    if (nodes.length === 0) nodes.push(empty);
    let at = this.#list.firstElementChild;
    for (const node of nodes) {
      if (node === at) at = at.nextElementSibling;
      else this.#list.insertBefore(node, at);
    }
    while (this.#list.children.length > nodes.length) this.#list.lastElementChild?.remove();
    this.#shown = [...deliveries];
    this.#hold(held);
  }

  /**
   * Adds older ones at the end.
   * @param {DeliveryView[]} older
   */
  append(older) {
    const known = new Set(this.#shown.map((one) => one.delivery));
    const added = older.filter((one) => !known.has(one.delivery));
    this.#list.append(...added.map(deliveryItem));
    this.#shown.push(...added);
  }

  /**
   * Draws one anew.
   * @param {DeliveryView} changed
   * @returns {boolean} false where it is not shown
   */
  exchange(changed) {
    const index = this.#shown.findIndex((one) => one.delivery === changed.delivery);
    if (index === -1) return false;
    const held = this.#held();
    this.#shown[index] = changed;
    this.#list.children[index]?.replaceWith(deliveryItem(changed));
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
    if (id !== null && document.activeElement?.id !== id) document.getElementById(id)?.focus();
  }
}
