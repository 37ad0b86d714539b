//! Cases whose XML is sound as such: encodings, decoys, values and versions.

use super::sample_defects::{Cases, OTHER_UUID, SEED};
use super::uuid;

impl Cases {
    pub(super) fn encodings(&self) {
        let marked = |times: usize| format!("{}{}", "\u{FEFF}".repeat(times), self.base);
        let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            self.with("\"UTF-8\"", "\"UTF-16\"").encode_utf16().flat_map(bytes).collect()
        };
        let latin =
            |text: String| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect() };
        let mark = |mark: [u8; 2], text: Vec<u8>| [mark.to_vec(), text].concat();
        let little = mark([0xFF, 0xFE], utf16(u16::to_le_bytes));
        let big = mark([0xFE, 0xFF], utf16(u16::to_be_bytes));
        let declared = latin(self.with("\"UTF-8\"", "'ISO-8859-1'"));
        let undeclared = latin(self.base.clone());
        let garbled = self.with("DEMOSTRACIÓN", "DEMOSTRACIÃ\u{93}N");
        self.accept("mark", marked(1));
        self.warn("mark_twice", marked(2), &["leading_bytes"]);
        self.warn("blank_line_first", format!("\r\n{}", self.base), &["leading_bytes"]);
        self.warn("utf16_little", little, &["not_utf8"]);
        self.warn("utf16_big", big, &["not_utf8"]);
        self.warn("utf16_unmarked", utf16(u16::to_le_bytes), &["not_utf8"]);
        self.warn("utf16_only_declared", self.with("\"UTF-8\"", "\"utf-16\""), &["not_utf8"]);
        self.warn("latin1_declared", declared, &["not_utf8"]);
        self.warn("latin1_undeclared", undeclared, &["bad_encoding"]);
        self.warn("mojibake", garbled, &["mojibake"]);
        self.warn("replacement_character", self.with("DEMOSTRACIÓN", "DEMOSTRACI\u{FFFD}N"), &["mojibake"]);
    }

    pub(super) fn decoys(&self) {
        let inner = self.base.split_once("?>").map_or("", |(_, rest)| rest).replace(&uuid(SEED), OTHER_UUID);
        let inner = inner.replace("Rfc=\"DEM", "Rfc=\"OTR");
        let nested = self.before_end(&format!("<cfdi:Addenda>{inner}</cfdi:Addenda>"));
        self.accept("cfdi_in_addenda", nested);
        let payroll = "<nomina12:Nomina xmlns:nomina12=\"http://www.sat.gob.mx/nomina12\"><nomina12:Emisor \
                       Rfc=\"MAL010101AAA\"/><nomina12:Receptor Rfc=\"MAL010101AAA\"/></nomina12:Nomina>";
        self.accept("parties_in_payroll", self.in_complement(payroll));
        let trade = "<cce20:ComercioExterior xmlns:cce20=\"http://www.sat.gob.mx/ComercioExterior20\"><cce20:Emisor \
                     Rfc=\"MAL\"/><cce20:Receptor Rfc=\"MAL\"/></cce20:ComercioExterior>";
        self.accept("parties_in_foreign_trade", self.in_complement(trade));
        self.accept(
            "parties_of_other_namespace",
            self.with("<cfdi:Emisor", "<x:Emisor xmlns:x=\"urn:x\" Rfc=\"MAL\"/><cfdi:Emisor"),
        );
        self.accept("parties_in_comment", self.with("<cfdi:Emisor", "<!-- <cfdi:Emisor Rfc=\"MAL\"/> --><cfdi:Emisor"));
        let cdata = "<cfdi:Addenda><![CDATA[</cfdi:Comprobante><cfdi:Emisor Rfc=\"MAL\"/>]]></cfdi:Addenda>";
        self.accept("end_in_cdata", self.before_end(cdata));
        self.accept("other_prefixes", self.base.replace("cfdi:", "f:").replace(":cfdi=", ":f=").replace("tfd", "t"));
        self.accept("default_namespace", self.base.replace("cfdi:", "").replace("xmlns:cfdi", "xmlns"));
        self.accept("header_in_name", self.with("DEMOSTRACIÓN", "X&#13;&#10;Bcc: a@example.com"));
        self.accept("path_in_serie", self.with("Serie=\"A\"", "Serie=\"../..\\:*?\""));
        self.refuse(
            "two_issuers",
            self.with("<cfdi:Conceptos>", "<cfdi:Emisor Rfc=\"DEM010101AB1\"/><cfdi:Conceptos>"),
            &["repeated_node"],
        );
    }

    pub(super) fn values(&self) {
        let total = |text: &str| {
            let at = self.base.find(" Total=\"").map_or(0, |at| at + 8);
            let end = at + self.base[at..].find('"').unwrap_or(0);
            format!("{}{text}{}", &self.base[..at], &self.base[end..])
        };
        let (longest, grouped, negative) = (total("999999999999999999.999999"), total("1,000.00"), total("-1.00"));
        let issuer = &super::issuer().rfc;
        let issuer_as = |text: &str| self.with(&format!("Rfc=\"{issuer}\""), &format!("Rfc=\"{text}\""));
        let (padded, wrong_digit, short) =
            (issuer_as(&format!(" {issuer} ")), issuer_as("DEM010101AB0"), issuer_as("DEM010101"));
        self.accept("longest_total", longest);
        self.refuse("grouped_total", grouped, &["invalid_value"]);
        self.refuse("negative_total", negative, &["invalid_value"]);
        self.accept("rfc_with_blanks", padded);
        self.warn("rfc_check_digit", wrong_digit, &["rfc_check_digit"]);
        self.refuse("rfc_short", short, &["invalid_rfc"]);
        self.refuse("no_total", self.with(" Total=", " Totales="), &["missing_attribute"]);
        self.refuse("no_receiver", self.with("<cfdi:Receptor", "<cfdi:Receptora"), &["missing_attribute"]);
        self.refuse("no_issuer_rfc", self.with(&format!("Rfc=\"{issuer}\" "), ""), &["missing_attribute"]);
        self.refuse("impossible_date", self.with("2026-10-01T", "2026-02-30T"), &["invalid_value"]);
        self.refuse(
            "unknown_kind",
            self.with("TipoDeComprobante=\"I\"", "TipoDeComprobante=\"Z\""),
            &["invalid_value"],
        );
    }

    pub(super) fn versions(&self) {
        self.warn("version_4_1", self.with("Version=\"4.0\"", "Version=\"4.1\""), &["unknown_version"]);
        self.refuse("cfd_2", self.base.replace("sat.gob.mx/cfd/4", "sat.gob.mx/cfd/2"), &["cfd_two"]);
        let mut old = self.base.replace("sat.gob.mx/cfd/4", "sat.gob.mx/cfd/3");
        for (new, spelled) in [
            (" Version=\"4.0\"", " version=\"3.2\""),
            (" Serie=", " serie="),
            (" Folio=", " folio="),
            (" Fecha=", " fecha="),
            (" Sello=", " sello="),
            (" Total=", " total="),
            (" TipoDeComprobante=\"I\"", " tipoDeComprobante=\"ingreso\""),
            (" Rfc=", " rfc="),
            (" Nombre=", " nombre="),
        ] {
            old = old.replace(new, spelled);
        }
        self.accept("version_3_2", old);
        let issuer = super::issuer().rfc;
        let timbre = self.timbre();
        let sello = self.base.split_once(" Sello=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(s, _)| s);
        let retention = format!(
            "<retenciones:Retenciones xmlns:retenciones=\"http://www.sat.gob.mx/esquemas/retencionpago/2\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" Version=\"2.0\" FolioInt=\"7\" Sello=\"{sello}\" \
             FechaExp=\"2026-10-01T09:30:00\" CveRetenc=\"14\"><retenciones:Emisor RfcE=\"{issuer}\" \
             NomDenRazSocE=\"DEMOSTRACIÓN\"/><retenciones:Receptor NacionalidadR=\"Extranjero\">\
             <retenciones:Extranjero NomDenRazSocR=\"FOREIGN SAMPLE\"/></retenciones:Receptor><retenciones:Totales \
             MontoTotOperacion=\"100.00\"/><retenciones:Complemento>{timbre}</retenciones:Complemento>\
             </retenciones:Retenciones>"
        );
        let mut first =
            retention.replace("retencionpago/2", "retencionpago/1").replace("Version=\"2.0\"", "Version=\"1.0\"");
        for (new, spelled) in [
            (" NacionalidadR=\"Extranjero\"", " Nacionalidad=\"Nacional\""),
            ("retenciones:Extranjero", "retenciones:Nacional RFCRecep=\"XAXX010101000\""),
            (" RfcE=", " RFCEmisor="),
            ("MontoTotOperacion", "montoTotOperacion"),
            ("T09:30:00\" CveRetenc", "T09:30:00-06:00\" CveRetenc"),
        ] {
            first = first.replace(new, spelled);
        }
        self.warn("retenciones_2", retention, &["retenciones"]);
        self.warn("retenciones_1", first, &["retenciones"]);
    }
}
