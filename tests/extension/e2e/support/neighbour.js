/** Another extension in the same browser, which may do on every page what the browser lets extensions do. */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MANIFEST = { manifest_version: 3, name: 'Vecina', version: '1', permissions: ['scripting', 'tabs'], host_permissions: ['<all_urls>'] };

/**
 * Writes it for the time of a test.
 * @param {import('node:test').TestContext} t
 * @returns {{ folder: string, page: string }} where it lies, and the address of its own page
 */
export function neighbour(t) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-vecina-')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(MANIFEST));
  fs.writeFileSync(path.join(folder, 'page.html'), '<!doctype html><title>Vecina</title>');
  // An extension without a key is called after its folder.
  const id = [...createHash('sha256').update(folder).digest('hex').slice(0, 32)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
  return { folder, page: `chrome-extension://${id}/page.html` };
}
