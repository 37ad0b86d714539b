/** The operating system's own keyring instead of the file vault. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';

test('sign-in, a new browser and sending with gnome-keyring', async (t) => {
  const office = await desk(t, { keyring: true });
  const { home, sandbox } = office;
  await office.signIn();
  assert.equal(fs.existsSync(path.join(home.state, 'vault')), false, 'no file vault');
  assert.ok(fs.readdirSync(home.below('.local/share/keyrings')).some((name) => name.endsWith('.keyring')));

  const browser = await office.reopen();
  const about = await browser.options('about');
  await about.waitForSelector('#doctor [data-check="vault.state"][data-state="ok"]', { state: 'attached' });
  const page = await browser.open(`deliver/deliver.html?uuid=${office.sample().uuid}&company=${office.rfc}`);
  await page.fill('#to', 'compras@cliente.example');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal((await sandbox.arrived(1))[0].account, FACTURAS);
});
