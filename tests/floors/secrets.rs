//! Secrets lie in types that wipe their memory and that no `{:?}` shows.

use std::time::Duration;

use correo_cfdi::domain::account::{Binding, Grant};
use correo_cfdi::domain::client::Client;
use correo_cfdi::ports::post::Session;
use correo_cfdi::ports::provider::{Authorization, TokenAnswer};
use secrecy::SecretString;

/// What a field's name says when it holds a secret. A nonce is none: it stands in the address that the browser opens.
const TELLING: [&str; 6] = ["token", "secret", "verifier", "session", "password", "passphrase"];

/// Names that only sound so: where a token is asked for, what it is for, and how long it lasts.
const HARMLESS: [&str; 4] = ["token_uri", "token_origin", "token_type", "refresh_token_expires_in"];

/// Types that keep a text or bytes open.
const OPEN: [&str; 6] = ["String", "Option<String>", "Vec<u8>", "Option<Vec<u8>>", "Box<str>", "Url"];

/// `name: Type` of a line that declares a field.
fn field(line: &str) -> Option<(&str, &str)> {
    let line =
        line.trim().trim_start_matches("pub(super) ").trim_start_matches("pub(crate) ").trim_start_matches("pub ");
    let (name, kind) = line.strip_suffix(',')?.split_once(": ")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_name.then_some((name, kind))
}

#[test]
fn no_secret_lies_in_an_open_text() {
    let mut seen = 0;
    for path in super::rust_files(&super::sources()) {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.split("#[cfg(test)]\nmod tests").next().unwrap().lines().enumerate() {
            let Some((name, kind)) = field(line) else { continue };
            if TELLING.iter().any(|telling| name.contains(telling)) && !HARMLESS.contains(&name) {
                seen += 1;
                assert!(!OPEN.contains(&kind), "{}:{}: `{name}` has to wipe itself", path.display(), number + 1);
            }
        }
    }
    assert!(seen >= 15, "{seen} fields: does this test still find them?");
}

#[test]
fn no_debug_form_shows_a_secret() {
    const MARK: &str = "marca-de-un-secreto";
    let secret = || SecretString::from(MARK);
    let client = format!(
        r#"{{"web":{{"client_id":"c","client_secret":"{MARK}","auth_uri":"https://accounts.google.com/o/oauth2/auth",
            "token_uri":"https://oauth2.googleapis.com/token","redirect_uris":[]}}}}"#
    );
    let client = Client::parse(&client).unwrap();
    let grant = Grant { binding: Binding::of(&client), refresh_token: secret(), scopes: Vec::new() };
    let answer = TokenAnswer {
        access_token: secret(),
        refresh_token: Some(secret()),
        expires_in: Duration::ZERO,
        refresh_token_expires_in: None,
        scopes: None,
        id_token: Some(secret()),
        server_time: None,
    };
    let authorization = Authorization {
        url: "https://accounts.google.com/".parse().unwrap(),
        state: secret(),
        nonce: secret(),
        verifier: secret(),
    };
    let shown = format!("{client:?} {grant:?} {answer:?} {authorization:?} {:?}", Session(secret()));
    assert!(shown.contains("refresh_token") && !shown.contains(MARK), "{shown}");
}
