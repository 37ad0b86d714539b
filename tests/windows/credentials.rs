//! The Windows Credential Manager as our vault.

use std::collections::HashMap;
use std::sync::Arc;

use correo_cfdi::adapters::keyring_vault::{KeyringVault, MAX_SECRET, SERVICE};
use correo_cfdi::ports::Vault as _;
use correo_cfdi::ports::vault::VaultError;
use keyring_core::api::CredentialStoreApi as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::host::{Home, redirect_uri};
use crate::journey::setting::Setting;
use crate::sandbox::{Options, Sandbox};
use crate::saw;

/// What the Credential Manager itself says of an item of ours; `None` where it has none.
fn attributes(name: &str) -> Option<HashMap<String, String>> {
    let store = windows_native_keyring_store::Store::new().unwrap();
    store.build(SERVICE, name, None).unwrap().get_attributes().ok()
}

fn status(home: &Home) -> Value {
    home.json(&["vault", "status"]).remove(0)
}

#[test]
#[ignore = "writes into the Credential Manager of whoever runs it"]
fn tokens_are_kept_on_this_computer_read_by_other_processes_and_taken_away() {
    let home = Home::bare();
    assert_eq!(status(&home), json!({"vault": "keyring", "works": true}));
    let setting = Setting::in_home(Arc::new(Sandbox::start(Options::default()).unwrap()), home, 1).and_sign_in();
    let mut host = setting.home.host();
    let account = setting.account(&mut host);
    let name = format!("account/{}", account.as_str().unwrap());
    let kept = attributes(&name).expect("an item for the account");
    assert_eq!(kept["persistence"], "Local", "it would roam to other computers");
    saw(&format!("signed in: the Credential Manager holds {:?}, persistence {}", name, kept["persistence"]));

    // The sender is another process, and reads it.
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let ended = setting.until(&mut host, &delivery, &["sent", "deferred", "failed"]);
    assert_eq!(ended["delivery"]["state"], "sent", "{ended}");
    assert_eq!(setting.sandbox.messages().len(), 1);
    saw("a sender of its own read the token from it, and sent");

    setting.home.settle();
    host.ok("account.forget", json!({"account": account}));
    assert!(attributes(&name).is_none(), "forgotten is gone");
    saw("the account was forgotten, and its item is gone");
}

#[test]
#[ignore = "writes into the Credential Manager of whoever runs it"]
fn its_limit_is_kept_to_the_byte_and_named() {
    let vault = KeyringVault::new();
    for text in ["x".repeat(MAX_SECRET), "ñ".repeat(MAX_SECRET / 2), "corto y con ñ, 漢字 y 😀".to_owned()] {
        vault.put("límite", &SecretString::from(text.as_str())).unwrap();
        assert_eq!(vault.get("límite").unwrap().unwrap().expose_secret(), text);
    }
    let over = "x".repeat(MAX_SECRET + 1);
    assert_eq!(vault.put("límite", &SecretString::from(over.as_str())), Err(VaultError::TooLong));
    assert_eq!(vault.get("límite").unwrap().unwrap().expose_secret(), "corto y con ñ, 漢字 y 😀", "the old one stays");
    // The limit is the system's and not only ours.
    let entry = windows_native_keyring_store::Store::new().unwrap().build(SERVICE, "límite", None).unwrap();
    assert!(matches!(entry.set_secret(over.as_bytes()), Err(keyring_core::Error::TooLong(_, 2_560))));
    vault.delete("límite").unwrap();
    assert!(vault.get("límite").unwrap().is_none());
    saw(&format!("{MAX_SECRET} bytes come back as they were; one more is `vault_too_long`, here and in the system"));
}

#[test]
#[ignore = "writes into the Credential Manager of whoever runs it"]
fn a_secret_that_does_not_fit_is_refused_by_its_kind() {
    let home = Home::bare();
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let mut client = sandbox.client_json(&[&redirect_uri()]);
    client["web"]["client_secret"] = json!("s".repeat(MAX_SECRET + 1));
    let file = home.path().join("cliente.json");
    std::fs::write(&file, client.to_string()).unwrap();
    let refused = home.run(&["--json", "client", "import", file.to_str().unwrap()]);
    let answer: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((refused.status.code(), &answer["error"]["data"]["kind"]), (Some(4), &json!("vault_too_long")));
    saw(&format!("a client secret of {} bytes: vault_too_long, exit code 4", MAX_SECRET + 1));
}
