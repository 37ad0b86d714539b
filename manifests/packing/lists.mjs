/** What may be in a package. What is on no list is in none. */

import { readFileSync, readdirSync } from 'node:fs';

import { policyFiles } from './policies.mjs';

const ROOT = new URL('../../', import.meta.url);
const FOLDER = new URL('extension/', ROOT);

/** Pages and code; types, the SDK's documents and whatever else lies there are not for the browser. */
const EXTENSION = [
  /^(manifest|managed_schema)\.json$/,
  /^_locales\/[a-z]{2}(_[A-Z]{2})?\/messages\.json$/,
  /^icons\/icon(-\d+\.png|\.svg)$/,
  /^(batch|bridge|deliver|directory|history|options|popup|shared|welcome|worker)\/[a-z0-9_]+\.(js|html|css)$/,
];

/** What a portal's builder takes. */
const SDK = [/^portal-sdk\/[a-z.-]+\.(js|mjs|d\.ts)$/];

/** Whom the files belong to, in every package. */
const LICENCE = 'LICENSE';

/**
 * The files of a folder that some pattern names, by their paths in it.
 *
 * @param {URL} base @param {RegExp[]} patterns
 */
function listed(base, patterns) {
  const names = readdirSync(base, { recursive: true, withFileTypes: true })
    // A link is no file: what it leads to was not reviewed here.
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.replaceAll('\\', '/').slice(decodeURIComponent(base.pathname).length).replace(/^\//, ''));
  const chosen = names.filter((name) => patterns.some((pattern) => pattern.test(name)));
  return new Map(chosen.map((name) => [name, readFileSync(new URL(name, base))]));
}

/** @param {Map<string, Buffer>} files */
const withLicence = (files) => files.set(LICENCE, readFileSync(new URL(LICENCE, ROOT)));

/** As it is loaded unpacked or handed out by an organisation: its key gives it the same id everywhere. */
export const extension = (folder = FOLDER) => withLicence(listed(folder, EXTENSION));

/** The same for the stores, which give it an id themselves and take no key. */
export function forStores() {
  const files = extension();
  const { key, ...manifest } = JSON.parse(String(files.get('manifest.json')));
  if (key === undefined) throw new Error('the manifest has no key any more');
  return files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

/** The module for portals, its types and its licence. */
export const sdk = (folder = FOLDER) => withLicence(new Map([...listed(folder, SDK)].map(([name, content]) => [name.replace('portal-sdk/', ''), content])));

/** What is for administrators: policy templates in every form, and how to fill them in. */
const FLEET = [/^LEEME\.md$/, /^organisation\.json$/];

/** The templates, made of the description and the publisher's ids. */
export const policies = () => withLicence(new Map([...listed(new URL('manifests/policies/', ROOT), FLEET), ...policyFiles()]));

/** The version of all of it. */
export const version = () => /** @type {string} */ (JSON.parse(readFileSync(new URL('extension/manifest.json', ROOT), 'utf8')).version);
