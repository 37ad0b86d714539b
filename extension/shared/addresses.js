/** The publisher's addresses as pages show them, and which file of the download is for this computer. */

import { el } from './dom.js';
import { PUBLISHER } from './publisher.js';

/** A host of this ending stands for an address that there is not yet (RFC 2606 section 2). */
const PLACEHOLDER = '.invalid';

/** Files of a download by the browser's name for the system, as the packages are named. @type {Partial<Record<string, (version: string) => string[]>>} */
const FILES = {
  win: (version) => [`correo-cfdi-${version}-instalador.exe`],
  linux: (version) => [`correo-cfdi_${version}_amd64.deb`, `correo-cfdi-${version}-linux-amd64.zip`],
  mac: (version) => [`correo-cfdi-${version}-macos.zip`],
};

/**
 * @param {string} address
 * @returns {boolean} whether something answers there
 */
export function isReal(address) {
  return !new URL(address).hostname.endsWith(PLACEHOLDER);
}

/**
 * A link to an address of the publisher; the text alone where there is none yet.
 * @param {'download' | 'privacy' | 'support' | 'version_page'} name
 * @param {string} text
 * @param {import('./dom.js').Attributes} [attributes]
 * @returns {HTMLElement}
 */
export function publisherLink(name, text, attributes = {}) {
  const address = PUBLISHER[name];
  if (!isReal(address)) return el('span', { id: attributes['id'] }, text);
  return el('a', { ...attributes, href: address, target: '_blank', rel: 'noreferrer' }, text);
}

/**
 * Names of the files that install the program, the usual one first.
 * @param {string} system `os` of chrome.runtime.getPlatformInfo
 * @param {string} version
 * @returns {string[]} none for systems that the program does not run on
 */
export function filesFor(system, version) {
  return FILES[system]?.(version) ?? [];
}

/**
 * The addresses that Google has to know, this extension's first, then those that other stores give it.
 * @param {string} own id of this extension
 * @returns {string[]}
 */
export function redirectUris(own) {
  const known = Object.values(PUBLISHER.extension_ids).filter((id) => id !== null);
  return [...new Set([own, ...known])].map((id) => `https://${id}.chromiumapp.org/`);
}
