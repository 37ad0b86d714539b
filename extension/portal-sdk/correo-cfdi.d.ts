/**
 * Correo CFDI for invoicing portals: ask the user's own browser to mail a CFDI (XML and PDF) from the user's own account.
 *
 * The portal names invoices by folio fiscal. It never sees a file, a path, an address book or a token, and nothing leaves
 * before the user has confirmed it in a page of the extension.
 */

export as namespace CorreoCfdi;

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
  trouble: Trouble | null;
}

/** A failure. */
export interface Trouble {
  /** Stable and append-only, for instance `refused_by_person`, `unknown_document`, `already_sent`, `extension_missing`. */
  kind: string;
  /** When the same request may succeed. */
  retry: Retry;
  /** In the user's language: what happened and what to do next. */
  message: string;
  /** What your page can offer its user. */
  action: Action;
}

/**
 * What your page can tell its user to do; append-only, so show `message` alone for one that you do not know.
 *
 * - `install_extension`: install the extension, or connect this portal with it (a page cannot tell these apart)
 * - `reload_page`: the extension was updated meanwhile
 * - `connect`: press the extension's icon and choose *Conectar este portal*
 * - `install_host`: install the program *Correo CFDI* on this computer
 * - `repair_host`: it is there and does not work; with `retry: 'later'` try again once, then run `correo-cfdi doctor`
 * - `update_host`, `update_extension`: one of the two is too old for the other
 * - `ask_administrator`: a policy, or a portal without https, stands in the way
 * - `open_extension`: the extension's own pages say what is missing (sign-in, company, document)
 * - `correct_request`: a mistake in the request, for the portal's builders
 * - `retry`: the same request may succeed later
 * - `none`: there is nothing to do, for instance because the user refused or the invoice was sent before
 */
export type Action =
  | 'install_extension'
  | 'reload_page'
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
   * twice, whatever happens to the page; with other content it is refused as `key_conflict`. After a reload the same `send`
   * joins the question that still waits for the user, or tells the delivery that came of it.
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

/** A refusal; its members are those of {@link Trouble}. */
export class CorreoCfdiError extends Error implements Trouble {
  constructor(trouble: Trouble);
  readonly kind: string;
  readonly retry: Retry;
  readonly action: Action;
}

/**
 * Milliseconds that a call waits for an extension that is just coming. After that the library makes sure that none is on the page,
 * which takes no fixed time, and refuses as `extension_missing`.
 */
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
 * How a delivery goes on: first how it stands, then every change, until a state that does not change by itself. Looks every
 * second at first and every 15 seconds in the end; all watchers of a page share two looks a second. Passing troubles are passed over
 * five times.
 * @param options `signal` ends it without an error
 * @throws {CorreoCfdiError} `unknown_delivery` among others
 */
export function watch(delivery: string, options?: { signal?: AbortSignal }): AsyncGenerator<Delivery, void, undefined>;

/**
 * How a delivery stands, once.
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
