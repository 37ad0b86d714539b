/** Where Dovecot relays to: npm's `smtp-server`, which keeps what it gets. Recipients tell what goes wrong. */

import { SMTPServer } from 'smtp-server';

/** @typedef {{ from: string, to: string[], message: Buffer }} Received */

/** Answers by the recipient's name before the at sign. @type {Record<string, [number, string]>} */
const REFUSALS = {
  nadie: [550, '5.1.1 The email account that you tried to reach does not exist.'],
  luego: [451, '4.3.0 Temporary system problem. Try again later.'],
};

/** A running sink. */
export class Sink {
  /** @type {Received[]} */
  received = [];
  /** What the next message is refused with, once. @type {[number, string] | null} */
  refuse = null;
  port = 0;
  #server;

  constructor() {
    const refusal = (/** @type {[number, string]} */ [code, text]) => Object.assign(new Error(text), { responseCode: code });
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onRcptTo: (/** @type {{ address: string }} */ { address }, /** @type {unknown} */ _, /** @type {(error?: Error) => void} */ done) => {
        const known = REFUSALS[address.split('@')[0] ?? ''];
        done(known && refusal(known));
      },
      onData: (/** @type {AsyncIterable<Buffer>} */ stream, /** @type {any} */ session, /** @type {(error: Error | null, text?: string) => void} */ done) => {
        void this.#take(stream, session).then((text) => {
          const [error, order] = [this.refuse, this.received.length];
          if (error === null) return done(null, text);
          this.refuse = null;
          this.received.length = order - 1;
          return done(refusal(error));
        });
      },
    });
    // A relay that is stopped resets its connections; what matters is what arrived.
    this.#server.on('error', () => undefined);
  }

  /**
   * @param {AsyncIterable<Buffer>} stream
   * @param {{ envelope: { mailFrom: { address: string }, rcptTo: { address: string }[] } }} session
   */
  async #take(stream, { envelope }) {
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    this.received.push({ from: envelope.mailFrom.address, to: envelope.rcptTo.map(({ address }) => address), message: Buffer.concat(pieces) });
    return `2.0.0 OK kept as ${this.received.length}`;
  }

  /** @returns {Promise<void>} */
  async start() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = this.#server.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.port = address.port;
  }

  /** @returns {Promise<void>} */
  async stop() {
    await new Promise((resolve) => this.#server.close(() => resolve(undefined)));
  }
}
