/**
 * The only module that names chrome.storage: what must outlive the worker, and nothing secret.
 *
 * `session` lives in memory and ends with the browser or an update of the extension; `local` stays on disk.
 */

/** @import { SignInView } from '../shared/surface.d.ts' */
/** @import { StoredRequest } from './confirmations.js' */
/** @import { Told } from './notices.js' */
/** @import { Intent, StoredPortal } from './portals.js' */

/**
 * @typedef {object} SessionShape
 * @property {{ view: SignInView, window: number | null, tab: number | null } | null} signIn the sign-in under way and its window or tab
 * @property {Record<string, StoredRequest>} requests portal requests by id
 */

/**
 * @typedef {object} LocalShape
 * @property {Record<string, Intent>} intents bindings that wait for the browser's permission, by origin
 * @property {Record<string, StoredPortal>} portals connected portals, by origin
 * @property {string[]} owed origins that the host has still to be told are disconnected
 * @property {string | null} client print of the organisation's client file that was registered last
 * @property {string[]} laid RFC of the organisation's companies that were added once, or were there already
 * @property {Record<string, number>} floods when a portal was last told of to ask too often, milliseconds since 1970, by origin
 * @property {number | null} due when the alarm rings, milliseconds since 1970
 * @property {Told | null} told what the person was notified of; null before the first look
 * @property {boolean} notify whether the person wants notifications
 * @property {boolean} toured whether the person has seen the tour, or skipped it
 */

/**
 * One storage area with a fixed shape. Changes run one after another, because two handlers of the same worker may
 * otherwise each write back what the other has just replaced.
 * @template {object} S
 */
class Area {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {() => chrome.storage.StorageArea} area
   * @param {S} empty what is read where nothing was written
   */
  constructor(area, empty) {
    this.area = area;
    this.empty = empty;
  }

  /**
   * @template {keyof S & string} K
   * @param {K} key
   * @returns {Promise<S[K]>}
   */
  async get(key) {
    const found = await this.area().get(key);
    return /** @type {S[K]} */ (found[key] ?? structuredClone(this.empty[key]));
  }

  /**
   * Changes a value; what the change throws leaves the value as it was.
   * @template {keyof S & string} K
   * @template T
   * @param {K} key
   * @param {(value: S[K]) => { value: S[K], result: T }} change pure
   * @returns {Promise<T>}
   */
  update(key, change) {
    const run = this.#last.then(async () => {
      const { value, result } = change(await this.get(key));
      await this.area().set({ [key]: value });
      return result;
    });
    this.#last = run.catch(() => undefined);
    return run;
  }

  /**
   * @template {keyof S & string} K
   * @param {K} key
   * @param {S[K]} value
   * @returns {Promise<void>}
   */
  set(key, value) {
    return this.update(key, () => ({ value, result: undefined }));
  }
}

/** Gone when the browser ends. */
export const session = new Area(() => chrome.storage.session, /** @type {SessionShape} */ ({ signIn: null, requests: {} }));

/** Stays. */
export const local = new Area(() => chrome.storage.local, /** @type {LocalShape} */ ({ intents: {}, portals: {}, owed: [], client: null, laid: [], floods: {}, due: null, told: null, notify: true, toured: false }));

/** What the organisation has set (managed_schema.json); only read. */
export const managed = {
  /** @returns {Promise<Record<string, unknown>>} empty where nothing is set, or the browser knows no such area */
  async read() {
    try {
      return await chrome.storage.managed.get(null);
    } catch {
      return {};
    }
  },
  /** @param {() => void} listener called when it has changed */
  onChanged(listener) {
    chrome.storage.onChanged.addListener((_changes, area) => {
      if (area === 'managed') listener();
    });
  },
};

/** Keeps content scripts, which live in the portal's own process, away from both areas. */
export async function guard() {
  const level = { accessLevel: /** @type {const} */ ('TRUSTED_CONTEXTS') };
  await Promise.all([chrome.storage.session.setAccessLevel(level), chrome.storage.local.setAccessLevel(level)]);
}
