/** An office with a connected portal beside hostile pages, and what has to hold after each of them. */

import assert from 'node:assert/strict';

import { desk } from './desk.js';
import { hostileSites } from './hostile_site.js';
import { FACTURAS } from './places.js';
import { request, sdk } from './portal_page.js';
import { until } from './waiting.js';

/** @typedef {import('node:test').TestContext} TestContext */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Frame} Frame */
/** @typedef {import('./desk.js').Desk} Desk */

/** The names of the portal that is connected and of another one that is. */
const PORTAL = 'facturas.example.mx';
const OTHER = 'pagos.example.mx';

/** One office for many hostile pages. */
export class Ground {
  /** What the portal's own page was promised: its delivery. */
  delivery = '';
  /** A page of another extension, where there is one. */
  neighbour = '';
  /** How often the person was asked so far. */
  #asked = 0;

  /**
   * @param {Desk} office
   * @param {import('./hostile_site.js').Sites} sites
   */
  constructor(office, sites) {
    this.office = office;
    this.sites = sites;
    this.portal = this.at(PORTAL);
    this.other = this.at(OTHER);
  }

  /**
   * @param {TestContext} t
   * @param {import('./browser.js').Look} [look]
   */
  static async open(t, look = {}) {
    const sites = await hostileSites(t);
    const portals = [PORTAL, OTHER].map((name) => `https://${name}:${sites.port}`);
    const office = await desk(t, { samples: 8, account: FACTURAS, look: { ...look, portal: portals, flags: [...sites.flags, ...(look.flags ?? [])] } });
    const ground = new Ground(office, sites);
    for (const portal of portals) {
      const page = await office.browser.visit(`${portal}/`);
      await office.connect(page);
      await page.close();
    }
    return ground;
  }

  /**
   * The origin of a name, by https.
   * @param {string} name
   */
  at(name) {
    return `https://${name}:${this.sites.port}`;
  }

  /** A request that would be good. @param {number} [index] */
  asked(index = 0) {
    const sample = this.office.sample(index);
    return request(sample, this.office.customer(sample));
  }

  /**
   * A page, with what hostile scripts use.
   * @param {string} url
   * @returns {Promise<Page>}
   */
  async visit(url) {
    const page = await this.office.browser.visit(url);
    await this.arm(page);
    return page;
  }

  /** @param {Page | Frame} page */
  arm(page) {
    return page.evaluate((given) => void Object.assign(window, given), { asked: this.asked(), unsent: '01990000-0000-7000-8000-000000000001' });
  }

  /**
   * The replies that a page has heard, after so many had to come and, where there is a bridge, everything before a last
   * question was dealt with.
   * @param {Page | Frame} page
   * @param {number} awaited
   * @param {boolean} bridged whether the page has a bridge that answers a last question
   * @returns {Promise<string[]>}
   */
  async replies(page, awaited, bridged) {
    const heard = () => page.evaluate(() => /** @type {any} */ (window).heard.filter((/** @type {any} */ one) => one.reply !== undefined && one.call !== 'last').map((/** @type {any} */ { reply }) => reply.trouble?.kind ?? 'ok'));
    await until('the replies are heard', async () => (await heard()).length >= awaited, 5_000).catch(() => undefined);
    if (bridged) {
      await page.evaluate(() => /** @type {any} */ (window).say('status', {}, 'last'));
      await until('the last question is answered', () => page.evaluate(() => /** @type {any} */ (window).heard.some((/** @type {any} */ one) => one.call === 'last' && one.reply !== undefined)));
    }
    return heard();
  }

  /** An honest page of the portal gets an honest answer. */
  async stillWorks() {
    const page = await this.office.browser.visit(`${this.portal}/`);
    const answer = await sdk(page, this.delivery === '' ? 'status' : 'deliveryStatus', this.delivery === '' ? undefined : this.delivery);
    assert.ok(answer.ok !== undefined, `an honest page hears ${JSON.stringify(answer)}`);
    await page.close();
  }

  /** Pages where the person is asked. */
  get questions() {
    return this.office.browser.pages.filter((page) => !page.isClosed() && page.url().includes('/deliver/'));
  }

  /**
   * How many requests wait for the person.
   * @param {boolean} [shown] only those that have a page already
   * @returns {Promise<number>}
   */
  async waiting(shown = false) {
    const requests = await (await this.office.browser.worker()).evaluate(async () => Object.values((await chrome.storage.session.get('requests'))['requests'] ?? {}));
    return /** @type {any[]} */ (requests).filter(({ state, page }) => state !== 'done' && (!shown || page !== null)).length;
  }

  /** Nobody was asked, nothing waits, nothing was queued, nothing left. */
  async nothingHappened() {
    assert.deepEqual(this.questions.map((page) => page.url()), [], 'the person was not asked');
    assert.equal(await this.waiting(), 0, 'nothing waits');
    const queued = (await this.office.home.cli('outbox', 'list')).flatMap((line) => line.deliveries ?? line);
    assert.equal(queued.length, this.#asked, 'nothing was queued');
  }

  /** An honest request, which the person confirms; the next sample each time. */
  async honestDelivery() {
    const { office } = this;
    const page = await office.browser.visit(`${this.portal}/`);
    const answer = sdk(page, 'send', this.asked(this.#asked));
    const question = await office.deliverPage();
    await office.confirm(question);
    this.delivery = (await answer).ok?.delivery;
    assert.match(this.delivery, /^[0-9a-f-]{36}$/);
    this.#asked += 1;
    await question.close();
    await page.close();
    await office.sandbox.arrived(this.#asked);
  }

  /** Closes every page but one, which keeps the browser open, and forgets how often the portal asked. */
  async clear() {
    const [first, ...rest] = this.office.browser.pages.filter((page) => page.url().startsWith('chrome-extension:'));
    for (const page of this.office.browser.pages) if (page !== first && !rest.includes(page)) await page.close();
    await this.office.browser.stopWorker();
  }
}
