/** The installer for one person on Windows: NSIS takes the template and three lists that are made here. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { hostManifest, hosts } from './registration.mjs';
import { inScratch, lay, run, sorted } from './tools.mjs';

/** @import { File } from './tools.mjs' */
/** @import { Signer } from './signing.mjs' */
/** @import { Publisher } from './registration.mjs' */

const TEMPLATE = fileURLToPath(new URL('../installers/windows/setup.nsi', import.meta.url));

/** A text of NSIS in double quotes. @param {string} text */
const quoted = (text) => `"${text.replaceAll('$', '$$$$').replaceAll('"', '$\\"')}"`;

/** @param {string} text */
const windows = (text) => text.replaceAll('/', '\\');

/** Commands that lay each file where it belongs, in an order of their own. @param {Map<string, File>} files @param {string} from */
function fileList(files, from) {
  let folder = '';
  const lines = [];
  for (const [name] of sorted(files)) {
    const below = path.posix.dirname(name);
    if (below !== folder) lines.push(`SetOutPath "$INSTDIR${below === '.' ? '' : `\\${windows(below)}`}"`);
    folder = below;
    lines.push(`File ${quoted(path.join(from, name))}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Where the program lays its manifest for one person: `Bases::manifests` in host/src/install/bases.rs. */
const OWN = '$LOCALAPPDATA\\correo-cfdi\\Correo CFDI\\data\\native-messaging';

/** Commands that take away what the program would take away itself: each browser's key that leads to our manifest. @param {Publisher} publisher */
function keyList(publisher) {
  const { name } = hostManifest('', publisher);
  const manifest = `${OWN}\\${name}`;
  const keys = hosts('windows', 'user').map((key) => `${key}\\${name.replace(/\.json$/, '')}`);
  const lines = keys.flatMap((key) => [
    `ReadRegStr $1 HKCU ${quoted(key)} ""`,
    `\${If} $1 == "${manifest}"`,
    `  DeleteRegKey HKCU ${quoted(key)}`,
    '${EndIf}',
  ]);
  return `${lines.join('\n')}\nDelete "${manifest}"\n`;
}

/**
 * The installer's bytes.
 *
 * @param {{ version: string, epoch: number, publisher: Publisher, files: Map<string, File>, signer: Signer | null }} given files by their paths below the program's folder
 */
export function installer({ version, epoch, publisher, files, signer }) {
  return inScratch((scratch) => {
    const [from, out, list, registry] = ['files', 'instalador.exe', 'files.nsh', 'registry.nsh'].map((name) => path.join(scratch, name));
    if (from === undefined || out === undefined || list === undefined || registry === undefined) throw new Error('four names');
    lay(from, files, epoch);
    writeFileSync(list, `\ufeff${fileList(files, from)}`);
    writeFileSync(registry, `\ufeff${keyList(publisher)}`);
    const kibibytes = Math.ceil([...files.values()].reduce((sum, { content }) => sum + content.length, 0) / 1024);
    const defined = {
      VERSION: version,
      VERSION4: `${version}.0`,
      OUT: out,
      FILES: list,
      REGISTRY: registry,
      PUBLISHER: publisher.name,
      SUPPORT: publisher.support,
      KIB: String(kibibytes),
      ...(signer !== null && { SIGN: signer.script() }),
    };
    run('makensis', ['-V2', '-WX', '-NOCD', '-INPUTCHARSET', 'UTF8', ...Object.entries(defined).map(([name, value]) => `-D${name}=${value}`), TEMPLATE], { cwd: scratch, epoch });
    return readFileSync(out);
  });
}
