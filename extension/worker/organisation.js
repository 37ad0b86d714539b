/**
 * What the organisation has set for this browser, kept up to date; and the OAuth client and companies that it hands out.
 */

import { local, managed } from './store.js';
import { clientId, parsePolicy } from './policy.js';

/** @import { ClientStanding } from '../shared/surface.d.ts' */
/** @import { Host } from './host.js' */
/** @import { Policy } from './policy.js' */

/** Reads the policy once, and again after it has changed. */
export class Organisation {
  /** @type {Promise<Policy> | null} */
  #policy = null;
  #host;
  #knows;

  /**
   * @param {Pick<Host, 'call'>} host
   * @param {(method: string) => boolean} [knows] whether the host has a method
   */
  constructor(host, knows = () => false) {
    this.#host = host;
    this.#knows = knows;
  }

  /** @returns {Promise<Policy>} */
  policy() {
    this.#policy ??= managed.read().then(parsePolicy);
    return this.#policy;
  }

  /** The administrator has changed something. */
  changed() {
    this.#policy = null;
  }

  /** Brings the host to what the organisation wants; what fails is tried again with the next greeting. */
  async settle() {
    await this.#settleClient().catch(console.warn);
    await this.#layCompanies().catch(console.warn);
  }

  /**
   * Registers the organisation's client where nothing is lost by it: where none is registered, where its file was renewed,
   * or where no account was granted under another one. Otherwise a person decides, because every account would have to sign
   * in again.
   */
  async #settleClient() {
    const { client } = await this.policy();
    if (client === null) return;
    const standing = await this.client();
    if (standing.state === 'same') {
      if ((await local.get('client')) !== (await print(client))) await this.adopt();
    } else if (standing.state === 'none' || (await this.#host.call('account.list', {})).accounts.length === 0) {
      await this.adopt();
    }
  }

  /**
   * How the registered client stands to the organisation's.
   * @returns {Promise<ClientStanding>}
   */
  async client() {
    const wanted = (await this.policy()).client;
    if (wanted === null) return { state: 'free', client_id: null };
    const { client } = await this.#host.call('client.show', {});
    const id = clientId(wanted);
    if (client === null) return { state: 'none', client_id: id };
    return { state: client.client_id === id ? 'same' : 'other', client_id: id };
  }

  /**
   * Adds the organisation's companies, each once: what the person changed or removed since stays so. The switch for OAuth is
   * the person's own.
   */
  async #layCompanies() {
    const [{ companies }, laid] = [await this.policy(), await local.get('laid')];
    const wanted = companies.filter(({ rfc }) => !laid.includes(rfc));
    if (wanted.length === 0) return;
    const there = new Set((await this.#host.call('company.list', {})).companies.map(({ rfc }) => rfc));
    for (const { reply_to, subject, body, ...company } of wanted) {
      const texts = { ...(reply_to !== null && { reply_to }), ...(subject !== '' && { subject }), ...(body !== '' && { body }) };
      try {
        if (!there.has(company.rfc)) await this.#host.call('company.save', { ...company, ...texts, use_oauth: false });
        await local.update('laid', (old) => ({ value: [...new Set([...old, company.rfc])], result: undefined }));
      } catch (failure) {
        // One that the host refuses keeps none of the others away.
        console.warn(company.rfc, failure);
      }
    }
  }

  /** RFC of the companies that the organisation wants. @returns {Promise<string[]>} */
  async companies() {
    return (await this.policy()).companies.map(({ rfc }) => rfc);
  }

  /** Registers the organisation's client, whatever there was. */
  async adopt() {
    const { client } = await this.policy();
    if (client === null) return;
    await this.#host.call('client.import', { json: client, ...(this.#knows('client.forget') && { policy: true }) });
    await local.set('client', await print(client));
  }
}

/**
 * By which a renewed file is told from the one that was registered, without keeping it.
 * @param {string} text
 * @returns {Promise<string>}
 */
async function print(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
