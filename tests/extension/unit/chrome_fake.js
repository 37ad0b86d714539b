/** A small stand-in for `chrome`: as much of it as the worker uses, in memory, with the browser's own error texts. */

/** The extension's id in these tests. */
export const ID = 'abcdefghijklmnopabcdefghijklmnop';

/** @typedef {(...values: any[]) => any} Listener */

/** An event of the browser. */
export class FakeEvent {
  /** @type {Set<Listener>} */
  listeners = new Set();

  /** @param {Listener} listener */
  addListener(listener) {
    this.listeners.add(listener);
  }

  /** @param {Listener} listener */
  removeListener(listener) {
    this.listeners.delete(listener);
  }

  /** @param {...any} values */
  fire(...values) {
    return [...this.listeners].map((listener) => listener(...values));
  }
}

/** One end of a port. */
export class FakePort {
  onMessage = new FakeEvent();
  onDisconnect = new FakeEvent();
  /** @type {any[]} */
  sent = [];
  disconnected = false;

  /** @param {string} [name] @param {object} [sender] */
  constructor(name = '', sender) {
    this.name = name;
    this.sender = sender;
  }

  /** @param {any} message */
  postMessage(message) {
    this.sent.push(message);
  }

  disconnect() {
    this.disconnected = true;
  }
}

/** @returns {any} */
function storageArea() {
  /** @type {Record<string, any>} */
  const values = {};
  return {
    values,
    async get(/** @type {string} */ key) {
      return structuredClone(key in values ? { [key]: values[key] } : {});
    },
    async set(/** @type {object} */ items) {
      Object.assign(values, structuredClone(items));
    },
    async setAccessLevel() {},
  };
}

/**
 * Puts a fresh `chrome` in place.
 * @returns {any} it, with `fake` for what tests look at
 */
export function installChrome() {
  const fake = {
    /** @type {FakePort[]} */ ports: [],
    /** What the organisation has set. @type {{ set: any }} */ policy: { set: {} },
    /** @type {Set<string>} granted patterns */ granted: new Set(),
    /** @type {Map<string, any>} */ scripts: new Map(),
    /** @type {any[]} */ injected: [],
    /** @type {Map<number, any>} */ tabs: new Map(),
    /** @type {any[]} */ told: [],
    /** @type {number[]} */ closedWindows: [],
    /** @type {(port: FakePort) => void} */ onConnect: () => undefined,
    nextTab: 100,
    /** How often the extension was started anew. */ reloads: 0,
    /** How it came into the browser. */ installType: 'normal',
    /** @type {Map<string, any>} what the alarms were made with, by name */ alarms: new Map(),
    /** @type {Map<string, any>} what is shown, by id */ notifications: new Map(),
    /** @type {any[]} */ openedWindows: [],
  };
  const runtime = {
    id: ID,
    /** @type {{ message: string } | undefined} */ lastError: undefined,
    onMessage: new FakeEvent(),
    onConnect: new FakeEvent(),
    onInstalled: new FakeEvent(),
    onStartup: new FakeEvent(),
    onUpdateAvailable: new FakeEvent(),
    /** What the browser knows of newer versions. @type {() => Promise<{ status: string }>} */
    requestUpdateCheck: async () => ({ status: 'no_update' }),
    reload: () => void (fake.reloads += 1),
    getManifest: () => ({ version: '9.8.7' }),
    getURL: (/** @type {string} */ path) => `chrome-extension://${ID}/${path}`,
    getContexts: async () => [...fake.tabs.values()].filter((tab) => tab.url?.startsWith(`chrome-extension://${ID}/`)).map((tab) => ({ tabId: tab.id })),
    connectNative(/** @type {string} */ name) {
      const port = new FakePort(name);
      fake.ports.push(port);
      fake.onConnect(port);
      return port;
    },
  };
  const chrome = {
    fake,
    runtime,
    i18n: { getMessage: (/** @type {string} */ key) => `<${key}>`, getUILanguage: () => 'es-MX' },
    storage: { session: storageArea(), local: storageArea(), managed: { get: async () => structuredClone(fake.policy.set) }, onChanged: new FakeEvent() },
    permissions: {
      onAdded: new FakeEvent(),
      onRemoved: new FakeEvent(),
      contains: async (/** @type {any} */ { origins }) => origins.every((/** @type {string} */ one) => fake.granted.has(one)),
      remove: async (/** @type {any} */ { origins }) => origins.every((/** @type {string} */ one) => fake.granted.delete(one)),
    },
    scripting: {
      getRegisteredContentScripts: async (/** @type {any} */ filter) => [...fake.scripts.values()].filter(({ id }) => filter === undefined || filter.ids.includes(id)),
      async registerContentScripts(/** @type {any[]} */ scripts) {
        for (const script of scripts) {
          if (fake.scripts.has(script.id)) throw new Error(`Duplicate script ID '${script.id}'`);
          fake.scripts.set(script.id, script);
        }
      },
      async unregisterContentScripts(/** @type {any} */ { ids }) {
        for (const id of ids) if (!fake.scripts.delete(id)) throw new Error(`Nonexistent script ID '${id}'`);
      },
      executeScript: async (/** @type {any} */ injection) => void fake.injected.push(injection),
    },
    tabs: {
      onRemoved: new FakeEvent(),
      query: async (/** @type {any} */ { url }) => [...fake.tabs.values()].filter((tab) => `${new URL(tab.url).origin}/*` === url),
      async get(/** @type {number} */ id) {
        const tab = fake.tabs.get(id);
        if (tab === undefined) throw new Error(`No tab with id: ${id}.`);
        return tab;
      },
      async create(/** @type {any} */ tab) {
        const made = { discarded: false, ...tab, id: (fake.nextTab += 1) };
        fake.tabs.set(made.id, made);
        return made;
      },
      async update(/** @type {number} */ id, /** @type {any} */ changes) {
        return Object.assign(await chrome.tabs.get(id), changes);
      },
      remove: async (/** @type {number} */ id) => void fake.tabs.delete(id),
      sendMessage: async (/** @type {number} */ tab, /** @type {any} */ message, /** @type {any} */ options) => void fake.told.push({ tab, message, options }),
    },
    alarms: {
      onAlarm: new FakeEvent(),
      create: async (/** @type {string} */ name, /** @type {any} */ alarm) => void fake.alarms.set(name, alarm),
      clear: async (/** @type {string} */ name) => fake.alarms.delete(name),
      get: async (/** @type {string} */ name) => fake.alarms.get(name),
    },
    notifications: {
      onClicked: new FakeEvent(),
      create: async (/** @type {string} */ id, /** @type {any} */ options) => void fake.notifications.set(id, options),
      clear: async (/** @type {string} */ id) => fake.notifications.delete(id),
    },
    management: { getSelf: async () => ({ installType: fake.installType }) },
    windows: {
      onCreated: new FakeEvent(),
      create: async (/** @type {any} */ window) => void fake.openedWindows.push(window),
      update: async () => undefined,
      remove: async (/** @type {number} */ id) => void fake.closedWindows.push(id),
    },
    /** @type {any} */ identity: undefined,
  };
  Reflect.set(globalThis, 'chrome', chrome);
  return chrome;
}

/** A host in memory: answers by method, and remembers what it was asked. */
export class FakeHost {
  /** @type {{ method: string, params: any }[]} */
  calls = [];
  holds = 0;
  /** @type {(() => void) | undefined} */
  expire;

  /** @param {Record<string, (params: any) => any>} answers may throw or return promises */
  constructor(answers = {}) {
    this.answers = answers;
  }

  /**
   * @param {string} method
   * @param {any} params
   * @returns {Promise<any>}
   */
  async call(method, params) {
    this.calls.push({ method, params });
    const answer = this.answers[method];
    if (answer === undefined) throw new Error(`the fake host has no answer to ${method}`);
    return answer(params);
  }

  /** What keeps it from being reached. @type {Error | null} */
  unreachable = null;

  /** @param {number} _patience */
  async reach(_patience) {
    if (this.unreachable !== null) throw this.unreachable;
  }

  /** @param {number} _limit @param {() => void} [expired] */
  hold(_limit, expired) {
    this.holds += 1;
    this.expire = expired;
    let held = true;
    return () => {
      if (held) this.holds -= 1;
      held = false;
    };
  }

  /** @param {string} method */
  asked(method) {
    return this.calls.filter((call) => call.method === method).map((call) => call.params);
  }
}

/** Lets everything that is ready run. */
export async function settled() {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

/**
 * The failure that something was refused with.
 * @param {Promise<unknown>} promise
 * @returns {Promise<any>}
 */
export async function troubleFrom(promise) {
  try {
    await promise;
  } catch (/** @type {any} */ error) {
    return error.trouble ?? error;
  }
  throw new Error('nothing was refused');
}
