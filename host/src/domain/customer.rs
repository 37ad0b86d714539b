//! How one customer wants its documents: a person's word for one receiver in one company.

use super::rfc::Rfc;

/// Longest name of a customer, in characters (`cfdi:Receptor@Nombre`, cfdv40.xsd: 300).
pub const MAX_NAME: usize = 300;

/// Most recipients of one customer that people and files may write: its part of an export stays under the wire's 1 MiB.
pub const MAX_CONTACTS: usize = 500;

/// How the files of a message travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// As attachments of their own, which receivers' robots pair by their names.
    #[default]
    Loose,
    /// In one ZIP archive.
    Zip,
}

impl Form {
    /// Both forms.
    pub const ALL: [Self; 2] = [Self::Loose, Self::Zip];

    /// Its name, on disk and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Loose => "loose",
            Self::Zip => "zip",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// How many documents a message holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Several, where invariant 2 lets them: up to `draft::MAX_DOCUMENTS` and `draft::MAX_GROUP` bytes.
    #[default]
    Grouped,
    /// One.
    Single,
}

impl Grouping {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Grouped, Self::Single];

    /// Its name, on disk and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grouped => "grouped",
            Self::Single => "single",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.name() == name)
    }
}

/// What a person said about a customer's messages; the default is what holds where nobody said anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// How the files travel.
    pub form: Form,
    /// How many documents a message holds.
    pub grouping: Grouping,
    /// Whether the files that lie beside a document and belong to it travel with it (`extras`).
    pub extras: bool,
}

/// One customer of one company. Generic RFCs are none: they stand for many parties (`contact::may_be_known`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// RFC of the company that sends.
    pub company: Rfc,
    /// RFC of the receiver.
    pub receiver: Rfc,
    /// As the newest confirmed document or a person wrote it; may be empty.
    pub name: String,
    /// How its messages are made.
    pub rules: Rules,
}

/// The form in which names are compared and sorted: lower case, without the accents of Spanish.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'ä' | 'â' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        other => other,
    };
    // Combining marks (U+0300 to U+036F): macOS writes accents and the tilde of Ñ apart.
    let letters = text.chars().flat_map(char::to_lowercase).filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(plain);
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name as it may be kept: one line, trimmed; `None` for one that is too long or holds what no one sees.
#[must_use]
pub fn fit_name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_names() {
        for form in Form::ALL {
            assert_eq!(Form::from_name(form.name()), Some(form));
        }
        for grouping in Grouping::ALL {
            assert_eq!(Grouping::from_name(grouping.name()), Some(grouping));
        }
        assert_eq!((Form::from_name("rar"), Grouping::from_name("")), (None, None));
        assert_eq!(Rules::default(), Rules { form: Form::Loose, grouping: Grouping::Grouped, extras: false });
    }

    #[test]
    fn names_are_compared_without_case_accents_and_doubled_blanks() {
        for text in ["Peñón  Cía.", "PEÑÓN CÍA.", "pen\u{303}on cia.", " penon\tcia. "] {
            assert_eq!(folded(text), "penon cia.", "{text}");
        }
    }

    #[test]
    fn a_name_is_one_line_of_bounded_length() {
        assert_eq!(fit_name("  Ana, S.A. "), Some("Ana, S.A.".to_owned()));
        assert_eq!(fit_name("a\nb"), None);
        assert_eq!(fit_name(&"ñ".repeat(MAX_NAME)).map(|name| name.chars().count()), Some(MAX_NAME));
        assert_eq!(fit_name(&"ñ".repeat(MAX_NAME + 1)), None);
    }
}
