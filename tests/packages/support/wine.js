/** A Windows of the test's own: one Wine folder, made for it and ended with it. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './made.js';

/** Longest time of one program, in milliseconds: an installer of ten megabytes on a busy computer. */
const PATIENCE = 240_000;

/** @param {string[]} names */
function found(...names) {
  const name = names.find((one) => spawnSync('which', [one]).status === 0 || existsSync(one));
  if (name === undefined) throw new Error(`${names[0]} is missing: install the package wine64`);
  return name;
}

/** A path of Linux as Wine's programs write it: drive Z: is everything. @param {string} file */
export const onDriveZ = (file) => `Z:${file.replaceAll('/', '\\')}`;

export class Wine {
  #wine = found('wine64', '/usr/lib/wine/wine64');
  #server = found('wineserver', '/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver');
  #outputs = 0;

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    this.prefix = path.join(folder, 'wine');
    mkdirSync(this.prefix);
    // Wine's largest libraries would ask whether to download them.
    const { DISPLAY: _, LD_LIBRARY_PATH: __, ...rest } = process.env;
    this.environment = { ...rest, WINEPREFIX: this.prefix, WINEARCH: 'win64', WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=', WINEPATH: '', CORREO_CFDI_HOME: '' };
    this.#start();
    /** Whose Windows it is. */
    this.user = String(readdirSync(path.join(this.prefix, 'drive_c/users')).find((name) => name !== 'Public'));
    // Version 8 lacks this one library, which Rust's standard library needs.
    execFileSync('x86_64-w64-mingw32-gcc', ['-shared', '-o', path.join(this.prefix, 'drive_c/windows/system32/bcryptprimitives.dll'), path.join(ROOT, 'tests/tools/wine_prng.c'), '-ladvapi32']);
  }

  /** Runs a program to its end; its output goes to a file, because what it starts may outlive it and keep a pipe open. @param {string} program @param {string[]} words @param {Buffer} [input] */
  run(program, words = [], input = Buffer.alloc(0)) {
    this.#outputs += 1;
    const file = path.join(this.folder, `output-${this.#outputs}`);
    const output = openSync(file, 'w');
    const { status, error } = spawnSync(this.#wine, [program, ...words], { env: this.environment, input, stdio: ['pipe', output, 'ignore'], timeout: PATIENCE });
    closeSync(output);
    if (error !== undefined) throw error;
    return { code: status, output: readFileSync(file) };
  }

  /** Starts the program as a browser does, and waits for its answer to `hello`: it runs until its input ends. @param {string} program @param {string} origin @param {Buffer} hello */
  async converse(program, origin, hello) {
    const child = spawn(this.#wine, [program, origin], { env: this.environment, stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.write(hello);
    let bytes = Buffer.alloc(0);
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE(0)) break;
    }
    return {
      answer: bytes,
      async end() {
        child.stdin.end();
        child.stdout.resume();
        await ended;
      },
    };
  }

  /** A value of the registry; null where it is not there. @param {string} key @param {string} [name] the default value without one */
  registry(key, name) {
    const { code, output } = this.run('reg.exe', ['query', key, ...(name === undefined ? ['/ve'] : ['/v', name]), '/reg:64']);
    if (code !== 0) return null;
    return /REG_\w+\s+(.*?)\r?\n/.exec(output.toString('utf8'))?.[1] ?? null;
  }

  /** A path of Windows as one of this system. @param {string} file */
  path(file) {
    return path.join(this.prefix, 'drive_c', file.replace(/^C:\\/i, '').replaceAll('\\', '/'));
  }

  /** Starts Windows anew: what was left for that is done then. */
  restart() {
    this.close();
    this.#start();
  }

  /** Its services keep what the first program of all inherits: so that is nothing. */
  #start() {
    const nothing = { env: this.environment, stdio: /** @type {const} */ ('ignore'), timeout: PATIENCE };
    execFileSync(this.#server, ['-p120'], nothing);
    execFileSync(this.#wine, ['wineboot.exe'], nothing);
  }

  /** Ends everything that runs in this folder, and nothing else. */
  close() {
    spawnSync(this.#server, ['-k'], { env: this.environment });
    spawnSync(this.#server, ['-w'], { env: this.environment, timeout: PATIENCE });
  }
}

/** Waits until something is so. @param {() => boolean} is @param {string} what */
export async function until(is, what) {
  for (let look = 0; look < 240; look += 1) {
    if (is()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`waited in vain: ${what}`);
}
