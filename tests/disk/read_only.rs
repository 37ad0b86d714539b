//! A folder that cannot be written.

use std::sync::Arc;

use serde_json::{Value, json};

use super::alone::alone;
use super::mount::Mount;
use crate::host::Home;
use crate::journey::setting::Setting;
use crate::outbox::desk::Desk;
use crate::sandbox::{Options, Sandbox};

#[test]
fn a_read_only_folder_is_named_and_goes_on_once_it_can_be_written() {
    let home = Home::bare();
    let Some(mount) = Mount::over(home.path(), 8 * 1024) else { return };
    let sandbox = Arc::new(Sandbox::start(Options::default()).unwrap());
    let setting = Setting::in_home(sandbox, home.and_file_vault(), 1).and_sign_in();
    let desk = Desk::over(setting);
    let delivery = json!(desk.queue(0).as_str());
    let setting = &desk.setting;
    alone(&setting.home);
    assert!(mount.writable(false));
    let mut host = setting.home.host();
    let health = host.ok("health", json!({}));
    assert_eq!((&health["store_failure"], &health["vault_failure"]), (&json!("store_read_only"), &Value::Null));
    assert_eq!(host.kind("delivery.list", json!({})), "store_read_only");
    for arguments in [["outbox", "list"], ["outbox", "drain"]] {
        assert_eq!(setting.home.run(&arguments).status.code(), Some(4), "{arguments:?}");
    }
    assert!(mount.writable(true));
    setting.until(&mut host, &delivery, &["queued", "sent", "sending"]);
    setting.drain();
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}
