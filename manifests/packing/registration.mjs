/** Where browsers look for the program, from the same two files that the program itself reads. */

import { readFileSync } from 'node:fs';

const MANIFESTS = new URL('../', import.meta.url);

/** @param {string} name */
const read = (name) => readFileSync(new URL(name, MANIFESTS), 'utf8');

/** One row of the table, as far as it is needed here. @typedef {{ system: string, scope: string, hosts: string[] }} Place */

/** What the table is written in, a part of TOML: heads, keys with `=`, switches, strings of both kinds, and lists of them. */
const TOKEN = /[ \t\n]+|#[^\n]*|(\[\[place\]\])|([a-z_]+)[ \t]*=|(true|false)|"((?:[^"\\\n]|\\["\\])*)"|'([^'\n]*)'|([[\],])/y;

/** Its tokens, without blanks and comments; anything else is refused rather than passed over. @param {string} text */
function tokens(text) {
  const found = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`manifests/browsers.toml:${text.slice(0, at).split('\n').length}: ${text.slice(at).split('\n')[0]}`);
    const [, head, key, flag, basic, literal, sign] = match;
    const value = flag ?? literal ?? basic?.replaceAll(/\\(.)/g, '$1');
    if (head !== undefined || key !== undefined || value !== undefined || sign !== undefined) found.push({ head, key, value, sign });
  }
  return found;
}

/** The table, row by row. */
export function table(text = read('browsers.toml')) {
  /** @type {Record<string, string | string[]>[]} */
  const rows = [];
  /** @type {string[] | null} */
  let list = null;
  let name = '';
  for (const { head, key, value, sign } of tokens(text)) {
    const row = rows.at(-1);
    if (head !== undefined) rows.push({});
    else if (row === undefined) throw new Error('manifests/browsers.toml: a row has no head');
    else if (key !== undefined) name = key;
    else if (sign === '[') row[name] = list = [];
    else if (sign === ']') list = null;
    else if (value !== undefined && list !== null) list.push(value);
    else if (value !== undefined) row[name] = value;
  }
  return rows.map((row) => {
    const { system, scope, hosts } = row;
    if (typeof system !== 'string' || typeof scope !== 'string' || !Array.isArray(hosts) || hosts.length === 0) throw new Error(`manifests/browsers.toml: ${JSON.stringify(row)}`);
    return { system, scope, hosts };
  });
}

/** Where every browser of a system looks: folders, and on Windows keys of the registry below the hive of the scope. @param {'linux' | 'windows' | 'macos'} system @param {'user' | 'system'} scope @param {Place[]} [places] */
export const hosts = (system, scope, places = table()) => [...new Set(places.filter((one) => one.system === system && one.scope === scope).flatMap((one) => one.hosts))].sort();

/** Who publishes, where, and under which ids. @typedef {{ name: string, version_page: string, download: string, privacy: string, support: string, support_email: string, extension_ids: Record<string, string | null> }} Publisher */

/** @returns {Publisher} */
export const publisher = () => JSON.parse(read('publisher.json'));

/** The host manifest for a program at that path, byte for byte as the program itself would write it. @param {string} program @param {Publisher} by */
export function hostManifest(program, by = publisher()) {
  const template = JSON.parse(read('host.json.in'));
  const ids = Object.keys(by.extension_ids).sort().map((name) => by.extension_ids[name]).filter((id) => typeof id === 'string');
  const manifest = { ...template, path: program, allowed_origins: ids.map((id) => `chrome-extension://${id}/`) };
  return { name: `${template.name}.json`, content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) };
}
