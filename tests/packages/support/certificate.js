/** A throw-away authority and a certificate for code below it. */

import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the container is under; it protects nothing. */
export const PASSPHRASE = 'una frase de prueba';

/**
 * Makes `ca.pem`, `ca.key`, `code.pem`, `code.key`, `code.p12` and `passphrase`.
 *
 * @param {string} folder
 */
export function certificate(folder) {
  const openssl = (/** @type {string[]} */ ...words) => execFileSync('openssl', words, { stdio: 'ignore', cwd: folder });
  writeFileSync(path.join(folder, 'code.cnf'), 'extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n');
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Autoridad de prueba');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'code.key', '-out', 'code.csr', '-subj', '/CN=Firma de prueba');
  openssl('x509', '-req', '-in', 'code.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-out', 'code.pem', '-days', '2', '-extfile', 'code.cnf');
  writeFileSync(path.join(folder, 'passphrase'), `${PASSPHRASE}\n`);
  openssl('pkcs12', '-export', '-inkey', 'code.key', '-in', 'code.pem', '-out', 'code.p12', '-passout', 'file:passphrase');
}

/** Looks at a file's signature. @param {string} folder where the authority lies @param {string} name */
export const verify = (folder, name) => spawnSync('osslsigncode', ['verify', '-CAfile', path.join(folder, 'ca.pem'), '-in', name], { encoding: 'utf8' });
