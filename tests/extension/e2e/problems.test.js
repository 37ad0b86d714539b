/** What the index found wrong is shown in the company's window: what, where, and what to do. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS, OUT } from './support/places.js';

const FOLDER = path.join(OUT, 'screenshots');

/** More than a page of them. */
const BROKEN = 22;

/** @param {import('playwright-core').Page} page @param {string} name */
async function pictures(page, name) {
  fs.mkdirSync(FOLDER, { recursive: true });
  for (const [width, pixels] of /** @type {const} */ ([['narrow', 320], ['wide', 1280]])) {
    await page.setViewportSize({ width: pixels, height: 800 });
    for (const scheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.locator('#problems').screenshot({ path: path.join(FOLDER, `${name}-${width}-${scheme}.png`) });
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, `${name} ${width}: nothing is wider than the window`);
  }
}

for (const [language, said, offline] of /** @type {const} */ ([['es', '24 archivos no se pueden enviar', 'sin conexión'], ['en', '24 files cannot be sent', 'offline']])) {
  test(`refused files, conflicts and folders offline are listed after a scan: ${language}`, async (t) => {
    const office = await desk(t, { account: FACTURAS, look: { language } });
    const { browser, home, rfc } = office;
    for (let number = 1; number <= BROKEN; number += 1) fs.writeFileSync(path.join(home.documents, `roto-${String(number).padStart(2, '0')}.xml`), '<factura/>');
    const good = office.sample().xml;
    const copy = path.join(home.documents, 'copia-distinta.xml');
    fs.writeFileSync(copy, `${fs.readFileSync(good, 'utf8')}\n<!-- otra -->\n`);
    const share = home.below('unidad de red');
    await home.cli('company', 'set', rfc, '--folder', home.documents, '--folder', share);
    const options = await browser.options(`companies/${rfc}`);
    await options.click('#scan');
    await options.waitForSelector('#problem-list [data-problem]');
    fs.rmSync(share, { recursive: true });
    await options.click('#scan');
    await options.waitForSelector('#problem-list [data-offline]');

    assert.ok((await options.innerText('#problem-count')).includes(said));
    assert.ok((await options.innerText(`#folder-list [data-path="${share}"]`)).includes(offline));
    const shown = () => options.locator('#problem-list [data-problem]').count();
    assert.equal(await shown(), 20);
    const conflict = options.locator(`#problem-list [data-problem="${copy}"]`);
    assert.equal(await conflict.locator('[data-rival]').innerText(), good, 'both files are named');
    await pictures(options, `options-problems-${language}`);
    await options.click('#problem-more');
    await options.waitForSelector('#problem-more', { state: 'hidden' });
    assert.equal(await shown(), 24);

    fs.rmSync(copy);
    await options.click('#scan');
    await options.waitForSelector(`#problem-list [data-problem="${copy}"]`, { state: 'detached' });
  });
}

test('an empty folder says where programs put what they deliver', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, rfc } = office;
  await home.cli('company', 'set', rfc, '--folder', home.below('vacía'));
  const options = await browser.options(`companies/${rfc}`);
  await options.click('#scan');
  await options.waitForSelector('#scan-state:has-text("XML_SDK")');
  assert.equal(await options.locator('#problems').isVisible(), false);
});

test('what changes in the folders shows up without a scan, and a folder that cannot be watched says why', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, home, rfc } = office;
  const gone = home.below('unidad de red');
  await home.cli('company', 'set', rfc, '--folder', home.documents, '--folder', gone);
  fs.rmSync(gone, { recursive: true });
  const options = await browser.options(`companies/${rfc}`);
  const why = options.locator(`#folder-list [data-path="${gone}"] [data-why="unavailable"]`);
  await why.waitFor();
  assert.match(await why.innerText(), /No se puede vigilar/);
  assert.equal(await options.locator('#folder-list [data-why]').count(), 1);
  const broken = path.join(home.documents, 'roto.xml');
  fs.writeFileSync(broken, '<factura/>');
  await options.waitForSelector(`#problem-list [data-problem="${broken}"]`);
  fs.rmSync(broken);
  await options.waitForSelector(`#problem-list [data-problem="${broken}"]`, { state: 'detached' });
});
