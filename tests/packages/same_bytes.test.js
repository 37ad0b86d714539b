/** The same programs and files give the same packages, wherever, whenever and by whomever they are packed. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';

import { EPOCH, ROOT, linuxProgram, scratch, windowsProgram } from './support/made.js';

const place = scratch('same');
after(() => place.remove());

/** @param {string} name @param {string} mask @param {Record<string, string>} variables */
function packed(name, mask, variables) {
  // Copies have other times; another name of the folder, another time zone, another language, another mask.
  const [windows, linux] = [[windowsProgram(), `${name}.exe`], [linuxProgram(), name]].map(([from, to]) => {
    const copy = path.join(place.folder, String(to));
    copyFileSync(String(from), copy);
    return copy;
  });
  const out = path.join(place.folder, `out-${name}`);
  execFileSync('sh', ['-c', `umask ${mask}; exec "$@"`, 'sh', path.join(ROOT, 'manifests/pack'), out, '--windows', String(windows), '--linux', String(linux)], { cwd: place.folder, env: { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH), ...variables }, stdio: 'ignore' });
  return out;
}

test('packed twice, every sum is the same, and each is true', async () => {
  const one = packed('uno', '022', { TZ: 'UTC', LANG: 'C' });
  // The times that an archive keeps are of two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const two = packed('dos', '077', { TZ: 'America/Mexico_City', LANG: 'es_MX.UTF-8' });
  assert.equal(readFileSync(path.join(one, 'SHA256SUMS'), 'utf8'), readFileSync(path.join(two, 'SHA256SUMS'), 'utf8'));
  const said = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: two, encoding: 'utf8' });
  assert.equal(said.trim().split('\n').length, readdirSync(two).length - 1, 'every file has a sum');
});
