/** `manifests/pack`: writes the packages, their bills of materials and their sums into a folder. */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { extension, forStores, policies, sdk, version } from './lists.mjs';
import { ofExtension, ofHost } from './sbom.mjs';
import { zip } from './zip.mjs';

const [folder = fileURLToPath(new URL('../../target/package', import.meta.url)), ...rest] = process.argv.slice(2);
if (rest.length > 0 || folder.startsWith('-')) {
  process.stderr.write('manifests/pack [FOLDER]\n');
  process.exit(2);
}

const number = version();
/** @type {[string, Buffer | string][]} */
const made = [
  [`correo-cfdi-extension-${number}.zip`, zip(extension())],
  [`correo-cfdi-extension-${number}-store.zip`, zip(forStores())],
  [`correo-cfdi-portal-sdk-${number}.zip`, zip(sdk())],
  [`correo-cfdi-policies-${number}.zip`, zip(policies())],
  [`correo-cfdi-extension-${number}.cdx.json`, ofExtension(extension())],
  [`correo-cfdi-host-${number}.cdx.json`, ofHost()],
];

mkdirSync(folder, { recursive: true });
const sums = made.map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
for (const [name, content] of made) writeFileSync(path.join(folder, name), content);
writeFileSync(path.join(folder, 'SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));
