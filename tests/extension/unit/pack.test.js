/** What is given to others: by lists, always the same bytes, with a bill of materials. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { extension, forStores, sdk } from '../../../manifests/packing/lists.mjs';
import { ofExtension, ofHost } from '../../../manifests/packing/sbom.mjs';
import { zip } from '../../../manifests/packing/zip.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PACKED = extension();

/** @param {import('node:test').TestContext} t */
function scratch(t) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-pack-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param {string} folder */
const contents = (folder) => new Map(readdirSync(folder).sort().map((name) => [name, readFileSync(path.join(folder, name))]));

test('two packages of the same files are the same bytes', (t) => {
  const place = scratch(t);
  const packed = ['uno', 'dos'].map((name) => {
    // Neither time nor place of the run may count.
    execFileSync(path.join(ROOT, 'manifests/pack'), [path.join(place, name)], { stdio: 'ignore', cwd: place, env: { ...process.env, TZ: name === 'uno' ? 'UTC' : 'America/Mexico_City' } });
    utimesSync(path.join(ROOT, 'extension/manifest.json'), new Date(), new Date());
    return contents(path.join(place, name));
  });
  assert.deepEqual([...(packed[0]?.keys() ?? [])].map((name) => name.replace(/\d+\.\d+\.\d+/, 'V')), [
    'SHA256SUMS', 'correo-cfdi-extension-V-chrome.zip', 'correo-cfdi-extension-V-edge.zip', 'correo-cfdi-extension-V.cdx.json', 'correo-cfdi-extension-V.zip', 'correo-cfdi-host-V.cdx.json', 'correo-cfdi-policies-V.zip', 'correo-cfdi-portal-sdk-V.zip', 'correo-cfdi-stores-V.zip',
  ]);
  assert.deepEqual(packed[0], packed[1]);
});

test('an archive is one that others read, with one time and one mode', (t) => {
  const place = scratch(t);
  const files = new Map([['ñ.txt', Buffer.from('uno')], ['a/b.js', Buffer.alloc(70_000, 7)], ['vacío', Buffer.alloc(0)]]);
  writeFileSync(path.join(place, 'a.zip'), zip(files));
  assert.deepEqual(zip(new Map([...files].reverse())), readFileSync(path.join(place, 'a.zip')), 'whatever order they come in');
  const program = 'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n'
    + 'print(json.dumps([[i.filename,z.read(i).hex(),i.date_time,oct(i.external_attr>>16),i.compress_type] for i in z.infolist()]))';
  const read = JSON.parse(execFileSync('python3', ['-c', program, path.join(place, 'a.zip')], { encoding: 'utf8' }));
  const wanted = ['a/b.js', 'vacío', 'ñ.txt'].map((name) => [name, files.get(name)?.toString('hex'), [1980, 1, 1, 0, 0, 0], '0o100644', 0]);
  assert.deepEqual(read, wanted);
});

/** Files that a file names, as the browser would ask for them. @param {string} name @param {string} text */
function named(name, text) {
  // Types are named in comments alone.
  const code = name.endsWith('.js') ? text.replaceAll(/\/\*[\s\S]*?\*\//g, '') : text;
  /** @param {RegExp} pattern */
  const all = (pattern) => [...code.matchAll(pattern)].map(([, found]) => String(found));
  const relative = (/** @type {string[]} */ found) => found.filter((one) => !/^(#|https?:|data:|chrome)/.test(one)).map((one) => path.posix.join(path.posix.dirname(name), one.replace(/[?#].*$/, '')));
  if (name.endsWith('.html')) return relative(all(/(?:src|href)="([^"]+)"/g));
  if (name.endsWith('.css')) return relative([...all(/url\(['"]?([^'")]+)/g), ...all(/@import ['"]([^'"]+)/g)]);
  if (name.endsWith('.js')) return [...relative(all(/(?:from|import) '(\.[^']+)'/g)), ...all(/['"`]((?:[a-z0-9_]+\/)+[a-z0-9_-]+(?:-\d+)?\.(?:html|js|png|svg|css))\b/g)];
  return name === 'manifest.json' ? all(/"((?:[a-z0-9_]+\/)*[a-z0-9_-]+(?:-\d+)?\.(?:html|js|png|svg|json))"/g) : [];
}

test('whatever the manifest and the pages name is packed, and whatever code is packed is named', () => {
  const seen = new Set(['manifest.json']);
  for (const name of seen) {
    const content = PACKED.get(name);
    assert.ok(content !== undefined, `${name} is named and not packed`);
    for (const other of named(name, String(content))) seen.add(other);
  }
  assert.ok(seen.size > 60, `${seen.size} files`);
  // Loaded by the browser itself: texts by language.
  const silent = [...PACKED.keys()].filter((name) => !seen.has(name) && !name.startsWith('_locales/') && name !== 'LICENSE');
  assert.deepEqual(silent, []);
});

test('nothing but what the lists name is packed', (t) => {
  for (const name of PACKED.keys()) assert.doesNotMatch(name, /(^|\/)\.|test|\.map$|\.ts$|\.md$|node_modules|portal-sdk|package(-lock)?\.json/, name);
  const place = scratch(t);
  cpSync(path.join(ROOT, 'extension'), place, { recursive: true });
  mkdirSync(path.join(place, 'nueva'));
  for (const stray of ['.oculto', 'worker/worker.test.js', 'popup/popup.js.map', 'shared/más.md', 'nueva/a.js', 'worker/a.js~', 'portal-sdk/notas.md']) writeFileSync(path.join(place, stray), 'x');
  symlinkSync('/etc/passwd', path.join(place, 'worker/enlace.js'));
  const folder = pathToFileURL(`${place}/`);
  assert.deepEqual(extension(folder), PACKED);
  assert.deepEqual(sdk(folder), sdk());
  assert.ok([...sdk().keys()].every((name) => /^(correo-cfdi[a-z.-]*\.(js|mjs|d\.ts)|LICENSE)$/.test(name)));
});

test('the stores get no key, and nothing else differs', () => {
  const stores = forStores();
  assert.equal(JSON.parse(String(stores.get('manifest.json'))).key, undefined);
  const { key, ...rest } = JSON.parse(String(PACKED.get('manifest.json')));
  assert.equal(typeof key, 'string');
  assert.deepEqual(JSON.parse(String(stores.get('manifest.json'))), rest);
  for (const [name, content] of PACKED) if (name !== 'manifest.json') assert.deepEqual(stores.get(name), content, name);
  assert.deepEqual([...stores.keys()], [...PACKED.keys()]);
});

/** What CycloneDX 1.5 demands of a bill such as ours. @param {any} bill */
function isBill(bill) {
  assert.deepEqual([bill.bomFormat, bill.specVersion, bill.version], ['CycloneDX', '1.5', 1]);
  assert.match(bill.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(Object.keys(bill).sort(), ['$schema', 'bomFormat', 'components', 'dependencies', 'metadata', 'serialNumber', 'specVersion', 'version']);
  const all = [bill.metadata.component, ...bill.components];
  for (const one of all) {
    assert.ok(['application', 'library', 'file'].includes(one.type) && one.name.length > 0, JSON.stringify(one));
    for (const { alg, content } of one.hashes ?? []) assert.ok(alg === 'SHA-256' && /^[0-9a-f]{64}$/.test(content));
    for (const licence of one.licenses ?? []) assert.match(licence.expression ?? licence.license.id, /^[A-Za-z0-9.() -]+$/);
  }
  const refs = all.map((one) => one['bom-ref']);
  assert.equal(new Set(refs).size, refs.length, 'each once');
  const edges = new Map(bill.dependencies.map((/** @type {any} */ one) => [one.ref, one.dependsOn]));
  assert.equal(edges.size, bill.dependencies.length);
  for (const to of edges.values()) for (const ref of to) assert.ok(refs.includes(ref), ref);
  assert.ok(edges.has(bill.metadata.component['bom-ref']));
}

test('the bill of the program names what Cargo builds it of, each with licence and checksum', () => {
  const bill = JSON.parse(ofHost());
  isBill(bill);
  const libraries = bill.components.filter((/** @type {any} */ one) => one.type === 'library');
  assert.ok(libraries.every((/** @type {any} */ one) => one.purl === one['bom-ref'] && one.hashes?.length === 1 && one.licenses?.length === 1));
  // Told by another command of Cargo's, for every system and without what tests need.
  const tree = execFileSync('cargo', ['tree', '--locked', '--edges', 'normal,build', '--target', 'all', '--prefix', 'none', '--format', '{p}'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const wanted = new Set(tree.split('\n').filter((line) => line !== '' && !line.startsWith('correo-cfdi ')).map((line) => line.replace(/^(\S+) v(\S+).*$/, 'pkg:cargo/$1@$2')));
  assert.deepEqual(libraries.map((/** @type {any} */ one) => one.purl), [...wanted].sort());
});

test('the bill of the extension names every file that is packed, and no dependency', () => {
  const bill = JSON.parse(ofExtension(PACKED));
  isBill(bill);
  assert.deepEqual(bill.components.map((/** @type {any} */ one) => one.name), [...PACKED.keys()].sort());
  assert.deepEqual(bill.dependencies, [{ ref: bill.metadata.component['bom-ref'], dependsOn: [] }]);
});
