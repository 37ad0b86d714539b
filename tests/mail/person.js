/** A person at the provider's pages, with a browser's cookies and nothing else of a browser. */

import fs from 'node:fs';
import https from 'node:https';

const MAX_STEPS = 12;

/**
 * Walks from the authorization address to the redirect.
 * @param {string} start
 * @param {{ authority: string, person?: string, without?: string[], cancel?: boolean }} how `without` are boxes left empty
 * @returns {Promise<string>} the redirect, to the letter
 */
export async function consent(start, { authority, person = 'facturas@papeleria.example', without = [], cancel = false }) {
  const agent = new https.Agent({ ca: fs.readFileSync(authority), keepAlive: false });
  /** @type {Map<string, string>} */
  const cookies = new Map();
  /**
   * @param {string} method
   * @param {URL} url
   * @param {URLSearchParams} [form]
   * @returns {Promise<{ status: number, location: URL | null, raw: string | undefined, body: string }>}
   */
  const request = (method, url, form) => new Promise((resolve, reject) => {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) };
    const sent = https.request(url, { method, agent, headers }, (response) => {
      for (const line of response.headers['set-cookie'] ?? []) {
        const [pair = ''] = line.split(';');
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      let body = '';
      response.on('data', (piece) => (body += piece));
      response.on('end', () => {
        const raw = response.headers.location;
        resolve({ status: response.statusCode ?? 0, location: raw === undefined ? null : new URL(raw, url), raw, body });
      });
    });
    sent.on('error', reject);
    sent.end(form?.toString());
  });
  const origin = new URL(start).origin;
  let here = new URL(start);
  let answer = await request('GET', here);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (answer.location !== null && answer.location.origin !== origin) return answer.raw ?? '';
    if (answer.location !== null) {
      here = answer.location;
      answer = await request('GET', here);
      continue;
    }
    if (answer.status !== 200) throw new Error(`the provider refused: ${answer.status} ${answer.body.slice(0, 300)}`);
    const page = JSON.parse(answer.body);
    const form = new URLSearchParams(page.prompt === 'login' ? { person } : {});
    if (cancel) form.set('cancel', '1');
    if (page.prompt === 'consent') for (const scope of page.scopes) if (!without.includes(scope)) form.append('scope', scope);
    answer = await request('POST', new URL(page.action, here), form);
  }
  throw new Error('the provider never redirected');
}
