/** One button for the side that has to be updated: the program is downloaded, the extension comes from its store. */

import { ask } from './ask.js';
import { publisherLink } from './addresses.js';
import { act, button } from './controls.js';
import { el, replace } from './dom.js';
import { t } from './i18n.js';

/** @typedef {import('./surface.d.ts').AnyKind} AnyKind */

/** What the store said, in words. */
const WORDS = /** @type {const} */ ({ current: 'update_current', coming: 'update_coming', later: 'update_later' });

/**
 * @param {AnyKind} kind
 * @returns {HTMLElement | false} false for failures that no update mends
 */
export function updateButton(kind) {
  if (kind === 'update_host') return el('div', { class: 'row' }, publisherLink('download', t('update_host_go'), { class: 'button primary', id: 'update-host' }));
  return kind === 'update_extension' && extensionButton();
}

/** @returns {HTMLElement} */
function extensionButton() {
  const said = el('div', { role: 'status', class: 'small', id: 'update-said' });
  const update = button({ id: 'update-extension', text: t('update_extension_go'), class: 'primary' }, () => void act(update, said, async () => {
    const { state } = await ask('extension.update', {});
    replace(said, t(WORDS[state]));
  }));
  return el('div', { class: 'stack tight' }, el('div', { class: 'row' }, update), said);
}
