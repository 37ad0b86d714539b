/** Recipients and texts of a delivery. A portal's request has no texts of its own: the company's stand. */

import { addresses, checkAddresses, fieldError, left, paused } from '../shared/controls.js';
import { byId, on } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { scheduleField } from './schedule.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryParams} DeliveryParams */
/** @typedef {import('../shared/protocol.d.ts').Preview} Preview */
/** @typedef {Pick<DeliveryParams, 'company' | 'documents' | 'to' | 'cc' | 'bcc' | 'key' | 'portal'>} Draft */

/** Milliseconds without a key before the preview is asked for again. */
const PAUSE = 350;

/**
 * @param {Draft} draft
 * @param {{ touched: () => void, edited: () => void }} heard `touched` at every change, `edited` when the person has paused
 * @returns {{ params: () => DeliveryParams, valid: () => boolean, check: () => boolean, fillTexts: (preview: Preview) => void }}
 */
export function deliveryForm(draft, { touched, edited }) {
  const to = byId('to', HTMLInputElement);
  const cc = byId('cc', HTMLInputElement);
  const bcc = byId('bcc', HTMLInputElement);
  const subject = byId('subject', HTMLInputElement);
  const message = byId('message', HTMLTextAreaElement);
  const recipients = [to, cc, bcc];
  const later = paused(edited, PAUSE);
  const soon = () => {
    touched();
    later();
  };
  /** Texts that the person wrote; the others are the company's and are filled in by the host. @type {Set<HTMLElement>} */
  const written = new Set();

  const schedule = scheduleField(soon);

  to.value = draft.to.join(', ');
  cc.value = draft.cc.join(', ');
  bcc.value = draft.bcc.join(', ');

  for (const field of recipients) {
    on(field, 'input', () => {
      // While typing an error may go away, but it only comes when the field is left.
      if (field.checkValidity()) fieldError(field, '');
      soon();
    });
    left(field, () => {
      if (field.value.trim() !== '') checkAddresses(field);
    });
  }
  for (const field of [subject, message]) {
    on(field, 'input', () => {
      if (field.value === '') written.delete(field);
      else written.add(field);
      soon();
    });
  }

  return {
    params() {
      /** @type {DeliveryParams} */
      const params = { ...draft, to: addresses(to), cc: addresses(cc), bcc: addresses(bcc) };
      if (draft.portal === undefined) {
        if (written.has(subject)) params.subject = subject.value;
        if (written.has(message)) params.message = message.value;
        const time = schedule.time();
        if (time !== null) params.not_before = time;
      }
      return params;
    },
    valid: () => recipients.every((field) => (addresses(field), field.checkValidity())) && schedule.valid(),
    check() {
      const wrong = recipients.find((field) => !checkAddresses(field));
      if (wrong === to && to.value.trim() === '') fieldError(to, t('to_missing'));
      const inTime = schedule.check();
      (wrong ?? (inTime ? null : schedule.field))?.focus();
      return wrong === undefined && inTime;
    },
    fillTexts(preview) {
      if (!written.has(subject)) subject.value = preview.subject;
      if (!written.has(message)) message.value = preview.message;
    },
  };
}
