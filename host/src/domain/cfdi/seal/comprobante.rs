//! The sheets of CFDI 4.0 and 3.3 themselves (`cadenaoriginal_4_0.xslt`, `cadenaoriginal_3_3.xslt` of the SAT).

use super::complements::{LOCAL_TAXES, PAYMENTS, PAYROLL};
use super::sheet::Part::{AnyOf, Many, One, Optional as O, Required as R};
use super::sheet::{Content, Node, Space};
use crate::domain::cfdi::dialect::TIMBRE;

/// CFDI 4.0.
pub(super) static V40: Node = Node::own(
    "Comprobante",
    &[
        R("Version"),
        O("Serie"),
        O("Folio"),
        R("Fecha"),
        O("FormaPago"),
        R("NoCertificado"),
        O("CondicionesDePago"),
        R("SubTotal"),
        O("Descuento"),
        R("Moneda"),
        O("TipoCambio"),
        R("Total"),
        R("TipoDeComprobante"),
        R("Exportacion"),
        O("MetodoPago"),
        R("LugarExpedicion"),
        O("Confirmacion"),
        One(&GLOBAL),
        Many(&RELATED),
        One(&ISSUER_40),
        One(&RECEIVER_40),
        One(&CONCEPTS_40),
        One(&TAXES_40),
        Many(&COMPLEMENT_40),
        Many(&ADDENDA),
    ],
)
.keeping(ROOT_KEPT);

/// CFDI 3.3.
pub(super) static V33: Node = Node::own(
    "Comprobante",
    &[
        R("Version"),
        O("Serie"),
        O("Folio"),
        R("Fecha"),
        O("FormaPago"),
        R("NoCertificado"),
        O("CondicionesDePago"),
        R("SubTotal"),
        O("Descuento"),
        R("Moneda"),
        O("TipoCambio"),
        R("Total"),
        R("TipoDeComprobante"),
        O("MetodoPago"),
        R("LugarExpedicion"),
        O("Confirmacion"),
        One(&RELATED),
        One(&ISSUER_33),
        One(&RECEIVER_33),
        One(&CONCEPTS_33),
        One(&TAXES_33),
        Many(&COMPLEMENT_33),
        Many(&ADDENDA),
    ],
)
.keeping(ROOT_KEPT);

const ROOT_KEPT: &[&str] = &["Sello", "Certificado", "NoCertificado"];

static GLOBAL: Node = Node::own("InformacionGlobal", &[R("Periodicidad"), R("Meses"), R("Año")]);

static RELATED: Node = Node::own("CfdiRelacionados", &[R("TipoRelacion"), Many(&RELATED_ONE)]);
static RELATED_ONE: Node = Node::own("CfdiRelacionado", &[R("UUID")]);

static ISSUER_40: Node =
    Node::own("Emisor", &[R("Rfc"), R("Nombre"), R("RegimenFiscal"), O("FacAtrAdquirente")]).keeping(&["Rfc"]);
static ISSUER_33: Node = Node::own("Emisor", &[R("Rfc"), O("Nombre"), R("RegimenFiscal")]).keeping(&["Rfc"]);

static RECEIVER_40: Node = Node::own(
    "Receptor",
    &[
        R("Rfc"),
        R("Nombre"),
        R("DomicilioFiscalReceptor"),
        O("ResidenciaFiscal"),
        O("NumRegIdTrib"),
        R("RegimenFiscalReceptor"),
        R("UsoCFDI"),
    ],
);
static RECEIVER_33: Node =
    Node::own("Receptor", &[R("Rfc"), O("Nombre"), O("ResidenciaFiscal"), O("NumRegIdTrib"), R("UsoCFDI")]);

static CONCEPTS_40: Node = Node::own("Conceptos", &[Many(&CONCEPT_40)]);
static CONCEPTS_33: Node = Node::own("Conceptos", &[Many(&CONCEPT_33)]);

static CONCEPT_40: Node = Node::own(
    "Concepto",
    &[
        R("ClaveProdServ"),
        O("NoIdentificacion"),
        R("Cantidad"),
        R("ClaveUnidad"),
        O("Unidad"),
        R("Descripcion"),
        R("ValorUnitario"),
        R("Importe"),
        O("Descuento"),
        R("ObjetoImp"),
        One(&CONCEPT_TAXES),
        Many(&THIRD_PARTY),
        Many(&CUSTOMS),
        Many(&PROPERTY),
        Many(&PIECE),
    ],
);

static CONCEPT_33: Node = Node::own(
    "Concepto",
    &[
        R("ClaveProdServ"),
        O("NoIdentificacion"),
        R("Cantidad"),
        R("ClaveUnidad"),
        O("Unidad"),
        R("Descripcion"),
        R("ValorUnitario"),
        R("Importe"),
        O("Descuento"),
        One(&CONCEPT_TAXES),
        Many(&CUSTOMS),
        Many(&PROPERTY),
        Many(&PIECE),
    ],
);

static CONCEPT_TAXES: Node = Node::own("Impuestos", &[One(&CHARGED), One(&CONCEPT_WITHHELD)]);
static CHARGED: Node = Node::own("Traslados", &[Many(&CHARGED_ONE)]);
static CHARGED_ONE: Node =
    Node::own("Traslado", &[R("Base"), R("Impuesto"), R("TipoFactor"), O("TasaOCuota"), O("Importe")]);
static CONCEPT_WITHHELD: Node = Node::own("Retenciones", &[Many(&CONCEPT_WITHHELD_ONE)]);
static CONCEPT_WITHHELD_ONE: Node =
    Node::own("Retencion", &[R("Base"), R("Impuesto"), R("TipoFactor"), R("TasaOCuota"), R("Importe")]);

static THIRD_PARTY: Node = Node::own(
    "ACuentaTerceros",
    &[
        R("RfcACuentaTerceros"),
        R("NombreACuentaTerceros"),
        R("RegimenFiscalACuentaTerceros"),
        R("DomicilioFiscalACuentaTerceros"),
    ],
);
static CUSTOMS: Node = Node::own("InformacionAduanera", &[R("NumeroPedimento")]);
static PROPERTY: Node = Node::own("CuentaPredial", &[R("Numero")]);
static PIECE: Node = Node::own(
    "Parte",
    &[
        R("ClaveProdServ"),
        O("NoIdentificacion"),
        R("Cantidad"),
        O("Unidad"),
        R("Descripcion"),
        O("ValorUnitario"),
        O("Importe"),
        Many(&CUSTOMS),
    ],
);

static TAXES_40: Node = Node::own(
    "Impuestos",
    &[One(&WITHHELD), O("TotalImpuestosRetenidos"), One(&CHARGED), O("TotalImpuestosTrasladados")],
);
static TAXES_33: Node = Node::own(
    "Impuestos",
    &[One(&WITHHELD), O("TotalImpuestosRetenidos"), One(&CHARGED_33), O("TotalImpuestosTrasladados")],
);
static WITHHELD: Node = Node::own("Retenciones", &[Many(&WITHHELD_ONE)]);
static WITHHELD_ONE: Node = Node::own("Retencion", &[R("Impuesto"), R("Importe")]);
static CHARGED_33: Node = Node::own("Traslados", &[Many(&CHARGED_33_ONE)]);
static CHARGED_33_ONE: Node = Node::own("Traslado", &[R("Impuesto"), R("TipoFactor"), R("TasaOCuota"), R("Importe")]);

static COMPLEMENT_40: Node = Node::own("Complemento", &[AnyOf(&[&STAMP, &PAYMENTS, &PAYROLL, &LOCAL_TAXES])]);
/// The sheet of 3.3 does not know Pagos 2.0.
static COMPLEMENT_33: Node = Node::own("Complemento", &[AnyOf(&[&STAMP, &PAYROLL, &LOCAL_TAXES])]);

/// The timbre is given after the seal.
static STAMP: Node = Node { space: Space::At(TIMBRE), name: "TimbreFiscalDigital", content: Content::Empty, kept: &[] };

static ADDENDA: Node = Node { space: Space::Root, name: "Addenda", content: Content::Anything, kept: &[] };
