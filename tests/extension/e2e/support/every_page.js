/** Every page of the extension in each of its states; whatever looks at all of them takes them from here. */

import { request } from './portal_page.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./desk.js').Desk} Desk */

/**
 * @typedef {object} State
 * @property {string} name
 * @property {(office: Desk) => Promise<Page>} open leaves the page as it is to be looked at
 */

/**
 * A state that shows by itself.
 * @param {string} name
 * @param {string} path inside the extension
 * @param {string} shows
 * @param {(page: Page, office: Desk) => Promise<void>} [then]
 * @returns {State}
 */
function state(name, path, shows, then = async () => undefined) {
  return {
    name,
    async open(office) {
      const page = await office.browser.open(path.replace('RFC', office.rfc).replace('UUID', office.sample().uuid));
      await page.waitForSelector(shows);
      await then(page, office);
      return page;
    },
  };
}

/** @param {string} section @param {string} [shows] */
const options = (section, shows = '[data-section]:not([hidden])') => state(`options ${section}`, `options/options.html#${section}`, shows);

const SECTIONS = ['companies', 'accounts', 'client', 'portals', 'notices', 'sat', 'about', 'privacy'].map((section) => options(section));

/** The program is not there. @type {State[]} */
export const WITHOUT_HOST = [
  state('welcome missing', 'welcome/welcome.html', '[data-kind="host_missing"]'),
  state('popup missing', 'popup/popup.html', '[data-kind="host_missing"]'),
  options('companies', '[data-kind="host_missing"]'),
  state('history missing', 'history/history.html', '[data-kind="host_missing"]'),
  state('batch missing', 'batch/batch.html', '[data-kind="host_missing"]'),
  state('directory missing', 'directory/directory.html', '[data-kind="host_missing"]'),
  state('deliver missing', 'deliver/deliver.html?uuid=UUID&company=RFC', '[data-kind="host_missing"]'),
];

/** Nothing was set up yet. @type {State[]} */
export const BEGINNING = [
  state('welcome client', 'welcome/welcome.html', '[data-step="client"][data-state="open"]', (page) => page.check('#whose-gmail')),
  state('popup first', 'popup/popup.html', '#steps [aria-current="step"]'),
  ...SECTIONS,
  options('companies/new', '#company-rfc'),
  state('history empty', 'history/history.html', '#deliveries > *'),
  state('batch empty', 'batch/batch.html', '#batch-list li'),
  state('directory empty', 'directory/directory.html', '#customers > *, #trouble > *'),
];

/** A list with two rows that can leave and one that cannot. @param {Desk} office */
function list({ samples }) {
  const rows = samples.slice(0, 2).map((sample) => `${sample.uuid},${sample.receiver.rfc},compras@cliente.example,`);
  const text = ['uuid,receiver_rfc,to,cc', ...rows, '00000000-0000-4000-8000-000000000000,XAXX010101000,a@cliente.example,'].join('\r\n');
  return { name: 'lista.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
}

/** @param {Page} page @param {Desk} office */
async function checkList(page, office) {
  await page.setInputFiles('#file', list(office));
  await page.click('#check');
  await page.waitForSelector('#start:not([disabled])');
}

/** Several requests of a portal at once. @type {State} */
const REQUESTS = {
  name: 'requests',
  async open(office) {
    const { samples } = office;
    await office.know([0, 1]);
    const portal = await office.portal();
    const asked = samples.slice(0, 4).map((sample, index) => request(sample, index > 1 ? `otra${index}@cliente.example` : office.customer(sample), `varias-${Date.now()}-${index}`));
    await portal.evaluate(async (requests) => {
      const { send } = /** @type {any} */ (await import('/sdk/correo-cfdi.js'));
      for (const one of requests) void send(one).catch(() => undefined);
    }, asked);
    const page = await office.browser.page((one) => one.url().includes('/deliver/requests.html'), 'the page of several opens');
    await page.waitForSelector('[data-request]:nth-child(4)');
    await page.locator('details summary').first().click();
    return page;
  },
};

/** One request of a portal. @type {State} */
const REQUEST = {
  name: 'deliver portal',
  async open(office) {
    const page = await office.askFor(await office.portal(), office.sample(3));
    await page.waitForSelector('[data-check]');
    return page;
  },
};

/** An office at work: company, account, connected portal, one delivery that was sent. @type {State[]} */
export const AT_WORK = [
  state('welcome ready', 'welcome/welcome.html#tour', '#ready:not([hidden])', async (page) => {
    await page.click('#tour-next');
    await page.waitForSelector('#tour-title:focus');
  }),
  state('popup', 'popup/popup.html', '#invoice-list [data-uuid]'),
  ...SECTIONS,
  options('companies/RFC', '#company-rfc'),
  state('deliver', 'deliver/deliver.html?uuid=UUID&company=RFC', '#to', async (page) => {
    await page.fill('#to', 'compras@cliente.example');
    await page.waitForSelector('#send');
  }),
  state('deliver invalid', 'deliver/deliver.html?uuid=UUID&company=RFC', '#to', async (page) => {
    await page.fill('#to', 'sin arroba');
    await page.press('#to', 'Tab');
    await page.waitForSelector('#to[aria-invalid="true"]');
  }),
  state('deliver again', 'deliver/deliver.html?uuid=UUID&company=RFC', '#to', async (page, office) => {
    await page.goto(page.url().replace(office.sample().uuid, office.sample(5).uuid));
    await page.fill('#to', 'compras@cliente.example');
    await page.click('#send:not([disabled])');
    await page.waitForSelector('[data-kind="already_sent"]');
  }),
  state('deliver after', 'deliver/deliver.html?uuid=UUID&company=RFC', '#to', async (page, office) => {
    await page.goto(page.url().replace(office.sample().uuid, office.sample(4).uuid));
    await page.fill('#to', 'compras@cliente.example');
    await page.click('#send:not([disabled])');
    await page.waitForSelector('#after-title:focus');
  }),
  REQUEST,
  REQUESTS,
  state('history', 'history/history.html', '#deliveries [data-state="sent"]'),
  state('history detail', 'history/history.html', '#deliveries [data-state="sent"]', async (page) => {
    await page.locator('#deliveries a').first().click();
    await page.waitForSelector('#delivery-state');
  }),
  state('history returned', 'history/history.html', '#deliveries [data-state="sent"]', async (page) => {
    await page.locator('#deliveries [data-state="sent"] a').first().click();
    await page.click('#returned-open');
    await page.waitForSelector('#returned-correct');
  }),
  state('history notice', 'history/history.html', '#deliveries [data-state="sent"]', async (page) => {
    await page.locator('#deliveries [data-state="sent"] a').first().click();
    await page.click('#notice-open');
    await page.selectOption('#notice-motive', '02');
    await page.click('#notice-preview');
    await page.waitForSelector('#notice-send');
  }),
  ...['unknown', 'deferred'].map((one) =>
    state(`history ${one}`, 'history/history.html', `#deliveries [data-state="${one}"]`, async (page) => {
      await page.locator(`#deliveries [data-state="${one}"] a`).first().click();
      await page.waitForSelector(`#delivery-state[data-state="${one}"]`);
    }),
  ),
  state('batch checked', 'batch/batch.html', '#batch-list > *', checkList),
  state('batch edited', 'batch/batch.html', '#batch-list > *', async (page, office) => {
    await checkList(page, office);
    await page.click('#row-edit-1');
    await page.click('#row-out-2');
  }),
  state('options question', 'options/options.html#accounts', '#account-list [id^="forget"], #account-list button.danger', async (page) => {
    await page.locator('#account-list [id^="forget"], #account-list button.danger').first().click();
    await page.waitForSelector('#dialog-accept');
  }),
  // As while each of them is at work: a moment that axe else meets by chance.
  state('popup busy', 'popup/popup.html', '.invoice', async (page) => {
    await page.evaluate(() => document.querySelectorAll('button:not(:disabled)').forEach((button) => button.setAttribute('aria-busy', 'true')));
  }),
  state('options busy', 'options/options.html#accounts', '#account-list [id^="forget"], #account-list button.danger', async (page) => {
    await page.evaluate(() => document.querySelectorAll('button:not(:disabled)').forEach((button) => button.setAttribute('aria-busy', 'true')));
  }),
  state('directory', 'directory/directory.html', '#customers > *'),
  state('directory new', 'directory/directory.html#new', '#customer:not([hidden])'),
  state('directory import', 'directory/directory.html#import', '#import:not([hidden])'),
  state('batch paused', 'batch/batch.html', '#batch-list > *', async (page, office) => {
    await checkList(page, office);
    const release = await office.home.holdSender();
    await page.click('#start:not([disabled])');
    await page.waitForSelector('#batch-state[data-state="running"]');
    await page.click('#batch-pause');
    await page.waitForSelector('#batch-resume');
    await release();
  }),
];

/** The account has ended and a file is broken: what needs the person. @type {State[]} */
export const IN_TROUBLE = [
  state('popup stranded', 'popup/popup.html', '#who-account [data-reconnect]', async (page) => {
    await page.locator('.meaning summary').first().click();
  }),
  state('options stranded', 'options/options.html#accounts', '#account-list [data-reconnect]'),
  state('options problems', 'options/options.html#companies/RFC', '#problem-list > *'),
  state('history stranded', 'history/history.html', '#deliveries [data-state="deferred"]', async (page) => {
    await page.locator('#deliveries [data-state="deferred"] a').first().click();
    await page.waitForSelector('#delivery-state[data-state="deferred"]');
    await page.locator('.meaning summary').first().click();
  }),
  state('popup without its box', 'popup/popup.html', '#start-oauth', async (page, office) => {
    await page.click('#start-oauth');
    await office.consent({ tick: false });
    await page.waitForSelector('#sign-in-panel[data-phase="failed"]');
  }),
];
