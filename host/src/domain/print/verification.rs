//! What the square code says, and the cadena of the timbre.

use super::contents::Contents;
use crate::domain::cfdi::Amount;

/// Where the SAT tells what it knows of a document (*Anexo 20*, part I.D).
const ADDRESS: &str = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx";

/// Characters of the seal's end that the address carries.
const SEAL_END: usize = 8;

/// The SAT's address for this document. Values are percent-encoded, since RFCs may have `&` and `Ñ`, and seals `+`, `/`, `=`.
#[must_use]
pub fn verification_url(contents: &Contents) -> String {
    let sello = contents.root.get("Sello");
    let end = sello.char_indices().rev().nth(SEAL_END - 1).map_or(0, |(at, _)| at);
    verification_address(
        contents.timbre.get("UUID"),
        contents.issuer.get("Rfc"),
        contents.receiver.get("Rfc"),
        contents.root.get("Total"),
        sello.get(end..).unwrap_or_default(),
    )
}

/// The same of its parts; `seal_end` are the last eight characters of the seal.
pub(in crate::domain) fn verification_address(
    uuid: &str,
    issuer: &str,
    receiver: &str,
    total_text: &str,
    seal_end: &str,
) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("id", uuid)
        .append_pair("re", issuer)
        .append_pair("rr", receiver)
        .append_pair("tt", &total(total_text))
        .append_pair("fe", seal_end);
    format!("{ADDRESS}?{}", query.finish())
}

/// Without zeros that say nothing, but always with a decimal.
fn total(text: &str) -> String {
    let Ok(amount) = Amount::parse(text) else { return text.to_owned() };
    let plain = amount.plain();
    if plain.contains('.') { plain.to_owned() } else { format!("{plain}.0") }
}

/// The *cadena original del complemento de certificación digital* (`cadenaoriginal_TFD_1_1.xslt`).
#[must_use]
pub fn cadena_of_timbre(contents: &Contents) -> String {
    let names = ["Version", "UUID", "FechaTimbrado", "RfcProvCertif", "Leyenda", "SelloCFD", "NoCertificadoSAT"];
    let values = names.into_iter().map(|name| (name, contents.timbre.get(name)));
    // Only the legend is optional; the sheet leaves an absent one out, with its pipe.
    let fields: Vec<&str> =
        values.filter(|(name, value)| *name != "Leyenda" || !value.is_empty()).map(|(_, value)| value).collect();
    format!("||{}||", fields.join("|"))
}

#[cfg(test)]
mod tests {
    use super::super::contents::Record;
    use super::*;

    fn record(pairs: &[(&str, &str)]) -> Record {
        Record(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn the_address_is_encoded() {
        let contents = Contents {
            root: record(&[("Total", "01160.500"), ("Sello", "AAAA+b/cdE==")]),
            issuer: record(&[("Rfc", "H&E951128469")]),
            receiver: record(&[("Rfc", "PÑA020304CD1")]),
            timbre: record(&[("UUID", "0A1B2C3D-0000-4000-A000-000000000001")]),
            ..Contents::default()
        };
        assert_eq!(
            verification_url(&contents),
            "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id=0A1B2C3D-0000-4000-A000-000000000001\
             &re=H%26E951128469&rr=P%C3%91A020304CD1&tt=1160.5&fe=%2Bb%2FcdE%3D%3D"
        );
        let whole = Contents { root: record(&[("Total", "4685.00"), ("Sello", "ab")]), ..Contents::default() };
        assert!(verification_url(&whole).ends_with("&tt=4685.0&fe=ab"));
    }

    #[test]
    fn the_legend_of_the_timbre_is_optional() {
        let mut contents = Contents {
            timbre: record(&[
                ("Version", "1.1"),
                ("UUID", "U"),
                ("FechaTimbrado", "F"),
                ("RfcProvCertif", "P"),
                ("SelloCFD", "S"),
                ("NoCertificadoSAT", "N"),
            ]),
            ..Contents::default()
        };
        assert_eq!(cadena_of_timbre(&contents), "||1.1|U|F|P|S|N||");
        contents.timbre.0.push(("Leyenda".to_owned(), "L".to_owned()));
        assert_eq!(cadena_of_timbre(&contents), "||1.1|U|F|P|L|S|N||");
    }
}
