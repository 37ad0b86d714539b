/** How single values of a policy are read: what is not right is left out and named. Pure. */

/** Entries of one list; far more than any organisation has. */
const MOST = 500;

/** RFC of a legal entity (12) or a natural person (13). */
export const RFC = /^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}$/;

/** A domain in its ASCII form (RFC 1035), or everything below one. */
export const DOMAIN = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * @param {unknown} value
 * @param {string} where
 * @param {string[]} ignored
 * @param {(text: string) => boolean} isGood
 * @returns {string[] | null} null where there is no list
 */
export function texts(value, where, ignored, isGood) {
  if (value === undefined) return null;
  /** @type {string[]} */
  const found = [];
  for (const [index, one] of list(value, where, ignored).entries()) {
    if (typeof one === 'string' && isGood(one)) found.push(one);
    else ignored.push(`${where}[${index}]`);
  }
  return [...new Set(found)];
}

/**
 * @param {unknown} value
 * @param {string} where
 * @param {string[]} ignored
 * @returns {unknown[]}
 */
export function list(value, where, ignored) {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.length <= MOST) return value;
  ignored.push(where);
  return [];
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
