/** What happens while nobody looks: one alarm for what is due, a notification for what ended, the pace that is shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { desk } from './support/desk.js';
import { FACTURAS } from './support/places.js';
import { customer } from './support/sandbox.js';
import { until } from './support/waiting.js';

/** @typedef {import('./support/desk.js').Desk} Desk */

/** Milliseconds. */
const HOUR = 3_600_000;

/** An alarm further away than this is the reminder of an account that lies idle. */
const MONTH = 30 * 24 * HOUR;

/** @param {Desk} office @returns {Promise<number[]>} when any alarm rings, in milliseconds from now */
const allAlarms = async ({ browser }) => (await browser.worker()).evaluate(async () => (await chrome.alarms.getAll()).map((one) => one.scheduledTime - Date.now()));
/** @param {Desk} office */
const alarms = async (office) => (await allAlarms(office)).filter((time) => time < MONTH);
/** @param {Desk} office @returns {Promise<string[]>} ids of what is shown */
const notifications = async ({ browser }) => (await browser.worker()).evaluate(async () => Object.keys(await /** @type {any} */ (chrome.notifications.getAll())));

test('a parked account: shown with its time, one alarm for that time, and none when nothing is due any more', async (t) => {
  const office = await desk(t, { account: FACTURAS });
  const { browser, sandbox } = office;
  assert.deepEqual(await alarms(office), [], 'nothing is due');
  const [reminder] = await allAlarms(office);
  assert.equal(Math.round(Number(reminder) / (24 * HOUR)), 150, "thirty days before the account's six months are over");
  await sandbox.fault({ point: 'upload_open', kind: 'status', status: 429, reason: 'rateLimitExceeded', retry_after_seconds: 3600 });
  const page = await browser.open(`deliver/deliver.html?uuid=${office.sample().uuid}&company=${office.rfc}`);
  await page.fill('#to', 'compras@cliente.example');
  await office.confirm(page);
  await page.waitForSelector('#delivery-state[data-state="deferred"]');
  const due = await until('one alarm is set for the time', async () => {
    const times = await alarms(office);
    return times.length === 1 && Number(times[0]) > HOUR / 2 && times;
  });
  assert.ok(Number(due[0]) <= HOUR + 1_000, String(due));

  const popup = await browser.popup();
  assert.match(await popup.innerText('#who-account .pace'), /Usados hoy 0 de 500 \(estimado\)/);
  assert.match(await popup.innerText('#who-account [data-paused="rate_limited"]'), /Continúa (a las \d\d:\d\d|el )/);
  await popup.close();

  await page.click('#cancel-delivery');
  await page.waitForSelector('#delivery-state[data-state="cancelled"]');
  await until('the alarm is gone', async () => (await alarms(office)).length === 0, 60_000);
});

test('a batch that ended is told once; switched off, nothing is', async (t) => {
  const office = await desk(t, { samples: 4, account: FACTURAS });
  const { browser } = office;
  /** @param {number[]} which */
  const send = async (which) => {
    const page = await browser.open('batch/batch.html');
    const rows = which.map((index) => office.sample(index)).map((sample) => [sample.uuid, sample.receiver.rfc, customer(sample)].join(','));
    await page.setInputFiles('#file', { name: 'Lista.csv', mimeType: 'text/csv', buffer: Buffer.from(['uuid,receiver_rfc,to', ...rows].join('\n')) });
    await page.click('#check');
    await page.click('#start:not([disabled])');
    await page.waitForSelector('#batch-state[data-state="done"]');
    return page;
  };
  const first = await send([0, 1]);
  const [shown, ...more] = await until('a notification is shown', async () => {
    const ids = await notifications(office);
    return ids.length > 0 && ids;
  }, 60_000);
  assert.deepEqual([shown, more], [`batch/batch.html${new URL(first.url()).hash}`, []]);

  const options = await browser.options('notices');
  await until('the switch stands on', () => options.isChecked('#notices-on'));
  await options.uncheck('#notices-on');
  await options.waitForSelector('#notices-state:not(:empty)');
  await (await browser.worker()).evaluate((id) => chrome.notifications.clear(id), String(shown));
  await send([2, 3]);
  // The popup asks for the same health that would tell it.
  await (await browser.popup()).waitForSelector('#who-account .pace');
  assert.deepEqual(await notifications(office), []);
});

test('the daily limit of an account can be corrected and goes back to its default', async (t) => {
  const office = await desk(t, { samples: 1, account: FACTURAS });
  const page = await office.browser.options('accounts');
  await page.click('.budget summary');
  const field = page.locator('.budget input');
  assert.equal(await field.inputValue(), '500');
  await field.fill('0');
  await page.click('.budget [type="submit"]');
  assert.match(await page.innerText('.budget .error'), /de 1 a 100,000/);
  await field.fill('1200');
  await page.click('.budget [type="submit"]');
  await until('the new limit is shown', async () => (await page.innerText('.pace')).includes('0 de 1,200'));
  await page.click('.budget summary');
  await page.click('.budget button[id$="-default"]');
  await until('the default is back', async () => (await page.innerText('.pace')).includes('0 de 500'));
});

test('scheduled for later: nothing leaves, one alarm is set for it, and it can be sent now or cancelled', async (t) => {
  const office = await desk(t, { account: FACTURAS, samples: 2 });
  const { browser, sandbox } = office;
  /** A field's value an hour from now, in local time. @param {number} hours */
  const local = (hours) => new Date(Date.now() + hours * HOUR - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  /** @param {number} index */
  const schedule = async (index) => {
    const page = await browser.open(`deliver/deliver.html?uuid=${office.sample(index).uuid}&company=${office.rfc}`);
    await page.fill('#to', 'compras@cliente.example');
    await page.fill('#not-before', local(-2));
    await page.locator('#subject').focus();
    await page.waitForSelector('#not-before-error:not(:empty)');
    assert.equal(await page.isDisabled('#send'), true, 'a time that has passed cannot be sent');
    await page.fill('#not-before', local(3));
    assert.notEqual(await page.innerText('#send'), 'Enviar', 'the button says what it does');
    await office.confirm(page);
    await page.waitForSelector('#delivery-state[data-state="deferred"]');
    assert.match(await page.innerText('#after-content'), /Programado[\s\S]*Saldrá por sí solo/);
    return page;
  };

  const first = await schedule(0);
  const due = await until('one alarm is set for the time', async () => {
    const times = await alarms(office);
    return times.length === 1 && Number(times[0]) > 2 * HOUR && times;
  });
  assert.ok(Number(due[0]) <= 3 * HOUR + 1_000, String(due));
  await first.click('#cancel-delivery');
  await first.waitForSelector('#delivery-state[data-state="cancelled"]');
  assert.equal((await sandbox.messages()).length, 0);

  const second = await schedule(1);
  const id = await second.getAttribute('#delivery-state', 'data-delivery');
  const history = await browser.open(`history/history.html#${id}`);
  assert.match(await history.innerText('#detail-content'), /Programado[\s\S]*Enviar ahora/);
  await history.click('#retry-delivery');
  await history.waitForSelector('#delivery-state[data-state="sent"]');
  assert.equal((await sandbox.messages()).length, 1);
});
