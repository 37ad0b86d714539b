/**
 * Sign-in and SMTP against parts that nobody here wrote: `oidc-provider` as OpenID provider, Dovecot's submission server that
 * asks it about every token, and npm's `smtp-server` behind. The program is the shipped one, configured by its client file.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Home } from '../extension/e2e/support/home.js';
import { ID, ROOT } from '../extension/e2e/support/places.js';
import { until } from '../extension/e2e/support/waiting.js';
import { certificates } from './certificates.js';
import { Dovecot } from './dovecot.js';
import { Conversation } from './frames.js';
import { consent } from './person.js';
import { MAIL, MICROSOFT_MAIL, Provider } from './provider.js';
import { Sink } from './sink.js';

const PERSON = 'facturas@papeleria.example';
const CUSTOMER = 'compras@cliente.example';
/** States in which a delivery rests. */
const AT_REST = ['sent', 'failed', 'deferred', 'unknown', 'cancelled'];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'correo-cfdi-mail-'));
// Dovecot's own user walks through it to its folders.
fs.chmodSync(folder, 0o755);
const files = certificates(folder);
const sink = new Sink();
/** A provider like Google, which keeps a refresh token, and one that gives another with every answer. */
const REDIRECT = `https://${ID}.chromiumapp.org/`;
const [keeping, rotating] = [false, true].map((rotate) => new Provider(files, REDIRECT, { rotate }));
/** One like Microsoft's, with a mail server that knows the older mechanism alone. */
const microsoft = new Provider(files, REDIRECT, { rotate: true, microsoft: true });
/** @type {Map<Provider | undefined, Dovecot>} */
const servers = new Map();

before(async () => {
  await sink.start();
  for (const [name, provider] of Object.entries({ keeping, rotating, microsoft })) {
    await provider?.start();
    const own = provider === microsoft ? { scope: MICROSOFT_MAIL, mechanisms: 'xoauth2' } : {};
    const server = new Dovecot(path.join(folder, name), { files, issuer: provider?.issuer ?? '', relay: sink.port, ...own });
    await server.start();
    servers.set(provider, server);
  }
});

after(async () => {
  for (const [provider, server] of servers) {
    await server.stop();
    await provider?.stop();
  }
  await sink.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A company with one invoice, whose provider and mail server are the ones above. */
class Office {
  home = new Home();

  /** @param {Provider | undefined} provider @param {boolean} starttls */
  constructor(provider, starttls) {
    if (provider === undefined) throw new Error('no provider');
    this.provider = provider;
    this.starttls = starttls;
  }

  /** @param {{ provider?: Provider | undefined, starttls?: boolean, preset?: object | null }} [how] */
  static async open({ provider = keeping, starttls = false, preset = null } = {}) {
    const office = new Office(provider, starttls);
    const server = servers.get(provider);
    const address = starttls ? `smtp://localhost:${server?.starttls}` : `smtps://localhost:${server?.implicit}`;
    await office.home.importClient(preset === null ? office.provider.clientFile(address) : office.provider.presetFile(preset, address));
    office.samples = await office.home.samples(3);
    office.host = await Conversation.begin(office.home.environment);
    await office.save({});
    return office;
  }

  /** @type {import('../extension/e2e/support/home.js').Sample[]} */
  samples = [];
  /** @type {any} */
  host = null;

  get rfc() {
    return this.samples[0]?.issuer.rfc ?? '';
  }

  /** @param {object} more */
  save(more) {
    return this.host.call('company.save', { rfc: this.rfc, name: 'Empresa Demostrativa', use_oauth: true, folders: [this.home.documents], cc: [], bcc: [], ...more });
  }

  /** @param {Partial<Parameters<typeof consent>[1]>} [how] */
  async signIn(how = {}) {
    const begun = await this.host.call('sign_in.begin', { company: this.rfc });
    await this.finish(begun, how);
  }

  /** @param {{ flow: string, auth_url: string }} begun @param {Partial<Parameters<typeof consent>[1]>} how */
  async finish(begun, how) {
    const redirect_url = await consent(begun.auth_url, { authority: files.authority, ...how });
    const { flow } = await this.host.call('sign_in.complete', { flow: begun.flow, redirect_url });
    await this.save({ flow });
  }

  /** Queues one invoice. @param {{ index?: number, to?: string[], bcc?: string[] }} [how] @returns {Promise<string>} */
  async queue({ index = 0, to = [CUSTOMER], bcc = [] } = {}) {
    const params = { company: this.rfc, documents: [{ uuid: this.samples[index]?.uuid }], to, cc: [], bcc };
    const { digest } = await this.host.call('delivery.preview', params);
    return (await this.host.call('delivery.send', { ...params, confirmed: digest })).delivery.delivery;
  }

  /** @param {string} delivery @param {string[]} [states] */
  rest(delivery, states = AT_REST) {
    return until(`${delivery} rests`, async () => {
      const detail = await this.host.call('delivery.get', { delivery });
      return states.includes(detail.delivery.state) && detail;
    });
  }

  /** @param {string} delivery */
  async outcome(delivery) {
    const { delivery: { state, reason } } = await this.rest(delivery);
    return [state, reason];
  }

  async close() {
    await this.host.end();
    await this.home.close();
  }
}

/** @param {string} name @param {Parameters<typeof Office.open>[0]} how @param {(office: Office) => Promise<void>} work */
function withOffice(name, how, work) {
  test(name, async () => {
    const office = await Office.open(how);
    sink.received.length = 0;
    try {
      await work(office);
    } finally {
      await office.close();
    }
  });
}

/** A file as it stands in a message. @param {string} file */
const packed = (file) => (fs.readFileSync(file).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');

for (const starttls of [false, true]) {
  withOffice(`a CFDI leaves through Dovecot, byte for byte, ${starttls ? 'after STARTTLS' : 'under TLS from the start'}`, { starttls }, async (office) => {
    await office.signIn();
    const end = await office.rest(await office.queue({ bcc: ['archivo@papeleria.example'] }));
    assert.equal(end.delivery.state, 'sent');
    assert.match(end.ledger.at(-1).provider_id, /^250 .*kept as 1/);
    assert.equal(sink.received.length, 1);
    const [letter] = sink.received;
    assert.deepEqual(letter?.to, [CUSTOMER, 'archivo@papeleria.example']);
    assert.equal(letter?.from, PERSON);
    const text = letter?.message.toString() ?? '';
    for (const file of [office.samples[0]?.xml, office.samples[0]?.pdf]) assert.ok(text.includes(packed(file ?? '')), `${file} is in it, untouched`);
    assert.ok(!text.includes('archivo@papeleria.example'), 'a blind copy stays out of the message');
  });
}

withOffice('a token that the server refuses is renewed once, and the message leaves once', {}, async (office) => {
  await office.signIn();
  office.provider.spoil = 1;
  const before = office.provider.refreshes;
  assert.deepEqual(await office.outcome(await office.queue()), ['sent', null]);
  assert.equal(office.provider.refreshes, before + 2);
  assert.equal(sink.received.length, 1);
});

withOffice('a grant that ended elsewhere keeps its deliveries until the next sign-in, and then they leave', {}, async (office) => {
  await office.signIn();
  await office.provider.revoke(PERSON);
  const delivery = await office.queue();
  assert.deepEqual(await office.outcome(delivery), ['deferred', 'sign_in_needed']);
  assert.equal(sink.received.length, 0);
  await office.signIn();
  assert.equal((await office.rest(delivery, ['sent'])).delivery.state, 'sent');
  assert.equal(sink.received.length, 1);
});

withOffice('a box that was left empty saves nothing; asked again, the same person may send', {}, async (office) => {
  const begun = await office.host.call('sign_in.begin', { company: office.rfc });
  const refused = await office.finish(begun, { without: [MAIL] }).catch((error) => error);
  assert.equal(refused.kind, 'scope_missing');
  assert.deepEqual((await office.host.call('account.list', {})).accounts, []);
  const again = await office.host.call('sign_in.begin', { company: office.rfc, again: refused.flow });
  assert.equal(new URL(again.auth_url).searchParams.get('login_hint'), PERSON);
  await office.finish(again, {});
  assert.deepEqual(await office.outcome(await office.queue()), ['sent', null]);
});

withOffice('the second consent of another person saves nothing', {}, async (office) => {
  const begun = await office.host.call('sign_in.begin', { company: office.rfc });
  const refused = await office.finish(begun, { without: [MAIL] }).catch((error) => error);
  const again = await office.host.call('sign_in.begin', { company: office.rfc, again: refused.flow });
  const mixed = await office.finish(again, { person: 'otra@papeleria.example' }).catch((error) => error);
  assert.ok(['account_mismatch', 'account_unproven'].includes(mixed.kind), mixed.kind);
  assert.deepEqual((await office.host.call('account.list', {})).accounts, []);
});

withOffice('a person who cancels gave nothing', {}, async (office) => {
  const refused = await office.signIn({ cancel: true }).catch((error) => error);
  assert.equal(refused.kind, 'access_denied');
  assert.deepEqual((await office.host.call('account.list', {})).accounts, []);
});

withOffice('a refresh token that changes with every answer is kept before the old one is lost', { provider: rotating }, async (office) => {
  await office.signIn();
  for (const index of [0, 1, 2]) {
    // A sender of its own each time: what the last one was given has to lie in the vault.
    assert.deepEqual(await office.outcome(await office.queue({ index })), ['sent', null]);
    await until('the sender has ended', () => office.home.running().length === 1);
  }
  assert.equal(sink.received.length, 3);
});

withOffice('a recipient that nobody knows ends the delivery; one that is busy makes it wait', {}, async (office) => {
  await office.signIn();
  assert.deepEqual(await office.outcome(await office.queue({ to: [CUSTOMER, 'nadie@cliente.example'] })), ['failed', 'recipient_refused']);
  const later = await office.queue({ index: 1, to: ['luego@cliente.example'] });
  assert.deepEqual(await office.outcome(later), ['deferred', 'provider_unavailable']);
  await office.host.call('delivery.cancel', { delivery: later });
  assert.equal(sink.received.length, 0);
});

withOffice('a message that is refused after its last dot did not leave', {}, async (office) => {
  await office.signIn();
  sink.refuse = [552, '5.7.0 This message was blocked because its content presents a potential security issue.'];
  assert.deepEqual(await office.outcome(await office.queue()), ['failed', 'message_refused']);
  assert.equal(sink.received.length, 0);
});

withOffice('revoking the account ends the grant at the provider too', {}, async (office) => {
  await office.signIn();
  const [account] = (await office.host.call('account.list', {})).accounts;
  const before = await office.provider.liveGrants(PERSON);
  assert.equal((await office.host.call('account.revoke', { account: account.id })).revoked, true);
  assert.equal(await office.provider.liveGrants(PERSON), before - 1);
});

/** The client file that the README gives below a heading. @param {string} heading */
function documented(heading) {
  const text = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const [, below = ''] = text.split(`#### ${heading}\n`);
  return JSON.parse(/```json\n([^`]*)```/.exec(below)?.[1] ?? '');
}

const preset = documented('Microsoft 365');
withOffice('the preset for Microsoft 365 signs in and sends, with refresh tokens that change', { provider: microsoft, starttls: true, preset }, async (office) => {
  const begun = await office.host.call('sign_in.begin', { company: office.rfc });
  assert.equal(new URL(begun.auth_url).searchParams.get('scope'), `openid email ${MICROSOFT_MAIL} offline_access`);
  await office.finish(begun, {});
  for (const index of [0, 1]) {
    assert.deepEqual(await office.outcome(await office.queue({ index })), ['sent', null]);
    await until('the sender has ended', () => office.home.running().length === 1);
  }
  assert.deepEqual(sink.received.map(({ from }) => from), [PERSON, PERSON]);
  const [account] = (await office.host.call('account.list', {})).accounts;
  const refused = await office.host.call('account.revoke', { account: account.id }).catch((/** @type {any} */ error) => error);
  assert.equal(refused.kind, 'revocation_unsupported');
});
