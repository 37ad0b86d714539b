/** The Debian package: program, extension, and a manifest for every browser of this system, in the places of the table. */

import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import path from 'node:path';

import { hostManifest, hosts } from './registration.mjs';
import { inScratch, lay, run, sorted } from './tools.mjs';

/** @import { File } from './tools.mjs' */
/** @import { Publisher } from './registration.mjs' */

/** The package's name. */
const NAME = 'correo-cfdi';

/** Where the package's own files lie; the README and the program name these places too. */
export const [PROGRAM, SHARED] = ['/usr/bin/correo-cfdi', '/usr/share/correo-cfdi'];

const INSTALLERS = new URL('../installers/', import.meta.url);

/** @param {string} name */
const template = (name) => readFileSync(new URL(`debian/${name}`, INSTALLERS), 'utf8');

/** Which files a maintainer script may be. */
const SCRIPTS = ['preinst', 'postinst', 'postrm'];

/** What lets each shell complete the program's arguments: it asks the program, so that both always fit, in the person's language. @type {[string, string][]} */
export const COMPLETIONS = [
  [`/usr/share/bash-completion/completions/${NAME}`, `. <(${NAME} completions bash)\n`],
  [`/usr/share/fish/vendor_completions.d/${NAME}.fish`, `${NAME} completions fish | source\n`],
  [`/usr/share/zsh/vendor-completions/_${NAME}`, `#compdef ${NAME}\n. <(${NAME} completions zsh)\n_${NAME} "$@"\n`],
];

/** What goes into the package besides its control files. @typedef {{ version: string, epoch: number, publisher: Publisher, program: Buffer, extension: Map<string, Buffer>, page: Buffer, bill: string, licences: Buffer, client: Buffer | null }} Contents */

/** Packed in the same way by every Node.js of one series. @param {string} text */
const packed = (text) => gzipSync(text, { level: 9 });

/** A date as e-mail and Debian's changelogs write it (RFC 5322). @param {number} epoch */
const mailDate = (epoch) => new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');

/** @param {Contents} given */
function changelog({ version, epoch, publisher }) {
  return `${NAME} (${version}) stable; urgency=medium\n\n  * Version ${version}; what is new: ${publisher.version_page}\n\n -- ${publisher.name} <${publisher.support_email}>  ${mailDate(epoch)}\n`;
}

/** The files by their paths below `/`. @param {Contents} given @returns {Map<string, File>} */
function files(given) {
  const documents = `/usr/share/doc/${NAME}`;
  const manifest = hostManifest(PROGRAM, given.publisher);
  return new Map(/** @type {[string, File][]} */ ([
    [PROGRAM, { content: given.program, mode: 0o755 }],
    ...[...given.extension].map(([name, content]) => [`${SHARED}/extension/${name}`, { content }]),
    [`${SHARED}/native-messaging/${manifest.name}`, { content: manifest.content }],
    [`${SHARED}/primeros-pasos.html`, { content: given.page }],
    ...(given.client === null ? [] : [[`${SHARED}/client.json`, { content: given.client }]]),
    [`${documents}/copyright`, { content: Buffer.from(template('copyright').replaceAll('@SUPPORT@', given.publisher.support)) }],
    [`${documents}/changelog.gz`, { content: packed(changelog(given)) }],
    [`${documents}/licencias.txt.gz`, { content: packed(String(given.licences)) }],
    [`${documents}/correo-cfdi-host.cdx.json`, { content: Buffer.from(given.bill) }],
    [`/usr/share/man/man1/${NAME}.1.gz`, { content: packed(template('correo-cfdi.1').replaceAll('@VERSION@', given.version)) }],
    ...COMPLETIONS.map(([name, text]) => [name, { content: Buffer.from(text) }]),
    [`/usr/share/lintian/overrides/${NAME}`, { content: Buffer.from(template('lintian-overrides')) }],
  ]));
}

/** Where browsers look, and what each place leads to. A link is no configuration file: it goes with the package. @param {Publisher} publisher */
function links(publisher) {
  const { name } = hostManifest(PROGRAM, publisher);
  return new Map(hosts('linux', 'system').map((folder) => [`${folder}/${name}`, `${SHARED}/native-messaging/${name}`]));
}

/** The control file. @param {Contents} given @param {{ architecture: string, depends: string[] }} needs @param {Map<string, File>} all */
function control({ version, publisher }, { architecture, depends }, all) {
  const kibibytes = [...all.values()].reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), 0);
  return template('control').replace(/@([A-Z_]+)@/g, (_, name) => String({
    VERSION: version,
    ARCHITECTURE: architecture,
    MAINTAINER: `${publisher.name} <${publisher.support_email}>`,
    SIZE: kibibytes,
    DEPENDS: depends.join(', '),
    HOMEPAGE: publisher.download,
  }[/** @type {'VERSION'} */ (name)]));
}

/** The package's file name and bytes. @param {Contents} given @param {{ architecture: string, depends: string[] }} needs @returns {[string, Buffer]} */
export function debianPackage(given, needs) {
  return inScratch((scratch) => {
    const root = path.join(scratch, 'root');
    const all = files(given);
    const sums = sorted(all).map(([name, { content }]) => `${createHash('md5').update(content).digest('hex')}  ${name.slice(1)}\n`);
    lay(root, all, given.epoch);
    for (const [place, target] of links(given.publisher)) {
      mkdirSync(path.join(root, path.dirname(place)), { recursive: true, mode: 0o755 });
      symlinkSync(target, path.join(root, place));
    }
    lay(path.join(root, 'DEBIAN'), new Map([
      ['control', { content: Buffer.from(control(given, needs, all)) }],
      ['md5sums', { content: Buffer.from(sums.join('')) }],
      ...SCRIPTS.map((name) => /** @type {[string, File]} */ ([name, { content: Buffer.from(template(name).replaceAll('@VERSION@', given.version)), mode: 0o755 }])),
    ]), given.epoch);
    const name = `${NAME}_${given.version}_${needs.architecture}.deb`;
    // Its own files may be anybody's here, and one thread makes the same bytes on every computer.
    run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z9', '--threads-max=1', '--build', root, path.join(scratch, name)], { epoch: given.epoch });
    return [name, readFileSync(path.join(scratch, name))];
  });
}
