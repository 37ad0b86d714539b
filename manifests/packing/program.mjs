/** What a built program says about itself: its system, its version, what it needs. */

import { Refusal, run } from './tools.mjs';

/** `VS_FIXEDFILEINFO.dwSignature` (Microsoft: verrsrc.h). */
const VERSION_MARK = Buffer.from([0xbd, 0x04, 0xef, 0xfe]);

/** Machine and optional header of a 64-bit program for Windows (Microsoft: PE Format). */
const [AMD64, PE32_PLUS] = [0x8664, 0x20b];

/** Which Debian package brings a library that the program is linked with. */
const LIBRARIES = /** @type {Record<string, string>} */ ({ 'libc.so.6': 'libc6', 'libm.so.6': 'libc6', 'ld-linux-x86-64.so.2': 'libc6', 'ld-linux-aarch64.so.1': 'libc6', 'libgcc_s.so.1': 'libgcc-s1' });

/** Debian's name of an architecture, as objdump names its format. */
const ARCHITECTURES = /** @type {Record<string, string>} */ ({ 'elf64-x86-64': 'amd64', 'elf64-littleaarch64': 'arm64' });

/**
 * A program for Windows: the version of its resource, if it has one.
 *
 * @param {Buffer} bytes @returns {{ version: string | null }}
 */
export function forWindows(bytes) {
  const at = bytes.length > 0x40 && bytes.toString('latin1', 0, 2) === 'MZ' ? bytes.readUInt32LE(0x3c) : Infinity;
  const header = at + 24;
  if (header + 2 > bytes.length || bytes.toString('latin1', at, at + 4) !== 'PE\0\0' || bytes.readUInt16LE(at + 4) !== AMD64 || bytes.readUInt16LE(header) !== PE32_PLUS) {
    throw new Refusal('--windows: no es un programa de Windows de 64 bits / not a 64-bit program for Windows');
  }
  const mark = bytes.indexOf(VERSION_MARK);
  const version = mark < 0 ? null : [bytes.readUInt16LE(mark + 10), bytes.readUInt16LE(mark + 8), bytes.readUInt16LE(mark + 14)].join('.');
  return { version };
}

/**
 * A program for Linux: Debian's name of its architecture and the packages that it needs.
 *
 * @param {string} file its path
 */
export function forLinux(file) {
  const told = run('objdump', ['-p', file]);
  const architecture = ARCHITECTURES[/file format (\S+)/.exec(told)?.[1] ?? ''];
  if (architecture === undefined) throw new Refusal('--linux: no es un programa de Linux de 64 bits / not a 64-bit program for Linux');
  const needed = [...told.matchAll(/^\s*NEEDED\s+(\S+)/gm)].map(([, name]) => String(name));
  const unknown = needed.filter((name) => LIBRARIES[name] === undefined);
  if (unknown.length > 0) throw new Refusal(`--linux: ${unknown.join(', ')}: biblioteca sin paquete conocido / library without a known package`);
  const libc = [...told.matchAll(/\bGLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [Number(major), Number(minor)]).sort(([a = 0, b = 0], [c = 0, d = 0]) => c - a || d - b)[0];
  const names = [...new Set(needed.map((name) => LIBRARIES[name] ?? ''))].sort();
  return { architecture, depends: names.map((name) => (name === 'libc6' && libc !== undefined ? `libc6 (>= ${libc.join('.')})` : name)) };
}

/** A program for macOS, by its first bytes: 64 bits, or several architectures in one (mach-o/loader.h, mach-o/fat.h). @param {Buffer} bytes */
export function forMacos(bytes) {
  if (bytes.length < 4 || ![0xcffaedfe, 0xcafebabe].includes(bytes.readUInt32BE(0))) throw new Refusal('--macos: no es un programa de macOS / not a program for macOS');
}
