/**
 * Bills of materials (CycloneDX 1.5, cyclonedx.org/docs/1.5/json): of the program from Cargo's own answer, of the extension,
 * which has no dependency. No time and no random number is in them, so that the same lock file gives the same bytes.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Largest answer of Cargo, in bytes: some megabytes for five hundred packages. */
const MAX_ANSWER = 256 * 1024 * 1024;

/** @typedef {{ name: string, version: string, license: string | null, source: string | null, description: string | null, repository: string | null, manifest_path: string }} Package */

/** @param {string} file */
const read = (file) => readFileSync(`${ROOT}${file}`, 'utf8');

/** @param {Package} one */
const purl = ({ name, version }) => `pkg:cargo/${name}@${version}`;

/** SHA-256 of each package's archive, as the lock file fixes it. */
function checksums() {
  const found = new Map();
  for (const [, name, version, checksum] of read('Cargo.lock').matchAll(/\nname = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]{64})"/g)) {
    found.set(`pkg:cargo/${name}@${version}`, checksum);
  }
  return found;
}

/** @param {string[]} words */
const cargo = (...words) => execFileSync('cargo', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: MAX_ANSWER, stdio: ['ignore', 'pipe', 'inherit'] });

/** @type {{ root: Package, edges: { one: Package, to: string[] }[] } | undefined} */
let answer;

/** What the program is built of on any system: no tests, all targets, and only features that it switches on. */
function resolved() {
  // Cargo is asked once: every answer takes its lock.
  answer ??= ask();
  return answer;
}

function ask() {
  /** @type {{ packages: Package[] }} */
  const { packages } = JSON.parse(cargo('metadata', '--locked', '--format-version', '1'));
  const known = new Map(packages.map((one) => [purl(one), one]));
  /** @type {Map<string, Set<string>>} */
  const edges = new Map();
  /** @type {string[]} */
  const above = [];
  // `metadata` would count the features of the tests too. A line is `2name v1.0.0`; what is below a package is told once.
  for (const line of cargo('tree', '--locked', '--edges', 'normal,build', '--target', 'all', '--prefix', 'depth', '--format', ' {p}').split('\n')) {
    const [, depth, name, version] = /^(\d+) (\S+) v(\S+)/.exec(line) ?? [];
    if (depth === undefined) continue;
    const ref = `pkg:cargo/${name}@${version}`;
    above.splice(Number(depth), Infinity, ref);
    edges.get(above.at(-2) ?? '')?.add(ref);
    if (!edges.has(ref)) edges.set(ref, new Set());
  }
  /** @param {string} ref */
  const one = (ref) => /** @type {Package} */ (known.get(ref));
  const all = [...edges].map(([ref, to]) => ({ one: one(ref), to: [...to].sort() }));
  return { root: /** @type {Package} */ (all[0]?.one), edges: all };
}

/** An expression of SPDX; older packages write `/` for OR. @param {string | null} text */
const licence = (text) => (text === null ? {} : { licenses: [{ expression: text.replaceAll(/ ?\/ ?/g, ' OR ') }] });

/** @param {Package} one @param {Map<string, string>} sums */
function component(one, sums) {
  const sum = sums.get(purl(one));
  return {
    type: 'library',
    'bom-ref': purl(one),
    name: one.name,
    version: one.version,
    ...(sum !== undefined && { hashes: [{ alg: 'SHA-256', content: sum }] }),
    ...licence(one.license),
    purl: purl(one),
    ...(one.repository !== null && { externalReferences: [{ type: 'vcs', url: one.repository }] }),
  };
}

/** A bill with a serial number that its own content gives (RFC 9562 section 5.8). @param {object} content */
function bill(content) {
  const digits = createHash('sha256').update(JSON.stringify(content)).digest('hex').split('');
  digits[12] = '8';
  digits[16] = '89ab'[Number.parseInt(digits[16] ?? '0', 16) % 4] ?? '8';
  const serial = digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return { $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json', bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: `urn:uuid:${serial}`, version: 1, ...content };
}

/** @param {{ ref: string, to?: string[] }[]} edges */
const dependencies = (edges) => edges.map(({ ref, to = [] }) => ({ ref, dependsOn: to }));

/** @param {object} one */
const text = (one) => `${JSON.stringify(one, null, 2)}\n`;

/** The letters in the program, which no package manager knows. */
const FONT = { type: 'file', 'bom-ref': 'host/fonts', name: 'Liberation Sans (renamed subset)', licenses: [{ license: { id: 'OFL-1.1' } }] };

/** Every crate in the program, with the folder of its sources. */
export function crates() {
  const { root, edges } = resolved();
  return edges.map(({ one }) => one).filter((one) => one !== root).sort((a, b) => (purl(a) < purl(b) ? -1 : 1))
    .map(({ name, version, license, manifest_path: file }) => ({ name, version, license, folder: path.dirname(file) }));
}

/** The bill of the program. */
export function ofHost() {
  const { root, edges } = resolved();
  const sums = checksums();
  const main = { type: 'application', 'bom-ref': purl(root), name: root.name, version: root.version, description: root.description, ...licence(root.license), purl: purl(root) };
  const others = edges.filter(({ one }) => one !== root).sort((a, b) => (purl(a.one) < purl(b.one) ? -1 : 1));
  const own = edges.find(({ one }) => one === root)?.to ?? [];
  return text(bill({
    metadata: { component: main },
    components: [...others.map(({ one }) => component(one, sums)), FONT],
    dependencies: dependencies([{ ref: main['bom-ref'], to: [...own, FONT['bom-ref']] }, ...others.map(({ one, to }) => ({ ref: purl(one), to })), { ref: FONT['bom-ref'] }]),
  }));
}

/** The bill of the extension. @param {Map<string, Buffer>} files */
export function ofExtension(files) {
  const { version } = JSON.parse(String(files.get('manifest.json')));
  const ref = `correo-cfdi-extension@${version}`;
  const components = [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, content]) => ({
    type: 'file', 'bom-ref': name, name, hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(content).digest('hex') }],
  }));
  const main = { type: 'application', 'bom-ref': ref, name: 'correo-cfdi-extension', version, licenses: [{ expression: 'MIT OR Apache-2.0' }] };
  return text(bill({ metadata: { component: main }, components, dependencies: dependencies([{ ref }]) }));
}
