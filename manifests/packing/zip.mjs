/**
 * A ZIP archive (PKWARE APPNOTE 6.3) that depends on names and contents alone: sorted, one time, one mode, nothing packed.
 *
 * Contents are stored and not deflated, because deflate gives other bytes with every version of its library, and the little
 * that is packed here would hardly become smaller for anybody who waits for it.
 */

/** 1 January 1980, 00:00, in the form of MS-DOS: the first time that the format knows. */
const DATE = (0 << 9) | (1 << 5) | 1;

/** A regular file that everybody may read and its owner may write, as Unix notes it in the upper half; and a program. */
const [MODE, PROGRAM] = [0o100644, 0o100755];

/** Version 2.0, made on Unix: what readers of plain archives expect. */
const MADE_BY = (3 << 8) | 20;

/** Names are UTF-8 (APPNOTE 4.4.4, bit 11). */
const FLAGS = 1 << 11;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** What a file's own header and its line in the directory have in common. @param {Buffer} name @param {Buffer} content */
function facts(name, content) {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(FLAGS, 2);
  bytes.writeUInt16LE(DATE, 8);
  bytes.writeUInt32LE(crc32(content), 10);
  bytes.writeUInt32LE(content.length, 14);
  bytes.writeUInt32LE(content.length, 18);
  bytes.writeUInt16LE(name.length, 22);
  return bytes;
}

/** @param {string} letters @param {number} length */
function record(letters, length) {
  const bytes = Buffer.alloc(length);
  bytes.write(letters, 'latin1');
  return bytes;
}

/**
 * The archive of these files, by the bytes of their names.
 *
 * @param {Map<string, Buffer>} files @param {Set<string>} programs those that may be run
 */
export function zip(files, programs = new Set()) {
  const sorted = [...files].map(([name, content]) => ({ name: Buffer.from(name), content })).sort((one, other) => Buffer.compare(one.name, other.name));
  const [contents, directory] = [/** @type {Buffer[]} */ ([]), /** @type {Buffer[]} */ ([])];
  let at = 0;
  for (const { name, content } of sorted) {
    const common = facts(name, content);
    const local = Buffer.concat([record('PK\x03\x04', 4), common, name, content]);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(MADE_BY);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((programs.has(String(name)) ? PROGRAM : MODE) * 0x10000, 6);
    rest.writeUInt32LE(at, 10);
    directory.push(record('PK\x01\x02', 4), made, common, rest, name);
    contents.push(local);
    at += local.length;
  }
  const end = record('PK\x05\x06', 22);
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(directory.reduce((sum, one) => sum + one.length, 0), 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...contents, ...directory, end]);
}
