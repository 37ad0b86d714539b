/**
 * A mail's HTML in a frame of its own, in which nothing runs and nothing is fetched.
 *
 * The host has held it to its allow-list and cut it into parts, so that no page of ours reads markup (the pages' policy
 * allows no HTML from text at all). The frame is empty and sandboxed without scripts; it has our policy too, under which
 * no image, frame or style sheet is ever fetched.
 */

import { el, setAttribute } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** Elements that have no end. */
const VOID = new Set(['br', 'col', 'hr']);

/** What may be built, whatever the host says. */
const ELEMENTS = new Set(
  'a b blockquote br caption code col colgroup dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup table tbody td tfoot th thead tr u ul'.split(' '),
);

/**
 * Appends the frame to an element of the page; only a frame that is in the page has a document.
 * @param {HTMLElement} parent
 * @param {import('../shared/protocol.d.ts').TextPiece[]} pieces
 */
export function mailFrame(parent, pieces) {
  const frame = el('iframe', { sandbox: 'allow-same-origin', title: t('text_formatted'), class: 'mail', id: 'text-shown-html' });
  parent.append(frame);
  const inside = frame.contentDocument;
  if (inside === null) return;
  inside.documentElement.lang = 'es-MX';
  inside.body.replaceChildren();
  inside.body.style.cssText = 'margin: 0.5rem; color: #000; background-color: #fff; font-family: sans-serif';
  /** @type {HTMLElement} */
  let open = inside.body;
  for (const { element, attributes = [], text } of pieces) {
    if (text !== undefined) open.append(text);
    else if (element === undefined) open = open.parentElement ?? inside.body;
    else {
      const made = build(ELEMENTS.has(element) ? element : 'span', attributes);
      open.append(made);
      if (!VOID.has(element)) open = made;
    }
  }
}

/** @param {string} name @param {[string, string][]} attributes */
function build(name, attributes) {
  const made = el(/** @type {keyof HTMLElementTagNameMap} */ (name));
  for (const [key, value] of attributes) {
    // The policy ignores the attribute `style`; what is set by hand counts.
    if (key === 'style') made.style.cssText = value;
    // A link of a preview leads nowhere.
    else if (key === 'href') made.title = value;
    else if (!key.startsWith('on')) setAttribute(made, key, value);
  }
  if (name === 'a') made.style.textDecoration = 'underline';
  return made;
}
