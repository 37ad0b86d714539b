/** Programs that make packages: each is named with its Debian package where it is missing. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Which Debian package brings a program. */
const PACKAGES = { makensis: 'nsis', wixl: 'wixl', msibuild: 'msitools', 'dpkg-deb': 'dpkg', osslsigncode: 'osslsigncode', objdump: 'binutils', git: 'git' };

/** What is said, in bytes at most. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** Trouble that a person can do something about: its text is all that is shown. */
export class Refusal extends Error {}

/** Runs a program to its end and gives what it printed. @param {keyof typeof PACKAGES} name @param {string[]} words @param {{ cwd?: string, epoch?: number }} [where] */
export function run(name, words, { cwd = '.', epoch } = {}) {
  // Times, names and texts must not depend on who packs.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...(epoch !== undefined && { SOURCE_DATE_EPOCH: String(epoch) }) };
  const { error, status, signal, stdout, stderr } = spawnSync(name, words, { cwd, env, encoding: 'utf8', maxBuffer: MAX_ANSWER, stdio: ['ignore', 'pipe', 'pipe'] });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new Refusal(`falta ${name}: instale el paquete ${PACKAGES[name]} / ${name} is missing: install the Debian package ${PACKAGES[name]}`);
  }
  if (error !== undefined) throw error;
  if (status !== 0) throw new Refusal(`${name}: ${signal ?? status}\n${stdout}${stderr}`.trimEnd());
  return stdout;
}

/** Does something in a folder of its own, which only this user reads and which is gone afterwards. @template T @param {(folder: string) => T} act */
export function inScratch(act) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-pack-'));
  try {
    return act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file of a package. @typedef {{ content: Buffer, mode?: number }} File */

/** Lays files below a folder, all with one time. @param {string} folder @param {Map<string, File>} files @param {number} epoch seconds */
export function lay(folder, files, epoch) {
  for (const [name, { content, mode = 0o644 }] of files) {
    const place = path.join(folder, name);
    mkdirSync(path.dirname(place), { recursive: true, mode: 0o755 });
    writeFileSync(place, content, { mode });
    utimesSync(place, epoch, epoch);
  }
}

/** Sorted by the bytes of the names. @template T @param {Map<string, T>} files */
export const sorted = (files) => [...files].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
