/** The host is found by a registration of the whole machine, which a real Chromium reads from /etc/chromium. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { Organisation } from './support/organisation.js';
import { HOST_NAME, PROGRAM } from './support/places.js';

const MANIFEST = `native-messaging-hosts/${HOST_NAME}.json`;

test('a registration of the whole machine is found, and not any more once it is removed', async (t) => {
  // This browser alone sees the folder: nothing of the machine is written.
  const organisation = Organisation.found(t);
  if (organisation === null) return;
  const { browser, home } = await desk(t, { host: null, look: { program: organisation.program } });
  const popup = await browser.popup();
  const missing = popup.locator('#trouble [data-kind="host_missing"]');
  await missing.waitFor();

  const registering = ['--system', '--browser', 'chromium'];
  const [registered] = organisation.runs(home.environment, PROGRAM, '--json', 'install', ...registering).split('\n');
  assert.deepEqual(JSON.parse(String(registered)), { browser: 'chromium', outcome: 'written', manifest: `/etc/chromium/${MANIFEST}` });
  assert.equal(fs.statSync(organisation.file(MANIFEST)).mode & 0o777, 0o644, 'everybody may read it');
  assert.equal(fs.existsSync(`/etc/chromium/${MANIFEST}`), false, 'outside of the view there is none');
  await popup.reload();
  await popup.waitForSelector('#who-account .account, #who-account .quiet');
  assert.equal(await popup.locator('#trouble [data-kind]').count(), 0);

  organisation.runs(home.environment, PROGRAM, 'uninstall', ...registering);
  assert.equal(fs.existsSync(organisation.file(MANIFEST)), false);
  await popup.reload();
  // A host that runs already goes on: the worker keeps its connection for a while.
  for (const pid of home.running()) process.kill(pid, 'SIGKILL');
  await popup.reload();
  await missing.waitFor();
});
