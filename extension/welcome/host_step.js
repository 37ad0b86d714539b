/** The program: getting it, and what to do about each way in which the browser does not reach it. */

import { filesFor, publisherLink } from '../shared/addresses.js';
import { copyable } from '../shared/copying.js';
import { el } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { troubleNotice } from '../shared/trouble.js';
import { updateButton } from '../shared/update.js';

/** @typedef {import('../shared/surface.d.ts').AnyKind} AnyKind */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */

/** The program registers itself with the browsers that are here. */
const REGISTER = 'correo-cfdi install';
/** The program says what is wrong. */
const DIAGNOSE = 'correo-cfdi doctor';

/** What an administrator has to allow (chromeenterprise.google/policies, Native Messaging). */
const POLICIES = 'NativeMessagingBlocklist, NativeMessagingAllowlist, NativeMessagingUserLevelHosts: mx.correo_cfdi.host';

/**
 * What leads on after each failure. @type {Partial<Record<AnyKind, (system: string) => (HTMLElement | false)[]>>}
 */
const WAYS = {
  host_missing: (system) => [download(system), command('welcome_already', REGISTER, 'register'), command('welcome_diagnose', DIAGNOSE, 'diagnose')],
  host_forbidden: (system) => [command('welcome_register', REGISTER, 'register'), download(system)],
  host_disabled: () => [el('p', {}, t('welcome_for_administrator')), copyable({ id: 'policies', name: t('welcome_policies'), value: POLICIES })],
  host_exited: (system) => [command('welcome_diagnose', DIAGNOSE, 'diagnose'), download(system)],
  host_garbled: (system) => [download(system), command('welcome_diagnose', DIAGNOSE, 'diagnose')],
  host_mute: () => [el('p', {}, t('welcome_mute')), command('welcome_diagnose', DIAGNOSE, 'diagnose')],
  update_host: () => [updateButton('update_host')],
  update_extension: () => [updateButton('update_extension')],
};

/**
 * @param {Trouble | null} trouble null while nobody knows yet
 * @param {string} system `os` of chrome.runtime.getPlatformInfo
 * @returns {HTMLElement}
 */
export function hostStep(trouble, system) {
  if (trouble === null) return el('p', { class: 'quiet' }, t('welcome_looking'));
  const ways = WAYS[trouble.kind]?.(system) ?? [];
  // A program that is not there yet is no failure at a first run.
  const head = trouble.kind === 'host_missing' ? el('p', { 'data-kind': trouble.kind }, t('welcome_missing')) : troubleNotice(trouble);
  return el('div', { class: 'stack' }, head, ...ways);
}

/**
 * @param {string} system
 * @returns {HTMLElement}
 */
function download(system) {
  const [usual, ...others] = filesFor(system, chrome.runtime.getManifest().version);
  if (usual === undefined) return el('p', { class: 'notice warn', id: 'no-program' }, t('welcome_no_program'));
  return el(
    'ol',
    { class: 'steps numbered', id: 'download' },
    el('li', {}, publisherLink('download', t('welcome_download'), { class: 'button primary', id: 'download-go' }), el('p', { class: 'small quiet break' }, t('welcome_file', usual), others.length > 0 && ` ${t('welcome_or', others.join(', '))}`)),
    el('li', {}, t(system === 'win' ? 'welcome_install_windows' : system === 'mac' ? 'welcome_install_mac' : 'welcome_install_linux')),
    el('li', {}, t('welcome_notices_itself')),
  );
}

/**
 * @param {import('../shared/i18n.js').MessageKey} why
 * @param {string} value
 * @param {string} id
 * @returns {HTMLElement}
 */
function command(why, value, id) {
  return el('div', { class: 'stack tight' }, el('p', { class: 'small' }, t(why)), copyable({ id, name: value, value }));
}
