/** Lints of everything JavaScript. The restrictions below are the floors of the extension: who may use what. */

import jsdoc from 'eslint-plugin-jsdoc';
// @ts-expect-error -- the package has no types
import unsanitized from 'eslint-plugin-no-unsanitized';

/** Syntax that only one module may use, and the module. */
const ONLY = {
  native: { selector: "MemberExpression[property.name=/^(connectNative|sendNativeMessage)$/]", message: 'Only worker/host.js talks to the host: use its Host.' },
  storage: { selector: "MemberExpression[object.name='chrome'][property.name='storage']", message: 'Only worker/store.js names chrome.storage: add a key to its shape.' },
  elements: { selector: "CallExpression[callee.property.name=/^(createElement|createElementNS|createContextualFragment|parseFromString)$/]", message: 'Only shared/dom.js makes elements: use its el().' },
};

/** Syntax that nothing in the extension may use. */
const NEVER = [
  { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc|setHTMLUnsafe)$/]", message: 'Text becomes markup here: build elements with shared/dom.js.' },
  { selector: 'ImportExpression', message: 'Everything is imported statically, so that a reader sees what is loaded.' },
  { selector: "MemberExpression[property.name=/^(onMessageExternal|onConnectExternal)$/]", message: 'Other extensions and pages get no answer.' },
];

const GLOBALS = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'eval', 'Function', 'importScripts', 'localStorage', 'sessionStorage', 'indexedDB', 'caches'];

/** @param {(keyof typeof ONLY)[]} allowed */
const syntax = (...allowed) => [
  'error',
  ...NEVER,
  ...Object.entries(ONLY).filter(([name]) => !allowed.some((one) => one === name)).map(([, rule]) => rule),
];

/** @param {string[]} group @param {string} message */
const noImport = (group, message) => ['error', { patterns: [{ group, message }] }];

export default [
  { ignores: ['tests/node_modules/**', 'tests/out/**', 'tests/.venv/**', 'tests/fixtures/**'] },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { jsdoc, 'no-unsanitized': unsanitized },
    settings: { jsdoc: { mode: 'typescript' } },
    rules: {
      'eqeqeq': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-throw-literal': 'error',
      'no-shadow': 'off',
      'no-unused-expressions': ['error', { allowShortCircuit: true }],
      'no-await-in-loop': 'off',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-unsanitized/method': 'error',
      'no-unsanitized/property': 'error',
      'jsdoc/check-param-names': 'error',
      'jsdoc/check-tag-names': ['error', { typed: false }],
      'jsdoc/check-types': 'error',
      'jsdoc/valid-types': 'off',
    },
  },
  {
    files: ['extension/**/*.js'],
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'no-restricted-globals': ['error', ...GLOBALS],
      'no-restricted-syntax': syntax(),
    },
  },
  { files: ['extension/worker/host.js'], rules: { 'no-restricted-syntax': syntax('native') } },
  { files: ['extension/worker/store.js'], rules: { 'no-restricted-syntax': syntax('storage') } },
  { files: ['extension/shared/dom.js'], rules: { 'no-restricted-syntax': syntax('elements') } },
  {
    files: ['extension/{popup,options,deliver,history,batch,directory,welcome,shared}/**/*.js'],
    rules: { 'no-restricted-imports': noImport(['**/worker/**', '**/bridge/**', '**/portal-sdk/**'], 'Pages reach the worker through shared/ask.js alone.') },
  },
  {
    files: ['extension/worker/**/*.js'],
    rules: { 'no-restricted-imports': noImport(['../**'], 'The worker uses its own modules alone; types come by @import.') },
  },
  {
    files: ['extension/bridge/**/*.js', 'extension/portal-sdk/**/*.js'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'no-restricted-imports': noImport(['*'], 'This file stands alone.'),
    },
  },
  { files: ['extension/bridge/**/*.js'], languageOptions: { sourceType: 'script' }, rules: { 'max-lines': ['error', { max: 100 }], 'max-lines-per-function': 'off' } },
  // Generated from the module beside it, inside one function.
  { files: ['extension/portal-sdk/correo-cfdi.classic.js'], languageOptions: { sourceType: 'script' }, rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' } },
  { files: ['tests/**/*.js', 'tests/**/*.mjs'], rules: { 'max-lines-per-function': 'off', 'jsdoc/check-types': 'off', 'no-script-url': 'off', 'no-unsanitized/method': 'off' } },
];
