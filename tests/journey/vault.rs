//! The vault as a person meets it: setting it up, and items that are not as this program left them.

use correo_cfdi::usecase::World;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Home;
use crate::sandbox::walk::Person;
use crate::worlds::Place;

fn world(home: &Home) -> World {
    Place::at(home.path().to_owned()).world()
}

/// Puts another text where the account's grant lies; the item's name.
fn replace_grant(setting: &Setting, text: &str) -> String {
    let world = world(&setting.home);
    let name = format!("account/{}", world.store.accounts().unwrap()[0].id.as_str());
    world.vault.put(&name, &SecretString::from(text)).unwrap();
    name
}

#[test]
fn the_file_vault_is_set_up_with_what_make_key_prints() {
    let home = Home::bare();
    let key = home.path().join("clave del almacén.key");
    let made = home.run(&["vault", "make-key", key.to_str().unwrap()]);
    let printed = String::from_utf8(made.stdout).unwrap();
    let (first, lines) = printed.split_once('\n').unwrap();
    assert_eq!((made.status.code(), first), (Some(0), "config.toml:"));
    std::fs::write(home.path().join("config.toml"), lines).unwrap();
    assert_eq!(home.json(&["vault", "status"]), [json!({"vault": "file", "works": true})]);
    assert_eq!(std::fs::read_dir(home.path().join("vault")).unwrap().count(), 0, "nothing is left of the trial");
    let again = home.run(&["--json", "vault", "make-key", key.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(4));
    assert_eq!(home.json(&["vault", "status"]).len(), 1, "the key is as it was");
}

#[cfg(unix)]
#[test]
fn a_vault_that_others_can_reach_is_named_and_works_again_once_it_is_mended() {
    let setting = Setting::signed_in(1);
    let mode = |name: &str, mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(setting.home.path().join(name), mode).unwrap();
    };
    let mut host = setting.home.host();
    for (name, wide, right) in [("vault", 0o755, 0o700), ("vault.key", 0o644, 0o600)] {
        mode(name, wide);
        assert_eq!(host.ok("health", json!({}))["vault_failure"], "vault_exposed", "{name}");
        assert_eq!(host.kind("sign_in.begin", json!({})), "vault_exposed");
        mode(name, right);
        assert_eq!(host.ok("health", json!({}))["vault_failure"], Value::Null);
    }
}

#[test]
fn a_grant_of_a_newer_version_is_left_alone_and_named() {
    let setting = Setting::signed_in(1);
    let newer = "{\"v\":2,\"sealed\":\"in a way of its own\"}";
    let name = replace_grant(&setting, newer);
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert_eq!(held["reason"], "vault_newer");
    let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
    assert_eq!(host.kind("company.save", setting.with_flow(&signed_in)), "vault_newer");
    assert_eq!(world(&setting.home).vault.get(&name).unwrap().unwrap().expose_secret(), newer);
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready");
}

#[test]
fn a_grant_that_cannot_be_read_is_named_and_mended_by_signing_in() {
    let setting = Setting::signed_in(1);
    replace_grant(&setting, "no es nada");
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert_eq!(held["reason"], "vault_damaged");
    let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn twenty_hosts_that_try_the_vault_at_once_do_not_disturb_each_other() {
    let setting = Setting::new(1);
    let mut hosts: Vec<_> = (0..20).map(|_| setting.home.host()).collect();
    let asked: Vec<u32> = hosts.iter_mut().map(|host| host.ask("sign_in.begin", json!({}))).collect();
    for (host, id) in hosts.iter_mut().zip(asked) {
        host.answer(id).unwrap();
    }
    assert_eq!(setting.secrets(), 1, "the client's secret, and no trial");
}
