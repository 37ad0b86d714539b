/** *Acerca de* where no conversation with the host came about: what the browser said, and how to learn which cause it has. */

import { button } from '../shared/controls.js';
import { el, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */

/**
 * The command that names the cause, as it is typed on this system. Windows' installer puts the program where no search path
 * leads (`manifests/installers`); elsewhere the package does.
 * @param {string} os as `chrome.runtime.getPlatformInfo` names it
 * @returns {string}
 */
export function doctorCommand(os) {
  return os === 'win' ? '"%LOCALAPPDATA%\\Programs\\Correo CFDI\\correo-cfdi.exe" doctor' : 'correo-cfdi doctor';
}

/**
 * A command with a button that copies it.
 * @param {string} id
 * @param {string} command
 * @returns {HTMLElement}
 */
export function commandLine(id, command) {
  const copied = el('span', { role: 'status', class: 'quiet small' });
  const copy = button({ id: `copy-${id}`, text: t('copy'), label: t('copy_of', command), class: 'small' }, () => void navigator.clipboard.writeText(command).then(() => replace(copied, t('copied'))));
  return el('div', { class: 'row' }, el('code', { class: 'break', id: `${id}-command` }, command), copy, copied);
}

/**
 * @param {Trouble} trouble
 * @returns {Promise<HTMLElement>}
 */
export async function unreachable({ kind, said }) {
  const { os } = await chrome.runtime.getPlatformInfo();
  return el(
    'section',
    { class: 'card stack tight', id: 'installing' },
    said !== undefined && el('p', { id: 'browser-said', 'data-kind': kind }, t('doctor_browser_said'), ': ', el('q', { lang: 'en' }, said)),
    el('h2', {}, t('step_host')),
    el('p', {}, t('step_host_how')),
    commandLine('install', doctorCommand(os).replace(/doctor$/, 'install')),
    el('p', {}, t('doctor_how')),
    commandLine('doctor', doctorCommand(os)),
    el('p', { class: 'quiet small' }, t(os === 'win' ? 'doctor_command_windows' : 'doctor_command_where')),
  );
}
