//! Subject and body texts with `{{variables}}`.
//!
//! The engine is minijinja with nothing but variables that are known: an unknown one is an error, not an empty text.

use minijinja::{Environment, UndefinedBehavior, context};

use super::cfdi::Cfdi;

/// Longest subject after filling in, in characters: more is cut by mail programs' lists.
pub const MAX_SUBJECT: usize = 250;

/// Longest body after filling in, in bytes: over 100 KiB Gmail shows a clipped message.
pub const MAX_BODY: usize = 100 * 1024;

/// Bytes that a filled-in text may have before white space is taken out of it.
const MAX_FILLED: usize = 2 * MAX_BODY;

/// Work that one text may cause, in engine steps: a loop over nothing useful must end.
const FUEL: u64 = 20_000;

/// Subject of a company that wrote none.
pub const DEFAULT_SUBJECT: &str = "CFDI {{serie}}{{folio}} de {{emisor.nombre}}";

/// Body of a company that wrote none.
pub const DEFAULT_BODY: &str = "Estimado cliente:\n\nAdjuntamos su comprobante fiscal digital (CFDI) {{serie}}{{folio}} \
por {{total}} {{moneda}}, con folio fiscal {{uuid}}, en formato XML y su representación impresa en PDF.\n\nQuedamos a sus \
órdenes para cualquier aclaración.\n\n{{emisor.nombre}}\n{{emisor.rfc}}\n";

/// Why a text cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A variable is not known, or the text is not well-formed; holds the line, from 1.
    #[error("unknown variable or broken text in line {0}")]
    Broken(usize),
    /// The filled-in text is too long or holds control characters.
    #[error("text too long or not printable")]
    Unfit,
}

/// Fills in a subject: one line, no control characters.
///
/// # Errors
/// [`TextError`] as it says.
pub fn subject(template: &str, cfdi: &Cfdi) -> Result<String, TextError> {
    let text = fill(template, cfdi)?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    fit_subject(&text).map(str::to_owned)
}

/// Fills in a body.
///
/// # Errors
/// [`TextError`] as it says.
pub fn body(template: &str, cfdi: &Cfdi) -> Result<String, TextError> {
    let text = fill(template, cfdi)?;
    fit_body(&text).map(str::to_owned)
}

/// Checks a subject that needs no filling in.
///
/// # Errors
/// [`TextError::Unfit`].
pub fn fit_subject(text: &str) -> Result<&str, TextError> {
    match text.chars().count() <= MAX_SUBJECT && !text.contains(is_control) {
        true => Ok(text),
        false => Err(TextError::Unfit),
    }
}

/// Checks a body that needs no filling in.
///
/// # Errors
/// [`TextError::Unfit`].
pub fn fit_body(text: &str) -> Result<&str, TextError> {
    let printable = |c: char| !is_control(c) || matches!(c, '\n' | '\r' | '\t');
    match text.len() <= MAX_BODY && text.chars().all(printable) {
        true => Ok(text),
        false => Err(TextError::Unfit),
    }
}

/// The line in which a tag uses `*`, `+` or `~` outside of text in quotes. The engine counts its steps and not its memory: thirty
/// doublings in a row, each of one step, would take all there is. Literals in braces and `raw` blocks
/// count too: mails need neither, and with both of them only the engine itself knows where a tag ends.
fn growing_line(template: &str) -> Option<usize> {
    let (mut rest, mut quote, mut in_tag) = (template, None, false);
    while let Some(letter) = rest.chars().next() {
        let (at, after) = (rest, &rest[letter.len_utf8()..]);
        rest = after;
        match (quote, letter) {
            (None, '{') if !in_tag && after.starts_with('#') => {
                rest = after.split_once("#}").map_or("", |(_, rest)| rest)
            }
            (None, '{') if !in_tag && after.starts_with(['{', '%']) => {
                rest = &after[1..];
                let word = rest.trim_start_matches(['-', '+']).trim_start();
                in_tag = true;
                if word.starts_with("raw") {
                    return line_of(template, at);
                }
                // The sign of a tag that takes the white space beside it along.
                rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
            }
            (None, '}') if in_tag && after.starts_with('}') => (in_tag, rest) = (false, &after[1..]),
            (None, '%') if in_tag && after.starts_with('}') => (in_tag, rest) = (false, &after[1..]),
            (None, '+') if in_tag && after.starts_with("%}") => {}
            (None, '\'' | '"') if in_tag => quote = Some(letter),
            (None, '{' | '*' | '+' | '~') if in_tag => return line_of(template, at),
            (Some(_), '\\') => rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            (Some(open), _) if letter == open => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

/// The number of the line in which that rest of a text begins, from 1.
fn line_of(text: &str, rest: &str) -> Option<usize> {
    Some(text[..text.len() - rest.len()].matches('\n').count() + 1)
}

/// Takes a text as long as it is none that would be refused anyway.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_FILLED {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn fill(template: &str, cfdi: &Cfdi) -> Result<String, TextError> {
    if let Some(line) = growing_line(template) {
        return Err(TextError::Broken(line));
    }
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    let values = context! {
        uuid => cfdi.uuid.to_string(),
        serie => cfdi.serie.as_deref().unwrap_or_default(),
        folio => cfdi.folio.as_deref().unwrap_or_default(),
        fecha => cfdi.date.day(),
        total => cfdi.amount_to_show().as_str(),
        moneda => cfdi.currency.as_str(),
        tipo => cfdi.kind.letter(),
        emisor => context! { rfc => cfdi.issuer.rfc.as_str(), nombre => cfdi.issuer.name.as_deref().unwrap_or_default() },
        receptor => context! { rfc => cfdi.receiver.rfc.as_str(), nombre => cfdi.receiver.name.as_deref().unwrap_or_default() },
    };
    let broken = |error: minijinja::Error| TextError::Broken(error.line().unwrap_or(1));
    let mut filled = Bounded(Vec::new());
    let template = engine.template_from_str(template).map_err(broken)?;
    match template.render_captured_to(values, &mut filled) {
        Ok(_) => String::from_utf8(filled.0).map_err(|_| TextError::Unfit),
        Err(error) if error.kind() == minijinja::ErrorKind::WriteFailure => Err(TextError::Unfit),
        Err(error) => Err(broken(error)),
    }
}

/// Whether a character may break out of a line or a header. Those of U+0080 to U+009F cannot: they are encoded as every other
/// letter, and stand in names that were written in another encoding than declared, which still have to be sent.
fn is_control(c: char) -> bool {
    c.is_ascii_control()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    /// A document whose every text is hostile.
    fn hostile(text: &str) -> Cfdi {
        let xml = include_str!("../../../tests/fuzz/corpus/reader/I40.xml");
        let mut cfdi = crate::domain::cfdi::read(xml.as_bytes()).unwrap().cfdi.unwrap();
        (cfdi.serie, cfdi.folio) = (Some(text.to_owned()), Some(text.to_owned()));
        (cfdi.issuer.name, cfdi.receiver.name) = (Some(text.to_owned()), Some(text.to_owned()));
        cfdi
    }

    #[test]
    fn what_an_xml_holds_is_never_read_as_a_template() {
        for text in ["{{uuid}}", "{% for x in range(9) %}x{% endfor %}", "{# nota #}", "{{", "%}", "{{ receptor.rfc }}"]
        {
            let cfdi = hostile(text);
            for variable in ["serie", "folio", "emisor.nombre", "receptor.nombre"] {
                assert_eq!(subject(&format!("a {{{{{variable}}}}} b"), &cfdi).unwrap(), format!("a {text} b"));
                assert_eq!(body(&format!("{{{{{variable}}}}}"), &cfdi).unwrap(), text);
            }
        }
    }

    #[test]
    fn a_name_in_another_encoding_than_declared_can_be_sent_all_the_same() {
        let name = "DEMOSTRACIÃ\u{93}N";
        assert_eq!((fit_subject(name), fit_body(name)), (Ok(name), Ok(name)));
        for text in ["a\u{7f}", "a\u{1b}b", "a\0"] {
            assert_eq!((fit_subject(text), fit_body(text)), (Err(TextError::Unfit), Err(TextError::Unfit)), "{text:?}");
        }
    }

    #[test]
    fn what_an_xml_holds_makes_no_second_line_of_a_subject() {
        for text in ["a\r\nBcc: eva@example.mx", "a\nb", "a\rb", "a\u{85}b", "a\u{2028}b"] {
            let made = subject("{{receptor.nombre}}", &hostile(text)).unwrap();
            assert!(!made.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')), "{made:?}");
        }
        assert_eq!(subject("{{serie}}", &hostile("a\u{0}b")), Err(TextError::Unfit));
        assert_eq!(body("{{serie}}", &hostile("a\u{1b}[2Jb")), Err(TextError::Unfit));
    }

    #[test]
    fn a_template_reaches_nothing_but_the_known_values_and_ends() {
        let cfdi = hostile("A");
        for text in [
            "{% include '/etc/passwd' %}",
            "{% import 'a' as a %}",
            "{{ self }}{{ env }}",
            "{{ uuid.__class__ }}",
            "{{ debug() }}",
            "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
            "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
            "a\n{{ 'x' * 400000000 }}",
            "{{ '}}' * 400000000 }}",
            "{# {{ ' #}{{ 'x' * 400000000 }}",
            "{# {{ ' }} #}{{ '}}' * 400000000 }}",
            "{% raw %}{{ ' {% endraw %}{{ 'x' * 400000000 }}",
            "{%- raw -%}{{ ' {% endraw %}{{ 'x' * 400000000 }}",
            "{{ [{'a': {'b': 'x'}}['a']['b'] * 400000000][0][0] }}",
            "{{ \"a\\\"\" * 400000000 }}",
            "{{- 'x' ~ 'x' -}}",
            "{{ '\\'' * 400000000 }}",
            "{% set a = 'x' ~ 'x' %}{{ a }}",
            "{% for a in [uuid + uuid] %}{% for b in [a + a] %}{{ b }}{% endfor %}{% endfor %}",
        ] {
            assert!(matches!(body(text, &cfdi), Err(TextError::Broken(_))), "{text}");
        }
        let long =
            format!("{{% for a in uuid %}}{{% for b in uuid %}}{}{{% endfor %}}{{% endfor %}}", "x".repeat(10_000));
        assert_eq!(body(&long, &cfdi), Err(TextError::Unfit));
        for text in [
            "2 * 2 + 1 ~ 3",
            "{{ '*+~' }}",
            "{# a * b #}{{ uuid }} * {% if serie %}+{% endif %} ~",
            "{ * } {{ serie }} { + }",
        ] {
            assert!(body(text, &cfdi).is_ok(), "{text}");
        }
    }
}
