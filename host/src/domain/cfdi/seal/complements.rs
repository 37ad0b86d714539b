//! The sheets of the complements that are part of the cadena: `Pagos20.xslt`, `nomina12.xslt`, `implocal.xslt` of the SAT.

use super::sheet::Node;
use super::sheet::Part::{self, Many, One, Optional as O, Required as R};
use crate::domain::cfdi::dialect::PAGOS_20;

const NOMINA_12: &str = "http://www.sat.gob.mx/nomina12";
const LOCAL: &str = "http://www.sat.gob.mx/implocal";

const fn payment(name: &'static str, parts: &'static [Part]) -> Node {
    Node::at(PAGOS_20, name, parts)
}

const fn payroll(name: &'static str, parts: &'static [Part]) -> Node {
    Node::at(NOMINA_12, name, parts)
}

/// Pagos 2.0.
pub(super) static PAYMENTS: Node = payment("Pagos", &[R("Version"), Many(&PAYMENT_TOTALS), Many(&PAYMENT)]);

static PAYMENT_TOTALS: Node = payment(
    "Totales",
    &[
        O("TotalRetencionesIVA"),
        O("TotalRetencionesISR"),
        O("TotalRetencionesIEPS"),
        O("TotalTrasladosBaseIVA16"),
        O("TotalTrasladosImpuestoIVA16"),
        O("TotalTrasladosBaseIVA8"),
        O("TotalTrasladosImpuestoIVA8"),
        O("TotalTrasladosBaseIVA0"),
        O("TotalTrasladosImpuestoIVA0"),
        O("TotalTrasladosBaseIVAExento"),
        R("MontoTotalPagos"),
    ],
);

static PAYMENT: Node = payment(
    "Pago",
    &[
        R("FechaPago"),
        R("FormaDePagoP"),
        R("MonedaP"),
        O("TipoCambioP"),
        R("Monto"),
        O("NumOperacion"),
        O("RfcEmisorCtaOrd"),
        O("NomBancoOrdExt"),
        O("CtaOrdenante"),
        O("RfcEmisorCtaBen"),
        O("CtaBeneficiario"),
        O("TipoCadPago"),
        O("CertPago"),
        O("CadPago"),
        O("SelloPago"),
        Many(&PAID_DOCUMENT),
        Many(&PAYMENT_TAXES),
    ],
);

static PAID_DOCUMENT: Node = payment(
    "DoctoRelacionado",
    &[
        R("IdDocumento"),
        O("Serie"),
        O("Folio"),
        R("MonedaDR"),
        O("EquivalenciaDR"),
        R("NumParcialidad"),
        R("ImpSaldoAnt"),
        R("ImpPagado"),
        R("ImpSaldoInsoluto"),
        R("ObjetoImpDR"),
        One(&PAID_TAXES),
    ],
);
static PAID_TAXES: Node = payment("ImpuestosDR", &[One(&PAID_WITHHELD), One(&PAID_CHARGED)]);
static PAID_WITHHELD: Node = payment("RetencionesDR", &[Many(&PAID_WITHHELD_ONE)]);
static PAID_WITHHELD_ONE: Node =
    payment("RetencionDR", &[R("BaseDR"), R("ImpuestoDR"), R("TipoFactorDR"), R("TasaOCuotaDR"), R("ImporteDR")]);
static PAID_CHARGED: Node = payment("TrasladosDR", &[Many(&PAID_CHARGED_ONE)]);
static PAID_CHARGED_ONE: Node =
    payment("TrasladoDR", &[R("BaseDR"), R("ImpuestoDR"), R("TipoFactorDR"), O("TasaOCuotaDR"), O("ImporteDR")]);

static PAYMENT_TAXES: Node = payment("ImpuestosP", &[One(&PAYMENT_WITHHELD), One(&PAYMENT_CHARGED)]);
static PAYMENT_WITHHELD: Node = payment("RetencionesP", &[Many(&PAYMENT_WITHHELD_ONE)]);
static PAYMENT_WITHHELD_ONE: Node = payment("RetencionP", &[R("ImpuestoP"), R("ImporteP")]);
static PAYMENT_CHARGED: Node = payment("TrasladosP", &[Many(&PAYMENT_CHARGED_ONE)]);
static PAYMENT_CHARGED_ONE: Node =
    payment("TrasladoP", &[R("BaseP"), R("ImpuestoP"), R("TipoFactorP"), O("TasaOCuotaP"), O("ImporteP")]);

/// Nómina 1.2.
pub(super) static PAYROLL: Node = payroll(
    "Nomina",
    &[
        R("Version"),
        R("TipoNomina"),
        R("FechaPago"),
        R("FechaInicialPago"),
        R("FechaFinalPago"),
        R("NumDiasPagados"),
        O("TotalPercepciones"),
        O("TotalDeducciones"),
        O("TotalOtrosPagos"),
        Many(&EMPLOYER),
        Many(&EMPLOYEE),
        Many(&EARNINGS),
        Many(&DEDUCTIONS),
        Many(&OTHER_PAYMENTS),
        Many(&SICK_LEAVES),
    ],
);

static EMPLOYER: Node =
    payroll("Emisor", &[O("Curp"), O("RegistroPatronal"), O("RfcPatronOrigen"), Many(&FEDERAL_FUNDS)]);
static FEDERAL_FUNDS: Node = payroll("EntidadSNCF", &[R("OrigenRecurso"), O("MontoRecursoPropio")]);

static EMPLOYEE: Node = payroll(
    "Receptor",
    &[
        R("Curp"),
        O("NumSeguridadSocial"),
        O("FechaInicioRelLaboral"),
        O("Antigüedad"),
        R("TipoContrato"),
        O("Sindicalizado"),
        O("TipoJornada"),
        R("TipoRegimen"),
        R("NumEmpleado"),
        O("Departamento"),
        O("Puesto"),
        O("RiesgoPuesto"),
        R("PeriodicidadPago"),
        O("Banco"),
        O("CuentaBancaria"),
        O("SalarioBaseCotApor"),
        O("SalarioDiarioIntegrado"),
        R("ClaveEntFed"),
        Many(&SUBCONTRACT),
    ],
);
static SUBCONTRACT: Node = payroll("SubContratacion", &[R("RfcLabora"), R("PorcentajeTiempo")]);

static EARNINGS: Node = payroll(
    "Percepciones",
    &[
        O("TotalSueldos"),
        O("TotalSeparacionIndemnizacion"),
        O("TotalJubilacionPensionRetiro"),
        R("TotalGravado"),
        R("TotalExento"),
        Many(&EARNING),
        Many(&PENSION),
        Many(&SEVERANCE),
    ],
);
static EARNING: Node = payroll(
    "Percepcion",
    &[
        R("TipoPercepcion"),
        R("Clave"),
        R("Concepto"),
        R("ImporteGravado"),
        R("ImporteExento"),
        Many(&SHARES),
        Many(&OVERTIME),
    ],
);
static SHARES: Node = payroll("AccionesOTitulos", &[R("ValorMercado"), R("PrecioAlOtorgarse")]);
static OVERTIME: Node = payroll("HorasExtra", &[R("Dias"), R("TipoHoras"), R("HorasExtra"), R("ImportePagado")]);
static PENSION: Node = payroll(
    "JubilacionPensionRetiro",
    &[
        O("TotalUnaExhibicion"),
        O("TotalParcialidad"),
        O("MontoDiario"),
        R("IngresoAcumulable"),
        R("IngresoNoAcumulable"),
    ],
);
static SEVERANCE: Node = payroll(
    "SeparacionIndemnizacion",
    &[
        R("TotalPagado"),
        R("NumAñosServicio"),
        R("UltimoSueldoMensOrd"),
        R("IngresoAcumulable"),
        R("IngresoNoAcumulable"),
    ],
);

static DEDUCTIONS: Node =
    payroll("Deducciones", &[O("TotalOtrasDeducciones"), O("TotalImpuestosRetenidos"), Many(&DEDUCTION)]);
static DEDUCTION: Node = payroll("Deduccion", &[R("TipoDeduccion"), R("Clave"), R("Concepto"), R("Importe")]);

static OTHER_PAYMENTS: Node = payroll("OtrosPagos", &[Many(&OTHER_PAYMENT)]);
static OTHER_PAYMENT: Node = payroll(
    "OtroPago",
    &[R("TipoOtroPago"), R("Clave"), R("Concepto"), R("Importe"), Many(&SUBSIDY), Many(&CREDIT_BALANCE)],
);
static SUBSIDY: Node = payroll("SubsidioAlEmpleo", &[R("SubsidioCausado")]);
static CREDIT_BALANCE: Node = payroll("CompensacionSaldosAFavor", &[R("SaldoAFavor"), R("Año"), R("RemanenteSalFav")]);

static SICK_LEAVES: Node = payroll("Incapacidades", &[Many(&SICK_LEAVE)]);
static SICK_LEAVE: Node = payroll("Incapacidad", &[R("DiasIncapacidad"), R("TipoIncapacidad"), O("ImporteMonetario")]);

/// Impuestos locales 1.0.
pub(super) static LOCAL_TAXES: Node = Node::at(
    LOCAL,
    "ImpuestosLocales",
    &[R("version"), R("TotaldeRetenciones"), R("TotaldeTraslados"), Many(&LOCAL_WITHHELD), Many(&LOCAL_CHARGED)],
);
static LOCAL_WITHHELD: Node =
    Node::at(LOCAL, "RetencionesLocales", &[R("ImpLocRetenido"), R("TasadeRetencion"), R("Importe")]);
static LOCAL_CHARGED: Node =
    Node::at(LOCAL, "TrasladosLocales", &[R("ImpLocTrasladado"), R("TasadeTraslado"), R("Importe")]);
