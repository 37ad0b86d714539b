/**
 * The installer for fleets: for the whole computer, without questions, with its registry rows declared.
 *
 * wixl makes it. It writes the time and a random number into the summary; both are put in the place of fixed ones here.
 */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hostManifest, hosts } from './registration.mjs';
import { inScratch, lay, run, sorted } from './tools.mjs';

/** @import { File } from './tools.mjs' */
/** @import { Publisher } from './registration.mjs' */

/** What all versions have in common, by which a newer one finds an older one. Never changes. */
const UPGRADE_CODE = '5c1b3f53-6a0e-4a55-9a3d-6f0c2f9a7b18';

/** Mexico's Spanish, and UTF-8. */
const [LANGUAGE, CODEPAGE] = ['2058', '65001'];

const NEWER = 'Ya está instalada una versión más nueva de Correo CFDI; no se cambió nada. Para volver a ésta, desinstale antes la otra. / '
  + 'A newer version of Correo CFDI is installed; nothing was changed. To go back, uninstall it first.';

/** @param {string} text */
const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A number that a text gives, in the form of a random one (RFC 9562 section 5.8). @param {string} text */
function guid(text) {
  const digits = createHash('sha256').update(`correo-cfdi ${text}`).digest('hex').toUpperCase();
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-A$4-$5');
}

/** An identifier: letters, digits and underscores. @param {string} kind @param {string} name */
const id = (kind, name) => `${kind}_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;

/** Folders and files below one folder. @typedef {{ folders: Map<string, Tree>, files: string[] }} Tree */

/** @param {Iterable<string>} names @returns {Tree} */
function tree(names) {
  /** @type {Tree} */
  const root = { folders: new Map(), files: [] };
  for (const name of names) {
    let at = root;
    for (const part of name.split('/').slice(0, -1)) {
      const next = at.folders.get(part) ?? { folders: new Map(), files: [] };
      at.folders.set(part, next);
      at = next;
    }
    at.files.push(name);
  }
  return root;
}

/** One component a folder: its files, and what is given to the first. @param {Tree} at @param {string} where @param {string} from @param {string[]} components @returns {string} */
function folder(at, where, from, components) {
  const component = id('c', where);
  const files = at.files.map((name, index) => `<File Id="${id('f', name)}" Name="${xml(path.posix.basename(name))}" Source="${xml(path.join(from, name))}"${index === 0 ? ' KeyPath="yes"' : ''}/>`);
  if (files.length > 0) components.push(component);
  return [
    ...(files.length > 0 ? [`<Component Id="${component}" Guid="${guid(`folder ${where}`)}" Win64="yes">`, ...files, '</Component>'] : []),
    ...[...at.folders].map(([name, below]) => `<Directory Id="${id('d', `${where}/${name}`)}" Name="${xml(name)}">\n${folder(below, `${where}/${name}`, from, components)}\n</Directory>`),
  ].join('\n');
}

/** Each browser's key with the manifest's path. @param {string} manifest */
function registry(manifest) {
  const name = manifest.replace(/\.json$/, '');
  return hosts('windows', 'system').map((key) => `${key}\\${name}`).map((key, index) => `<RegistryValue Root="HKLM" Key="${xml(key)}" Type="string" Value="[INSTALLDIR]${manifest}"${index === 0 ? ' KeyPath="yes"' : ''}/>`).join('\n');
}

/** The source for wixl. @param {{ version: string, publisher: Publisher, files: Map<string, File> }} given @param {string} manifest @param {string} from */
export function source({ version, publisher, files }, manifest, from) {
  /** @type {string[]} */
  const components = ['Registration'];
  const folders = folder(tree(sorted(files).map(([name]) => name)), '', from, components);
  const digest = createHash('sha256').update(version);
  for (const [name, { content }] of sorted(files)) digest.update(`\n${name} ${content.length}\n`).update(content);
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="${guid(`product ${digest.digest('hex')}`)}" Name="Correo CFDI" Language="${LANGUAGE}" Version="${version}" Manufacturer="${xml(publisher.name)}" UpgradeCode="${UPGRADE_CODE}">
<Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine" Description="Correo CFDI ${version}" Comments="${xml(publisher.version_page)}"/>
<MajorUpgrade DowngradeErrorMessage="${xml(NEWER)}"/>
<Media Id="1" Cabinet="correo.cab" EmbedCab="yes"/>
<Property Id="REBOOT" Value="ReallySuppress"/>
<Property Id="REINSTALLMODE" Value="amus"/>
<Property Id="ARPNOMODIFY" Value="1"/>
<Property Id="ARPHELPLINK" Value="${xml(publisher.support)}"/>
<Directory Id="TARGETDIR" Name="SourceDir">
<Directory Id="ProgramFiles64Folder">
<Directory Id="INSTALLDIR" Name="Correo CFDI">
<Component Id="Registration" Guid="${guid('registration')}" Win64="yes">
${registry(manifest)}
</Component>
${folders}
</Directory>
</Directory>
</Directory>
<Feature Id="All" Level="1">
${components.map((name) => `<ComponentRef Id="${name}"/>`).join('\n')}
</Feature>
</Product>
</Wix>
`;
}

/** 1 January 1601 to 1 January 1970, in seconds: what FILETIME counts from. */
const BEFORE_UNIX = 11_644_473_600;

/** @param {number} epoch */
function fileTime(epoch) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(epoch + BEFORE_UNIX) * 10_000_000n);
  return bytes;
}

/** How old the file's own times are at most, in seconds. */
const JUST_NOW = 900;

/**
 * Puts fixed values where wixl has written the time (two properties of type VT_FILETIME, [MS-OLEPS] section 2.15) and a
 * random number. Lengths do not change.
 *
 * @param {Buffer} made @param {number} epoch @param {number} now seconds
 */
export function fixed(made, epoch, now) {
  const bytes = Buffer.from(made);
  const kind = Buffer.from([0x40, 0, 0, 0]);
  const [first, last] = [now - JUST_NOW, now + JUST_NOW].map((second) => fileTime(second).readBigUInt64LE());
  let times = 0;
  for (let at = bytes.indexOf(kind); at >= 0 && at + 12 <= bytes.length; at = bytes.indexOf(kind, at + 1)) {
    const value = bytes.readBigUInt64LE(at + 4);
    if (first === undefined || last === undefined || value < first || value > last) continue;
    fileTime(epoch).copy(bytes, at + 4);
    times += 1;
  }
  // The package code is the one GUID in the summary; in the database text has no braces of its own in such a row.
  const code = [...new Set([...bytes.toString('latin1').matchAll(/\x1e\0\0\0\x27\0\0\0(\{[0-9A-F-]{36}\})\0/g)].map(([, text]) => String(text)))];
  if (times !== 2 || code.length !== 1) throw new Error(`wixl has changed: ${times} times, ${code.length} numbers`);
  const at = bytes.indexOf(String(code[0]), 0, 'latin1');
  bytes.fill(' ', at, at + 38);
  bytes.write(`{${guid(createHash('sha256').update(bytes).digest('hex'))}}`, at, 'latin1');
  return bytes;
}

/**
 * The installer's bytes.
 *
 * @param {{ version: string, epoch: number, publisher: Publisher, files: Map<string, File> }} given files by their paths below the program's folder
 */
export function machineInstaller(given) {
  return inScratch((scratch) => {
    // Beside the manifest, as browsers on Windows read a path that is not absolute.
    const manifest = hostManifest('correo-cfdi.exe', given.publisher);
    const files = new Map([...given.files, [manifest.name, { content: manifest.content }]]);
    const [from, script, out] = ['files', 'correo.wxs', 'correo.msi'].map((name) => path.join(scratch, name));
    if (from === undefined || script === undefined || out === undefined) throw new Error('three names');
    lay(from, files, given.epoch);
    // wixl takes paths below the folder of its source alone.
    writeFileSync(script, source({ ...given, files }, manifest.name, 'files'));
    run('wixl', ['-a', 'x64', '-o', out, script], { cwd: scratch, epoch: given.epoch });
    // wixl writes UTF-8 and does not say so.
    const codepage = path.join(scratch, '_ForceCodepage.idt');
    writeFileSync(codepage, `\r\n\r\n${CODEPAGE}\t_ForceCodepage\r\n`);
    run('msibuild', [out, '-i', codepage], { cwd: scratch });
    return fixed(readFileSync(out), given.epoch, Math.floor(Date.now() / 1000));
  });
}
