/** *Envíos*: the outbox and everything that left it, live; `#<delivery>` opens one. */

import { ask, events, host, troubleOf } from '../shared/ask.js';
import { act, paused } from '../shared/controls.js';
import { byId, el, on, replace, setAttribute, show } from '../shared/dom.js';
import { stateName } from '../shared/format.js';
import { fillPage, plural, t } from '../shared/i18n.js';
import { download } from '../shared/text_file.js';
import { troubleNotice } from '../shared/trouble.js';
import { detailPane } from './detail.js';
import { Rows } from './rows.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {import('../shared/protocol.d.ts').DeliveryState} DeliveryState */

/** Deliveries a page. */
const PAGE = 50;
/** The most that the host gives at once. */
const AT_ONCE = 200;
/** Milliseconds without a key before the search runs. */
const PAUSE = 250;
/** @type {DeliveryState[]} */
const STATES = ['queued', 'sending', 'deferred', 'unknown', 'sent', 'failed', 'cancelled', 'superseded'];

fillPage();

const place = byId('trouble', HTMLElement);
const list = byId('deliveries', HTMLElement);
const more = byId('more', HTMLButtonElement);
const search = byId('search', HTMLInputElement);
const state = byId('state', HTMLSelectElement);
const company = byId('company', HTMLSelectElement);
const exporting = byId('export', HTMLButtonElement);
const rows = new Rows(list);
const detail = detailPane();

/** @type {string | null} */
let next = null;
let turn = 0;
/** What is asked for on top of the list waits for one another, so that nobody's answer is lost. @type {Promise<void>} */
let queue = Promise.resolve();

/** What the person looks for. */
function filter() {
  const text = search.value.trim();
  const wanted = STATES.find((one) => one === state.value);
  return {
    ...(text !== '' && { text }),
    ...(wanted !== undefined && { state: wanted }),
    ...(company.value !== '' && { company: company.value }),
  };
}

/** Asks for the first page of what the person looks for now. */
async function load() {
  turn += 1;
  await fetchRows(PAGE);
}

/** Asks anew for as many as are shown: what came or changed is put in, and the person stays where they are. */
function refresh() {
  return inTurn(() => fetchRows(Math.max(PAGE, rows.count)));
}

/** @param {number} wanted */
async function fetchRows(wanted) {
  const mine = turn;
  try {
    /** @type {DeliveryView[]} */
    const found = [];
    /** @type {string | null} */
    let after = null;
    do {
      /** @type {import('../shared/protocol.d.ts').DeliveryPage} */
      const page = await host('delivery.list', { ...filter(), limit: Math.min(AT_ONCE, wanted - found.length), ...(after !== null && { after }) });
      // An older answer must not replace a newer one.
      if (mine !== turn) return;
      found.push(...page.deliveries);
      after = page.next;
    } while (after !== null && found.length < wanted);
    // Nobody asks for more of a list that is still leaving.
    next = null;
    replace(place);
    if (!(await rows.show(found, el('li', { class: 'card' }, emptyText())))) return;
    next = after;
    sayWhatIsShown();
  } catch (error) {
    if (mine === turn) replace(place, troubleNotice(troubleOf(error)));
  }
}

async function loadMore() {
  if (next === null) return;
  const mine = turn;
  const page = await host('delivery.list', { ...filter(), limit: PAGE, after: next });
  if (mine !== turn) return;
  const before = rows.count;
  rows.append(page.deliveries);
  next = page.next;
  sayWhatIsShown();
  // Who asked by keyboard goes on with what came, also where the button leaves with the last page.
  if (document.activeElement === more || document.activeElement === document.body) list.children[before]?.querySelector('a')?.focus();
}

/**
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
function inTurn(work) {
  const mine = queue.then(work);
  queue = mine.catch(() => undefined);
  return mine;
}

/** What the person looks for, whole, as a file. */
async function exportFound() {
  const pieces = [];
  /** @type {string | null} */
  let after = null;
  do {
    /** @type {import('../shared/protocol.d.ts').DeliveriesExported} */
    const piece = await host('delivery.export', { ...filter(), ...(after !== null && { after }) });
    pieces.push(piece.csv);
    after = piece.next;
  } while (after !== null);
  download(t('history_file'), pieces.join(''));
}

function sayWhatIsShown() {
  replace(byId('count', HTMLElement), plural('deliveries_shown', rows.count));
  show(more, next !== null);
  show(exporting, rows.count > 0);
  markCurrent();
}

/** @returns {string} */
function emptyText() {
  return t(search.value.trim() === '' && state.value === '' ? 'history_empty' : 'history_nothing');
}

/** The delivery that the address names. */
function chosen() {
  return decodeURIComponent(location.hash.slice(1));
}

function markCurrent() {
  for (const link of list.querySelectorAll('a')) setAttribute(link, 'aria-current', link.getAttribute('href') === `#${chosen()}` ? 'true' : null);
}

/** @param {boolean} focus whether the reader goes to the detail */
async function openChosen(focus) {
  const delivery = chosen();
  byId('panes', HTMLElement).classList.toggle('chosen', delivery !== '');
  markCurrent();
  await detail.open(delivery === '' ? null : delivery, focus);
}

/**
 * Puts a changed delivery in its row; a new one is asked for with the filter, which only the host applies.
 * @param {DeliveryView} changed
 */
function update(changed) {
  const elsewhere = state.value !== '' && state.value !== changed.state;
  if (elsewhere || !rows.exchange(changed)) refreshSoon();
  else markCurrent();
  detail.changed(changed);
}

const loadSoon = paused(() => void load(), PAUSE);
const refreshSoon = paused(() => void refresh(), PAUSE);

/** Fills the two choices. */
async function fillFilters() {
  replace(state, el('option', { value: '' }, t('all_states')), ...STATES.map((one) => el('option', { value: one }, stateName(one))));
  const { companies } = await host('company.list', {});
  replace(company, el('option', { value: '' }, t('all_companies')), ...companies.map((one) => el('option', { value: one.rfc }, one.name)));
  show(byId('company-field', HTMLElement), companies.length > 1);
  const { hello } = await ask('state', {});
  replace(byId('os-user', HTMLElement), hello !== null && t('os_user', hello.os_user));
}

on(search, 'input', loadSoon);
on(state, 'change', () => void load());
on(company, 'change', () => void load());
on(more, 'click', () => void act(more, place, () => inTurn(loadMore)));
on(exporting, 'click', () => void act(exporting, place, exportFound));
window.addEventListener('hashchange', () => void openChosen(true));
events((event) => {
  if (event.event === 'delivery.changed') update(event.params.delivery);
  else if (event.event === 'state') refreshSoon();
});
fillFilters().catch((error) => replace(place, troubleNotice(troubleOf(error))));
void load();
void openChosen(false);
