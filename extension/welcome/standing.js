/** Where a first run stands, told from what host and worker said. Pure, so that every case can be tried. */

/** @typedef {import('../shared/protocol.d.ts').CompanyView} CompanyView */
/** @typedef {import('../shared/protocol.d.ts').Health} Health */
/** @typedef {import('../shared/surface.d.ts').AnyKind} AnyKind */
/** @typedef {import('../shared/surface.d.ts').Trouble} Trouble */

/** @typedef {'host' | 'client' | 'company' | 'account'} StepName */

/**
 * What is known.
 * @typedef {object} Known
 * @property {Trouble | null} trouble why the host gave no answer
 * @property {Health | null} health null until it answered
 * @property {CompanyView[]} companies
 */

/**
 * @typedef {object} Standing
 * @property {StepName[]} steps those that this person meets, in order
 * @property {StepName | null} open the one to do; null when everything is ready
 */

/** Failures that say that there is no conversation with the host; the rest come from a host that answered. @type {ReadonlySet<AnyKind>} */
const NO_HOST = new Set(/** @type {const} */ (['host_missing', 'host_forbidden', 'host_disabled', 'host_exited', 'host_garbled', 'host_mute', 'update_host', 'update_extension']));

/**
 * @param {Trouble | null} trouble
 * @returns {boolean} whether the first step has to do with it
 */
export function isOfHost(trouble) {
  return trouble !== null && NO_HOST.has(trouble.kind);
}

/**
 * Nobody has to know of OAuth clients where the program or the organisation brought one: that step is there only for those
 * who have to do something about it, or did.
 * @param {Health | null} health
 * @returns {boolean}
 */
export function needsClient(health) {
  if (health === null) return false;
  const { client } = health;
  // Hosts of before that field knew only imported ones.
  return client === null || (client.origin ?? 'imported') === 'imported';
}

/**
 * The company for which an account is signed in: the first that sends with one.
 * @param {CompanyView[]} companies
 * @returns {CompanyView | null}
 */
export function companyToSignIn(companies) {
  return companies.find((company) => company.use_oauth) ?? companies[0] ?? null;
}

/**
 * @param {Known} known
 * @returns {Standing}
 */
export function standing({ health, companies }) {
  /** @type {StepName[]} */
  const steps = needsClient(health) ? ['host', 'client', 'company', 'account'] : ['host', 'company', 'account'];
  /** @type {Record<StepName, boolean>} */
  const done = {
    host: health !== null,
    client: health !== null && health.client !== null,
    company: companies.length > 0,
    account: companies.some(({ account }) => account?.state === 'ready'),
  };
  return { steps, open: steps.find((step) => !done[step]) ?? null };
}
