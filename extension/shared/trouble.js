/**
 * How a failure looks: what happened and what to do (the sentence comes ready), and the one step that leads on.
 */

import { el } from './dom.js';
import { lookup, t } from './i18n.js';
import { meaning } from './meaning.js';

/** @typedef {import('./surface.d.ts').Trouble} Trouble */
/** @typedef {import('./surface.d.ts').AnyKind} AnyKind */

/** Where the person goes next, by kind of failure. @type {Partial<Record<AnyKind, { page: string; text: import('./i18n.js').MessageKey }>>} */
const NEXT = {
  no_client: { page: 'options/options.html#client', text: 'go_client' },
  client_malformed: { page: 'options/options.html#client', text: 'go_client' },
  invalid_client: { page: 'options/options.html#client', text: 'go_client' },
  client_secret_missing: { page: 'options/options.html#client', text: 'go_client' },
  redirect_uri_mismatch: { page: 'options/options.html#client', text: 'go_client' },
  desktop_client_needed: { page: 'options/options.html#client', text: 'go_client' },
  web_client_needed: { page: 'options/options.html#client', text: 'go_client' },
  app_blocked: { page: 'options/options.html#client', text: 'go_client' },
  oauth_disabled: { page: 'options/options.html#companies', text: 'go_companies' },
  unknown_company: { page: 'options/options.html#companies', text: 'go_companies' },
  one_per_message: { page: 'directory/directory.html', text: 'go_directory' },
  no_account: { page: 'options/options.html#companies', text: 'go_companies' },
  sign_in_needed: { page: 'options/options.html#companies', text: 'go_companies' },
  account_stranded: { page: 'options/options.html#companies', text: 'go_companies' },
  scope_lost: { page: 'options/options.html#companies', text: 'go_companies' },
  host_missing: { page: 'welcome/welcome.html', text: 'go_first_run' },
  host_forbidden: { page: 'options/options.html#about', text: 'go_about' },
  host_exited: { page: 'options/options.html#about', text: 'go_about' },
  host_garbled: { page: 'options/options.html#about', text: 'go_about' },
  host_mute: { page: 'options/options.html#about', text: 'go_about' },
  update_host: { page: 'welcome/welcome.html', text: 'go_first_run' },
  update_extension: { page: 'welcome/welcome.html', text: 'go_first_run' },
  packaged_client_unusable: { page: 'options/options.html#client', text: 'go_client' },
};

/**
 * A failure that this page itself found.
 * @param {AnyKind} kind
 * @returns {Trouble}
 */
export function localTrouble(kind) {
  return { kind, retry: 'never', message: failureText(kind) };
}

/**
 * What happened and what to do, by kind.
 * @param {string} kind
 * @returns {string}
 */
export function failureText(kind) {
  const parts = [lookup(`err_${kind}`), lookup(`rec_${kind}`)].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(' ') : t('failure_unnamed', kind);
}

/**
 * Where in a text something is, what stands there, and what was perhaps meant.
 * @param {import('./protocol.d.ts').TextPlace} place
 * @returns {string}
 */
function placeText({ line, column, found, nearest }) {
  const where = found === '' ? t('text_place', String(line), String(column)) : t('text_place_of', found, String(line), String(column));
  return nearest === undefined ? where : `${where} ${t('text_nearest', `{{${nearest}}}`)}`;
}

/**
 * What speaks against a document, by code.
 * @param {string} code
 * @returns {string}
 */
export function reasonText(code) {
  return lookup(`reason_${code}`) ?? t('failure_unnamed', code);
}

/**
 * A notice that is read out at once.
 * @param {Trouble} trouble
 * @param {...import('./dom.js').Child} actions
 * @returns {HTMLElement}
 */
export function troubleNotice(trouble, ...actions) {
  const next = NEXT[trouble.kind];
  const reasons = trouble.reasons ?? [];
  const files = trouble.files ?? [];
  const here = next !== undefined && location.href === chrome.runtime.getURL(next.page);
  return el(
    'div',
    { class: 'notice bad', role: 'alert', 'data-kind': trouble.kind },
    el('p', {}, trouble.message),
    trouble.place !== undefined && el('p', {}, placeText(trouble.place)),
    reasons.length > 0 && el('ul', {}, ...reasons.map((code) => el('li', {}, reasonText(code)))),
    files.length > 0 && el('ul', {}, ...files.map((file) => el('li', { class: 'mono break small' }, file))),
    trouble.delivery !== undefined && pageLink(`history/history.html#${trouble.delivery}`, t('go_delivery')),
    next !== undefined && !here && pageLink(next.page, t(next.text)),
    ...actions,
    meaning(trouble.kind),
  );
}

/**
 * Why something waits or has ended, where it is no failure of what the person just did.
 * @param {string} kind
 * @returns {HTMLElement}
 */
export function reasonNotice(kind) {
  return el('div', { class: 'notice warn', 'data-reason': kind }, el('p', {}, failureText(kind)), meaning(kind));
}

/**
 * A notice that is no failure.
 * @param {'good' | 'warn' | 'info'} tone
 * @param {...import('./dom.js').Child} content
 * @returns {HTMLElement}
 */
export function notice(tone, ...content) {
  return el('div', { class: `notice ${tone}`, role: 'status' }, ...content);
}

/**
 * A link to another page of ours; from the popup it opens a tab.
 * @param {string} page path inside the extension
 * @param {string} text
 * @param {import('./dom.js').Attributes} [attributes]
 * @returns {HTMLAnchorElement}
 */
export function pageLink(page, text, attributes = {}) {
  const popup = document.documentElement.classList.contains('popup');
  return el('a', { href: chrome.runtime.getURL(page), target: popup ? '_blank' : null, ...attributes }, text);
}
