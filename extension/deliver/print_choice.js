/** A PDF that Correo CFDI makes of a document that has none: chosen by the person, and shown to them before it can leave. */

import { host } from '../shared/ask.js';
import { act, button } from '../shared/controls.js';
import { el, on } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** @typedef {import('../shared/protocol.d.ts').DocumentView} DocumentView */
/** @typedef {import('../shared/protocol.d.ts').Acceptable} Acceptable */

/**
 * The choice on a document's card. Choosing it shows the PDF at once, in the person's own program.
 * @param {DocumentView} document
 * @param {boolean} chosen
 * @param {{ changed: (chosen: boolean) => void, accepted: () => Acceptable[] }} outside `accepted` tells what the person has taken upon themselves
 * @returns {HTMLElement}
 */
export function printChoice(document, chosen, { changed, accepted }) {
  const box = el('input', { type: 'checkbox', id: `print-${document.uuid}`, checked: chosen, 'aria-describedby': `print-hint-${document.uuid}` });
  const place = el('div', { class: 'print-trouble' });
  const show = async () => {
    const accept = accepted();
    await host('library.print', { uuid: document.uuid, ...(accept.length > 0 && { accept }) });
  };
  const look = button({ id: `print-look-${document.uuid}`, text: t('print_look'), class: 'small' }, () => void act(look, place, show));
  look.hidden = !chosen;
  on(box, 'change', () => {
    look.hidden = !box.checked;
    changed(box.checked);
    if (box.checked) void act(look, place, show);
  });
  return el(
    'div',
    { class: 'stack tight' },
    el('label', { class: 'row' }, box, t('print_add')),
    el('p', { class: 'quiet small', id: `print-hint-${document.uuid}` }, t('print_hint')),
    el('div', {}, look),
    place,
  );
}
