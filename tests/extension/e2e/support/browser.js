/** Debian's Chromium with the extension, one fresh profile for each test. */

import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

import { RawPopup } from './raw_popup.js';
import { EXTENSION, ID } from './places.js';
import { until, within } from './waiting.js';

/** How every token, code and client secret of the sandbox begins (`tests/support/secrets.rs`). */
const SECRET_MARKS = ['ya29.sandbox-', '1//sandbox-', '4/0Asandbox-', '4%2F0Asandbox-', 'SANDBOX-no-es-un-secreto'];

/** @typedef {import('playwright-core').BrowserContext} BrowserContext */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./home.js').Home} Home */

const QUIET = ['--window-size=1280,900', '--no-first-run', '--no-default-browser-check', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * @typedef {object} Look
 * @property {string} [display] an X display: headed, with the extension exactly as it ships
 * @property {'es' | 'en'} [language]
 * @property {Record<string, string>} [environment] added to the home's
 * @property {boolean} [identity] false: the browser gives no permission for its sign-in window, as under a policy
 * @property {string | string[]} [portal] origins that the test copy of the extension may see without asking
 * @property {string} [program] in the browser's place, which starts it
 * @property {string} [extension] folder with the extension; the repository's own
 * @property {string[]} [flags] further switches of the browser
 * @property {string[]} [neighbours] folders of other extensions
 * @property {boolean} [firstRun] true: the page that opens after the installation stays; otherwise the settings take its place
 * @property {number} [protocol] the only protocol that the test copy of the extension speaks
 * @property {boolean} [goesBack] true: keeps pages for going back as it does for people, which the driver switches off
 */

/** One browser. */
export class Browser {
  #context;
  #home;

  /**
   * @param {BrowserContext} context
   * @param {Home} home
   */
  constructor(context, home) {
    this.#context = context;
    this.#home = home;
  }

  /**
   * @param {Home} home
   * @param {Look} [look]
   */
  static async launch(home, { display, language = 'es', environment = {}, portal = [], identity = true, program = '/usr/bin/chromium', flags = [], neighbours = [], goesBack = false, firstRun = false, protocol, extension = EXTENSION } = {}) {
    const first = prepareProfile(home);
    const folder = display === undefined ? testCopy(home, [portal].flat(), identity, protocol, extension) : extension;
    const extensions = [folder, ...neighbours].join(',');
    const locale = language === 'es' ? { LANGUAGE: 'es', LANG: 'es_MX.UTF-8' } : { LANGUAGE: 'en_US', LANG: 'en_US.UTF-8' };
    const context = await chromium.launchPersistentContext(home.profile, {
      executablePath: program,
      headless: display === undefined,
      chromiumSandbox: false,
      // The runner ends a file that takes too long; its browser and sandbox then end with their pipes.
      handleSIGTERM: false,
      viewport: null,
      env: { ...home.environment, ...locale, ...(display !== undefined && { DISPLAY: display }), ...environment },
      args: [...QUIET, `--lang=${language === 'es' ? 'es-419' : 'en-US'}`, `--disable-extensions-except=${extensions}`, `--load-extension=${extensions}`, ...flags],
      ...(goesBack && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
    });
    const browser = new Browser(context, home);
    await browser.worker();
    // The installation opens the first steps by themselves; a later start does not.
    if (first) {
      const page = await browser.page((one) => one.url().includes('/welcome/'), 'the first steps open after installation');
      if (!firstRun) await page.goto(`chrome-extension://${ID}/options/options.html`);
    }
    return browser;
  }

  /** All pages. */
  get pages() {
    return this.#context.pages();
  }

  /** For what only Playwright's own object does. */
  get context() {
    return this.#context;
  }

  /** The service worker. */
  async worker() {
    const isOurs = (/** @type {import('playwright-core').Worker} */ worker) => worker.url().startsWith(`chrome-extension://${ID}/`);
    const worker = this.#context.serviceWorkers().find(isOurs);
    return worker ?? (await this.#context.waitForEvent('serviceworker', { predicate: isOurs, timeout: 10_000 }));
  }

  /**
   * A page that is there or comes.
   * @param {(page: Page) => boolean} is
   * @param {string} what
   */
  page(is, what) {
    return until(what, () => this.pages.find((page) => !page.isClosed() && is(page)));
  }

  /**
   * Opens one of our own pages in a tab.
   * @param {string} page path inside the extension
   */
  async open(page) {
    return this.visit(`chrome-extension://${ID}/${page}`);
  }

  /** The popup as a tab. */
  popup() {
    return this.open('popup/popup.html');
  }

  /** @param {string} [section] */
  options(section = 'companies') {
    return this.open(`options/options.html#${section}`);
  }

  /**
   * Opens a page in a tab of its own.
   * @param {string} url
   * @returns {Promise<Page>}
   */
  async visit(url) {
    const tab = await this.#context.newPage();
    try {
      await tab.goto(url);
    } catch (error) {
      // A freshly installed extension shows its options in the first blank tab that it finds, which may be this one.
      if (!String(error).includes('interrupted by another navigation')) throw error;
      return this.visit(url);
    }
    return tab;
  }

  /**
   * The real popup over a page, as a click on the toolbar opens it: with the right to know that page's address.
   * @param {Page} page
   */
  async toolbar(page) {
    await page.bringToFront();
    const session = await browserOf(this.#context).newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'tab' }] });
    const tab = targetInfos.find(({ url }) => url === page.url());
    if (tab === undefined) throw new Error(`no tab shows ${page.url()}`);
    // Playwright's types do not know this domain of the protocol yet.
    await /** @type {any} */ (session).send('Extensions.triggerAction', { id: ID, targetId: tab.targetId });
    return RawPopup.attach(session, (target) => target.type === 'page' && target.url.startsWith(`chrome-extension://${ID}/popup/`));
  }

  /**
   * Ends the service worker as the browser does with an idle one.
   * @returns {Promise<() => Promise<boolean>>} asks whether another one has begun since
   */
  async stopWorker() {
    const worker = await this.worker();
    await worker.evaluate(() => void Reflect.set(globalThis, 'before', true));
    const page = this.pages.find((one) => one.url().startsWith(`chrome-extension://${ID}/`));
    if (page === undefined) throw new Error('no page of the extension is open');
    const session = await this.#context.newCDPSession(page);
    const stopped = new Promise((resolve) => {
      session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        if (versions.some((version) => version.runningStatus === 'stopped')) resolve(undefined);
      });
    });
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.stopAllWorkers');
    await within(stopped, 'the worker stops');
    await session.detach();
    return () => within(worker.evaluate(() => Reflect.get(globalThis, 'before') !== true), 'the worker answers');
  }

  /** The main process. */
  get pid() {
    const mark = `--user-data-dir=${this.#home.profile}`;
    const found = fs.readdirSync('/proc').map(Number).find((pid) => {
      try {
        const words = pid > 0 ? fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
        return words.includes(mark) && !words.some((word) => word.startsWith('--type='));
      } catch {
        return false;
      }
    });
    if (found === undefined) throw new Error('the browser is gone');
    return found;
  }

  /** Kills the browser with its whole process group, hosts included, as a crash or a power cut would. */
  kill() {
    process.kill(-this.pid, 'SIGKILL');
  }

  /** Closes it; one that hangs is killed. Fails where the extension kept a secret, whatever the journey was. */
  async close() {
    const stored = await this.#stored();
    await this.#end();
    const mark = SECRET_MARKS.find((secret) => stored.includes(secret));
    if (mark !== undefined) throw new Error(`${mark} stands in the extension's storage`);
  }

  /** Both of the extension's stores as text; nothing where no worker or page of ours lives any more. */
  async #stored() {
    const pages = this.pages.filter((page) => !page.isClosed() && page.url().startsWith(`chrome-extension://${ID}/`));
    /** @type {{ evaluate: (look: () => Promise<string>) => Promise<string> }[]} */
    const places = [...this.#context.serviceWorkers().filter((worker) => worker.url().includes(ID)), ...pages];
    for (const place of places) {
      const read = place.evaluate(async () => JSON.stringify([await chrome.storage.local.get(null), await chrome.storage.session.get(null)]));
      const stored = await within(read, 'the storage is read', 5_000).catch(() => null);
      if (stored !== null) return stored;
    }
    return '';
  }

  async #end() {
    await within(this.#context.close(), 'the browser closes', 15_000).catch(() => {
      try {
        this.kill();
      } catch {
        // It was killed by the test itself.
      }
    });
  }
}

/** @param {BrowserContext} context */
function browserOf(context) {
  const browser = context.browser();
  if (browser === null) throw new Error('the context has no browser');
  return browser;
}

/**
 * The icon stands in the toolbar, and an unpacked extension may reload itself.
 * @param {Home} home
 * @returns {boolean} whether the profile is new
 */
function prepareProfile(home) {
  const folder = path.join(home.profile, 'Default');
  if (fs.existsSync(folder)) return false;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'Preferences'), JSON.stringify({ extensions: { pinned_extensions: [ID], ui: { developer_mode: true } } }));
  return true;
}

/**
 * A headless Chromium never resolves a permission prompt. So its copy of the extension has the two optional permissions
 * from the start; nothing else differs, and the same key gives the same id.
 * @param {Home} home
 * @param {string[]} portals
 * @param {boolean} identity whether it has that permission; where it is not even optional, asking for it throws, as a policy makes it
 * @param {number} [protocol] in place of the one that it speaks
 * @param {string} [from]
 * @returns {string} the folder
 */
function testCopy(home, portals, identity, protocol, from = EXTENSION) {
  const folder = path.join(home.folder, 'extension');
  if (fs.existsSync(folder)) return folder;
  fs.cpSync(from, folder, { recursive: true });
  const file = path.join(folder, 'manifest.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (identity) manifest.permissions.push('identity');
  manifest.optional_permissions = [];
  if (portals.length > 0) manifest.host_permissions = portals.map((portal) => `${portal}/*`);
  fs.writeFileSync(file, JSON.stringify(manifest));
  if (protocol !== undefined) speak(path.join(folder, 'worker/host.js'), protocol);
  return folder;
}

/**
 * An extension of another time: it speaks one protocol, which the host of today does not.
 * @param {string} file worker/host.js of the copy
 * @param {number} protocol
 */
function speak(file, protocol) {
  const text = fs.readFileSync(file, 'utf8');
  const other = text.replace(/newest: \d+, oldest: \d+/, `newest: ${protocol}, oldest: ${protocol}`);
  if (other === text) throw new Error('worker/host.js names its protocols in another way now');
  fs.writeFileSync(file, other);
}
