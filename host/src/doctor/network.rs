//! The network: the way to each server, who vouches for it, whether something reads along, and the clock.

use std::path::Path;

use url::Url;

use super::check::Check;
use super::clock;
use crate::domain::client::Client;
use crate::net::look::{Look, roots};
use crate::net::route::Via;
use crate::net::{Net, Silence};
use crate::protocol::doctor::Cause;
use crate::protocol::failure::Kind;
use crate::usecase::{World, clients};

/// Stands for Google's own endpoints before a client is imported.
const GOOGLE: &str = r#"{"installed":{"client_id":"doctor"}}"#;

/// Part of the name of every authority that issues Google's certificates (pki.goog).
const GOOGLES_AUTHORITY: &str = "Google Trust Services";

/// One server, and what a look at it gave.
struct Server {
    origin: String,
    look: Look,
}

/// The authorities of this computer.
struct Authorities {
    count: usize,
    /// The variable that names them in place of the system.
    from: Option<String>,
    /// The client file's own.
    ca_file: Option<String>,
}

/// Looks at every server of the registered client, or of Google, all at once.
pub(super) fn checks(world: Option<&World>) -> Vec<Check> {
    // A store that cannot be read has its own check; Google is looked at in place of the client's provider then.
    let client = world.and_then(|world| clients::public(world).ok().flatten());
    let google = Client::parse(GOOGLE).ok();
    let provider = client.as_ref().or(google.as_ref()).map(|client| &client.provider);
    let ca_file = provider.and_then(|provider| provider.ca_file.as_deref());
    let mut urls: Vec<&Url> = provider.map_or_else(Vec::new, |provider| {
        let uris = [&provider.auth_uri, &provider.token_uri].into_iter();
        uris.chain(&provider.userinfo_uri).chain(&provider.gmail_api).collect()
    });
    urls.sort_by_key(|url| url.origin().ascii_serialization());
    urls.dedup_by_key(|url| url.origin());
    let servers = look(&urls, ca_file);
    let (count, from) = roots();
    let authorities = Authorities { count, from, ca_file: ca_file.map(|file| file.display().to_string()) };
    judge(&servers, &authorities, provider.is_some_and(|provider| provider.is_google()))
}

fn look(urls: &[&Url], ca_file: Option<&Path>) -> Vec<Server> {
    let net = Net::default();
    std::thread::scope(|scope| {
        let net = &net;
        let looks: Vec<_> = urls.iter().map(|url| (url, scope.spawn(move || net.look(ca_file, url)))).collect();
        let ended = looks.into_iter().filter_map(|(url, look)| Some((url, look.join().ok()?)));
        ended.map(|(url, look)| Server { origin: url.origin().ascii_serialization(), look }).collect()
    })
}

fn judge(servers: &[Server], authorities: &Authorities, is_google: bool) -> Vec<Check> {
    let mut checks = vec![proxy(servers), certificates(authorities)];
    checks.extend(servers.iter().filter_map(reached));
    checks.extend(unreached(servers));
    checks.push(interception(servers, is_google));
    let ahead = servers.iter().filter_map(|server| server.look.answer.as_ref().ok()?.clock_ahead);
    checks.push(clock::judge(&ahead.collect::<Vec<_>>()));
    checks
}

fn proxy(servers: &[Server]) -> Check {
    let mut ways: Vec<&Via> = servers.iter().filter_map(|server| server.look.via.as_ref()).collect();
    ways.dedup();
    let check = Check::ok("network.proxy");
    match ways.is_empty() {
        true => check.said("proxy", "doctor_direct", ""),
        false => ways.iter().fold(check, |check, via| said(check, via)),
    }
}

fn said(check: Check, via: &Via) -> Check {
    let key = if via.has_credentials() { "doctor_via_named" } else { "doctor_via" };
    check.said("proxy", key, via.shown())
}

fn certificates(authorities: &Authorities) -> Check {
    let check = match (authorities.count, &authorities.ca_file) {
        (0, None) => Check::fail("network.certificates", Cause::NoAuthorities),
        _ => Check::ok("network.certificates"),
    };
    let check = check.fact("authorities", authorities.count.to_string());
    let check = authorities.from.iter().fold(check, |check, from| check.fact("authorities_from", from));
    authorities.ca_file.iter().fold(check, |check, file| check.fact("ca_file", file))
}

fn reached(server: &Server) -> Option<Check> {
    let answer = server.look.answer.as_ref().ok()?;
    let check = Check::ok("network.reach").of(&server.origin);
    let check = answer.issuer.iter().fold(check, |check, issuer| check.fact("certificate", issuer));
    Some(server.look.via.iter().fold(check, said))
}

/// One check for all servers that are silent for one reason on one way: without a network that is every one of them.
fn unreached(servers: &[Server]) -> Vec<Check> {
    let mut reasons: Vec<(Silence, Option<&Via>, Vec<&str>)> = Vec::new();
    for server in servers {
        let Err(silence) = server.look.answer else { continue };
        let via = server.look.via.as_ref();
        match reasons.iter_mut().find(|(known, way, _)| *known == silence && *way == via) {
            Some((.., origins)) => origins.push(&server.origin),
            None => reasons.push((silence, via, vec![&server.origin])),
        }
    }
    let check = |(silence, via, origins): (Silence, Option<&Via>, Vec<&str>)| {
        let check = Check::fail("network.reach", kind(silence)).of(origins.join(", "));
        via.into_iter().fold(check, said)
    };
    reasons.into_iter().map(check).collect()
}

fn interception(servers: &[Server], is_google: bool) -> Check {
    let id = "network.interception";
    let issuers = servers.iter().filter_map(|server| server.look.answer.as_ref().ok()?.issuer.as_deref());
    let issuers: Vec<&str> = issuers.collect();
    if !is_google || issuers.is_empty() {
        return Check::not_checked(id);
    }
    match issuers.iter().find(|issuer| !issuer.contains(GOOGLES_AUTHORITY)) {
        Some(issuer) => Check::warn(id, Cause::Intercepted).fact("certificate", *issuer),
        None => Check::ok(id),
    }
}

fn kind(silence: Silence) -> Kind {
    match silence {
        Silence::Offline => Kind::Offline,
        Silence::ProxyUnreachable => Kind::ProxyUnreachable,
        Silence::Proxy => Kind::ProxyRefused,
        Silence::Tls => Kind::TlsFailed,
        Silence::Untrusted => Kind::TlsUntrusted,
        Silence::CertificateDate => Kind::TlsExpired,
        Silence::CertificateName => Kind::TlsWrongName,
        Silence::AuthorityFile => Kind::CaFileUnreadable,
        Silence::NoAnswer => Kind::ProviderUnavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::look::Answer;
    use crate::protocol::doctor::CheckState;

    fn server(answer: Result<Answer, Silence>) -> Server {
        Server { origin: "https://gmail.googleapis.com".into(), look: Look { via: None, answer } }
    }

    fn answer(issuer: &str, clock_ahead: i64) -> Result<Answer, Silence> {
        Ok(Answer { issuer: Some(issuer.to_owned()), clock_ahead: Some(clock_ahead) })
    }

    fn states(servers: &[Server], count: usize) -> Vec<(String, CheckState)> {
        let authorities = Authorities { count, from: None, ca_file: None };
        judge(servers, &authorities, true).into_iter().map(|check| (check.id, check.state)).collect()
    }

    #[test]
    fn a_good_network_has_nothing_to_say() {
        let found = states(&[server(answer("CN=WR2,O=Google Trust Services,C=US", 2))], 140);
        assert!(found.iter().all(|(_, state)| *state == CheckState::Ok), "{found:?}");
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn a_server_that_is_not_reached_leaves_nothing_else_to_judge() {
        let found = states(&[server(Err(Silence::Offline))], 0);
        let wanted = [
            ("network.proxy", CheckState::Ok),
            ("network.certificates", CheckState::Fail),
            ("network.reach", CheckState::Fail),
            ("network.interception", CheckState::NotChecked),
            ("clock", CheckState::NotChecked),
        ];
        assert_eq!(found, wanted.map(|(id, state)| (id.to_owned(), state)));
    }

    #[test]
    fn servers_that_are_silent_for_one_reason_are_one_check() {
        let silent = |silence| server(Err(silence));
        let checks = unreached(&[silent(Silence::Offline), silent(Silence::Untrusted), silent(Silence::Offline)]);
        assert_eq!(checks.len(), 2);
        let both = "https://gmail.googleapis.com, https://gmail.googleapis.com";
        assert_eq!(checks[0], Check::fail("network.reach", Kind::Offline).of(both));
    }

    #[test]
    fn somebody_who_reads_along_and_a_wrong_clock_are_warned_of() {
        let found = states(&[server(answer("CN=Antivirus", 4_000))], 140);
        let warned: Vec<&str> =
            found.iter().filter(|(_, state)| *state == CheckState::Warn).map(|(id, _)| &**id).collect();
        assert_eq!(warned, ["network.interception", "clock"]);
    }
}
