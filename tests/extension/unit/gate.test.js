import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isOwnPage, isSecureOrigin, isWebOrigin, judge } from '../../../extension/worker/gate.js';
import { ID } from './chrome_fake.js';

const ORIGIN = 'https://facturas.example.mx';
/** @type {any} */
const GOOD = { id: ID, origin: ORIGIN, url: `${ORIGIN}/lista`, frameId: 0, documentLifecycle: 'active', documentId: 'D', tab: { id: 7, title: 'Facturas' } };

/** @type {[string, any, any][]} */
const TABLE = [
  ['the top document of a connected origin', {}, { pass: { origin: ORIGIN, tab: 7, document: 'D', title: 'Facturas' } }],
  ['another extension', { id: 'zzzz' }, { ignore: true }],
  ['an external message, which has no id', { id: undefined }, { ignore: true }],
  ['no origin', { origin: undefined }, { ignore: true }],
  ['a sandboxed frame, whose url still looks right', { origin: 'null' }, { ignore: true }],
  ['a file', { origin: 'file://' }, { ignore: true }],
  ['one of our own pages', { origin: `chrome-extension://${ID}` }, { ignore: true }],
  ['an origin with a path', { origin: `${ORIGIN}/` }, { ignore: true }],
  ['another port', { origin: `${ORIGIN}:8443` }, { refuse: 'portal_not_connected' }],
  ['plain http of the same name', { origin: 'http://facturas.example.mx' }, { refuse: 'portal_not_connected' }],
  ['a subdomain', { origin: 'https://x.facturas.example.mx' }, { refuse: 'portal_not_connected' }],
  ['a look-alike', { origin: 'https://facturas.example.mx.evil.test' }, { refuse: 'portal_not_connected' }],
  ['the portal inside a foreign page', { frameId: 3 }, { refuse: 'portal_forbidden' }],
  ['a page that is loaded ahead', { documentLifecycle: 'prerender' }, { refuse: 'portal_forbidden' }],
  ['a page kept for going back', { documentLifecycle: 'cached' }, { refuse: 'portal_forbidden' }],
  ['no frame number', { frameId: undefined }, { refuse: 'portal_forbidden' }],
  ['no tab', { tab: undefined }, { refuse: 'portal_forbidden' }],
  ['a tab that is none', { tab: { id: -1 } }, { refuse: 'portal_forbidden' }],
  ['no document', { documentId: undefined }, { refuse: 'portal_forbidden' }],
  ['a window that the portal opened and wrote into', { url: 'about:blank' }, { refuse: 'portal_forbidden' }],
  ['the same in a frame', { url: 'about:srcdoc', frameId: 4 }, { refuse: 'portal_forbidden' }],
  ['a blob of the portal', { url: `blob:${ORIGIN}/6f0d` }, { refuse: 'portal_forbidden' }],
  ['an address that only begins like the portal', { url: `${ORIGIN}.evil.test/` }, { refuse: 'portal_forbidden' }],
  ['an address with another user', { url: 'https://facturas.example.mx@evil.test/' }, { refuse: 'portal_forbidden' }],
  ['no address', { url: undefined }, { refuse: 'portal_forbidden' }],
  ['a sandboxed frame with its portal inside', { origin: 'null', frameId: 2 }, { ignore: true }],
  ['a frame without a source of its own', { url: 'about:blank', frameId: 1 }, { refuse: 'portal_forbidden' }],
  ['a page that is being deleted', { documentLifecycle: 'pending_deletion' }, { refuse: 'portal_forbidden' }],
  ['no lifecycle, as old browsers', { documentLifecycle: undefined }, { refuse: 'portal_forbidden' }],
  ['an incognito window', { tab: { id: 7, incognito: true } }, { refuse: 'portal_forbidden' }],
  ['a look-alike in punycode', { origin: 'https://xn--facturs-cxa.example.mx' }, { refuse: 'portal_not_connected' }],
  ['a look-alike that was not put into punycode', { origin: 'https://facturаs.example.mx' }, { ignore: true }],
  ['the same name with a dot at its end', { origin: `${ORIGIN}.` }, { refuse: 'portal_not_connected' }],
  ['capital letters', { origin: 'https://FACTURAS.example.mx' }, { ignore: true }],
  ['another extension by its origin, under our id', { origin: 'chrome-extension://zzzz' }, { ignore: true }],
  ['the browser itself', { origin: 'chrome://settings' }, { ignore: true }],
];

for (const [name, change, verdict] of TABLE) {
  test(`${name}: ${Object.keys(verdict)[0]}`, () => {
    assert.deepEqual(judge({ ...GOOD, ...change }, ID, (origin) => origin === ORIGIN), verdict);
  });
}

test('no sender at all is ignored', () => assert.deepEqual(judge(undefined, ID, () => true), { ignore: true }));

test('own pages are ours by id and by origin', () => {
  const origin = `chrome-extension://${ID}`;
  assert.equal(isOwnPage({ id: ID, origin }, ID), true);
  assert.equal(isOwnPage({ id: ID, origin: ORIGIN }, ID), false);
  assert.equal(isOwnPage({ id: ID }, ID), false);
  assert.equal(isOwnPage({ origin }, ID), false);
  assert.equal(isOwnPage({ id: 'zzzz', origin: 'chrome-extension://zzzz' }, ID), false);
  assert.equal(isOwnPage(undefined, ID), false);
});

test('web origins are written as the browser writes them', () => {
  for (const good of [ORIGIN, 'http://127.0.0.1:8080', 'http://localhost']) assert.equal(isWebOrigin(good), true, good);
  for (const bad of ['', 'null', 'HTTPS://A.mx', `${ORIGIN}/`, `${ORIGIN}:443`, 'ftp://a.mx', 'https://u@a.mx', 'javascript:1', 'https://*.mx']) {
    assert.equal(isWebOrigin(bad), false, bad);
  }
});

test('http is good enough on this machine only', () => {
  for (const good of [ORIGIN, `${ORIGIN}:8443`, 'http://127.0.0.1:1', 'http://127.8.9.1', 'http://localhost:3000', 'http://portal.localhost', 'http://[::1]:8080']) assert.equal(isSecureOrigin(good), true, good);
  for (const bad of ['http://10.0.0.1', 'http://localhost.evil.test', 'http://127.0.0.1.evil.test', 'http://localhost.', 'http://xlocalhost', 'http://[::2]', 'http://128.0.0.1', 'http://facturas.example.mx']) assert.equal(isSecureOrigin(bad), false, bad);
});
