/**
 * Wakes this worker when something is due. The browser ends an idle worker, so the time lies in one alarm; where nothing is
 * due there is none. On the alarm the host is asked for its health, which wakes the sender where work waits that nobody does.
 */

import { local } from './store.js';
import { troubleOf } from './trouble.js';

/** @import { BatchView, Health } from '../shared/protocol.d.ts' */
/** @import { Host } from './host.js' */
/** @import { Notices } from './notices.js' */

/** Name of the one alarm. */
export const ALARM = 'ahead';

/** Milliseconds: Chrome takes no alarm that is nearer (developer.chrome.com, chrome.alarms, since Chrome 120). */
export const SOONEST = 30_000;

/** Milliseconds: a time that is further away than a day is a clock that was wrong. */
export const LATEST = 24 * 60 * 60_000;

/** Milliseconds until the next look while deliveries leave one after another and nothing waits for a time. */
export const WHILE_SENDING = 60_000;

/** Milliseconds until the next look after the host could not be asked although something was due. */
export const AGAIN = 15 * 60_000;

/** Milliseconds between two looks for the sake of changes: a batch changes a delivery every second. */
export const BETWEEN = 15_000;

/** Days before the end of an account's grant at which the host reminds. */
const REMINDERS = [30, 7];

/** Milliseconds in which changes are gathered. */
const GATHER = 1_000;

/** The alarm, and the looks at the host's health that keep it right. */
export class Ahead {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #looked = 0;
  #host;
  #notices;

  /**
   * @param {Pick<Host, 'call'>} host
   * @param {Pick<Notices, 'take'>} notices hear of every health
   */
  constructor(host, notices) {
    this.#host = host;
    this.#notices = notices;
  }

  /**
   * Sets the alarm by what the host answered, and tells the person what is new in it.
   * @param {Health} health
   */
  async take(health) {
    this.#looked = Date.now();
    await this.#set(dueAt(health, this.#looked));
    await this.#notices.take(health);
  }

  /** Something changed: looks soon, and once for many changes. */
  soon() {
    if (this.#timer !== undefined) return;
    const wait = Math.max(GATHER, this.#looked + BETWEEN - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // The alarm stands as it was; whoever caused the change has been told what is wrong with the host.
      this.#look().catch(() => undefined);
    }, wait);
  }

  /** The alarm rang. A host that cannot be asked is tried again later, one that is not there is left alone. */
  async rang() {
    try {
      await this.#look();
    } catch (thrown) {
      await this.#set(troubleOf(thrown).retry === 'never' ? null : Date.now() + AGAIN);
    }
  }

  /** The browser may forget alarms when it ends or updates the extension; what was due still is. */
  async restore() {
    const due = await local.get('due');
    if (due !== null && (await chrome.alarms.get(ALARM)) === undefined) await this.#set(Math.max(due, Date.now() + SOONEST));
  }

  async #look() {
    await this.take(await this.#host.call('health', {}));
  }

  /** @param {number | null} due milliseconds since 1970 */
  async #set(due) {
    await local.set('due', due);
    if (due === null) await chrome.alarms.clear(ALARM);
    else await chrome.alarms.create(ALARM, { when: due });
  }
}

/**
 * When to look again.
 * @param {Health} health
 * @param {number} now milliseconds since 1970
 * @returns {number | null} null where nothing is under way
 */
export function dueAt({ outbox, ahead, accounts }, now) {
  const times = [workAt({ outbox, ahead }, now), remindAt(accounts, now)].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Milliseconds of a day. */
const DAY = 24 * 60 * 60_000;

/**
 * When the next reminder of an account's end is due. It may lie months ahead: nobody opens an account that lies idle.
 * @param {Health['accounts']} accounts
 * @param {number} now milliseconds since 1970
 * @returns {number | null}
 */
function remindAt(accounts, now) {
  const times = accounts
    .filter(({ companies, ends_at: end }) => companies.length > 0 && typeof end === 'string')
    .flatMap(({ ends_at: end }) => REMINDERS.map((days) => Date.parse(end ?? '') - days * DAY))
    .filter((time) => time > now + SOONEST);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * When to look again for the sake of what is under way.
 * @param {Pick<Health, 'outbox' | 'ahead'>} health
 * @param {number} now milliseconds since 1970
 * @returns {number | null} null where nothing is under way
 */
function workAt({ outbox, ahead }, now) {
  // What a person paused waits for that person.
  const paused = ahead.batches.filter(({ state }) => state === 'paused').reduce((count, batch) => count + batch.under_way, 0);
  if (outbox.under_way <= paused) return null;
  const next = ahead.next_at === null ? Number.NaN : Date.parse(ahead.next_at) - now;
  const waits = ahead.batches.filter(isLeaving).map(({ seconds_left: left }) => (left === null ? WHILE_SENDING : left * 1000));
  if (!Number.isNaN(next)) waits.push(next);
  else waits.push(WHILE_SENDING);
  return now + Math.min(LATEST, Math.max(SOONEST, Math.min(...waits)));
}

/**
 * Whether messages of a batch leave now, so that its end can be near.
 * @param {BatchView} batch
 */
function isLeaving({ state, under_way: underWay, continues_at: later }) {
  return state === 'running' && underWay > 0 && later === null;
}
