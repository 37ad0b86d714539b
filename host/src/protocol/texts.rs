//! What people read: the extension's own locale files, embedded, so that no sentence exists twice.
//!
//! Form: Chrome's `messages.json` (developer.chrome.com, "Localization message formats").

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::failure::Kind;
use super::hello::Locale;

#[derive(Deserialize)]
struct Message {
    message: String,
}

type Catalogue = HashMap<String, Message>;

// Parsed at the first sentence, which most conversations never need.
static ES: LazyLock<Catalogue> = LazyLock::new(|| parse(include_str!("../../../extension/_locales/es/messages.json")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| parse(include_str!("../../../extension/_locales/en/messages.json")));

fn parse(json: &str) -> Catalogue {
    // A test holds that both files parse; an empty catalogue still answers with the kind's code.
    serde_json::from_str(json).unwrap_or_default()
}

/// The text under `key`, if the locale has it.
#[must_use]
pub fn get(key: &str, locale: Locale) -> Option<&'static str> {
    let catalogue: &'static Catalogue = match locale {
        Locale::Es => &ES,
        Locale::En => &EN,
    };
    catalogue.get(key).map(|entry| entry.message.as_str())
}

/// What happened and what to do next.
#[must_use]
pub fn failure(kind: Kind, locale: Locale) -> String {
    let code = kind.code();
    let what = get(&format!("err_{code}"), locale);
    let next = get(&format!("rec_{code}"), locale);
    match (what, next) {
        (Some(what), Some(next)) => format!("{what} {next}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => code,
    }
}

/// By how much this computer's clock is wrong, as people say it.
#[must_use]
pub fn clock_difference(seconds: i32, locale: Locale) -> String {
    let key = if seconds < 0 { "clock_behind" } else { "clock_ahead" };
    let minutes = seconds.unsigned_abs().div_ceil(60);
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min")];
    let amount: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    get(key, locale).unwrap_or("$1").replace("$1", &amount.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_wrong_by_an_amount_that_people_read() {
        let said = |seconds| clock_difference(seconds, Locale::En);
        assert!(said(-(3 * 3600 + 61)).contains("3 h 2 min"), "{}", said(-3661));
        assert!(said(-600).contains("behind") && said(600).contains("ahead"));
        assert!(said(86_400 * 2).contains("2 d"));
    }

    #[test]
    fn every_kind_says_what_happened_and_what_to_do_in_every_language() {
        for locale in [Locale::Es, Locale::En] {
            let missing: Vec<String> = Kind::ALL
                .iter()
                .flat_map(|kind| [format!("err_{}", kind.code()), format!("rec_{}", kind.code())])
                .filter(|key| get(key, locale).is_none_or(|text| text.trim().is_empty()))
                .collect();
            assert!(missing.is_empty(), "{locale:?} lacks {missing:?}");
        }
    }
}
