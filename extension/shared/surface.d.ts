// The two surfaces inside the browser, declared once and checked on both sides:
// our own pages <-> worker, and portal page <-> worker. The host's surface is generated: protocol.d.ts.

import type { AccountView, DocumentParam, Hello, HostEvents, HostSurface, Kind, Retry, TextPlace, Via } from './protocol.js';

/** Failures that only the browser's side can see. Texts: err_<kind>, rec_<kind>. Append only. */
export type BrowserKind =
  | 'host_missing' // "Specified native messaging host not found."
  | 'host_forbidden' // "Access to the specified native messaging host is forbidden."
  | 'host_disabled' // "... was disabled by the system administrator."
  | 'host_exited' // "Native host has exited."
  | 'host_garbled' // "Error when communicating with the native messaging host."
  | 'host_mute' // no answer in time
  | 'request_too_large' // postMessage threw
  | 'window_closed' // "The user did not approve access."
  | 'page_not_loaded' // "Authorization page could not be loaded."
  | 'sign_in_timed_out' // no redirect came while the host would have taken one
  | 'sign_in_open' // "Only one web auth flow is allowed at a time."
  | 'identity_missing' // the optional permission `identity` was refused or is blocked by policy
  | 'incognito' // the identity API is off in incognito windows
  | 'tab_closed' // the tab of a sign-in was closed before its end
  | 'permission_refused' // the person refused the portal's host permission
  | 'request_gone' // the portal's request is no longer waiting (tab closed, answered elsewhere, expired)
  | 'invalid_portal_request' // the page sent something that is no request
  | 'extension_missing' // SDK only: no extension answered
  | 'extension_reloaded' // SDK only: the extension was updated while the page was open
  | 'set_by_policy' // the organisation wants it so
  | 'recipient_not_allowed' // the organisation lets portals have mail sent to other domains only
  | 'attachments_not_allowed'; // the organisation lets portals have smaller files sent only

/** Every failure that a page may be shown. */
export type AnyKind = Kind | BrowserKind;

/** A failure inside the browser; `message` is ready to be shown (what happened and what to do). */
export interface Trouble {
  kind: AnyKind;
  retry: Retry;
  message: string;
  subject?: string;
  delivery?: string;
  flow?: string;
  reasons?: string[];
  /** Folio fiscal of the document that a person may send nevertheless. */
  document?: string;
  /** What they would have to accept. */
  acceptable?: string[];
  files?: string[];
  limit?: number;
  /** How far this computer's clock is ahead of Google's, in seconds; `message` says it in words. */
  clock_ahead_seconds?: number;
  /** Where in the text of `subject` it is. */
  place?: TextPlace;
  /** The browser's own words, where it is the browser who refused. */
  said?: string;
}

/** An answer between two parts of the extension. */
export type Reply<T> = { ok: T } | { trouble: Trouble };

/** The sign-in under way; lives in the worker and in chrome.storage.session, so that popup and options are pure views of it. */
export interface SignInView {
  phase: 'opening' | 'window' | 'checking' | 'unsaved' | 'failed';
  /** In a tab, whose redirect the host itself takes; otherwise in the browser's own window. */
  via?: Via;
  /** RFC of the company that it is for. */
  company: string;
  /** Where it was started, so that the right page leads on. */
  from: 'popup' | 'options' | 'accounts';
  /** The address that was to be preselected, for the next attempt. */
  login_hint?: string;
  /** The flow to name in company.save, once phase is `unsaved`. */
  flow?: string;
  account?: AccountView;
  /** The address that was expected, where `account` is another one. */
  other_than?: string;
  trouble?: Trouble;
}

/** What the worker knows without asking. */
export interface UiState {
  hello: Hello | null;
  trouble: Trouble | null;
  signIn: SignInView | null;
  /** Portal requests that wait for a person. */
  waiting: number;
}

/** What a portal asked for, as the deliver page shows it beside what the XML says. */
export interface PortalRequest {
  id: string;
  origin: string;
  tabTitle: string;
  documents: DocumentParam[];
  to: string[];
  cc: string[];
  /** The page came over plain http, as the organisation allows. */
  insecure: boolean;
  /** The portal's idempotency key; the worker makes one when the page gave none. */
  key: string;
}

/** What can be done with an origin. */
export interface PortalLook {
  /** Whether it may be connected at all. */
  may: boolean;
  /** Whether the organisation wants it connected, and then for which companies (RFC). */
  managed: boolean;
  companies: string[] | null;
  /** Encrypted, or on this machine. */
  secure: boolean;
}

/** What the organisation wants of portals, and what portals did. */
export interface PortalStandings {
  /** Connected origins that the organisation wants connected. */
  managed: string[];
  /** Origins that it wants connected and that are not yet: without the browser's permission, or without a company. */
  pending: { origin: string; companies: string[]; granted: boolean }[];
  /** When a portal last asked too often, milliseconds since 1970, by origin. */
  floods: Record<string, number>;
  /** What the organisation demands: each request by itself, or several together; null leaves it to the person. */
  confirmation: 'always' | 'once_per_batch' | null;
  /** Where in the policy a value is not right and was ignored. */
  ignored: string[];
}

/** What became of the wish for a newer version: none is there, one will take over in a moment, or the store asks for patience. */
export type UpdateState = 'current' | 'coming' | 'later';

/** How the registered client stands to the organisation's; `free` where it hands none out. */
export interface ClientStanding {
  state: 'free' | 'none' | 'same' | 'other';
  client_id: string | null;
}

/** Our own pages ask the worker. */
export interface WorkerSurface {
  'state': { params: Record<string, never>; result: UiState };
  /** Any host method but hello and sign_in.begin/complete; `ticket` is the page's own name for a request that it may stop. */
  'host': { params: { [M in keyof HostSurface]: { method: M; params: HostSurface[M]['params'] } }[keyof HostSurface] & { ticket?: string }; result: unknown };
  /** Ends the request of that ticket, which then fails with `request_cancelled`; one that has ended is left alone. */
  'host.stop': { params: { ticket: string }; result: { stopped: true } };
  /** Whether the browser shows notifications of ours. */
  'tour.get': { params: Record<string, never>; result: { toured: boolean } };
  'tour.end': { params: Record<string, never>; result: { toured: boolean } };
  'notices.get': { params: Record<string, never>; result: { on: boolean } };
  'notices.turn': { params: { on: boolean }; result: { on: boolean } };
  /** Starts the sign-in in the worker; progress and outcome come as `state` events. */
  'sign_in.start': { params: { company: string; from: SignInView['from']; again?: string; login_hint?: string; via?: Via }; result: { started: true } };
  /** Ends the sign-in in any phase and forgets an unsaved account. */
  'sign_in.stop': { params: Record<string, never>; result: { stopped: true } };
  /**
   * Stored before the popup asks for the host permission inside the click; the worker finishes on permissions.onAdded.
   * `granted: true` means granted and bound. Asked again after the grant, it waits for the binding or says what is against it.
   */
  'portal.intend': { params: { origin: string; companies: string[] }; result: { pattern: string; granted: boolean } };
  /** Disconnects: host binding, registered script and permission go together. */
  'portal.drop': { params: { origin: string }; result: { dropped: true } };
  'portal.look': { params: { origin: string }; result: PortalLook };
  'portal.standings': { params: Record<string, never>; result: PortalStandings };
  /** RFC of the companies that the organisation set up; the person may change them. */
  'company.given': { params: Record<string, never>; result: { companies: string[] } };
  'client.standing': { params: Record<string, never>; result: ClientStanding };
  /** Registers the organisation's client in place of another; its accounts have to sign in again. */
  'client.adopt': { params: Record<string, never>; result: { adopted: true } };
  /** Looks for a newer version of this extension and takes it over; our pages close then. */
  'extension.update': { params: Record<string, never>; result: { state: UpdateState } };
  /** The portal request that a deliver page was opened for. */
  'request.get': { params: { id: string }; result: PortalRequest };
  /** The requests of a portal that wait for a person, oldest first. */
  'request.list': { params: { origin: string }; result: { requests: PortalRequest[] } };
  /** The person's decision; `delivery` is what delivery.send answered. */
  'request.answer': { params: { id: string; delivery: string | null }; result: { answered: true } };
}

/** Events that the worker sends to our pages over a port named `events`. */
export type WorkerEvent =
  | { event: 'state'; state: UiState }
  | { [E in keyof HostEvents]: { event: E; params: HostEvents[E] } }[keyof HostEvents];

/** What a portal may ask; the page's data is untrusted and parsed by worker/portal_requests.js. */
export interface PortalSurface {
  status: { params: Record<string, never>; result: PortalStatus };
  send: { params: PortalSend; result: PortalDelivery };
  deliveryStatus: { params: { delivery: string }; result: PortalDelivery };
  cancel: { params: { delivery: string }; result: PortalDelivery };
}

/** Tells no address, no company, no path. */
export interface PortalStatus {
  connected: boolean;
  extension: string;
  host: string | null;
  ready: boolean;
  trouble: PortalTrouble | null;
}

export interface PortalSend {
  documents: { uuid: string; receiver_rfc: string }[];
  to: string[];
  cc?: string[];
  key?: string;
}

export interface PortalDelivery {
  delivery: string;
  state: 'queued' | 'sending' | 'deferred' | 'unknown' | 'sent' | 'failed' | 'cancelled' | 'superseded';
  reason: string | null;
}

/** A failure as a portal sees it: a stable kind, a sentence, and what its user can do. */
export interface PortalTrouble {
  kind: string;
  retry: Retry;
  message: string;
  action: PortalAction;
}

/** What a portal's page can tell its user to do. Append only: pages outside build upon it, and correo-cfdi.d.ts explains it to them. */
export type PortalAction =
  | 'install_extension' // SDK only
  | 'reload_page' // SDK and bridge only
  | 'connect'
  | 'install_host'
  | 'repair_host'
  | 'update_host'
  | 'update_extension'
  | 'ask_administrator'
  | 'open_extension'
  | 'correct_request'
  | 'retry'
  | 'none';
