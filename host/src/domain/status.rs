//! What the SAT says of a document (*estado del CFDI*), and the question by which it is asked.

use super::cfdi::{Cfdi, Kind};

/// The page that the printed representation names (Anexo 20, I.D); the service takes the same text as its question.
const VERIFICATION_PAGE: &str = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx";

/// Digits before and after the point of a total in the question of version 3.2 (Anexo 20 of that version).
const OLD_TOTAL: (usize, usize) = (10, 6);

/// What the SAT says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// *Vigente*.
    Current,
    /// *Cancelado*.
    Cancelled,
    /// *No encontrado*: it may not have arrived there yet.
    NotFound,
}

impl Status {
    /// The stable code; its text in every locale is `status_<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Cancelled => "cancelled",
            Self::NotFound => "not_found",
        }
    }
}

/// Why the SAT could not be asked. That says nothing about the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the status service could not be asked: {}", self.code())]
pub enum CouldNotAsk {
    /// No connection could be made.
    Offline,
    /// The service's certificate does not hold.
    Tls,
    /// No whole answer came in time.
    NoAnswer,
    /// The service answered with an HTTP status other than 200.
    ServiceFailed,
    /// The service found the question malformed (`N - 601`), which it has done with good ones for days.
    NotAccepted,
    /// The answer is not one of this service.
    Unintelligible,
    /// Too much time had gone by with other documents, or another question had just failed.
    Skipped,
    /// What is kept of answers and of the switch cannot be read.
    Memory,
}

impl CouldNotAsk {
    /// Every reason there is.
    pub const ALL: [Self; 8] = [
        Self::Offline,
        Self::Tls,
        Self::NoAnswer,
        Self::ServiceFailed,
        Self::NotAccepted,
        Self::Unintelligible,
        Self::Skipped,
        Self::Memory,
    ];

    /// The stable code; its text in every locale is `status_why_<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Tls => "tls",
            Self::NoAnswer => "no_answer",
            Self::ServiceFailed => "service_failed",
            Self::NotAccepted => "not_accepted",
            Self::Unintelligible => "unintelligible",
            Self::Skipped => "skipped",
            Self::Memory => "memory",
        }
    }

    /// Whether the next document would meet it too.
    #[must_use]
    pub fn is_general(self) -> bool {
        match self {
            Self::Offline
            | Self::Tls
            | Self::NoAnswer
            | Self::ServiceFailed
            | Self::Unintelligible
            | Self::Skipped
            | Self::Memory => true,
            Self::NotAccepted => false,
        }
    }
}

/// What came of asking.
pub type Outcome = Result<Status, CouldNotAsk>;

/// The question about one document (*expresión impresa*).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question(String);

impl Question {
    /// The question about a document whose seal ends so; `None` for *Retenciones*, about which this service knows nothing.
    #[must_use]
    pub fn about(cfdi: &Cfdi, seal_end: Option<&str>) -> Option<Self> {
        if cfdi.kind == Kind::Retention {
            return None;
        }
        // An ampersand of an RFC stands in the question as it stands in the XML.
        let rfc = |rfc: &str| rfc.replace('&', "&amp;");
        let (issuer, receiver) = (rfc(cfdi.issuer.rfc.as_str()), rfc(cfdi.receiver.rfc.as_str()));
        let uuid = cfdi.uuid.as_str();
        if cfdi.version == "3.2" {
            let total = old_total(cfdi.total.as_str());
            return Some(Self(format!("?re={issuer}&rr={receiver}&tt={total}&id={uuid}")));
        }
        let total = total(cfdi.total.as_str());
        let end = seal_end.map(|end| format!("&fe={end}")).unwrap_or_default();
        Some(Self(format!("{VERIFICATION_PAGE}?id={uuid}&re={issuer}&rr={receiver}&tt={total}{end}")))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without zeros that say nothing, but with one decimal at least.
fn total(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let fraction = match fraction.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    format!("{whole}.{fraction}")
}

fn old_total(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(OLD_TOTAL.1).collect();
    format!("{whole:0>width$}.{fraction}", width = OLD_TOTAL.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_written_as_the_printed_representation_writes_them() {
        for (written, expected) in
            [("2010.01", "2010.01"), ("4685.00", "4685.0"), ("0", "0.0"), ("0012.500000", "12.5"), ("1160", "1160.0")]
        {
            assert_eq!(total(written), expected);
        }
        assert_eq!(old_total("4685.5"), "0000004685.500000");
        assert_eq!(old_total("12345678901.1234567"), "12345678901.123456");
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<&str> = CouldNotAsk::ALL.iter().map(|why| why.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CouldNotAsk::ALL.len());
    }
}
