/**
 * What a portal's page can tell its user to do about a failure. Pure. The words are few and append-only, because pages
 * outside build upon them; kinds may be added without a word of their own.
 */

/** @import { Retry } from '../shared/protocol.d.ts' */
/** @import { AnyKind, PortalAction } from '../shared/surface.d.ts' */

/** Only what differs from what {@link Retry} says. @type {Partial<Record<AnyKind, PortalAction>>} */
const ACTIONS = {
  portal_not_connected: 'connect',
  extension_reloaded: 'reload_page',

  host_missing: 'install_host',
  host_forbidden: 'repair_host',
  host_exited: 'repair_host',
  host_garbled: 'repair_host',
  host_mute: 'repair_host',
  update_host: 'update_host',
  update_extension: 'update_extension',

  host_disabled: 'ask_administrator',
  insecure_origin: 'ask_administrator',
  recipient_not_allowed: 'ask_administrator',
  attachments_not_allowed: 'ask_administrator',
  policy_blocked: 'ask_administrator',
  app_blocked: 'ask_administrator',

  invalid_portal_request: 'correct_request',
  portal_forbidden: 'correct_request',
  request_too_large: 'correct_request',
  key_conflict: 'correct_request',
  document_count: 'correct_request',
  mixed_receivers: 'correct_request',
  wrong_receiver: 'correct_request',
  no_recipient: 'correct_request',
  invalid_recipient: 'correct_request',
  too_many_recipients: 'correct_request',
  unknown_delivery: 'correct_request',

  refused_by_person: 'none',
  already_sent: 'none',
  request_gone: 'none',
  wrong_state: 'none',
  past_commit: 'none',
};

/** What nobody named: later it may succeed by itself; otherwise the extension's own pages say more than a portal may know. @type {Record<Retry, PortalAction>} */
const BY_RETRY = { later: 'retry', never: 'open_extension', after_sign_in: 'open_extension', after_update: 'update_host' };

/**
 * @param {AnyKind} kind
 * @param {Retry} retry
 * @returns {PortalAction}
 */
export function actionOf(kind, retry) {
  return ACTIONS[kind] ?? BY_RETRY[retry];
}
