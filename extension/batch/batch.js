/** *Lotes*: many CFDI by one list. Without a fragment: a new batch and the earlier ones; `#<batch>` opens one. */

import { ignoreHeldKeys } from '../shared/arming.js';
import { ask, events, host, troubleOf } from '../shared/ask.js';
import { act, paused } from '../shared/controls.js';
import { byId, on, replace, show } from '../shared/dom.js';
import { fillPage, t } from '../shared/i18n.js';
import { troubleNotice } from '../shared/trouble.js';
import { checking } from './checking.js';
import { choice } from './choose.js';
import { intake } from './intake.js';
import { batchItems } from './list.js';
import { overview } from './overview.js';
import { recheck } from './recheck.js';
import { rowTable } from './rows.js';
import { isKept, moved, nextLook } from './standing.js';

/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */

/** Milliseconds in which changes of deliveries are gathered before the counts are asked for. */
const GATHER = 400;
/** Earlier batches in the list. */
const EARLIER = 50;
/** Batches asked for, among them corrected lists that are not shown; the most that the host gives. */
const ASKED = 100;

fillPage();
ignoreHeldKeys();

const place = byId('trouble', HTMLElement);
const check = checking();
const table = rowTable(place, () => view.edited(table.edits.count));
const view = overview({ place, changed: (batch) => taken(batch, true) });
const checked = (/** @type {string} */ batch) => void (location.hash = batch);
const fillers = [choice({ checking: check, checked }), intake({ checking: check, checked })];
/** What is shown. @type {BatchView | null} */
let current = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let turn = 0;

/** The batch that the address names. */
function chosen() {
  return decodeURIComponent(location.hash.slice(1));
}

/**
 * Opens what the address names.
 * @param {boolean} focus whether the reader goes on at its heading
 */
async function route(focus) {
  turn += 1;
  const mine = turn;
  const id = chosen();
  clearTimeout(timer);
  current = null;
  view.forget();
  replace(place);
  show(byId('new', HTMLElement), id === '');
  show(byId('earlier', HTMLElement), id === '');
  show(byId('batch', HTMLElement), false);
  try {
    if (id === '') await loadEarlier();
    else {
      const batch = await host('batch.get', { batch: id });
      if (mine !== turn) return;
      show(byId('batch', HTMLElement), true);
      current = batch;
      view.show(batch);
      await table.open(batch);
      again();
    }
    if (focus && mine === turn) byId(id === '' ? 'title' : 'batch-title', HTMLElement).focus();
  } catch (error) {
    if (mine === turn) replace(place, troubleNotice(troubleOf(error)));
  }
}

async function loadEarlier() {
  const { batches } = await host('batch.list', { limit: ASKED });
  // What was called off before anything was queued, as every list that was corrected, is of no interest any more.
  replace(byId('batch-list', HTMLElement), ...batchItems(batches.filter(isKept).slice(0, EARLIER)));
}

/** Looks again after a while, as long as the batch can change and somebody looks at it. */
function again() {
  clearTimeout(timer);
  const wait = current === null ? null : nextLook(current);
  if (wait !== null && document.visibilityState === 'visible') timer = setTimeout(() => void look(), wait);
}

async function look() {
  if (current === null) return;
  const mine = turn;
  try {
    const batch = await host('batch.get', { batch: current.batch });
    if (mine === turn) await taken(batch, false);
  } catch (error) {
    if (mine === turn) replace(place, troubleNotice(troubleOf(error)));
  }
}

/**
 * @param {BatchView} batch
 * @param {boolean} pressed whether the person has just changed it
 */
async function taken(batch, pressed) {
  const stale = current === null || pressed || moved(current, batch);
  const started = current?.state === 'checked' && batch.state !== 'checked';
  current = batch;
  view.show(batch);
  // The button that was pressed is gone.
  if (started && pressed) byId('batch-title', HTMLElement).focus();
  if (stale) await table.again(batch);
  again();
}

const lookSoon = paused(() => void look(), GATHER);

async function fillCompanies() {
  const { companies } = await host('company.list', {});
  for (const fill of fillers) fill(companies);
  const { hello } = await ask('state', {});
  replace(byId('os-user', HTMLElement), hello !== null && t('os_user', hello.os_user));
}

/** Judges the list with the person's corrections; its address takes the place of the old one's. */
async function correct() {
  const before = current;
  if (before === null || before.state !== 'checked') return;
  await check.during(place, async (judge) => {
    const { batch } = await recheck(before, table.edits, judge);
    history.replaceState(null, '', `#${batch}`);
    await route(true);
  });
}

const correcting = byId('recheck', HTMLButtonElement);
on(byId('edits', HTMLFormElement), 'submit', (event) => {
  event.preventDefault();
  void act(correcting, place, correct);
});
on(byId('edits-discard', HTMLButtonElement), 'click', () => {
  table.discard();
  byId('rows-title', HTMLElement).focus();
});
window.addEventListener('hashchange', () => void route(true));
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void look();
  else clearTimeout(timer);
});
events((event) => {
  if (event.event === 'batch.progress') check.progress(event.params);
  else if (event.event === 'delivery.changed') {
    table.changed(event.params.delivery);
    lookSoon();
  } else if (event.event === 'state') lookSoon();
});
fillCompanies().catch((error) => replace(place, troubleNotice(troubleOf(error))));
void route(false);
