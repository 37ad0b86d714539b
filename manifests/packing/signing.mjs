/**
 * Signatures that Windows knows (Authenticode), made and verified by osslsigncode.
 *
 * A passphrase comes from a file or from standard input: arguments and variables of a process can be read by others.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Refusal, run } from './tools.mjs';

/** Asked for on the command line: files, and where a time stamp comes from (RFC 3161). @typedef {{ certificate: string, key: string | null, passphrase: string | null, authority: string, timestamp: string | null }} Signing */

/** What an office sees in Windows' dialogs. */
const TITLE = 'Correo CFDI';

/** Containers of certificate and key. */
const PKCS12 = /\.(p12|pfx)$/i;

/** @param {string} word */
const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

/** Signs and verifies files in one scratch folder, into which the passphrase is written for its time. */
export class Signer {
  /** @type {string[]} */
  #words;
  /** @type {string[]} */
  #verify;

  /** @param {Signing} given @param {string} scratch a folder that nobody else reads @param {number} epoch seconds; what says when, where no time stamp does */
  constructor({ certificate, key, passphrase, authority, timestamp }, scratch, epoch) {
    if (PKCS12.test(certificate) === (key !== null)) throw new Refusal('--sign: CERT.p12, o bien CERT.pem con --key / CERT.p12, or CERT.pem with --key');
    this.#words = ['sign', ...(key === null ? ['-pkcs12', certificate] : ['-certs', certificate, '-key', key])];
    if (passphrase !== null) {
      const file = path.join(scratch, 'passphrase');
      // One line, as editors and `echo` end it.
      writeFileSync(file, readFileSync(passphrase === '-' ? 0 : passphrase, 'utf8').replace(/\r?\n$/, ''), { mode: 0o600 });
      this.#words.push('-readpass', file);
    }
    this.#words.push('-h', 'sha256', '-n', TITLE, '-time', String(epoch), ...(timestamp === null ? [] : ['-ts', timestamp]));
    this.#verify = ['verify', '-CAfile', authority, ...(timestamp === null ? [] : ['-TSA-CAfile', authority])];
    this.scratch = scratch;
  }

  /** The signed form, verified against the authority. @param {string} name any file's name with the ending of its kind @param {Buffer} content */
  sign(name, content) {
    const [plain, signed] = ['plain', 'signed'].map((kind) => path.join(this.scratch, `${kind}-${name}`));
    if (plain === undefined || signed === undefined) throw new Error('two names');
    writeFileSync(plain, content);
    run('osslsigncode', [...this.#words, '-in', plain, '-out', signed]);
    run('osslsigncode', [...this.#verify, '-in', signed]);
    return readFileSync(signed);
  }

  /** A shell script that signs the file it is given in its place: NSIS makes the uninstaller itself and calls it. */
  script() {
    const script = path.join(this.scratch, 'sign');
    const sign = ['osslsigncode', ...this.#words].map(quoted).join(' ');
    const verify = ['osslsigncode', ...this.#verify].map(quoted).join(' ');
    writeFileSync(script, `#!/bin/sh\nset -eu\n${sign} -in "$1" -out "$1.signed"\n${verify} -in "$1.signed"\nmv -- "$1.signed" "$1"\n`, { mode: 0o700 });
    return script;
  }
}
