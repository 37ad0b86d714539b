/** Waiting for what has to come, never longer than a patient person would. */

/** Milliseconds in which everything that a spec waits for has to come on a busy machine. */
export const PATIENCE = 30_000;

/** Milliseconds between looks. */
const EVERY = 50;

/** @param {number} milliseconds */
export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Looks again and again until something is there. A look that throws counts as "not yet"; its error is told at the end.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} look
 * @param {number} [limit] milliseconds
 * @returns {Promise<Exclude<NonNullable<T>, false>>}
 */
export async function until(what, look, limit = PATIENCE) {
  const end = Date.now() + limit;
  for (;;) {
    /** @type {unknown} */
    let last;
    try {
      const found = await within(Promise.resolve(look()), what, limit);
      if (found) return /** @type {Exclude<NonNullable<T>, false>} */ (found);
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain until ${what}; last: ${String(last)}`);
    await sleep(EVERY);
  }
}

/**
 * The promise, or an error that names what did not come.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what
 * @param {number} [limit] milliseconds
 * @returns {Promise<T>}
 */
export async function within(promise, what, limit = PATIENCE) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing in ${limit} ms`)), limit);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The first line that a program prints; it may arrive in pieces.
 * @param {import('node:stream').Readable} stream
 * @param {string} what
 * @returns {Promise<string>}
 */
export async function firstLine(stream, what) {
  let text = '';
  /** @type {Promise<string>} */
  const line = new Promise((resolve, reject) => {
    stream.on('data', (piece) => {
      text += String(piece);
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    stream.on('end', () => reject(new Error(`${what}: it ended`)));
  });
  return within(line, what);
}
