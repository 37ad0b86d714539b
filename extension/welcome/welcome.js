/** The first run: program, organisation's client where it is needed, company, account. It notices each step by itself. */

import { ask, events, host, troubleOf } from '../shared/ask.js';
import { badge } from '../shared/controls.js';
import { byId, el, replace, show } from '../shared/dom.js';
import { fillPage, t } from '../shared/i18n.js';
import { rememberWays } from '../shared/sign_in.js';
import { pageLink, troubleNotice } from '../shared/trouble.js';
import { accountStep, companyStep } from './account_step.js';
import { clientStep } from './client_step.js';
import { hostStep } from './host_step.js';
import { poller } from './polling.js';
import { isOfHost, standing } from './standing.js';
import { Tour } from './tour.js';

/** @typedef {import('./standing.js').Known} Known */
/** @typedef {import('./standing.js').StepName} StepName */
/** @typedef {import('../shared/surface.d.ts').SignInView} SignInView */
/** @typedef {import('../shared/surface.d.ts').UiState} UiState */

/** Names of the steps. */
const NAMES = /** @type {const} */ ({ host: 'step_host', client: 'step_client', company: 'step_company', account: 'step_account' });

fillPage();

const place = byId('trouble', HTMLElement);
const live = byId('live', HTMLElement);
/** @type {Known} */
let known = { trouble: null, health: null, companies: [] };
/** @type {SignInView | null} */
let signIn = null;
/** The browser's name for this system. */
let system = '';
/** What the page shows, so that a look that changes nothing moves nothing under the person's hands. */
let drawn = '';
/** @type {StepName | null | undefined} */
let opened;
const outside = { place, saved: load };
const client = clientStep(load);
const looks = poller(look);
const tour = new Tour();

/** @returns {Promise<boolean>} whether there is still something to be noticed: a step may be done in another window, or at a terminal */
async function look() {
  await load();
  return standing(known).open !== null;
}

/** Asks for everything; what keeps the host away is part of what is known. */
async function load() {
  try {
    const [health, { companies }] = await Promise.all([host('health', {}), host('company.list', {})]);
    rememberWays(health.client);
    known = { trouble: null, health, companies };
    replace(place);
  } catch (error) {
    const trouble = troubleOf(error);
    known = { trouble, health: null, companies: [] };
    replace(place, !isOfHost(trouble) && troubleNotice(trouble));
  }
  showState(await ask('state', {}));
}

/** @param {UiState} state */
function showState(state) {
  const ended = signIn !== null && state.signIn === null;
  signIn = state.signIn;
  replace(byId('os-user', HTMLElement), state.hello !== null && t('os_user', state.hello.os_user));
  draw();
  // An ended sign-in may have changed a company's account.
  if (ended) looks.now();
}

function draw() {
  const { steps, open } = standing(known);
  const { trouble, health, companies } = known;
  const content = JSON.stringify([steps, open, trouble, health?.client, health?.client_failure, companies, signIn, system]);
  if (content === drawn) return;
  drawn = content;
  replace(byId('steps', HTMLElement), ...steps.map((step, index) => stepCard(step, index + 1, steps.indexOf(open ?? step) > index || open === null, step === open)));
  show(byId('ready', HTMLElement), open === null);
  if (open === null) void tour.offer();
  announce(open);
}

/**
 * Says by itself what has changed, for those who do not see it.
 * @param {StepName | null} open
 */
function announce(open) {
  const text = open === null ? t('welcome_ready') : open === 'host' ? t('welcome_looking') : t('welcome_next', t(NAMES[open]));
  if (opened !== open) replace(live, text);
  opened = open;
}

/**
 * @param {StepName} step
 * @param {number} number
 * @param {boolean} done
 * @param {boolean} open
 * @returns {HTMLElement}
 */
function stepCard(step, number, done, open) {
  return el(
    'li',
    { class: `card stack${open ? ' open' : ''}`, 'data-step': step, 'data-state': done ? 'done' : open ? 'open' : 'later', 'aria-current': open ? 'step' : null },
    el('div', { class: 'row apart' }, el('h2', {}, `${number}. `, t(NAMES[step])), done && badge('good', t('welcome_done')), open && step === 'host' && badge('info', t('welcome_watching'))),
    open && content(step),
  );
}

/** @param {StepName} step */
function content(step) {
  switch (step) {
    case 'host':
      return hostStep(isOfHost(known.trouble) ? known.trouble : null, system);
    case 'client':
      return client(known.health?.client_failure ?? null);
    case 'company':
      return companyStep();
    case 'account':
      return accountStep(known.companies, signIn, outside);
  }
}

replace(
  byId('ready-links', HTMLElement),
  el('li', {}, pageLink('options/options.html#companies', t('companies'))),
  el('li', {}, pageLink('batch/batch.html', t('batches'))),
  el('li', {}, pageLink('history/history.html', t('history'))),
);
events((event) => {
  if (event.event === 'state') showState(event.state);
  else if (event.event === 'account.changed') looks.now();
});
chrome.runtime.getPlatformInfo().then(({ os }) => {
  system = os;
  draw();
}, console.warn);
window.addEventListener('focus', looks.now);
looks.now();
