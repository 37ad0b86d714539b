/** Companies that an organisation wants to be there from the start, judged value by value. Pure. */

import { DOMAIN, isRecord, list, RFC, texts } from './policy_values.js';

/**
 * A company as *Redefinir empresa* would have it; an empty text leaves the program's own.
 * @typedef {object} PolicyCompany
 * @property {string} rfc
 * @property {string} name
 * @property {string[]} folders absolute paths, the same on every computer
 * @property {string | null} reply_to
 * @property {string[]} cc
 * @property {string[]} bcc
 * @property {string} subject
 * @property {string} body
 */

/** What the host takes (`host/src/domain/company.rs`, `texts.rs`): letters of a name, folders, letters of a subject, bytes of a body. */
const MOST = { name: 300, folders: 50, subject: 250, body: 16_384 };

/** Letters of an address (RFC 5321 section 4.5.3.1). */
const MAX_ADDRESS = 254;

/** From the root of a system, a drive or a share: nobody knows what a shorter path would begin at. */
const FOLDER = /^(\/|[A-Za-z]:[\\/]|\\\\[^\\/]+[\\/])/;

const CONTROL = /\p{Cc}/u;

const MEMBERS = new Set(['rfc', 'name', 'folders', 'reply_to', 'cc', 'bcc', 'subject', 'body']);

/**
 * @param {unknown} value
 * @param {string[]} ignored
 * @returns {PolicyCompany[]}
 */
export function companies(value, ignored) {
  /** @type {PolicyCompany[]} */
  const found = [];
  for (const [index, one] of list(value, 'companies', ignored).entries()) {
    const where = `companies[${index}]`;
    const given = isRecord(one) ? one : {};
    const name = typeof given['name'] === 'string' ? given['name'].trim() : '';
    if (typeof given['rfc'] !== 'string' || !RFC.test(given['rfc'])) ignored.push(`${where}.rfc`);
    else if (name === '' || name.length > MOST.name || CONTROL.test(name)) ignored.push(`${where}.name`);
    else if (found.some(({ rfc }) => rfc === given['rfc'])) ignored.push(where);
    else found.push({ rfc: given['rfc'], name, ...details(given, where, ignored) });
  }
  return found;
}

/**
 * @param {Record<string, unknown>} given
 * @param {string} where
 * @param {string[]} ignored
 * @returns {Omit<PolicyCompany, 'rfc' | 'name'>}
 */
function details(given, where, ignored) {
  const addresses = (/** @type {'cc' | 'bcc'} */ name) => texts(given[name], `${where}.${name}`, ignored, isAddress) ?? [];
  const folders = texts(given['folders'], `${where}.folders`, ignored, (text) => FOLDER.test(text) && !CONTROL.test(text)) ?? [];
  if (folders.length > MOST.folders) ignored.push(`${where}.folders`);
  const answer = given['reply_to'] ?? null;
  const isGood = answer === null || (typeof answer === 'string' && isAddress(answer));
  if (!isGood) ignored.push(`${where}.reply_to`);
  ignored.push(...Object.keys(given).filter((name) => !MEMBERS.has(name)).map((name) => `${where}.${name}`));
  return {
    folders: folders.slice(0, MOST.folders),
    reply_to: isGood ? answer : null,
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    subject: text(given['subject'], `${where}.subject`, ignored, (value) => value.length <= MOST.subject && !CONTROL.test(value)),
    body: text(given['body'], `${where}.body`, ignored, (value) => new TextEncoder().encode(value).length <= MOST.body),
  };
}

/**
 * @param {unknown} value
 * @param {string} where
 * @param {string[]} ignored
 * @param {(value: string) => boolean} isGood
 * @returns {string}
 */
function text(value, where, ignored, isGood) {
  if (value === undefined) return '';
  if (typeof value === 'string' && isGood(value)) return value;
  ignored.push(where);
  return '';
}

/** The shape of an address; the host has the last word. @param {string} value */
function isAddress(value) {
  const at = value.lastIndexOf('@');
  return value.length <= MAX_ADDRESS && /^[^\s@<>"(),;:[\]\\]+$/.test(value.slice(0, Math.max(at, 0))) && DOMAIN.test(value.slice(at + 1).toLowerCase()) && !value.includes('*');
}
