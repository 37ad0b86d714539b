/**
 * Small habits of controls: busy buttons, errors beside fields, questions before acts that cannot be undone.
 */

import { troubleOf } from './ask.js';
import { byId, el, on, replace, setAttribute } from './dom.js';
import { t } from './i18n.js';
import { troubleNotice } from './trouble.js';

/**
 * Runs the work of a button once at a time. A failure is shown at `place`. The button is not disabled meanwhile, because
 * that would take the focus from a keyboard user.
 * @param {HTMLElement} button
 * @param {HTMLElement} place
 * @param {() => Promise<void>} work
 */
export async function act(button, place, work) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  replace(place);
  try {
    await work();
  } catch (error) {
    replace(place, troubleNotice(troubleOf(error)));
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/**
 * Says beside a field what is wrong with it; an empty text says that nothing is. The place for it has the id `<field>-error`.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {string} text
 */
export function fieldError(field, text) {
  setAttribute(field, 'aria-invalid', text === '' ? null : 'true');
  replace(byId(`${field.id}-error`, HTMLElement), text);
}

/**
 * The addresses of a field of type `email multiple`. Semicolons, as mail programs write them, become commas first.
 * @param {HTMLInputElement} field
 * @returns {string[]}
 */
export function addresses(field) {
  if (field.value.includes(';')) field.value = field.value.replaceAll(';', ',');
  return field.value.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

let pressed = false;
document.addEventListener('pointerdown', () => { pressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => { pressed = false; }, true);

/**
 * Runs when the person has left a field. A field is left while the mouse button goes down; an error that appeared at that
 * moment would push the button away from under the pointer, and the click would hit nothing. So it waits for the click.
 * @param {HTMLElement} field
 * @param {() => void} work
 */
export function left(field, work) {
  on(field, 'blur', () => {
    if (pressed) document.addEventListener('pointerup', () => setTimeout(work), { once: true });
    else work();
  });
}

/**
 * Checks an address field and says what is wrong beside it.
 * @param {HTMLInputElement} field
 * @returns {boolean}
 */
export function checkAddresses(field) {
  addresses(field);
  const good = field.checkValidity();
  fieldError(field, good ? '' : t(field.multiple ? 'invalid_addresses' : 'invalid_address'));
  return good;
}

/**
 * Asks before an act; *Cancelar* has the focus, and Escape means no.
 * @param {{ title: string, content: import('./dom.js').Child[], accept: string, refuse?: string, danger?: boolean }} question `refuse`
 *   in place of *Cancelar*, where the act itself is a cancelling
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, content, accept, refuse = t('cancel'), danger = false }) {
  const no = el('button', { type: 'submit', value: 'no', id: 'dialog-cancel', autofocus: true }, refuse);
  const yes = el('button', { type: 'submit', value: 'yes', id: 'dialog-accept', class: danger ? 'danger' : 'primary' }, accept);
  const dialog = el(
    'dialog',
    { 'aria-labelledby': 'dialog-title' },
    el('form', { method: 'dialog', class: 'stack' }, el('h2', { id: 'dialog-title' }, title), ...content, el('div', { class: 'row' }, no, yes)),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    on(dialog, 'close', () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    });
  });
}

/**
 * Calls `work` when the person has paused for `wait` milliseconds.
 * @param {() => void} work
 * @param {number} wait
 * @returns {() => void}
 */
export function paused(work, wait) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

/**
 * A button.
 * @param {{ id: string, text: string, class?: string, label?: string }} shape
 * @param {() => void} press
 * @returns {HTMLButtonElement}
 */
export function button(shape, press) {
  return on(el('button', { type: 'button', id: shape.id, class: shape.class, 'aria-label': shape.label }, shape.text), 'click', press);
}

/**
 * A coloured word; the colour never says anything that the word does not.
 * @param {string} tone
 * @param {string} text
 * @returns {HTMLElement}
 */
export function badge(tone, text) {
  return el('span', { class: `badge ${tone}` }, text);
}
