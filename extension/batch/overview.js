/** One batch whole: what would leave and the button that lets it leave; afterwards how far it is, and what can be done. */

import { armed } from '../shared/arming.js';
import { host, troubleOf } from '../shared/ask.js';
import { act, badge, button, confirmed } from '../shared/controls.js';
import { byId, el, on, replace, show } from '../shared/dom.js';
import { continues, duration, moment } from '../shared/format.js';
import { LOCALE, plural, t } from '../shared/i18n.js';
import { notice, pageLink } from '../shared/trouble.js';
import { downloadResult } from './download.js';
import { counts, finished, milestone, tone } from './standing.js';

/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */

const NUMBER = new Intl.NumberFormat(LOCALE);

/**
 * @param {{ place: HTMLElement, changed: (batch: BatchView) => Promise<void> }} outside `changed` hears what the person did to it
 * @returns {{ show: (batch: BatchView) => void, edited: (count: number) => void, forget: () => void }}
 */
export function overview({ place, changed }) {
  const send = byId('start', HTMLButtonElement);
  /** @type {BatchView | null} */
  let shown = null;
  let said = '';
  /** Rows with corrections that nobody has judged yet: what would leave is not what the person sees. */
  let edits = 0;
  const arm = armed(send, () => shown !== null && shown.state === 'checked' && shown.messages > 0 && edits === 0);

  async function start() {
    if (shown === null) return;
    try {
      await changed(await host('batch.start', { batch: shown.batch, confirmed: shown.digest }));
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind !== 'changed_since_preview') throw error;
      replace(place, notice('warn', el('p', {}, t('batch_changed')), pageLink('batch/batch.html', t('batch_new'))));
      shown = null;
      arm();
    }
  }
  on(send, 'click', () => void act(send, place, start));

  return {
    show(batch) {
      const fresh = shown?.batch !== batch.batch || shown.digest !== batch.digest || shown.state !== batch.state;
      shown = batch;
      replace(byId('batch-title', HTMLElement), batch.name);
      replace(byId('batch-state', HTMLElement), badge(tone(batch), t(`batch_state_${batch.state}`)), el('span', { class: 'quiet small' }, moment(batch.created_at)));
      byId('batch-state', HTMLElement).dataset['state'] = batch.state;
      replace(byId('batch-counts', HTMLElement), ...counts(batch).map(countItem));
      show(byId('confirm', HTMLElement), batch.state === 'checked');
      show(byId('going', HTMLElement), batch.state !== 'checked');
      if (batch.state === 'checked') showConfirm(batch, send, edits);
      else showGoing(batch);
      replace(byId('batch-actions', HTMLElement), ...actions(batch, place, changed));
      // Only what is new has to be looked at again before it can be confirmed.
      if (fresh) arm();
      if (milestone(batch) !== said) replace(byId('batch-live', HTMLElement), said === '' ? null : spoken(batch));
      said = milestone(batch);
    },
    edited(count) {
      const before = edits;
      edits = count;
      if (shown?.state === 'checked') showReason(shown, edits);
      if ((before > 0) !== (count > 0)) arm();
    },
    forget() {
      shown = null;
      edits = 0;
      said = '';
      arm();
    },
  };
}

/**
 * @param {[import('./standing.js').Count, number, string]} count
 * @returns {HTMLElement}
 */
function countItem([name, count, mood]) {
  return el(
    'div',
    { class: `count ${count > 0 ? mood : ''}`, 'data-count': name },
    el('dt', { class: 'small' }, t(`batch_count_${name}`)),
    el('dd', { class: 'number' }, NUMBER.format(count)),
  );
}

/**
 * @param {BatchView} batch
 * @param {HTMLButtonElement} send
 * @param {number} edits
 */
function showConfirm(batch, send, edits) {
  replace(send, plural('batch_send', batch.messages));
  showReason(batch, edits);
  replace(byId('start-time', HTMLElement), batch.messages > 0 && batch.seconds_left !== null && t('batch_time', duration(batch.seconds_left)));
}

/**
 * @param {BatchView} batch
 * @param {number} edits
 */
function showReason(batch, edits) {
  const why = batch.messages === 0 ? 'batch_confirm_none' : 'batch_confirm_explained';
  replace(byId('start-reason', HTMLElement), t(edits > 0 ? 'batch_confirm_edited' : why));
}

/** @param {BatchView} batch */
function showGoing(batch) {
  const bar = byId('batch-progress', HTMLProgressElement);
  bar.max = Math.max(1, batch.messages);
  bar.value = finished(batch);
  replace(byId('batch-done', HTMLElement), spoken(batch));
  replace(
    byId('batch-time', HTMLElement),
    batch.state === 'running' && batch.continues_at !== null && el('strong', { id: 'batch-continues' }, continues(batch.continues_at)),
    batch.state === 'running' && batch.continues_at !== null && batch.seconds_left !== null && ' · ',
    batch.state === 'running' && batch.seconds_left !== null && t('batch_time_left', duration(batch.seconds_left)),
    batch.state === 'paused' && t('batch_paused_means'),
  );
  const { need_person: need } = batch;
  const held = need > 0 ? notice('warn', el('p', {}, plural('batch_held', need)), pageLink('history/history.html', t('batch_held'), { id: 'go-held' })) : null;
  // A notice that is there already is not read out again.
  if (byId('batch-need', HTMLElement).dataset['need'] !== String(need)) replace(byId('batch-need', HTMLElement), held);
  byId('batch-need', HTMLElement).dataset['need'] = String(need);
}

/**
 * @param {BatchView} batch
 * @returns {string}
 */
function spoken(batch) {
  const done = t(batch.state === 'cancelled' ? 'batch_sent_of' : 'batch_done_of', NUMBER.format(finished(batch)), NUMBER.format(batch.messages));
  return batch.state === 'running' ? done : `${t(`batch_state_${batch.state}`)}: ${done}`;
}

/**
 * @param {BatchView} batch
 * @param {HTMLElement} place
 * @param {(batch: BatchView) => Promise<void>} changed
 * @returns {import('../shared/dom.js').Child[]}
 */
function actions(batch, place, changed) {
  /** @param {'batch.pause' | 'batch.resume' | 'batch.cancel'} method @param {HTMLElement} pressed */
  const run = (method, pressed) => act(pressed, place, async () => changed(await host(method, { batch: batch.batch })));
  const pause = button({ id: 'batch-pause', text: t('batch_pause') }, () => void run('batch.pause', pause));
  const resume = button({ id: 'batch-resume', text: t('batch_resume'), class: 'primary' }, () => void run('batch.resume', resume));
  const cancel = button({ id: 'batch-cancel', text: t('batch_cancel'), class: 'danger' }, async () => {
    const content = [el('p', {}, t('batch_cancel_explained'))];
    if (await confirmed({ title: t('batch_cancel_of', batch.name), content, accept: t('batch_cancel'), refuse: t('batch_cancel_keep'), danger: true })) await run('batch.cancel', cancel);
  });
  const result = button({ id: 'batch-result', text: t('batch_result') }, () => void act(result, place, () => downloadResult(batch)));
  const open = batch.state === 'running' || batch.state === 'paused';
  return [batch.state === 'running' && pause, batch.state === 'paused' && resume, batch.state !== 'checked' && result, open && cancel];
}
