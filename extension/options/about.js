/** *Acerca de*: which parts are here, how they stand, and how to mend what is missing. */

import { ask, host, troubleOf } from '../shared/ask.js';
import { badge } from '../shared/controls.js';
import { byId, el, replace } from '../shared/dom.js';
import { plural, t } from '../shared/i18n.js';
import { failureText, troubleNotice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').Health} Health */
/** @typedef {import('../shared/protocol.d.ts').Hello} Hello */

/** @returns {Promise<void>} */
export async function aboutSection() {
  const content = byId('about-content', HTMLElement);
  const version = chrome.runtime.getManifest().version;
  replace(content, versions(version, null));
  try {
    const health = await host('health', {});
    const { hello } = await ask('state', {});
    replace(content, versions(version, hello), standing(health));
  } catch (error) {
    replace(content, troubleNotice(troubleOf(error)), installing(), versions(version, null));
  }
}

/** @returns {HTMLElement} */
function installing() {
  return el(
    'section',
    { class: 'card stack tight', id: 'installing' },
    el('h2', {}, t('step_host')),
    el('p', {}, t('step_host_how')),
    el('p', {}, el('code', {}, 'correo-cfdi install')),
    el('p', {}, t('doctor_how')),
    el('p', {}, el('code', {}, 'correo-cfdi doctor')),
  );
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

/**
 * @param {Health} health
 * @returns {HTMLElement}
 */
function standing(health) {
  const { outbox, vault_failure: failure } = health;
  // An older host says nothing about its store.
  const storeFailure = health.store_failure ?? null;
  return el(
    'section',
    { class: 'card stack tight' },
    el('h2', {}, t('diagnosis')),
    el(
      'dl',
      { class: 'facts', id: 'health' },
      el('dt', {}, t('vault')),
      el('dd', {}, t(health.vault === 'file' ? 'vault_file' : 'vault_keyring'), ' ', failure === null ? badge('good', t('works')) : badge('bad', t('fails'))),
      el('dt', {}, t('client')),
      el('dd', {}, health.client === null ? badge('warn', t('missing')) : badge('good', t('works'))),
      el('dt', {}, t('accounts')),
      el('dd', { class: 'number' }, String(health.accounts.length)),
      el('dt', {}, t('outbox')),
      el('dd', {}, [plural('under_way', outbox.under_way), plural('need_person', outbox.need_person), plural('sent_today', outbox.sent_today)].join(' · ')),
    ),
    failure !== null && el('p', { class: 'notice bad' }, failureText(failure)),
    storeFailure !== null && el('p', { class: 'notice bad' }, failureText(storeFailure)),
  );
}
