/** The page of first steps that lies beside the program: how the extension gets into the browser. */

import { readFileSync } from 'node:fs';

/** @import { Publisher } from './registration.mjs' */

const PAGE = new URL('../installers/primeros-pasos.html', import.meta.url);

/** Each store's page of an extension. */
const STORES = /** @type {Record<string, { title: string, page: string }>} */ ({
  chrome: { title: 'Chrome Web Store', page: 'https://chromewebstore.google.com/detail/' },
  edge: { title: 'Microsoft Edge Add-ons', page: 'https://microsoftedge.microsoft.com/addons/detail/' },
});

/** @param {string} text */
const html = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** One paragraph with every store that has published the extension; nothing before the first has. @param {Publisher} publisher @param {string} lead */
function stores(publisher, lead) {
  const links = Object.entries(STORES).flatMap(([name, { title, page }]) => {
    const id = publisher.extension_ids[name];
    return typeof id === 'string' ? [`<a href="${html(page + id)}">${title}</a>`] : [];
  });
  return links.length === 0 ? '' : `<p><b>${lead} ${links.join(' · ')}</b></p>`;
}

/** The page's bytes. @param {Publisher} publisher */
export function firstSteps(publisher) {
  const text = readFileSync(PAGE, 'utf8')
    .replace('<!-- @STORES_ES@ -->', stores(publisher, 'Lo más simple es instalarla de la tienda:'))
    .replace('<!-- @STORES_EN@ -->', stores(publisher, 'Simplest is to install it from the store:'))
    .replaceAll('@ID@', html(publisher.extension_ids['development'] ?? ''))
    .replaceAll('@SUPPORT@', html(publisher.support));
  return Buffer.from(text);
}
