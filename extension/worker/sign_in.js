/**
 * The sign-in: begin at the host, let the person answer Google in the browser's own window, hand the redirect back. Where
 * that window cannot be had, Google's page stands in a tab (`sign_in_tab.js`) and the host takes the redirect itself.
 * It runs in the worker because a popup dies when that window takes the focus; pages are views of its state.
 */

import { closeTab, SignInTab } from './sign_in_tab.js';
import { session } from './store.js';
import { refusal, troubleOf } from './trouble.js';

/** @import { BrowserKind, SignInView } from '../shared/surface.d.ts' */
/** @import { WorkerSurface } from '../shared/surface.d.ts' */
/** @import { SignInBegun, SignedIn } from '../shared/protocol.d.ts' */
/** @import { Host } from './host.js' */

/** Milliseconds for which the conversation is held at most while a window is open: six times the host's own limit for it. */
export const WINDOW_LIMIT = 60 * 60_000;

/** Milliseconds that an account may wait for *Aceptar y guardar*, or a missing box for its second chance. */
export const UNSAVED_LIMIT = 30 * 60_000;

/** Milliseconds to wait for a superseded window to be gone; the browser allows one at a time. */
const CLOSING = 2_000;

/** Rejections of launchWebAuthFlow, word for word. @type {Record<string, BrowserKind>} */
const LAUNCH = {
  'The user did not approve access.': 'window_closed',
  'Authorization page could not be loaded.': 'page_not_loaded',
  'Authorization page load timed out.': 'page_not_loaded',
  'Only one web auth flow is allowed at a time.': 'sign_in_open',
  'Identity API is disabled in incognito windows.': 'incognito',
};

/**
 * One attempt.
 * @typedef {object} Run
 * @property {SignInView} view
 * @property {number | null} window the browser window that Google's page is in, once seen
 * @property {SignInTab | null} tab the tab that Google's page is in, where it has no window
 * @property {Promise<unknown>} closed settles when the browser's window is gone
 * @property {() => void} release
 */

/** The state machine: opening -> window -> checking -> unsaved | failed, and away. */
export class SignIn {
  /** @type {Run | null} */
  #run = null;
  #host;
  #changed;

  /**
   * @param {Pick<Host, 'call' | 'hold'>} host
   * @param {() => void} changed called after every change of `view`
   */
  constructor(host, changed) {
    this.#host = host;
    this.#changed = changed;
  }

  /** What pages show; null when none is under way. @returns {SignInView | null} */
  get view() {
    return this.#run?.view ?? null;
  }

  /** Whether a new start would lose something: a window, or an account that is not saved. */
  get pending() {
    const view = this.view;
    return view !== null && (view.phase !== 'failed' || view.trouble?.flow !== undefined);
  }

  /**
   * After the worker was restarted its flow is gone with the conversation; a window that is still open would end in nothing.
   */
  async restore() {
    const stale = await session.get('signIn');
    if (stale === null || this.#run !== null) return;
    await session.set('signIn', null);
    await Promise.all([closeWindow(stale.window), closeTab(stale.tab)]);
  }

  /**
   * Starts; a sign-in that is under way is superseded.
   * @param {WorkerSurface['sign_in.start']['params']} params
   * @returns {Promise<void>} settles as soon as the sign-in is under way
   */
  async start({ company, from, again, login_hint: hint, via }) {
    const before = this.#run;
    before?.release();
    /** @type {SignInView} */
    const view = { phase: 'opening', company, from, ...(via !== undefined && { via }), ...(hint !== undefined && { login_hint: hint }) };
    /** @type {Run} */
    const run = { view, window: null, tab: null, closed: Promise.resolve(), release: this.#host.hold(WINDOW_LIMIT) };
    this.#show(run, run.view);
    // Refused, or blocked by a policy: the page that shows it offers the tab.
    if (via !== 'loopback' && chrome.identity === undefined) return this.#fail(run, refusal('identity_missing'));
    const params = { company, ...(again !== undefined && { again }), ...(hint !== undefined && { login_hint: hint }), ...(via !== undefined && { via }) };
    void this.#go(run, params, before);
  }

  /**
   * A tab is gone; that of a sign-in takes it along, unless Google has answered by then.
   * @param {number} tab
   */
  closed(tab) {
    const run = this.#run;
    if (run === null || run.tab?.id !== tab || run.view.phase !== 'window') return;
    void this.#cancel(run);
    this.#fail(run, refusal('tab_closed'));
  }

  /**
   * Google's answer reached the host; the tab may go.
   * @param {string} flow
   */
  arrived(flow) {
    const run = this.#run;
    if (run !== null && run.view.flow === flow && run.view.phase === 'window') this.#show(run, { ...run.view, phase: 'checking' });
  }

  /** Ends the sign-in in any phase; the host forgets an account that was not saved. */
  async stop() {
    const run = this.#run;
    if (run === null) return;
    this.#end(run);
    await Promise.all([closeWindow(run.window), run.tab?.leave(), this.#cancel(run)]);
  }

  /**
   * The flow was named in a `company.save` that succeeded.
   * @param {string | undefined} flow
   */
  saved(flow) {
    if (this.#run !== null && flow !== undefined && this.#run.view.flow === flow) this.#end(this.#run);
  }

  /** The conversation ended, and with it every flow in the host's memory. */
  lost() {
    const run = this.#run;
    if (run === null) return;
    const { phase, trouble } = run.view;
    if (phase === 'unsaved' || (phase === 'failed' && trouble?.flow !== undefined)) this.#fail(run, refusal('flow_lost'));
  }

  /**
   * @param {Run} run
   * @param {import('../shared/protocol.d.ts').SignInBegin} params
   * @param {Run | null} before
   */
  async #go(run, params, before) {
    try {
      if (before !== null) await Promise.race([Promise.all([closeWindow(before.window), before.tab?.leave()]).then(() => before.closed), pause(CLOSING)]);
      const begun = await this.#host.call('sign_in.begin', params);
      if (this.#run !== run) return;
      this.#show(run, { ...run.view, phase: 'window', flow: begun.flow });
      const done = await (params.via === 'loopback' ? this.#inTab(run, begun) : this.#inWindow(run, begun));
      if (this.#run !== run || done === null) return;
      this.#keep(run);
      const { other_than: other } = done;
      this.#show(run, { ...run.view, phase: 'unsaved', flow: done.flow, account: done.account, ...(typeof other === 'string' && { other_than: other }) });
    } catch (thrown) {
      if (this.#waits(run)) this.#fail(run, thrown);
    }
  }

  /**
   * Whether an answer still counts: not after another start, nor after the failure that was shown.
   * @param {Run} run
   */
  #waits(run) {
    return this.#run === run && run.view.phase !== 'failed';
  }

  /**
   * No redirect came while the host would still have taken it. The window stays: the person may be in the middle of it, and
   * the next start closes it.
   * @param {Run} run
   */
  #timedOut(run) {
    if (!this.#waits(run)) return;
    void this.#cancel(run);
    this.#fail(run, refusal('sign_in_timed_out'));
  }

  /**
   * @param {Run} run
   * @param {SignInBegun} begun
   * @returns {Promise<SignedIn | null>} null when nobody waits for it any more
   */
  async #inWindow(run, { flow, auth_url, expires_in }) {
    const redirect_url = await this.#launch(run, auth_url, expires_in);
    if (!this.#waits(run)) return null;
    this.#show(run, { ...run.view, phase: 'checking' });
    return this.#host.call('sign_in.complete', { flow, redirect_url });
  }

  /**
   * The host waits before the page is there, so that no answer comes too early.
   * @param {Run} run
   * @param {SignInBegun} begun
   * @returns {Promise<SignedIn>}
   */
  async #inTab(run, { flow, auth_url }) {
    const done = this.#host.call('sign_in.complete', { flow });
    const [outcome] = await Promise.allSettled([done, this.#openTab(run, auth_url)]);
    await run.tab?.leave();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  /**
   * @param {Run} run
   * @param {string} url
   */
  async #openTab(run, url) {
    const tab = await SignInTab.open(url).catch(() => null);
    if (this.#run !== run) return void tab?.leave();
    run.tab = tab;
    this.#mirror(run);
    if (tab !== null) return void chrome.tabs.get(tab.id).catch(() => this.closed(tab.id));
    // Without a tab nobody would ever answer.
    void this.#cancel(run);
    this.#fail(run, refusal('page_not_loaded'));
  }

  /**
   * @param {Run} run
   * @param {string} url
   * @param {number} seconds for which the host takes an answer
   * @returns {Promise<string>} the redirect, whole
   */
  async #launch(run, url, seconds) {
    // The browser does not say which window is Google's; it is the first popup after the launch.
    /** @param {chrome.windows.Window} window */
    const opened = (window) => {
      if (this.#run !== run || run.window !== null || window.type !== 'popup') return;
      run.window = window.id ?? null;
      this.#mirror(run);
    };
    chrome.windows.onCreated.addListener(opened);
    const launched = chrome.identity.launchWebAuthFlow({ url, interactive: true });
    run.closed = launched.catch(() => undefined);
    const watchdog = setTimeout(() => this.#timedOut(run), seconds * 1_000);
    try {
      const redirect = await launched;
      if (redirect === undefined) throw refusal('window_closed');
      return redirect;
    } catch (thrown) {
      // Frees the host's flow at once: the person may start again in the same second.
      if (this.#waits(run)) void this.#cancel(run);
      const kind = thrown instanceof Error ? LAUNCH[thrown.message] : undefined;
      throw kind === undefined ? thrown : refusal(kind);
    } finally {
      clearTimeout(watchdog);
      chrome.windows.onCreated.removeListener(opened);
    }
  }

  /**
   * @param {Run} run
   * @param {unknown} thrown
   */
  #fail(run, thrown) {
    const trouble = troubleOf(thrown);
    const { company, from, login_hint: hint, via } = run.view;
    if (trouble.flow === undefined) run.release();
    else this.#keep(run);
    this.#show(run, { phase: 'failed', company, from, ...(via !== undefined && { via }), ...(hint !== undefined && { login_hint: hint }), trouble });
  }

  /**
   * Holds the conversation while the host keeps something in memory for the person's next step.
   * @param {Run} run
   */
  #keep(run) {
    run.release();
    run.release = this.#host.hold(UNSAVED_LIMIT, () => {
      if (this.#run !== run) return;
      void this.#cancel(run);
      this.#fail(run, refusal('flow_lost'));
    });
  }

  /** @param {Run} run */
  #end(run) {
    run.release();
    this.#run = null;
    this.#mirror(null);
  }

  /** @param {Run} run */
  async #cancel(run) {
    const flow = run.view.flow ?? run.view.trouble?.flow;
    if (flow === undefined && run.view.phase !== 'opening') return;
    // A lost conversation has forgotten the flow already.
    await this.#host.call('sign_in.cancel', flow === undefined ? {} : { flow }).catch(() => undefined);
  }

  /**
   * @param {Run} run
   * @param {SignInView} view
   */
  #show(run, view) {
    run.view = view;
    this.#run = run;
    this.#mirror(run);
  }

  /** @param {Run | null} run */
  #mirror(run) {
    void session.set('signIn', run === null ? null : { view: run.view, window: run.window, tab: run.tab?.id ?? null });
    this.#changed();
  }
}

/**
 * @param {number | null} id
 * @returns {Promise<void>}
 */
async function closeWindow(id) {
  // The person may have closed it a moment earlier.
  if (id !== null) await chrome.windows.remove(id).catch(() => undefined);
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
