/**
 * The fault table: every part of the pairing is really broken, one after the other, and what the portal's page then learns is
 * printed with its milliseconds. Figures are printed and not judged: this machine may be busy.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';

import { desk } from './support/desk.js';
import { EXTENSION, FACTURAS } from './support/places.js';
import { request } from './support/portal_page.js';
import { sleep, until, within } from './support/waiting.js';
import { webSite } from './support/web_site.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/desk.js').Desk} Desk */
/** @typedef {{ kind: string | undefined, action: string | undefined, ms: number }} Heard */
/** @typedef {{ fault: string, status: Heard[], send: Heard[] }} Row */

/** Times that `status()` is asked about each fault; `send()` is asked once, because a minute has only so many. */
const ROUNDS = 5;

/** Requests at a time that keep the host busy; it works at sixteen. */
const AT_ONCE = 24;

/** Milliseconds that no answer may take: any slower would be another way of answering. */
const LONGEST = 5_000;

/** Milliseconds before a mute host is told; sooner would be a guess. */
const SOONEST_MUTE = 1_500;

/** What the e-ID extension that we look up to puts into every frame of every site, in bytes (README, fault table). */
const ANCHOR_BYTES = 69_415;

/** What the page hears of each fault. @type {Record<string, string[]>} */
const EXPECTED = {
  'registration removed': ['host_missing'],
  'binary missing': ['host_missing'],
  'registered for another extension': ['host_forbidden'],
  // Where it ends before the browser's first write, that write fails, which the browser words as garbage.
  'exits at once': ['host_exited', 'host_garbled'],
  'exits when spoken to': ['host_exited'],
  'prints garbage': ['host_garbled'],
  'mute': ['host_mute'],
  'turns mute later (stopped)': ['host_mute'],
  'busy with other work': ['busy'],
  'host older than the extension': ['update_host'],
  'extension older than the host': ['update_extension'],
  'refused by the person': ['refused_by_person'],
  'disconnected while the page is open': ['portal_not_connected'],
  'not connected, page loaded since': ['extension_missing'],
  'extension not installed': ['extension_missing'],
};

/**
 * One call from the page's own script.
 * @param {Page} page
 * @param {'status' | 'send'} verb
 * @param {object} [params]
 * @returns {Promise<Heard>}
 */
function hear(page, verb, params) {
  const heard = page.evaluate(
    async ([name, given]) => {
      const library = /** @type {any} */ (await import('/sdk/correo-cfdi.js'));
      const start = performance.now();
      /** @type {any} */
      const heard = await library[/** @type {string} */ (name)](given).then((/** @type {any} */ { trouble }) => trouble, (/** @type {any} */ error) => error);
      return { kind: heard?.kind, action: heard?.action, ms: performance.now() - start };
    },
    [verb, params],
  );
  return within(heard, `${verb} is answered`);
}

/** One office whose parts are broken and mended. */
class Bench {
  /** @type {Row[]} */
  rows = [];

  /** @param {Desk} office @param {Page} portal */
  constructor(office, portal) {
    this.office = office;
    this.portal = portal;
  }

  /** A request that would do, were nothing broken. */
  get request() {
    const sample = this.office.sample();
    return request(sample, this.office.customer(sample));
  }

  /**
   * @param {string} fault
   * @param {() => Promise<unknown>} [again] before each call
   * @param {Page} [page]
   */
  async look(fault, again = async () => undefined, page = this.portal) {
    /** @type {Row} */
    const row = { fault, status: [], send: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      await again();
      row.status.push(await hear(page, 'status'));
    }
    await again();
    row.send.push(await hear(page, 'send', this.request));
    this.add(row);
  }

  /** @param {Row} row */
  add(row) {
    this.rows.push(row);
    print(row);
  }

  /** Puts a program in the host's place, and ends the one that runs. @param {{ program?: string, extension?: string }} other */
  async replace(other) {
    const { home } = this.office;
    // A whole manifest: without another program the host would register itself again.
    await home.register({ program: path.join(home.below('programas'), 'no-such'), ...other });
    await this.stop();
  }

  /** Ends the real hosts. */
  async stop() {
    const { home } = this.office;
    for (const pid of home.running()) process.kill(pid, 'SIGKILL');
    await until('the hosts are gone', () => home.running().length === 0);
    // Who asks just now may still hear how the last one ended.
    await hear(this.portal, 'status');
  }
}

/** @param {number[]} times */
const middle = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

/** @param {string[]} cells */
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** @param {Row} row */
function print({ fault, status, send }) {
  const heard = [...status, ...send];
  const kinds = [...new Set(heard.map(({ kind }) => kind))].join(', ');
  const times = status.map(({ ms }) => ms);
  const told = times.length > 0 ? `${middle(times).toFixed(0)} (${Math.max(...times).toFixed(0)})` : '-';
  line(fault, kinds, String(heard[0]?.action), told, send.map(({ ms }) => ms.toFixed(0)).join(' ') || '-');
}

/** Programs in the host's place. @param {Bench} bench */
async function brokenHosts(bench) {
  const { home } = bench.office;
  const manifest = path.join(home.profile, 'NativeMessagingHosts');
  fs.renameSync(manifest, `${manifest}.off`);
  await bench.stop();
  await bench.look('registration removed');
  fs.renameSync(`${manifest}.off`, manifest);
  await bench.replace({});
  await bench.look('binary missing');
  await bench.replace({ program: home.script('forbidden', 'exit 0'), extension: 'abcdefghijklmnopabcdefghijklmnop' });
  await bench.look('registered for another extension');
  await bench.replace({ program: home.script('dead', 'exit 3') });
  await bench.look('exits at once');
  await bench.replace({ program: home.script('dying', 'head -c 4 > /dev/null; exit 3') });
  await bench.look('exits when spoken to');
  await bench.replace({ program: home.script('noisy', 'echo "hola, soy un programa que escribe"; cat > /dev/null') });
  await bench.look('prints garbage');
  const pids = path.join(home.folder, 'mute.pid');
  await bench.replace({ program: home.script('mute', `echo $$ >> ${pids}; exec sleep 60`) });
  const end = async () => {
    if (!fs.existsSync(pids)) return;
    for (const pid of fs.readFileSync(pids, 'utf8').trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
    fs.rmSync(pids);
    // Until the worker has heard of it, somebody else who asks need not wait any more.
    await sleep(200);
  };
  // Ended each time, because the second who asks about a mute host need not wait anew.
  await bench.look('mute', end);
  await end();
}

/** The real host, in a bad state. @param {Bench} bench */
async function brokenStates(bench) {
  const { office, portal } = bench;
  const { home } = office;
  await home.register();
  await bench.look('turns mute later (stopped)', async () => {
    // A host that was mute is left; the next one is stopped as well.
    await until('a host answers', async () => {
      const { kind } = await hear(portal, 'status');
      if (kind !== undefined) throw new Error(`${kind}; running: ${home.running().join(' ')}`);
      return home.running().length > 0;
    });
    for (const pid of home.running()) process.kill(pid, 'SIGSTOP');
  });
  await bench.stop();

  // Another page of ours asks for more at a time than the host works at.
  const pages = await office.browser.open('deliver/deliver.html');
  await pages.evaluate((atOnce) => {
    const work = async () => {
      for (;;) {
        const reply = await chrome.runtime.sendMessage({ ask: 'host', params: { method: 'library.scan', params: {} } });
        if ('trouble' in reply) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    for (let one = 0; one < atOnce; one += 1) void work();
  }, AT_ONCE);
  /** @type {Heard[]} */
  const heard = [];
  await until('the host is busy', async () => {
    const one = await hear(portal, 'status');
    if (one.kind !== undefined) heard.push(one);
    await sleep(300);
    return heard.length >= ROUNDS;
  });
  await pages.close();
  bench.add({ fault: 'busy with other work', status: heard, send: [] });
}

/** The extension and the host are of different times: the real host judges a real greeting. @param {Bench} bench */
async function otherVersions(bench) {
  const { office } = bench;
  const folder = path.join(office.home.folder, 'extension');
  const [script, manifest] = [path.join(folder, 'worker/host.js'), path.join(folder, 'manifest.json')];
  const source = fs.readFileSync(script, 'utf8');
  /** Installs an update of the extension that speaks another protocol. @param {string} version @param {number} protocol */
  const update = async (version, protocol) => {
    fs.writeFileSync(script, source.replace('newest: 1, oldest: 1', `newest: ${protocol}, oldest: ${protocol}`));
    fs.writeFileSync(manifest, JSON.stringify({ ...JSON.parse(fs.readFileSync(manifest, 'utf8')), version }));
    // The worker ends with it and cannot answer.
    void (await office.browser.worker()).evaluate(() => chrome.runtime.reload()).catch(() => undefined);
    await until(`version ${version} answers the page that was open all the time`, () => bench.portal.evaluate(async (wanted) => {
      const library = /** @type {any} */ (await import('/sdk/correo-cfdi.js'));
      return (await library.status()).extension === wanted;
    }, version));
  };
  await update('9.0.1', 2);
  await bench.look('host older than the extension');
  await update('9.0.2', 0);
  await bench.look('extension older than the host');
  await update('9.0.3', 1);
}

/** What the person does. @param {Bench} bench */
async function people(bench) {
  const { office, portal } = bench;
  const asked = hear(portal, 'send', bench.request);
  const page = await office.deliverPage();
  await office.looked(page);
  const pressed = Date.now();
  await page.click('#refuse');
  const { kind, action } = await asked;
  bench.add({ fault: 'refused by the person', status: [], send: [{ kind, action, ms: Date.now() - pressed }] });
  const options = await office.browser.options('portals');
  await options.click('button.danger[data-origin]');
  await options.click('#dialog-accept');
  await options.waitForSelector('#portal-list > .card:not([data-origin])');
  await bench.look('disconnected while the page is open');
  await portal.reload();
  await bench.look('not connected, page loaded since');
}

/** A browser that does not have the extension. @param {import('node:test').TestContext} t @param {Bench} bench */
async function noExtension(t, bench) {
  const site = await webSite(t);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, chromiumSandbox: false, env: bench.office.home.environment });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site}/`);
  await bench.look('extension not installed', undefined, page);
}

test('every fault of the pairing has a kind of its own at the portal', async (t) => {
  const office = await desk(t, { account: FACTURAS, connected: true });
  for (const page of office.browser.pages.filter((one) => one.url().includes('/options/'))) await page.close();
  const bench = new Bench(office, await office.portal());
  assert.equal((await hear(bench.portal, 'status')).kind, undefined, 'nothing is broken yet');
  line('fault', 'kind', 'action', 'status(): ms, median (most)', 'send(): ms');
  await brokenHosts(bench);
  await brokenStates(bench);
  await otherVersions(bench);
  await people(bench);
  await noExtension(t, bench);

  for (const { fault, status, send } of bench.rows) {
    const expected = EXPECTED[fault];
    for (const { kind, ms } of [...status, ...send]) {
      assert.ok(expected?.includes(String(kind)), `${fault}: ${kind}`);
      assert.ok(ms < LONGEST, `${fault}: ${ms} ms`);
      if (kind === 'host_mute') assert.ok(ms > SOONEST_MUTE, `${fault}: after ${ms} ms nobody can know`);
    }
  }
  assert.deepEqual(bench.rows.map(({ fault }) => fault).sort(), Object.keys(EXPECTED).sort());
  const kinds = new Set(bench.rows.flatMap(({ status, send }) => [...status, ...send].map(({ kind }) => String(kind))));
  assert.deepEqual([...kinds].sort(), [...new Set(Object.values(EXPECTED).flat())].sort());
  console.log(`${kinds.size} kinds: ${[...kinds].sort().join(' ')}`);
  const bridge = fs.statSync(path.join(EXTENSION, 'bridge/bridge.js')).size;
  console.log(`bytes put into a page: ${bridge} into the top document of connected portals, 0 elsewhere (the e-ID extension: ${ANCHOR_BYTES} into every frame of every site)`);
});
