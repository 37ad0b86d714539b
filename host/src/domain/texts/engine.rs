//! The template engine: minijinja with nothing but known variables, bounded work and bounded memory.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use super::{MAX_BODY, Spot, TextError, VARIABLES, values};

/// Bytes that a filled-in text may have before white space is taken out of it.
const MAX_FILLED: usize = 2 * MAX_BODY;

/// Work that one text may cause, in engine steps: a loop over nothing useful must end.
const FUEL: u64 = 20_000;

/// Fills in a template; with [`AutoEscape::Html`] no value can be markup.
pub(super) fn fill(template: &str, values: &Value, escape: AutoEscape) -> Result<String, TextError> {
    if let Some(at) = growing_at(template) {
        return Err(TextError::Broken(Spot::at(template, at)));
    }
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    // Errors then know their place also in a release.
    engine.set_debug(true);
    engine.set_auto_escape_callback(move |_| escape);
    let broken = |error: minijinja::Error| TextError::Broken(spot(template, &error));
    let parsed = engine.template_from_str(template).map_err(broken)?;
    let mut filled = Bounded(Vec::new());
    match parsed.render_captured_to(values, &mut filled) {
        Ok(_) => String::from_utf8(filled.0).map_err(|_| TextError::Unfit),
        Err(error) if error.kind() == minijinja::ErrorKind::WriteFailure => Err(TextError::Unfit),
        Err(error) if error.kind() == minijinja::ErrorKind::UndefinedError => {
            Err(TextError::Unknown(unknown(spot(template, &error))))
        }
        Err(error) => Err(broken(error)),
    }
}

/// Finds unknown variables also where no document of today would meet them, as in a branch.
///
/// # Errors
/// The first one of the text.
pub(super) fn known(template: &str) -> Result<(), TextError> {
    let mut engine = Environment::empty();
    engine.set_debug(true);
    let parsed = engine.template_from_str(template).map_err(|error| TextError::Broken(spot(template, &error)))?;
    let is_known = |name: &String| VARIABLES.contains(&name.as_str()) || matches!(name.as_str(), "emisor" | "receptor");
    let strangers = parsed.undeclared_variables(true).into_iter().filter(|name| !is_known(name));
    let first = strangers.map(|name| (place_of(template, &name), name)).min();
    match first {
        Some((at, name)) => Err(TextError::Unknown(unknown(Spot::at(template, at).naming(name)))),
        None => Ok(()),
    }
}

/// Where a name stands inside of a tag, as a whole word.
fn place_of(template: &str, name: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let whole = |at: usize| {
        let (before, after) = (&template[..at], &template[at + name.len()..]);
        let tag = before.rfind(['{', '}']).is_some_and(|brace| before.as_bytes().get(brace) == Some(&b'{'));
        tag && !before.ends_with(part) && !after.starts_with(part)
    };
    template.match_indices(name).map(|(at, _)| at).find(|at| whole(*at)).unwrap_or_default()
}

/// Where the engine stopped, with what stands there.
fn spot(template: &str, error: &minijinja::Error) -> Spot {
    match error.range().filter(|range| template.get(range.clone()).is_some()) {
        Some(range) => Spot { found: found(&template[range.clone()]), ..Spot::at(template, range.start) },
        None => Spot { line: error.line().map_or(1, |line| u32::try_from(line).unwrap_or(u32::MAX)), ..Spot::start() },
    }
}

/// The engine marks the whole of `{{ name }}` at times: only the name is of use.
fn found(text: &str) -> String {
    text.trim_matches(|c: char| matches!(c, '{' | '}' | '%' | '-') || c.is_whitespace()).chars().take(60).collect()
}

fn unknown(spot: Spot) -> Spot {
    Spot { nearest: values::nearest(&spot.found), ..spot }
}

/// Where a tag uses `*`, `+` or `~` outside of text in quotes. The engine counts its steps and not its memory: thirty
/// doublings in a row, each of one step, would take all there is. Literals in braces and `raw` blocks
/// count too: mails need neither, and with both of them only the engine itself knows where a tag ends. So do `autoescape`
/// blocks, which would let values be markup.
fn growing_at(template: &str) -> Option<usize> {
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
                if word.starts_with("raw") || word.starts_with("autoescape") {
                    return Some(template.len() - at.len());
                }
                // The sign of a tag that takes the white space beside it along.
                rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
            }
            (None, '}') if in_tag && after.starts_with('}') => (in_tag, rest) = (false, &after[1..]),
            (None, '%') if in_tag && after.starts_with('}') => (in_tag, rest) = (false, &after[1..]),
            (None, '+') if in_tag && after.starts_with("%}") => {}
            (None, '\'' | '"') if in_tag => quote = Some(letter),
            (None, '{' | '*' | '+' | '~') if in_tag => return Some(template.len() - at.len()),
            (Some(_), '\\') => rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            (Some(open), _) if letter == open => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
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
