/** A text that is made to be copied, with its button. */

import { button } from './controls.js';
import { el, replace } from './dom.js';
import { t } from './i18n.js';

/**
 * @param {{ id: string, name: string, value: string }} what `name` says for what it is, to those who do not see it
 * @returns {HTMLElement}
 */
export function copyable({ id, name, value }) {
  const said = el('span', { role: 'status', class: 'quiet small' });
  const copy = button({ id: `copy-${id}`, text: t('copy'), label: t('copy_of', name), class: 'small' }, () => void navigator.clipboard.writeText(value).then(() => replace(said, t('copied'))));
  return el('div', { class: 'row copyable' }, el('code', { class: 'break', id }, value), copy, said);
}
