/** The policy templates in a real browser: it takes every value of them, and the extension does what they say. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { missingId, BROWSERS, policyFiles } from '../../../manifests/packing/policies.mjs';
import { desk } from './support/desk.js';
import { Organisation } from './support/organisation.js';
import { HOST_NAME, ID } from './support/places.js';
import { sleep, until } from './support/waiting.js';

/** Milliseconds: Chromium waits for a quiet folder before it reads policies again. */
const TAKEN_UP = 60_000;

/** An id of the store's; it is asked for and never comes, as nothing here reaches the store. */
const IN_STORE = 'abcdefghijklmnopabcdefghijklmnop';

const SECRET = 'SANDBOX-no-es-un-secreto-de-la-flota';
const COMPANY = { rfc: 'EJE010101AA0', name: 'Papelería Ñandú', folders: ['/srv/cfdi'], reply_to: 'cobranza@nandu.example', cc: ['archivo@nandu.example'], subject: 'Su factura {{folio}}' };
const SETTINGS = {
  portals: [{ origin: 'https://facturas.example.mx', companies: [COMPANY.rfc], recipient_domains: ['cliente.example'] }],
  recipient_domains: ['*.grupo.example'],
  insecure_origins: ['http://erp.oficina.mx:8080'],
  confirmation: 'always',
  limits: { requests: 10, questions: 100, waiting: 5, documents: 5, recipients: 5 },
  companies: [COMPANY],
  client: JSON.stringify({ web: {
    client_id: '1-a.apps.googleusercontent.com', project_id: 'p', auth_uri: 'https://accounts.google.com/o/oauth2/auth', token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs', client_secret: SECRET, redirect_uris: [`https://${ID}.chromiumapp.org/`],
  } }),
};

/** @param {object | undefined} settings @param {string | null} chrome */
const template = (settings, chrome) => JSON.parse(String(policyFiles(settings && { ...settings }, { chrome, edge: null }).get('chrome.json')));

/**
 * The template for the extension that this browser has unpacked. What is unpacked cannot be force-installed as well, so that
 * the entry for it names another one.
 * @param {object | undefined} settings
 */
const forUnpacked = (settings) => JSON.stringify({ ...template(settings, ID), ExtensionInstallForcelist: template(settings, IN_STORE).ExtensionInstallForcelist });

/** What chrome://policy says of each policy that is set, by extension or `chrome`. @param {import('playwright-core').Page} page */
async function judged(page) {
  await page.waitForSelector('policy-row');
  // The tables are drawn one after the other, and nothing says which is the last.
  await sleep(500);
  const rows = await page.evaluate(() => [...document.querySelectorAll('policy-table, policy-app')].flatMap((outer) => {
    const tables = outer.matches('policy-table') ? [outer] : [...(outer.shadowRoot?.querySelectorAll('policy-table') ?? [])];
    return tables.flatMap((table) => [...(table.shadowRoot?.querySelectorAll('policy-row') ?? [])].map((row) => {
      const text = (/** @type {string} */ selector) => row.shadowRoot?.querySelector(selector)?.textContent?.trim() ?? '';
      return { of: table.shadowRoot?.querySelector('.id')?.textContent?.trim() ?? '', name: text('#name'), value: text('.policy > .value'), state: text('.policy > .messages'), error: text('.errors > .value') };
    }));
  }));
  return rows.filter(({ state }) => state !== 'Not set.');
}

test('a template that was filled in: the browser finds no fault, the extension reads all of it, client and company are there', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  organisation.lays(forUnpacked(SETTINGS));
  const office = await desk(t, { client: false, company: false, look: { program: organisation.program, language: 'en' } });
  const { browser, home } = office;

  const policies = await browser.visit('chrome://policy');
  // The extension's own table comes last; its rows alone have no page of help.
  await policies.waitForSelector('policy-row[no-help-link]');
  const rows = await judged(policies);
  const wanted = [['chrome', 'ExtensionInstallForcelist'], ['chrome', 'NativeMessagingAllowlist'], ...Object.keys(SETTINGS).map((name) => [ID, name])];
  assert.deepEqual(rows.map(({ of, name, state, error }) => [of, name, state, error]).sort(), wanted.map((row) => [...row, 'OK', '']).sort());
  assert.equal(rows.find(({ name }) => name === 'NativeMessagingAllowlist')?.value, JSON.stringify([HOST_NAME]));
  assert.deepEqual(await (await browser.worker()).evaluate(() => chrome.storage.managed.get(null)), SETTINGS);

  await until('the company is there', async () => (await home.cli('company', 'list')).length === 1);
  const [company] = await home.cli('company', 'list');
  assert.deepEqual([company?.rfc, company?.name, company?.use_oauth, company?.folders, company?.reply_to, company?.subject], [COMPANY.rfc, COMPANY.name, false, COMPANY.folders, COMPANY.reply_to, COMPANY.subject]);
  await until('the client is registered', async () => (await home.cli('client', 'show'))[0]?.client_id === '1-a.apps.googleusercontent.com');
  const options = await browser.options('companies');
  await options.waitForSelector(`[data-rfc="${COMPANY.rfc}"] [data-given]`);
  await options.goto(`chrome-extension://${ID}/options/options.html#portals`);
  await options.waitForSelector(`[data-pending="${SETTINGS.portals[0]?.origin}"]`);
  assert.equal(await options.locator('#policy-ignored').count(), 0);

  await home.cli('company', 'remove', COMPANY.rfc);
  organisation.lays(forUnpacked({ ...SETTINGS, confirmation: 'once_per_batch' }));
  await until('the next policy is taken up', async () => (await (await browser.worker()).evaluate(() => chrome.storage.managed.get(null)))['confirmation'] === 'once_per_batch', TAKEN_UP);
  await until('the worker has settled it', async () => (await options.evaluate(() => chrome.runtime.sendMessage({ ask: 'portal.standings', params: {} }))).ok?.confirmation === 'once_per_batch');
  assert.deepEqual(await home.cli('company', 'list'), [], 'what a person removed does not come back');
});

test('a template that nobody filled in: the browser says that the id is missing, and the extension what else is', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  organisation.lays(String(policyFiles().get('chrome.json')));
  const office = await desk(t, { client: false, company: false, look: { program: organisation.program, language: 'en' } });
  const rows = await judged(await office.browser.visit('chrome://policy'));
  const [first] = BROWSERS;
  const forced = rows.find(({ name }) => name === 'ExtensionInstallForcelist');
  assert.ok(first !== undefined && forced?.value.includes(missingId(first)), JSON.stringify(rows));
  assert.notEqual(forced?.error, '', 'a placeholder is no id');

  organisation.lays(forUnpacked(undefined));
  const options = await office.browser.options('portals');
  await until('every missing value is named', async () => {
    await options.reload();
    const said = await options.locator('#policy-ignored').innerText({ timeout: 5_000 }).catch(() => '');
    return ['portals[0].origin', 'companies[0].rfc', 'client'].every((where) => said.includes(where));
  }, TAKEN_UP);
  assert.deepEqual([await office.home.cli('company', 'list'), await office.home.cli('client', 'show').catch(({ code }) => code)], [[], 3], 'no company, no client');
});
