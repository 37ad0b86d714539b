/** How much a portal may ask for, in one place; the organisation's policy may set each. The host has limits of its own. */

/**
 * @typedef {object} Limits
 * @property {number} requests `send` in a minute by one origin: a person confirms each
 * @property {number} questions `status`, `deliveryStatus` and `cancel` in a minute by one origin: pages with many rows poll
 * @property {number} waiting requests of one origin that may wait for the person at once: they share a page, which a person still has to read
 * @property {number} documents in one request; as many as one message carries
 * @property {number} recipients of one request, copies included
 * @property {number} address characters of one (RFC 5321 section 4.5.3.1.3, without the angle brackets)
 * @property {number} key characters of an idempotency key
 * @property {number} attachments kilobytes (1,024 bytes) of all files of one request
 */

/** Files of one message that the host sends at most: what Gmail takes, less what encoding adds. */
const MOST_KILOBYTES = 25_600;

/** What holds without a policy. @type {Readonly<Limits>} */
export const LIMITS = Object.freeze({ requests: 60, questions: 240, waiting: 50, documents: 10, recipients: 20, address: 254, key: 100, attachments: MOST_KILOBYTES });

/**
 * What a policy may set at most: beyond it the host refuses (documents, recipients, texts, files), or the limit would be none.
 * @type {Readonly<Limits>}
 */
export const CEILINGS = Object.freeze({ requests: 120, questions: 1_200, waiting: 100, documents: 10, recipients: 50, address: 254, key: 100, attachments: MOST_KILOBYTES });
