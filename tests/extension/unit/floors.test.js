import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

import { ESLint } from 'eslint';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: `${ROOT}tests/eslint.config.js` });

/**
 * @param {string} file
 * @param {string} code
 * @returns {Promise<(string | null)[]>} the rules that it breaks
 */
async function broken(file, code) {
  const [result] = await eslint.lintText(code, { filePath: `${ROOT}extension/${file}` });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

/** A breach of each floor, where it is one and where it is not. @type {[string, string, string, string | null][]} */
const FLOORS = [
  ['native messaging', "chrome.runtime.connectNative('x');", 'worker/sign_in.js', 'worker/host.js'],
  ['one-shot native messaging', "chrome.runtime.sendNativeMessage('x', {});", 'popup/popup.js', 'worker/host.js'],
  ['storage', "chrome.storage.local.get('x');", 'worker/host.js', 'worker/store.js'],
  ['elements', "document.createElement('p');", 'options/options.js', 'shared/dom.js'],
  ['markup', "document.body.innerHTML = '';", 'shared/dom.js', null],
  ['fetch', "fetch('/x');", 'worker/host.js', null],
  ['requests', 'new XMLHttpRequest();', 'bridge/bridge.js', null],
  ['eval', "eval('1');", 'worker/main.js', null],
  ['imports at run time', "import('./x.js');", 'worker/main.js', null],
  ['other extensions', 'chrome.runtime.onMessageExternal.addListener(() => {});', 'worker/main.js', null],
  ['pages and worker', "import { x } from '../worker/store.js'; x();", 'deliver/deliver.js', null],
  ['pages on batches and worker', "import { x } from '../worker/store.js'; x();", 'batch/batch.js', null],
  ['the address book and worker', "import { x } from '../worker/store.js'; x();", 'directory/directory.js', null],
  ['the first run and worker', "import { x } from '../worker/store.js'; x();", 'welcome/welcome.js', null],
  ['worker and pages', "import { x } from '../shared/dom.js'; x();", 'worker/main.js', null],
  ['the SDK stands alone', "import { x } from '../shared/dom.js'; x();", 'portal-sdk/correo-cfdi.js', null],
];

for (const [name, code, where, allowed] of FLOORS) {
  test(`${name}: held in ${where}${allowed === null ? '' : `, allowed in ${allowed}`}`, async () => {
    assert.notDeepEqual(await broken(where, code), []);
    if (allowed !== null) assert.deepEqual(await broken(allowed, code), []);
  });
}
