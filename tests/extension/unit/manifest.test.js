import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
const MANIFEST = JSON.parse(read('extension/manifest.json'));

test('the key gives the id that the native-messaging manifests name', () => {
  const digest = createHash('sha256').update(Buffer.from(MANIFEST.key, 'base64')).digest('hex').slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
  assert.equal(JSON.parse(read('manifests/publisher.json')).extension_ids.development, id);
});

test('it asks for no more than is used', () => {
  assert.deepEqual(MANIFEST.permissions, ['nativeMessaging', 'storage', 'scripting', 'activeTab', 'alarms', 'notifications']);
  // A policy that blocks a required permission keeps the whole extension from loading.
  assert.deepEqual(MANIFEST.optional_permissions, ['identity']);
  // Plain http is asked for only where the organisation's policy lists the origin; the worker refuses it everywhere else.
  assert.deepEqual(MANIFEST.optional_host_permissions, ['https://*/*', 'http://*/*']);
  assert.deepEqual(MANIFEST.storage, { managed_schema: 'managed_schema.json' });
  assert.equal(MANIFEST.host_permissions, undefined);
  assert.equal(MANIFEST.content_scripts, undefined);
  assert.equal(MANIFEST.web_accessible_resources, undefined);
  assert.deepEqual(MANIFEST.externally_connectable, { ids: [], matches: [] });
});

test('pages can load nothing from elsewhere, connect nowhere and turn no text into markup', () => {
  const policy = new Map(MANIFEST.content_security_policy.extension_pages.split('; ').map((/** @type {string} */ one) => {
    const [name, ...values] = one.split(' ');
    return [name, values.join(' ')];
  }));
  assert.deepEqual(Object.fromEntries(policy), {
    'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self'", 'connect-src': "'none'", 'frame-src': 'blob:', 'base-uri': "'none'",
    'form-action': "'none'", 'frame-ancestors': "'none'", 'require-trusted-types-for': "'script'", 'trusted-types': "'none'",
  });
});

test('every file that it names exists', () => {
  const files = [...Object.values(MANIFEST.icons), ...Object.values(MANIFEST.action.default_icon), MANIFEST.action.default_popup, MANIFEST.options_ui.page, MANIFEST.background.service_worker, MANIFEST.storage.managed_schema];
  assert.deepEqual(files.filter((file) => !existsSync(new URL(`extension/${file}`, ROOT))), []);
});

test('every text that it names is written', () => {
  const texts = JSON.parse(read(`extension/_locales/${MANIFEST.default_locale}/messages.json`));
  const names = [...JSON.stringify(MANIFEST).matchAll(/__MSG_(\w+?)__/g)].map(([, name]) => String(name));
  assert.ok(names.length >= 2);
  assert.deepEqual(names.filter((name) => texts[name] === undefined), []);
});

test('extension and host carry the same version', () => {
  assert.equal(MANIFEST.version, /^version = "([^"]+)"/m.exec(read('Cargo.toml'))?.[1]);
});
