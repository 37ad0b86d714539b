/** Links to a search in Gmail. */

import { el } from '../shared/dom.js';

/**
 * A link that opens in a tab of its own. Only Gmail's own pages may be opened from here, whatever the store holds.
 * @param {string} id
 * @param {string | null} address
 * @param {string} text
 * @returns {HTMLElement | null}
 */
export function gmailLink(id, address, text) {
  if (address === null || !address.startsWith('https://mail.google.com/')) return null;
  return el('p', {}, el('a', { id, href: address, target: '_blank', rel: 'noopener noreferrer' }, text));
}
