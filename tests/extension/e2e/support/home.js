/** A throw-away user: a home folder, the state of the host in it, and the real command line. */

import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { HOST_NAME, ID, PROGRAM, SAMPLES } from './places.js';
import { firstLine, sleep, until } from './waiting.js';

const run = promisify(execFile);

/**
 * @typedef {object} Sample
 * @property {string} uuid
 * @property {string} kind
 * @property {string} serie
 * @property {string} folio
 * @property {string} total
 * @property {{ rfc: string, name: string }} issuer
 * @property {{ rfc: string, name: string }} receiver
 * @property {string} xml
 * @property {string} pdf
 */

/** One user of this machine who exists for one test. */
export class Home {
  /** Everything of this user lies below it. */
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-e2e-'));
  /** State of the host. */
  state = this.below('estado');
  /** The browser's profile. */
  profile = this.below('perfil');
  /** The company's documents; the name has what file names of offices have. */
  documents = this.below('almacén digital');

  /** Address of a D-Bus session with a keyring. @type {string | null} */
  bus = null;

  /** @param {{ keyring?: boolean }} [how] with the system's keyring instead of the file vault */
  constructor({ keyring = false } = {}) {
    if (keyring) return;
    fs.writeFileSync(path.join(this.state, 'vault.key'), Buffer.alloc(32, 42), { mode: 0o600 });
    fs.writeFileSync(path.join(this.state, 'config.toml'), 'vault = "file"\nkey_file = "vault.key"\n');
  }

  /** @param {string} name */
  below(name) {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Variables of every program of this user. @returns {Record<string, string>} */
  get environment() {
    const { DISPLAY: _1, WAYLAND_DISPLAY: _2, LC_ALL: _3, DBUS_SESSION_BUS_ADDRESS: _4, ...rest } = process.env;
    return /** @type {Record<string, string>} */ ({ ...rest, HOME: this.folder, XDG_CONFIG_HOME: path.join(this.folder, '.config'), CORREO_CFDI_HOME: this.state, LANG: 'es_MX.UTF-8', LANGUAGE: 'es', ...(this.bus !== null && { DBUS_SESSION_BUS_ADDRESS: this.bus }) });
  }

  /**
   * Runs the real command line.
   * @param {...string} words
   * @returns {Promise<any[]>} its lines of JSON
   */
  async cli(...words) {
    const { stdout } = await run(PROGRAM, ['--json', ...words], { env: this.environment });
    return stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  /**
   * Makes sample invoices.
   * @param {number} count
   * @param {string} [folder]
   * @returns {Promise<Sample[]>}
   */
  async samples(count, folder = this.documents) {
    return JSON.parse((await run(SAMPLES, [folder, String(count)])).stdout);
  }

  /**
   * Takes the place of the one sender, so that what is queued stays queued.
   * @returns {Promise<() => Promise<void>>} lets the real one in again
   */
  async holdSender() {
    const folder = path.join(this.state, 'locks');
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const holder = spawn('flock', [path.join(folder, 'sender.lock'), 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await firstLine(holder.stdout, 'the lock is held');
    return async () => {
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end();
      await ended;
    };
  }

  /** @param {object} client the sandbox's client file */
  async importClient(client) {
    const file = path.join(this.folder, 'client_secret_sandbox.json');
    fs.writeFileSync(file, JSON.stringify(client));
    await this.cli('client', 'import', file);
  }

  /**
   * Tells the browser of this profile where the host is: by the real registration, as a person would, unless the test
   * wants another program or caller in its place.
   * @param {{ program?: string, extension?: string }} [other]
   */
  async register({ program, extension } = {}) {
    if (program === undefined && extension === undefined && (await this.#installed())) return;
    const folder = path.join(this.profile, 'NativeMessagingHosts');
    fs.mkdirSync(folder, { recursive: true });
    const manifest = { name: HOST_NAME, description: 'Correo CFDI', path: program ?? PROGRAM, type: 'stdio', allowed_origins: [`chrome-extension://${extension ?? ID}/`] };
    fs.writeFileSync(path.join(folder, `${HOST_NAME}.json`), JSON.stringify(manifest));
  }

  /** @returns {Promise<boolean>} whether the program knows how to register itself */
  async #installed() {
    const help = await run(PROGRAM, ['--help'], { env: this.environment });
    if (!/^\s+install\b/m.test(help.stdout)) return false;
    await run(PROGRAM, ['install', '--user-data-dir', this.profile, '--extension-id', ID], { env: this.environment });
    return true;
  }

  /**
   * A script that stands in the host's place.
   * @param {string} name
   * @param {string} body of a shell script
   * @returns {string} its path
   */
  script(name, body) {
    const file = path.join(this.below('programas'), name);
    fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return file;
  }

  /** The running hosts and senders of this user. @returns {number[]} process ids */
  running() {
    return fs.readdirSync('/proc').map(Number).filter((pid) => pid > 0 && this.#isMine(pid));
  }

  /** @param {number} pid */
  #isMine(pid) {
    try {
      if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== path.basename(PROGRAM)) return false;
      return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`CORREO_CFDI_HOME=${this.state}`);
    } catch {
      // It ended while we looked.
      return false;
    }
  }

  /** Waits until hosts and senders have ended, ends those that do not, and deletes everything. */
  async close() {
    await until('hosts and senders end', () => this.running().length === 0, 10_000).catch(() => undefined);
    for (const pid of this.running()) process.kill(pid, 'SIGKILL');
    for (let turn = 0; turn < 20; turn += 1) {
      try {
        fs.rmSync(this.folder, { recursive: true, force: true });
        return;
      } catch {
        // A process of the browser may still be writing its last file.
        await sleep(100);
      }
    }
  }
}
