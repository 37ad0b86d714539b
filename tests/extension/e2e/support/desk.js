/** A whole office for one test: user, stand-in for Google, browser; and what people do there. */

import { Browser } from './browser.js';
import { Home } from './home.js';
import { openKeyring } from './keyring.js';
import { FACTURAS } from './places.js';
import { customer, Sandbox } from './sandbox.js';
import { until, within } from './waiting.js';

/** @typedef {import('node:test').TestContext} TestContext */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./browser.js').Look} Look */
/** @typedef {import('./home.js').Sample} Sample */

/**
 * @typedef {object} Wish
 * @property {number} [samples] invoices in the company's folder
 * @property {boolean} [client] false leaves the OAuth client out
 * @property {boolean} [company] false leaves the company out
 * @property {'on' | 'off'} [oauth] the company's switch
 * @property {string} [account] address that is signed in and saved
 * @property {boolean} [connected] the portal is connected
 * @property {boolean} [keyring] the system's own, in place of the file vault
 * @property {{ program?: string, extension?: string } | null | ((home: Home) => { program?: string, extension?: string })} [host] in its place, or null for none
 * @property {Look} [look]
 */

/** The office. */
export class Desk {
  /** @type {Sample[]} */
  samples = [];

  /**
   * @param {Home} home
   * @param {Sandbox} sandbox
   * @param {Browser} browser
   * @param {Look} look
   */
  constructor(home, sandbox, browser, look) {
    this.home = home;
    this.sandbox = sandbox;
    this.browser = browser;
    this.look = look;
  }

  /** Starts the browser anew with the same profile, after the last one has ended. */
  async reopen() {
    await this.browser.close();
    this.browser = await Browser.launch(this.home, this.look);
    return this.browser;
  }

  /** RFC of the company that issues every sample. */
  get rfc() {
    return this.sample().issuer.rfc;
  }

  /** @param {number} [index] */
  sample(index = 0) {
    const sample = this.samples[index];
    if (sample === undefined) throw new Error(`there is no sample ${index}`);
    return sample;
  }

  /** Google's window, once it is there. */
  googleWindow() {
    const { provider } = this.sandbox;
    return this.browser.page((page) => page.url().startsWith(provider), "Google's window opens");
  }

  /**
   * Signs in at a window that shows the chooser, or the consent page already.
   * @param {{ account?: string, tick?: boolean }} [person]
   */
  async consent({ account = FACTURAS, tick = true } = {}) {
    const window = await this.googleWindow();
    await window.waitForSelector('#continue, #account-1');
    if (await window.locator('#account-1').isVisible()) await window.locator('button.account', { hasText: account }).click();
    await window.waitForSelector('#continue');
    if (tick && (await window.locator('#scope-gmail-send').count()) > 0) await window.check('#scope-gmail-send');
    await leave(window, () => window.click('#continue', { noWaitAfter: true }));
  }

  /**
   * *Iniciar OAuth* in the popup, up to *Aceptar y guardar*.
   * @param {string} [account]
   */
  async signIn(account = FACTURAS) {
    const popup = await this.browser.popup();
    await popup.click('#start-oauth');
    await this.consent({ account });
    await popup.click('#sign-in-save');
    await popup.waitForSelector('#who-account .account[data-state="ready"]');
    await popup.close();
  }

  /** The portal's page, in front. */
  portal() {
    return this.browser.visit(this.sandbox.portal);
  }

  /**
   * *Conectar este portal* in the real popup over the portal's page.
   * @param {Page} portal
   */
  async connect(portal) {
    const popup = await this.browser.toolbar(portal);
    await popup.click('#portal-open');
    await popup.click('#portal-connect');
    await until('the popup says that the portal is connected', () => popup.value(`document.querySelector('#portal-content .badge.good') !== null`));
    await popup.close();
  }

  /**
   * Presses the button of an invoice on the portal and waits for our page.
   * @param {Page} portal
   * @param {Sample} sample
   */
  async askFor(portal, sample) {
    await portal.bringToFront();
    await portal.click(`tr[data-uuid="${sample.uuid}"] .send`);
    return this.deliverPage();
  }

  /** The page where the person decides. */
  deliverPage() {
    return this.browser.page((page) => page.url().includes('/deliver/'), 'the deliver page opens');
  }

  /**
   * The person looks at a page until *Enviar* is possible; each new recipient that a portal named takes a tick.
   * @param {Page} page
   */
  async looked(page) {
    await page.waitForSelector('[data-recipient]');
    for (const box of await page.locator('[data-check]').all()) await box.check();
    await page.waitForSelector('#send:not([disabled])');
  }

  /**
   * The person presses *Enviar* as soon as that is possible.
   * @param {Page} page
   */
  async confirm(page) {
    await this.looked(page);
    await page.click('#send:not([disabled])');
    await page.waitForSelector('#delivery-state');
  }

  /**
   * Makes addresses of customers known, as a person's own word does.
   * @param {number[]} indices of the samples
   * @param {(sample: Sample) => string} [address]
   */
  async know(indices, address = customer) {
    const page = await this.browser.options();
    for (const sample of indices.map((index) => this.sample(index))) {
      const params = { company: sample.issuer.rfc, receiver_rfc: sample.receiver.rfc, address: address(sample) };
      const reply = await page.evaluate((given) => chrome.runtime.sendMessage({ ask: 'host', params: { method: 'contact.save', params: given } }), params);
      if (reply.ok === undefined) throw new Error(JSON.stringify(reply));
    }
    await page.close();
  }

  /**
   * What the portal shows for an invoice.
   * @param {Page} portal
   * @param {Sample} sample
   * @param {string} state
   */
  shows(portal, sample, state) {
    return portal.waitForSelector(`tr[data-uuid="${sample.uuid}"] .state[data-state="${state}"]`);
  }

  /** The recipient that the portal suggests. @param {Sample} sample */
  customer(sample) {
    return customer(sample);
  }
}

/**
 * Sets everything up as wished, and clears it away after the test.
 * @param {TestContext} t
 * @param {Wish} [wish]
 * @returns {Promise<Desk>}
 */
export async function desk(t, wish = {}) {
  const { samples = 3, client = true, company = true, oauth = 'on', account, connected = false, keyring = false, host = {}, look = {} } = wish;
  const home = new Home({ keyring });
  /** @type {(() => Promise<void>)[]} the last thing that was opened is closed first */
  const closing = [() => home.close()];
  t.after(async () => {
    for (const close of closing.reverse()) await close();
  });
  if (keyring) {
    const session = await openKeyring(home);
    home.bus = session.address;
    closing.push(session.close);
  }
  const sandbox = await Sandbox.start(home.folder);
  closing.push(() => sandbox.close());
  if (host !== null) await home.register(typeof host === 'function' ? host(home) : host);
  if (client) await home.importClient(sandbox.client);
  const made = samples > 0 ? await home.samples(samples) : [];
  sandbox.offer(made);
  const [first] = made;
  if (company && first !== undefined) {
    await home.cli('company', 'set', first.issuer.rfc, '--name', first.issuer.name, '--oauth', oauth, '--folder', home.documents);
    await home.cli('library', 'scan');
  }
  const whole = { portal: sandbox.portal, ...look };
  const browser = await within(Browser.launch(home, whole), 'the browser starts', 60_000);
  const office = new Desk(home, sandbox, browser, whole);
  closing.push(() => office.browser.close());
  office.samples = made;
  if (account !== undefined) await office.signIn(account);
  if (connected) {
    const portal = await office.portal();
    await office.connect(portal);
    await portal.close();
  }
  return office;
}

/**
 * Does what closes a page; the click itself may fail because its page is gone.
 * @param {Page} page
 * @param {() => Promise<unknown>} act
 */
export async function leave(page, act) {
  const closed = page.waitForEvent('close', { timeout: 15_000 });
  await Promise.all([closed, act().catch(() => undefined)]);
}
