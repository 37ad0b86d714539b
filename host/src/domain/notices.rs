//! Notices of cancellation: what a customer is told about a document that it has. They cancel nothing themselves.
//!
//! Motives are those of the SAT's cancellation service (Anexo 20, "motivo"). Some cancellations need the receiver's word, for
//! which it has three working days; without one they count as accepted (RMF 2026, rules 2.7.1.34 and 2.7.1.35).

use super::cfdi::Uuid;

/// Why a document is cancelled, by the SAT's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motive {
    /// 01: it had errors, and another document takes its place.
    Replaced,
    /// 02: it had errors, and none takes its place.
    Wrong,
    /// 03: what it says did not take place.
    NotDone,
    /// 04: the sale is in a global invoice too.
    InGlobal,
}

impl Motive {
    /// All of them, in the SAT's order.
    pub const ALL: [Self; 4] = [Self::Replaced, Self::Wrong, Self::NotDone, Self::InGlobal];

    /// The SAT's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Replaced => "01",
            Self::Wrong => "02",
            Self::NotDone => "03",
            Self::InGlobal => "04",
        }
    }

    /// The motive of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|motive| motive.code() == code)
    }

    /// The SAT's words.
    fn words(self) -> &'static str {
        match self {
            Self::Replaced => "Comprobante emitido con errores con relación",
            Self::Wrong => "Comprobante emitido con errores sin relación",
            Self::NotDone => "No se llevó a cabo la operación",
            Self::InGlobal => "Operación nominativa relacionada en la factura global",
        }
    }
}

/// A document as a notice names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// Folio fiscal.
    pub uuid: &'a Uuid,
    /// `{serie}{folio}`; may be empty.
    pub number: &'a str,
}

impl Named<'_> {
    fn whole(&self) -> String {
        match self.number.is_empty() {
            true => format!("con folio fiscal {}", self.uuid),
            false => format!("{}, con folio fiscal {}", self.number, self.uuid),
        }
    }

    fn short(&self) -> String {
        if self.number.is_empty() { self.uuid.to_string() } else { self.number.to_owned() }
    }
}

/// Subject and text of the notice that a document is being cancelled.
#[must_use]
pub fn write(gone: Named<'_>, motive: Motive, instead: Option<Named<'_>>, company: (&str, &str)) -> (String, String) {
    let (name, rfc) = company;
    let what = if instead.is_some() { "sustitución" } else { "cancelación" };
    let subject = format!("Aviso de {what} del CFDI {} de {name}", gone.short());
    let replaced = instead.map_or_else(String::new, |one| format!(" Lo sustituye el CFDI {}.", one.whole()));
    let body = format!(
        "Estimado cliente:\n\nLe informamos que solicitamos al SAT la cancelación del CFDI {}, que le enviamos por este \
         medio.\n\nMotivo {}: {}.{replaced}\n\nSi la cancelación requiere su aceptación, la encontrará en su Buzón \
         Tributario: tiene tres días hábiles para responder y, si no lo hace, el SAT la considera aceptada. Le agradecemos \
         no tomar en cuenta ese comprobante en su contabilidad.\n\nQuedamos a sus órdenes para cualquier aclaración.\n\n\
         {name}\n{rfc}\n",
        gone.whole(),
        motive.code(),
        motive.words(),
    );
    (subject, body)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn codes_are_the_sats_and_come_back() {
        let codes = Motive::ALL.map(|motive| (motive.code(), Motive::from_code(motive.code())));
        assert_eq!(codes.map(|(code, _)| code), ["01", "02", "03", "04"]);
        assert!(codes.iter().zip(Motive::ALL).all(|((_, found), motive)| *found == Some(motive)));
        assert_eq!(Motive::from_code("05"), None);
    }

    #[test]
    fn a_notice_names_both_documents_the_motive_and_who_writes() {
        let [gone, instead] = ["11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"]
            .map(|text| Uuid::parse(text).unwrap());
        let company = ("Empresa de ejemplo", "EJE010101AA0");
        let named = Named { uuid: &gone, number: "A1" };
        let other = Named { uuid: &instead, number: "" };
        let (subject, body) = write(named, Motive::Replaced, Some(other), company);
        assert_eq!(subject, "Aviso de sustitución del CFDI A1 de Empresa de ejemplo");
        assert!(body.contains(&format!("CFDI A1, con folio fiscal {gone}")), "{body}");
        assert!(body.contains(&format!("Motivo 01: Comprobante emitido con errores con relación. Lo sustituye el CFDI con folio fiscal {instead}.")), "{body}");
        assert!(body.ends_with("Empresa de ejemplo\nEJE010101AA0\n"));
        let (subject, body) = write(other, Motive::NotDone, None, company);
        assert_eq!(subject, format!("Aviso de cancelación del CFDI {instead} de Empresa de ejemplo"));
        assert!(!body.contains("sustituye"), "{body}");
    }
}
