import assert from 'node:assert/strict';
import { test } from 'node:test';

import { companyToSignIn, isOfHost, needsClient, standing } from '../../../extension/welcome/standing.js';
import { account, health } from './health_samples.js';

/** @param {'packaged' | 'imported' | 'policy' | undefined} origin @returns {any} */
const client = (origin) => ({ client_id: '1-a', kind: 'web', google: true, hosts: [], redirect_uris: [], ways: ['identity'], ...(origin !== undefined && { origin }) });
/** @param {any} [says] @returns {any} */
const company = (says) => ({ rfc: 'AAA010101AAA', name: 'Ejemplo', use_oauth: true, account: null, ...says });
/** @param {any} trouble @returns {any} */
const trouble = (trouble) => ({ kind: trouble, retry: 'never', message: '' });

/** @type {[string, Parameters<typeof standing>[0], string[], string | null][]} */
const CASES = [
  ['nothing yet', { trouble: null, health: null, companies: [] }, ['host', 'company', 'account'], 'host'],
  ['no host', { trouble: trouble('host_missing'), health: null, companies: [] }, ['host', 'company', 'account'], 'host'],
  ['no client', { trouble: null, health: health(), companies: [] }, ['host', 'client', 'company', 'account'], 'client'],
  ['a client of their own', { trouble: null, health: { ...health(), client: client('imported') }, companies: [] }, ['host', 'client', 'company', 'account'], 'company'],
  ['a client of an older host', { trouble: null, health: { ...health(), client: client(undefined) }, companies: [] }, ['host', 'client', 'company', 'account'], 'company'],
  ['the publisher\'s client', { trouble: null, health: { ...health(), client: client('packaged') }, companies: [] }, ['host', 'company', 'account'], 'company'],
  ['the organisation\'s client', { trouble: null, health: { ...health(), client: client('policy') }, companies: [company()] }, ['host', 'company', 'account'], 'account'],
  ['a package whose client is broken', { trouble: null, health: { ...health(), client_failure: 'packaged_client_unusable' }, companies: [] }, ['host', 'client', 'company', 'account'], 'client'],
  ['an account that has to sign in again', { trouble: null, health: { ...health(), client: client('packaged') }, companies: [company({ account: account({ state: 'sign_in_needed' }) })] }, ['host', 'company', 'account'], 'account'],
  ['everything', { trouble: null, health: { ...health(), client: client('packaged') }, companies: [company(), company({ account: account() })] }, ['host', 'company', 'account'], null],
];

for (const [name, known, steps, open] of CASES) {
  test(`a first run with ${name}`, () => assert.deepEqual(standing(known), { steps, open }));
}

test('every trouble of the host belongs to its step, and one that a host told does not', () => {
  for (const kind of ['host_missing', 'host_forbidden', 'host_disabled', 'host_exited', 'host_garbled', 'host_mute', 'update_host', 'update_extension']) assert.equal(isOfHost(trouble(kind)), true, kind);
  for (const kind of ['store_full', 'vault_locked']) assert.equal(isOfHost(trouble(kind)), false, kind);
  assert.equal(isOfHost(null), false);
});

test('nobody is asked for a client before the host has said that there is none', () => assert.equal(needsClient(null), false));

test('the company that sends with an account signs in first', () => {
  assert.equal(companyToSignIn([]), null);
  assert.equal(companyToSignIn([company({ rfc: 'A', use_oauth: false }), company({ rfc: 'B' })])?.rfc, 'B');
  assert.equal(companyToSignIn([company({ rfc: 'A', use_oauth: false })])?.rfc, 'A');
});
