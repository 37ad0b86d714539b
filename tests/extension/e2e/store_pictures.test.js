/**
 * Pictures for the stores and for the guide to the OAuth client, in tests/out/stores: made of the real pages with synthetic
 * data, so that they can be made again for every version.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { EXTENSION, FACTURAS, ID, OUT, ROOT } from './support/places.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/desk.js').Desk} Desk */

const { screenshots, tiles, guide } = JSON.parse(fs.readFileSync(path.join(ROOT, 'manifests/stores/store.json'), 'utf8')).pictures;

/** Pixels: a guide's picture is as wide as a column of text. */
const GUIDE = { width: 960, height: 720 };

/** What a client of Google's looks like; the sandbox's own would be marked as a stranger's. */
const GOOGLES = {
  web: {
    client_id: '123456789012-ejemplo.apps.googleusercontent.com', project_id: 'correo-cfdi', auth_uri: 'https://accounts.google.com/o/oauth2/auth', token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs', client_secret: 'SANDBOX-no-es-un-secreto-de-la-guia', redirect_uris: [`https://${ID}.chromiumapp.org/`],
  },
};

/** Colour type of a PNG without alpha (PNG 3rd edition, 11.2.1), as the Chrome Web Store demands. */
const TRUECOLOUR = 2;

/** @param {string} file */
function kind(file) {
  const png = fs.readFileSync(file);
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), colour: png[25] };
}

/** @param {Page} page @param {string} file @param {{ width: number, height: number }} size */
async function picture(page, file, { width, height }) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.screenshot({ path: file });
  assert.deepEqual(kind(file), { width, height, colour: TRUECOLOUR }, file);
}

/** A list for the page on batches. @param {Desk} office */
const list = ({ samples }) => ({
  name: 'Facturas de noviembre.csv', mimeType: 'text/csv',
  buffer: Buffer.from(['uuid,receiver_rfc,to,cc', ...samples.map(({ uuid, receiver }, index) => `${uuid},${receiver.rfc},pagos${index}@cliente.example,`)].join('\r\n')),
});

/** Logo and tile: the icon on white, with the name where there is room. @param {Desk} office @param {string} folder */
async function tilesOf(office, folder) {
  const icon = fs.readFileSync(path.join(EXTENSION, 'icons/icon.svg')).toString('base64');
  for (const { name, width, height } of tiles) {
    const page = await office.browser.visit('about:blank');
    const side = width === height ? Math.round(width * 0.8) : Math.round(height * 0.5);
    const title = width === height ? '' : '<h1>Correo CFDI</h1>';
    await page.setContent(`<style>body{margin:0;height:100vh;display:flex;flex-direction:column;gap:16px;align-items:center;justify-content:center;background:#fff;color:#1d2b3a}h1{margin:0;font:600 40px "Liberation Sans",sans-serif}</style><img width="${side}" height="${side}" src="data:image/svg+xml;base64,${icon}">${title}`);
    await page.waitForFunction(() => document.images[0]?.complete && document.images[0].naturalWidth > 0);
    await picture(page, path.join(folder, `${name}.png`), { width, height });
    await page.close();
  }
}

for (const language of /** @type {const} */ (['es', 'en'])) {
  const folder = path.join(OUT, 'stores', language);

  test(`pictures for the stores: ${language}`, async (t) => {
    const office = await desk(t, { samples: 6, account: FACTURAS, connected: true, look: { language } });
    const { browser, home, rfc } = office;
    /** @param {number} index @param {Page} page */
    const shot = (index, page) => picture(page, path.join(folder, `${screenshots.names[index]}.png`), screenshots);
    await office.know([0, 1, 2, 3, 4, 5]);
    const asked = await office.askFor(await office.portal(), office.sample(3));
    await office.looked(asked);
    // A PDF viewer's frame leaves transparent pixels in a picture, and the store takes none.
    await asked.click('pdf-view summary');
    await asked.waitForSelector('.pdf-frame', { state: 'hidden' });
    await shot(0, asked);
    await office.confirm(asked);
    for (const index of [0, 1, 2]) await home.cli('send', office.sample(index).uuid, '--to', `compras${index}@cliente.example`, '--wait');
    const history = await browser.open('history/history.html');
    await history.waitForSelector('#deliveries [data-delivery]:nth-child(4)');
    await shot(1, history);
    const company = await browser.options(`companies/${rfc}`);
    await company.waitForSelector('#company-form');
    await company.waitForFunction(() => /** @type {HTMLInputElement} */ (document.getElementById('company-rfc')).value !== '');
    await shot(2, company);
    const batch = await browser.open('batch/batch.html');
    await batch.waitForSelector('#batch-list li');
    await batch.setInputFiles('#file', list(office));
    await batch.click('#check');
    await batch.waitForSelector('#start:not([disabled])');
    await shot(3, batch);
    const privacy = await browser.options('privacy');
    await privacy.waitForSelector('[data-section="privacy"]:not([hidden])');
    await shot(4, privacy);
    await tilesOf(office, folder);
    const names = [...screenshots.names, ...tiles.map((/** @type {{ name: string }} */ one) => one.name)].map((name) => `${name}.png`);
    assert.deepEqual(fs.readdirSync(folder).filter((name) => name.endsWith('.png')).sort(), names.sort());
  });

  test(`pictures for the guide to the OAuth client: ${language}`, async (t) => {
    const office = await desk(t, { client: false, look: { language } });
    const { browser, home } = office;
    /** @param {string} name @param {Page} page */
    const shot = (name, page) => picture(page, path.join(folder, 'guide', `${name}.png`), GUIDE);
    for (const kind of ['workspace', 'gmail']) {
      const first = await browser.open('welcome/welcome.html');
      await first.check(`#whose-${kind}`);
      await first.locator(`#whose-${kind}`).scrollIntoViewIfNeeded();
      await shot(`first-steps-${kind}`, first);
      await first.close();
    }
    const empty = await browser.options('client');
    await empty.waitForFunction(() => /** @type {HTMLInputElement} */ (document.getElementById('redirect-uri')).value !== '');
    await shot('client-empty', empty);
    await home.importClient(GOOGLES);
    await empty.reload();
    await empty.waitForSelector('#client-view .card');
    await shot('client-registered', empty);
    await home.importClient(office.sandbox.client);
    const options = await browser.options(`companies/${office.rfc}`);
    await options.click('#start-oauth');
    const window = await office.googleWindow();
    await window.waitForSelector('#account-1');
    await window.locator('button.account', { hasText: FACTURAS }).click();
    await window.waitForSelector('#scope-gmail-send');
    await window.check('#scope-gmail-send');
    await shot('sign-in-consent', window);
    await window.click('#continue', { noWaitAfter: true });
    await options.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
    await shot('sign-in-unsaved', options);
    assert.deepEqual(fs.readdirSync(path.join(folder, 'guide')).sort(), guide.map((/** @type {string} */ name) => `${name}.png`).sort());
  });
}
