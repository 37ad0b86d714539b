/** Exactly what would leave, and the button that lets it leave. */

import { armed } from '../shared/arming.js';
import { badge, button } from '../shared/controls.js';
import { byId, el, replace } from '../shared/dom.js';
import { moment, size, stateName } from '../shared/format.js';
import { plural, t } from '../shared/i18n.js';
import { notice, pageLink, troubleNotice } from '../shared/trouble.js';
import { Checks } from './checks.js';
import { recipientList } from './recipients.js';

/** @typedef {import('../shared/protocol.d.ts').Preview} Preview */
/** @typedef {import('../shared/protocol.d.ts').AttachmentView} AttachmentView */
/** @typedef {import('../shared/protocol.d.ts').SentMark} SentMark */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */
/** @typedef {import('../shared/surface.d.ts').PortalRequest} PortalRequest */
/** @typedef {import('../shared/i18n.js').MessageKey} MessageKey */

/**
 * @typedef {object} Review
 * @property {(why: MessageKey | null) => void} clear nothing can be sent until the next `show`, for a reason that the page says
 * @property {() => void} stale what is shown is no longer what would leave; it stays readable until the next `show`
 * @property {(preview: Preview) => void} show
 * @property {() => string | null} digest what the person sees; null while nothing may be sent
 * @property {(content: HTMLElement) => void} trouble
 */

/**
 * @param {{ request: PortalRequest | null }} how what a portal suggested: each new recipient of it takes a tick of its own
 * @returns {Review}
 */
export function reviewView({ request }) {
  const content = byId('review', HTMLElement);
  const troublePlace = byId('review-trouble', HTMLElement);
  const send = byId('send', HTMLButtonElement);
  const reason = byId('send-reason', HTMLElement);
  /** @type {Preview | null} */
  let seen = null;
  const checks = new Checks({ each: request !== null });
  const arm = armed(send, () => seen !== null && checks.open.length === 0);

  /** Says what is still to be done, or that nothing is. */
  function tell() {
    if (seen === null) return;
    const { open } = checks;
    replace(reason, open.length > 0 ? plural('recipients_open', open.length) : seen.resend > 0 ? t('review_resend', seen.resend) : t('review_ready'));
    arm();
  }

  return {
    clear(why) {
      seen = null;
      arm();
      replace(troublePlace);
      replace(content);
      replace(reason, why !== null && t(why));
    },
    stale() {
      seen = null;
      arm();
    },
    show(preview) {
      replace(troublePlace);
      seen = preview;
      checks.take(preview.recipients);
      replace(content, previewFacts(preview, { id: 'review', checks, request, generic: isGeneric(preview), changed: tell }));
      tell();
    },
    digest: () => (send.disabled ? null : (seen?.digest ?? null)),
    trouble: (element) => replace(troublePlace, element),
  };
}

/**
 * The refusal of a second sending, and the way to send again on purpose.
 * @param {Trouble} trouble
 * @param {number} next resend number
 * @param {() => void} again
 * @returns {HTMLElement}
 */
export function alreadySent(trouble, next, again) {
  return troubleNotice(trouble, el('div', {}, button({ id: 'resend', text: t('resend', next), class: 'small' }, again)));
}

/**
 * What became of the document before, said before anything is typed.
 * @param {SentMark} mark
 * @returns {HTMLElement}
 */
export function sentBefore(mark) {
  return notice('warn', el('p', {}, t('sent_before', stateName(mark.state), moment(mark.at))), pageLink(`history/history.html#${mark.delivery}`, t('go_delivery')));
}

/**
 * Whether the receiver stands for many, of whom nobody is ever known.
 * @param {Preview} preview
 * @returns {boolean}
 */
export function isGeneric({ documents }) {
  return documents.some(({ receiver_rfc: rfc }) => rfc === 'XAXX010101000' || rfc === 'XEXX010101000');
}

/**
 * Exactly what would leave.
 * @param {Preview} preview
 * @param {import('./recipients.js').Setting | null} recipients null where they stand elsewhere
 * @returns {HTMLElement}
 */
export function previewFacts(preview, recipients) {
  // Only a page of one message has these names to give.
  const own = recipients !== null;
  return el(
    'div',
    { class: 'stack' },
    el(
      'dl',
      { class: 'facts' },
      ...fact('sender', preview.from),
      ...fact('reply_to', preview.reply_to ?? ''),
      ...fact('subject', preview.subject),
    ),
    own && el('h3', {}, plural('recipients', preview.recipients.length)),
    own && recipientList(preview.recipients, recipients),
    el('div', { class: 'letter small' }, preview.message),
    el('h3', {}, plural('attachments', preview.attachments.length), ` (${size(preview.size)})`),
    preview.zip !== undefined && el('p', { class: 'small break', 'data-zip': preview.zip }, t('zip_named', preview.zip)),
    attachmentList(preview.attachments, own ? 'attachments' : null),
    el('details', { class: 'small' }, el('summary', {}, t('digest')), el('code', { id: own ? 'digest' : null, class: 'break' }, preview.digest)),
  );
}

/**
 * @param {import('../shared/i18n.js').MessageKey} name
 * @param {string} value
 * @returns {HTMLElement[]}
 */
function fact(name, value) {
  return value === '' ? [] : [el('dt', {}, t(name)), el('dd', {}, value)];
}

/**
 * Attachments with their hashes.
 * @param {AttachmentView[]} attachments
 * @param {string | null} id
 * @returns {HTMLElement}
 */
function attachmentList(attachments, id) {
  const items = attachments.map((file) =>
    el(
      'li',
      { class: 'attachment', 'data-sha256': file.sha256 },
      el('div', { class: 'row apart' }, el('span', { class: 'strong break grow' }, file.name), el('span', { class: 'number quiet small' }, size(file.size))),
      file.made && el('div', {}, badge('info', t('made_here'))),
      el('code', { class: 'break small quiet' }, `SHA-256 ${file.sha256}`),
    ),
  );
  return el('ul', { role: 'list', class: 'lines', id }, ...items);
}
