/** Unpacks with somebody else's program: what is packed here is read by others. */

import { execFileSync } from 'node:child_process';

/** @param {string} archive @param {string} folder */
export function unzip(archive, folder) {
  execFileSync('python3', ['-m', 'zipfile', '-e', archive, folder]);
}
