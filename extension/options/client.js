/** *Cliente OAuth*: Google's own JSON file goes in as text; its secret never comes out again. */

import { ask, host } from '../shared/ask.js';
import { importsClient } from '../shared/client_import.js';
import { act, badge, button, confirmed } from '../shared/controls.js';
import { byId, el, on, replace } from '../shared/dom.js';
import { words } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { failureText, notice } from '../shared/trouble.js';

/** @typedef {import('../shared/protocol.d.ts').ClientShow} ClientShow */

/**
 * @param {HTMLElement} place
 * @returns {() => Promise<void>}
 */
export function clientSection(place) {
  const file = byId('client-file', HTMLInputElement);
  const redirect = byId('redirect-uri', HTMLInputElement);
  const copied = byId('redirect-copied', HTMLElement);
  const view = byId('client-view', HTMLElement);

  async function load() {
    const [shown, standing] = await Promise.all([host('client.show', {}), ask('client.standing', {})]);
    redirect.value = shown.redirect_uri ?? '';
    replace(view, brokenCard(shown), clientCard(shown), forgetCard(shown), standingCard(standing));
  }

  /**
   * How the client stands to the one that the organisation hands out.
   * @param {import('../shared/surface.d.ts').ClientStanding} standing
   * @returns {HTMLElement | false}
   */
  function standingCard({ state, client_id }) {
    if (state === 'free') return false;
    if (state === 'same') return el('p', { class: 'notice info', id: 'client-managed' }, t('client_managed'));
    const adopt = button({ id: 'client-adopt', text: t('client_adopt') }, async () => {
      const yes = await confirmed({ title: t('client_adopt'), content: [el('p', {}, t('client_adopt_warning'))], accept: t('client_adopt') });
      if (!yes) return;
      await act(adopt, place, async () => {
        await ask('client.adopt', {});
        await load();
      });
    });
    return el('div', { class: 'notice warn stack tight', id: 'client-other' }, el('p', {}, t('client_other')), el('p', { class: 'mono break' }, client_id ?? ''), el('div', { class: 'row' }, adopt));
  }

  /**
   * What a person imported may be given up again.
   * @param {ClientShow} shown
   * @returns {HTMLElement | false}
   */
  function forgetCard({ client }) {
    if (client?.origin !== 'imported') return false;
    const forget = button({ id: 'client-forget', text: t('client_forget'), class: 'danger small' }, async () => {
      const question = { title: t('client_forget'), content: [el('p', {}, t('client_forget_warning'))], accept: t('client_forget'), danger: true };
      if (!(await confirmed(question))) return;
      await act(forget, place, async () => {
        await host('client.forget', {});
        await load();
      });
    });
    return el('div', { class: 'row' }, forget);
  }

  importsClient(file, place, async () => {
    await load();
    replace(place, notice('good', el('p', {}, t('client_imported'))));
  });
  on(byId('redirect-copy', HTMLButtonElement), 'click', () => {
    redirect.select();
    void navigator.clipboard.writeText(redirect.value).then(() => replace(copied, t('copied')));
  });
  return load;
}

/**
 * Why the client that came with the program is not used.
 * @param {ClientShow} shown
 * @returns {HTMLElement | false}
 */
function brokenCard(shown) {
  // Older hosts know no such client.
  const failure = shown.failure ?? null;
  return failure !== null && el('p', { class: 'notice bad', 'data-kind': failure }, failureText(failure));
}

/**
 * @param {ClientShow} shown
 * @returns {HTMLElement}
 */
function clientCard({ client, redirect_uri }) {
  if (client === null) return el('p', { class: 'card' }, t('client_none'));
  // Google refuses a redirect that is not in its own list; the file tells what that list was when it was downloaded.
  const missing = client.kind === 'web' && redirect_uri !== null && !client.redirect_uris.includes(redirect_uri);
  return el(
    'div',
    { class: 'card stack tight', id: 'client-card' },
    el('h2', {}, t('client_registered'), ' ', client.google ? badge('good', 'Google') : badge('warn', t('client_not_google'))),
    el(
      'dl',
      { class: 'facts' },
      el('dt', {}, t('client_id')),
      el('dd', { class: 'mono' }, client.client_id),
      client.origin !== undefined && el('dt', {}, t('client_origin')),
      client.origin !== undefined && el('dd', { id: 'client-origin', 'data-origin': client.origin }, t(`client_origin_${client.origin}`)),
      el('dt', {}, t('client_kind')),
      el('dd', {}, client.kind),
      el('dt', {}, t('client_ways')),
      el('dd', { id: 'client-ways' }, words(client.ways.map((way) => t(`way_${way}`)))),
      el('dt', {}, t('client_hosts')),
      el('dd', {}, words(client.hosts)),
    ),
    missing && el('p', { class: 'notice warn' }, t('redirect_not_in_file')),
  );
}
