/** *Programar para*: when a delivery may leave; empty means now. */

import { fieldError, left } from '../shared/controls.js';
import { byId, on, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { scheduleFault } from './schedule_time.js';

/**
 * @param {() => void} edited
 * @returns {{ time: () => string | null, valid: () => boolean, check: () => boolean, field: HTMLInputElement }} `time` is RFC 3339, null for now
 */
export function scheduleField(edited) {
  const field = byId('not-before', HTMLInputElement);
  const send = byId('send', HTMLButtonElement);
  const fault = () => scheduleFault(field.value, field.validity.badInput, Date.now());
  const check = () => {
    const found = fault();
    fieldError(field, found === null ? '' : t(found));
    return found === null;
  };
  on(field, 'input', () => {
    if (fault() === null) fieldError(field, '');
    // The button says what pressing it does.
    replace(send, t(field.value === '' ? 'send' : 'schedule_send'));
    edited();
  });
  left(field, check);
  return { time: () => (field.value === '' ? null : new Date(field.value).toISOString()), valid: () => fault() === null, check, field };
}
