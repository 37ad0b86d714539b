//! The closed, append-only list of failure kinds.
//!
//! A kind answers a question: may it be tried again, and after what? What happened (`err_<kind>`) and what to do next
//! (`rec_<kind>`) stand in `extension/_locales`, which the host embeds, so that browser and terminal say the same.

mod fault;

use serde::Serialize;

pub use fault::{Failure, FailureData, Fault, TextPlace};

/// When the same request may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Retry {
    /// Never as it is: something in it, or a decision, has to change.
    Never,
    /// Later, by itself.
    Later,
    /// After the person signed in again.
    AfterSignIn,
    /// After the extension or the host was updated.
    AfterUpdate,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $retry:ident),+ $(,)?) => {
        /// What went wrong. Append only: a kind keeps its name and meaning for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum Kind { $($(#[$doc])* $name),+ }

        impl Kind {
            /// Every kind, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// When the same request may succeed.
            #[must_use]
            pub fn retry(self) -> Retry {
                match self { $(Self::$name => Retry::$retry),+ }
            }
        }
    };
}

kinds! {
    // The wire.
    /// The frame's body is not UTF-8.
    NotUtf8 = Never,
    /// The frame's body is not JSON.
    NotJson = Never,
    /// The JSON is no JSON-RPC 2.0 request.
    InvalidRequest = Never,
    /// The method is not known.
    UnknownMethod = Never,
    /// Unknown, missing, repeated or ill-typed parameters.
    InvalidParams = Never,
    /// The request is over the size limit.
    TooLarge = Never,
    /// The answer would be over the browser's limit; ask for a smaller page.
    AnswerTooLarge = Never,
    /// `hello` has to come first.
    HelloRequired = Never,
    /// The extension is too old for this host.
    UpdateExtension = AfterUpdate,
    /// This host is too old for the extension.
    UpdateHost = AfterUpdate,
    /// Too many requests are under way.
    Busy = Later,
    /// The request was ended by `request.cancel`.
    RequestCancelled = Never,
    /// A fault of ours; the log has the detail.
    Internal = Later,
    /// The caller is no extension that this host knows.
    UnknownCaller = Never,

    // The OAuth client.
    /// No OAuth client was imported.
    NoClient = Never,
    /// The file is no `client_secret_*.json`.
    ClientMalformed = Never,
    /// Over the wire only Google's own endpoints are accepted.
    ClientNotGoogle = Never,

    // Sign-in.
    /// The company's OAuth switch is off.
    OauthDisabled = Never,
    /// The flow is not known here: the conversation was lost, or another flow superseded it.
    FlowLost = Never,
    /// The flow is older than ten minutes.
    FlowExpired = Never,
    /// The redirect's state is not the flow's (RFC 6749 section 10.12).
    StateMismatch = Never,
    /// The redirect's `iss` is not the provider (RFC 9207).
    IssuerMismatch = Never,
    /// The redirect URL is not where the answer had to arrive.
    RedirectMalformed = Never,
    /// The person refused on the consent page (`error=access_denied`).
    AccessDenied = Never,
    /// The provider redirected with another error.
    AuthorizationRefused = Never,
    /// The code was refused, used before, or too old (`invalid_grant`).
    CodeRejected = Never,
    /// The box that lets the program send mail was not ticked.
    ScopeMissing = Never,
    /// The id token is missing or does not hold.
    IdTokenInvalid = Never,
    /// Google does not vouch for the address.
    EmailNotVerified = Never,
    /// The second consent was given by another account.
    AccountMismatch = Never,
    /// The second answer does not prove whose it is.
    AccountUnproven = Never,
    /// The provider gave no refresh token.
    NoRefreshToken = Never,
    /// Client id or secret are wrong (`invalid_client`).
    InvalidClient = Never,
    /// The client file lacks the secret that the provider demands.
    ClientSecretMissing = Never,
    /// The redirect URI is not registered with the client.
    RedirectUriMismatch = Never,
    /// The machine has no connection.
    Offline = Later,
    /// The provider answered with a server error, or not in time.
    ProviderUnavailable = Later,
    /// The TLS certificate of the provider does not hold.
    TlsFailed = Later,
    /// The provider answered what no provider answers.
    ProviderMalformed = Later,

    // The vault.
    /// There is no D-Bus session.
    VaultNoBus = Later,
    /// No keyring service runs.
    VaultNoService = Later,
    /// The keyring has no collection yet.
    VaultNoCollection = Later,
    /// The keyring is locked.
    VaultLocked = Later,
    /// The keyring did not answer in time; it may be waiting for the person.
    VaultTimeout = Later,
    /// The secret is longer than the keyring takes.
    VaultTooLong = Never,
    /// What was read back is not what was written.
    VaultMismatch = Later,
    /// The keyring failed in another way.
    VaultFailed = Later,
    /// The key file of the file vault is missing or has another form.
    VaultKeyFile = Never,

    // Accounts and companies.
    /// No such account.
    UnknownAccount = Never,
    /// The company has no account yet.
    NoAccount = AfterSignIn,
    /// The account's token is gone or was refused: sign in again.
    SignInNeeded = AfterSignIn,
    /// The account was granted under another client or provider.
    AccountStranded = AfterSignIn,
    /// The token no longer lets the program send.
    ScopeLost = AfterSignIn,
    /// No such company.
    UnknownCompany = Never,
    /// Deliveries of the company have not ended.
    CompanyInUse = Later,
    /// The text is no RFC.
    InvalidRfc = Never,

    // Documents.
    /// Nobody has that folio fiscal.
    UnknownDocument = Never,
    /// Two files with the same folio fiscal differ.
    DocumentAmbiguous = Never,
    /// The document may not leave; see its reasons.
    DocumentRefused = Never,
    /// The file is gone.
    FileVanished = Never,
    /// The file changed since it was confirmed.
    FileChanged = Never,
    /// The file cannot be read.
    FileUnreadable = Never,
    /// The path lies outside the company's folders.
    PathOutsideFolders = Never,
    /// The issuer of the XML is not the company.
    WrongCompany = Never,
    /// The receiver of the XML is not the one that was named.
    WrongReceiver = Never,
    /// The documents belong to different receivers.
    MixedReceivers = Never,
    /// Payroll and generic receivers travel alone.
    NotGroupable = Never,
    /// None, or too many documents.
    DocumentCount = Never,
    /// The folder does not exist or cannot be read.
    FolderUnreadable = Never,
    /// The file is still being written, or another program holds it.
    DocumentWaiting = Later,

    // The message.
    /// No recipient.
    NoRecipient = Never,
    /// A recipient is no address.
    InvalidRecipient = Never,
    /// Too many recipients.
    TooManyRecipients = Never,
    /// Subject or text is too long or holds characters that it may not.
    InvalidText = Never,
    /// A `{{variable}}` is not known.
    UnknownVariable = Never,
    /// The message is over the provider's limit.
    MessageTooLarge = Never,

    // Deliveries.
    /// What would leave is no longer what was confirmed; nothing was queued.
    ChangedSincePreview = Never,
    /// It is on its way, was sent, or may have been sent.
    AlreadySent = Never,
    /// The key was used with other content.
    KeyConflict = Never,
    /// No such delivery.
    UnknownDelivery = Never,
    /// The delivery's state does not allow it.
    WrongState = Never,
    /// The commit point was passed: it may already have left.
    PastCommit = Never,
    /// Nobody knows whether the provider accepted it.
    OutcomeUnknown = Never,
    /// The provider asks for patience.
    RateLimited = Later,
    /// The account's daily limit is reached.
    DailyLimit = Later,
    /// An administrator's policy forbids it.
    PolicyBlocked = Never,
    /// The Gmail API is not enabled for the client's project.
    ApiNotEnabled = Never,
    /// The provider refused the message for good.
    MessageRefused = Never,
    /// The person refused, in the confirmation page.
    RefusedByPerson = Never,
    /// The outbox came from another computer, which may have sent it.
    MachineChanged = Never,
    /// The outbox was put back to an earlier day; what it holds may have been sent meanwhile.
    OutboxRestored = Never,

    // Portals.
    /// The origin is not connected.
    PortalNotConnected = Never,
    /// A portal may not ask for that.
    PortalForbidden = Never,
    /// Plain http outside loopback cannot be connected.
    InsecureOrigin = Never,
    /// The text is no origin.
    InvalidOrigin = Never,

    // Batches.
    /// The text is no CSV with the columns that are needed; the subject is line and column.
    CsvMalformed = Never,
    /// The list has no row, or more than are taken at once.
    RowCount = Never,
    /// The batch does not exist.
    UnknownBatch = Never,
    /// The batch is not in a state that allows it.
    BatchWrongState = Never,
    /// No row of the batch can be sent.
    NothingToSend = Never,
    /// An earlier row of the list sends the same document to the same recipient.
    RepeatedRow = Never,
    /// The address would get the payroll of two receivers.
    PayrollShared = Never,

    // The store.
    /// Another process holds the database.
    StoreBusy = Later,
    /// The disk is full.
    StoreFull = Later,
    /// The database is damaged.
    StoreCorrupt = Never,
    /// The database was written by a newer version.
    StoreNewer = AfterUpdate,
    /// The folder or file cannot be written.
    StoreReadOnly = Never,
    /// The database failed in another way.
    StoreFailed = Later,
    /// The library's index is damaged; it can be made anew.
    LibraryCorrupt = Later,
    /// A setting in `config.toml` is wrong.
    ConfigInvalid = Never,

    // The desktop.
    /// No dialog can be shown here; type the path.
    DialogUnavailable = Never,
    /// A dialog is already open.
    DialogOpen = Later,

    // The store's files.
    /// The file with the outbox was deleted while the program used it.
    StoreGone = Never,
    /// What is kept of this delivery is damaged; nothing of it is sent.
    DeliveryUnreadable = Never,

    // Printed representations.
    /// The document has a PDF, or several that may be its own: none is made.
    PdfExists = Never,
    /// There is no layout for this kind of document (3.2, *Retenciones*).
    PrintUnsupported = Never,
    /// The PDF could not be made.
    PrintFailed = Never,
    /// The PDF was made, and nothing here can show it; `files` says where it lies.
    ViewerUnavailable = Never,

    // SMTP.
    /// The mail server refused a recipient for good; nobody got the message.
    RecipientRefused = Never,

    // How a sign-in ends, and how a grant does.
    /// This computer's clock and the provider's differ; `clock_ahead_seconds` says by how much.
    ClockWrong = Never,
    /// The network's proxy wants a password, or lets nobody through.
    ProxyRefused = Later,
    /// Nobody whom this computer trusts issued the provider's certificate: something on the way reads along.
    TlsUntrusted = Later,
    /// The provider's certificate is expired or not valid yet, by this computer's clock.
    TlsExpired = Later,
    /// The certificate is for another name.
    TlsWrongName = Later,
    /// A policy of the account's organisation forbids the application.
    AppBlocked = Never,
    /// Said with a sign-in: the company sends from another account, or another one was asked for.
    OtherAccount = Never,
    /// The grant ended: password changed, access withdrawn, or too many newer ones; which of them is not told.
    GrantRefused = AfterSignIn,
    /// The organisation demands a fresh sign-in (`invalid_rapt`).
    ReauthRequired = AfterSignIn,
    /// The grant of a project in *Testing* ends after seven days.
    TestingExpired = AfterSignIn,
    /// The grant ends after six months without use.
    IdleExpired = AfterSignIn,
    /// The access that was allowed for a limited time ends.
    AccessEnded = AfterSignIn,

    // The vault, continued.
    /// The person closed the keyring's question for its password.
    VaultDismissed = Later,
    /// Several items of the keyring bear the same name.
    VaultAmbiguous = Later,
    /// Others than this user may read or change the files of the file vault.
    VaultExposed = Never,
    /// What lies in the vault was written by a newer version; it was left alone.
    VaultNewer = AfterUpdate,
    /// What lies in the vault is damaged, or was sealed under another key; a new sign-in replaces it.
    VaultDamaged = AfterSignIn,

    // Other providers.
    /// The provider has no way to end a grant from here.
    RevocationUnsupported = Never,

    // Proxies, and sign-in on this computer.
    /// The network's proxy does not answer.
    ProxyUnreachable = Later,
    /// The client file's `ca_file` cannot be read or holds no certificate.
    CaFileUnreadable = Never,
    /// The registered client is of the type *Web application*; signing in by loopback takes a *Desktop app*.
    DesktopClientNeeded = Never,
    /// The registered client is of the type *Desktop app*; the browser's own window takes a *Web application*.
    WebClientNeeded = Never,
    /// No port of this computer could be taken for the redirect.
    LoopbackUnavailable = Later,

    // The file vault with a passphrase.
    /// The vault is closed: its passphrase was not given since this user logged in.
    VaultClosed = Later,
    /// The passphrase does not open the vault's key, or the key's file was changed.
    VaultPassphrase = Never,
    /// The kernel keeps no keys for this user, so the opened key could rest nowhere.
    VaultNoKernelKeyring = Never,
    /// A new passphrase has too few characters.
    VaultPassphraseShort = Never,

    // Contacts.
    /// A generic RFC stands for many parties: none of its recipients can be known.
    GenericReceiver = Never,
    /// No such recipient is known.
    UnknownContact = Never,

    // Rules of portals.
    /// No rule lets it leave without a person's look at it.
    ConfirmationNeeded = Never,

    // Portals, again.
    /// The portal asked for more in a minute than it may.
    PortalRateLimited = Later,

    // The package.
    /// The client file that the program's package carries cannot be used.
    PackagedClientUnusable = Never,

    // The address book.
    /// The customer wants one message for each document.
    OnePerMessage = Never,
    /// Nothing is known of such a customer.
    UnknownCustomer = Never,
    /// A row says something else of its customer than a row before it.
    RowConflict = Never,
    /// A cell of a row holds a word that is on no list.
    RowWord = Never,
    /// A text's braces are not closed, or hold something that is no variable.
    BrokenText = Never,
    /// HTML holds an element, attribute, style or address that is not allowed.
    HtmlNotAllowed = Never,
    /// A further file of a document may not travel: its type, its size, or one too many.
    ExtraRefused = Never,
}

impl Kind {
    /// The name on the wire, in the ledger and in the locales.
    #[must_use]
    pub fn code(self) -> String {
        // The derive is the one place that knows the spelling.
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            Ok(_) | Err(_) => String::from("internal"),
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The JSON-RPC error code; kinds of our own share one.
    #[must_use]
    pub fn rpc_code(self) -> i32 {
        #[expect(clippy::wildcard_enum_match_arm, reason = "JSON-RPC names four; the rest is the application's")]
        match self {
            Self::NotUtf8 | Self::NotJson => -32_700,
            Self::InvalidRequest | Self::TooLarge | Self::HelloRequired => -32_600,
            Self::UnknownMethod => -32_601,
            Self::InvalidParams => -32_602,
            Self::Internal => -32_603,
            _ => -32_000,
        }
    }
}
