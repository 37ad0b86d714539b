/**
 * Pictures of every page in both languages, light and dark, in three widths, for a person to look at (tests/out/screenshots).
 * What a machine can see is checked here: no page is wider than its window, and no text is missing.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { EXTENSION, FACTURAS, OUT, VENTAS } from './support/places.js';
import { request } from './support/portal_page.js';
import { sleep } from './support/waiting.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/desk.js').Desk} Desk */

const FOLDER = path.join(OUT, 'screenshots');
const WIDTHS = { narrow: 320, middle: 800, wide: 1440 };
/** Pixels of a window's height. */
const HEIGHT = 800;

/** Columns of a CSV file, which the page on batches names as they are. */
const COLUMNS = ['receiver_rfc'];

/** Names of texts; those of one word may also be a word of the page. */
const KEYS = Object.keys(JSON.parse(fs.readFileSync(path.join(EXTENSION, '_locales/es/messages.json'), 'utf8'))).filter((key) => key.includes('_') && !COLUMNS.includes(key));

/**
 * Everything that is wrong with a page as it stands.
 * @param {Page} page
 */
function faults(page) {
  return page.evaluate((names) => {
    const found = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`${scrollWidth - clientWidth} px wider than the window`);
    for (const element of document.querySelectorAll('button, a, h1, h2, h3, label')) {
      const shown = element.checkVisibility() && !element.closest('[aria-hidden="true"]');
      const named = element.textContent?.trim() !== '' || element.getAttribute('aria-label') !== null;
      if (shown && !named) found.push(`${element.tagName} #${element.id} has no text`);
    }
    const words = new Set(document.body.innerText.split(/\s+/));
    return [...found, ...names.filter((name) => words.has(name)).map((name) => `the bare name ${name}`)];
  }, KEYS);
}

/**
 * @param {Page} page
 * @param {string} language
 * @param {string} name
 * @param {(keyof typeof WIDTHS)[]} [widths]
 */
async function pictures(page, language, name, widths = ['narrow', 'middle', 'wide']) {
  for (const width of widths) {
    await page.setViewportSize({ width: WIDTHS[width], height: HEIGHT });
    for (const scheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await sleep(50);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${language}-${width}-${scheme}.png`), fullPage: true });
    }
    assert.deepEqual(await faults(page), [], `${name} ${language} ${width}`);
  }
  await page.close();
}

/** One delivery of each kind that history shows. @param {Desk} office */
async function someHistory({ home, sandbox, samples }) {
  const send = (/** @type {number} */ index) => home.cli('send', samples[index]?.uuid ?? '', '--to', 'compras@cliente.example', '--wait').catch(() => undefined);
  await send(0);
  await sandbox.behave({ finished_session: 'not_found' });
  await sandbox.fault({ point: 'upload_put', kind: 'close', accepted: true });
  await send(1);
  await sandbox.behave({ finished_session: 'ok' });
  await sandbox.fault({ point: 'upload_open', kind: 'status', status: 429, reason: 'rateLimitExceeded', retry_after_seconds: 3600 });
  await home.cli('send', samples[2]?.uuid ?? '', '--to', 'compras@cliente.example');
}

/** Several requests of a portal: two known recipients, a new one, an unusual amount. @param {Desk} office @param {Page} portal @param {string} language */
async function severalPictures(office, portal, language) {
  const { samples } = office;
  await office.know([0, 1, 4, 5]);
  const asked = samples.map((sample, index) => request(sample, index === 2 ? `otra${index}@cliente.example` : office.customer(sample), `varias-${index}`));
  await portal.bringToFront();
  await portal.evaluate(async (requests) => {
    const { send } = /** @type {any} */ (await import('/sdk/correo-cfdi.js'));
    for (const one of requests) void send(one).catch(() => undefined);
  }, asked);
  const page = await office.browser.page((one) => one.url().includes('/deliver/requests.html'), 'the page of several opens');
  await page.waitForSelector(`[data-request]:nth-child(${samples.length})`);
  await page.locator('[data-check]').first().check();
  await page.waitForSelector('#send:not([disabled])');
  await page.locator('details summary').first().click();
  await pictures(page, language, 'deliver-several');
}

/** A list with rows that travel together, rows alone, and three bad ones. @param {Desk} office */
function someList({ samples }) {
  const rows = samples.map((sample, index) => [sample.uuid, sample.receiver.rfc, index % 6 === 0 ? 'compras@cliente.example' : `pagos${index}@cliente.example;contador@cliente.example`, index % 4 === 3 ? 'archivo@cliente.example' : '']);
  const bad = [['00000000-0000-4000-8000-000000000000', 'XAXX010101000', 'a@cliente.example', ''], [samples[0]?.uuid ?? '', 'AAA010101AAA', 'b@cliente.example', ''], [samples[1]?.uuid ?? '', samples[1]?.receiver.rfc ?? '', 'sin arroba', '']];
  return { name: 'Facturas de noviembre.csv', mimeType: 'text/csv', buffer: Buffer.from([['uuid', 'receiver_rfc', 'to', 'cc'], ...rows, ...bad].map((row) => row.join(',')).join('\r\n')) };
}

/** @param {Desk} office @param {string} language */
async function batchPictures(office, language) {
  const { browser, home, sandbox } = office;
  const empty = await browser.open('batch/batch.html');
  await empty.waitForSelector('#batch-list li');
  await pictures(empty, language, 'batch-empty');
  const page = await browser.open('batch/batch.html');
  await page.setInputFiles('#file', someList(office));
  await page.click('#check');
  await page.waitForSelector('#start:not([disabled])');
  const url = page.url();
  await pictures(page, language, 'batch-checked');
  const corrected = await browser.visit(url);
  await corrected.fill('#row-to-12', 'compras@cliente.example');
  await corrected.click('#row-out-11');
  await corrected.click('#row-edit-1');
  await pictures(corrected, language, 'batch-corrected');
  const release = await home.holdSender();
  const going = await browser.visit(url);
  await going.click('#start:not([disabled])');
  await going.waitForSelector('#batch-state[data-state="running"]');
  await pictures(going, language, 'batch-running');
  const paused = await browser.visit(url);
  await paused.click('#batch-pause');
  await paused.waitForSelector('#batch-resume');
  await pictures(paused, language, 'batch-paused');
  const asked = await browser.visit(url);
  await asked.click('#batch-cancel');
  await pictures(asked, language, 'batch-question');
  await sandbox.fault({ point: 'upload_open', kind: 'status', status: 429, reason: 'rateLimitExceeded', retry_after_seconds: 3600 });
  const parked = await browser.visit(url);
  await parked.click('#batch-resume');
  await release();
  await parked.waitForSelector('#batch-continues');
  await pictures(parked, language, 'batch-parked');
  const popup = await browser.popup();
  await popup.waitForSelector('#who-account [data-paused]');
  await pictures(popup, language, 'popup-parked', ['narrow']);
  const accounts = await browser.options('accounts');
  await accounts.click('.budget summary');
  await pictures(accounts, language, 'options-accounts-parked');
  const cancelled = await browser.visit(url);
  await cancelled.click('#batch-cancel');
  await cancelled.click('#dialog-accept');
  await cancelled.waitForSelector('#batch-state[data-state="cancelled"]');
  await pictures(cancelled, language, 'batch-cancelled');
  const list = await browser.open('batch/batch.html');
  await list.waitForSelector('#batch-list [data-batch]');
  await pictures(list, language, 'batch-list');
}

/** A file with a row of each fate. */
const BOOK = {
  name: 'clientes.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([
    'rfc,correo,nombre,tipo,zip,agrupar',
    'AAA010101AB1,compras@cliente-con-un-nombre-muy-largo.example;pagos@cliente-con-un-nombre-muy-largo.example,Comercializadora de Materiales del Norte y Servicios Integrales S.A. de C.V.,,sí,',
    'BBB010101AB2,nomina@otro.example,Otro Cliente,N,,no',
    'CCC010101AB3,una@tercero.example;dos@tercero.example;tres@tercero.example;cuatro@tercero.example,,,,',
    'XAXX010101000,publico@cliente.example,Público en general,,,',
    'DDD010101AB4,sin arroba,Cuarto,,,',
    'EEE010101AB5,quinto@cliente.example,Quinto,ticket,,',
  ].join('\r\n')),
};

/** @param {Desk} office @param {string} language */
async function bookPictures({ browser }, language) {
  const empty = await browser.open('directory/directory.html');
  await empty.waitForSelector('#customers .card');
  await pictures(empty, language, 'directory-empty');
  const fresh = await browser.open('directory/directory.html#new');
  await fresh.waitForSelector('#customer:not([hidden])');
  await pictures(fresh, language, 'directory-new');
  const file = await browser.open('directory/directory.html#import');
  await file.setInputFiles('#file', BOOK);
  await file.waitForSelector('#rows-body [data-row="6"]');
  await pictures(file, language, 'directory-import');
  const again = await browser.open('directory/directory.html#import');
  await again.setInputFiles('#file', BOOK);
  await again.click('#import-save:not([disabled])');
  await again.waitForSelector('.customer');
  await pictures(again, language, 'directory');
  const customer = await browser.open('directory/directory.html#rfc/AAA010101AB1');
  await customer.waitForSelector('#customer:not([hidden])');
  await pictures(customer, language, 'directory-customer');
}

for (const language of /** @type {const} */ (['es', 'en'])) {
  test(`pictures of the address book: ${language}`, async (t) => {
    fs.mkdirSync(FOLDER, { recursive: true });
    await bookPictures(await desk(t, { samples: 1, look: { language } }), language);
  });

  test(`pictures of a batch: ${language}`, async (t) => {
    fs.mkdirSync(FOLDER, { recursive: true });
    await batchPictures(await desk(t, { samples: 9, account: FACTURAS, look: { language } }), language);
  });

  test(`pictures of every page: ${language}`, async (t) => {
    fs.mkdirSync(FOLDER, { recursive: true });
    const office = await desk(t, { samples: 6, account: FACTURAS, connected: true, look: { language } });
    const { browser, home, rfc } = office;

    const portal = await office.portal();
    const asked = await office.askFor(portal, office.sample(3));
    await asked.waitForSelector('[data-check]');
    await pictures(asked, language, 'deliver-portal');
    await severalPictures(office, portal, language);
    const toolbar = await browser.open(`deliver/deliver.html?uuid=${office.sample(4).uuid}&company=${rfc}`);
    await toolbar.fill('#to', 'compras@cliente.example');
    await toolbar.waitForSelector('#send:not([disabled])');
    await pictures(toolbar, language, 'deliver-toolbar');

    await someHistory(office);
    const list = await browser.open('history/history.html');
    await list.waitForSelector('#deliveries [data-state="unknown"]');
    await list.waitForSelector('#deliveries [data-state="deferred"]');
    const numbers = await list.locator('#deliveries [data-delivery]').evaluateAll((rows) => rows.map((row) => [row.getAttribute('data-state'), row.getAttribute('data-delivery')]));
    await pictures(list, language, 'history');
    for (const [state, delivery] of numbers) {
      const detail = await browser.open(`history/history.html#${delivery}`);
      await detail.waitForSelector('#delivery-state');
      await pictures(detail, language, `history-${state}`);
    }

    for (const section of ['companies', `companies/${rfc}`, 'companies/new', 'accounts', 'client', 'portals', 'notices', 'about', 'privacy']) {
      const page = await browser.options(section);
      await page.waitForSelector('[data-section]:not([hidden])');
      await sleep(300);
      await pictures(page, language, `options-${section.replace('/', '-')}`);
    }
    const popup = await browser.popup();
    await popup.waitForSelector('#invoice-list [data-uuid]');
    await pictures(popup, language, 'popup', ['narrow']);
    await home.cli('company', 'set', rfc, '--oauth', 'off');
    const off = await browser.popup();
    await off.waitForSelector('#start-oauth[disabled]');
    await pictures(off, language, 'popup-off', ['narrow']);
  });

  test(`pictures of how a sign-in and a permission end: ${language}`, async (t) => {
    fs.mkdirSync(FOLDER, { recursive: true });
    const office = await desk(t, { samples: 1, account: FACTURAS, look: { language } });
    const { browser, home, sandbox } = office;
    await sandbox.behave({ policy_error: 'admin_policy_enforced', policy_status: 403 });
    const refused = await browser.popup();
    await refused.click('#start-oauth');
    await refused.click('#sign-in-administrator summary');
    await refused.waitForSelector('#admin-redirect');
    await pictures(refused, language, 'popup-administrator', ['narrow']);
    await sandbox.behave({ policy_error: null, refresh_token_expires_in: 604_799 });
    const other = await browser.popup();
    await other.click('#sign-in-again');
    await office.consent({ account: VENTAS });
    await other.waitForSelector('#sign-in-other');
    await pictures(other, language, 'popup-other-account', ['narrow']);
    const popup = await browser.popup();
    await popup.click('#sign-in-save');
    await popup.waitForSelector('#who-account [data-reminder]');
    await pictures(popup, language, 'popup-reminder', ['narrow']);
    const near = await browser.options('accounts');
    await near.waitForSelector('#account-list [data-reminder]');
    await pictures(near, language, 'options-accounts-reminder');
    await sandbox.fault({ point: 'token_refresh', kind: 'status', status: 400, reason: 'invalid_grant' });
    await home.cli('send', office.sample().uuid, '--to', 'compras@cliente.example', '--wait').catch(() => undefined);
    const ended = await browser.options('accounts');
    await ended.waitForSelector('#account-list [data-reconnect]');
    await pictures(ended, language, 'options-accounts-reconnect');
    const stranded = await browser.popup();
    await stranded.waitForSelector('#who-account [data-reconnect]');
    await pictures(stranded, language, 'popup-reconnect', ['narrow']);
  });

  test(`pictures of a beginning: ${language}`, async (t) => {
    const office = await desk(t, { company: false, client: false, look: { language } });
    const { browser, home } = office;
    const first = await browser.popup();
    await first.waitForSelector('#steps [aria-current="step"]');
    await pictures(first, language, 'popup-first', ['narrow']);
    await home.importClient(office.sandbox.client);
    await home.cli('company', 'set', office.rfc, '--name', office.sample().issuer.name, '--oauth', 'on', '--folder', home.documents);
    const popup = await browser.popup();
    await popup.click('#start-oauth');
    await office.consent({ tick: false });
    await popup.waitForSelector('#sign-in-panel[data-phase="failed"]');
    await pictures(popup, language, 'popup-box', ['narrow']);
    const options = await browser.options(`companies/${office.rfc}`);
    await options.waitForSelector('#sign-in-panel[data-phase="failed"]');
    await options.click('#sign-in-again');
    await office.consent();
    await options.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
    await pictures(options, language, 'options-unsaved');
  });
  test(`pictures of the first steps: ${language}`, async (t) => {
    fs.mkdirSync(FOLDER, { recursive: true });
    const office = await desk(t, { host: null, company: false, client: false, samples: 1, look: { language } });
    const { browser, home } = office;
    /** @param {string} name @param {string} shows @param {(page: Page) => Promise<void>} [before] */
    const picture = async (name, shows, before = async () => undefined) => {
      const page = await browser.open('welcome/welcome.html');
      await page.waitForSelector(shows);
      await before(page);
      await pictures(page, language, `welcome-${name}`);
    };
    await picture('missing', '[data-kind="host_missing"]');
    await home.register({ program: home.script('host', 'head -c 4 > /dev/null; exit 3') });
    await picture('exited', '[data-kind="host_exited"], [data-kind="host_garbled"]');
    fs.rmSync(path.join(home.profile, 'NativeMessagingHosts'), { recursive: true });
    await home.register();
    for (const kind of ['workspace', 'gmail']) await picture(kind, '[data-step="client"][data-state="open"]', (page) => page.check(`#whose-${kind}`));
    await home.importClient(office.sandbox.client);
    await picture('company', '#company-go');
    await home.cli('company', 'set', office.rfc, '--name', office.sample().issuer.name, '--oauth', 'on', '--folder', home.documents);
    await picture('account', '#start-oauth');
    await office.signIn(FACTURAS);
    await picture('ready', '#ready:not([hidden])');
  });
}
