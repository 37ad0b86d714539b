/**
 * A throw-away root: this system's own, with everything that is written kept apart (overlayfs), so that dpkg works on a real
 * database, runs the maintainer scripts for real, and nothing of it stays.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Longest time of one command, in milliseconds: dpkg reads its whole database first. */
const PATIENCE = 240_000;

export class Root {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = path.join(folder, 'root');
    const [base, upper, work] = ['base', 'base/upper', 'base/work'].map((name) => path.join(folder, name));
    mkdirSync(this.folder);
    mkdirSync(String(base));
    // Of its own file system: what is written over an overlay may not lie on another one.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'none', String(base)]);
    this.base = String(base);
    mkdirSync(String(upper));
    mkdirSync(String(work));
    execFileSync('mount', ['-t', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, 'none', this.folder]);
    this.upper = String(upper);
    // Not this computer's own: what takes this folder away must never reach those.
    for (const [name, major, minor] of [['null', 1, 3], ['urandom', 1, 9]]) {
      rmSync(path.join(this.folder, 'dev', String(name)), { force: true });
      execFileSync('mknod', ['-m', '666', path.join(this.folder, 'dev', String(name)), 'c', String(major), String(minor)]);
    }
    execFileSync('mount', ['-t', 'proc', 'none', path.join(this.folder, 'proc')]);
  }

  /** Runs a program in this root, without a network. @param {string} program @param {string[]} words @param {{ input?: Buffer, env?: Record<string, string> }} [given] */
  run(program, words, { input, env } = {}) {
    const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...env };
    const { status, stdout, stderr, error } = spawnSync('chroot', [this.folder, program, ...words], { env: environment, input: input ?? Buffer.alloc(0), timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 });
    if (error !== undefined) throw error;
    return { code: status, stdout, text: `${stdout}${stderr}` };
  }

  /** @param {string} name from `/` on */
  path(name) {
    return path.join(this.folder, name);
  }

  /** Whether something is there, and no link into nothing. @param {string} name */
  has(name) {
    return this.run('test', ['-e', name]).code === 0;
  }

  /** A file, its links followed from this root on. @param {string} name */
  read(name) {
    const { code, stdout, text } = this.run('cat', [name]);
    if (code !== 0) throw new Error(text);
    return stdout;
  }

  /** Takes the root away, with all that was written. */
  close() {
    for (const place of [path.join(this.folder, 'proc'), this.folder, this.base]) spawnSync('umount', ['-l', place]);
    if (readFileSync('/proc/self/mounts', 'utf8').includes(` ${this.base}`) || readFileSync('/proc/self/mounts', 'utf8').includes(` ${this.folder}`)) throw new Error(`still mounted: ${this.folder}`);
  }
}
