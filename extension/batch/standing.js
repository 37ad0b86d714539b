/** How a batch stands, in numbers. Pure. */

/** @typedef {import('../shared/protocol.d.ts').BatchView} BatchView */
/** @typedef {import('../shared/protocol.d.ts').BatchState} BatchState */
/** @typedef {'rows' | 'messages' | 'refused' | 'warned' | 'new_recipients' | 'sent' | 'under_way' | 'need_person' | 'failed'} Count */

/** Milliseconds between looks while messages leave. */
export const LOOK_EVERY = 2_000;

/** Milliseconds between looks while the batch waits for a time or for a person. */
export const LOOK_SELDOM = 15_000;

/** Steps of the progress that are read out: every tenth, so that a screen reader is not kept talking. */
const STEPS = 10;

/** @type {Record<BatchState, 'good' | 'info' | 'warn' | 'plain'>} */
const TONES = { checked: 'warn', running: 'info', paused: 'warn', cancelled: 'plain', done: 'good' };

/**
 * The tone of the batch as a whole; a word always stands beside it.
 * @param {BatchView} batch
 * @returns {string}
 */
export function tone({ state, failed, need_person: need }) {
  return state === 'done' && failed + need > 0 ? 'warn' : TONES[state];
}

/**
 * The counts that matter in its state, the first ones first.
 * @param {BatchView} batch
 * @returns {[Count, number, 'good' | 'warn' | 'bad' | ''][]} each with the tone of a number that is not zero
 */
export function counts({ state, rows, messages, refused, warned, new_recipients: fresh, sent, under_way: underWay, need_person: need, failed }) {
  if (state === 'checked') return [['rows', rows, ''], ['messages', messages, ''], ['refused', refused, 'bad'], ['warned', warned, 'warn'], ['new_recipients', fresh, 'warn']];
  return [['messages', messages, ''], ['sent', sent, 'good'], ['under_way', underWay, ''], ['need_person', need, 'warn'], ['failed', failed, 'bad'], ['refused', refused, 'bad']];
}

/**
 * Messages that have come to an end of some kind; of a cancelled batch only what was sent, because the rest never left.
 * @param {BatchView} batch
 * @returns {number}
 */
export function finished({ state, messages, sent, under_way: underWay }) {
  return state === 'cancelled' ? sent : Math.max(0, messages - underWay);
}

/**
 * Whether it is still told of: not what was called off before anything was queued.
 * @param {BatchView} batch
 * @returns {boolean}
 */
export function isKept({ state, sent, under_way: underWay, need_person: need, failed }) {
  return state !== 'cancelled' || sent + underWay + need + failed > 0;
}

/**
 * When its page asks again.
 * @param {BatchView} batch
 * @returns {number | null} milliseconds; null where nothing changes by itself
 */
export function nextLook({ state, under_way: underWay, continues_at: later }) {
  if (state === 'checked' || state === 'done') return null;
  // A cancelled one may still be giving its last messages to Gmail.
  if (state === 'cancelled') return underWay > 0 ? LOOK_EVERY : null;
  return state === 'paused' || underWay === 0 || later !== null ? LOOK_SELDOM : LOOK_EVERY;
}

/**
 * Whether deliveries of the batch have moved on between two looks; the time left always does.
 * @param {BatchView} before
 * @param {BatchView} now
 * @returns {boolean}
 */
export function moved(before, now) {
  const where = (/** @type {BatchView} */ { batch, state, sent, under_way: underWay, need_person: need, failed }) => [batch, state, sent, underWay, need, failed].join();
  return where(before) !== where(now);
}

/**
 * What changes when something is worth reading out.
 * @param {BatchView} batch
 * @returns {string}
 */
export function milestone(batch) {
  const share = batch.messages === 0 ? 0 : finished(batch) / batch.messages;
  return `${batch.batch} ${batch.state} ${Math.floor(share * STEPS)} ${batch.continues_at ?? ''}`;
}
