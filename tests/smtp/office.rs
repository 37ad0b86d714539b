//! A company whose provider takes mail over SMTP.

use serde_json::{Value, json};

use super::server::{Flaw, Server, Tls};
use crate::host::{Home, Host, redirect_uri};
use crate::journey::setting::Setting;
use crate::sandbox::{Options, Sandbox};

/// The scope that the stand-in's people tick; which one a provider has is its configuration's business.
const SCOPE: &str = "https://www.googleapis.com/auth/gmail.send";

pub struct Office {
    pub setting: Setting,
    pub server: Server,
    pub host: Host,
}

impl Office {
    /// An office with one invoice, signed in, whose mail server is that one.
    pub fn new(tls: Tls) -> Self {
        Self::of(tls, Flaw::Nothing)
    }

    /// The same with that flaw in the server's certificate.
    pub fn of(tls: Tls, flaw: Flaw) -> Self {
        let home = Home::with_file_vault();
        let server = Server::start(home.path(), tls, flaw);
        let sandbox = std::sync::Arc::new(Sandbox::start(Options::default()).unwrap());
        let setting = Setting::in_home(sandbox, home, 1);
        let mut client = setting.sandbox.client_json(&[&redirect_uri()]);
        client["correo_cfdi"]["smtp"] = server.address().into();
        client["correo_cfdi"]["mail_scope"] = SCOPE.into();
        // Many messages in one test; the pace of an account has tests of its own.
        client["correo_cfdi"]["per_minute"] = 6_000.into();
        client["correo_cfdi"]["ca_file"] = setting.home.path().join("ca.pem").to_str().unwrap().into();
        setting.home.import_client(&client);
        let setting = setting.and_sign_in();
        let host = setting.home.host();
        Self { setting, server, host }
    }

    /// Queues the invoice for these people, with a blind copy.
    pub fn queue(&mut self, to: &[&str], bcc: &[&str]) -> Value {
        let mut params = self.setting.params(0, to[0]);
        params["to"] = json!(to);
        params["bcc"] = json!(bcc);
        self.setting.send(&mut self.host, params).unwrap()["delivery"]["delivery"].clone()
    }

    /// The delivery once it has come to rest in one of these states.
    pub fn until(&mut self, delivery: &Value, states: &[&str]) -> Value {
        self.setting.until(&mut self.host, delivery, states)
    }

    /// Sends the invoice, and tells state and reason.
    pub fn send(&mut self) -> (Value, String, String) {
        let delivery = self.queue(&["compras@cliente.example"], &[]);
        let end = self.until(&delivery, &["sent", "failed", "deferred", "unknown"]);
        let word = |name: &str| end["delivery"][name].as_str().unwrap_or_default().to_owned();
        (delivery, word("state"), word("reason"))
    }
}
