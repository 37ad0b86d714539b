/** What the stores are given, with the publisher's addresses and the day filled in. */

import { readFileSync, readdirSync } from 'node:fs';

/** @import { Publisher } from './registration.mjs' */

const STORES = new URL('../stores/', import.meta.url);

/** The texts, and what the dashboards ask for; the page that explains them is for us. */
const GIVEN = /^(?!README)[a-z.-]+\.(md|json)$/;

/** @param {{ publisher: Publisher, epoch: number }} order `epoch` in seconds since 1970: the day of the release */
export function stores({ publisher, epoch }) {
  const filledIn = new Map([
    ['@SUPPORT@', publisher.support],
    ['@SUPPORT_EMAIL@', publisher.support_email],
    ['@DATE@', new Date(epoch * 1_000).toISOString().slice(0, 10)],
  ]);
  const fill = (/** @type {string} */ text) => text.replaceAll(/@[A-Z_]+@/g, (mark) => {
    const value = filledIn.get(mark);
    if (value === undefined) throw new Error(`manifests/stores: ${mark}`);
    return value;
  });
  const names = readdirSync(STORES).filter((name) => GIVEN.test(name));
  return new Map(names.map((name) => [name, Buffer.from(fill(readFileSync(new URL(name, STORES), 'utf8')))]));
}
