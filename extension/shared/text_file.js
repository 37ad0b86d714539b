/** Text files that a person gives to a page, or takes from it. */

import { el } from './dom.js';

/** Bytes of a file: with the quoting of JSON it stays below the host's limit of 8 MiB for a request. */
export const LARGEST = 6 * 1024 * 1024;

/** Without it Excel takes UTF-8 for Windows-1252. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The text of a file. Excel in Spanish writes Windows-1252 unless it is told otherwise, and its "Unicode text" is UTF-16.
 * @param {Uint8Array} bytes
 * @returns {string} without a byte-order mark
 */
export function decode(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Hands a CSV file to the person.
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([BYTE_ORDER_MARK, text], { type: 'text/csv;charset=utf-8' }));
  el('a', { href: url, download: name }).click();
  // The browser has taken hold of the blob by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
