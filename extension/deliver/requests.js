/**
 * Several requests of one portal on one page: what stands out comes first, what is sent is exactly what was shown, and a new
 * recipient leaves only by its own tick. Closing the page refuses whatever was not sent.
 */

import { armed, ignoreHeldKeys } from '../shared/arming.js';
import { ask, events, host, troubleOf } from '../shared/ask.js';
import { act, badge } from '../shared/controls.js';
import { byId, on, replace, show } from '../shared/dom.js';
import { money, words } from '../shared/format.js';
import { fillPage, plural, t } from '../shared/i18n.js';
import { localTrouble, troubleNotice } from '../shared/trouble.js';
import { Entry } from './entry.js';
import { farOnes, outliersFirst, sums } from './figures.js';
import { requestCard } from './request_card.js';

/** Requests that are looked at at once: the host takes 16, and other windows ask it too. */
const LOOKS_AT_ONCE = 4;

fillPage();
ignoreHeldKeys();

const origin = new URLSearchParams(location.search).get('origin') ?? '';
const place = byId('trouble', HTMLElement);
const list = byId('requests', HTMLElement);
const send = byId('send', HTMLButtonElement);
const refuse = byId('refuse', HTMLButtonElement);
/** In the order in which they stand; what stands never moves, because somebody may be about to tick it. @type {Entry[]} */
const shown = [];
/** Those that are being read for the first time. @type {Set<string>} */
const coming = new Set();
let sending = false;

const confirmable = () => shown.filter((entry) => entry.confirmable !== null);
const arm = armed(send, () => !sending && coming.size === 0 && confirmable().length > 0);

/** @type {import('./request_card.js').Acts} */
const acts = {
  ticked: tell,
  refuse: (entry) => void act(refuse, place, () => decline(entry)),
  again: (entry) => void look(entry).then(() => draw([entry])),
};

/**
 * Puts entries anew in their places, or at the end.
 * @param {Entry[]} entries
 */
function draw(entries) {
  const far = farOnes(shown.filter(({ phase }) => phase !== 'declined').flatMap(({ amounts }) => amounts));
  const moved = shown.filter((entry) => entry.far !== far.has(entry.id));
  for (const entry of moved) entry.far = far.has(entry.id);
  for (const entry of new Set([...entries, ...moved])) {
    const before = list.querySelector(`[data-request="${entry.id}"]`);
    const focused = before?.contains(document.activeElement) === true ? document.activeElement?.id : undefined;
    const card = requestCard(entry, acts, before?.querySelector('details')?.open ?? false);
    if (before === null) list.append(card);
    else before.replaceWith(card);
    if (focused !== undefined && focused !== '') document.getElementById(focused)?.focus();
  }
  tell();
}

/** Says what there is, what would leave now, and what is still to be done. */
function tell() {
  const waiting = shown.filter(({ undecided }) => undecided);
  const ready = confirmable();
  const open = waiting.reduce((all, { checks, phase }) => all + (phase === 'open' ? checks.open.length : 0), 0);
  replace(byId('totals', HTMLElement), waiting.length > 0 && `${plural('requests_count', waiting.length)}: ${amountOf(waiting)}`);
  replace(byId('leaving', HTMLElement), ready.length > 0 ? `${plural('requests_leaving', ready.length)}: ${amountOf(ready)}` : t('requests_leaving_none'));
  replace(byId('send-reason', HTMLElement), coming.size > 0 ? t('requests_reading') : open > 0 ? plural('requests_open', open) : ready.length > 0 && t('requests_ready'));
  replace(send, plural('requests_send', ready.length));
  show(byId('decision', HTMLElement), waiting.length > 0 || sending || coming.size > 0);
  const outcome = byId('outcome', HTMLElement);
  const done = waiting.length === 0 && !sending && coming.size === 0;
  replace(outcome, done && t(shown.length === 0 ? 'requests_none' : 'requests_done', shown.filter(({ phase }) => phase === 'sent').length));
  show(outcome, done);
  arm();
}

/** @param {Entry[]} entries */
function amountOf(entries) {
  const all = sums(entries.flatMap(({ amounts }) => amounts));
  return all.length === 0 ? '–' : words(all.map(({ currency, total }) => money(total, currency)));
}

/**
 * Asks the host what would leave.
 * @param {Entry} entry
 */
async function look(entry) {
  try {
    const preview = await host('delivery.preview', entry.params);
    if (entry.undecided) entry.show(preview);
  } catch (error) {
    if (entry.undecided) entry.stop(troubleOf(error), 'stopped');
  }
}

/** Takes in what waits now: newcomers stand below what is there, those that stand out before the others. */
async function refresh() {
  const { requests } = await ask('request.list', { origin });
  if (requests.some(({ insecure }) => insecure)) replace(byId('portal-origin', HTMLElement), origin, ' ', badge('warn', t('portal_unencrypted')));
  const waiting = new Set(requests.map(({ id }) => id));
  const gone = shown.filter((entry) => entry.undecided && !waiting.has(entry.id));
  for (const entry of gone) entry.stop(localTrouble('request_gone'), 'gone');
  const known = new Set([...shown.map(({ id }) => id), ...coming]);
  const fresh = requests.filter(({ id }) => !known.has(id)).map((request) => new Entry(request));
  for (const { id } of fresh) coming.add(id);
  draw(gone);
  const left = [...fresh];
  const worker = async () => {
    for (let entry = left.shift(); entry !== undefined; entry = left.shift()) await look(entry);
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, worker));
  for (const { id } of fresh) coming.delete(id);
  const far = farOnes([...shown, ...fresh].flatMap(({ amounts }) => amounts));
  for (const entry of fresh) entry.far = far.has(entry.id);
  const ordered = outliersFirst(fresh, ({ marks }) => marks);
  shown.push(...ordered);
  draw(ordered);
}

/** Sends what could be sent when the person pressed, each as it stood there then. */
async function sendAll() {
  const chosen = confirmable().map((entry) => ({ entry, digest: entry.confirmable }));
  sending = true;
  try {
    for (const { entry, digest } of chosen) {
      // Meanwhile it may have been refused, or have gone.
      if (digest === null || entry.confirmable !== digest) continue;
      if (!(await sendOne(entry, digest))) break;
    }
  } finally {
    sending = false;
    tell();
  }
  // The button that was pressed may be gone.
  if (!byId('outcome', HTMLElement).hidden) byId('outcome', HTMLElement).focus();
}

/**
 * @param {Entry} entry
 * @param {string} digest
 * @returns {Promise<boolean>} false where the next one would meet the same
 */
async function sendOne(entry, digest) {
  entry.phase = 'sending';
  entry.changed = false;
  draw([entry]);
  try {
    const { delivery } = await host('delivery.send', { ...entry.params, confirmed: digest });
    entry.delivery = delivery;
    entry.phase = 'sent';
    return true;
  } catch (error) {
    const trouble = troubleOf(error);
    // The portal has been told already, and cannot ask for a second sending.
    entry.stop(trouble, trouble.kind === 'already_sent' ? 'ended' : trouble.kind === 'request_gone' ? 'gone' : 'stopped');
    if (trouble.kind === 'changed_since_preview') {
      await look(entry);
      entry.changed = true;
    }
    return trouble.retry === 'never';
  } finally {
    draw([entry]);
  }
}

/** @param {Entry} entry */
async function decline(entry) {
  if (!entry.undecided) return;
  await ask('request.answer', { id: entry.id, delivery: null });
  entry.phase = 'declined';
  draw([entry]);
}

/** One change after the other: two answers that overtake each other would take a newcomer in twice. */
let turn = Promise.resolve();
function refreshSoon() {
  turn = turn.then(refresh).catch((error) => replace(place, troubleNotice(troubleOf(error))));
}

replace(byId('portal-origin', HTMLElement), origin);
on(send, 'click', () => void act(send, place, sendAll));
on(refuse, 'click', () =>
  void act(refuse, place, async () => {
    for (const entry of shown) await decline(entry);
  }),
);
events((event) => {
  if (event.event === 'state') refreshSoon();
  else if (event.event === 'delivery.changed') {
    const { delivery } = event.params;
    const entry = shown.find((one) => one.delivery?.delivery === delivery.delivery);
    if (entry === undefined) return;
    entry.delivery = delivery;
    draw([entry]);
  }
});
byId('title', HTMLElement).focus();
refreshSoon();
