/** The texts of the licences of everything that is inside the program: most of them ask to be handed on with it. */

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { crates } from './sbom.mjs';
import { Refusal } from './tools.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Files in which authors write what they ask for. */
const NAMES = /^(licen[cs]e|copying|copyright|notice|unlicense)([-._ ].*)?$/i;

const RULE = `${'='.repeat(80)}\n`;

/** Our own, that of the letters, and each crate's; one that several crates share stands once. */
export function licences() {
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  const add = (/** @type {string} */ name, /** @type {string} */ file) => {
    const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trimEnd();
    texts.set(text, [...(texts.get(text) ?? []), name]);
  };
  add('Correo CFDI', path.join(ROOT, 'LICENSE'));
  add('Impresa Sans', path.join(ROOT, 'host/fonts/LICENSE'));
  const silent = [];
  for (const { name, version, license, folder } of crates()) {
    const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && NAMES.test(entry.name)).map((entry) => entry.name).sort();
    for (const file of found) add(`${name} ${version}`, path.join(folder, file));
    if (found.length === 0) silent.push(`${name} ${version}: ${license}`);
  }
  if (texts.size < 3) throw new Refusal('Cargo: no hay fuentes de los paquetes / the packages have no sources');
  const parts = [...texts].map(([text, names]) => `${RULE}${names.join('\n')}\n${RULE}\n${text}\n\n`);
  return Buffer.from(`${parts.join('')}${RULE}Only the name of their licence is given by / sólo dan el nombre de su licencia\n${RULE}\n${silent.join('\n')}\n`);
}
