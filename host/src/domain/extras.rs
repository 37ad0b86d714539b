//! Files that belong to a document and are neither its XML nor its PDF: purchase orders, delivery notes, what a customer's
//! robot wants with them. They lie beside the XML and are called after it: `{name of the XML}_Adj…`. Receivers' robots pair
//! them by the same name in the message (wiki.tralix.com, "Enlace B2B": further files must be `{base}_Adj…`).

/// What stands between the name of a document and that of its further file.
const MARK: &str = "_Adj";

/// Most further files of one document.
pub const MAX_EXTRAS: usize = 5;

/// Characters of a further file's own part of the name.
const MAX_OWN_NAME: usize = 40;

/// Kinds of files that may travel, which customers open and mail servers take: nothing that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtraKind {
    extension: &'static str,
    content_type: &'static str,
}

/// Extensions with their media types (IANA, "Media Types").
const KINDS: [(&str, &str); 9] = [
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
];

impl ExtraKind {
    /// The kind of a file with that extension, in any case; `None` for what may not travel.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let found = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
        found.map(|(extension, content_type)| Self { extension, content_type })
    }

    /// The media type that goes into the message.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        self.content_type
    }

    /// The file name's extension, in lower case.
    #[must_use]
    pub fn extension(self) -> &'static str {
        self.extension
    }
}

/// What a file's name adds to that of its document, without its extension; `None` for a file that is not called after it.
#[must_use]
pub fn own_part<'a>(document: &str, file: &'a str) -> Option<&'a str> {
    let rest = cut(file, document)?;
    cut(rest, MARK)
}

/// What follows `start`; names of one file system may differ in case alone from those of another.
fn cut<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    // Names with letters outside of ASCII are compared as they are.
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// Names of a document's further files in the message, ASCII and each once, in the order of the files.
#[must_use]
pub fn names<'a>(base: &str, files: impl Iterator<Item = (&'a str, ExtraKind)>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (own, kind) in files {
        let own: String = super::draft::safe(own).chars().take(MAX_OWN_NAME).collect();
        let called = |number: usize| {
            let tail = if number == 1 { String::new() } else { format!("-{number}") };
            format!("{base}{MARK}{own}{tail}.{}", kind.extension())
        };
        let free =
            (1..=MAX_EXTRAS + 1).map(called).find(|name| !names.iter().any(|one| one.eq_ignore_ascii_case(name)));
        names.extend(free);
    }
    names
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn only_what_is_called_after_the_document_belongs_to_it() {
        for (file, own) in [
            ("A1_Adj", Some("")),
            ("A1_Adj_orden 77", Some("_orden 77")),
            ("a1_adj2", Some("2")),
            ("A1", None),
            ("A11_Adj", None),
            ("A1_Anexo", None),
            ("B1_Adj", None),
            ("", None),
        ] {
            assert_eq!(own_part("A1", file), own, "{file}");
        }
        assert_eq!(own_part("Ñ1", "Ñ1_Adj"), Some(""));
        assert_eq!(own_part("ab", "añ_Adj"), None, "no letter is cut in two");
    }

    #[test]
    fn names_are_ascii_and_each_is_there_once() {
        let pdf = ExtraKind::of_extension("PDF").unwrap();
        let jpg = ExtraKind::of_extension("jpeg").unwrap();
        let files = [("_órden 7", pdf), ("_ñrden 7", pdf), ("_nrden 7", pdf), ("", jpg)];
        assert_eq!(
            names("R_A1_U", files.into_iter()),
            ["R_A1_U_Adj__rden_7.pdf", "R_A1_U_Adj_nrden_7.pdf", "R_A1_U_Adj_nrden_7-2.pdf", "R_A1_U_Adj.jpeg"]
        );
    }

    #[test]
    fn nothing_that_runs_may_travel() {
        for extension in ["exe", "js", "html", "xml", "docm", "lnk", "", "pdf "] {
            assert_eq!(ExtraKind::of_extension(extension), None, "{extension}");
        }
    }
}
