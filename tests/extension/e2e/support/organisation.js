/**
 * An organisation that manages one browser and no other: Chromium reads policies from one folder of the whole machine, so
 * this browser gets a view of the file system in which another folder lies there. Nothing of the machine is changed, and
 * browsers beside it see none of it.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { ID } from './places.js';

/** Where Debian's Chromium looks for policies/managed. */
const PLACE = '/etc/chromium';

/** As root as it is; otherwise as root of a user namespace, where the kernel allows that. */
const VIEW = process.getuid?.() === 0 ? ['unshare', '--mount'] : ['unshare', '--map-root-user', '--mount'];

/** One organisation. */
export class Organisation {
  #folder;

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * @param {import('node:test').TestContext} t
   * @returns {Organisation | null} null, and the test is skipped, where this user may have no view of his own
   */
  static found(t) {
    const [program = '', ...words] = VIEW;
    if (spawnSync(program, [...words, 'mount', '--bind', os.tmpdir(), PLACE]).status !== 0) {
      t.skip('this user may mount no folder over another');
      return null;
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-organisation-'));
    t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    fs.mkdirSync(path.join(folder, 'etc/policies/managed'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'chromium'), `#!/bin/sh\nexec ${VIEW.join(' ')} sh -c 'mount --bind "$0" ${PLACE} && exec /usr/bin/chromium "$@"' '${folder}/etc' "$@"\n`, { mode: 0o755 });
    return new Organisation(folder);
  }

  /** What starts the managed browser. */
  get program() {
    return path.join(this.#folder, 'chromium');
  }

  /**
   * Runs a program where it sees what the managed browser sees.
   * @param {Record<string, string>} environment
   * @param {string} program
   * @param {...string} words
   * @returns {string} its standard output
   */
  runs(environment, program, ...words) {
    const [view = '', ...how] = VIEW;
    const inside = [...how, 'sh', '-c', `mount --bind "$0" ${PLACE} && exec "$@"`, path.join(this.#folder, 'etc'), program, ...words];
    const { status, stdout, stderr } = spawnSync(view, inside, { env: environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /**
   * A file in the managed browser's folder of the whole machine.
   * @param {string} name
   */
  file(name) {
    return path.join(this.#folder, 'etc', name);
  }

  /**
   * Sets the policy of the extension, in place of what was set before. A running browser takes it up within seconds.
   * @param {object | null} policy null takes everything away
   * @param {object} [browser] policies of the browser itself
   */
  sets(policy, browser = {}) {
    if (policy === null) return fs.rmSync(this.#file);
    this.lays(JSON.stringify({ ...browser, '3rdparty': { extensions: { [ID]: policy } } }));
  }

  /**
   * Puts a whole file of policies where the browser reads them, as an administrator does.
   * @param {string | Buffer} content
   */
  lays(content) {
    const fresh = `${this.#file}.new`;
    fs.writeFileSync(fresh, content);
    fs.renameSync(fresh, this.#file);
  }

  get #file() {
    return path.join(this.#folder, 'etc/policies/managed/correo-cfdi.json');
  }
}
