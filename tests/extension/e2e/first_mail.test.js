/**
 * From the package that somebody downloaded to the first mail, in a browser and a home that know nothing of us: counted in what
 * a person does, and in seconds. `tests/tools/first-mail` writes the outcome into the README.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { folderForLinux } from '../../../manifests/packing/packages.mjs';
import { publisher } from '../../../manifests/packing/registration.mjs';
import { version } from '../../../manifests/packing/lists.mjs';
import { desk } from './support/desk.js';
import { HOST_NAME, OUT, PROGRAM } from './support/places.js';

/** Seconds since 1970 that the files in the package get. */
const EPOCH = 1_767_225_600;

/** Milliseconds that the index may take after a company was saved. */
const INDEXED = 30_000;

/** The package as it is downloaded, made of the program without what debuggers want. @param {string} folder */
function download(folder) {
  const program = path.join(folder, 'correo-cfdi');
  execFileSync('strip', ['-o', program, process.env['CORREO_CFDI_PROGRAM'] ?? PROGRAM]);
  const order = { version: version(), publisher: publisher(), epoch: EPOCH, windows: null, linux: program, macos: null, client: null, sign: null };
  const [name, content] = folderForLinux(order, program);
  fs.writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

/** What was done, with the seconds since the one before. */
class Steps {
  /** @type {{ text: string, seconds: number }[]} */
  done = [];
  #last = performance.now();

  /** @param {string} text */
  step(text) {
    const now = performance.now();
    this.done.push({ text, seconds: (now - this.#last) / 1_000 });
    this.#last = now;
  }

  /** The table of the README. */
  get table() {
    const total = this.done.reduce((sum, { seconds }) => sum + seconds, 0);
    const rows = this.done.map(({ text, seconds }, index) => `| ${index + 1} | ${text} | ${seconds.toFixed(1)} |`);
    return ['| step | what a person does | seconds of the machine |', '| --: | --- | --: |', ...rows, `| | **together** | **${total.toFixed(1)}** |`, ''].join('\n');
  }
}

test('from the downloaded package to the first mail', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-first-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = download(folder);
  const place = path.join(folder, 'Correo CFDI');
  const steps = new Steps();

  execFileSync('unzip', ['-q', file, '-d', folder]);
  steps.step('unpacks the downloaded package');
  // The browser starts here because the extension is loaded by a switch; people load it in its own page.
  const office = await desk(t, { samples: 1, host: null, client: false, company: false, look: { extension: path.join(place, 'extension') } });
  const { browser, home, sandbox } = office;
  steps.step('loads the folder `extension` in the browser, which opens the settings');
  /** @param {string[]} words */
  const program = (...words) => execFileSync(path.join(place, 'correo-cfdi'), words, { env: home.environment, encoding: 'utf8' });
  program('install', '--user-data-dir', home.profile);
  steps.step('`./correo-cfdi install`');
  const client = path.join(folder, 'client_secret.json');
  fs.writeFileSync(client, JSON.stringify(sandbox.client));
  program('client', 'import', client);
  steps.step('imports the OAuth client (needless where the package or a policy brings one)');

  const options = await browser.options('companies/new');
  await options.fill('#company-rfc', office.rfc);
  await options.fill('#company-name', office.sample().issuer.name);
  await options.check('#use-oauth');
  await options.fill('#folder-path', home.documents);
  await options.click('#folder-add');
  steps.step('writes RFC, name and folder of the company, and switches OAuth on');
  await options.click('#start-oauth');
  await office.consent();
  await options.waitForSelector('#sign-in-panel[data-phase="unsaved"]');
  steps.step('*Iniciar OAuth*: chooses the account, ticks the box, *Continuar*');
  await options.click('#save-company');
  await options.waitForSelector(`[data-rfc="${office.rfc}"]`);
  steps.step('*Aceptar y guardar*');
  const popup = await browser.popup();
  await popup.click(`#invoice-${office.sample().uuid}`, { timeout: INDEXED });
  const question = await office.deliverPage();
  steps.step('opens the extension and chooses the invoice');
  await question.fill('#to', 'compras@cliente.example');
  await office.confirm(question);
  const [mail] = await sandbox.arrived(1);
  steps.step('writes the recipient and presses *Enviar*; the mail has arrived');
  assert.equal(mail.attachments.length, 2);
  const registered = JSON.parse(fs.readFileSync(path.join(home.profile, `NativeMessagingHosts/${HOST_NAME}.json`), 'utf8'));
  assert.equal(fs.realpathSync(registered.path), fs.realpathSync(path.join(place, 'correo-cfdi')), 'the program of the package');
  fs.mkdirSync(OUT, { recursive: true });
  fs.writeFileSync(path.join(OUT, 'first-mail.md'), steps.table);
});
