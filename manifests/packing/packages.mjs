/** Everything that is given to others, by name. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { debianPackage } from './debian.mjs';
import { licences } from './licences.mjs';
import { extension, forStores, policies, sdk } from './lists.mjs';
import { machineInstaller } from './msi.mjs';
import { installer } from './nsis.mjs';
import { firstSteps } from './page.mjs';
import { forLinux, forMacos } from './program.mjs';
import { ofExtension, ofHost } from './sbom.mjs';
import { Signer } from './signing.mjs';
import { stores } from './stores.mjs';
import { inScratch } from './tools.mjs';
import { zip } from './zip.mjs';

/** @import { Order } from './order.mjs' */

/** A package: its file's name and bytes. @typedef {[string, Buffer | string]} Made */

const INSTALLERS = new URL('../installers/', import.meta.url);

/** Texts for Windows: its line ends, and the mark by which old editors know UTF-8. @param {string} name @param {string} version */
const forNotepad = (name, version) => Buffer.from(`\ufeff${readFileSync(new URL(name, INSTALLERS), 'utf8').replaceAll('@VERSION@', version).replaceAll('\n', '\r\n')}`);

/** A script of Windows' shell, which understands no such mark. @param {string} name */
const forShell = (name) => Buffer.from(readFileSync(new URL(name, INSTALLERS), 'utf8').replaceAll('\n', '\r\n'));

/** What lies beside the program, whatever the system. @param {Order} order */
function beside({ client, publisher }) {
  const files = extension();
  return new Map(/** @type {[string, Buffer][]} */ ([
    ...[...files].map(([name, content]) => [`extension/${name}`, content]),
    ['primeros-pasos.html', firstSteps(publisher)],
    ['licencias.txt', licences()],
    ...(client === null ? [] : [['client.json', client]]),
  ]));
}

/** A folder to unpack anywhere: no installer, no administrator. @param {Map<string, Buffer>} files @param {string} [program] */
function unpacked(files, program) {
  const below = (/** @type {string} */ name) => `Correo CFDI/${name}`;
  return zip(new Map([...files].map(([name, content]) => [below(name), content])), new Set(program === undefined ? [] : [below(program)]));
}

/** @param {Order} order @param {Buffer} program @param {Signer | null} signer @returns {Made[]} */
function forWindows(order, program, signer) {
  const { version, epoch, publisher } = order;
  const exe = signer === null ? program : signer.sign('correo-cfdi.exe', program);
  const files = new Map([...beside(order), ['correo-cfdi.exe', exe]]);
  const laid = new Map([...files].map(([name, content]) => [name, { content }]));
  const signed = (/** @type {string} */ name, /** @type {Buffer} */ content) => (signer === null ? content : signer.sign(name, content));
  return [
    [`correo-cfdi-${version}-instalador.exe`, signed('setup.exe', installer({ version, epoch, publisher, files: laid, signer }))],
    [`correo-cfdi-${version}-equipo.msi`, signed('correo.msi', machineInstaller({ version, epoch, publisher, files: laid }))],
    [`correo-cfdi-${version}-windows.zip`, unpacked(new Map([...files, ['LEEME.txt', forNotepad('windows/LEEME.txt', version)], ['instalar.cmd', forShell('windows/instalar.cmd')], ['desinstalar.cmd', forShell('windows/desinstalar.cmd')]]))],
  ];
}

/** @param {Order} order @param {string} file @returns {Made[]} */
function forDebian(order, file) {
  const program = readFileSync(file);
  const [extensionFiles, page, bill, texts] = [extension(), firstSteps(order.publisher), ofHost(), licences()];
  const needs = forLinux(file);
  return [debianPackage({ ...order, program, extension: extensionFiles, page, bill, licences: texts }, needs), folderForLinux(order, file)];
}

/** The same without a package manager. @param {Order} order @param {string} file @returns {Made} */
export function folderForLinux(order, file) {
  return [`correo-cfdi-${order.version}-linux-${forLinux(file).architecture}.zip`, unpacked(new Map([...beside(order), ['correo-cfdi', readFileSync(file)]]), 'correo-cfdi')];
}

/** The folder alone: no disk image and no notarisation can be made here. @param {Order} order @param {Buffer} program @returns {Made[]} */
function forMac(order, program) {
  forMacos(program);
  return [[`correo-cfdi-${order.version}-macos.zip`, unpacked(new Map([...beside(order), ['correo-cfdi', program]]), 'correo-cfdi')]];
}

/** The packages that need no program. @param {Order} order @returns {Made[]} */
function always(order) {
  const { version } = order;
  const uploaded = zip(forStores());
  return [
    [`correo-cfdi-extension-${version}.zip`, zip(extension())],
    [`correo-cfdi-extension-${version}-chrome.zip`, uploaded],
    [`correo-cfdi-extension-${version}-edge.zip`, uploaded],
    [`correo-cfdi-policies-${version}.zip`, zip(policies())],
    [`correo-cfdi-portal-sdk-${version}.zip`, zip(sdk())],
    [`correo-cfdi-stores-${version}.zip`, zip(stores(order))],
    [`correo-cfdi-extension-${version}.cdx.json`, ofExtension(extension())],
    [`correo-cfdi-host-${version}.cdx.json`, ofHost()],
  ];
}

/** All that can be made of what was given, with its sums. @param {Order} order @returns {Made[]} */
export function packages(order) {
  // Whoever packs, others read.
  process.umask(0o022);
  return inScratch((scratch) => {
    const signer = order.sign === null ? null : new Signer(order.sign, scratch, order.epoch);
    const made = [
      ...always(order),
      ...(order.windows === null ? [] : forWindows(order, order.windows, signer)),
      ...(order.linux === null ? [] : forDebian(order, order.linux)),
      ...(order.macos === null ? [] : forMac(order, order.macos)),
    ];
    const sums = made.map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
    return [...made, ['SHA256SUMS', sums.join('')]];
  });
}
