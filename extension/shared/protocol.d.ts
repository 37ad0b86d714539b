// Generated from host/src/protocol by its test `typescript`; do not edit.

/**
 * Languages of every text that a person reads.
 */
export type Locale = "es" | "en";

/**
 * What the extension says first.
 */
export type HelloParams = { 
/**
 * Newest protocol that the extension speaks.
 */
protocol: number, 
/**
 * Oldest protocol that the extension still speaks.
 */
min_protocol: number, 
/**
 * The extension's version, for the log.
 */
extension_version: string, 
/**
 * Language for the texts of failures.
 */
locale?: Locale, };

/**
 * What the host answers; nothing was opened for it.
 */
export type Hello = { 
/**
 * The highest protocol that both sides speak.
 */
protocol: number, 
/**
 * The host's version.
 */
host_version: string, 
/**
 * Language in use.
 */
locale: Locale, 
/**
 * Name of the operating-system user whose state this host sees.
 */
os_user: string, 
/**
 * `linux`, `windows` or `macos`.
 */
system: string, 
/**
 * Methods that this host knows.
 */
methods: Array<string>, };

/**
 * Google's own `client_secret_*.json`, as text. The secret goes in here and never comes out.
 */
export type ClientImport = { 
/**
 * The file's text, at most 64 KiB.
 */
json: string, 
/**
 * Whether the organisation's policy hands it out; otherwise a person chose it. Hosts without `client.forget` do not
 * know this field.
 */
policy?: boolean, };

/**
 * Where the client in use came from; what was imported holds before the package's.
 */
export type ClientOrigin = "packaged" | "imported" | "policy";

/**
 * The registered client without its secret.
 */
export type ClientView = { 
/**
 * The OAuth client id (RFC 6749 section 2.2).
 */
client_id: string, 
/**
 * `web` or `installed`, as in Google's file.
 */
kind: string, 
/**
 * Whether every endpoint is Google's own.
 */
google: boolean, 
/**
 * Hosts that tokens and mail go to.
 */
hosts: Array<string>, 
/**
 * Redirect URIs named in the file.
 */
redirect_uris: Array<string>, 
/**
 * Ways of signing in that the provider takes for this client, the usual one first.
 */
ways: Array<Via>, 
/**
 * Where it came from.
 */
origin: ClientOrigin, };

/**
 * Answer of `client.show` and `client.forget`.
 */
export type ClientShow = { 
/**
 * The client, or null where none was imported and the package carries none.
 */
client: ClientView | null, 
/**
 * The redirect URI to register for the calling extension, if an extension calls.
 */
redirect_uri: string | null, 
/**
 * Why the package's client cannot be used, where none was imported; else null.
 */
failure: Kind | null, };

/**
 * How an account stands.
 */
export type AccountState = "unsaved" | "ready" | "sign_in_needed";

/**
 * A signed-in Google account.
 */
export type AccountView = { 
/**
 * Our identifier; derived from issuer, client and subject.
 */
id: string, 
/**
 * The address that Google proved (`email` claim of the id token).
 */
address: string, 
/**
 * How it stands.
 */
state: AccountState, 
/**
 * When the person granted access (RFC 3339).
 */
granted_at: string, 
/**
 * RFCs of the companies that send with it.
 */
companies: Array<string>, 
/**
 * Deliveries of it that have not ended.
 */
deliveries: number, 
/**
 * Messages of the last 24 hours that count against the daily budget.
 */
used_today: number, 
/**
 * Daily budget in messages: an estimate; the provider's own answer wins.
 */
daily_budget: number, 
/**
 * When it goes on by itself (RFC 3339), while it may not send now.
 */
continues_at: string | null, 
/**
 * Why it may not send now: a failure kind; null when only our own pace holds it.
 */
paused_by: string | null, 
/**
 * When its token last worked (RFC 3339); null before its first use here.
 */
last_used_at: string | null, 
/**
 * When its grant ends if nothing is done (RFC 3339); null while it needs a sign-in.
 */
ends_at: string | null, 
/**
 * Why it ends then: `idle_expired`, `testing_expired` or `access_ended`.
 */
ends_by: Kind | null, 
/**
 * Days before the end that have begun, 30 or 7: the person is reminded at each; null while it is further away.
 */
reminder: number | null, 
/**
 * Why it needs a sign-in; null while it does not.
 */
reconnect: Kind | null, 
/**
 * The provider's own codes for whoever has to find out more, such as `invalid_grant/invalid_rapt`; never its free text.
 */
reconnect_detail: string | null, 
/**
 * Since when it needs one (RFC 3339), where that is known.
 */
ended_at: string | null, };

/**
 * Answer of `account.list`.
 */
export type AccountList = { 
/**
 * All accounts, by address.
 */
accounts: Array<AccountView>, };

/**
 * Parameters of `account.forget` and `account.revoke`.
 */
export type AccountParams = { 
/**
 * [`AccountView::id`].
 */
account: string, };

/**
 * Parameters of `account.budget`.
 */
export type AccountBudget = { 
/**
 * [`AccountView::id`].
 */
account: string, 
/**
 * Messages in 24 hours, 1 to 100,000; absent goes back to what the account's type has.
 */
daily_budget?: number, };

/**
 * What forgetting or revoking left behind.
 */
export type AccountGone = { 
/**
 * The address that is gone from this machine.
 */
address: string, 
/**
 * Companies that now have no account.
 */
companies: Array<string>, 
/**
 * Deliveries that wait for a sign-in.
 */
deliveries: number, 
/**
 * Whether Google was asked to end the grant everywhere.
 */
revoked: boolean, };

/**
 * Parameters of `company.save`: the whole window; what is absent is empty.
 */
export type CompanySave = { 
/**
 * RFC of the issuer.
 */
rfc: string, 
/**
 * Name that receivers see as sender, at most 300 characters.
 */
name: string, 
/**
 * The switch *Utilizar autenticación OAuth*.
 */
use_oauth: boolean, 
/**
 * An account that is already saved; absent keeps none.
 */
account?: string, 
/**
 * A finished sign-in whose account takes effect with this save; it wins over `account`.
 */
flow?: string, 
/**
 * Folders of the *almacén digital*, absolute paths.
 */
folders: Array<string>, 
/**
 * Reply-To address.
 */
reply_to?: string, 
/**
 * Copies of every message.
 */
cc: Array<string>, 
/**
 * Blind copies of every message.
 */
bcc: Array<string>, 
/**
 * Subject text with `{{variables}}`; absent means the default.
 */
subject?: string, 
/**
 * Body text with `{{variables}}`; absent means the default.
 */
body?: string, };

/**
 * A company as the windows show it.
 */
export type CompanyView = { 
/**
 * RFC of the issuer.
 */
rfc: string, 
/**
 * Name that receivers see as sender.
 */
name: string, 
/**
 * The switch *Utilizar autenticación OAuth*; false until a person turns it on.
 */
use_oauth: boolean, 
/**
 * The account that sends, if one was saved.
 */
account: AccountView | null, 
/**
 * Folders of the *almacén digital*.
 */
folders: Array<string>, 
/**
 * Reply-To address.
 */
reply_to: string | null, 
/**
 * Copies of every message.
 */
cc: Array<string>, 
/**
 * Blind copies of every message.
 */
bcc: Array<string>, 
/**
 * Subject text with `{{variables}}`.
 */
subject: string, 
/**
 * Body text with `{{variables}}`.
 */
body: string, };

/**
 * Answer of `company.list`.
 */
export type CompanyList = { 
/**
 * All companies, by name.
 */
companies: Array<CompanyView>, };

/**
 * Parameters of `company.remove`.
 */
export type CompanyRemove = { 
/**
 * RFC of the issuer.
 */
rfc: string, };

/**
 * Parameters of `sign_in.begin`; a second begin supersedes the first.
 */
export type SignInBegin = { 
/**
 * RFC of the company that the account is for; its OAuth switch must be on.
 */
company?: string, 
/**
 * Address to preselect.
 */
login_hint?: string, 
/**
 * A flow that ended with `scope_missing`: ask again for that scope alone, for the same account.
 */
again?: string, 
/**
 * Where the answer arrives; absent means `identity`.
 */
via?: Via, };

/**
 * Where to send the person.
 */
export type SignInBegun = { 
/**
 * The flow's identifier.
 */
flow: string, 
/**
 * The authorization request (RFC 6749 section 4.1.1).
 */
auth_url: string, 
/**
 * Where the answer must arrive: `https://<extension id>.chromiumapp.org/`, or `http://127.0.0.1:<port>/` by loopback.
 */
redirect_uri: string, 
/**
 * Seconds until the flow is too old.
 */
expires_in: number, };

/**
 * Parameters of `sign_in.complete`.
 */
export type SignInComplete = { 
/**
 * [`SignInBegun::flow`].
 */
flow: string, 
/**
 * The whole redirect URL as the browser gave it. Absent by loopback: the answer then waits for the redirect, until
 * `sign_in.cancel`, another begin, or the flow's ten minutes.
 */
redirect_url?: string, };

/**
 * The account, *por guardar* until `company.save` names the flow.
 */
export type SignedIn = { 
/**
 * The flow to name in `company.save`.
 */
flow: string, 
/**
 * The account.
 */
account: AccountView, 
/**
 * The address that was expected where this one is another: the company's present account, which saving replaces, or the
 * hint. Nothing is wrong with it (`other_account`): the person decides.
 */
other_than: string | null, };

/**
 * Where the provider's answer arrives.
 */
export type Via = "identity" | "loopback";

/**
 * Parameters of `sign_in.cancel`; absent flow cancels whatever is under way.
 */
export type SignInCancel = { 
/**
 * [`SignInBegun::flow`].
 */
flow?: string, };

/**
 * Parameters of `library.scan`.
 */
export type LibraryScan = { 
/**
 * Only this company's folders; absent means all companies'.
 */
company?: string, };

/**
 * What may help a person after a scan.
 */
export type ScanHint = "empty_folder";

/**
 * What a scan did, counts of XML files.
 */
export type LibraryScanned = { 
/**
 * Files seen.
 */
files: number, 
/**
 * Files read and indexed anew.
 */
indexed: number, 
/**
 * Files that had not changed.
 */
unchanged: number, 
/**
 * Files refused, with their reasons kept.
 */
refused: number, 
/**
 * Files that are gone from the index.
 */
removed: number, 
/**
 * Files that are still being written: the next scan looks at them again.
 */
waiting: number, 
/**
 * Folders that could not be reached; what is indexed of them stays, marked `folder_offline`.
 */
offline: Array<string>, 
/**
 * What may help a person; its text is under `hint_<code>`.
 */
hint: ScanHint | null, 
/**
 * Seconds taken.
 */
seconds: number, };

/**
 * Parameters of `library.search`; every given field must match.
 */
export type LibrarySearch = { 
/**
 * RFC of the issuer.
 */
company?: string, 
/**
 * Beginnings of words of the receiver's name, of its RFC, or of serie and folio, whatever their case and accents; a
 * whole folio fiscal; a date; an amount with `$` or cents.
 */
text?: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc?: string, 
/**
 * `I`, `E`, `T`, `N`, `P`, or `R`.
 */
kind?: string, 
/**
 * The amount that a person recognises, as a decimal; trailing zeros do not matter.
 */
amount?: string, 
/**
 * True: on its way, sent, or perhaps sent; false: none of these. Pages may then be shorter than `limit`.
 */
sent?: boolean, 
/**
 * Earliest date, `AAAA-MM-DD`.
 */
from_date?: string, 
/**
 * Latest date, `AAAA-MM-DD`.
 */
to_date?: string, 
/**
 * At most this many, 1 to 200; 20 when absent.
 */
limit?: number, 
/**
 * [`LibraryPage::next`] of the page before.
 */
after?: string, };

/**
 * One page of documents, newest first.
 */
export type LibraryPage = { 
/**
 * The documents.
 */
documents: Array<DocumentView>, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: string | null, };

/**
 * Parameters of `library.get`.
 */
export type LibraryGet = { 
/**
 * Folio fiscal.
 */
uuid: string, };

/**
 * Whether a document may leave.
 */
export type Verdict = "accept" | "warn" | "refuse";

/**
 * An invoice that a kind P pays.
 */
export type PaidView = { 
/**
 * Its folio fiscal as the XML writes it, or another number.
 */
id: string, 
/**
 * Serie and folio in one word, or empty.
 */
number: string, 
/**
 * What was paid of it, or empty.
 */
amount: string, 
/**
 * The currency of the amount, or empty.
 */
currency: string, 
/**
 * Which payment of it this is, or empty.
 */
installment: string, };

/**
 * What a look at a document's seal came to.
 */
export type SealState = "valid" | "invalid" | "not_checked";

/**
 * A document's seal.
 */
export type SealView = { 
/**
 * What the look came to.
 */
state: SealState, 
/**
 * Why it was not checked; its text is under `seal_<note>`.
 */
note: string | null, };

/**
 * What came of asking the SAT about a document.
 */
export type StatusOutcome = "current" | "cancelled" | "not_found" | "could_not_ask";

/**
 * What the SAT said of a document.
 */
export type StatusView = { 
/**
 * What came of asking.
 */
outcome: StatusOutcome, 
/**
 * Why it could not be asked; its text is under `status_why_<note>`.
 */
note: string | null, 
/**
 * When it was asked (RFC 3339).
 */
asked_at: string, };

/**
 * One CFDI as read from its XML.
 */
export type DocumentView = { 
/**
 * Folio fiscal, upper case.
 */
uuid: string, 
/**
 * `4.0`, `3.3`, ...
 */
version: string, 
/**
 * `I`, `E`, `T`, `N`, `P`, or `R` for Retenciones.
 */
kind: string, 
/**
 * RFC of the issuer.
 */
issuer_rfc: string, 
/**
 * Name of the issuer.
 */
issuer_name: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, 
/**
 * Name of the receiver.
 */
receiver_name: string, 
/**
 * Serie, or empty.
 */
serie: string, 
/**
 * Folio, or empty.
 */
folio: string, 
/**
 * `AAAA-MM-DDThh:mm:ss`, local to the place of issue.
 */
date: string, 
/**
 * Decimal text as in the XML; for kind P the sum of the payments.
 */
total: string, 
/**
 * ISO 4217 code as in the XML.
 */
currency: string, 
/**
 * The invoices that a kind P pays: at most 100, in lists at most 3.
 */
paid: Array<PaidView>, 
/**
 * How many invoices it pays in all.
 */
paid_count: number, 
/**
 * Whether it may leave.
 */
verdict: Verdict, 
/**
 * Codes of what speaks against it; texts under `reason_<code>`.
 */
reasons: Array<string>, 
/**
 * Its seal; null where it was not looked at, as in the pages of the index.
 */
seal: SealView | null, 
/**
 * What the SAT says of it: in a preview, and in `library.get` as far as it is remembered; null where the check is off or
 * the service does not know its kind.
 */
status: StatusView | null, 
/**
 * File name of the XML.
 */
xml_name: string, 
/**
 * File name of the PDF, if there is one.
 */
pdf_name: string | null, 
/**
 * Its newest delivery, if any.
 */
sent: SentMark | null, };

/**
 * Parameters of `library.problems`.
 */
export type LibraryProblems = { 
/**
 * Only this company's folders; absent means all companies'.
 */
company?: string, 
/**
 * At most this many, 1 to 200; 50 when absent.
 */
limit?: number, 
/**
 * [`ProblemPage::next`] of the page before.
 */
after?: string, };

/**
 * A file that cannot be sent.
 */
export type ProblemView = { 
/**
 * Where it lies, as people write paths.
 */
path: string, 
/**
 * Codes of what speaks against it; texts under `reason_<code>`.
 */
reasons: Array<string>, 
/**
 * It is still being written and will be looked at again.
 */
waiting: boolean, 
/**
 * The folio fiscal that it shares with other files (`uuid_conflict`).
 */
uuid: string | null, 
/**
 * Where files with that folio fiscal and other content lie; the first five.
 */
rivals: Array<string>, };

/**
 * One page of the files that cannot be sent, by path.
 */
export type ProblemPage = { 
/**
 * Folders that the last scan could not reach.
 */
offline: Array<string>, 
/**
 * The files.
 */
problems: Array<ProblemView>, 
/**
 * Files in all, on every page.
 */
total: number, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: string | null, };

/**
 * Why a folder cannot be watched.
 */
export type PolledWhy = "network" | "limit" | "unavailable";

/**
 * A folder that cannot be watched.
 */
export type PolledFolder = { 
/**
 * The folder, as people write paths.
 */
folder: string, 
/**
 * Why.
 */
why: PolledWhy, };

/**
 * Answer of `library.watch`: every company's folders, each in one of the lists.
 */
export type LibraryWatched = { 
/**
 * Folders whose changes are heard of at once.
 */
folders: Array<string>, 
/**
 * Folders that cannot be watched and are scanned every half minute instead.
 */
polled: Array<PolledFolder>, };

/**
 * Parameters of `library.print`: one of both.
 */
export type LibraryPrint = { 
/**
 * Folio fiscal.
 */
uuid?: string, 
/**
 * Absolute path of the XML.
 */
path?: string, 
/**
 * What refuses the document and the person has taken upon themselves, as in `delivery.preview`.
 */
accept?: Array<Acceptable>, };

/**
 * A printed representation that was made and is being shown.
 */
export type Printed = { 
/**
 * Its name as an attachment.
 */
name: string, 
/**
 * Bytes.
 */
size: number, 
/**
 * SHA-256 of the file, lower-case hex: that of the attachment, as long as the XML is the same.
 */
sha256: string, };

/**
 * Parameters of `library.pdf`.
 */
export type LibraryPdf = { 
/**
 * Folio fiscal.
 */
uuid: string, 
/**
 * [`PdfPiece::next`] of the piece before.
 */
offset?: number, };

/**
 * A piece of a document's PDF as it lies in its folder.
 */
export type PdfPiece = { 
/**
 * File name.
 */
name: string, 
/**
 * Bytes of the whole file.
 */
size: number, 
/**
 * SHA-256 of the whole file, lower-case hex: that of the attachment, as long as the file is the same.
 */
sha256: string, 
/**
 * Up to 512 KiB of it, in base64 (RFC 4648 section 4).
 */
bytes: string, 
/**
 * Give this as `offset` for the next piece; null at the end.
 */
next: number | null, };

/**
 * Parameters of `folder.pick` and `file.pick`.
 */
export type Pick = { 
/**
 * Title of the dialog, at most 120 characters.
 */
title?: string, };

/**
 * What the person chose in the operating system's dialog.
 */
export type Picked = { 
/**
 * Absolute path, or null when the dialog was dismissed.
 */
path: string | null, };

/**
 * Parameters of `text.get` and `text.reset`.
 */
export type TextRef = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * `I`, `E`, `T`, `N`, `P`, or `several` for several documents in one message.
 */
kind: string, };

/**
 * Parameters of `text.save`.
 */
export type TextSave = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * As in [`TextRef::kind`].
 */
kind: string, 
/**
 * Subject with `{{variables}}`.
 */
subject: string, 
/**
 * Plain text with `{{variables}}`; empty where it is made from the HTML.
 */
body: string, 
/**
 * HTML with `{{variables}}`, a fragment within the allow-list, under 100 kB; absent or empty for none.
 */
html?: string, };

/**
 * Parameters of `text.preview`: texts as they are being written.
 */
export type TextPreviewParams = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * As in [`TextRef::kind`].
 */
kind: string, 
/**
 * Subject with `{{variables}}`.
 */
subject: string, 
/**
 * Plain text with `{{variables}}`; empty where it is made from the HTML.
 */
body: string, 
/**
 * HTML with `{{variables}}`; absent or empty for none.
 */
html?: string, 
/**
 * A document of the company's index; absent means the newest of that kind.
 */
uuid?: string, };

/**
 * The texts of one kind.
 */
export type TextView = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * As in [`TextRef::kind`].
 */
kind: string, 
/**
 * Whether a person wrote them for this kind; otherwise they are the company's general ones or the default.
 */
own: boolean, 
/**
 * Subject.
 */
subject: string, 
/**
 * Plain text.
 */
body: string, 
/**
 * HTML, if any.
 */
html: string | null, 
/**
 * All kinds of this company that have texts of their own.
 */
own_kinds: Array<string>, };

/**
 * A part of HTML: an element that begins, a text, or, with neither, the end of the element that began last. Elements without
 * content (`br`, `col`, `hr`) have no end.
 */
export type TextPiece = { 
/**
 * Name of the element.
 */
element?: string, 
/**
 * Its attributes: name and value.
 */
attributes?: Array<[string, string]>, 
/**
 * Text.
 */
text?: string, };

/**
 * What a mail with these texts would say.
 */
export type TextPreview = { 
/**
 * Subject.
 */
subject: string, 
/**
 * Plain text.
 */
body: string, 
/**
 * The HTML in parts, in their order, so that no page reads markup; empty where there is none.
 */
html: Array<TextPiece>, 
/**
 * Folios fiscales of the documents with which they were filled in; empty where the index has none and an invented one stands in.
 */
uuids: Array<string>, 
/**
 * `{serie}{folio}` of the same.
 */
folios: Array<string>, };

/**
 * Parameters of `notice.preview` and `notice.send`.
 */
export type NoticeParams = { 
/**
 * The delivery by which the customer got it; it must be `sent`. Its recipients get the notice.
 */
delivery: string, 
/**
 * Folio fiscal of the document, one of that delivery's.
 */
uuid: string, 
/**
 * The SAT's code of the motive: `01`, `02`, `03` or `04`.
 */
motive: string, 
/**
 * Folio fiscal of the document that takes its place; with motive `01` and only then.
 */
replaced_by?: string, 
/**
 * [`NoticePreview::digest`] of what the person saw; only for `notice.send`.
 */
confirmed?: string, };

/**
 * The notice as it would leave.
 */
export type NoticePreview = { 
/**
 * SHA-256 over all that would leave.
 */
digest: string, 
/**
 * Sender address.
 */
from: string, 
/**
 * Recipients.
 */
to: Array<string>, 
/**
 * Copies.
 */
cc: Array<string>, 
/**
 * Blind copies.
 */
bcc: Array<string>, 
/**
 * Subject.
 */
subject: string, 
/**
 * Text.
 */
message: string, };

/**
 * What a person may take upon themselves for one document: a closed list, each a code of `reasons`.
 */
export type Acceptable = "sello_invalid" | "certificado_mismatch" | "cancelled";

/**
 * A document to send: by folio fiscal from a company's folders, or by path (never from a portal).
 */
export type DocumentParam = { 
/**
 * Folio fiscal.
 */
uuid?: string, 
/**
 * RFC that the XML's receiver must have; compulsory from a portal.
 */
receiver_rfc?: string, 
/**
 * Absolute path of the XML.
 */
path?: string, 
/**
 * Whether a PDF is made from the XML where none exists (`pdf_exists` where one does); never from a portal.
 */
print?: boolean, 
/**
 * Reasons against it that a person has accepted by name in our own window; never from a portal or a list. What the
 * document does not have changes nothing.
 */
accept?: Array<Acceptable>, };

/**
 * Parameters of `delivery.preview`, and with `confirmed` of `delivery.send`.
 */
export type DeliveryParams = { 
/**
 * RFC of the company; absent means the issuer of the XML.
 */
company?: string, 
/**
 * 1 to 10 documents for one receiver.
 */
documents: Array<DocumentParam>, 
/**
 * Recipients.
 */
to: Array<string>, 
/**
 * Copies, beside the company's own.
 */
cc: Array<string>, 
/**
 * Blind copies, beside the company's own; never from a portal.
 */
bcc: Array<string>, 
/**
 * Subject instead of the company's text; never from a portal.
 */
subject?: string, 
/**
 * Text instead of the company's; never from a portal.
 */
message?: string, 
/**
 * Idempotency key, 1 to 100 characters, unique per origin.
 */
key?: string, 
/**
 * Number of the last sending plus one, to send again on purpose; never from a portal.
 */
resend?: number, 
/**
 * Not before this time (RFC 3339).
 */
not_before?: string, 
/**
 * Origin of the portal that asked, stamped by the worker.
 */
portal?: string, 
/**
 * [`Preview::digest`] that the person confirmed; compulsory in `delivery.send`, forbidden in `delivery.preview`.
 */
confirmed?: string, 
/**
 * Only in `delivery.send`, only from a portal, and instead of `confirmed`: it is queued by the portal's rule for the company,
 * or answered with `confirmation_needed`.
 */
unattended?: boolean, };

/**
 * One attachment exactly as it would leave.
 */
export type AttachmentView = { 
/**
 * File name in the message, ASCII.
 */
name: string, 
/**
 * `application/xml` or `application/pdf`.
 */
content_type: string, 
/**
 * Bytes.
 */
size: number, 
/**
 * SHA-256 of the file, lower-case hex.
 */
sha256: string, 
/**
 * Whether it is a printed representation that we made from the XML.
 */
made: boolean, };

/**
 * Where a recipient stands in the message.
 */
export type RecipientField = "to" | "cc" | "bcc";

/**
 * One of those who would get the message, and what is known of them; no part of the digest.
 */
export type RecipientView = { 
/**
 * Address.
 */
address: string, 
/**
 * Where it stands.
 */
field: RecipientField, 
/**
 * Whether a person confirmed it before for this receiver in this company; never for a generic receiver.
 */
known: boolean, 
/**
 * Whether it is one of the company's own copies: neither known nor new.
 */
own: boolean, 
/**
 * When a person confirmed it last (RFC 3339).
 */
last_confirmed_at: string | null, };

/**
 * Exactly what would leave.
 */
export type Preview = { 
/**
 * SHA-256 over all of it; what was confirmed is what is queued.
 */
digest: string, 
/**
 * RFC of the company.
 */
company: string, 
/**
 * Sender: the account's address under the company's name.
 */
from: string, 
/**
 * Recipients.
 */
to: Array<string>, 
/**
 * Copies.
 */
cc: Array<string>, 
/**
 * Blind copies.
 */
bcc: Array<string>, 
/**
 * Reply-To address.
 */
reply_to: string | null, 
/**
 * Subject.
 */
subject: string, 
/**
 * Text.
 */
message: string, 
/**
 * The HTML beside it as a whole document, to be shown without scripts and without fetching anything.
 */
html?: string, 
/**
 * The documents, from their XML.
 */
documents: Array<DocumentView>, 
/**
 * The attachments.
 */
attachments: Array<AttachmentView>, 
/**
 * Name of the one ZIP archive in which they travel, where the customer wants that; absent for loose files.
 */
zip?: string, 
/**
 * Resend number that this would have; 0 is the first sending.
 */
resend: number, 
/**
 * Bytes of all attachments.
 */
size: number, 
/**
 * Everybody in `to`, `cc` and `bcc`, in this order, with what is known of them.
 */
recipients: Array<RecipientView>, };

/**
 * States of a delivery; see the transition table in `domain::delivery`.
 */
export type DeliveryState = "queued" | "sending" | "deferred" | "unknown" | "sent" | "failed" | "cancelled" | "superseded";

/**
 * The newest delivery of a document, in short.
 */
export type SentMark = { 
/**
 * The delivery.
 */
delivery: string, 
/**
 * Its state.
 */
state: DeliveryState, 
/**
 * When it came into that state (RFC 3339).
 */
at: string, 
/**
 * Its resend number.
 */
resend: number, };

/**
 * A delivery in a list.
 */
export type DeliveryView = { 
/**
 * Identifier.
 */
delivery: string, 
/**
 * State.
 */
state: DeliveryState, 
/**
 * Why it waits or failed: a failure kind; texts under `err_<kind>` and `rec_<kind>`.
 */
reason: string | null, 
/**
 * When it goes on by itself (RFC 3339).
 */
not_before: string | null, 
/**
 * Whether the commit point was passed, after which it cannot be cancelled.
 */
committed: boolean, 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, 
/**
 * Name of the receiver.
 */
receiver_name: string, 
/**
 * Sender address.
 */
from: string, 
/**
 * Recipients.
 */
to: Array<string>, 
/**
 * Copies.
 */
cc: Array<string>, 
/**
 * Subject.
 */
subject: string, 
/**
 * Folios fiscales.
 */
uuids: Array<string>, 
/**
 * `{serie}{folio}` of the documents, for people.
 */
folios: Array<string>, 
/**
 * Resend number.
 */
resend: number, 
/**
 * Origin of the portal that asked.
 */
portal: string | null, 
/**
 * Message id at the provider; only a `sent` delivery has one.
 */
provider_id: string | null, 
/**
 * When it was accepted into the queue (RFC 3339).
 */
created_at: string, 
/**
 * When it changed last (RFC 3339).
 */
changed_at: string, };

/**
 * Answer of `delivery.send`.
 */
export type DeliverySent = { 
/**
 * The delivery; queued, or the one that this `key` already made.
 */
delivery: DeliveryView, 
/**
 * Whether the `key` had made it before.
 */
existing: boolean, };

/**
 * Parameters of `delivery.list`.
 */
export type DeliveryListParams = { 
/**
 * RFC of the company.
 */
company?: string, 
/**
 * Only this state.
 */
state?: DeliveryState, 
/**
 * Words of subject, recipient, receiver, folio or folio fiscal.
 */
text?: string, 
/**
 * At most this many, 1 to 200; 50 when absent.
 */
limit?: number, 
/**
 * [`DeliveryPage::next`] of the page before.
 */
after?: string, };

/**
 * One page of deliveries, newest first.
 */
export type DeliveryPage = { 
/**
 * The deliveries.
 */
deliveries: Array<DeliveryView>, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: string | null, };

/**
 * Parameters of `delivery.export`: the filters of `delivery.list`.
 */
export type DeliveryExport = { 
/**
 * RFC of the company.
 */
company?: string, 
/**
 * Only this state.
 */
state?: DeliveryState, 
/**
 * Words of subject, recipient, receiver, folio or folio fiscal.
 */
text?: string, 
/**
 * [`DeliveriesExported::next`] of the piece before.
 */
after?: string, };

/**
 * A piece of the outbox as CSV (RFC 4180, UTF-8), newest first; the first piece begins with the header line. Cells that a
 * spreadsheet would take for a formula begin with an apostrophe.
 */
export type DeliveriesExported = { 
/**
 * Text to append to the pieces before.
 */
csv: string, 
/**
 * Give this as `after` for the next piece; null at the end.
 */
next: string | null, };

/**
 * Parameters of `delivery.get`, `delivery.retry` and `delivery.cancel`.
 */
export type DeliveryRef = { 
/**
 * Identifier.
 */
delivery: string, 
/**
 * Origin of the portal that asks; it knows only its own deliveries.
 */
portal?: string, };

/**
 * A recipient whom the provider refused.
 */
export type RefusedView = { 
/**
 * Address.
 */
address: string, 
/**
 * Enhanced status code (RFC 3463) such as `5.1.1`, or the reply code where there is none.
 */
code: string, };

/**
 * One line of a delivery's ledger.
 */
export type LedgerLine = { 
/**
 * When (RFC 3339).
 */
at: string, 
/**
 * State after it.
 */
state: DeliveryState, 
/**
 * What happened: a ledger event or a failure kind.
 */
event: string, 
/**
 * Attempt number, from 1; 0 before the first.
 */
attempt: number, 
/**
 * Process that wrote the line.
 */
process: number, 
/**
 * Message id at the provider, when it accepted.
 */
provider_id: string | null, 
/**
 * Recipients that it refused; absent where it named none.
 */
refused?: Array<RefusedView>, };

/**
 * A reason against a document that a person took upon themselves.
 */
export type AcceptedView = { 
/**
 * Folio fiscal.
 */
uuid: string, 
/**
 * `{serie}{folio}`, or empty.
 */
number: string, 
/**
 * Code; its text is under `reason_<code>`.
 */
reason: string, };

/**
 * Answer of `delivery.get`.
 */
export type DeliveryDetail = { 
/**
 * The delivery.
 */
delivery: DeliveryView, 
/**
 * Its text.
 */
message: string, 
/**
 * Blind copies.
 */
bcc: Array<string>, 
/**
 * Its attachments with their hashes.
 */
attachments: Array<AttachmentView>, 
/**
 * Name of the ZIP archive in which they travel; absent for loose files.
 */
zip?: string, 
/**
 * What a person took upon themselves when it was confirmed.
 */
accepted: Array<AcceptedView>, 
/**
 * Its history, oldest first.
 */
ledger: Array<LedgerLine>, 
/**
 * A search in Gmail for what may have been sent, for an `unknown` delivery; none where another provider has the mailbox.
 */
gmail_search: string | null, 
/**
 * A search in Gmail for notices that it came back, for a `sent` delivery; absent for others and for other providers.
 */
returned_search?: string, };

/**
 * What the person says about an `unknown` delivery.
 */
export type Resolution = "was_sent" | "send_again";

/**
 * Parameters of `delivery.resolve`.
 */
export type DeliveryResolve = { 
/**
 * Identifier.
 */
delivery: string, 
/**
 * What the person says.
 */
outcome: Resolution, };

/**
 * One row of a list: one document and who gets it.
 */
export type BatchRowParam = { 
/**
 * Folio fiscal.
 */
uuid: string, 
/**
 * RFC that the XML's receiver must have.
 */
receiver_rfc: string, 
/**
 * Recipients.
 */
to: Array<string>, 
/**
 * Copies, beside the company's own.
 */
cc: Array<string>, 
/**
 * Whether a PDF is made of a document that has none.
 */
print?: boolean, };

/**
 * Parameters of `batch.check`: exactly one of `csv` and `rows`.
 */
export type BatchCheck = { 
/**
 * RFC of the company; absent means the issuer of each XML.
 */
company?: string, 
/**
 * What the person calls it, 1 to 100 characters; absent means the time.
 */
name?: string, 
/**
 * Text of a CSV file with the columns `uuid,receiver_rfc,to,cc,print`.
 */
csv?: string, 
/**
 * The same as rows, 1 to 10,000.
 */
rows?: Array<BatchRowParam>, 
/**
 * Whether a PDF is made of every document that has none; absent means where the list says so.
 */
print?: boolean, };

/**
 * How a batch stands.
 */
export type BatchState = "checked" | "running" | "paused" | "cancelled" | "done";

/**
 * A batch in short.
 */
export type BatchView = { 
/**
 * Identifier.
 */
batch: string, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * How it stands.
 */
state: BatchState, 
/**
 * SHA-256 over everything that would leave; confirmed with `batch.start`.
 */
digest: string, 
/**
 * Rows of the list.
 */
rows: number, 
/**
 * Rows that cannot be sent, each with its failure.
 */
refused: number, 
/**
 * Rows that can be sent but ask for a look: warnings of the reader.
 */
warned: number, 
/**
 * Messages that the good rows make: rows for the same receiver and recipients travel together.
 */
messages: number, 
/**
 * Messages that wait or are being sent.
 */
under_way: number, 
/**
 * Messages that the provider accepted.
 */
sent: number, 
/**
 * Messages held for a person: unknown, or waiting without a time.
 */
need_person: number, 
/**
 * Messages that failed, were cancelled, or were refused at queuing.
 */
failed: number, 
/**
 * Estimated seconds until the last waiting message has left, by pace and daily budget; null when nothing waits.
 */
seconds_left: number | null, 
/**
 * When its account goes on by itself (RFC 3339), while it may not send now.
 */
continues_at: string | null, 
/**
 * When it was checked (RFC 3339).
 */
created_at: string, 
/**
 * Rows that can be sent and have a recipient whom nobody had confirmed for that receiver when the list was checked.
 */
new_recipients: number, };

/**
 * Parameters of `batch.start`.
 */
export type BatchStart = { 
/**
 * The batch.
 */
batch: string, 
/**
 * [`BatchView::digest`] that the person saw.
 */
confirmed: string, };

/**
 * Parameters of `batch.get`, `batch.pause`, `batch.resume` and `batch.cancel`.
 */
export type BatchRef = { 
/**
 * The batch.
 */
batch: string, };

/**
 * Parameters of `batch.list`.
 */
export type BatchListParams = { 
/**
 * At most this many, 1 to 100; 20 when absent.
 */
limit?: number, };

/**
 * Answer of `batch.list`, newest first.
 */
export type BatchList = { 
/**
 * The batches.
 */
batches: Array<BatchView>, };

/**
 * Which rows to show.
 */
export type BatchRowFilter = "all" | "problems" | "new_recipients";

/**
 * Parameters of `batch.rows`.
 */
export type BatchRowsParams = { 
/**
 * The batch.
 */
batch: string, 
/**
 * Which rows.
 */
show: BatchRowFilter, 
/**
 * At most this many, 1 to 500; 200 when absent.
 */
limit?: number, 
/**
 * [`BatchRows::next`] of the page before.
 */
after?: number, };

/**
 * One row with its verdict and, once it is queued, its delivery.
 */
export type BatchRowView = { 
/**
 * Number in the list, from 1.
 */
row: number, 
/**
 * Folio fiscal as the list has it.
 */
uuid: string, 
/**
 * RFC of the receiver as the list has it.
 */
receiver_rfc: string, 
/**
 * Name of the receiver, from the XML.
 */
receiver_name: string | null, 
/**
 * `{serie}{folio}` of the document, from the XML.
 */
folio: string | null, 
/**
 * Amount of the document, from the XML.
 */
total: string | null, 
/**
 * Currency of the amount.
 */
currency: string | null, 
/**
 * Recipients as the list has them.
 */
to: Array<string>, 
/**
 * Copies as the list has them.
 */
cc: Array<string>, 
/**
 * Why it cannot be sent: a failure kind.
 */
failure: string | null, 
/**
 * What the failure is about, where that helps.
 */
subject: string | null, 
/**
 * What speaks against the document: codes of the reader.
 */
reasons: Array<string>, 
/**
 * Number of the message that it travels in, from 1; rows with the same number travel together.
 */
message: number | null, 
/**
 * The delivery, once it is queued.
 */
delivery: string | null, 
/**
 * The delivery's state.
 */
state: DeliveryState | null, 
/**
 * Why the delivery waits or failed: a failure kind.
 */
reason: string | null, 
/**
 * Whether a PDF that we make goes with it.
 */
print: boolean, 
/**
 * Recipients whom nobody had confirmed for that receiver when the list was checked.
 */
new_recipients: number, };

/**
 * One page of rows, by number.
 */
export type BatchRows = { 
/**
 * The rows.
 */
rows: Array<BatchRowView>, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: number | null, };

/**
 * Parameters of `batch.result`.
 */
export type BatchResultParams = { 
/**
 * The batch.
 */
batch: string, 
/**
 * [`BatchResult::next`] of the page before.
 */
after?: number, };

/**
 * A piece of the result as CSV (RFC 4180, UTF-8); the first piece begins with the header line.
 */
export type BatchResult = { 
/**
 * Text to append to the pieces before.
 */
csv: string, 
/**
 * Give this as `after` for the next piece; null at the end.
 */
next: number | null, };

/**
 * Parameters of `contact.list`.
 */
export type ContactListParams = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver; absent means every one.
 */
receiver_rfc?: string, 
/**
 * Letter of the kind of document (`DocumentView.kind`); contacts for any kind are among them.
 */
kind?: string, 
/**
 * At most this many, 1 to 200; 50 when absent.
 */
limit?: number, 
/**
 * [`ContactPage::next`] of the page before.
 */
after?: string, };

/**
 * Parameters of `contact.save`: one more confirmation by a person, or the first.
 */
export type ContactSave = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver; no generic one.
 */
receiver_rfc: string, 
/**
 * Address.
 */
address: string, 
/**
 * Letter of the kind of document; absent means any.
 */
kind?: string, };

/**
 * Parameters of `contact.remove`.
 */
export type ContactRemove = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, 
/**
 * Address, in any spelling of its mailbox.
 */
address: string, 
/**
 * Only for that kind of document; absent means for every one.
 */
kind?: string, };

/**
 * Where a person confirmed a recipient last.
 */
export type ContactSource = "window" | "portal" | "list" | "terminal" | "entry";

/**
 * A known recipient.
 */
export type ContactView = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, 
/**
 * Address, as it was last written.
 */
address: string, 
/**
 * Letter of the kind of document that it was confirmed for; null for any.
 */
kind: string | null, 
/**
 * When a person confirmed it last (RFC 3339).
 */
confirmed_at: string, 
/**
 * How often a person confirmed it.
 */
confirmations: number, 
/**
 * Where a person confirmed it last.
 */
source: ContactSource, };

/**
 * One page of contacts, by receiver and address.
 */
export type ContactPage = { 
/**
 * The contacts.
 */
contacts: Array<ContactView>, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: string | null, };

/**
 * How the files of a customer's messages travel.
 */
export type CustomerForm = "loose" | "zip";

/**
 * How many documents a message for a customer holds.
 */
export type CustomerGrouping = "grouped" | "single";

/**
 * Parameters of `customer.list`.
 */
export type CustomerListParams = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * Part of the RFC, the name or an address, in any case and without regard to accents; at most 100 characters.
 */
text?: string, 
/**
 * At most this many, 1 to 200; 50 when absent.
 */
limit?: number, 
/**
 * [`CustomerPage::next`] of the page before.
 */
after?: string, };

/**
 * Parameters of `customer.get` and `customer.remove`.
 */
export type CustomerRef = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, };

/**
 * A recipient of a customer.
 */
export type CustomerContact = { 
/**
 * Address.
 */
address: string, 
/**
 * Letter of the kind of document; absent means any.
 */
kind?: string, };

/**
 * Parameters of `customer.save`: everything or nothing of it is saved. What is absent stays as it is, so that what was learned
 * meanwhile is not lost.
 */
export type CustomerSave = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver; no generic one.
 */
receiver_rfc: string, 
/**
 * Name, at most 300 characters.
 */
name?: string, 
/**
 * How the files travel.
 */
form?: CustomerForm, 
/**
 * How many documents a message holds.
 */
grouping?: CustomerGrouping, 
/**
 * Whether files that lie beside the XML and are called `{its name}_Adj…` travel too.
 */
extras?: boolean, 
/**
 * Recipients that go, each for exactly that kind; at most 200.
 */
remove: Array<CustomerContact>, 
/**
 * Recipients that come, by a person's own word; at most 200.
 */
add: Array<CustomerContact>, };

/**
 * A customer with its addresses in short.
 */
export type CustomerView = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, 
/**
 * Name; empty where nobody wrote one and nothing was sent yet.
 */
name: string, 
/**
 * How the files travel.
 */
form: CustomerForm, 
/**
 * How many documents a message holds.
 */
grouping: CustomerGrouping, 
/**
 * Whether files called `{name of the XML}_Adj…` travel too.
 */
extras: boolean, 
/**
 * The first of its addresses, at most three; `contact.list` has all of them.
 */
addresses: Array<string>, 
/**
 * How many addresses it has.
 */
address_count: number, 
/**
 * When a person confirmed one last (RFC 3339).
 */
confirmed_at: string | null, };

/**
 * One page of customers, by name.
 */
export type CustomerPage = { 
/**
 * The customers.
 */
customers: Array<CustomerView>, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: string | null, };

/**
 * What a person writes in place of a row of the file.
 */
export type ImportCorrection = { 
/**
 * Number of the row, from 1.
 */
row: number, 
/**
 * RFC of the receiver.
 */
receiver_rfc: string, 
/**
 * Recipients.
 */
to: Array<string>, };

/**
 * Which rows of an import to show.
 */
export type ImportFilter = "all" | "refused";

/**
 * Parameters of `contact.import`. Without `confirmed` nothing is saved.
 */
export type ContactImport = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * Text of a CSV file with the columns `receiver_rfc,to,name,kind,zip,grouped`, of which the first two are compulsory.
 */
csv: string, 
/**
 * What stands in place of single rows.
 */
corrections?: Array<ImportCorrection>, 
/**
 * [`ImportPage::digest`] that the person saw; what it stands for is saved, and nothing else.
 */
confirmed?: string, 
/**
 * Which rows.
 */
show?: ImportFilter, 
/**
 * At most this many rows, 1 to 500; 100 when absent.
 */
limit?: number, 
/**
 * [`ImportPage::next`] of the page before.
 */
after?: number, };

/**
 * What a row does.
 */
export type ImportChange = "add" | "change" | "same" | "refused";

/**
 * One row of an import.
 */
export type ImportRowView = { 
/**
 * Number in the file, from 1, without the header.
 */
row: number, 
/**
 * RFC of the receiver as the file has it.
 */
receiver_rfc: string, 
/**
 * Recipients as the file has them.
 */
to: Array<string>, 
/**
 * Name as the file has it; may be empty.
 */
name: string, 
/**
 * Letter of the kind of document; null for any.
 */
kind: string | null, 
/**
 * How the files will travel, where the file says it.
 */
form: CustomerForm | null, 
/**
 * How many documents a message will hold, where the file says it.
 */
grouping: CustomerGrouping | null, 
/**
 * Whether further files will travel, where the file says it.
 */
extras: boolean | null, 
/**
 * What it does.
 */
change: ImportChange, 
/**
 * Why it is refused: a failure kind.
 */
failure: string | null, 
/**
 * What the failure is about.
 */
subject: string | null, };

/**
 * What an import would do, or did, with one page of its rows.
 */
export type ImportPage = { 
/**
 * SHA-256 over all that would be saved; confirmed with `contact.import`.
 */
digest: string, 
/**
 * Rows of the file.
 */
rows: number, 
/**
 * Rows that add something.
 */
added: number, 
/**
 * Rows that change something.
 */
changed: number, 
/**
 * Rows that say nothing new.
 */
same: number, 
/**
 * Rows with which something is wrong.
 */
refused: number, 
/**
 * Whether it was saved.
 */
saved: boolean, 
/**
 * The rows.
 */
page: Array<ImportRowView>, 
/**
 * Give this as `after` for the next page; null at the end.
 */
next: number | null, };

/**
 * Parameters of `contact.export`.
 */
export type ContactExport = { 
/**
 * RFC of the company.
 */
company: string, 
/**
 * [`ContactsExported::next`] of the piece before.
 */
after?: string, };

/**
 * A piece of the address book as CSV (RFC 4180, UTF-8), as `contact.import` reads it; the first piece begins with the header
 * line. Cells that a spreadsheet would take for a formula begin with an apostrophe, which the import takes away again.
 */
export type ContactsExported = { 
/**
 * Text to append to the pieces before.
 */
csv: string, 
/**
 * Give this as `after` for the next piece; null at the end.
 */
next: string | null, };

/**
 * Parameters of `portal.rules`.
 */
export type PortalRulesParams = { 
/**
 * Only those of that web origin.
 */
origin?: string, };

/**
 * Parameters of `portal.allow`; allowing again replaces the limit.
 */
export type PortalAllow = { 
/**
 * Web origin of a connected portal.
 */
origin: string, 
/**
 * RFC of one of its companies.
 */
company: string, 
/**
 * Deliveries in 24 hours, 1 to 500.
 */
daily_limit: number, };

/**
 * Parameters of `portal.disallow`.
 */
export type PortalDisallow = { 
/**
 * Web origin.
 */
origin: string, 
/**
 * RFC of the company.
 */
company: string, };

/**
 * A person's standing word for one portal and one company.
 */
export type PortalRuleView = { 
/**
 * Web origin.
 */
origin: string, 
/**
 * RFC of the company.
 */
company: string, 
/**
 * Deliveries in 24 hours.
 */
daily_limit: number, 
/**
 * Deliveries of the last 24 hours that it let pass.
 */
used: number, 
/**
 * When it was given (RFC 3339).
 */
granted_at: string, };

/**
 * Answer of `portal.rules`.
 */
export type PortalRules = { 
/**
 * By origin and company.
 */
rules: Array<PortalRuleView>, };

/**
 * Parameters of `portal.connect`; connecting again replaces the companies.
 */
export type PortalConnect = { 
/**
 * Web origin, for instance `https://facturas.example.mx`; https, or http on loopback.
 */
origin: string, 
/**
 * RFCs of the companies that it may ask for, at least one.
 */
companies: Array<string>, 
/**
 * That the organisation's policy lists this origin, which is plain http outside loopback; only then, and there always.
 */
insecure?: boolean, };

/**
 * Parameters of `portal.disconnect`.
 */
export type PortalDisconnect = { 
/**
 * Web origin.
 */
origin: string, };

/**
 * Parameters of `settings.save`.
 */
export type SettingsParams = { 
/**
 * Whether the SAT is asked about documents that are about to leave.
 */
check_status: boolean, };

/**
 * The settings.
 */
export type SettingsView = { 
/**
 * Whether the SAT is asked about documents that are about to leave; false until a person changes it.
 */
check_status: boolean, };

/**
 * A web origin that the person connected.
 */
export type PortalView = { 
/**
 * Web origin.
 */
origin: string, 
/**
 * RFCs of the companies that it may ask for.
 */
companies: Array<string>, 
/**
 * When it was connected (RFC 3339).
 */
connected_at: string, 
/**
 * Whether its pages come over plain http, as the organisation's policy allows.
 */
insecure: boolean, };

/**
 * Answer of `portal.list`.
 */
export type PortalList = { 
/**
 * All portals, by origin.
 */
portals: Array<PortalView>, };

/**
 * Answer of `health`.
 */
export type Health = { 
/**
 * `keyring` or `file`.
 */
vault: string, 
/**
 * What keeps the vault from being reached; null when it answers.
 */
vault_failure: Kind | null, 
/**
 * What keeps the store from being read; null when it answers. With it, client, accounts and counts are empty, and say nothing.
 */
store_failure: Kind | null, 
/**
 * The registered client.
 */
client: ClientView | null, 
/**
 * Why the client that the program's package carries cannot be used, where none was imported; else null.
 */
client_failure: Kind | null, 
/**
 * All accounts.
 */
accounts: Array<AccountView>, 
/**
 * Counts of the outbox.
 */
outbox: OutboxCounts, 
/**
 * What is still to come.
 */
ahead: Ahead, 
/**
 * What this conversation watches since `library.watch`; null before it.
 */
watched: LibraryWatched | null, };

/**
 * Deliveries by what they ask of the person.
 */
export type OutboxCounts = { 
/**
 * Queued, sending, or waiting for a time.
 */
under_way: number, 
/**
 * Unknown, failed, or waiting for a person.
 */
need_person: number, 
/**
 * Sent in the last 24 hours.
 */
sent_today: number, };

/**
 * What the extension's worker needs to wake at the right time and to tell the person.
 */
export type Ahead = { 
/**
 * When the next waiting delivery goes on (RFC 3339), pace and pauses considered; null when none waits for a time.
 */
next_at: string | null, 
/**
 * Started batches that have not ended, and those that ended in the last 24 hours, newest first, at most 20.
 */
batches: Array<BatchView>, };

/**
 * Parameters of `request.cancel`.
 */
export type RequestCancel = { 
/**
 * Number of the request to end.
 */
id: number, };

/**
 * What to look at. Looking at everything at once is right for a terminal; a page asks part by part and shows each as it comes.
 */
export type DoctorPart = "browser" | "state" | "network";

/**
 * Parameters of `doctor.run`.
 */
export type DoctorRun = { 
/**
 * One part; everything when absent.
 */
part?: DoctorPart, };

/**
 * How a check came out.
 */
export type CheckState = "ok" | "warn" | "fail" | "not_checked";

/**
 * What is wrong, where no failure kind says it. Append only: a cause keeps its name and meaning for ever. What it
 * means (`cause_<code>`) and what to do (`mend_<code>`) stand in `extension/_locales`.
 */
export type Cause = "manifest_absent" | "manifest_unreadable" | "manifest_malformed" | "manifest_name" | "program_relative" | "program_missing" | "origin_malformed" | "origin_missing" | "registration_foreign" | "browser_confined" | "not_executable" | "exited_at_once" | "garbled" | "mute" | "slow_start" | "other_program" | "other_version" | "blocked_by_policy" | "blocked_by_antivirus" | "mark_of_the_web" | "policy_blocklist" | "policy_user_level" | "policy_command_prompt" | "policy_unreadable" | "redirect_not_listed" | "account_none" | "folder_slow" | "watch_limit" | "outbox_waits" | "intercepted" | "no_authorities" | "clock_differs";

/**
 * What is wrong.
 */
export type Why = Cause | Kind;

/**
 * Something that was seen: no address, no token, and the home folder as `~`.
 */
export type FactView = { 
/**
 * What it is, for programs: `program`, `proxy` ...
 */
name: string, 
/**
 * The same for people.
 */
label: string, 
/**
 * What was seen.
 */
value: string, };

/**
 * What to do.
 */
export type FixView = { 
/**
 * Whether `correo-cfdi doctor --fix` does it.
 */
automatic: boolean, 
/**
 * What a person does.
 */
text: string, };

/**
 * One check.
 */
export type CheckView = { 
/**
 * Which check: stable, `registration.chrome.user`. One that is made for several servers or folders stands once for each, servers that are silent for one reason together.
 */
id: string, 
/**
 * What was checked, in the conversation's language.
 */
title: string, 
/**
 * What of it: a server, a folder, a program.
 */
subject: string | null, 
/**
 * How it came out.
 */
state: CheckState, 
/**
 * What is wrong; null where nothing is.
 */
cause: Why | null, 
/**
 * The same in the conversation's language.
 */
found: string | null, 
/**
 * What was seen.
 */
facts: Array<FactView>, 
/**
 * What to do; null where nothing is to be done.
 */
fix: FixView | null, };

/**
 * Answer of `doctor.run`.
 */
export type DoctorReport = { 
/**
 * Version of the program that looked.
 */
host_version: string, 
/**
 * Operating system, as `hello` names it.
 */
system: string, 
/**
 * When it looked (RFC 3339).
 */
at: string, 
/**
 * The checks, in the order in which the parts depend on each other.
 */
checks: Array<CheckView>, };

/**
 * Content of `delivery.changed`.
 */
export type DeliveryChanged = { 
/**
 * The delivery as it now is.
 */
delivery: DeliveryView, };

/**
 * Content of `library.progress`, counts of XML files so far.
 */
export type LibraryProgress = { 
/**
 * Files seen.
 */
files: number, 
/**
 * Files read and indexed anew.
 */
indexed: number, 
/**
 * Files refused.
 */
refused: number, };

/**
 * Content of `library.changed`, counts of XML files; while `library.watch` lasts.
 */
export type LibraryChanged = { 
/**
 * Files read and indexed anew.
 */
indexed: number, 
/**
 * Files refused.
 */
refused: number, 
/**
 * Files that are gone from the index.
 */
removed: number, };

/**
 * Content of `batch.progress`, while `batch.check` runs.
 */
export type BatchProgress = { 
/**
 * Rows checked so far.
 */
done: number, 
/**
 * Rows of the list.
 */
total: number, };

/**
 * Content of `account.changed`.
 */
export type AccountChanged = { 
/**
 * The account's identifier.
 */
account: string, };

/**
 * Content of `sign_in.arrived`: from here on closing the tab ends nothing.
 */
export type SignInArrived = { 
/**
 * The flow's identifier.
 */
flow: string, };

/**
 * When the same request may succeed.
 */
export type Retry = "never" | "later" | "after_sign_in" | "after_update";

/**
 * What went wrong. Append only: a kind keeps its name and meaning for ever.
 */
export type Kind = "not_utf8" | "not_json" | "invalid_request" | "unknown_method" | "invalid_params" | "too_large" | "answer_too_large" | "hello_required" | "update_extension" | "update_host" | "busy" | "request_cancelled" | "internal" | "unknown_caller" | "no_client" | "client_malformed" | "client_not_google" | "oauth_disabled" | "flow_lost" | "flow_expired" | "state_mismatch" | "issuer_mismatch" | "redirect_malformed" | "access_denied" | "authorization_refused" | "code_rejected" | "scope_missing" | "id_token_invalid" | "email_not_verified" | "account_mismatch" | "account_unproven" | "no_refresh_token" | "invalid_client" | "client_secret_missing" | "redirect_uri_mismatch" | "offline" | "provider_unavailable" | "tls_failed" | "provider_malformed" | "vault_no_bus" | "vault_no_service" | "vault_no_collection" | "vault_locked" | "vault_timeout" | "vault_too_long" | "vault_mismatch" | "vault_failed" | "vault_key_file" | "unknown_account" | "no_account" | "sign_in_needed" | "account_stranded" | "scope_lost" | "unknown_company" | "company_in_use" | "invalid_rfc" | "unknown_document" | "document_ambiguous" | "document_refused" | "file_vanished" | "file_changed" | "file_unreadable" | "path_outside_folders" | "wrong_company" | "wrong_receiver" | "mixed_receivers" | "not_groupable" | "document_count" | "folder_unreadable" | "document_waiting" | "no_recipient" | "invalid_recipient" | "too_many_recipients" | "invalid_text" | "unknown_variable" | "message_too_large" | "changed_since_preview" | "already_sent" | "key_conflict" | "unknown_delivery" | "wrong_state" | "past_commit" | "outcome_unknown" | "rate_limited" | "daily_limit" | "policy_blocked" | "api_not_enabled" | "message_refused" | "refused_by_person" | "machine_changed" | "outbox_restored" | "portal_not_connected" | "portal_forbidden" | "insecure_origin" | "invalid_origin" | "csv_malformed" | "row_count" | "unknown_batch" | "batch_wrong_state" | "nothing_to_send" | "repeated_row" | "payroll_shared" | "store_busy" | "store_full" | "store_corrupt" | "store_newer" | "store_read_only" | "store_failed" | "library_corrupt" | "config_invalid" | "dialog_unavailable" | "dialog_open" | "store_gone" | "delivery_unreadable" | "pdf_exists" | "print_unsupported" | "print_failed" | "viewer_unavailable" | "recipient_refused" | "clock_wrong" | "proxy_refused" | "tls_untrusted" | "tls_expired" | "tls_wrong_name" | "app_blocked" | "other_account" | "grant_refused" | "reauth_required" | "testing_expired" | "idle_expired" | "access_ended" | "vault_dismissed" | "vault_ambiguous" | "vault_exposed" | "vault_newer" | "vault_damaged" | "revocation_unsupported" | "proxy_unreachable" | "ca_file_unreadable" | "desktop_client_needed" | "web_client_needed" | "loopback_unavailable" | "vault_closed" | "vault_passphrase" | "vault_no_kernel_keyring" | "vault_passphrase_short" | "generic_receiver" | "unknown_contact" | "confirmation_needed" | "portal_rate_limited" | "packaged_client_unusable" | "one_per_message" | "unknown_customer" | "row_conflict" | "row_word" | "broken_text" | "html_not_allowed" | "extra_refused";

/**
 * A place in a text that a person wrote.
 */
export type TextPlace = { 
/**
 * Line, from 1.
 */
line: number, 
/**
 * Column in characters, from 1.
 */
column: number, 
/**
 * What stands there; empty where nothing can be named.
 */
found: string, 
/**
 * The known variable that is nearest to it.
 */
nearest?: string, };

/**
 * What the extension needs to act on a failure; never a token, a path of a portal's concern, or an exception text.
 */
export type FailureData = { 
/**
 * What went wrong.
 */
kind: Kind, 
/**
 * When the same request may succeed.
 */
retry: Retry, 
/**
 * The parameter, address, variable or file name that it is about.
 */
subject?: string, 
/**
 * The delivery that it is about.
 */
delivery?: string, 
/**
 * The sign-in flow that can ask again for the missing scope.
 */
flow?: string, 
/**
 * Codes of what speaks against a document.
 */
reasons?: Array<string>, 
/**
 * Folio fiscal of the document that it is about, where accepting `acceptable` would let it leave.
 */
document?: string, 
/**
 * Those of `reasons` that a person may accept for this document; only where nothing else keeps it, never to a portal.
 */
acceptable?: Array<string>, 
/**
 * Where the files lie that it is about, as people write paths; never told to a portal.
 */
files?: Array<string>, 
/**
 * The limit that was passed, in the unit of its sentence.
 */
limit?: number, 
/**
 * How far this computer's clock is ahead of the provider's, in seconds; negative when it is behind.
 */
clock_ahead_seconds?: number, 
/**
 * Where in the text of `subject` it is; never told to a portal.
 */
place?: TextPlace, };

/**
 * The `error` member of a refusal (JSON-RPC 2.0 section 5.1).
 */
export type Failure = { 
/**
 * JSON-RPC error code.
 */
code: number, 
/**
 * What happened and what to do next, in the conversation's language.
 */
message: string, 
/**
 * For programs.
 */
data: FailureData, };

/**
 * An answer without content.
 */
export type Done = { 
/**
 * Always true; a failure is answered as an error.
 */
done: boolean, };

/** Every request: parameters and answer. */
export interface HostSurface {
  'hello': { params: HelloParams, result: Hello },
  'health': { params: Record<string, never>, result: Health },
  'client.show': { params: Record<string, never>, result: ClientShow },
  'client.import': { params: ClientImport, result: ClientView },
  'client.forget': { params: Record<string, never>, result: ClientShow },
  'company.list': { params: Record<string, never>, result: CompanyList },
  'company.save': { params: CompanySave, result: CompanyView },
  'company.remove': { params: CompanyRemove, result: Done },
  'sign_in.begin': { params: SignInBegin, result: SignInBegun },
  'sign_in.complete': { params: SignInComplete, result: SignedIn },
  'sign_in.cancel': { params: SignInCancel, result: Done },
  'account.list': { params: Record<string, never>, result: AccountList },
  'account.budget': { params: AccountBudget, result: AccountView },
  'account.forget': { params: AccountParams, result: AccountGone },
  'account.revoke': { params: AccountParams, result: AccountGone },
  'library.scan': { params: LibraryScan, result: LibraryScanned },
  'library.search': { params: LibrarySearch, result: LibraryPage },
  'library.get': { params: LibraryGet, result: DocumentView },
  'library.problems': { params: LibraryProblems, result: ProblemPage },
  'library.watch': { params: Record<string, never>, result: LibraryWatched },
  'library.print': { params: LibraryPrint, result: Printed },
  'library.pdf': { params: LibraryPdf, result: PdfPiece },
  'folder.pick': { params: Pick, result: Picked },
  'file.pick': { params: Pick, result: Picked },
  'delivery.preview': { params: DeliveryParams, result: Preview },
  'delivery.send': { params: DeliveryParams, result: DeliverySent },
  'delivery.list': { params: DeliveryListParams, result: DeliveryPage },
  'delivery.export': { params: DeliveryExport, result: DeliveriesExported },
  'delivery.get': { params: DeliveryRef, result: DeliveryDetail },
  'delivery.retry': { params: DeliveryRef, result: DeliveryView },
  'delivery.cancel': { params: DeliveryRef, result: DeliveryView },
  'delivery.resolve': { params: DeliveryResolve, result: DeliveryView },
  'batch.check': { params: BatchCheck, result: BatchView },
  'batch.start': { params: BatchStart, result: BatchView },
  'batch.list': { params: BatchListParams, result: BatchList },
  'batch.get': { params: BatchRef, result: BatchView },
  'batch.rows': { params: BatchRowsParams, result: BatchRows },
  'batch.pause': { params: BatchRef, result: BatchView },
  'batch.resume': { params: BatchRef, result: BatchView },
  'batch.cancel': { params: BatchRef, result: BatchView },
  'batch.result': { params: BatchResultParams, result: BatchResult },
  'portal.list': { params: Record<string, never>, result: PortalList },
  'portal.connect': { params: PortalConnect, result: PortalView },
  'portal.disconnect': { params: PortalDisconnect, result: Done },
  'settings.show': { params: Record<string, never>, result: SettingsView },
  'settings.save': { params: SettingsParams, result: SettingsView },
  'request.cancel': { params: RequestCancel, result: Done },
  'contact.list': { params: ContactListParams, result: ContactPage },
  'contact.save': { params: ContactSave, result: ContactView },
  'contact.remove': { params: ContactRemove, result: Done },
  'portal.rules': { params: PortalRulesParams, result: PortalRules },
  'portal.allow': { params: PortalAllow, result: PortalRuleView },
  'portal.disallow': { params: PortalDisallow, result: Done },
  'doctor.run': { params: DoctorRun, result: DoctorReport },
  'customer.list': { params: CustomerListParams, result: CustomerPage },
  'customer.get': { params: CustomerRef, result: CustomerView },
  'customer.save': { params: CustomerSave, result: CustomerView },
  'customer.remove': { params: CustomerRef, result: Done },
  'contact.import': { params: ContactImport, result: ImportPage },
  'contact.export': { params: ContactExport, result: ContactsExported },
  'text.get': { params: TextRef, result: TextView },
  'text.save': { params: TextSave, result: TextView },
  'text.reset': { params: TextRef, result: TextView },
  'text.preview': { params: TextPreviewParams, result: TextPreview },
  'text.test': { params: TextPreviewParams, result: DeliverySent },
  'notice.preview': { params: NoticeParams, result: NoticePreview },
  'notice.send': { params: NoticeParams, result: DeliverySent },
}

/** Every notification. */
export interface HostEvents {
  'delivery.changed': DeliveryChanged,
  'library.progress': LibraryProgress,
  'library.changed': LibraryChanged,
  'batch.progress': BatchProgress,
  'account.changed': AccountChanged,
  'sign_in.arrived': SignInArrived,
}
