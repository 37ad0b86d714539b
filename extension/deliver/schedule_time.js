/** Whether a time that a person wrote is one to wait for. */

/** Milliseconds: the host takes no time that is further away. */
const FURTHEST = 365 * 24 * 60 * 60_000;

/**
 * What is wrong with the field, as a key of its text.
 * @param {string} value as a `datetime-local` field gives it: local time without a zone
 * @param {boolean} broken whether the browser found a part of a date only
 * @param {number} now milliseconds
 * @returns {'schedule_broken' | 'schedule_past' | 'schedule_far' | null}
 */
export function scheduleFault(value, broken, now) {
  if (value === '') return broken ? 'schedule_broken' : null;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return 'schedule_broken';
  if (time <= now) return 'schedule_past';
  return time - now > FURTHEST ? 'schedule_far' : null;
}
