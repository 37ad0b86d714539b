//! Verdicts and their reasons: a closed list, one code per defect.

use std::fmt;

/// What may be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing to say against sending it.
    Accept,
    /// It may be sent; a person should know the reasons.
    Warn,
    /// It is never sent.
    Refuse,
}

impl Verdict {
    /// The word on the wire and on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }

    /// The gravest verdict among the reasons; accept without any.
    #[must_use]
    pub fn of(reasons: &[Reason]) -> Self {
        reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Self::Accept)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Declares the list once, so that codes, verdicts and the list of all cannot drift apart.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $verdict:ident;)*) => {
        /// Why a file is refused or warned about. Codes are append-only; each has its text in every locale as `reason_<code>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, in snake case.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What the reason leads to.
            #[must_use]
            pub fn verdict(self) -> Verdict {
                match self { $(Self::$name => Verdict::$verdict,)* }
            }
        }
    };
}

reasons! {
    /// The file cannot be read: no permission, locked, or a failing disk.
    Unreadable, "unreadable", Refuse;
    /// The path is a folder, a device, a pipe or a link to one.
    NotAFile, "not_a_file", Refuse;
    /// The path is a link that leads out of its folder.
    OutsideFolder, "outside_folder", Refuse;
    /// The path has bytes that are no Unicode text, so it cannot be named reliably.
    PathNotUnicode, "path_not_unicode", Refuse;
    /// The file has no bytes.
    EmptyFile, "empty_file", Refuse;
    /// The file is larger than [`super::limits::MAX_FILE_BYTES`].
    TooLarge, "too_large", Refuse;
    /// A depth, count or length is beyond the limits of [`super::limits`].
    TooComplex, "too_complex", Refuse;
    /// The file is no well-formed XML.
    NotXml, "not_xml", Refuse;
    /// The file declares a DTD, which could define entities or reach outside.
    HasDtd, "has_dtd", Refuse;
    /// The file ends before its root element does: cut off, or still being written.
    IncompleteDocument, "incomplete_document", Refuse;
    /// The root element is neither *Comprobante* nor *Retenciones* in a namespace of the SAT.
    NotCfdi, "not_cfdi", Refuse;
    /// It is a CFD 2.x, which has no timbre and no folio fiscal.
    CfdTwo, "cfd_two", Refuse;
    /// There is no timbre at its place: the document was never stamped.
    NoTimbre, "no_timbre", Refuse;
    /// The timbre's UUID is missing or is not 8-4-4-4-12 hexadecimal digits, or its date is impossible.
    MalformedTimbre, "malformed_timbre", Refuse;
    /// There are two timbres with different UUIDs.
    TwoTimbres, "two_timbres", Refuse;
    /// *Emisor* or *Receptor* stands twice at its place, so it is not certain who is meant.
    RepeatedNode, "repeated_node", Refuse;
    /// A value without which the document cannot be identified is missing.
    MissingAttribute, "missing_attribute", Refuse;
    /// The RFC of the issuer or of the receiver is not well-formed.
    InvalidRfc, "invalid_rfc", Refuse;
    /// The kind, the date or an amount does not have the schema's shape.
    InvalidValue, "invalid_value", Refuse;
    /// The seal was not made with the certificate in the document, or not over these values.
    SelloInvalid, "sello_invalid", Refuse;
    /// The certificate in the document is not the one whose number it names.
    CertificadoMismatch, "certificado_mismatch", Refuse;
    /// The timbre was given for another seal than the document carries.
    SelloMismatch, "sello_mismatch", Warn;
    /// The version is none that the SAT has published for this namespace.
    UnknownVersion, "unknown_version", Warn;
    /// A prefix is used without being declared; strict programs will not open the file.
    UndeclaredPrefix, "undeclared_prefix", Warn;
    /// There are two timbres with one UUID.
    RepeatedTimbre, "repeated_timbre", Warn;
    /// A name shows characters that were garbled before stamping.
    Mojibake, "mojibake", Warn;
    /// The file declares an encoding other than UTF-8, which the SAT asks for.
    NotUtf8, "not_utf8", Warn;
    /// Bytes do not fit the encoding that the file declares; they were read as Windows-1252.
    BadEncoding, "bad_encoding", Warn;
    /// Something stands before the XML declaration: a second byte order mark, or blanks.
    LeadingBytes, "leading_bytes", Warn;
    /// The check digit of an RFC is not the computed one.
    RfcCheckDigit, "rfc_check_digit", Warn;
    /// It is a certificate of withheld taxes and not an invoice.
    Retenciones, "retenciones", Warn;
    /// No PDF belongs to the file.
    PdfMissing, "pdf_missing", Warn;
    /// Several PDFs could belong to the file; none is taken.
    PdfAmbiguous, "pdf_ambiguous", Warn;
    /// Another file of the library has the same folio fiscal and other content: a person must take one of them away.
    UuidConflict, "uuid_conflict", Refuse;
    /// The file is still being written, or another program keeps it locked: it is looked at again.
    StillWriting, "still_writing", Refuse;
    /// No PDF is there yet, and the XML is so new that it may still come.
    PdfAwaited, "pdf_awaited", Warn;
    /// The folder, or the network share that holds it, cannot be reached; what is known of it is from the last scan.
    FolderOffline, "folder_offline", Refuse;
    /// The SAT says that the document is cancelled.
    Cancelled, "cancelled", Refuse;
    /// The ZIP archive, or the file in it, is damaged.
    ArchiveDamaged, "archive_damaged", Refuse;
    /// The ZIP archive holds documents that need a password.
    ArchiveEncrypted, "archive_encrypted", Refuse;
    /// The ZIP archive holds more than any download does, or a file in it becomes far larger than it is packed.
    ArchiveLimits, "archive_limits", Refuse;
}

impl Reason {
    /// Whether a person may send the document nevertheless, by naming document and reason in our own window: the document is
    /// read whole and says whose it is, and what speaks against it can be known better by a person. A closed list.
    #[must_use]
    pub fn may_be_accepted(self) -> bool {
        matches!(self, Self::SelloInvalid | Self::CertificadoMismatch | Self::Cancelled)
    }

    /// Whether it keeps the document here and nobody may say otherwise.
    #[must_use]
    pub fn is_final(self) -> bool {
        self.verdict() == Verdict::Refuse && !self.may_be_accepted()
    }

    /// The reason of a code that [`Reason::code`] gave.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_lead_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(Reason::from_code("no_such_reason"), None);
    }

    #[test]
    fn only_what_refuses_can_be_accepted_and_only_the_closed_list() {
        let acceptable: Vec<&str> =
            Reason::ALL.iter().filter(|reason| reason.may_be_accepted()).map(|reason| reason.code()).collect();
        assert_eq!(acceptable, ["sello_invalid", "certificado_mismatch", "cancelled"]);
        for reason in Reason::ALL {
            assert!(!reason.may_be_accepted() || reason.verdict() == Verdict::Refuse, "{reason}");
            assert_eq!(reason.is_final(), reason.verdict() == Verdict::Refuse && !reason.may_be_accepted(), "{reason}");
        }
    }

    #[test]
    fn the_gravest_reason_decides() {
        assert_eq!(Verdict::of(&[]), Verdict::Accept);
        assert_eq!(Verdict::of(&[Reason::PdfMissing]), Verdict::Warn);
        assert_eq!(Verdict::of(&[Reason::NoTimbre, Reason::PdfMissing]), Verdict::Refuse);
    }
}
