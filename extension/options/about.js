/** *Acerca de*: which parts are here, how they stand, and how to mend what is missing. */

import { ask, host, troubleOf } from '../shared/ask.js';
import { byId, el, replace } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { pageLink, troubleNotice } from '../shared/trouble.js';
import { Doctor } from './doctor.js';
import { unreachable } from './unreachable.js';

/** @typedef {import('../shared/protocol.d.ts').Hello} Hello */

/** @returns {Promise<void>} */
export async function aboutSection() {
  const content = byId('about-content', HTMLElement);
  const version = chrome.runtime.getManifest().version;
  replace(content, versions(version, null));
  try {
    // Ending a request that never was opens the conversation and nothing else.
    await host('request.cancel', { id: 0 });
    const { hello } = await ask('state', {});
    const doctor = new Doctor(supportHead(version, hello));
    replace(content, versions(version, hello), doctor.element, el('p', {}, pageLink('welcome/welcome.html#tour', t('tour_go'), { id: 'tour-go' })));
    // The network takes seconds; each part shows as it comes.
    void doctor.run();
  } catch (error) {
    const trouble = troubleOf(error);
    replace(content, troubleNotice(trouble), await unreachable(trouble), versions(version, null));
  }
}

/**
 * Which parts wrote the text for support.
 * @param {string} extension
 * @param {Hello | null} hello
 * @returns {string}
 */
function supportHead(extension, hello) {
  const host = hello === null ? '?' : `${hello.host_version} (${hello.system})`;
  return [`Correo CFDI: ${t('diagnosis')}, ${new Date().toISOString()}`, `extension ${extension} (${chrome.runtime.id}), host ${host}`, navigator.userAgent].join('\n');
}

/**
 * @param {string} extension
 * @param {Hello | null} hello
 * @returns {HTMLElement}
 */
function versions(extension, hello) {
  const facts = [el('dt', {}, t('version_extension')), el('dd', { class: 'number' }, extension)];
  if (hello !== null) {
    facts.push(
      el('dt', {}, t('version_host')),
      el('dd', { class: 'number' }, `${hello.host_version} (${hello.system})`),
      el('dt', {}, t('version_protocol')),
      el('dd', { class: 'number' }, String(hello.protocol)),
      el('dt', {}, t('user')),
      el('dd', {}, hello.os_user),
    );
  }
  return el('section', { class: 'card stack tight' }, el('h2', {}, t('versions')), el('dl', { class: 'facts', id: 'versions' }, ...facts));
}
