/** The two forms of the library for portals: the module, and the classic script that is made from it. */

import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

/** @typedef {typeof import('../../../extension/portal-sdk/correo-cfdi.js')} Sdk */
/** @typedef {'module' | 'classic'} Form */

/** The module. */
export const MODULE = new URL('../../../extension/portal-sdk/correo-cfdi.js', import.meta.url);

/** The classic script. */
export const CLASSIC = new URL('../../../extension/portal-sdk/correo-cfdi.classic.js', import.meta.url);

let copy = 0;

/**
 * A library of its own, because one listens to one window for the life of a page.
 * @param {Form} form
 * @returns {Promise<Sdk>}
 */
export async function load(form) {
  if (form === 'module') return import(`${MODULE}?${(copy += 1)}`);
  runInThisContext(readFileSync(CLASSIC, 'utf8'));
  return /** @type {any} */ (globalThis).CorreoCfdi;
}

/**
 * The classic script of a module without imports.
 * @param {string} source
 * @returns {string}
 */
export function classicOf(source) {
  const names = [...source.matchAll(/^export (?:const|class|function|async function\*) (\w+)/gm)].map(([, name]) => name);
  const body = source.replaceAll(/^export /gm, '').replaceAll(/^(?=.)/gm, '  ').trimEnd();
  return `/** Made from correo-cfdi.js, for pages without modules: the same as the global CorreoCfdi. */
(() => {
  'use strict';

${body}

  /** @type {any} */ (globalThis).CorreoCfdi = Object.freeze({ ${names.join(', ')} });
})();
`;
}
