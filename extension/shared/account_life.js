/** How long an account's permission lasts, and why it has to be given again. */

import { el } from './dom.js';
import { day, moment } from './format.js';
import { t } from './i18n.js';
import { meaning } from './meaning.js';
import { failureText } from './trouble.js';

/** @typedef {import('./protocol.d.ts').AccountView} AccountView */

/**
 * What needs the person; with `whole` also what is merely good to know.
 * @param {AccountView} account
 * @param {{ whole?: boolean }} [wish]
 * @returns {HTMLElement}
 */
export function accountLife(account, { whole = false } = {}) {
  const { reconnect, reminder, ends_at: end, ends_by: why, last_used_at: used } = account;
  const ending = typeof end === 'string' && why !== null ? t(`ends_${why === 'testing_expired' || why === 'access_ended' ? why : 'idle_expired'}`, day(end)) : null;
  return el(
    'div',
    { class: 'stack tight small life' },
    whole && el('p', { class: 'quiet' }, typeof used === 'string' ? t('last_used', moment(used)) : t('never_used')),
    reconnect !== null && reconnectNotice(account, reconnect),
    ending !== null && (typeof reminder === 'number' ? el('p', { class: 'notice warn', 'data-reminder': String(reminder) }, ending) : whole && el('p', { class: 'quiet' }, ending)),
  );
}

/**
 * @param {AccountView} account
 * @param {string} kind
 * @returns {HTMLElement}
 */
function reconnectNotice({ reconnect_detail: codes, ended_at: since }, kind) {
  return el(
    'div',
    { class: 'notice bad stack tight', 'data-reconnect': kind },
    el('p', {}, failureText(kind)),
    (since !== null || codes !== null) &&
      el('p', { class: 'quiet small' }, [since === null ? '' : t('ended_on', moment(since)), codes === null ? '' : t('ended_codes', codes)].filter((part) => part !== '').join(' · ')),
    meaning(kind),
  );
}
