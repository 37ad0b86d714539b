//! Correo CFDI: the native messaging host that sends Mexican e-invoices from Gmail.
//!
//! # What it is
//! An extension in the browser does sign-in and consent and asks the person; this host exchanges the authorization code,
//! keeps the tokens in the operating system's keyring, finds CFDI in local folders, checks them, and sends them. The same
//! use cases serve the toolbar, a connected web portal, and the command line.
//!
//! # One journey, step by step
//! A portal asks for an invoice: the worker stamps the portal's origin and opens our own page →
//! [`conversation`] reads the frame ([`frame`]) and decodes it ([`protocol`]) → [`usecase::send`] prepares a draft
//! ([`usecase::prepare`]: find, read afresh, judge, fill in) and shows it with a digest → the person agrees →
//! `delivery.send` with that digest puts it into the outbox ([`ports::store`]) and wakes the sender → the detached
//! `outbox drain` ([`usecase::drain`]) builds the message once, opens an upload session, writes the commit point, uploads,
//! and asks the session until it knows → every open conversation is told `delivery.changed`.
//!
//! A list takes the same road: [`usecase::batches`] judges every row as a single sending ([`usecase::prepare`]), finds what
//! must not leave together and makes messages of the rest ([`domain::batch`]), shows all of it with one digest, and with
//! that digest queues each message as above.
//!
//! # Floors
//! Who may use whom; `tests/floors.rs` holds it and says how to mend a breach.
//!
//! | floor | may use |
//! | --- | --- |
//! | [`frame`], [`logbook`], [`net`], [`process`], [`stdio`] | nothing of ours (`stdio` the log) |
//! | [`domain`] | itself: no I/O, no clock, no wire format |
//! | [`protocol`], [`ports`] | `domain` |
//! | [`failures`] | the errors of `domain` and `ports`, and `protocol` |
//! | [`usecase`] | `domain`, `ports`, `protocol`; the log |
//! | [`disk`] | `domain`, `ports`: what two adapters share of reading files |
//! | [`adapters`] | `domain`, `ports`, outside crates, `net`, `disk`, `process`, the log; never each other, `protocol` or `usecase` |
//! | [`place`] | `protocol` for its failures |
//! | [`install`] | `domain`, `ports`, `protocol`, `usecase`, `place`, the log |
//! | [`doctor`] | the same, `install`, `frame`, `net`, `process` |
//! | [`conversation`], [`cli`] | everything below, no adapter |
//! | [`wiring`], `main` | everything: the one place that names a port and its adapter together |
//!
//! # Invariants
//! 1. **No double send.** A pair (company, folio fiscal, recipient) that is live, sent or unknown is not queued again
//!    without the next resend number; a unique index in the database says so too. Test:
//!    `invariant_1_*` in `tests/outbox.rs`.
//! 2. **No cross-customer file.** One message has one receiver; generic RFCs and payroll travel alone; the issuer of every
//!    XML is the company. Test: `invariant_2_*` in `tests/journey`.
//! 3. **No silent drop.** What was accepted is in the ledger until it ends in a state that a person can read. Test:
//!    `invariant_3_*`.
//! 4. **No false "sent".** Only the provider's message id makes `sent`. Tests: `invariant_4_*`, [`domain::delivery`].
//! 5. **No altered byte.** Files are hashed at queuing and again on their turn; the message is built once. Test:
//!    `invariant_5_*`.
//!
//! Further: standard output belongs to the frame writer alone; the end of standard input ends the process at once; nothing
//! is opened for `hello`; no token, verifier or client secret is in an answer, an event, a log line or an error; a vault
//! that cannot be reached is never taken for "signed out".
//!
//! # Intentional omissions
//! No reading of the mailbox (no scope for it), so "did it arrive" is not answered: `sent` reads *Enviado (aceptado por
//! Gmail)*. No passwords. No server of ours. No guarantee across two computers: the outbox is one installation's.
//!
//! # Where to change what
//! A new request: its types in [`protocol`], one file in [`usecase`], one line in `conversation::dispatch`, a golden
//! message, a section in `protocol/PROTOCOL.md`. A new error: one line in [`failures`]. A new failure kind: append it to
//! `protocol::failure` and write both sentences in `extension/_locales`.
//!
//! # Decisions
//! Context, decision, consequence, what would make us revisit.
//!
//! * **D1 One package.** The code is small enough for one reader; floors are held by a test instead of crate borders. A
//!   second shipped binary would make us split.
//! * **D2 Synchronous ports, a thread a request.** SQLite, keyring and files are synchronous; the asynchronous runtime is
//!   made by [`net`] at the first network request. `hello` therefore starts no runtime, and the end of input is a plain
//!   `process::exit`. Hundreds of requests at once would make us revisit; the limit is 16.
//! * **D3 The new token stays in memory until *Aceptar y guardar*.** Closing the window or the browser then needs no
//!   clean-up, and a crash leaves nothing. The vault is probed before the person is sent to consent, so that saving does
//!   not fail for a reason that was visible before. Cost: after a lost conversation the person signs in once more.
//! * **D4 Texts live in the extension's locales** and are embedded here, so that no sentence exists twice. A host without
//!   extension would make us move them.
//! * **D5 Client secret in the vault**, the rest of the client file in the store: the secret goes in and never comes out.
//! * **D6 minijinja for texts**: unknown variables are errors, work is bounded by fuel. Revisit when HTML bodies come.
//! * **D7 The delivery keeps its account.** Queued mail was confirmed with a sender; when the company's account is
//!   replaced, it waits for its own account instead of leaving under another name.
//! * **D8 sha2 0.11 and base64 0.23 directly, older ones through `oauth2`.** Newest versions of ours; one of each when
//!   `oauth2` moves on. The same holds for reqwest 0.12.
//! * **D9 A file lock for the sender, polled for two seconds.** The system frees it when a process dies; there is no lease
//!   to expire. The standard library has no lock with a time limit.
//! * **D10 `library.get` scans once before it says "unknown".** The invoice may have been made a moment ago.
//! * **D11 Pace as one time.** An account's token bucket is kept as the moment at which it is full (`domain::pace`), written
//!   with the commit point; the daily budget is counted from the deliveries themselves. Every sender reads the same, and a
//!   crash costs no message its place. Trouble that would meet the next message too pauses or holds the whole account, so
//!   that a thousand queued messages cost one request. Several senders at once would make us revisit.
//! * **D12 A list is judged once and kept.** `batch.check` stores the messages themselves in one transaction; `batch.start`
//!   queues what was confirmed without reading a file again, because each file is hashed on its turn anyway. Whether a batch
//!   has ended is counted from its deliveries, never stored, so that the two cannot disagree. Cost: texts that change between
//!   check and start do not reach the list; a company that sends from another account by then is `changed_since_preview`.
//!   Lists that stay open for weeks would make us revisit.
//! * **D13 Of what was sent a slim row stays for ever.** Retention (`keep_ledger_days`) takes history, text, files and search
//!   words of ended deliveries. Sent and superseded ones keep row and pairs, because `already_sent` has to name them after
//!   ten years too; failed and cancelled ones, whose pairs are free, go whole, and so do lists that have ended. A law that
//!   demands that recipients be forgotten would make us keep hashes of the pairs instead.
//! * **D14 A restored outbox is told by a mark in the vault** (`usecase::drain::mark`): the newest ledger line's number, set at
//!   the first commit point of a drain and at its end. The name under which it lies comes from the first delivery, so that a
//!   copy from before the first sending has the same one. A vault that fails is no restore. Cost: two writes to the vault in
//!   a drain. A whole folder put back with a file vault in it is not told.
//! * **D15 Damage is held as small as it is.** A row that cannot be read is a held delivery; a page that cannot be read stops
//!   everything with `store_corrupt`, and nothing is repaired by guessing. No integrity check at the start: it would read the
//!   whole file for every host.
//! * **D16 Seals are checked or left, never guessed.** The tables of `domain::cfdi::seal` follow the SAT's sheets; whatever
//!   they do not cover is `not_checked`, which speaks neither for nor against a document. A seal that holds on a certificate
//!   of somebody else is not checked either: the schema foresees issuing through a provider (*FacAtrAdquirente*). Every file
//!   that is about to leave is checked; the index is not, to stay fast. A list of the SAT's certificates would make us revisit.
//! * **D17 Prints of ours are kept, and say whose they are.** A document without a PDF may get one that we typeset from its XML
//!   (`domain::print`, krilla, an embedded open font), when a person asks: never for a portal. The same XML
//!   gives the same bytes, so that the preview keeps nothing; at queuing the bytes are kept for their delivery, because a newer
//!   version of this program may typeset otherwise, and go with its end. An *unknown* one keeps its own, for *send again*. A
//!   list keeps only the hash until a message's turn, because ten thousand PDFs take half a gigabyte; its digest is over that
//!   hash, and a version that typesets otherwise by then holds the message as `file_changed`. The
//!   document says on every page that it is ours; tables are cut at a bound that the page names. Other complements than Pagos,
//!   Nómina and local taxes are only named; a customer who needs *Carta Porte* on paper would make us revisit.
//! * **D18 A person may take a closed list of reasons upon themselves** (`Reason::may_be_accepted`), for one document, by name.
//!   The word travels with the document in `delivery.preview` and `delivery.send`, is part of the digest and of the history,
//!   and lies nowhere in between. A portal, a list and the command line cannot give it, because nobody looks at the document
//!   there. What a document does not have cannot be accepted in advance. A reason whose document cannot be identified would
//!   have no name to accept, so none of those is ever on the list.
//! * **D19 The SAT is asked before sending, never while sending, and only where a person switched it on.** A question tells the
//!   SAT's service what was invoiced to whom; so it is off, for the whole installation, until somebody turns it on. The answer
//!   is asked for last of all judgements, counts for an hour, and what could not be asked keeps nothing here: the service was
//!   away or refused good questions for days. A cancelled document is refused as a broken seal is (D18), also where a portal
//!   asked: whoever decides to send it does so from our own window, without the portal's name on it. The switch lies with the
//!   answers in `status.db`, because `config.toml` is written by people alone and the outbox's schema by releases. A service
//!   with a promise of being there would make us revisit.
//! * **D20 A ZIP archive is read as if it were a folder** (`disk::archive`): `…/descarga.zip/{uuid}.xml` names what lies in it,
//!   in the index, the outbox and every answer, so that nothing else had to learn a second way of naming files. Such a path
//!   is cut at the archive and never opened, nothing is unpacked to disk, and bytes, entries and ratio have limits. The
//!   archive has a row of its own with its stamp, so that one that did not change is not opened. Cost: each look at one of
//!   its files reads the list of its contents anew. Archives of more than some thousands would make us revisit.
//! * **D21 Watching only says that something changed**; what it was is found by the rescan that exists anyway. One slot holds
//!   any number of changes, so memory is bounded and a lost event costs nothing. It lasts as long as the conversation that
//!   asked for it. Cost: one changed file is a walk over its company's folders. Libraries whose rescan takes seconds would
//!   make us revisit.
//! * **D22 CFDI are cut into tags by a scanner of our own** (`domain::cfdi::scanner`, `attributes`, `scope`), which judges a tag
//!   in the same pass that finds its names and values. A general parser finds them without judging, so that every tag was
//!   passed over three times; ours is three times as fast with the same verdicts. It is held against lxml over a random
//!   corpus (`tests/lxml`). A DTD is refused at its first letters, cut off or not, instead of being passed over first; of a
//!   refused tag nothing else is noted. UTF-8 that is in memory already is read where it lies. Answers of the SAT's service, where speed is nothing, are still read by quick-xml. A
//!   need for documents with a DTD would make us revisit.
//! * **D23 A rescan compares folders, not files** (`adapters::sqlite_library::folders`): every file is still asked for its size,
//!   time and number, but where the hash over all of them is the one noted, no row is read. Whatever writes a row removes
//!   the hash of its folder in the same transaction, and a scan notes hashes only at its end, and only if nobody else wrote
//!   meanwhile. Folders with archives, or with PDFs whose text had to be read, have none. A first scan makes the indexes for
//!   searching when it is done, so searching is slower until then; one that was broken off is made good by the next.
//!   Cost: one changed file means comparing all of its folder.
//! * **D24 Why a grant ended is told from our own clues, once** (`domain::tenure`), because `invalid_grant` names no cause: the
//!   cause is kept with the account and in the history, while every delivery waits for the same `sign_in_needed`, which one
//!   sign-in ends for all companies of that account. Clues that do not fit are called what they are, not told apart. A
//!   provider that names causes would make us revisit.
//! * **D25 A replaced refresh token outlives a vault that takes nothing** (`usecase::tokens`): it is used from memory, written
//!   again at every turn and for two minutes at the end of a drain, under the sender's lock, and never over a newer grant.
//!   Cost: a vault that stays shut for longer costs a sign-in, never a message. Google replaces none; a provider that does
//!   and a keyring that often fails would make us write a place-holder before each refresh.
//! * **D26 The first page is asked before the person is sent to it**, for the very request, without cookies: what it refuses
//!   whoever asks (`redirect_uri_mismatch`, an unknown client) is said at once, because its page in the window never
//!   redirects. Nothing else of that page is believed: what depends on the account is not there yet, and a user agent that
//!   the provider dislikes is ours and not the window's. The form of Google's error page (`authError`) is not documented; if
//!   it changes, the window shows it as before.
//! * **D27 One call to the keyring at a time, and at most four left waiting.** A prompt that nobody answers blocks its caller for
//!   ever. The call is given up after five seconds, changes nothing afterwards, and its thread stays; a service that was
//!   restarted since counts its predecessor's threads no more. An absent item is believed only of an open collection. Cost:
//!   two more questions to the bus for an item that is not there. A library whose calls can be ended would make us revisit.
//! * **D28 Access tokens are in no file.** "Once for all processes" holds because one process sends; whoever goes around its
//!   lock refreshes for itself, after the others and with the newest refresh token. A second kind of sender would make us
//!   revisit, with a sealed cache.
//! * **D29 SMTP is a second way of posting, with lettre above and the connection ours** (`adapters::smtp_post`). Which way mail
//!   goes is the client file's word, and part of what a token is bound to. The server has everything but the last dot before
//!   the commit point is written, so a message that broke off earlier is sent again, and after the dot silence is *unknown*:
//!   there is no session to ask. One refused recipient ends the message for all, because a delivery that reached some of its
//!   recipients has no state. Blind copies stand in the envelope alone. A connection for each message costs some 30 ms, which
//!   the pace of an account hides; batches over a fast server of one's own would make us keep connections.
//! * **D30 Loopback is a second way behind the same messages** (`usecase::loopback`, RFC 8252): `sign_in.begin` takes the port,
//!   `sign_in.complete` waits for the redirect and then goes on as with one that was brought. The flow stays in its place
//!   while it waits, so that a cancel, another begin and the end of the conversation free the port without a word of their
//!   own. Which way a client allows follows its type, because Google refuses the other; that type is also what chooses the
//!   tab in an organisation, instead of a policy of ours. Cost: the code stands in the browser's history, spent and bound to
//!   a verifier that never left. A provider that takes both would make us ask the person.
//! * **D31 Proxies are found by the rule that the HTTP client itself uses** (`hyper-util`), asked directly, so that `doctor`
//!   names what is taken; only this computer's own addresses are exempt. What is wrong on the way is told by the TLS stack's
//!   types, and by the tunnel's words where it has none. No PAC: it needs a JavaScript engine. An office that has nothing
//!   else would make us ask WinHTTP.
//! * **D32 A passphrase opens the vault's key, and the kernel holds it open** (`adapters::file_vault::passphrase`, `kernel`): mail
//!   leaves without a person, so an opened key has to rest somewhere; the user's keyring of the kernel is on no disk, is
//!   found by every process of that user, and goes with the last. The key itself is random, so that another passphrase
//!   changes one file. Elsewhere than on Linux the system's keyring does the same. Windows or macOS without a keyring would
//!   make us revisit.
//! * **D33 A recipient is known by a person's confirmation alone** (`domain::contact`), for one receiver in one company, written in
//!   the transaction that queues what was confirmed. `delivery.send` and `batch.start` over the wire are such confirmations,
//!   because our pages show every recipient with its mark; of the command line only what was typed in a terminal is, never a
//!   script or a file of rows. It is kept by kind of document and asked for regardless of it. It is no part of the digest:
//!   else the learning of one would change what another confirmed. Cost: an outbox from before knows nobody. A directory of
//!   customers that an administrator keeps would make us read it beside.
//! * **D34 A standing word for a portal is the host's to honour** (`usecase::rules`): the extension asks to send what nobody looked
//!   at, and the host queues it by a rule of that portal and company, within its limit of 24 hours, for known recipients and
//!   sound documents, all judged in or before the transaction that queues; whatever else it is, a person sees the page. What
//!   leaves so teaches nothing, so that a portal cannot widen by itself whom it may write to. Rules are given in the settings
//!   alone, never where a portal has just asked. Cost: two looks at the files of such a request. Portals that need hundreds of
//!   sendings a day for new customers would make us think of lists instead.
//! * **D35 An organisation's word reaches the extension, not the host** (`extension/worker/policy.js`, `storage.managed`): the
//!   browser has a channel for it that users cannot write, per profile, with its own tools for administrators; a second one
//!   of the host's would have to be kept in step. The host learns what it must judge (`insecure` in `portal.connect`) and
//!   keeps limits of its own that no policy lifts. Consequence: the command line is not bound by it. A value that is not
//!   right is ignored alone and named, but a list of domains in which nothing is right allows nothing: a slip may close,
//!   never open. Optional permission for plain http everywhere is the price of one listed origin; the worker refuses all
//!   others. A browser that gives sites by policy would let us drop the click.
//! * **D36 What comes from the browser names files of a person's folders only, and a crash leaves nothing.** A path over the wire
//!   has to resolve into a company's folder (`usecase::reach`), and what does not answers alike whether it exists or not; the
//!   terminal names any file, because there a person does. A company's text may not use `*`, `+` or `~`, because the template
//!   engine counts steps and not memory. Core dumps are off by limit and by filter (`process`), not by `PR_SET_DUMPABLE`: that
//!   keeps the desktop's portal from showing its dialogs to us, for little, because a program of the same user reaches the
//!   keyring as we do. Packages are stored and not deflated, so that their bytes depend on no version of zlib. Portals that
//!   look at such processes nevertheless would make us revisit.
//! * **D37 Registration is one table and one judgement** (`manifests/browsers.toml`, [`install::verify`]): installer, repair and
//!   doctor ask what the browser would meet first, in its order, and name the cause that it keeps to itself. On Windows a
//!   user's keys name one manifest in the state folder, the computer's one beside the program: the first outlives every
//!   upgrade and needs no administrator, the second can be changed only by whoever can change the program. Whose a
//!   registration is follows the program that it starts, never the place. The repair begins after the answer to `hello`,
//!   on a thread of its own, in the user's scope alone, and writes only where something of ours is already: a throw-away
//!   profile or a second copy of the program changes nothing. Cost: a program that was moved by hand is registered again
//!   by hand. A browser that reports its causes would let us drop the judgement.
//! * **D38 The doctor is one list of checks, looked at first and judged after** ([`doctor`]), shared by the terminal, the
//!   conversation and the end of `install`. It starts what the registration names, with a greeting over pipes, because only that
//!   meets what files cannot show: a policy, an antivirus, a damaged program. Ids and causes are append-only, since support
//!   knows them by name; sentences come from the locales. Redaction is done once, at the end, on every text of the report. What
//!   it mends by itself is the user's own registration and nothing else: whatever is missing elsewhere belongs to a person, an
//!   administrator or another program. That a browser is not registered is a failure only where no other one works, because
//!   not everybody uses every browser that is there. Cost: the look starts a process a program, and a mute one is waited for
//!   as long as the extension would. Browsers that tell the causes apart would let us drop most of it.
//! * **D39 A package may bring the publisher's OAuth client, and what was imported holds before it** (`usecase::clients`,
//!   `adapters::disk_package`): `client.json` beside the program, or in `/usr/share/correo-cfdi` on Linux. It is read where a
//!   client is needed and copied nowhere, so that a newer package brings a newer client; its secret is no secret, because
//!   whoever has the package has it. The file counts only where nobody but its folder's owner or the administrator could
//!   have written it, and only with Google's own endpoints: a download that got beside an unpacked program must not lead
//!   anybody's tokens to a stranger. Who imported a client (a person or a policy) is noted in the stored file itself, which
//!   needs no new schema. Grants stay bound to their client (`Binding`): after a change of clients they wait for a sign-in, and
//!   count again when the old client comes back. A publisher with a provider of its own would make us sign the file.
//! * **D40 Every package is made here, and none knows more than the table.** One command makes them all on Linux (NSIS, wixl,
//!   dpkg), because whoever publishes has one computer and nobody should trust bytes that cannot be made again: times are fixed,
//!   what wixl writes of its own is put in the place of a hash. The installer for one person lets the program register itself;
//!   the MSI declares the same keys, because fleets look at them before they run anything, with a manifest whose path is
//!   relative; the Debian package has links in `/etc` to one manifest, which go with it, where configuration files would stay
//!   and point at nothing. None of them touches a person's data unasked. An older version is refused by the package: the
//!   outbox would refuse it later, in front of a person. The MSI leaves a running program to the next restart; a fleet that
//!   cannot wait would make us revisit.
//! * **D41 Windows is tested as Windows** (`tests/windows.rs`): its tests are built for it and run by Wine here, with a screen on
//!   which a console's window would be seen, and run the same on a real computer. One module starts programs (`process`), each
//!   with `CREATE_NO_WINDOW`; the sender leaves the browser's job where that lets it go. The manifest asks for long paths and
//!   UTF-8, and the file tells neither the time nor the folder in which it was built. Cost: a second compiler, Debian's, whose
//!   standard library is built once. A Windows computer of ours would make us drop Wine.
//! * **D42 How a customer wants its documents is one row, applied where every message is prepared** (`domain::customer`,
//!   `usecase::prepare`): a person, a portal, a list and the terminal meet the same rule. The archive is made when the message
//!   is built, of files that are hashed one by one as ever; so digest, preview and history name the archive and list its
//!   files, and how it is packed is no promise. *One message for each document* refuses several in one message instead of
//!   splitting them: a request has one answer and a confirmation one digest. Documents together have 10 MiB at most,
//!   whoever put them together, because that is what mailboxes of customers take. Rules of a customer do not touch
//!   invariant 2. A customer that wants its files under other names would make us give rules a form of their own.
//! * **D43 An import of the address book is judged anew at every look** (`usecase::imports`): the file and the corrections come
//!   with each request, nothing is kept between them, and the digest over what every row does ties the saving to what was
//!   seen. A file that has to be kept would be one more thing to forget. It adds and changes
//!   and never removes, because a file that somebody else made says nothing about who is missing in it. Lists of
//!   customers that another program keeps in step would make us revisit.
//! * **D44 A corrected list is another list** (`extension/batch/recheck.js`): the page reads the rows of the checked batch, sends
//!   them with the person's corrections to `batch.check`, and calls the old one off only once the new one stands. Every row is
//!   judged anew, nothing of the old digest can be confirmed any more, and the wire needs no method that changes what was
//!   checked. A list that is bound to a company says so by its rows that were refused as another's; where no row tells the
//!   company, it is not judged again. Cost: a correction of 10,000 rows reads their files again. Lists that several people
//!   correct at once would make us keep the company with the batch and change it in one transaction (`batch.edit`).
//! * **D45 HTML of mails is refused by an allow-list of our own, never cleaned** (`domain::texts::html`): a sanitizer such as
//!   `ammonia` changes silently what it does not like and brings an HTML5 parser of some hundred kB into a program that is at
//!   its limit of size; quick-xml is here already, and demanding well-formed markup is what lets every place be named. It is
//!   checked with stand-ins for variables, and again after they were filled in, so that no value gets past it. The extension
//!   gets it in parts and builds a preview of them, because its pages read no markup (trusted types). A message for which a
//!   person wrote other words goes without HTML. Ends D6's question. Templates made by other programs, which are rarely
//!   well-formed, would make us revisit.
//! * **D46 Further files of a document are found by their name beside the XML** (`domain::extras`, `CfdiFiles::extras`), where
//!   the customer's rule asks for them: `{name of the XML}_Adj…`, which is what receivers' robots expect, so that nobody
//!   chooses a file for each of forty invoices, or the wrong one. They are read, hashed and confirmed like every attachment.
//!   What may travel is a list; a file that is called so and may not, holds the message, because leaving it out silently
//!   would break what the customer asked for. Files that belong to a customer and not to a document would make us revisit.

pub mod adapters;
pub mod cli;
pub mod conversation;
pub mod disk;
pub mod doctor;
pub mod domain;
pub mod failures;
pub mod frame;
pub mod install;
pub mod logbook;
pub mod net;
pub mod place;
pub mod ports;
pub mod process;
pub mod protocol;
pub mod stdio;
pub mod usecase;
pub mod wiring;
