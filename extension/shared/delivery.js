/** What a person may do with a delivery; the transition table itself is the host's. */

/** @typedef {import('./protocol.d.ts').DeliveryDetail} DeliveryDetail */
/** @typedef {import('./protocol.d.ts').DeliveryParams} DeliveryParams */
/** @typedef {import('./protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {import('./protocol.d.ts').DocumentView} DocumentView */

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
 * Whether a delivery waits for the time that the person chose.
 * @param {Pick<DeliveryView, 'state' | 'reason'>} delivery
 * @returns {boolean}
 */
export function scheduled({ state, reason }) {
  return state === 'deferred' && reason === 'scheduled';
}

/**
 * Whether a delivery waits because its file is no longer the one that was confirmed: only a look at the new one helps.
 * @param {DeliveryView} delivery
 * @returns {boolean}
 */
export function heldForChange({ state, reason }) {
  return state === 'deferred' && reason === 'file_changed';
}

/**
 * The page that prepares the same documents for the same recipients anew.
 * @param {DeliveryView} delivery
 * @returns {string | null} null while the delivery itself may still leave
 */
export function prepareAnew(delivery) {
  // A test message has nothing to prepare; another one is sent where the first one was.
  if (delivery.uuids.length === 0) return null;
  const ended = delivery.state === 'sent' || delivery.state === 'failed' || delivery.state === 'cancelled';
  if (!ended && !heldForChange(delivery)) return null;
  return `deliver/deliver.html?${new URLSearchParams({ anew: delivery.delivery }).toString()}`;
}

/**
 * What the deliver page starts from when it prepares a delivery anew.
 * @param {DeliveryDetail} detail
 * @param {string} key
 * @returns {Pick<DeliveryParams, 'company' | 'documents' | 'to' | 'cc' | 'bcc' | 'key'>}
 */
export function draftOf({ delivery, bcc, attachments }, key) {
  /** Whether its PDF was made by us: the name of an attachment ends with the folio fiscal. @param {string} uuid */
  const printed = (uuid) => attachments.some(({ made, name }) => made && name.toUpperCase().endsWith(`${uuid.toUpperCase()}.PDF`));
  const documents = delivery.uuids.map((uuid) => ({ uuid, receiver_rfc: delivery.receiver_rfc, ...(printed(uuid) && { print: true }) }));
  return { company: delivery.company, documents, to: delivery.to, cc: delivery.cc, bcc, key };
}

/** Versions that the host has a layout for. */
const VERSIONS = new Set(['4.0', '3.3']);

/**
 * Whether a PDF can be made: there is none, nor several that may be its own, and there is a layout.
 * @param {Pick<DocumentView, 'pdf_name' | 'reasons' | 'version' | 'kind' | 'verdict'>} document
 * @returns {boolean}
 */
export function printable({ pdf_name, reasons, version, kind, verdict }) {
  return pdf_name === null && !reasons.includes('pdf_ambiguous') && VERSIONS.has(version) && kind !== 'R' && verdict !== 'refuse';
}
