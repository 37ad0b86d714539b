/**
 * How long a host method may take before the worker says `host_mute`. The browser drops a malformed answer silently,
 * so no request may wait without an end. All in milliseconds.
 */

/** @import { HostSurface } from '../shared/protocol.d.ts' */

/** First answer of a new process: a cold host needs about 35 ms; a scanner of viruses on a slow disk needs the rest. */
export const FIRST_CONTACT = 15_000;

/**
 * How long a portal waits for a sign of life: its page has a person in front of it who is to know within two seconds. What a
 * host then does may take longer.
 */
export const PORTAL_PATIENCE = 1_800;

/** How long a host may leave unanswered whether it is there before it is left with whatever it was doing. */
export const GIVEN_UP = 5_000;

/** Reads and writes of the local store; a database that another process holds answers `store_busy` well before. */
export const QUICK = 10_000;

/** Hashing of up to ten documents, possibly on a network folder. */
export const FILES = 60_000;

/** The keyring may first ask the person for its password; the host gives up earlier with `vault_timeout`. */
export const VAULT = 180_000;

/** Google's endpoints with the host's own retries, followed by the keyring. */
export const NETWORK = 240_000;

/** A person at Google's pages, whom the host gives ten minutes; then Google's endpoints. */
export const PERSON = 10 * 60_000 + NETWORK;

/** A dialog of the operating system waits for the person. */
export const DIALOG = 30 * 60_000;

/** A first scan of some hundred thousand files on a network drive. */
export const SCAN = 2 * 60 * 60_000;

/** Ten thousand rows of a list, each with two files to be hashed, possibly on a network folder. */
export const BATCH = 60 * 60_000;

/** @type {Partial<Record<keyof HostSurface, number>>} */
const LONG = {
  'health': VAULT,
  // Starting the host and asking the network end by themselves; the keyring may ask the person.
  'doctor.run': VAULT,
  'client.import': VAULT,
  'client.forget': VAULT,
  'company.save': VAULT,
  'company.remove': VAULT,
  'account.forget': VAULT,
  'account.list': VAULT,
  'account.budget': VAULT,
  'sign_in.begin': NETWORK,
  'sign_in.complete': NETWORK,
  'account.revoke': NETWORK,
  'delivery.preview': FILES,
  'delivery.send': FILES,
  'delivery.retry': FILES,
  'delivery.export': FILES,
  'batch.check': BATCH,
  'batch.start': BATCH,
  'batch.resume': FILES,
  'batch.cancel': FILES,
  'batch.result': FILES,
  'contact.import': FILES,
  'contact.export': FILES,
  'text.preview': FILES,
  'folder.pick': DIALOG,
  'file.pick': DIALOG,
  'library.print': FILES,
  'library.pdf': FILES,
  'library.scan': SCAN,
};

/**
 * @template {keyof HostSurface} M
 * @param {M} method
 * @param {HostSurface[M]['params']} params
 * @returns {number} milliseconds
 */
export function timeoutOf(method, params) {
  // Without a redirect the host itself waits for the person.
  if (method === 'sign_in.complete' && !('redirect_url' in params)) return PERSON;
  return LONG[method] ?? QUICK;
}
