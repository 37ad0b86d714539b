/** The first run: from an extension alone to an account that is ready, on the page that opens by itself. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { Organisation } from './support/organisation.js';
import { FACTURAS, HOST_NAME, ID, PROGRAM } from './support/places.js';
import { until } from './support/waiting.js';

/** @typedef {import('./support/desk.js').Wish} Wish */
/** @typedef {import('playwright-core').Page} Page */

/** Milliseconds: the page's longest pause between two looks, and the host's first contact. */
const NOTICED = 45_000;

/** What a person who is spared it never reads. */
const OAUTH_CLIENT = /Google Cloud|client_secret|cliente OAuth|OAuth client/i;

/** Google's own file, as it is downloaded. @param {string} id */
const googles = (id) => ({
  web: {
    client_id: `${id}.apps.googleusercontent.com`, project_id: 'p', auth_uri: 'https://accounts.google.com/o/oauth2/auth', token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs', client_secret: 'SANDBOX-no-es-un-secreto-de-nadie', redirect_uris: [`https://${ID}.chromiumapp.org/`],
  },
});

/** A machine with the extension and nothing else. @param {import('node:test').TestContext} t @param {Wish} [wish] */
async function fresh(t, wish = {}) {
  const office = await desk(t, { host: null, client: false, company: false, samples: 1, ...wish, look: { firstRun: true, ...wish.look } });
  const page = await office.browser.page((one) => one.url().includes('/welcome/'), 'the first steps are open');
  return { office, page };
}

/** @param {Page} page @param {string} step */
const opens = (page, step) => page.waitForSelector(`[data-step="${step}"][data-state="open"]`, { timeout: NOTICED });

/** The company's form in its own tab, filled in and saved. @param {Awaited<ReturnType<typeof fresh>>['office']} office @param {Page} page */
async function addCompany(office, page) {
  await page.click('#company-go');
  const form = await office.browser.page((one) => one.url().endsWith('#companies/new'), 'the form opens');
  await form.fill('#company-rfc', office.rfc);
  await form.fill('#company-name', office.sample().issuer.name);
  await form.check('#use-oauth');
  await form.fill('#folder-path', office.home.documents);
  await form.click('#folder-add');
  await form.click('#save-company');
  await form.waitForSelector('#company-list .card, #company-list [id^="company-"]');
  await form.close();
  await page.bringToFront();
}

test('from nothing to ready: the page notices each step by itself', async (t) => {
  const { office, page } = await fresh(t);
  const { home, sandbox } = office;
  await page.waitForSelector('[data-kind="host_missing"]');
  assert.match(await page.innerText('[data-step="host"]'), /correo-cfdi_.*\.deb/, 'the file for this system');
  assert.equal(await page.locator('#download-go').getAttribute('href'), null, 'an address that does not exist yet is no link');
  assert.doesNotMatch(await page.innerText('main'), OAUTH_CLIENT, 'nobody knows yet whether a client is needed');

  await home.register();
  await opens(page, 'client');
  assert.equal(await page.getAttribute('[data-step="host"]', 'data-state'), 'done');

  await page.check('#whose-workspace');
  const workspace = await page.innerText('#guide-workspace');
  assert.match(workspace, /Interno/);
  assert.doesNotMatch(workspace, /100|En producción/, 'exactly that case');
  await page.check('#whose-gmail');
  assert.equal(await page.locator('#guide-workspace').count(), 0);
  const gmail = await page.innerText('#guide-gmail');
  for (const fact of [/Externo/, /En producción/, /siete días/, /100 cuentas/, /no verificó/]) assert.match(gmail, fact);
  assert.equal(await page.innerText('#redirect-0'), `https://${ID}.chromiumapp.org/`);

  await page.setInputFiles('#client-file', { name: 'otro.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await page.waitForSelector('#client-trouble [data-kind="client_malformed"]');
  assert.equal(await page.locator('#guide-gmail').count(), 1, 'a wrong file takes nothing away');
  await page.setInputFiles('#client-file', { name: 'client_secret_1-a.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(googles('1-a'))) });
  await opens(page, 'company');

  // A provider that is not Google comes by the terminal alone.
  await home.importClient(sandbox.client);
  await addCompany(office, page);
  await opens(page, 'account');
  await page.click('#start-oauth');
  await office.consent();
  await page.click('#sign-in-save');
  await page.waitForSelector('#ready:not([hidden])');
  assert.match((await home.cli('account', 'list')).map((line) => JSON.stringify(line)).join(), new RegExp(FACTURAS));
  assert.deepEqual(await page.locator('#steps > [data-state="done"]').count(), 4);

  // The tour is there once, by itself; whoever left it can have it again.
  await page.waitForSelector('#tour:not([hidden])');
  const titles = [];
  for (let step = 1; step <= 5; step += 1) {
    titles.push(await page.innerText('#tour-title'));
    assert.equal(await page.innerText('#tour-count'), `${step} de 5`);
    await page.locator('#tour-next').press('Enter');
    if (step < 5) await page.waitForSelector('#tour-title:focus');
  }
  assert.equal(new Set(titles).size, 5);
  await page.waitForSelector('#tour-go:focus');
  await page.reload();
  await page.waitForSelector('#tour-go:not([hidden])');
  assert.equal(await page.isVisible('#tour'), false);
  await page.click('#tour-go');
  await page.waitForSelector('#tour-title:focus');
  await page.keyboard.press('Escape');
  await page.waitForSelector('#tour', { state: 'hidden' });
  const about = await office.browser.options('about');
  await about.click('#tour-go');
  await about.waitForSelector('#tour:not([hidden])');
  await about.click('#tour-skip');
  await about.waitForSelector('#tour', { state: 'hidden' });
});

test('a program that brings its client: nobody hears of one', async (t) => {
  const { office, page } = await fresh(t);
  const { home } = office;
  const folder = home.below('programa');
  const program = path.join(folder, path.basename(PROGRAM));
  fs.copyFileSync(PROGRAM, program);
  fs.writeFileSync(path.join(folder, 'client.json'), JSON.stringify(googles('1-editor')));
  const read = [await page.innerText('body')];
  await home.register({ program });
  await opens(page, 'company');
  read.push(await page.innerText('body'));
  assert.equal(await page.locator('[data-step="client"]').count(), 0);
  const popup = await office.browser.popup();
  await popup.waitForSelector('#steps [aria-current="step"]');
  read.push(await popup.innerText('body'));
  await popup.close();
  await page.bringToFront();
  await addCompany(office, page);
  await opens(page, 'account');
  read.push(await page.innerText('body'));
  for (const text of read) assert.doesNotMatch(text, OAUTH_CLIENT);
  const options = await office.browser.options('client');
  await options.waitForSelector('#client-origin[data-origin="packaged"]');
  assert.equal(await options.locator('#client-forget').count(), 0, 'what nobody imported cannot be removed');
});

/** @type {[kind: string, why: string, host: Wish['host'], next: string][]} */
const TROUBLES = [
  ['host_forbidden', "another extension's manifest", { extension: 'abcdefghijklmnopabcdefghijklmnop' }, '#register'],
  ['host_exited', 'it ends without a word', (home) => ({ program: home.script('host', 'head -c 4 > /dev/null; exit 3') }), '#diagnose'],
  ['host_garbled', 'it writes words', (home) => ({ program: home.script('host', 'echo "hola"; cat > /dev/null') }), '#diagnose'],
  ['host_mute', 'it never answers', (home) => ({ program: home.script('host', 'while read -r _; do :; done') }), '#diagnose'],
];

for (const [kind, why, host, next] of TROUBLES) {
  test(`${kind}: ${why}; its own next step, and the page goes on once it is mended`, async (t) => {
    const { office, page } = await fresh(t, { host: host ?? null });
    await page.waitForSelector(`[data-step="host"] [data-kind="${kind}"]`, { timeout: NOTICED });
    await page.waitForSelector(`[data-step="host"] ${next}`);
    await office.home.register();
    await opens(page, 'client');
    assert.equal(await page.locator(`[data-kind="${kind}"]`).count(), 0);
  });
}

test('host_disabled: by a real policy, with the words for whoever set it', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  organisation.sets({}, { NativeMessagingBlocklist: ['*'] });
  const { page } = await fresh(t, { host: {}, look: { program: organisation.program } });
  await page.waitForSelector('[data-kind="host_disabled"], [data-kind="host_forbidden"]');
  assert.equal(await page.locator('[data-kind="host_disabled"]').count(), 1);
  assert.match(await page.innerText('#policies'), new RegExp(`NativeMessagingAllowlist.*${HOST_NAME.replaceAll('.', '\\.')}`));
});

test('versions that do not fit: the page names the side to update, with one button', async (t) => {
  /** @type {[number, string, string][]} */
  const cases = [[99, 'update_host', '#update-host'], [0, 'update_extension', '#update-extension']];
  for (const [protocol, kind, next] of cases) {
    await t.test(kind, async (inner) => {
      const { office, page } = await fresh(inner, { host: {}, look: { protocol } });
      await page.waitForSelector(`[data-step="host"] [data-kind="${kind}"]`);
      assert.equal(await page.locator('#update-host, #update-extension').count(), 1);
      await page.waitForSelector(next);
      const popup = await office.browser.popup();
      await popup.waitForSelector(`#trouble ${next}`);
      await popup.close();
      if (kind !== 'update_extension') return;
      await page.bringToFront();
      await page.click(next);
      // An unpacked extension has no store to ask.
      await until('the page says what the browser found', async () => (await page.innerText('#update-said')) !== '');
    });
  }
});
