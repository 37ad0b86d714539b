/**
 * Web sites under any name, with certificates that the browser of the test takes: portals, strangers, look-alikes. What a
 * page does there is the test's own script.
 */

import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';

import { EXTENSION } from './places.js';

/** @typedef {import('node:http').IncomingMessage} Incoming */
/** @typedef {import('node:http').ServerResponse} Answer */

const SDK = path.join(EXTENSION, 'portal-sdk/correo-cfdi.js');
const HEAD = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';

/** Notes what is said to the page, from the first moment on; `say` is how a script speaks to the bridge without the library. */
const EARS = `<script>
  window.heard = [];
  window.say = (verb, params, call = String(Math.random()), more = {}) => postMessage({ channel: 'correo-cfdi', to: 'bridge', call, verb, params, ...more }, location.origin);
  addEventListener('message', ({ source, data }) => {
    if (source === window && data?.channel === 'correo-cfdi' && data.to === 'page') heard.push(data);
  });
</script>`;

/** A page that asks while it loads, as soon as the bridge is there. */
const ASKS = `<script>
  const ask = () => postMessage({ channel: 'correo-cfdi', to: 'bridge', call: 'at-once', verb: 'status', params: {} }, location.origin);
  addEventListener('message', ({ data }) => data?.ready === true && data.to === 'page' && ask());
  ask();
</script>`;

/**
 * @typedef {object} Sites
 * @property {number} port for https
 * @property {number} second for https too
 * @property {number} plain for http
 * @property {string[]} flags of the browser
 */

/**
 * Serves the same pages under every name until the test ends: `/` has ears, `/asks` asks at once, `/frame?of=<url>&with=<attributes>`
 * frames another, `/gone?to=<url>` leads to another, `/named` has elements with the names of a script's tools.
 * @param {import('node:test').TestContext} t
 * @returns {Promise<Sites>}
 */
export async function hostileSites(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-sites-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key, '-out', cert, '-subj', '/CN=sitios de prueba'], { stdio: 'ignore' });
  const pem = fs.readFileSync(cert);
  const identity = { key: fs.readFileSync(key), cert: pem };
  const [secure, second] = [https.createServer(identity, serve), https.createServer(identity, serve)];
  const plain = http.createServer(serve);
  fs.rmSync(folder, { recursive: true });
  t.after(() => {
    for (const server of [secure, second, plain]) {
      server.closeAllConnections();
      server.close();
    }
  });
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(spki).digest('base64');
  const flags = ['--host-resolver-rules=MAP *.mx 127.0.0.1, MAP *.mx. 127.0.0.1, MAP *.test 127.0.0.1', `--ignore-certificate-errors-spki-list=${pin}`];
  return { port: await listen(secure), second: await listen(second), plain: await listen(plain), flags };
}

/**
 * @param {http.Server} server
 * @returns {Promise<number>}
 */
async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/**
 * @param {Incoming} request
 * @param {Answer} response
 */
function serve(request, response) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
  if (pathname.startsWith('/sdk/')) return void response.writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' }).end(fs.readFileSync(SDK));
  if (pathname === '/gone') return void response.writeHead(302, { location: searchParams.get('to') ?? '/' }).end();
  const of = searchParams.get('of') ?? '';
  const body = {
    '/asks': ASKS,
    '/frame': `<iframe ${searchParams.get('with') ?? ''} src="${of}"></iframe>`,
    '/named': '<form id="correoCfdiBridge"><input name="call"></form><img name="postMessage"><img id="chrome"><form id="crypto" name="location"></form>',
  }[pathname] ?? '';
  response.writeHead(200, { 'content-type': 'text/html' }).end(`${HEAD}<title>Sitio</title>${EARS}<h1>Sitio</h1>${body}`);
}
