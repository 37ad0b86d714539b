/** A web site of the test's own: a page with the library for portals, and a page that frames another. */

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { EXTENSION } from './places.js';

const PAGE = '<!doctype html><meta charset="utf-8"><title>Otro sitio</title><h1>Otro sitio</h1>';
const SDK = path.join(EXTENSION, 'portal-sdk/correo-cfdi.js');

/**
 * Serves until the test ends. `/` is a page, `/frame?of=<url>` frames another.
 * @param {import('node:test').TestContext} t
 * @param {'127.0.0.1' | 'localhost'} [name] two names of this machine are two sites
 * @returns {Promise<string>} the origin
 */
export async function webSite(t, name = '127.0.0.1') {
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname.startsWith('/sdk/')) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(fs.readFileSync(SDK));
      return;
    }
    const framed = url.searchParams.get('of');
    response.writeHead(200, { 'content-type': 'text/html' }).end(framed === null ? PAGE : `${PAGE}<iframe src="${framed}"></iframe>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://${name}:${address.port}`;
}
