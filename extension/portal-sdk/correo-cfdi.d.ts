/**
 * Correo CFDI for invoicing portals: ask the user's own browser to mail a CFDI (XML and PDF) from the user's own account.
 *
 * The portal names invoices by folio fiscal. It never sees a file, a path, an address book or a token, and nothing leaves
 * before the user has confirmed it in a page of the extension.
 */

/** What the portal may know before it asks. */
export interface Status {
  /** Whether the user has connected this portal. */
  connected: boolean;
  /** Version of the extension. */
  extension: string;
  /** Version of the local program, or null when it cannot be reached. */
  host: string | null;
  /** Whether a company that this portal may ask for can send right now. */
  ready: boolean;
  /** What keeps the local program from being reached. */
  trouble: { kind: string; retry: Retry; message: string } | null;
}

/** When the same request may succeed. */
export type Retry = 'never' | 'later' | 'after_sign_in' | 'after_update';

/** One message to one customer. */
export interface SendRequest {
  /** 1 to 10 invoices of the same receiver. The receiver's RFC is compared with the XML. */
  documents: { uuid: string; receiver_rfc: string }[];
  /** Recipients; with the copies at most 20. */
  to: string[];
  /** Copies. */
  cc?: string[];
  /**
   * Your own key for this sending, 1 to 100 printable ASCII characters. The same key with the same content never sends
   * twice, whatever happens to the page; with other content it is refused as `key_conflict`.
   */
  key?: string;
}

/** `sent` means accepted by Gmail; `unknown` means that nobody knows and that it is not sent again by itself. */
export type DeliveryState = 'queued' | 'sending' | 'deferred' | 'unknown' | 'sent' | 'failed' | 'cancelled' | 'superseded';

/** A delivery that this portal asked for. */
export interface Delivery {
  /** Identifier, for {@link deliveryStatus} and {@link cancel}. */
  delivery: string;
  state: DeliveryState;
  /** Why it waits or failed: a stable kind. */
  reason: string | null;
}

/** A refusal. `message` says in the user's language what happened and what to do next. */
export class CorreoCfdiError extends Error {
  constructor(trouble: { kind: string; retry: Retry; message: string });
  /** Stable and append-only, for instance `refused_by_person`, `unknown_document`, `already_sent`, `extension_missing`. */
  readonly kind: string;
  /** When the same request may succeed. */
  readonly retry: Retry;
}

/** Milliseconds without a sign of the extension after which a call is refused as `extension_missing`. */
export const MISSING_AFTER: number;

/**
 * Whether sending is possible.
 * @throws {CorreoCfdiError}
 */
export function status(): Promise<Status>;

/**
 * Asks for a delivery and waits until the user has confirmed or refused it in the extension's page.
 * @throws {CorreoCfdiError} `refused_by_person` among others
 */
export function send(request: SendRequest): Promise<Delivery>;

/**
 * How a delivery stands. Poll it every few seconds while it is `queued`, `sending` or `deferred`.
 * @throws {CorreoCfdiError} `unknown_delivery` also for deliveries of others
 */
export function deliveryStatus(delivery: string): Promise<Delivery>;

/**
 * Cancels a delivery that has not left yet.
 * @throws {CorreoCfdiError} `past_commit` when it may already have left
 */
export function cancel(delivery: string): Promise<Delivery>;

/**
 * Calls back when the extension appears on the page: at once if it is there, and again after the user has connected the
 * portal or the extension was updated.
 * @returns ends it
 */
export function onAvailable(listener: () => void): () => void;
