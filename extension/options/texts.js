/** Subject and body of a company's mails, with the variables that the host fills in. */

import { button } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** Variables of the texts, as the host's templates know them. @type {{ name: string, text: import('../shared/i18n.js').MessageKey }[]} */
const VARIABLES = [
  { name: 'serie', text: 'variable_serie' },
  { name: 'folio', text: 'variable_folio' },
  { name: 'uuid', text: 'variable_uuid' },
  { name: 'fecha', text: 'variable_fecha' },
  { name: 'total', text: 'variable_total' },
  { name: 'moneda', text: 'variable_moneda' },
  { name: 'verificacion_url', text: 'variable_verificacion_url' },
  { name: 'cantidad', text: 'variable_cantidad' },
  { name: 'folios', text: 'variable_folios' },
  { name: 'emisor.nombre', text: 'variable_emisor_nombre' },
  { name: 'emisor.rfc', text: 'variable_emisor_rfc' },
  { name: 'receptor.nombre', text: 'variable_receptor_nombre' },
  { name: 'receptor.rfc', text: 'variable_receptor_rfc' },
];

/**
 * @param {() => void} edited
 * @returns {{ fill: (subject: string, body: string) => void, values: () => { subject: string, body: string } }}
 */
export function textFields(edited) {
  const subject = byId('company-subject', HTMLInputElement);
  const body = byId('company-body', HTMLTextAreaElement);
  /** @type {HTMLInputElement | HTMLTextAreaElement} */
  let last = body;

  for (const field of [subject, body]) on(field, 'input', edited);
  const all = [subject, body, byId('text-subject', HTMLInputElement), byId('text-body', HTMLTextAreaElement), byId('text-html', HTMLTextAreaElement)];
  for (const field of all) {
    on(field, 'focus', () => {
      last = field;
    });
  }
  on(byId('texts-reset', HTMLButtonElement), 'click', () => {
    // An absent text means the default, which the host writes.
    subject.value = '';
    body.value = '';
    edited();
  });
  replace(
    byId('variables', HTMLElement),
    ...VARIABLES.map(({ name, text }) => {
      const insert = button({ id: `variable-${name.replace('.', '-')}`, text: `{{${name}}}`, label: t('variable_insert', `{{${name}}}`, t(text)), class: 'small' }, () => {
        last.setRangeText(`{{${name}}}`, last.selectionStart ?? last.value.length, last.selectionEnd ?? last.value.length, 'end');
        last.focus();
        last.dispatchEvent(new Event('input'));
      });
      insert.title = t(text);
      return el('li', {}, insert);
    }),
  );

  return {
    fill(subjectText, bodyText) {
      subject.value = subjectText;
      body.value = bodyText;
    },
    values: () => ({ subject: subject.value.trim(), body: body.value }),
  };
}
