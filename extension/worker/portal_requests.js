/**
 * Turns what a page wrote into a typed request, or refuses it. Pure; the host judges everything again.
 */

import { LIMITS } from './limits.js';
import { refusal } from './trouble.js';

/** @import { PortalSend, PortalSurface } from '../shared/surface.d.ts' */
/** @import { Limits } from './limits.js' */

/** Characters of a delivery's identifier. */
export const MAX_DELIVERY = 64;

/** Folio fiscal (RFC 4122 text form). */
const UUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

/** RFC of a legal entity (12) or a natural person (13). */
const RFC = /^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}$/;

/**
 * One address and nothing else: no display name, no second address, no control character or white space. Only letters that
 * the person can tell apart: those of Spanish before the sign; after the sign a name in another script comes in its ASCII form
 * (RFC 5890), so that a look-alike domain shows as what it is.
 */
const ADDRESS = /^[a-z0-9!#$%&'*+/=?^_`{|}~.\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff-]+@[a-z0-9.-]+$/i;

/** Printable ASCII. */
const KEY = /^[\x21-\x7e]+$/;

const DELIVERY = /^[A-Za-z0-9_-]+$/;

/** What a portal might wish for and may not have; it deserves a plain answer. */
const FORBIDDEN = new Set(['path', 'account', 'company', 'subject', 'message', 'bcc', 'resend', 'not_before', 'portal', 'confirmed', 'from', 'accept']);

/** @type {{ [V in keyof PortalSurface]: (params: unknown, limits: Limits) => PortalSurface[V]['params'] }} */
const PARSERS = {
  status: (params) => {
    fields(params, []);
    return {};
  },
  send,
  deliveryStatus: delivery,
  cancel: delivery,
};

/**
 * @param {unknown} verb
 * @returns {verb is keyof PortalSurface}
 */
export function isVerb(verb) {
  return typeof verb === 'string' && Object.hasOwn(PARSERS, verb);
}

/**
 * @template {keyof PortalSurface} V
 * @param {V} verb
 * @param {unknown} params
 * @param {Limits} [limits]
 * @returns {PortalSurface[V]['params']}
 * @throws {import('./trouble.js').TroubleError} `invalid_portal_request` or `portal_forbidden`
 */
export function parse(verb, params, limits = LIMITS) {
  return PARSERS[verb](params, limits);
}

/**
 * @param {unknown} params
 * @param {Limits} limits
 * @returns {PortalSend}
 */
function send(params, limits) {
  const { documents, to, cc = [], key } = fields(params, ['documents', 'to', 'cc', 'key']);
  const wanted = list(documents, 1, limits.documents).map(document);
  demand(new Set(wanted.map(({ uuid }) => uuid)).size === wanted.length);
  const address = (/** @type {unknown} */ value) => text(value, limits.address, ADDRESS);
  const recipients = list(to, 1, limits.recipients).map(address);
  const copies = list(cc, 0, limits.recipients - recipients.length).map(address);
  return { documents: wanted, to: recipients, cc: copies, ...(key !== undefined && { key: text(key, limits.key, KEY) }) };
}

/**
 * @param {unknown} value
 * @returns {PortalSend['documents'][number]}
 */
function document(value) {
  const { uuid, receiver_rfc } = fields(value, ['uuid', 'receiver_rfc']);
  return { uuid: text(upper(uuid), 36, UUID), receiver_rfc: text(upper(receiver_rfc), 13, RFC) };
}

/**
 * @param {unknown} params
 * @returns {{ delivery: string }}
 */
function delivery(params) {
  return { delivery: text(fields(params, ['delivery'])['delivery'], MAX_DELIVERY, DELIVERY) };
}

/** @param {unknown} value */
function upper(value) {
  return typeof value === 'string' ? value.toUpperCase() : value;
}

/**
 * @param {unknown} value
 * @param {number} most characters
 * @param {RegExp} shape
 * @returns {string}
 */
function text(value, most, shape) {
  demand(typeof value === 'string' && value.length <= most && shape.test(value));
  return /** @type {string} */ (value);
}

/**
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @returns {unknown[]}
 */
function list(value, least, most) {
  demand(Array.isArray(value) && value.length >= least && value.length <= most);
  return /** @type {unknown[]} */ (value);
}

/**
 * An object with no other fields than those.
 * @param {unknown} value
 * @param {string[]} known
 * @returns {Record<string, unknown>}
 */
function fields(value, known) {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value));
  const record = /** @type {Record<string, unknown>} */ (value);
  for (const name of Object.keys(record)) {
    if (known.includes(name)) continue;
    throw refusal(FORBIDDEN.has(name) ? 'portal_forbidden' : 'invalid_portal_request');
  }
  return record;
}

/** @param {boolean} holds */
function demand(holds) {
  if (!holds) throw refusal('invalid_portal_request');
}
