/** What the script of a portal's page does. */

/** @typedef {import('playwright-core').Page | import('playwright-core').Frame} Frame */
/** @typedef {'status' | 'send' | 'deliveryStatus' | 'cancel'} Verb */

/**
 * Calls the library for portals as it ships, inside the page.
 * @param {Frame} page
 * @param {Verb} verb
 * @param {unknown} [params]
 * @returns {Promise<{ ok?: any, kind?: string, message?: string }>}
 */
export function sdk(page, verb, params) {
  return page.evaluate(
    async ([name, given]) => {
      const library = /** @type {any} */ (await import('/sdk/correo-cfdi.js'));
      try {
        return { ok: await library[/** @type {string} */ (name)](given) };
      } catch (/** @type {any} */ error) {
        return { kind: error.kind ?? String(error), message: error.message };
      }
    },
    [verb, params],
  );
}

/**
 * @param {import('./home.js').Sample} sample
 * @param {string} to
 * @param {string} [key]
 */
export function request(sample, to, key) {
  return { documents: [{ uuid: sample.uuid, receiver_rfc: sample.receiver.rfc }], to: [to], ...(key !== undefined && { key }) };
}
