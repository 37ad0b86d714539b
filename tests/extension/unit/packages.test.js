/** The packages of the tests; the extension itself has none. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');

/** @typedef {{ version?: string, resolved?: string, integrity?: string, license?: string, link?: boolean, hasInstallScript?: boolean }} Package */
/** @type {[string, Package][]} */
const PACKAGES = Object.entries(JSON.parse(read('tests/package-lock.json')).packages).filter(([path]) => path !== '');

const SETTINGS = read('tests/.npmrc').trim().split('\n');

/** Nothing of these ships; CC-BY and CC0 are lists of licences, MPL the files of a lint. */
const LICENCES = new Set(['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC-BY-3.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'MPL-2.0']);

test('every package is fixed by version and hash and comes from the registry that npm is set to', () => {
  assert.ok(PACKAGES.length > 50);
  for (const [path, { version, resolved, integrity, link }] of PACKAGES) {
    assert.match(path, /^(node_modules\/(@[a-z0-9-]+\/)?[a-z0-9._-]+\/?)+$/i);
    assert.match(version ?? '', /^\d+\.\d+\.\d+/, path);
    // No address at all: a package from elsewhere, from git or from a folder would need one.
    assert.equal(resolved, undefined, path);
    assert.equal(link, undefined, path);
    assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, path);
  }
});

test('no package runs anything when it is installed', () => {
  assert.deepEqual(PACKAGES.filter(([, one]) => one.hasInstallScript).map(([path]) => path), []);
  // Nor could one: `npm run` still runs what it is asked to.
  assert.ok(SETTINGS.includes('ignore-scripts=true'));
});

test('every package has a licence that we may use', () => {
  assert.deepEqual(PACKAGES.filter(([, { license = '' }]) => !LICENCES.has(license)).map(([path, { license }]) => `${path}: ${license}`), []);
});

test('what is asked for is of one version, and the lock file agrees', () => {
  const { dependencies, devDependencies } = JSON.parse(read('tests/package.json'));
  assert.equal(dependencies, undefined, 'nothing ships');
  const locked = new Map(PACKAGES);
  for (const [name, version] of Object.entries(devDependencies)) {
    assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
    assert.equal(locked.get(`node_modules/${name}`)?.version, version, name);
  }
});

test('the settings of npm name no registry and keep scripts and addresses out', () => {
  assert.ok(SETTINGS.includes('omit-lockfile-registry-resolved=true'));
  assert.deepEqual(SETTINGS.filter((line) => /registry=|_auth|token|proxy|:\/\//i.test(line)), []);
});
