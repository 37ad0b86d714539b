/**
 * Notifications: a batch has ended, or something newly needs the person. Each is told once, and carries no more than counts
 * and the name that the person gave to the batch. The id of a notification is the page that a click on it opens.
 */

import { local } from './store.js';

/** @import { AccountView, BatchView, Health } from '../shared/protocol.d.ts' */

/**
 * What the person was told, so that nothing is told twice.
 * @typedef {object} Told
 * @property {number} need deliveries that needed the person at the last look
 * @property {string[]} batches ended ones
 * @property {Record<string, string>} accounts why an account cannot send, by its id
 * @property {Record<string, string>} [reminders] end of an account's grant and the days before it that were told, by its id
 */

/** Ended batches that are remembered: several times what one answer of the host holds. */
const REMEMBERED = 100;

/** Milliseconds during which a portal that asks too often is told of once. */
const FLOOD_TOLD = 60 * 60_000;

/** @typedef {{ page: string, title: string, message: string }} Notice */

/** Tells what is new. */
export class Notices {
  /**
   * Compares the host's health with what was told before.
   * @param {Health} health
   */
  async take(health) {
    const fresh = await local.update('told', (told) => ({ value: known(health, told), result: news(told, health) }));
    if (fresh.length === 0 || !(await this.on())) return;
    for (const notice of fresh) await show(notice);
  }

  /**
   * A portal asks more often than it may.
   * @param {string} origin
   */
  async flood(origin) {
    const now = Date.now();
    const fresh = await local.update('floods', (floods) => {
      const last = floods[origin];
      // A clock that was put back must not silence it for longer.
      const told = last !== undefined && last <= now && now - last < FLOOD_TOLD;
      return { value: told ? floods : { ...floods, [origin]: now }, result: !told };
    });
    if (fresh && (await this.on())) await show({ page: 'options/options.html#portals', title: text('notice_flood'), message: text('notice_flood_origin', origin) });
  }

  /** Whether the person wants notices. */
  on() {
    return local.get('notify');
  }

  /**
   * @param {boolean} on
   * @returns {Promise<void>}
   */
  turn(on) {
    return local.set('notify', on);
  }

  /**
   * The person clicked on a notification.
   * @param {string} page
   */
  async clicked(page) {
    await chrome.notifications.clear(page);
    const url = chrome.runtime.getURL(page);
    try {
      const tab = await chrome.tabs.create({ url });
      await chrome.windows.update(tab.windowId, { focused: true });
    } catch {
      // No window of the browser is open.
      await chrome.windows.create({ url, focused: true });
    }
  }
}

/**
 * What has to be told. The first look of all tells nothing: what it finds is older than this extension.
 * @param {Told | null} told
 * @param {Health} health
 * @returns {Notice[]}
 */
export function news(told, health) {
  if (told === null) return [];
  const batches = ended(health).filter(({ batch, state }) => state === 'done' && !told.batches.includes(batch));
  const accounts = health.accounts.filter((account) => {
    const why = trouble(account);
    return why !== null && told.accounts[account.id] !== why;
  });
  const soon = health.accounts.filter((account) => {
    const what = reminder(account);
    return what !== null && told.reminders?.[account.id] !== what;
  });
  const notices = [...batches.map(batchNotice), ...accounts.map(accountNotice), ...soon.map(reminderNotice)];
  // What a batch or an account has just explained is not told a second time as a mere number.
  const explained = sum(batches.map((batch) => batch.need_person + batch.failed)) + sum(accounts.map((account) => account.deliveries));
  const { need_person: need } = health.outbox;
  if (need > told.need + explained) notices.push(needNotice(need));
  return notices;
}

/**
 * What is told with this health. Ended batches stay known: answers may overtake one another.
 * @param {Health} health
 * @param {Told | null} [before]
 * @returns {Told}
 */
export function known(health, before = null) {
  const accounts = health.accounts.flatMap((account) => {
    const why = trouble(account);
    return why === null ? [] : [[account.id, why]];
  });
  const batches = [...new Set([...ended(health).map(({ batch }) => batch), ...(before?.batches ?? [])])].slice(0, REMEMBERED);
  const reminders = health.accounts.flatMap((account) => {
    const what = reminder(account);
    return what === null ? [] : [[account.id, what]];
  });
  return { need: health.outbox.need_person, batches, accounts: Object.fromEntries(accounts), reminders: Object.fromEntries(reminders) };
}

/**
 * @param {Health} health
 * @returns {BatchView[]}
 */
function ended({ ahead }) {
  return ahead.batches.filter(({ state }) => state === 'done' || state === 'cancelled');
}

/**
 * Why an account cannot send before a person has done something; null also where it goes on by itself.
 * @param {AccountView} account
 * @returns {string | null}
 */
function trouble({ state, companies, reconnect, paused_by: why, continues_at: later }) {
  if (why !== null && later === null) return why;
  return state === 'sign_in_needed' && companies.length > 0 ? (reconnect ?? 'sign_in_needed') : null;
}

/**
 * Which reminder of an account's end is due: told once for each, and again only for another end.
 * @param {AccountView} account
 * @returns {string | null}
 */
function reminder({ companies, ends_at: end, reminder: days }) {
  return typeof days === 'number' && typeof end === 'string' && companies.length > 0 ? `${end}/${days}` : null;
}

/**
 * @param {AccountView} account
 * @returns {Notice}
 */
function reminderNotice({ id, ends_by: why, ends_at: end }) {
  const day = new Date(end ?? '').toLocaleDateString(chrome.i18n.getUILanguage(), { dateStyle: 'long' });
  return { page: `options/options.html#accounts/${id}`, title: text('notice_reminder'), message: text(`ends_${why ?? 'idle_expired'}`, day) };
}

/**
 * @param {BatchView} batch
 * @returns {Notice}
 */
function batchNotice({ batch, name, sent, failed, need_person: need }) {
  return { page: `batch/batch.html#${batch}`, title: text('notice_batch', name), message: text('notice_batch_counts', sent, failed, need) };
}

/**
 * @param {AccountView} account
 * @returns {Notice}
 */
function accountNotice(account) {
  const why = trouble(account) ?? '';
  const message = [text(`err_${why}`), text(`rec_${why}`)].filter((part) => part !== '').join(' ');
  return { page: `options/options.html#accounts/${account.id}`, title: text('notice_account'), message };
}

/**
 * @param {number} count
 * @returns {Notice}
 */
function needNotice(count) {
  return { page: 'history/history.html', title: text('notice_need'), message: text('notice_need_count', count) };
}

/** @param {Notice} notice */
async function show({ page, title, message }) {
  await chrome.notifications.create(page, { type: 'basic', iconUrl: chrome.runtime.getURL('icons/icon-128.png'), title, message });
}

/**
 * @param {string} key
 * @param {...(string | number)} values
 */
function text(key, ...values) {
  return chrome.i18n.getMessage(key, values.map(String));
}

/** @param {number[]} counts */
function sum(counts) {
  return counts.reduce((total, count) => total + count, 0);
}
