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

#[cfg(test)]
mod tests {
    use super::*;

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
