/** The real host, spoken to as a browser does: frames of JSON over its standard streams. */

import { spawn } from 'node:child_process';

import { ID, PROGRAM } from '../extension/e2e/support/places.js';

/** One conversation. */
export class Conversation {
  #host;
  #count = 0;
  #buffer = Buffer.alloc(0);
  /** @type {Map<number, (answer: any) => void>} */
  #waiting = new Map();

  /** @param {Record<string, string>} environment */
  constructor(environment) {
    this.#host = spawn(PROGRAM, [`chrome-extension://${ID}/`], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#host.stdout.on('data', (piece) => this.#read(piece));
  }

  /** @param {Record<string, string>} environment */
  static async begin(environment) {
    const conversation = new Conversation(environment);
    await conversation.call('hello', { protocol: 1, min_protocol: 1, extension_version: '0.1.0', locale: 'es' });
    return conversation;
  }

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   */
  async call(method, params) {
    const id = (this.#count += 1);
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(body.length);
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#host.stdin.write(Buffer.concat([head, body]));
    const { result, error } = await answer;
    if (error !== undefined) throw Object.assign(new Error(`${method}: ${error.data.kind}`), { kind: error.data.kind, flow: error.data.flow });
    return result;
  }

  /** @param {Buffer} piece */
  #read(piece) {
    this.#buffer = Buffer.concat([this.#buffer, piece]);
    while (this.#buffer.length >= 4 && this.#buffer.length >= 4 + this.#buffer.readUInt32LE()) {
      const end = 4 + this.#buffer.readUInt32LE();
      const message = JSON.parse(this.#buffer.subarray(4, end).toString());
      this.#buffer = this.#buffer.subarray(end);
      this.#waiting.get(message.id)?.(message);
    }
  }

  /** Ends it as a browser does. @returns {Promise<void>} */
  async end() {
    const ended = new Promise((resolve) => this.#host.once('exit', resolve));
    this.#host.stdin.end();
    await ended;
  }
}
