/** What a person may do with a delivery; the transition table itself is the host's. */

/** @typedef {import('./protocol.d.ts').DeliveryView} DeliveryView */

/**
 * After the commit point the mail may have left, so it cannot be taken back.
 * @param {DeliveryView} delivery
 * @returns {boolean}
 */
export function cancellable(delivery) {
  return delivery.state === 'queued' || delivery.state === 'deferred' || (delivery.state === 'sending' && !delivery.committed);
}

/**
 * Whether one click puts it back in the queue.
 * @param {DeliveryView} delivery
 * @returns {boolean}
 */
export function retryable(delivery) {
  return delivery.state === 'deferred';
}

/**
 * The page that prepares the same document anew; only a delivery of one document has it.
 * @param {DeliveryView} delivery
 * @returns {string | null}
 */
export function prepareAnew(delivery) {
  const [uuid, more] = delivery.uuids;
  const ended = delivery.state === 'sent' || delivery.state === 'failed' || delivery.state === 'cancelled';
  if (uuid === undefined || more !== undefined || !(ended || delivery.reason === 'file_changed')) return null;
  return `deliver/deliver.html?${new URLSearchParams({ uuid, company: delivery.company }).toString()}`;
}
