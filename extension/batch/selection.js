/** Rows of a list from what the index found and whom people have confirmed before. Pure. */

/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/protocol.d.ts').ContactView} ContactView */
/** @typedef {import('../shared/protocol.d.ts').BatchRowParam} BatchRowParam */

/** Most rows of a list, as the host says. */
export const MOST = 10_000;

/** RFCs under which strangers are invoiced: an address of one of them is no address of another. @type {ReadonlySet<string>} */
const GENERIC = new Set(['XAXX010101000', 'XEXX010101000']);

/**
 * Rows in the order of the documents, each document once. One without a confirmed contact gets no recipient: the check
 * marks it, and the person writes one.
 * @param {DocumentView[]} documents
 * @param {ContactView[]} contacts of their company
 * @returns {BatchRowParam[]}
 */
export function rowsOf(documents, contacts) {
  const once = new Map(documents.map((document) => [document.uuid, document]));
  /** @type {Map<string, ContactView[]>} */
  const known = new Map();
  for (const contact of contacts) known.set(contact.receiver_rfc, [...(known.get(contact.receiver_rfc) ?? []), contact]);
  return [...once.values()].map((document) => ({
    uuid: document.uuid,
    receiver_rfc: document.receiver_rfc,
    to: recipients(document, known.get(document.receiver_rfc) ?? []),
    cc: [],
  }));
}

/**
 * @param {DocumentView} document
 * @param {ContactView[]} contacts of its receiver
 * @returns {string[]} each mailbox once
 */
function recipients({ receiver_rfc: receiver, kind }, contacts) {
  if (GENERIC.has(receiver)) return [];
  const meant = contacts.filter((contact) => contact.kind === null || contact.kind === kind);
  return [...new Map(meant.map(({ address }) => [address.toLowerCase(), address])).values()];
}

/**
 * The first and the last day of the month of a day.
 * @param {Date} today in the person's own time
 * @returns {[string, string]} `AAAA-MM-DD`
 */
export function monthOf(today) {
  const [year, month] = [today.getFullYear(), today.getMonth()];
  const text = (/** @type {Date} */ day) => [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return [text(new Date(year, month, 1)), text(new Date(year, month + 1, 0))];
}
