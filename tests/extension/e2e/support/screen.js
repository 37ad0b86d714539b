/** A screen with a window manager, for the few things that a headless browser does not do. */

import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

import { firstLine, sleep } from './waiting.js';

const run = promisify(execFile);

/** An X display of its own. */
export class Screen {
  #server;
  /** @type {import('node:child_process').ChildProcess | null} */
  #manager = null;
  display = '';

  constructor() {
    this.#server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  /** @param {string} home where the window manager looks for its settings */
  static async open(home) {
    const screen = new Screen();
    const number = await firstLine(screen.#server.stdout, 'the screen is there');
    screen.display = `:${number}`;
    screen.#manager = spawn('openbox', [], { env: { ...process.env, DISPLAY: screen.display, HOME: home }, stdio: 'ignore' });
    await sleep(500);
    return screen;
  }

  /**
   * What hands do: keys and mouse.
   * @param {...string} words of xdotool
   */
  async hand(...words) {
    return (await run('xdotool', words, { env: { ...process.env, DISPLAY: this.display } })).stdout;
  }

  async close() {
    this.#manager?.kill();
    this.#server.kill();
  }
}
