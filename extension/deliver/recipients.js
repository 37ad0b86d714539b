/** Everybody who would get a message, each with what is known of them; a new one with its tick where one is needed. */

import { badge } from '../shared/controls.js';
import { el, on } from '../shared/dom.js';
import { day } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { isNew, mailbox } from './checks.js';

/** @typedef {import('../shared/protocol.d.ts').RecipientView} RecipientView */
/** @typedef {import('../shared/surface.d.ts').PortalRequest} PortalRequest */
/** @typedef {import('./checks.js').Checks} Checks */

/**
 * @typedef {object} Setting
 * @property {string} id of the message, unique on the page
 * @property {Checks} checks
 * @property {PortalRequest | null} request of the portal that suggested them
 * @property {boolean} generic whether the receiver is one of many, of whom nobody is ever known
 * @property {() => void} changed when the person ticks or unticks
 */

/**
 * @param {RecipientView[]} recipients
 * @param {Setting} setting
 * @returns {HTMLElement}
 */
export function recipientList(recipients, setting) {
  const there = new Set(recipients.map(({ address }) => mailbox(address)));
  const suggested = [...(setting.request?.to ?? []), ...(setting.request?.cc ?? [])];
  const dropped = suggested.filter((address) => !there.has(mailbox(address)));
  return el(
    'ul',
    { role: 'list', class: 'lines recipients', id: `${setting.id}-recipients` },
    ...recipients.map((recipient) => item(recipient, setting, suggested)),
    ...dropped.map((address) => el('li', { class: 'dropped', 'data-dropped': address }, el('s', { class: 'break' }, address), ' ', el('span', { class: 'quiet small' }, t('recipient_dropped')))),
  );
}

/**
 * @param {RecipientView} recipient
 * @param {Setting} setting
 * @param {string[]} suggested by the portal
 * @returns {HTMLElement}
 */
function item(recipient, setting, suggested) {
  const { address, field, own } = recipient;
  const fresh = isNew(recipient);
  const typed = setting.request !== null && !own && !suggested.some((one) => mailbox(one) === mailbox(address));
  return el(
    'li',
    { class: 'stack tight', 'data-recipient': address, 'data-new': fresh },
    el('div', { class: 'row' }, el('span', { class: 'quiet small field-name' }, t(field)), el('span', { class: 'strong break grow' }, address), fresh && badge('warn', t(setting.generic ? 'recipient_generic' : 'recipient_new'))),
    el('p', { class: 'quiet small' }, said(recipient), typed && ` ${t('recipient_typed')}`),
    fresh && setting.checks.each && tick(address, setting),
  );
}

/** @param {RecipientView} recipient */
function said({ own, last_confirmed_at: at }) {
  if (own) return t('recipient_own');
  return at === null ? '' : t('recipient_known', day(at));
}

/**
 * @param {string} address
 * @param {Setting} setting
 * @returns {HTMLElement}
 */
function tick(address, { id, checks, changed }) {
  const box = el('input', { type: 'checkbox', id: `${id}-check-${address}`, 'data-check': address });
  box.checked = checks.isTicked(address);
  on(box, 'change', () => {
    checks.say(address, box.checked);
    changed();
  });
  return el('label', { class: 'check' }, box, el('span', {}, t('recipient_checked'), el('span', { class: 'unseen' }, ` ${address}`)));
}
