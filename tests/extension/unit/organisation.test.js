import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Organisation } from '../../../extension/worker/organisation.js';
import { FakeHost, installChrome } from './chrome_fake.js';

/** @type {any} */ let chrome;
/** @type {FakeHost} */ let host;
/** @type {Organisation} */ let organisation;
/** @type {{ client_id: string } | null} */ let registered;
/** @type {object[]} */ let accounts;
/** @type {{ rfc: string }[]} */ let companies;

/** @param {string} id @param {string} [secret] */
const file = (id, secret = 'no-es-secreto') => JSON.stringify({ web: { client_id: id, client_secret: secret } });

beforeEach(() => {
  chrome = installChrome();
  registered = null;
  accounts = [];
  companies = [];
  host = new FakeHost({
    'client.show': () => ({ client: registered, redirect_uri: null }),
    'client.import': ({ json }) => {
      registered = { client_id: JSON.parse(json).web.client_id };
      return registered;
    },
    'account.list': () => ({ accounts }),
    'company.list': () => ({ companies }),
    'company.save': (company) => {
      if (company.name === 'Rehusada') throw new Error('invalid_params');
      companies.push(company);
      return company;
    },
  });
  organisation = new Organisation(host);
});

/** @param {any} set */
function sets(set) {
  chrome.fake.policy.set = set;
  organisation.changed();
}

const imported = () => host.asked('client.import').map(({ json }) => JSON.parse(json).web.client_secret);

test('without a policy nothing is asked of the host', async () => {
  await organisation.settle();
  assert.deepEqual(await organisation.client(), { state: 'free', client_id: null });
  assert.deepEqual(host.calls, []);
});

test('the policy is read once, and again after it has changed', async () => {
  sets({ limits: { requests: 3 } });
  assert.equal((await organisation.policy()).limits.requests, 3);
  chrome.fake.policy.set = { limits: { requests: 4 } };
  assert.equal((await organisation.policy()).limits.requests, 3);
  organisation.changed();
  assert.equal((await organisation.policy()).limits.requests, 4);
});

test('a browser without such an area has no policy', async () => {
  chrome.storage.managed.get = async () => {
    throw new Error('Managed storage is not configured for this extension.');
  };
  assert.equal((await organisation.policy()).present, false);
});

test('the client is registered where there is none, once, and again when its file was renewed', async () => {
  sets({ client: file('A') });
  assert.deepEqual(await organisation.client(), { state: 'none', client_id: 'A' });
  await organisation.settle();
  await organisation.settle();
  assert.deepEqual(imported(), ['no-es-secreto']);
  assert.deepEqual(await organisation.client(), { state: 'same', client_id: 'A' });
  sets({ client: file('A', 'renovado') });
  await organisation.settle();
  await organisation.settle();
  assert.deepEqual(imported(), ['no-es-secreto', 'renovado']);
  assert.ok(!JSON.stringify(chrome.storage.local.values).includes('renovado'), 'the secret is not kept');
});

test('another client gives way by itself only where no account would be lost', async () => {
  registered = { client_id: 'B' };
  accounts = [{}];
  sets({ client: file('A') });
  await organisation.settle();
  assert.deepEqual([imported(), await organisation.client()], [[], { state: 'other', client_id: 'A' }]);
  await organisation.adopt();
  assert.deepEqual(await organisation.client(), { state: 'same', client_id: 'A' });
  registered = { client_id: 'B' };
  accounts = [];
  await organisation.settle();
  assert.equal((await organisation.client()).state, 'same');
});

const UNO = { rfc: 'AAA010101AAA', name: 'Uno', folders: ['/srv/uno'], subject: 'Factura' };

test('a company is added once, whole, with the switch off, and stays as the person leaves it', async () => {
  sets({ companies: [UNO, { rfc: 'BBB010101BBB', name: 'Dos', reply_to: 'dos@example.mx' }] });
  await organisation.settle();
  assert.deepEqual(companies, [
    { rfc: 'AAA010101AAA', name: 'Uno', folders: ['/srv/uno'], cc: [], bcc: [], subject: 'Factura', use_oauth: false },
    { rfc: 'BBB010101BBB', name: 'Dos', folders: [], cc: [], bcc: [], reply_to: 'dos@example.mx', use_oauth: false },
  ]);
  assert.deepEqual(await organisation.companies(), ['AAA010101AAA', 'BBB010101BBB']);
  companies.splice(0);
  await organisation.settle();
  await new Organisation(host).settle();
  assert.deepEqual(companies, [], 'what a person removed does not come back');
});

test('a company that is there already is left alone, and one that the host refuses keeps no other away', async (t) => {
  t.mock.method(console, 'warn', () => undefined);
  companies = [{ rfc: 'AAA010101AAA' }];
  sets({ companies: [UNO, { rfc: 'CCC010101CCC', name: 'Rehusada' }, { rfc: 'BBB010101BBB', name: 'Dos' }] });
  await organisation.settle();
  assert.deepEqual(companies.map(({ rfc }) => rfc), ['AAA010101AAA', 'BBB010101BBB']);
  await organisation.settle();
  assert.equal(host.asked('company.save').filter(({ rfc }) => rfc === 'CCC010101CCC').length, 2, 'it is tried again');
  assert.equal(host.asked('company.save').filter(({ rfc }) => rfc !== 'CCC010101CCC').length, 1);
});

test('a host that tells where its client came from is told that this one is the organisation\'s', async () => {
  chrome.fake.policy.set = { client: file('1-a') };
  organisation = new Organisation(host, (method) => method === 'client.forget');
  await organisation.settle();
  assert.equal(host.asked('client.import')[0]?.policy, true);
  // An older one refuses what it does not know.
  registered = null;
  host.calls = [];
  organisation = new Organisation(host, () => false);
  await organisation.settle();
  assert.deepEqual(Object.keys(host.asked('client.import')[0]), ['json']);
});
