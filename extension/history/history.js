/** *Envíos*: the outbox and everything that left it, live; `#<delivery>` opens one. */

import { ask, events, host, troubleOf } from '../shared/ask.js';
import { act, paused } from '../shared/controls.js';
import { byId, el, on, replace, setAttribute, show } from '../shared/dom.js';
import { stateName } from '../shared/format.js';
import { fillPage, plural, t } from '../shared/i18n.js';
import { troubleNotice } from '../shared/trouble.js';
import { detailPane } from './detail.js';
import { deliveryItem } from './delivery_item.js';

/** @typedef {import('../shared/protocol.d.ts').DeliveryView} DeliveryView */
/** @typedef {import('../shared/protocol.d.ts').DeliveryState} DeliveryState */
/** @typedef {import('../shared/protocol.d.ts').DeliveryListParams} DeliveryListParams */

/** Deliveries a page. */
const PAGE = 50;
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
const detail = detailPane();

/** @type {DeliveryView[]} */
let deliveries = [];
/** @type {string | null} */
let next = null;
let turn = 0;

/** @returns {DeliveryListParams} */
function filter() {
  const text = search.value.trim();
  const wanted = STATES.find((one) => one === state.value);
  return {
    limit: PAGE,
    ...(text !== '' && { text }),
    ...(wanted !== undefined && { state: wanted }),
    ...(company.value !== '' && { company: company.value }),
  };
}

/** Asks for the first page anew. */
async function load() {
  turn += 1;
  const mine = turn;
  try {
    const page = await host('delivery.list', filter());
    // An older answer must not replace a newer one.
    if (mine !== turn) return;
    deliveries = page.deliveries;
    next = page.next;
    replace(place);
    render();
  } catch (error) {
    if (mine === turn) replace(place, troubleNotice(troubleOf(error)));
  }
}

async function loadMore() {
  if (next === null) return;
  const mine = turn;
  const page = await host('delivery.list', { ...filter(), after: next });
  if (mine !== turn) return;
  const known = new Set(deliveries.map((one) => one.delivery));
  deliveries = [...deliveries, ...page.deliveries.filter((one) => !known.has(one.delivery))];
  next = page.next;
  render();
}

function render() {
  replace(list, ...(deliveries.length > 0 ? deliveries.map(deliveryItem) : [el('li', { class: 'card' }, emptyText())]));
  replace(byId('count', HTMLElement), plural('deliveries_shown', deliveries.length));
  show(more, next !== null);
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
  const index = deliveries.findIndex((one) => one.delivery === changed.delivery);
  if (index === -1 || (state.value !== '' && state.value !== changed.state)) {
    loadSoon();
  } else {
    deliveries[index] = changed;
    list.children[index]?.replaceWith(deliveryItem(changed));
    markCurrent();
  }
  detail.changed(changed);
}

const loadSoon = paused(() => void load(), PAUSE);

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
on(more, 'click', () => void act(more, place, loadMore));
window.addEventListener('hashchange', () => void openChosen(true));
events((event) => {
  if (event.event === 'delivery.changed') update(event.params.delivery);
  else if (event.event === 'state') loadSoon();
});
fillFilters().catch((error) => replace(place, troubleNotice(troubleOf(error))));
void load();
void openChosen(false);
