//! Namespaces and attribute names of the schemas that the SAT has published.

use super::model::Kind;

/// CFDI 4.0.
const CFDI_4: &str = "http://www.sat.gob.mx/cfd/4";
/// CFDI 3.0, 3.2 and 3.3, told apart by the version attribute alone.
const CFDI_3: &str = "http://www.sat.gob.mx/cfd/3";
/// CFD 2.x, the scheme before timbres.
const CFD_2: &str = "http://www.sat.gob.mx/cfd/2";
const RETENCIONES_2: &str = "http://www.sat.gob.mx/esquemas/retencionpago/2";
const RETENCIONES_1: &str = "http://www.sat.gob.mx/esquemas/retencionpago/1";
/// Timbre 1.0 and 1.1.
pub(super) const TIMBRE: &str = "http://www.sat.gob.mx/TimbreFiscalDigital";
/// Pagos 2.0.
pub(super) const PAGOS_20: &str = "http://www.sat.gob.mx/Pagos20";
/// Pagos 1.0, which has no totals.
pub(super) const PAGOS_10: &str = "http://www.sat.gob.mx/Pagos";

/// What a root element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// A document that can be read with these names.
    Document(&'static Dialect),
    /// A CFD 2.x.
    CfdTwo,
    /// Nothing of the SAT's.
    Foreign,
}

/// Where one schema puts the values that identify a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Versions published for it.
    pub(super) versions: &'static [&'static str],
    pub(super) version: &'static str,
    pub(super) serie: Option<&'static str>,
    pub(super) folio: &'static str,
    pub(super) date: &'static str,
    pub(super) sello: &'static str,
    /// The attribute of the total, on the root or, in *Retenciones*, on `Totales`.
    pub(super) total: &'static str,
    pub(super) currency: Option<&'static str>,
    /// The attribute of the kind; *Retenciones* have none, being a kind of their own.
    pub(super) kind: Option<&'static str>,
    pub(super) issuer_rfc: &'static str,
    pub(super) issuer_name: &'static str,
    pub(super) receiver_rfc: &'static str,
    pub(super) receiver_name: &'static str,
}

impl Dialect {
    /// Says whether this is a schema of *Retenciones*, which nests the receiver one level deeper.
    pub(super) fn is_retenciones(&self) -> bool {
        self.kind.is_none()
    }

    /// The kind of every document of this schema, where the schema settles it.
    pub(super) fn fixed_kind(&self) -> Option<Kind> {
        self.is_retenciones().then_some(Kind::Retention)
    }
}

/// Tells what a root is. `old_spelling` says whether it has the attribute `version` in lower case.
pub(super) fn recognise(namespace: &str, local: &str, old_spelling: bool) -> Root {
    match (namespace, local) {
        (CFDI_4, "Comprobante") => Root::Document(&V40),
        (CFDI_3, "Comprobante") if old_spelling => Root::Document(&V32),
        (CFDI_3, "Comprobante") => Root::Document(&V33),
        (CFD_2, "Comprobante") => Root::CfdTwo,
        (RETENCIONES_2, "Retenciones") => Root::Document(&RET20),
        (RETENCIONES_1, "Retenciones") => Root::Document(&RET10),
        _ => Root::Foreign,
    }
}

static V40: Dialect = Dialect {
    versions: &["4.0"],
    version: "Version",
    serie: Some("Serie"),
    folio: "Folio",
    date: "Fecha",
    sello: "Sello",
    total: "Total",
    currency: Some("Moneda"),
    kind: Some("TipoDeComprobante"),
    issuer_rfc: "Rfc",
    issuer_name: "Nombre",
    receiver_rfc: "Rfc",
    receiver_name: "Nombre",
};

static V33: Dialect = Dialect { versions: &["3.3"], ..V40 };

static V32: Dialect = Dialect {
    versions: &["3.2"],
    version: "version",
    serie: Some("serie"),
    folio: "folio",
    date: "fecha",
    sello: "sello",
    total: "total",
    currency: Some("Moneda"),
    kind: Some("tipoDeComprobante"),
    issuer_rfc: "rfc",
    issuer_name: "nombre",
    receiver_rfc: "rfc",
    receiver_name: "nombre",
};

static RET20: Dialect = Dialect {
    versions: &["2.0"],
    version: "Version",
    serie: None,
    folio: "FolioInt",
    date: "FechaExp",
    sello: "Sello",
    total: "MontoTotOperacion",
    currency: None,
    kind: None,
    issuer_rfc: "RfcE",
    issuer_name: "NomDenRazSocE",
    receiver_rfc: "RfcR",
    receiver_name: "NomDenRazSocR",
};

static RET10: Dialect = Dialect {
    versions: &["1.0"],
    total: "montoTotOperacion",
    issuer_rfc: "RFCEmisor",
    receiver_rfc: "RFCRecep",
    ..RET20
};
