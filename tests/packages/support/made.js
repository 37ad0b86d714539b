/** Packages of several versions, made of the programs that the long run has built. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { packages } from '../../../manifests/packing/packages.mjs';
import { publisher } from '../../../manifests/packing/registration.mjs';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The day that all packages of these tests are from. */
export const EPOCH = 1_767_225_600;

/** What tests/tools/packages-check has found. @param {string} name */
function program(name) {
  const file = process.env[name];
  if (file === undefined) throw new Error(`${name}: started by tests/tools/packages-check`);
  return file;
}

export const linuxProgram = () => program('CORREO_CFDI_LINUX');
export const windowsProgram = () => program('CORREO_CFDI_WINDOWS');

/** A folder that is gone after the test. @param {string} name */
export function scratch(name) {
  const folder = mkdtempSync(path.join(os.tmpdir(), `correo-cfdi-${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A client file that is visibly of nobody. */
export const CLIENT = Buffer.from(JSON.stringify({ web: { client_id: 'ejemplo.apps.googleusercontent.invalid', client_secret: 'no-es-un-secreto' } }));

/**
 * The packages of a version, in a folder.
 *
 * @param {string} folder @param {string} version @param {{ windows?: boolean, linux?: boolean, client?: Buffer | null, sign?: import('../../../manifests/packing/signing.mjs').Signing | null }} parts
 * @returns {(ending: string) => string} a package's path by the ending of its name
 */
export function make(folder, version, { windows = false, linux = false, client = null, sign = null }) {
  const place = path.join(folder, version);
  mkdirSync(place, { recursive: true });
  const made = packages({
    version,
    epoch: EPOCH,
    publisher: publisher(),
    windows: windows ? readFileSync(windowsProgram()) : null,
    linux: linux ? linuxProgram() : null,
    macos: null,
    client,
    sign,
  });
  for (const [name, content] of made) writeFileSync(path.join(place, name), content);
  return (ending) => {
    const [name] = made.find(([one]) => one.endsWith(ending)) ?? [];
    if (name === undefined) throw new Error(`no ${ending} was made`);
    return path.join(place, name);
  };
}

/** One request as the browser writes it: its length in four bytes of this computer's order, then JSON. @param {object} request */
export function frame(request) {
  const body = Buffer.from(JSON.stringify(request));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

/** The answer in a frame. @param {Buffer} bytes */
export const unframed = (bytes) => JSON.parse(bytes.toString('utf8', 4, 4 + bytes.readUInt32LE(0)));

/** The first request of every conversation. */
export const HELLO = frame({ jsonrpc: '2.0', id: 1, method: 'hello', params: { extension_version: '0.1.0', locale: 'es', min_protocol: 1, protocol: 1 } });

/** @param {Buffer} bytes */
export const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
