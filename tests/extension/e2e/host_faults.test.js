/** The host is missing, foreign, dead, garbled or mute: the popup names the trouble and the next step. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';

/** @typedef {NonNullable<import('./support/desk.js').Wish['host']> | null} Replacement */

/** @type {[kind: string, why: string, host: Replacement, text: RegExp][]} */
const FAULTS = [
  ['host_missing', 'no manifest', null, /no está instalado en este equipo/],
  ['host_forbidden', "another extension's manifest", { extension: 'abcdefghijklmnopabcdefghijklmnop' }, /no tiene autorizada esta extensión/],
  // One that ends before it was spoken to may also meet the browser's first write, and then looks garbled.
  ['host_exited', 'it ends without a word', (home) => ({ program: home.script('host', 'head -c 4 > /dev/null; exit 3') }), /se cerró antes de responder/],
  ['host_garbled', 'it writes words', (home) => ({ program: home.script('host', 'echo "hola, soy un programa que escribe"; cat > /dev/null') }), /llegó dañada/],
  ['host_mute', 'it never answers', (home) => ({ program: home.script('host', 'while read -r _; do :; done') }), /no respondió a tiempo/],
];

for (const [kind, why, host, text] of FAULTS) {
  test(`${kind}: ${why}`, async (t) => {
    const { browser, home } = await desk(t, { host, samples: 1 });
    const popup = await browser.popup();
    const notice = popup.locator(`#trouble [data-kind="${kind}"]`);
    await notice.waitFor();
    assert.match(await notice.innerText(), text);
    assert.match(await notice.innerText(), /correo-cfdi doctor|instal/i, 'the next step');
    if (kind === 'host_missing') {
      assert.match(await popup.innerText('#steps [aria-current="step"]'), /primeros pasos/i);
      await notice.locator('a').click();
      const first = await browser.page((page) => page.url().endsWith('welcome/welcome.html'), 'the next step opens');
      await first.waitForSelector('[data-step="host"] #download');
      assert.match(await first.innerText('[data-step="host"]'), /correo-cfdi doctor/);
      await first.close();
    }

    // Once the cause is gone, nothing has to be restarted.
    await home.register();
    await popup.reload();
    await popup.waitForSelector('#who-account .account, #who-account .quiet');
    assert.equal(await popup.locator('#trouble [data-kind]').count(), 0);
  });
}

test('a host that dies while the person works is started again by the next click', async (t) => {
  const { browser, home, rfc } = await desk(t);
  const options = await browser.options(`companies/${rfc}`);
  await options.waitForSelector('#folder-list [data-path]');
  const [pid] = home.running();
  assert.notEqual(pid, undefined);
  process.kill(Number(pid), 'SIGKILL');
  await options.fill('#company-name', 'Otro nombre');
  await options.click('#save-company');
  await options.waitForSelector('#company-list:has-text("Otro nombre")');
  assert.notEqual(home.running()[0], pid);
});
