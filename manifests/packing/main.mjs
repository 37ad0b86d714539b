/** `manifests/pack`: writes the packages, their bills of materials and their sums into a folder. */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { version } from './lists.mjs';
import { Misuse, USAGE, ordered } from './order.mjs';
import { packages } from './packages.mjs';
import { publisher } from './registration.mjs';
import { Refusal } from './tools.mjs';

try {
  const { folder, order } = ordered(process.argv.slice(2), { version: version(), publisher: publisher(), environment: process.env });
  const made = packages(order);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of made) writeFileSync(path.join(folder, name), content);
  process.stdout.write(String(made.at(-1)?.[1]));
  const left = ['windows', 'linux', 'macos'].filter((system) => order[/** @type {'windows' | 'linux' | 'macos'} */ (system)] === null);
  if (left.length > 0) process.stderr.write(`no se hicieron paquetes para / no packages were made for: ${left.map((system) => `--${system}`).join(' ')}\n`);
} catch (error) {
  if (error instanceof Misuse) process.stderr.write(`${error.message}\n${USAGE}`);
  else if (error instanceof Refusal) process.stderr.write(`${error.message}\n`);
  else throw error;
  process.exitCode = error instanceof Misuse ? 2 : 1;
}
