/** Where everything lies, and names that several specs share. */

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** The extension as it ships. */
export const EXTENSION = path.join(ROOT, 'extension');

/** The shipped program and the two test programs; `cargo build --bin correo-cfdi --examples` makes them. */
export const PROGRAM = path.join(ROOT, 'target/debug/correo-cfdi');
export const SANDBOX = path.join(ROOT, 'target/debug/examples/sandbox');
export const SAMPLES = path.join(ROOT, 'target/debug/examples/samples');

/** What the run leaves for a person to look at; ignored by git. */
export const OUT = path.join(ROOT, 'tests/out');

/** @type {string} Id that the manifest's `key` gives. */
export const ID = JSON.parse(fs.readFileSync(path.join(ROOT, 'manifests/publisher.json'), 'utf8')).extension_ids.development;

/** Name in the native-messaging manifest. */
export const HOST_NAME = 'mx.correo_cfdi.host';

/** Accounts that the sandbox knows, and their password. */
export const FACTURAS = 'facturas@papeleria.example';
export const VENTAS = 'ventas@ferreteria.example';
export const PASSWORD = 'no-es-secreta';
