//! `Post` over SMTP submission (RFC 6409) with an access token, for providers that have no upload API.
//!
//! Commands and answers are lettre's; the connection below it is ours ([`wire`]), because lettre's own transport closes on
//! the challenge that says why a token was refused, and does not tell a message that died before its last dot from one
//! that died after it. TLS is compulsory: from the start on port 465, by STARTTLS everywhere else.

mod replies;
mod sasl;
mod stuffing;
mod wire;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use self::replies::{Step, meaning};
use self::sasl::{Challenge, Mechanism};
use self::stuffing::Stuffing;
use self::wire::Wire;
use super::unreached;
use crate::domain::address::MailAddress;
use crate::domain::client::{Provider, Security, SmtpServer};
use crate::domain::delivery::RefusedRecipient;
use crate::logbook;
use crate::net::{Net, Silence, tls};
use crate::ports::post::{Parcel, Post, PostError, Progress, Session};
use crate::ports::unreached::Unreached;

/// Time to reach the server and to agree on TLS, each.
const CONNECT: Duration = Duration::from_secs(10);

/// Time for an answer to a command (RFC 5321 section 4.5.3.2 allows five minutes; a person watches ours).
const ANSWER: Duration = Duration::from_secs(60);

/// Time for one piece of the message to leave (RFC 5321 section 4.5.3.2.5).
const PIECE_TIME: Duration = Duration::from_secs(180);

/// Time for the answer to the last dot (RFC 5321 section 4.5.3.2.6: ten minutes, because an answer that is lost here is a
/// message that may arrive twice).
const LAST_ANSWER: Duration = Duration::from_secs(600);

/// Time for a farewell that changes nothing.
const FAREWELL: Duration = Duration::from_secs(1);

/// Bytes read from the spool at a time.
const PIECE: usize = 64 * 1024;

/// Longest text of an acceptance that is kept.
const MAX_ACCEPTANCE: usize = 200;

/// What a server without SMTPUTF8 says to an address outside ASCII (RFC 6531 section 3.5).
const NO_UNICODE: &str = "5.6.7";

/// What a server says to an address that is none (RFC 3463 section 3.2).
const NO_ADDRESS: &str = "5.1.3";

/// Mail servers of whatever provider is given.
pub struct SmtpPost {
    net: Arc<Net>,
    /// Connections whose server has everything but the last dot, by the name of their session.
    waiting: Mutex<HashMap<String, AsyncSmtpConnection>>,
    count: AtomicU64,
}

impl std::fmt::Debug for SmtpPost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpPost").field("waiting", &lock(&self.waiting).len()).finish_non_exhaustive()
    }
}

impl SmtpPost {
    /// A post that speaks on that network's runtime.
    #[must_use]
    pub fn new(net: Arc<Net>) -> Self {
        Self { net, waiting: Mutex::default(), count: AtomicU64::new(0) }
    }
}

impl Post for SmtpPost {
    fn open(&self, provider: &Provider, token: &SecretString, parcel: &Parcel<'_>) -> Result<Session, PostError> {
        let server = provider.smtp.as_ref().ok_or(PostError::Malformed)?;
        let trust = self.net.tls(provider.ca_file.as_deref()).map_err(from_silence)?;
        let connector = TlsConnector::from(trust);
        let work = async {
            let (mut connection, wire) = connect(server, &connector).await?;
            hand_over(&mut connection, &wire, server, token, parcel).await?;
            Ok::<_, PostError>(connection)
        };
        let connection = self.net.run(work).map_err(from_silence)??;
        let name = format!("smtp:{}", self.count.fetch_add(1, Ordering::Relaxed));
        lock(&self.waiting).insert(name.clone(), connection);
        Ok(Session(SecretString::from(name)))
    }

    fn upload(&self, _: &Provider, _: &SecretString, session: &Session, _: &Parcel<'_>, _: u64) -> Progress {
        let Some(mut connection) = lock(&self.waiting).remove(session.0.expose_secret()) else { return Progress::Gone };
        let work = async {
            let answer = timeout(LAST_ANSWER, connection.command("\r\n.\r\n")).await;
            if matches!(answer, Ok(Ok(_))) {
                // Politeness; the message is accepted whatever becomes of it.
                drop(timeout(FAREWELL, connection.command(Quit)).await);
            }
            match answer {
                Ok(Ok(accepted)) if (200..300).contains(&u16::from(accepted.code())) => {
                    Progress::Accepted(acceptance(&accepted))
                }
                Ok(Ok(_)) => Progress::Gone,
                Ok(Err(error)) => match error.status() {
                    Some(_) => Progress::Refused(refusal(Step::Message, &error)),
                    None => Progress::Gone,
                },
                Err(_) => Progress::Gone,
            }
        };
        self.net.run(work).unwrap_or(Progress::Gone)
    }

    fn ask(&self, _: &Provider, _: &SecretString, _: &Session, _: u64) -> Progress {
        Progress::Gone
    }

    fn abandon(&self, session: &Session) {
        // A connection that ends before the last dot ends the message, too (RFC 5321 section 4.1.1.4).
        drop(lock(&self.waiting).remove(session.0.expose_secret()));
    }
}

/// What the server said when it took the message, with its queue id: the nearest thing to a message id that SMTP has.
fn acceptance(response: &Response) -> String {
    let text: String = response.message().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).take(MAX_ACCEPTANCE).collect();
    format!("{} {text}", response.code()).trim_end().to_owned()
}

/// A connection under TLS, greeted.
async fn connect(server: &SmtpServer, connector: &TlsConnector) -> Result<(AsyncSmtpConnection, Wire), PostError> {
    let name = ServerName::try_from(server.host.clone()).map_err(|_| PostError::Malformed)?;
    let connecting = TcpStream::connect((server.host.as_str(), server.port));
    let connected = timeout(CONNECT, connecting).await.map_err(|_| Unreached::Offline)?;
    let wire = connected.and_then(Wire::new).map_err(|_| Unreached::Offline)?;
    if server.security == Security::Implicit {
        secure(&wire, connector, name.clone()).await?;
    }
    let client = ClientId::default();
    let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &client);
    let mut connection = answered(Step::Greeting, greeting).await?;
    if server.security == Security::StartTls {
        // Whoever takes the offer out of the answer gets no token: there is no way on without TLS.
        if !connection.server_info().supports_feature(Extension::StartTls) {
            return Err(Unreached::Tls.into());
        }
        answered(Step::Greeting, connection.command(Starttls)).await?;
        secure(&wire, connector, name).await?;
    }
    Ok((connection, wire))
}

async fn secure(wire: &Wire, connector: &TlsConnector, name: ServerName<'static>) -> Result<(), PostError> {
    match timeout(CONNECT, wire.secure(connector, name)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(tls::fault(&error).map_or(PostError::Unavailable, from_silence)),
        Err(_) => Err(PostError::Unavailable),
    }
}

fn from_silence(silence: Silence) -> PostError {
    unreached(silence).map_or(PostError::Unavailable, PostError::from)
}

/// Everything but the last dot.
async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    wire: &Wire,
    server: &SmtpServer,
    token: &SecretString,
    parcel: &Parcel<'_>,
) -> Result<(), PostError> {
    let offers = answered(Step::Greeting, connection.command(Ehlo::new(ClientId::default()))).await?;
    let offers = Offers::of(&offers);
    if offers.size.is_some_and(|limit| parcel.size > limit) {
        return Err(PostError::TooLarge);
    }
    authenticate(connection, server, &offers, parcel.from.as_str(), token).await?;
    let mut parameters = Vec::new();
    if offers.size.is_some() {
        parameters.push(MailParameter::Size(usize::try_from(parcel.size).map_err(|_| PostError::TooLarge)?));
    }
    if offers.eight_bit {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let unicode = parcel.recipients.iter().chain([parcel.from]).any(|address| !address.as_str().is_ascii());
    if unicode {
        if !offers.unicode {
            let unfit = parcel.recipients.iter().filter(|address| !address.as_str().is_ascii());
            return Err(PostError::RecipientRefused(unfit.map(|address| not_named(address, NO_UNICODE)).collect()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let sender = parcel.from.as_str().parse().map_err(|_| PostError::Malformed)?;
    answered(Step::Sender, connection.command(Mail::new(Some(sender), parameters))).await?;
    name_recipients(connection, parcel.recipients).await?;
    answered(Step::Message, connection.command(Data)).await?;
    stream(wire.clone(), parcel.message, &offers).await
}

/// One refusal ends the message for all: one that reached only some of its recipients has no state of its own. The server is
/// told of the others all the same, so that a person learns at once of every address to mend.
async fn name_recipients(connection: &mut AsyncSmtpConnection, recipients: &[MailAddress]) -> Result<(), PostError> {
    let mut refused = Vec::new();
    for recipient in recipients {
        let Ok(address) = recipient.as_str().parse::<Address>() else {
            refused.push(not_named(recipient, NO_ADDRESS));
            continue;
        };
        let command = connection.command(Rcpt::new(address, Vec::new()));
        match answered(Step::Recipient(recipient), command).await {
            Ok(_) => {}
            Err(PostError::RecipientRefused(named)) => refused.extend(named),
            Err(error) if refused.is_empty() => return Err(error),
            // Whatever stands in the way now, those refusals hold.
            Err(_) => break,
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(PostError::RecipientRefused(refused)) }
}

/// A recipient whom the server would refuse if we named it.
fn not_named(address: &MailAddress, code: &str) -> RefusedRecipient {
    RefusedRecipient { address: address.clone(), code: code.to_owned() }
}

/// Sends the file, changed in nothing but the doubled dots; its last line end goes with the last dot.
async fn stream(mut wire: Wire, message: &Path, offers: &Offers) -> Result<(), PostError> {
    let mut file = tokio::fs::File::open(message).await.map_err(|_| PostError::Spool)?;
    let (mut piece, mut out) = (vec![0; PIECE], Vec::with_capacity(PIECE));
    let mut stuffing = Stuffing::new();
    loop {
        let count = file.read(&mut piece).await.map_err(|_| PostError::Spool)?;
        if count == 0 {
            break;
        }
        out.clear();
        stuffing.push(&piece[..count], &mut out);
        // Built for the upload API, which takes blind copies from the header: it has to be built anew.
        if stuffing.names_the_blind() {
            return Err(PostError::Spool);
        }
        if stuffing.eight_bit && !offers.eight_bit {
            return Err(PostError::Refused);
        }
        let sent = timeout(PIECE_TIME, wire.write_all(&out)).await;
        sent.map_err(|_| PostError::Unavailable)?.map_err(|_| PostError::Unavailable)?;
    }
    let flushed = timeout(PIECE_TIME, wire.flush()).await;
    flushed.map_err(|_| PostError::Unavailable)?.map_err(|_| PostError::Unavailable)
}

/// Shows the token; a server that refuses a mechanism as such is shown the other one.
async fn authenticate(
    connection: &mut AsyncSmtpConnection,
    server: &SmtpServer,
    offers: &Offers,
    user: &str,
    token: &SecretString,
) -> Result<(), PostError> {
    for mechanism in Mechanism::ALL {
        if !offers.mechanisms.contains(&mechanism) {
            continue;
        }
        let initial = mechanism.initial(user, &server.host, server.port, token);
        let command = Zeroizing::new(format!("AUTH {} {}\r\n", mechanism.name(), initial.expose_secret()));
        let answer = timeout(ANSWER, connection.command(command.as_str())).await.map_err(|_| PostError::Unavailable)?;
        match answer {
            Ok(answer) if !answer.has_code(334) => return Ok(()),
            // The token is refused, and the challenge says why. The verdict comes after an answer to it.
            Ok(challenge) => {
                logbook::warn("smtp", &Challenge::decode(challenge.first_line().unwrap_or_default()));
                answered(Step::Authentication, connection.command(mechanism.answer())).await?;
                return Err(PostError::Unauthorized);
            }
            Err(error) if error.status().is_some_and(|code| matches!(u16::from(code), 500..=504)) => {}
            Err(error) => return Err(refusal(Step::Authentication, &error)),
        }
    }
    Err(PostError::Malformed)
}

/// The answer to a command, in time.
async fn answered<T>(
    step: Step<'_>,
    work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, PostError> {
    match timeout(ANSWER, work).await {
        Ok(answer) => answer.map_err(|error| refusal(step, &error)),
        Err(_) => Err(PostError::Unavailable),
    }
}

fn refusal(step: Step<'_>, error: &lettre::transport::smtp::Error) -> PostError {
    match error.status() {
        Some(code) => {
            let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            meaning(step, u16::from(code), &text)
        }
        // A connection that broke, or an answer that is none.
        None => PostError::Unavailable,
    }
}

/// What the server offers (RFC 5321 section 4.1.1.1).
#[derive(Debug, Default)]
struct Offers {
    mechanisms: Vec<Mechanism>,
    /// Longest message; `None` where the server names none (RFC 1870).
    size: Option<u64>,
    eight_bit: bool,
    unicode: bool,
}

impl Offers {
    fn of(response: &Response) -> Self {
        let mut offers = Self::default();
        for line in response.message() {
            let mut words = line.split_ascii_whitespace().map(str::to_ascii_uppercase);
            match words.next().as_deref() {
                Some("AUTH") => {
                    let named: Vec<String> = words.collect();
                    let all = Mechanism::ALL.into_iter();
                    offers.mechanisms = all.filter(|one| named.iter().any(|name| name == one.name())).collect();
                }
                // 0 means that there is no limit (RFC 1870 section 4).
                Some("SIZE") => offers.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0),
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SMTPUTF8") => offers.unicode = true,
                Some(_) | None => {}
            }
        }
        offers
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
