/**
 * How an organisation registers its own OAuth client, told for exactly its case.
 *
 * Where it stands at Google (read in November 2026):
 *   support.google.com/cloud/answer/15549945  audience: Internal is for members of the organisation, others meet
 *     `org_internal`; in Testing at most 100 listed test users, whose grants end after seven days
 *   support.google.com/cloud/answer/13464323  when no verification is needed: internal use, or fewer than 100 users, who may
 *     pass the screen on the unverified app
 *   support.google.com/cloud/answer/7454865   the 100 are counted over the life of the project
 *   support.google.com/cloud/answer/15549257  clients: the secret is shown, and can be downloaded, only when it is made
 *   developers.google.com/identity/protocols/oauth2/web-server  redirect addresses have to match to the letter
 *   developers.google.com/workspace/gmail/api/auth/scopes  `gmail.send` is a sensitive scope
 */

import { redirectUris } from '../shared/addresses.js';
import { copyable } from '../shared/copying.js';
import { el } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/** @typedef {import('../shared/i18n.js').MessageKey} MessageKey */

/** Whose accounts will send. @typedef {'workspace' | 'gmail'} Kind */

/** The one right, as Google's console wants it. */
const SCOPE = 'https://www.googleapis.com/auth/gmail.send';

/** Where each step is taken. */
const PAGES = /** @type {const} */ ({
  project: 'https://console.cloud.google.com/projectcreate',
  api: 'https://console.cloud.google.com/apis/library/gmail.googleapis.com',
  audience: 'https://console.cloud.google.com/auth/overview',
  scopes: 'https://console.cloud.google.com/auth/scopes',
  publish: 'https://console.cloud.google.com/auth/audience',
  client: 'https://console.cloud.google.com/auth/clients',
});

/** @type {Record<Kind, { text: MessageKey, page?: keyof typeof PAGES, shows?: 'scope' | 'redirects' }[]>} */
const GUIDES = {
  workspace: [
    { text: 'guide_project_workspace', page: 'project' },
    { text: 'guide_api', page: 'api' },
    { text: 'guide_audience_internal', page: 'audience' },
    { text: 'guide_client', page: 'client', shows: 'redirects' },
    { text: 'guide_file' },
  ],
  gmail: [
    { text: 'guide_project_gmail', page: 'project' },
    { text: 'guide_api', page: 'api' },
    { text: 'guide_audience_external', page: 'audience' },
    { text: 'guide_scope', page: 'scopes', shows: 'scope' },
    { text: 'guide_publish', page: 'publish' },
    { text: 'guide_client', page: 'client', shows: 'redirects' },
    { text: 'guide_file' },
  ],
};

/** What the person should know before. @type {Record<Kind, MessageKey[]>} */
const FACTS = {
  workspace: ['guide_workspace_1', 'guide_workspace_2'],
  gmail: ['guide_gmail_1', 'guide_gmail_2', 'guide_gmail_3'],
};

/**
 * @param {Kind} kind
 * @returns {HTMLElement}
 */
export function clientGuide(kind) {
  return el(
    'div',
    { class: 'stack', id: `guide-${kind}` },
    el('ul', { class: 'stack tight small facts-list' }, ...FACTS[kind].map((fact) => el('li', {}, t(fact)))),
    el('ol', { class: 'steps numbered' }, ...GUIDES[kind].map(guideStep)),
  );
}

/** @param {(typeof GUIDES)[Kind][number]} step */
function guideStep({ text, page, shows }) {
  return el(
    'li',
    {},
    el('p', {}, t(text)),
    page !== undefined && el('p', { class: 'small' }, el('a', { href: PAGES[page], target: '_blank', rel: 'noreferrer' }, t('guide_open', new URL(PAGES[page]).pathname))),
    shows === 'scope' && copyable({ id: 'scope', name: t('guide_scope_name'), value: SCOPE }),
    shows === 'redirects' && el('div', { class: 'stack tight', id: 'redirects' }, ...redirectUris(chrome.runtime.id).map((value, index) => copyable({ id: `redirect-${index}`, name: t('redirect_uri'), value }))),
  );
}
