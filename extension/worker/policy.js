/**
 * What the organisation has set, read strictly and forgivingly at once: a value that is not right is ignored by itself and
 * named, so that one slip of an administrator does not switch everything else off. Pure.
 */

import { isSecureOrigin, isWebOrigin } from './gate.js';
import { CEILINGS, LIMITS } from './limits.js';
import { companies } from './policy_companies.js';
import { DOMAIN, isRecord, list, RFC, texts } from './policy_values.js';

/** @import { Limits } from './limits.js' */
/** @import { PolicyCompany } from './policy_companies.js' */

/**
 * @typedef {object} PolicyPortal
 * @property {string[]} companies RFCs
 * @property {string[] | null} domains that it may have mail sent to, or null for the general list
 */

/**
 * @typedef {object} Policy
 * @property {Record<string, PolicyPortal>} portals by origin
 * @property {string[] | null} domains that portals may have mail sent to; null is all
 * @property {string[]} insecure origins over plain http that may be connected
 * @property {'always' | 'once_per_batch' | null} confirmation null leaves it to the person
 * @property {Limits} limits
 * @property {PolicyCompany[]} companies that are there from the start
 * @property {string | null} client text of Google's file; holds a secret and is never shown
 * @property {string[]} ignored where a value was that is not right
 * @property {boolean} present whether anything is set at all
 */

/** Bytes of the client file that the host takes. */
const MAX_CLIENT = 65_536;

/**
 * @param {unknown} raw what chrome.storage.managed holds
 * @returns {Policy}
 */
export function parsePolicy(raw) {
  /** @type {string[]} */
  const ignored = [];
  const set = isRecord(raw) ? raw : {};
  const insecure = texts(set['insecure_origins'], 'insecure_origins', ignored, (text) => isWebOrigin(text) && !isSecureOrigin(text));
  const confirmation = set['confirmation'] ?? null;
  const isKnown = confirmation === null || confirmation === 'always' || confirmation === 'once_per_batch';
  if (!isKnown) ignored.push('confirmation');
  return {
    portals: portals(set['portals'], insecure ?? [], ignored),
    domains: domains(set['recipient_domains'], 'recipient_domains', ignored),
    insecure: insecure ?? [],
    confirmation: isKnown ? confirmation : 'always',
    limits: limits(set['limits'], ignored),
    companies: companies(set['companies'], ignored),
    client: client(set['client'], ignored),
    ignored: [...ignored, ...Object.keys(set).filter((name) => !KNOWN.has(name))],
    present: Object.keys(set).length > 0,
  };
}

const KNOWN = new Set(['portals', 'recipient_domains', 'insecure_origins', 'confirmation', 'limits', 'companies', 'client']);

/** What holds where nothing is set. */
export const NO_POLICY = parsePolicy({});

/**
 * Whether a portal may have mail sent to all of these.
 * @param {Policy} policy
 * @param {string} origin
 * @param {string[]} recipients addresses
 * @returns {boolean}
 */
export function mayReach(policy, origin, recipients) {
  const allowed = policy.portals[origin]?.domains ?? policy.domains;
  if (allowed === null) return true;
  return recipients.every((address) => {
    const domain = address.slice(address.lastIndexOf('@') + 1).trim().toLowerCase();
    return allowed.some((one) => (one.startsWith('*.') ? domain.endsWith(one.slice(1)) : domain === one));
  });
}

/**
 * Whether that origin may be connected: encrypted, on this machine, or listed.
 * @param {Policy} policy
 * @param {string} origin a web origin
 * @returns {boolean}
 */
export function mayConnect(policy, origin) {
  return isSecureOrigin(origin) || policy.insecure.includes(origin);
}

/**
 * @param {unknown} value
 * @param {string[]} insecure
 * @param {string[]} ignored
 * @returns {Record<string, PolicyPortal>}
 */
function portals(value, insecure, ignored) {
  /** @type {[string, PolicyPortal][]} */
  const found = [];
  for (const [index, one] of list(value, 'portals', ignored).entries()) {
    const where = `portals[${index}]`;
    const { origin, companies, recipient_domains } = isRecord(one) ? one : {};
    const rfcs = texts(companies, `${where}.companies`, ignored, (text) => RFC.test(text));
    const allowed = domains(recipient_domains, `${where}.recipient_domains`, ignored);
    const isGood = typeof origin === 'string' && isWebOrigin(origin) && (isSecureOrigin(origin) || insecure.includes(origin));
    if (!isGood) ignored.push(`${where}.origin`);
    else if (rfcs === null || rfcs.length === 0) ignored.push(`${where}.companies`);
    else if (found.some(([known]) => known === origin)) ignored.push(where);
    else found.push([origin, { companies: rfcs, domains: allowed }]);
  }
  // No name of an object's own, whatever an administrator calls a portal.
  return Object.assign(Object.create(null), Object.fromEntries(found));
}

/**
 * A list of domains in which nothing is right allows nothing: a slip must not open what was to be closed.
 * @param {unknown} value
 * @param {string} where
 * @param {string[]} ignored
 */
function domains(value, where, ignored) {
  const lower = Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one.toLowerCase() : one)) : value;
  const found = texts(lower, where, ignored, (text) => DOMAIN.test(text));
  return found ?? (value === undefined ? null : []);
}

/**
 * @param {unknown} value
 * @param {string[]} ignored
 * @returns {Limits}
 */
function limits(value, ignored) {
  if (value !== undefined && !isRecord(value)) ignored.push('limits');
  const found = { ...LIMITS };
  for (const [name, wish] of Object.entries(isRecord(value) ? value : {})) {
    const known = Object.hasOwn(LIMITS, name) ? /** @type {keyof Limits} */ (name) : null;
    if (known !== null && typeof wish === 'number' && Number.isInteger(wish) && wish >= 1 && wish <= CEILINGS[known]) found[known] = wish;
    else ignored.push(`limits.${name}`);
  }
  return found;
}

/**
 * @param {unknown} value
 * @param {string[]} ignored
 * @returns {string | null}
 */
function client(value, ignored) {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length <= MAX_CLIENT && clientId(value) !== null) return value;
  ignored.push('client');
  return null;
}

/**
 * The public part of a client file.
 * @param {string} text
 * @returns {string | null}
 */
export function clientId(text) {
  try {
    const { web, installed } = JSON.parse(text);
    const id = (web ?? installed)?.client_id;
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
