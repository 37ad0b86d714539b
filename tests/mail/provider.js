/** An OpenID provider that nobody here wrote: `oidc-provider`, with pages of ours for sign-in and consent. */

import fs from 'node:fs';
import https from 'node:https';

// @ts-expect-error -- the package has no types
import Oidc, { interactionPolicy } from 'oidc-provider';

/** What Gmail calls the scope for SMTP. */
export const MAIL = 'https://mail.google.com/';

/** What Microsoft calls it. */
export const MICROSOFT_MAIL = 'https://outlook.office.com/SMTP.Send';

/** Who asks the provider about tokens. */
export const INSPECTOR = { id: 'dovecot', secret: 'not-a-secret-of-dovecot' };

/** People who may sign in. @type {Record<string, { email: string, email_verified: boolean }>} */
const PEOPLE = {
  'facturas@papeleria.example': { email: 'facturas@papeleria.example', email_verified: true },
  'otra@papeleria.example': { email: 'otra@papeleria.example', email_verified: true },
};

const CLIENT = { id: 'correo-cfdi-test', secret: 'not-a-secret-of-the-client' };

/**
 * @typedef {object} Files
 * @property {string} authority
 * @property {string} chain
 * @property {string} key
 */

/** A running provider. */
export class Provider {
  /** Refresh requests so far, the refused ones too. */
  refreshes = 0;
  /** How many of the next access tokens are worthless from the start. */
  spoil = 0;
  /** Seconds that an access token lives; from 1 to an hour. */
  accessTokenLife = 3_599;
  /** @type {any} */
  #provider;
  #server;
  #files;

  /**
   * @param {Files} files
   * @param {string} redirect where the client's sign-ins end
   * @param {{ rotate?: boolean, microsoft?: boolean }} how whether every refresh answers with another refresh token; whether
   *   scopes and claims are Microsoft's: a scope for the refresh token, and an address that nobody calls verified
   */
  constructor(files, redirect, { rotate = false, microsoft = false }) {
    this.#files = files;
    this.#server = https.createServer({ key: fs.readFileSync(files.key), cert: fs.readFileSync(files.chain) });
    this.redirect = redirect;
    this.rotate = rotate;
    this.microsoft = microsoft;
  }

  /** @returns {Promise<void>} */
  async start() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.issuer = `https://localhost:${address.port}`;
    this.#provider = this.#make();
    const answer = this.#provider.callback();
    this.#server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) {
        answer(request, response);
        return;
      }
      this.#interact(request, response).catch((/** @type {Error} */ error) => {
        response.statusCode = 400;
        response.end(error.message);
      });
    });
  }

  /** @returns {Promise<void>} */
  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The client file, with everything that differs from Google. @param {string} smtp */
  clientFile(smtp) {
    return {
      web: { client_id: CLIENT.id, client_secret: CLIENT.secret, auth_uri: `${this.issuer}/auth`, token_uri: `${this.issuer}/token`, redirect_uris: [this.redirect] },
      correo_cfdi: { issuer: this.issuer, revocation_uri: `${this.issuer}/token/revocation`, userinfo_uri: `${this.issuer}/me`, smtp, ca_file: this.#files.authority, per_minute: 6000 },
    };
  }

  /**
   * A client file that people are told to write, with this provider's addresses in the place of the real one's.
   * @param {any} preset
   * @param {string} smtp
   */
  presetFile(preset, smtp) {
    const own = this.clientFile(smtp);
    return { web: own.web, correo_cfdi: { ...preset.correo_cfdi, issuer: this.issuer, smtp, ca_file: this.#files.authority } };
  }

  /** Ends everything that one person granted, as on the provider's own page. @param {string} person */
  async revoke(person) {
    for (const grant of this.#grants.get(person) ?? []) {
      for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode']) await this.#provider[model].revokeByGrantId(grant);
    }
  }

  /** How many refresh tokens of one person the provider still knows. @param {string} person */
  async liveGrants(person) {
    const found = await Promise.all([...this.#tokens].map((token) => this.#provider.RefreshToken.find(token)));
    return found.filter((token) => token?.accountId === person && token.isValid).length;
  }

  /** Refresh tokens that were given out. @type {Set<string>} */
  #tokens = new Set();

  /** Grants by person. @type {Map<string, string[]>} */
  #grants = new Map();

  #make() {
    /** Grants that asked for `access_type=offline`. @type {Set<string>} */
    const offline = new Set();
    const client = { token_endpoint_auth_method: 'client_secret_post', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
    const provider = new Oidc(this.issuer, {
      clients: [
        { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [this.redirect], ...client },
        { client_id: INSPECTOR.id, client_secret: INSPECTOR.secret, token_endpoint_auth_method: 'client_secret_basic', redirect_uris: [], grant_types: [], response_types: [] },
      ],
      scopes: this.microsoft ? ['openid', 'email', 'offline_access', MICROSOFT_MAIL] : ['openid', 'email', MAIL],
      claims: this.microsoft ? { openid: ['sub', 'preferred_username'] } : { openid: ['sub'], email: ['email', 'email_verified'] },
      // The address belongs into the id token, as Google does it.
      conformIdTokenClaims: false,
      findAccount: (/** @type {unknown} */ _, /** @type {string} */ id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: `subject-${id}`, preferred_username: id, ...PEOPLE[id] }) },
      extraParams: ['access_type', 'include_granted_scopes'],
      issueRefreshToken: (/** @type {unknown} */ _, /** @type {any} */ one, /** @type {{ grantId: string, scopes: Set<string> }} */ code) =>
        one.grantTypeAllowed('refresh_token') && (this.microsoft ? code.scopes.has('offline_access') : offline.has(code.grantId)),
      rotateRefreshToken: this.rotate,
      // The address of a token's owner, for who inspects it.
      extraTokenClaims: (/** @type {unknown} */ _, /** @type {{ accountId?: string }} */ token) => token.accountId && { email: PEOPLE[token.accountId]?.email },
      pkce: { required: () => true },
      ttl: { AccessToken: () => this.accessTokenLife, AuthorizationCode: 60, IdToken: 3_600, RefreshToken: 86_400, Interaction: 600, Session: 3_600, Grant: 86_400 },
      features: {
        devInteractions: { enabled: false },
        introspection: { enabled: true, allowedPolicy: (/** @type {unknown} */ _, /** @type {{ clientId: string }} */ one) => one.clientId === INSPECTOR.id },
        revocation: { enabled: true },
        rpInitiatedLogout: { enabled: false },
      },
      interactions: { policy: withAccountChooser(), url: (/** @type {unknown} */ _, /** @type {{ uid: string }} */ one) => `/interaction/${one.uid}` },
      cookies: { keys: ['not-a-secret-of-the-provider'] },
      clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    });
    provider.use(async (/** @type {any} */ context, /** @type {() => Promise<void>} */ next) => {
      await next();
      if (context.oidc?.route === 'token' && context.body?.refresh_token) this.#tokens.add(context.body.refresh_token);
      if (context.oidc?.route === 'token' && context.oidc.params?.grant_type === 'refresh_token') {
        this.refreshes += 1;
        if (this.spoil > 0 && context.body?.access_token) {
          this.spoil -= 1;
          await (await provider.AccessToken.find(context.body.access_token)).destroy();
        }
      }
    });
    this.offline = offline;
    return provider;
  }

  /**
   * Sign-in and consent; a box that is not ticked is rejected, so that the provider does not ask again.
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #interact(request, response) {
    const { uid, prompt, params, session } = await this.#provider.interactionDetails(request, response);
    const finish = (/** @type {object} */ result, merge = false) => this.#provider.interactionFinished(request, response, result, { mergeWithLastSubmission: merge });
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ action: `/interaction/${uid}`, prompt: prompt.name, scopes: String(params.scope).split(' ') }));
      return undefined;
    }
    const form = await formOf(request);
    if (form.get('cancel') !== null) return finish({ error: 'access_denied' });
    if (prompt.name === 'select_account') return finish({ select_account: {} }, true);
    if (prompt.name === 'login') return finish({ login: { accountId: form.get('person') } }, true);
    const wanted = String(params.scope).split(' ');
    const ticked = new Set(['openid', ...form.getAll('scope')]);
    const grant = new this.#provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    const [granted, left] = [wanted.filter((one) => ticked.has(one)), wanted.filter((one) => !ticked.has(one))];
    if (granted.length > 0) grant.addOIDCScope(granted.join(' '));
    if (left.length > 0) grant.rejectOIDCScope(left.join(' '));
    const grantId = await grant.save();
    this.#grants.set(session.accountId, [...(this.#grants.get(session.accountId) ?? []), grantId]);
    if (params.access_type === 'offline') this.offline?.add(grantId);
    return finish({ consent: { grantId } }, true);
  }
}

/** The package's own steps, and the account chooser that OpenID Connect knows and the package leaves to its users. */
function withAccountChooser() {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return policy;
}

/** @param {import('node:http').IncomingMessage} request */
async function formOf(request) {
  let body = '';
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}
