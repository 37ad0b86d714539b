/**
 * What an administrator has to know after a page of Google's that never comes back: the browser does not tell us what was on
 * it, the person saw it, and both addresses are what the administrator will ask for.
 */

import { host } from './ask.js';
import { button } from './controls.js';
import { el, on, replace } from './dom.js';
import { t } from './i18n.js';

/** Kinds behind which one of Google's refusals may be. @type {ReadonlySet<string>} */
export const HELPED_BY_ADMINISTRATOR = new Set([
  'window_closed',
  'page_not_loaded',
  'sign_in_timed_out',
  'redirect_uri_mismatch',
  'invalid_client',
  'app_blocked',
  'authorization_refused',
]);

const CAUSES = /** @type {const} */ (['admin_policy', 'admin_testing', 'admin_redirect_uri_mismatch', 'admin_client', 'admin_school']);

/**
 * The likely causes, each with what to ask for, and what to hand over. Asks the host only once it is opened.
 * @returns {HTMLElement}
 */
export function administratorBox() {
  const facts = el('div', { class: 'stack tight' });
  const box = el(
    'details',
    { id: 'sign-in-administrator', class: 'small' },
    el('summary', {}, t('admin_title')),
    el('ul', {}, ...CAUSES.map((cause) => el('li', {}, t(cause)))),
    facts,
  );
  on(box, 'toggle', () => {
    if (facts.childElementCount > 0) return;
    // Without the host the list alone has to do.
    host('client.show', {}).then(
      ({ client, redirect_uri }) =>
        replace(facts, client !== null && copyable('client-id', t('admin_client_id'), client.client_id), redirect_uri !== null && copyable('redirect', t('admin_redirect'), redirect_uri)),
      () => undefined,
    );
  });
  return box;
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string} value
 * @returns {HTMLElement}
 */
function copyable(id, name, value) {
  const said = el('span', { role: 'status', class: 'quiet' });
  const copy = button({ id: `copy-${id}`, text: t('copy'), label: t('copy_of', name), class: 'small' }, () => void navigator.clipboard.writeText(value).then(() => replace(said, t('copied'))));
  return el('div', { class: 'stack tight' }, el('p', { class: 'strong' }, name), el('p', { class: 'mono break', id: `admin-${id}` }, value), el('div', { class: 'row' }, copy, said));
}
