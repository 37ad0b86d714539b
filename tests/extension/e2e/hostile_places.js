/**
 * Who else might speak: frames, windows, other sites, other extensions, pages from before and pages that are not shown yet.
 * Each place acts, and gives the replies that anybody in it has heard.
 */

import assert from 'node:assert/strict';

import { ID } from './support/places.js';
import { sleep, until, within } from './support/waiting.js';

/** @typedef {import('./support/hostile_ground.js').Ground} Ground */
/** @typedef {import('playwright-core').Page} Page */

/**
 * @typedef {object} Place
 * @property {string} name
 * @property {(ground: Ground) => Promise<string[]>} act gives what was heard
 * @property {string[]} heard
 */

/** A page speaks to its own window by script. */
const SPEAKS = `say('status', {}); say('send', asked)`;

/**
 * A site whose name looks like the portal's.
 * @param {string} name
 * @param {(ground: Ground) => string} url
 * @param {string[]} [heard]
 * @param {string} [script]
 * @returns {Place}
 */
function site(name, url, heard = [], script = SPEAKS) {
  return {
    name,
    heard,
    async act(ground) {
      const page = await ground.visit(url(ground));
      assert.equal(await isInjected(ground, page), heard.length > 0);
      await page.evaluate(script);
      return ground.replies(page, heard.length, heard.length > 0);
    },
  };
}

/**
 * Whether a script of ours runs in a page, by the browser's own list of its worlds.
 * @param {Ground} ground
 * @param {Page} page
 */
async function isInjected(ground, page) {
  const session = await ground.office.browser.context.newCDPSession(page);
  /** @type {string[]} */
  const origins = [];
  session.on('Runtime.executionContextCreated', ({ context }) => void origins.push(context.origin));
  await session.send('Runtime.enable');
  await session.detach();
  return origins.includes(`chrome-extension://${ID}`);
}

/** @type {Place[]} */
const SITES = [
  site('a stranger', (ground) => ground.at('otro.example.mx')),
  site('a name below', (ground) => ground.at('x.facturas.example.mx')),
  site('the name above', (ground) => ground.at('example.mx')),
  site('the name with more behind it', (ground) => ground.at('facturas.example.mx.evil.test')),
  site('the name with another letter', (ground) => ground.at('facturas.examp1e.mx')),
  site('the name with a letter of another script, which is punycode', (ground) => ground.at('factur\u0430s.example.mx')),
  site('the name in wide letters, which is the name itself', (ground) => ground.at('\uff46acturas.example.mx'), ['ok'], `say('status', {})`),
  site('the name as a user of a stranger', ({ sites }) => `https://facturas.example.mx@evil.test:${sites.port}/`),
  site('the name without encryption', ({ sites }) => `http://facturas.example.mx:${sites.plain}/`),
  site('the name at another port', ({ sites }) => `https://facturas.example.mx:${sites.second}/`),
  // The browser takes the final dot off before it compares; the worker does not.
  site('the name with a dot at its end', ({ sites }) => `https://facturas.example.mx.:${sites.port}/`, ['portal_not_connected', 'portal_not_connected']),
  site('where the portal itself leads away', (ground) => `${ground.portal}/gone?to=${encodeURIComponent(ground.at('otro.example.mx'))}`),
];

/**
 * A page with something in it that speaks; heard is what anybody on the page hears.
 * @param {string} name
 * @param {(ground: Ground) => string} url
 * @param {string} [script] that makes the speaker
 * @param {boolean} [bridged] whether the page itself is the portal's
 * @returns {Place}
 */
function frame(name, url, script = '', bridged = true) {
  return {
    name,
    heard: [],
    async act(ground) {
      const page = await ground.visit(url(ground));
      await page.evaluate(`window.words = ['status', 'send'].map((verb) => ({ channel: 'correo-cfdi', to: 'bridge', call: verb, verb, params: verb === 'send' ? asked : {} }));
        window.inner = '<script>for (const word of ' + JSON.stringify(words) + ') for (const one of [window, parent, top]) one.postMessage(word, "*"); parent.postMessage("spoken", "*")<' + '/script>';
        window.spoken = new Promise((resolve) => addEventListener('message', ({ data }) => data === 'spoken' && resolve()));
        ${script};
        void 0`);
      const inner = await until('the frame is there', () => page.frames().find((one) => one !== page.mainFrame()));
      if (script === '') {
        await inner.waitForLoadState();
        await inner.evaluate((/** @type {object[]} */ words) => words.forEach((word) => [window, parent, top].forEach((one) => one?.postMessage(word, '*'))), await page.evaluate(() => Reflect.get(window, 'words')));
      } else {
        await within(page.evaluate('spoken'), 'the frame speaks', 5_000);
      }
      const own = await ground.replies(page, 0, bridged);
      const inside = await inner.evaluate(() => (Reflect.get(window, 'heard') ?? []).filter((/** @type {any} */ one) => one.reply !== undefined).map(() => 'heard inside'));
      return [...own, ...inside];
    },
  };
}

/** @param {string} of @param {string} [attributes] */
const framing = (of, attributes = '') => `/frame?of=${encodeURIComponent(of)}&with=${encodeURIComponent(attributes)}`;

/** @type {Place[]} */
const FRAMES = [
  frame('the portal framed by a stranger', (ground) => ground.at('otro.example.mx') + framing(`${ground.portal}/asks`), '', false),
  frame('the portal framed by another portal', (ground) => ground.other + framing(`${ground.portal}/asks`)),
  frame('the portal framed by itself', (ground) => ground.portal + framing('/asks')),
  frame('the portal in a sandbox', (ground) => ground.portal + framing('/asks', 'sandbox="allow-scripts"')),
  frame('the portal in a sandbox that is the same origin', (ground) => ground.portal + framing('/asks', 'sandbox="allow-scripts allow-same-origin"')),
  frame('the portal in a stranger in the portal', (ground) => ground.portal + framing(ground.at('otro.example.mx') + framing(`${ground.portal}/asks`))),
  frame('a stranger framed by the portal', (ground) => ground.portal + framing(`${ground.at('otro.example.mx')}/asks`)),
  frame('a frame of text', (ground) => `${ground.portal}/`, `const f = document.createElement('iframe'); f.srcdoc = inner; document.body.append(f)`),
  frame('a frame of text in a sandbox', (ground) => `${ground.portal}/`, `const f = document.createElement('iframe'); f.sandbox = 'allow-scripts'; f.srcdoc = inner; document.body.append(f)`),
  frame('a frame of data', (ground) => `${ground.portal}/`, `const f = document.createElement('iframe'); f.src = 'data:text/html,' + encodeURIComponent(inner); document.body.append(f)`),
  frame('a frame of a blob', (ground) => `${ground.portal}/`, `const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob([inner], { type: 'text/html' })); document.body.append(f)`),
  frame('a blank frame', (ground) => `${ground.portal}/`, `const f = document.createElement('iframe'); document.body.append(f); f.contentDocument.write(inner); f.contentDocument.close()`),
];

/**
 * A page opens another one, and one of them speaks to the other.
 * @param {string} name
 * @param {(ground: Ground) => [string, string]} urls opener and opened
 * @param {string} script of the opener; `opened` is the other window
 * @param {string} [answer] script of the opened page
 * @returns {Place}
 */
function pair(name, urls, script, answer = '') {
  return {
    name,
    heard: [],
    async act(ground) {
      const [first, second] = urls(ground);
      const page = await ground.visit(first);
      const [other] = await Promise.all([page.waitForEvent('popup'), page.evaluate(`window.opened = open(${JSON.stringify(second)}); void 0`)]);
      await other.waitForLoadState();
      const words = `[['status', {}], ['send', asked]].map(([verb, params]) => ({ channel: 'correo-cfdi', to: 'bridge', call: verb, verb, params }))`;
      await page.evaluate(`for (const word of ${words}) { ${script} }`);
      if (answer !== '') {
        await ground.arm(other);
        await other.evaluate(`for (const word of ${words}) { ${answer} }`);
      }
      const heard = [];
      for (const one of [page, other]) {
        const bridged = [ground.portal, ground.other].includes(await one.evaluate(() => location.origin)) && one.url().startsWith('https:');
        const hasEars = await one.evaluate(() => 'heard' in window);
        if (hasEars) heard.push(...(await ground.replies(one, 0, bridged)));
      }
      return heard;
    },
  };
}

/** @type {Place[]} */
const WINDOWS = [
  pair('a stranger that opened the portal', (ground) => [`${ground.at('otro.example.mx')}/`, `${ground.portal}/`], `opened.postMessage(word, '*')`),
  pair('another portal that opened the portal', (ground) => [`${ground.other}/`, `${ground.portal}/`], `opened.postMessage(word, '*')`),
  pair('a stranger that the portal opened', (ground) => [`${ground.portal}/`, `${ground.at('otro.example.mx')}/`], '', `opener.postMessage(word, '*')`),
  pair('the portal in another window of itself', (ground) => [`${ground.portal}/`, `${ground.portal}/`], `opened.postMessage(word, '*')`),
  {
    name: 'a blank window that the portal opened and wrote into',
    heard: [],
    act: (ground) => writtenWindow(ground, `open('about:blank')`),
  },
  {
    name: 'a window of a blob',
    heard: [],
    act: (ground) => writtenWindow(ground, `open(URL.createObjectURL(new Blob(['<h1>x</h1>'], { type: 'text/html' })))`),
  },
];

/**
 * A window that takes its origin over from the portal but has no address of it.
 * @param {Ground} ground
 * @param {string} opening
 */
async function writtenWindow(ground, opening) {
  const page = await ground.visit(`${ground.portal}/`);
  const [other] = await Promise.all([page.waitForEvent('popup'), page.evaluate(`void ${opening}`)]);
  await other.waitForLoadState();
  await other.evaluate(`window.heard = []; addEventListener('message', ({ data }) => data?.to === 'page' && heard.push(data));
    postMessage({ channel: 'correo-cfdi', to: 'bridge', call: 'a', verb: 'status', params: {} }, '*')`);
  const own = await ground.replies(page, 0, true);
  return [...own, ...(await other.evaluate(() => Reflect.get(window, 'heard').map(() => 'heard')))];
}

/** @type {Place[]} */
const EXTENSIONS = [
  {
    name: 'a page of the portal by the roads of extensions',
    heard: [],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      return page.evaluate(() => ['sendMessage', 'connect'].filter((name) => /** @type {any} */ (globalThis).chrome?.runtime?.[name] !== undefined));
    },
  },
  {
    name: 'a page of the portal that looks for our files',
    heard: [],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      return page.evaluate(async (root) => {
        /** @type {string[]} */
        const reached = [];
        for (const path of ['manifest.json', 'deliver/deliver.html', 'icons/icon-16.png', 'bridge/bridge.js', 'worker/main.js']) {
          await fetch(root + path).then(() => reached.push(`fetch ${path}`), () => undefined);
          await new Promise((resolve) => {
            const image = new Image();
            image.onload = () => resolve(reached.push(`image ${path}`));
            image.onerror = resolve;
            image.src = root + path;
          });
        }
        await new Promise((resolve) => {
          const script = document.createElement('script');
          script.onload = () => resolve(reached.push('script'));
          script.onerror = resolve;
          script.src = `${root}bridge/bridge.js`;
          document.head.append(script);
        });
        return reached;
      }, `chrome-extension://${ID}/`);
    },
  },
  {
    name: 'a page of the portal that frames or opens the page where the person decides',
    heard: [],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      const before = page.frames().length;
      await page.evaluate((url) => {
        const inside = document.createElement('iframe');
        inside.src = url;
        document.body.append(inside);
        open(url);
      }, `chrome-extension://${ID}/deliver/deliver.html?request=x`);
      await until('the frame is there', () => page.frames().length > before);
      await sleep(300);
      const texts = await Promise.all(page.frames().slice(1).map((one) => one.evaluate(() => location.href).catch(() => 'out of reach')));
      const opened = ground.office.browser.pages.filter((one) => one.url().includes('/deliver/'));
      return [...texts.filter((url) => url.startsWith(`chrome-extension://${ID}`)), ...opened.map((one) => one.url())];
    },
  },
  {
    name: 'the portal that looks for a trace of us',
    heard: [],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      const names = () => page.evaluate(() => [...Object.getOwnPropertyNames(window).filter((name) => /correo|bridge/i.test(name)), ...[...document.querySelectorAll('*')].map(({ tagName }) => tagName)].join());
      const stranger = await ground.visit(`${ground.at('otro.example.mx')}/`);
      return (await names()) === (await stranger.evaluate(() => [...document.querySelectorAll('*')].map(({ tagName }) => tagName).join())) ? [] : [await names()];
    },
  },
  {
    name: 'another extension by messages and by a port',
    heard: Array(2).fill('Could not establish connection. Receiving end does not exist.'),
    async act(ground) {
      const neighbour = await ground.office.browser.visit(ground.neighbour);
      return neighbour.evaluate(async (id) => {
        const sent = await chrome.runtime.sendMessage(id, { ask: 'state', portal: 'status', call: 'a', params: {} }).then(() => 'answered', (error) => error.message);
        const port = chrome.runtime.connect(id, { name: 'events' });
        const ended = await new Promise((resolve) => port.onDisconnect.addListener(() => resolve(chrome.runtime.lastError?.message)));
        return [sent, String(ended)];
      }, ID);
    },
  },
  {
    name: 'another extension that opens our page with a request of its own making',
    heard: ['request_gone'],
    async act(ground) {
      const neighbour = await ground.office.browser.visit(ground.neighbour);
      await neighbour.evaluate((url) => chrome.tabs.create({ url }).then(() => undefined), `chrome-extension://${ID}/deliver/deliver.html?request=../../x`);
      const page = await ground.office.deliverPage();
      await page.waitForSelector('#trouble [data-kind]');
      const kind = await page.getAttribute('#trouble [data-kind]', 'data-kind');
      await page.close();
      return [String(kind)];
    },
  },
  {
    // It may do on that page whatever the page itself may; the person still decides.
    name: "another extension's script on the portal's page counts as the page",
    heard: ['ok'],
    async act(ground) {
      const page = await ground.visit(`${ground.portal}/`);
      const neighbour = await ground.office.browser.visit(ground.neighbour);
      await neighbour.evaluate(async (url) => {
        const [tab] = await chrome.tabs.query({ url });
        await chrome.scripting.executeScript({ target: { tabId: tab?.id ?? -1 }, func: () => window.postMessage({ channel: 'correo-cfdi', to: 'bridge', call: 'n', verb: 'status', params: {} }, location.origin) });
      }, `${ground.portal}/*`);
      return ground.replies(page, 1, true);
    },
  },
];

/** @type {Record<string, Place[]>} */
export const PLACES = { 'names that look alike': SITES, 'frames': FRAMES, 'windows': WINDOWS, 'our own files and other extensions': EXTENSIONS };
