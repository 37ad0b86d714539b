//! Checks as people read them.

use super::check::{Check, Fix, Value};
use super::redact::Redactor;
use crate::protocol::doctor::{CheckState, CheckView, FactView, FixView, Why};
use crate::protocol::hello::Locale;
use crate::protocol::texts;

/// One check in that language.
pub(super) fn view(check: &Check, redactor: &Redactor, locale: Locale) -> CheckView {
    let subject = check.subject.as_deref().map(|subject| redactor.redact(subject));
    let facts = check.facts.iter().map(|fact| {
        let value = match &fact.value {
            Value::Plain(value) => value.clone(),
            Value::Text(key, filled_in) => text(key, locale).replace("$1", filled_in),
        };
        FactView {
            name: fact.name.to_owned(),
            label: text(&format!("fact_{}", fact.name), locale),
            value: redactor.redact(&value),
        }
    });
    CheckView {
        id: check.id.clone(),
        title: text(&title_key(&check.id), locale).replace("$1", subject.as_deref().unwrap_or_default()),
        state: check.state,
        cause: check.why,
        found: check.why.map(|why| found(why, locale)),
        facts: facts.collect(),
        fix: fix(check, locale),
        subject,
    }
}

/// `check_registration_user` for the registration of every browser.
fn title_key(id: &str) -> String {
    let parts: Vec<&str> = id.split('.').collect();
    match parts.as_slice() {
        [family, _, last] => format!("check_{family}_{last}"),
        other => format!("check_{}", other.join("_")),
    }
}

fn found(why: Why, locale: Locale) -> String {
    match why {
        Why::Cause(cause) => text(&format!("cause_{}", cause.code()), locale),
        Why::Failure(kind) => text(&format!("err_{}", kind.code()), locale),
    }
}

fn fix(check: &Check, locale: Locale) -> Option<FixView> {
    let why = check.why?;
    // What was not looked at asks for nothing.
    if check.state == CheckState::NotChecked {
        return None;
    }
    let automatic = check.fix == Fix::Register;
    let by_hand = match why {
        Why::Cause(cause) => text(&format!("mend_{}", cause.code()), locale),
        Why::Failure(kind) => text(&format!("rec_{}", kind.code()), locale),
    };
    let by_itself = automatic.then(|| text("mend_by_itself", locale));
    Some(FixView { automatic, text: by_itself.unwrap_or(by_hand) })
}

fn text(key: &str, locale: Locale) -> String {
    texts::get(key, locale).unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::doctor::CHECKS;
    use crate::protocol::doctor::Cause;
    use crate::protocol::failure::Kind;

    #[test]
    fn every_check_has_a_title_in_every_language() {
        for locale in [Locale::Es, Locale::En] {
            for id in CHECKS {
                let key = title_key(&id.replace('*', "chrome"));
                assert!(texts::get(&key, locale).is_some(), "{locale:?} lacks {key}");
            }
        }
    }

    #[test]
    fn a_check_says_what_is_wrong_and_what_to_do() {
        let check = Check::fail("registration.chrome.user", Cause::ProgramMissing).of("Google Chrome");
        let check = check.fact("program", "/home/ana/x/correo-cfdi");
        let redactor = Redactor::new(Some("/home/ana".into()));
        let view = super::view(&check, &redactor, Locale::En);
        assert!(view.title.contains("Google Chrome"), "{}", view.title);
        assert_eq!(view.found.as_deref(), texts::get("cause_program_missing", Locale::En));
        assert_eq!(view.fix.unwrap().text, texts::get("mend_program_missing", Locale::En).unwrap());
        assert_eq!(view.facts[0].value, "~/x/correo-cfdi");
        let itself = super::view(&check.clone().mended_by_registering(), &redactor, Locale::En);
        assert!(itself.fix.unwrap().automatic);
        let kind = super::view(&Check::fail("vault.state", Kind::VaultLocked), &redactor, Locale::Es);
        assert_eq!(kind.found.as_deref(), texts::get("err_vault_locked", Locale::Es));
        assert_eq!(super::view(&Check::ok("clock"), &redactor, Locale::Es).fix, None);
        assert_eq!(super::view(&Check::unseen("clock", Kind::Offline), &redactor, Locale::Es).fix, None);
    }
}
