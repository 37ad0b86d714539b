/** The organisation's own OAuth client, where the program came without one. */

import { importsClient } from '../shared/client_import.js';
import { el, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/trouble.js';
import { clientGuide } from './client_guide.js';

/** @typedef {import('./client_guide.js').Kind} Kind */

/** @type {readonly Kind[]} */
const KINDS = ['workspace', 'gmail'];

/**
 * Made once and kept while its step is open, so that an answer and a half-read guide survive each look at the host.
 * @param {() => Promise<void>} done hears of an import
 * @returns {(failure: import('../shared/surface.d.ts').AnyKind | null) => HTMLElement}
 */
export function clientStep(done) {
  const guide = el('div', { id: 'guide' });
  const broken = el('div');
  const choices = KINDS.map((kind) => choice(kind, () => replace(guide, clientGuide(kind))));
  const field = el('input', { id: 'client-file', type: 'file', accept: '.json,application/json', 'aria-describedby': 'client-file-hint' });
  // Beside the field: the page's own place may be a long guide away.
  const place = el('div', { id: 'client-trouble' });
  importsClient(field, place, done);
  const whole = el(
    'div',
    { class: 'stack' },
    broken,
    el('p', {}, t('welcome_client')),
    el('fieldset', { class: 'stack tight', id: 'whose' }, el('legend', {}, t('welcome_whose')), ...choices),
    guide,
    el('div', { class: 'field' }, el('label', { for: 'client-file' }, t('client_file')), field, el('span', { id: 'client-file-hint', class: 'quiet small' }, t('client_file_hint'))),
    place,
    el('p', { class: 'small quiet' }, t('welcome_client_given')),
  );
  return (failure) => {
    replace(broken, failure !== null && el('p', { class: 'notice bad', 'data-kind': failure }, failureText(failure)));
    return whole;
  };
}

/**
 * @param {Kind} kind
 * @param {() => void} chosen
 * @returns {HTMLElement}
 */
function choice(kind, chosen) {
  const radio = on(el('input', { type: 'radio', name: 'whose', value: kind, id: `whose-${kind}`, 'aria-describedby': `whose-${kind}-hint` }), 'change', chosen);
  return el('div', { class: 'choice' }, radio, el('label', { for: `whose-${kind}` }, t(`welcome_${kind}`)), el('span', { id: `whose-${kind}-hint`, class: 'quiet small' }, t(`welcome_${kind}_hint`)));
}
