import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { actionOf } from '../../../extension/worker/portal_actions.js';

/** @param {string} path inside extension/ @param {RegExp} type */
function words(path, type) {
  const source = readFileSync(new URL(`../../../extension/${path}`, import.meta.url), 'utf8');
  const found = [...(type.exec(source)?.[1] ?? '').matchAll(/['"](\w+)['"]/g)].map(([, word]) => String(word));
  assert.ok(found.length > 3, `${type} was not found`);
  return found;
}

const ACTIONS = words('portal-sdk/correo-cfdi.d.ts', /type Action =([\s\S]*?);\s/);
const KINDS = [...words('shared/protocol.d.ts', /type Kind = ([^;]*);/), ...words('shared/surface.d.ts', /type BrowserKind =([\s\S]*?);\s/)];

test('portals and the extension know the same actions', () => {
  assert.deepEqual(words('shared/surface.d.ts', /type PortalAction =([\s\S]*?);\s/), ACTIONS);
});

test('every kind has an action, whenever it may succeed', () => {
  for (const kind of KINDS) {
    for (const retry of /** @type {const} */ (['never', 'later', 'after_sign_in', 'after_update'])) assert.ok(ACTIONS.includes(actionOf(/** @type {any} */ (kind), retry)), kind);
  }
});

test('what each fault of the pairing leads to', () => {
  const later = (/** @type {any} */ kind) => actionOf(kind, 'later');
  assert.deepEqual(
    Object.fromEntries(/** @type {const} */ (['host_missing', 'host_forbidden', 'host_disabled', 'host_exited', 'host_garbled', 'host_mute', 'update_host', 'update_extension', 'portal_not_connected', 'busy', 'store_busy', 'portal_rate_limited', 'refused_by_person']).map((kind) => [kind, later(kind)])),
    {
      host_missing: 'install_host', host_forbidden: 'repair_host', host_disabled: 'ask_administrator', host_exited: 'repair_host', host_garbled: 'repair_host', host_mute: 'repair_host',
      update_host: 'update_host', update_extension: 'update_extension', portal_not_connected: 'connect', busy: 'retry', store_busy: 'retry', portal_rate_limited: 'retry', refused_by_person: 'none',
    },
  );
  assert.deepEqual([actionOf('sign_in_needed', 'after_sign_in'), actionOf('unknown_document', 'never')], ['open_extension', 'open_extension']);
});
