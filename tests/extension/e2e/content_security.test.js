/** The library on a page whose Content-Security-Policy lets through as little as possible: the recipes of its README. */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { EXTENSION } from './support/places.js';

const SDK = path.join(EXTENSION, 'portal-sdk');
const README = fs.readFileSync(path.join(SDK, 'README.md'), 'utf8');

/** Nothing but scripts, and those without any way from text to code. */
const REST = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** What the page's own script does with the library. */
const USE = "status().then(({ connected }) => document.body.append(connected ? 'connected' : 'not connected'), ({ kind }) => document.body.append(kind));";
const FROM_MODULE = `import { status } from '/sdk/correo-cfdi.js'; ${USE}`;
const FROM_CLASSIC = `const { status } = CorreoCfdi; ${USE}`;

/** Told by the page itself, before anything could be refused. */
const WATCH = "document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => document.body.append('refused ' + effectiveDirective));";

/** @param {string} text */
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** Each recipe: the policy's script-src, and the page's scripts. @type {Record<string, () => { scripts: string, html: string }>} */
const RECIPES = {
  'module by a nonce'() {
    const nonce = randomBytes(16).toString('base64');
    return { scripts: `'nonce-${nonce}'`, html: `<script nonce="${nonce}">${WATCH}</script><script type="module" nonce="${nonce}">${FROM_MODULE}</script>` };
  },
  'classic script by a nonce'() {
    const nonce = randomBytes(16).toString('base64');
    const html = `<script nonce="${nonce}">${WATCH}</script><script nonce="${nonce}" src="/sdk/correo-cfdi.classic.js"></script><script nonce="${nonce}">${FROM_CLASSIC}</script>`;
    return { scripts: `'nonce-${nonce}' 'strict-dynamic'`, html };
  },
  'classic script by its hash'() {
    const library = hash(fs.readFileSync(path.join(SDK, 'correo-cfdi.classic.js'), 'utf8'));
    const html = `<script>${WATCH}</script><script src="/sdk/correo-cfdi.classic.js" integrity="${library}"></script><script>${FROM_CLASSIC}</script>`;
    return { scripts: `'${library}' '${hash(WATCH)}' '${hash(FROM_CLASSIC)}'`, html };
  },
};

/**
 * Serves the library, and each recipe under its number. Without the bridge's help such a page runs nothing that it does not name.
 * @param {import('node:test').TestContext} t
 * @returns {Promise<string>} the origin
 */
async function strictSite(t) {
  const server = http.createServer(({ url = '/' }, response) => {
    if (url.startsWith('/sdk/')) return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(fs.readFileSync(path.join(SDK, path.basename(url))));
    const recipe = Object.values(RECIPES)[Number(url.slice(1))];
    if (recipe === undefined) return void response.writeHead(404).end();
    const { scripts, html } = recipe();
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': `script-src ${scripts}; ${REST}` };
    response.writeHead(200, headers).end(`<!doctype html><html lang="es"><link rel="icon" href="data:,"><title>Portal estricto</title><body>${html}`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

test('the library works under a strict policy, as a module and as a classic script', async (t) => {
  const origin = await strictSite(t);
  const office = await desk(t, { samples: 1, look: { portal: origin } });
  const page = await office.browser.visit(`${origin}/0`);
  await office.connect(page);
  for (const [number, name] of Object.keys(RECIPES).entries()) {
    await page.goto(`${origin}/${number}`);
    await page.waitForSelector('body:has-text("connected")');
    // The icon is not the library's.
    const told = (await page.locator('body').evaluate((body) => [...body.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ textContent }) => textContent))).filter((text) => text !== 'refused img-src');
    assert.deepEqual(told, ['connected'], name);
  }
});

test('the README tells these very policies', () => {
  for (const part of REST.split('; ')) assert.ok(README.includes(part), part);
});
