/**
 * Failures inside the worker: a closed kind, when to try again, and a sentence that is ready to be shown.
 * Failures of the host arrive with their sentence; those that only the browser sees get theirs here.
 */

/** @import { AnyKind, BrowserKind, Reply, Trouble } from '../shared/surface.d.ts' */
/** @import { Failure, Kind, Retry } from '../shared/protocol.d.ts' */

/**
 * When the same step may succeed, for the kinds that the host does not know and the few of its kinds that the worker also raises.
 * @type {Record<BrowserKind, Retry> & Partial<Record<Kind, Retry>>}
 */
const RETRY = {
  host_missing: 'never',
  host_forbidden: 'never',
  host_disabled: 'never',
  host_exited: 'later',
  host_garbled: 'later',
  host_mute: 'later',
  request_too_large: 'never',
  window_closed: 'never',
  page_not_loaded: 'later',
  sign_in_timed_out: 'never',
  sign_in_open: 'later',
  identity_missing: 'never',
  incognito: 'never',
  tab_closed: 'never',
  permission_refused: 'never',
  request_gone: 'never',
  invalid_portal_request: 'never',
  portal_rate_limited: 'later',
  extension_missing: 'never',
  extension_reloaded: 'later',
  set_by_policy: 'never',
  recipient_not_allowed: 'never',
  attachments_not_allowed: 'never',
  internal: 'later',
};

/** A refusal that travels as an exception inside the worker. */
export class TroubleError extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble.kind);
    this.name = 'TroubleError';
    /** @readonly */
    this.trouble = trouble;
  }
}

/**
 * A failure that the worker found itself.
 * @param {AnyKind} kind
 * @param {string} [said] the browser's own words
 * @returns {Trouble}
 */
export function trouble(kind, said = '') {
  return { kind, retry: RETRY[kind] ?? 'never', message: sentence(kind), ...(said !== '' && { said }) };
}

/**
 * The same, ready to be thrown.
 * @param {AnyKind} kind
 * @param {string} [said]
 * @returns {TroubleError}
 */
export function refusal(kind, said) {
  return new TroubleError(trouble(kind, said));
}

/**
 * A refusal as the host answered it; its sentence is already in the person's language.
 * @param {Failure} failure
 * @returns {Trouble}
 */
export function fromHost({ message, data }) {
  return { ...data, message };
}

/**
 * Whatever was thrown, as a failure; what nobody foresaw is logged and becomes `internal`.
 * @param {unknown} thrown
 * @returns {Trouble}
 */
export function troubleOf(thrown) {
  if (thrown instanceof TroubleError) return thrown.trouble;
  console.error(thrown);
  return trouble('internal');
}

/**
 * Runs a handler and packs what it returns or throws.
 * @template T
 * @param {() => Promise<T> | T} handler
 * @returns {Promise<Reply<T>>}
 */
export async function replyOf(handler) {
  try {
    return { ok: await handler() };
  } catch (thrown) {
    return { trouble: troubleOf(thrown) };
  }
}

/**
 * What happened and what to do next.
 * @param {AnyKind} kind
 * @returns {string}
 */
function sentence(kind) {
  const parts = [chrome.i18n.getMessage(`err_${kind}`), chrome.i18n.getMessage(`rec_${kind}`)].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(' ') : kind;
}
