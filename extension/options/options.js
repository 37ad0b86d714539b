/** Settings: shows one section by the address's fragment and tells each section what it must know. */

import { ask, events, troubleOf } from '../shared/ask.js';
import { byId, el, replace, setAttribute, show } from '../shared/dom.js';
import { fillPage, t } from '../shared/i18n.js';
import { notice, troubleNotice } from '../shared/trouble.js';
import { aboutSection } from './about.js';
import { accountsSection } from './accounts.js';
import { clientSection } from './client.js';
import { companiesSection } from './companies.js';
import { CompanyForm } from './company_form.js';
import { noticesSection } from './notices.js';
import { portalsSection } from './portals.js';
import { satSection } from './sat.js';

/** @typedef {import('../shared/surface.d.ts').UiState} UiState */
/** @typedef {(rest: string) => Promise<void>} Opener */

fillPage();

const place = byId('trouble', HTMLElement);
/** The fragment whose section is shown. */
let shown = '';
/** What the list says once when it is next shown. @type {string | null} */
let said = null;
const form = new CompanyForm({
  done(text) {
    said = text;
    go('companies');
  },
  named(rfc) {
    shown = `#companies/${encodeURIComponent(rfc)}`;
    history.replaceState(null, '', shown);
  },
});

const accounts = accountsSection(place);

/** @type {Record<string, Opener>} */
const sections = {
  companies: companiesSection({ place, open: (rest) => go(`companies/${rest}`) }),
  company: (rfc) => form.open(rfc === 'new' ? null : rfc),
  accounts: accounts.open,
  client: clientSection(place),
  portals: portalsSection(place),
  notices: noticesSection(place),
  sat: satSection(place),
  about: aboutSection,
  privacy: async () => {},
};

/** @param {string} fragment */
function go(fragment) {
  location.hash = fragment;
}

/**
 * The section and the rest of the fragment: `#companies/<RFC>` is the form of that company.
 * @returns {[string, string]}
 */
function wanted() {
  const [name = '', rest = ''] = location.hash.slice(1).split('/');
  if (name === 'companies' && rest !== '') return ['company', decodeURIComponent(rest)];
  return [name in sections ? name : 'companies', ''];
}

/** Opens what the fragment names; the form is asked first, because it may hold what is not saved. */
async function route() {
  const target = location.hash;
  if (shown !== '' && shown !== target && !(await form.mayLeave())) {
    history.replaceState(null, '', shown);
    return;
  }
  const moved = shown !== '';
  shown = target === '' ? '#companies' : target;
  const [name, rest] = wanted();
  replace(place, said !== null && notice('good', el('p', {}, said)));
  said = null;
  for (const section of document.querySelectorAll('[data-section]')) {
    if (section instanceof HTMLElement) show(section, section.dataset['section'] === name);
  }
  for (const link of document.querySelectorAll('#sections a')) {
    const current = link.getAttribute('href') === `#${name === 'company' ? 'companies' : name}`;
    setAttribute(link, 'aria-current', current ? 'page' : null);
  }
  try {
    await sections[name]?.(rest);
  } catch (error) {
    replace(place, troubleNotice(troubleOf(error)));
  }
  // A screen reader goes on at the new section's heading.
  const heading = document.querySelector(`[data-section="${name}"] h1`);
  if (moved && heading instanceof HTMLElement) heading.focus();
  showState(await ask('state', {}));
}

/** @param {UiState} state */
function showState(state) {
  replace(byId('os-user', HTMLElement), state.hello !== null && t('os_user', state.hello.os_user));
  form.signIn(state.signIn);
  accounts.signIn(state.signIn);
}

events((event) => {
  if (event.event === 'state') showState(event.state);
  else if (event.event === 'library.progress') form.progress(event.params);
  else if (event.event === 'library.changed') form.indexed();
  else if (event.event === 'delivery.changed') form.delivery(event.params.delivery);
  else if (event.event === 'account.changed' && location.hash.startsWith('#accounts')) void sections['accounts']?.('');
});
window.addEventListener('hashchange', () => void route());
void route();
