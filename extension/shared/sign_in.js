/** The sign-in as popup and options show it. The worker leads it; these are views, so a popup that dies loses nothing. */

import { ask } from './ask.js';
import { accountLife } from './account_life.js';
import { administratorBox, HELPED_BY_ADMINISTRATOR } from './administrator.js';
import { accountLine } from './company.js';
import { button } from './controls.js';
import { el } from './dom.js';
import { t } from './i18n.js';
import { failureText, localTrouble, pageLink, troubleNotice } from './trouble.js';

/** @typedef {import('./surface.d.ts').SignInView} SignInView */
/** @typedef {import('./surface.d.ts').WorkerSurface['sign_in.start']['params']} SignInStart */

/** @typedef {import('./protocol.d.ts').Via} Via */
/** @typedef {import('./surface.d.ts').AnyKind} AnyKind */

/** Failures of the browser's own window that a tab does not have. @type {ReadonlySet<AnyKind>} */
const TAB_HELPS = new Set(/** @type {const} */ (['identity_missing', 'incognito', 'sign_in_open', 'page_not_loaded', 'web_client_needed']));

/** Ways that the registered client allows; empty until they are known. @type {readonly Via[]} */
let ways = [];

/**
 * Remembers which ways the registered client allows, ahead of the click that has no time to ask.
 * @param {import('./protocol.d.ts').ClientView | null} client
 * @returns {readonly Via[]}
 */
export function rememberWays(client) {
  ways = client?.ways ?? [];
  return ways;
}

/** The way of an ordinary start: a client of the type *Desktop app* has only the tab. @returns {Via} */
export function usualWay() {
  return ways.length > 0 && !ways.includes('identity') ? 'loopback' : 'identity';
}

/**
 * Starts a sign-in. Must be the first thing that a click does: the browser asks for the permission only inside a click.
 * @param {SignInStart} start
 * @param {() => Promise<void>} [before] runs before the worker is asked
 * @throws {import('./ask.js').TroubleError} when the worker refuses
 */
export async function startSignIn(start, before) {
  const via = start.via ?? usualWay();
  // A policy that blocks the permission makes the request throw. Without it the worker fails, and its panel offers the tab.
  if (via === 'identity') await chrome.permissions.request({ permissions: ['identity'] }).catch(() => false);
  await before?.();
  await ask('sign_in.start', via === 'identity' ? start : { ...start, via });
}

/**
 * The panel of a sign-in.
 * @param {SignInView} view
 * @param {string} company name for people
 * @param {{ save: (() => void) | null, again: (start: SignInStart) => void, stop: () => void }} acts `save` is null where
 *   the page has its own *Aceptar y guardar*
 * @returns {HTMLElement}
 */
export function signInPanel(view, company, acts) {
  switch (view.phase) {
    case 'opening':
    case 'window':
    case 'checking':
      return el(
        'div',
        { class: 'notice info', role: 'status', id: 'sign-in-panel', 'data-phase': view.phase },
        el('p', { class: 'strong' }, t('sign_in_for', company)),
        el('p', {}, view.via === 'loopback' && view.phase !== 'checking' ? t(`sign_in_tab_${view.phase}`) : t(`sign_in_${view.phase}`)),
        el('div', { class: 'row' }, button({ id: 'sign-in-stop', text: t('cancel'), class: 'small' }, acts.stop)),
      );
    case 'unsaved':
      return unsavedPanel(view, company, acts);
    case 'failed':
      return failedPanel(view, company, acts);
  }
}

/**
 * @param {SignInView} view
 * @param {string} company
 * @param {{ save: (() => void) | null, again: (start: SignInStart) => void, stop: () => void }} acts
 * @returns {HTMLElement}
 */
function unsavedPanel(view, company, acts) {
  const { account, other_than: other } = view;
  return el(
    'div',
    { class: 'notice warn', role: 'status', id: 'sign-in-panel', 'data-phase': view.phase },
    el('p', { class: 'strong' }, t('sign_in_for', company)),
    // A page with its own *Aceptar y guardar* shows the account in its own place.
    acts.save !== null && accountLine(account ?? null),
    other !== undefined && el('div', { class: 'stack tight', id: 'sign-in-other' }, el('p', {}, failureText('other_account')), el('p', { class: 'break' }, t('expected_account', other))),
    account !== undefined && accountLife(account),
    el('p', {}, t('sign_in_unsaved')),
    el(
      'div',
      { class: 'row' },
      acts.save !== null && button({ id: 'sign-in-save', text: t('accept_and_save'), class: 'primary small' }, acts.save),
      other !== undefined && button({ id: 'sign-in-choose', text: t('choose_other_account'), class: 'small' }, () => acts.again({ company: view.company, from: view.from, login_hint: other })),
      button({ id: 'sign-in-stop', text: t(acts.save === null ? 'sign_in_discard' : 'cancel'), class: 'small' }, acts.stop),
    ),
  );
}

/**
 * @param {SignInView} view
 * @param {string} company
 * @param {{ again: (start: SignInStart) => void, stop: () => void }} acts
 * @returns {HTMLElement}
 */
function failedPanel(view, company, acts) {
  const trouble = view.trouble ?? localTrouble('internal');
  const flow = trouble.kind === 'scope_missing' ? trouble.flow : undefined;
  // A client that does not allow this way is changed, or the usual way taken, before the next try.
  const via = trouble.kind === 'desktop_client_needed' ? undefined : view.via;
  /** @type {SignInStart} */
  const start = { company: view.company, from: view.from, ...(via !== undefined && { via }) };
  if (flow !== undefined) start.again = flow;
  else if (view.login_hint !== undefined) start.login_hint = view.login_hint;
  const panel = troubleNotice(
    trouble,
    flow !== undefined && scopeBox(),
    el(
      'div',
      { class: 'row' },
      button(
        { id: 'sign-in-again', text: t(flow === undefined ? 'start_oauth' : 'sign_in_ask_box'), class: 'primary small' },
        () => acts.again(start),
      ),
      view.via !== 'loopback' && TAB_HELPS.has(trouble.kind) && button({ id: 'sign-in-tab', text: t('start_in_tab'), class: 'small' }, () => acts.again({ ...start, via: 'loopback' })),
      button({ id: 'sign-in-stop', text: t('close'), class: 'small' }, acts.stop),
    ),
    view.via !== 'loopback' && TAB_HELPS.has(trouble.kind) && el('p', { class: 'quiet small' }, t('start_in_tab_explained')),
    HELPED_BY_ADMINISTRATOR.has(trouble.kind) && administratorBox(),
    pageLink('options/options.html#privacy', t('privacy_link'), { class: 'small' }),
  );
  panel.id = 'sign-in-panel';
  panel.setAttribute('data-phase', 'failed');
  panel.prepend(el('p', { class: 'strong' }, t('sign_in_for', company)));
  return panel;
}

/** Shows which box of Google's page was left empty. @returns {HTMLElement} */
function scopeBox() {
  return el(
    'p',
    { class: 'scope-box' },
    el('span', { class: 'tick', 'aria-hidden': 'true' }, '✓'),
    el('span', {}, t('scope_box')),
  );
}
