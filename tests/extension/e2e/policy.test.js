/** What an organisation sets for its browsers, by the browser's real policies. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { hostileSites } from './support/hostile_site.js';
import { Organisation } from './support/organisation.js';
import { FACTURAS, ID } from './support/places.js';
import { Screen } from './support/screen.js';
import { request, sdk } from './support/portal_page.js';
import { sleep, until } from './support/waiting.js';
import { webSite } from './support/web_site.js';

/** Milliseconds: Chromium waits for a quiet folder before it reads policies again. */
const TAKEN_UP = 60_000;

/** @param {import('playwright-core').Page} page @param {string} ask @param {object} params */
const worker = (page, ask, params) => page.evaluate((message) => chrome.runtime.sendMessage(message), { ask, params });

test('a portal by policy: bound by itself, held to what is set, not to be disconnected, and gone with the policy', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  const [origin, other] = [await webSite(t), await webSite(t, 'localhost')];
  const office = await desk(t, { account: FACTURAS, look: { portal: origin, program: organisation.program } });
  const { browser } = office;
  const page = await browser.visit(`${origin}/`);
  assert.equal((await sdk(page, 'status')).kind, 'extension_missing', 'before the policy');

  organisation.sets({
    portals: [{ origin, companies: [office.rfc] }, { origin: other, companies: [office.rfc] }],
    recipient_domains: ['cliente.example'], limits: { requests: 3 }, confirmation: 'nunca',
  });
  await until('the portal is connected without a click or a reload', async () => (await sdk(page, 'status')).ok?.ready === true, TAKEN_UP);

  const options = await browser.options('portals');
  await options.waitForSelector(`[data-origin="${origin}"] [data-managed]`);
  assert.match(await options.innerText(`[data-origin="${origin}"]`), /Configurado por su organización/);
  assert.equal(await options.locator(`[data-origin="${origin}"] button`).count(), 0, 'no way to disconnect');
  assert.equal((await worker(options, 'portal.drop', { origin })).trouble.kind, 'set_by_policy', 'nor another one');
  assert.match(await options.innerText(`[data-pending="${other}"]`), /Conectar este portal/);
  assert.match(await options.innerText('#policy-ignored'), /confirmation/);

  const elsewhere = await browser.visit(`${other}/`);
  const popup = await browser.toolbar(elsewhere);
  await popup.click('#portal-open');
  assert.match(String(await popup.text('#portal-content')), /Configurado por su organización/);
  assert.deepEqual(await popup.value(`[...document.querySelectorAll('[name=portal-company]')].map(({ value, checked, disabled }) => [value, checked, disabled])`), [[office.rfc, true, true]]);
  await popup.close();

  await page.bringToFront();
  const sample = office.sample();
  assert.equal((await sdk(page, 'send', request(sample, 'a@otra-parte.example'))).kind, 'recipient_not_allowed');
  const answer = sdk(page, 'send', request(sample, office.customer(sample)));
  const question = await office.deliverPage();
  await office.looked(question);
  await question.fill('#to', 'a@otra-parte.example');
  await question.waitForSelector('[data-kind="recipient_not_allowed"]');
  await question.fill('#to', office.customer(sample));
  await question.click('#refuse');
  assert.equal((await answer).kind, 'refused_by_person');
  assert.equal((await sdk(page, 'send', request(sample, 'a@otra-parte.example'))).kind, 'recipient_not_allowed');
  assert.equal((await sdk(page, 'send', request(sample, office.customer(sample)))).kind, 'portal_rate_limited', 'the fourth in a minute');

  organisation.sets(null);
  await until('the portal is disconnected', async () => (await sdk(page, 'status')).kind === 'portal_not_connected', TAKEN_UP);
  const later = await browser.options('portals');
  await later.waitForSelector('#portal-list > .card:not([data-origin]):not([data-pending])');
  assert.deepEqual(await office.sandbox.messages(), []);
});

test('a portal without encryption: refused with a word for its administrator, allowed by policy, and marked', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  const sites = await hostileSites(t);
  const origin = `http://erp.oficina.mx:${sites.plain}`;
  const office = await desk(t, { account: FACTURAS, look: { portal: origin, program: organisation.program, flags: sites.flags } });
  const { browser } = office;
  const page = await browser.visit(`${origin}/`);
  const before = await browser.toolbar(page);
  await until('the popup says why', async () => String(await before.text('#portal-content [data-kind="insecure_origin"]')).includes('insecure_origins'));
  assert.equal(await before.value(`document.querySelector('#portal-connect')`), null);
  const options = await browser.options('portals');
  assert.equal((await worker(options, 'portal.intend', { origin, companies: [office.rfc] })).trouble.kind, 'insecure_origin');
  await before.close();

  organisation.sets({ insecure_origins: [origin] });
  await until('the policy is taken up', async () => (await worker(options, 'portal.look', { origin })).ok.may === true, TAKEN_UP);
  await office.connect(page);
  await options.reload();
  await options.waitForSelector(`[data-origin="${origin}"]`);
  assert.match(await options.innerText(`[data-origin="${origin}"]`), /Portal sin cifrado/);

  await page.bringToFront();
  await page.evaluate((asked) => /** @type {any} */ (globalThis).say('send', asked, 'C'), request(office.sample(), office.customer(office.sample())));
  const question = await office.deliverPage();
  await office.looked(question);
  assert.match(await question.innerText('#portal'), /Portal sin cifrado/);
  await office.confirm(question);
  await office.sandbox.arrived(1);

  organisation.sets({});
  await until('it is disconnected', async () => (await worker(options, 'portal.look', { origin })).ok.may === false, TAKEN_UP);
  await until('its binding is gone', async () => (await (await browser.worker()).evaluate(async () => Object.keys((await chrome.storage.local.get('portals'))['portals'] ?? {}))).length === 0);
});

test('with the manifest as it ships: no policy gives the permission, one click on a ready form does', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  const screen = await Screen.open('/tmp');
  t.after(() => screen.close());
  const origin = await webSite(t);
  const office = await desk(t, { look: { display: screen.display, program: organisation.program } });
  const { browser } = office;
  // The nearest that the browser's own policies have: it lifts a block, and gives nothing.
  organisation.sets({ portals: [{ origin, companies: [office.rfc] }] }, { ExtensionSettings: { [ID]: { runtime_allowed_hosts: ['*://*'] } } });
  const options = await browser.options('portals');
  await until('the policy is taken up', async () => (await worker(options, 'portal.look', { origin })).ok.managed === true, TAKEN_UP);
  await options.reload();
  await options.waitForSelector(`[data-pending="${origin}"]`);
  assert.match(await options.innerText(`[data-pending="${origin}"]`), /Conectar este portal/);
  const granted = async () => (await (await browser.worker()).evaluate(() => chrome.permissions.getAll())).origins;
  assert.deepEqual(await granted(), []);

  const page = await browser.visit(`${origin}/`);
  const popup = await browser.toolbar(page);
  await popup.click('#portal-open');
  await popup.click('#portal-connect');
  await until('the popup is gone', async () => !(await popup.isThere()));
  // The browser lets no key answer a question that has only just appeared.
  await sleep(2_000);
  await screen.hand('key', 'Tab', 'Return');
  await until('the permission is given', async () => (await granted())?.length === 1);
  await until('the portal is connected', async () => (await sdk(page, 'status')).ok?.connected === true);
  await options.reload();
  await options.waitForSelector(`[data-origin="${origin}"] [data-managed]`);
});

test('the OAuth client by policy: registered where there is none, and its secret is nowhere', async (t) => {
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  const secret = 'SANDBOX-no-es-un-secreto-de-la-organizacion';
  const client = (/** @type {string} */ id) => JSON.stringify({
    web: {
      client_id: `${id}.apps.googleusercontent.com`, project_id: 'p', auth_uri: 'https://accounts.google.com/o/oauth2/auth', token_uri: 'https://oauth2.googleapis.com/token',
      auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs', client_secret: secret, redirect_uris: [`https://${ID}.chromiumapp.org/`],
    },
  });
  organisation.sets({ client: client('1-a') });
  const office = await desk(t, { client: false, look: { program: organisation.program } });
  const registered = async () => (await office.home.cli('client', 'show'))[0]?.client_id;
  const options = await office.browser.options('client');
  await until('it is registered', async () => (await registered()) === '1-a.apps.googleusercontent.com');
  await options.reload();
  await options.waitForSelector('#client-managed');
  assert.ok(!(await options.content()).includes(secret));
  organisation.sets({ client: client('2-b') });
  await until('another one takes its place, as no account is lost', async () => (await registered()) === '2-b.apps.googleusercontent.com', TAKEN_UP);
  // Closing the browser looks for secrets in what the extension stored.
});
