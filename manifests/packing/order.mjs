/** What is asked for on the command line, read and checked. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { checkClient, refuseUnready } from './release.mjs';
import { forWindows } from './program.mjs';
import { Refusal } from './tools.mjs';

/** @import { Signing } from './signing.mjs' */
/** @import { Publisher } from './registration.mjs' */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const USAGE = `manifests/pack [FOLDER] [--windows EXE] [--linux PROGRAM] [--macos PROGRAM] [--client FILE] [--release]
               [--sign CERT.p12 | --sign CERT.pem --key FILE] [--passphrase FILE|-] [--authority FILE] [--timestamp URL]

  FOLDER        where the packages go; target/package without one
  --windows     the program for Windows: installer, MSI and ZIP (needs the packages nsis, wixl and msitools)
  --linux       the program for Linux: Debian package and ZIP (needs binutils)
  --macos       the program for macOS: ZIP
  --client      the publisher's OAuth client, client_secret_*.json, which goes into every package with a program
  --release     refuses placeholders in manifests/publisher.json, missing programs and what is not signed
  --sign        signs the Windows program, its installer with the uninstaller, and the MSI (needs osslsigncode)
  --key         the certificate's key, where it is not in a container
  --passphrase  a file with the passphrase of key or container, or - for standard input
  --authority   certificates that the signatures are verified against afterwards
  --timestamp   a server of time stamps (RFC 3161): without one, signatures end with the certificate

Times in packages are SOURCE_DATE_EPOCH, or else that of the last commit.
`;

const OPTIONS = /** @type {const} */ ({
  windows: { type: 'string' }, linux: { type: 'string' }, macos: { type: 'string' }, client: { type: 'string' }, release: { type: 'boolean' },
  help: { type: 'boolean' }, sign: { type: 'string' }, key: { type: 'string' }, passphrase: { type: 'string' }, authority: { type: 'string' }, timestamp: { type: 'string' },
});

/** How the command line is not understood: the usage is the answer. */
export class Misuse extends Error {}

/** What packages are made of. @typedef {{ version: string, epoch: number, publisher: Publisher, windows: Buffer | null, linux: string | null, macos: Buffer | null, client: Buffer | null, sign: Signing | null }} Order */

/** @param {string} file */
function content(file) {
  try {
    return readFileSync(file);
  } catch {
    throw new Refusal(`${file}: no se puede leer / cannot be read`);
  }
}

/** Seconds since 1970 that every file in every package gets. @param {NodeJS.ProcessEnv} environment */
export function epochOf(environment) {
  const given = environment['SOURCE_DATE_EPOCH'];
  if (given !== undefined && /^\d{9,10}$/.test(given)) return Number(given);
  if (given !== undefined) throw new Refusal(`SOURCE_DATE_EPOCH=${given}: no son segundos desde 1970 / not seconds since 1970`);
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    throw new Refusal('sin git, fije SOURCE_DATE_EPOCH / without git, set SOURCE_DATE_EPOCH');
  }
}

/** @param {Record<string, string | boolean | undefined>} given @returns {Signing | null} */
function signing({ sign, key, passphrase, authority, timestamp }) {
  const text = (/** @type {string | boolean | undefined} */ one) => (typeof one === 'string' ? one : null);
  const certificate = text(sign);
  if (certificate === null) {
    if ([key, passphrase, authority, timestamp].some((one) => one !== undefined)) throw new Misuse('--sign');
    return null;
  }
  const trusted = text(authority);
  if (trusted === null) throw new Misuse('--sign CERT --authority FILE');
  return { certificate, key: text(key), passphrase: text(passphrase), authority: trusted, timestamp: text(timestamp) };
}

/**
 * The command line as an order and a folder.
 *
 * @param {string[]} words @param {{ version: string, publisher: Publisher, environment: NodeJS.ProcessEnv }} known
 * @returns {{ folder: string, order: Order }}
 */
export function ordered(words, { version, publisher, environment }) {
  const { values, positionals } = (() => {
    try {
      return parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
    } catch (error) {
      throw new Misuse(error instanceof Error ? error.message : '');
    }
  })();
  if (values.help === true) throw new Misuse('');
  if (positionals.length > 1) throw new Misuse(positionals.join(' '));
  const order = {
    version,
    publisher,
    epoch: epochOf(environment),
    windows: values.windows === undefined ? null : content(values.windows),
    linux: values.linux ?? null,
    macos: values.macos === undefined ? null : content(values.macos),
    client: values.client === undefined ? null : checkClient(content(values.client)),
    sign: signing(values),
  };
  if (order.sign !== null && order.windows === null) throw new Misuse('--sign CERT --windows EXE');
  if (order.windows !== null) {
    const found = forWindows(order.windows).version;
    if (found !== null && found !== version) throw new Refusal(`--windows: es la versión ${found}, no ${version} / is version ${found}, not ${version}`);
  }
  if (values.release === true) refuseUnready(order);
  return { folder: positionals[0] ?? path.join(ROOT, 'target/package'), order };
}
