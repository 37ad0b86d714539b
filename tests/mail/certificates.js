/** A certificate authority of this run, and one certificate for loopback. */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {string} folder
 * @returns {{ authority: string, chain: string, key: string }} paths of PEM files
 */
export function certificates(folder) {
  const at = (/** @type {string} */ name) => path.join(folder, name);
  const openssl = (/** @type {string[]} */ ...words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...curve, '-days', '2', '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=Correo CFDI test run',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign');
  openssl('req', ...curve, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', '/CN=localhost');
  fs.writeFileSync(at('leaf.ext'), 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', at('leaf.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('leaf.ext'), '-out', at('leaf.pem'));
  fs.writeFileSync(at('chain.pem'), fs.readFileSync(at('leaf.pem'), 'utf8') + fs.readFileSync(at('ca.pem'), 'utf8'));
  return { authority: at('ca.pem'), chain: at('chain.pem'), key: at('leaf.key') };
}
