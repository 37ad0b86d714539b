/** What may not be handed out: placeholders, a program that nobody signed, and a client file that is none. */

import { Refusal } from './tools.mjs';

/** @import { Publisher } from './registration.mjs' */

/** The hosts that never exist (RFC 2606 section 2): what stands for an address that is still to come. */
const PLACEHOLDER = /\.invalid(?![a-z0-9-])/i;

/** Every placeholder in the publisher's file, by its path in it. @param {Publisher} by */
export function placeholders(by) {
  const { extension_ids: ids, ...texts } = by;
  return [
    ...Object.entries(texts).filter(([, text]) => PLACEHOLDER.test(text)).map(([name]) => name),
    ...Object.entries(ids).filter(([, id]) => id === null).map(([name]) => `extension_ids.${name}`),
  ];
}

/**
 * Refuses what is not ready for the public.
 *
 * @param {{ publisher: Publisher, windows: Buffer | null, linux: string | null, sign: object | null }} given
 */
export function refuseUnready({ publisher, windows, linux, sign }) {
  const left = placeholders(publisher);
  if (left.length > 0) throw new Refusal(`--release: faltan datos en manifests/publisher.json / manifests/publisher.json is not complete: ${left.join(', ')}`);
  if (windows === null || linux === null) throw new Refusal('--release: faltan programas / programs are missing: --windows EXE --linux PROGRAM');
  // Signed elsewhere would not do: installer and MSI are made here.
  if (sign === null) throw new Refusal('--release: el programa de Windows no está firmado / the Windows program is not signed: --sign');
}

/** A client file of the publisher: what Google's console gives, for a web page or a desktop program. @param {Buffer} content */
export function checkClient(content) {
  try {
    const read = JSON.parse(content.toString('utf8'));
    const client = read.web ?? read.installed;
    if (typeof client.client_id === 'string' && client.client_id !== '' && typeof client.client_secret === 'string') return content;
  } catch {
    // Said below, without a word of what is in it.
  }
  throw new Refusal('--client: no es un archivo client_secret_*.json de Google Cloud / not a client_secret_*.json of Google Cloud');
}
