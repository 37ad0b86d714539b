/** What stands out among several requests, and what they come to. Pure. */

/** @typedef {{ id: string, receiver: string, currency: string, total: string }} Amount */

/** How many times its median an amount has to be, or what part of it, to be far from it: a slipped decimal point is ten. */
export const FAR = 5;

/** Amounts that a median takes: of two or three nobody can say which is the odd one. */
export const ENOUGH = 4;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * The sum of decimal texts, without a binary number between; what is no number counts for nothing.
 * @param {string[]} totals
 * @returns {string}
 */
export function sum(totals) {
  const parts = totals.map((text) => DECIMAL.exec(text)).filter((found) => found !== null);
  const places = Math.max(2, ...parts.map(([, , , fraction = '']) => fraction.length));
  const whole = parts.reduce((all, [, sign, digits, fraction = '']) => all + BigInt(`${sign}${digits}${fraction.padEnd(places, '0')}`), 0n);
  const text = String(whole < 0n ? -whole : whole).padStart(places + 1, '0');
  return `${whole < 0n ? '-' : ''}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/**
 * What amounts come to, by currency, in the order in which the currencies appear.
 * @param {Amount[]} amounts
 * @returns {{ currency: string, total: string }[]}
 */
export function sums(amounts) {
  return [...grouped(amounts, ({ currency }) => currency)].map(([currency, some]) => ({ currency, total: sum(some.map(({ total }) => total)) }));
}

/**
 * The amounts that are far from what is usual: for their receiver where there are enough of it, else for the whole list; only
 * amounts of one currency are compared.
 * @param {Amount[]} amounts
 * @returns {Set<string>} ids
 */
export function farOnes(amounts) {
  /** @type {Set<string>} */
  const far = new Set();
  for (const [, same] of grouped(amounts, ({ currency }) => currency)) {
    const customers = grouped(same, ({ receiver }) => receiver);
    for (const one of same) {
      const own = customers.get(one.receiver) ?? [];
      const usual = median(own.length >= ENOUGH ? own : same);
      if (usual !== null && isFar(Number(one.total), usual)) far.add(one.id);
    }
  }
  return far;
}

/**
 * @param {Amount[]} amounts
 * @returns {number | null} null where there are too few, or where they come to nothing
 */
function median(amounts) {
  const values = amounts.map(({ total }) => Number(total)).filter(Number.isFinite).sort((a, b) => a - b);
  if (values.length < ENOUGH) return null;
  const middle = Math.floor(values.length / 2);
  const [low = 0, high = 0] = [values[values.length % 2 === 0 ? middle - 1 : middle], values[middle]];
  const value = (low + high) / 2;
  return value > 0 ? value : null;
}

/**
 * @param {number} value
 * @param {number} usual
 */
function isFar(value, usual) {
  return value > usual * FAR || value < usual / FAR;
}

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @returns {Map<string, T[]>}
 */
function grouped(items, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Why a request needs a look, the weightiest first. @typedef {'trouble' | 'new' | 'differs' | 'warn' | 'far'} Mark */

/** @type {readonly Mark[]} */
export const MARKS = ['trouble', 'new', 'differs', 'warn', 'far'];

/**
 * Puts what needs a look before the rest; what weighs the same keeps its order.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Mark[]} marks
 * @returns {T[]}
 */
export function outliersFirst(items, marks) {
  /** @param {T} item */
  const weight = (item) => marks(item).reduce((all, mark) => all + 2 ** (MARKS.length - MARKS.indexOf(mark)), 0);
  return [...items].sort((a, b) => weight(b) - weight(a));
}
