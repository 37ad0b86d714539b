//! The language of what a person reads in a terminal.

use std::ffi::OsString;

use crate::protocol::hello::Locale;

/// What says the language on POSIX systems, in its order.
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The argument that overrides all of it.
const ARGUMENT: &str = "--lang";

/// The language for these arguments. It is looked for before they are parsed, because help and mistakes have one too.
pub(super) fn choose(arguments: &[OsString]) -> Locale {
    let text = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    asked(text).or_else(|| named(|name| std::env::var(name).ok())).or_else(system).unwrap_or(Locale::En)
}

/// The last one asked for, as for every argument that is given twice.
fn asked(mut arguments: impl Iterator<Item = impl AsRef<str>>) -> Option<Locale> {
    let mut found = None;
    while let Some(argument) = arguments.next() {
        match argument.as_ref().split_once('=') {
            Some((ARGUMENT, name)) => found = Some(locale(name)),
            None if argument.as_ref() == ARGUMENT => found = arguments.next().map(|name| locale(name.as_ref())),
            None if argument.as_ref() == "--" => break,
            Some(_) | None => {}
        }
    }
    found
}

/// What the environment says; an empty variable says nothing (POSIX, "Internationalization Variables").
fn named(variable: impl Fn(&str) -> Option<String>) -> Option<Locale> {
    VARIABLES.iter().find_map(|name| variable(name).filter(|value| !value.is_empty())).map(|name| locale(&name))
}

/// Spanish of any country is ours; whoever speaks something else is more likely to read English.
fn locale(name: &str) -> Locale {
    match name.split(['_', '-', '.', '@']).next() {
        Some(language) if language.eq_ignore_ascii_case("es") => Locale::Es,
        Some(_) | None => Locale::En,
    }
}

/// The language of the person's windows.
#[cfg(windows)]
fn system() -> Option<Locale> {
    sys_locale::get_locale().map(|name| locale(&name))
}

/// The variables are all there is.
#[cfg(not(windows))]
fn system() -> Option<Locale> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_something_counts() {
        let of = |given: &'static [(&str, &str)]| {
            named(|name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("LANG", "es_MX.UTF-8")]), Some(Locale::Es));
        assert_eq!(of(&[("LANG", "es_MX.UTF-8"), ("LC_MESSAGES", "C")]), Some(Locale::En));
        assert_eq!(of(&[("LANG", "en_US"), ("LC_ALL", ""), ("LC_MESSAGES", "es")]), Some(Locale::Es));
        assert_eq!(of(&[("LANG", "C.UTF-8")]), Some(Locale::En));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_language_is_told_by_its_name_alone() {
        assert_eq!([locale("es"), locale("ES-mx"), locale("es_ES@euro")], [Locale::Es; 3]);
        assert_eq!([locale("est_EE"), locale("POSIX"), locale("")], [Locale::En; 3]);
    }

    #[test]
    fn the_argument_is_found_in_both_forms_and_not_behind_the_end() {
        assert_eq!(asked(["--lang", "en", "doctor"].iter()), Some(Locale::En));
        assert_eq!(asked(["doctor", "--lang=en", "--lang=es"].iter()), Some(Locale::Es));
        assert_eq!(asked(["inspect", "--", "--lang=es"].iter()), None);
    }
}
