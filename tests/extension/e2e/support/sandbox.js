/** The stand-in for Google, as a process of its own. */

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { ID, SANDBOX } from './places.js';
import { firstLine, until, within } from './waiting.js';

/** @typedef {import('./home.js').Sample} Sample */
/** @typedef {Record<'authorizations' | 'code_exchanges' | 'refreshes' | 'revocations' | 'sessions_opened' | 'puts' | 'status_queries' | 'accepted', number>} Counters */

/** Addresses that the sample portal knows its customers by. @param {Sample} sample */
export function customer(sample) {
  return `compras+${sample.serie}${sample.folio}@cliente.example`.toLowerCase();
}

/** One sandbox. */
export class Sandbox {
  /** @type {string} */ provider = '';
  /** @type {string} */ portal = '';
  /** @type {any} */ client = {};
  #process;
  #list;

  /** @param {string} folder of the test */
  constructor(folder) {
    this.#list = path.join(folder, 'cfdi.json');
    fs.writeFileSync(this.#list, '[]');
    const words = ['--redirect-uri', `https://${ID}.chromiumapp.org/`, '--portal-list', this.#list];
    this.#process = spawn(SANDBOX, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /**
   * @param {string} folder
   * @returns {Promise<Sandbox>}
   */
  static async start(folder) {
    const sandbox = new Sandbox(folder);
    try {
      Object.assign(sandbox, JSON.parse(await firstLine(sandbox.#process.stdout, 'the sandbox says where it is')));
      return sandbox;
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  /**
   * What the portal offers.
   * @param {Sample[]} samples
   */
  offer(samples) {
    const rows = samples.map((sample) => ({
      uuid: sample.uuid,
      serie: sample.serie,
      folio: sample.folio,
      receiver_rfc: sample.receiver.rfc,
      receiver_name: sample.receiver.name,
      total: sample.total,
      currency: 'MXN',
      email: customer(sample),
    }));
    fs.writeFileSync(this.#list, JSON.stringify(rows));
  }

  /**
   * @param {string} what
   * @param {object} [body] sent by POST
   * @returns {Promise<any>}
   */
  async admin(what, body) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.provider}/admin/${what}`, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`sandbox ${what}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** @param {object} changes */
  behave(changes) {
    return this.admin('behaviour', changes);
  }

  /** @param {object} fault */
  fault(fault) {
    return this.admin('fault', fault);
  }

  /** What happened so far, over all accounts. @returns {Promise<Counters>} */
  async counters() {
    return (await this.admin('state')).counters.total;
  }

  /** What arrived. @returns {Promise<any[]>} */
  messages() {
    return this.admin('messages');
  }

  /**
   * Waits until so many messages have arrived.
   * @param {number} count
   * @returns {Promise<any[]>}
   */
  async arrived(count) {
    return until(`${count} messages arrived`, async () => {
      const messages = await this.messages();
      return messages.length >= count && messages;
    });
  }

  /** It ends with its standard input. */
  async close() {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin.end();
    await within(ended, 'the sandbox ends', 5_000).catch(() => this.#process.kill('SIGKILL'));
  }
}
