//! Names of codes, from the SAT's small catalogues (`catCFDI`, `catNomina`). A code without a name is printed alone.

/// Codes and their names.
type Catalogue = &'static [(&'static str, &'static str)];

/// The code with its name, as far as it is known.
#[must_use]
pub(super) fn named(catalogue: Catalogue, code: &str) -> String {
    match catalogue.iter().find(|(own, _)| *own == code) {
        Some((_, name)) => format!("{code} {name}"),
        None => code.to_owned(),
    }
}

/// The name alone, or the code where there is none.
#[must_use]
pub(super) fn name(catalogue: Catalogue, code: &str) -> String {
    catalogue.iter().find(|(own, _)| *own == code).map_or(code, |(_, name)| name).to_owned()
}

/// *TipoDeComprobante*, as a heading.
pub(super) const KINDS: Catalogue = &[
    ("I", "Factura (CFDI de ingreso)"),
    ("E", "Nota de crédito (CFDI de egreso)"),
    ("T", "CFDI de traslado"),
    ("N", "Recibo de nómina (CFDI)"),
    ("P", "Recibo electrónico de pago (CFDI)"),
];

/// *TipoDeComprobante*.
pub(super) const KIND_NAMES: Catalogue =
    &[("I", "Ingreso"), ("E", "Egreso"), ("T", "Traslado"), ("N", "Nómina"), ("P", "Pago")];

/// *c_RegimenFiscal*.
pub(super) const REGIMES: Catalogue = &[
    ("601", "General de Ley Personas Morales"),
    ("603", "Personas Morales con Fines no Lucrativos"),
    ("605", "Sueldos y Salarios e Ingresos Asimilados a Salarios"),
    ("606", "Arrendamiento"),
    ("607", "Régimen de Enajenación o Adquisición de Bienes"),
    ("608", "Demás ingresos"),
    ("609", "Consolidación"),
    ("610", "Residentes en el Extranjero sin Establecimiento Permanente en México"),
    ("611", "Ingresos por Dividendos (socios y accionistas)"),
    ("612", "Personas Físicas con Actividades Empresariales y Profesionales"),
    ("614", "Ingresos por intereses"),
    ("615", "Régimen de los ingresos por obtención de premios"),
    ("616", "Sin obligaciones fiscales"),
    ("620", "Sociedades Cooperativas de Producción que optan por diferir sus ingresos"),
    ("621", "Incorporación Fiscal"),
    ("622", "Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras"),
    ("623", "Opcional para Grupos de Sociedades"),
    ("624", "Coordinados"),
    ("625", "Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas"),
    ("626", "Régimen Simplificado de Confianza"),
    ("628", "Hidrocarburos"),
    ("629", "De los Regímenes Fiscales Preferentes y de las Empresas Multinacionales"),
    ("630", "Enajenación de acciones en bolsa de valores"),
];

/// *c_UsoCFDI*.
pub(super) const USES: Catalogue = &[
    ("G01", "Adquisición de mercancías"),
    ("G02", "Devoluciones, descuentos o bonificaciones"),
    ("G03", "Gastos en general"),
    ("I01", "Construcciones"),
    ("I02", "Mobiliario y equipo de oficina por inversiones"),
    ("I03", "Equipo de transporte"),
    ("I04", "Equipo de cómputo y accesorios"),
    ("I05", "Dados, troqueles, moldes, matrices y herramental"),
    ("I06", "Comunicaciones telefónicas"),
    ("I07", "Comunicaciones satelitales"),
    ("I08", "Otra maquinaria y equipo"),
    ("D01", "Honorarios médicos, dentales y gastos hospitalarios"),
    ("D02", "Gastos médicos por incapacidad o discapacidad"),
    ("D03", "Gastos funerales"),
    ("D04", "Donativos"),
    ("D05", "Intereses reales efectivamente pagados por créditos hipotecarios (casa habitación)"),
    ("D06", "Aportaciones voluntarias al SAR"),
    ("D07", "Primas por seguros de gastos médicos"),
    ("D08", "Gastos de transportación escolar obligatoria"),
    ("D09", "Depósitos en cuentas para el ahorro, primas que tengan como base planes de pensiones"),
    ("D10", "Pagos por servicios educativos (colegiaturas)"),
    ("S01", "Sin efectos fiscales"),
    ("CP01", "Pagos"),
    ("CN01", "Nómina"),
    ("P01", "Por definir"),
];

/// *c_FormaPago*.
pub(super) const FORMS_OF_PAYMENT: Catalogue = &[
    ("01", "Efectivo"),
    ("02", "Cheque nominativo"),
    ("03", "Transferencia electrónica de fondos"),
    ("04", "Tarjeta de crédito"),
    ("05", "Monedero electrónico"),
    ("06", "Dinero electrónico"),
    ("08", "Vales de despensa"),
    ("12", "Dación en pago"),
    ("13", "Pago por subrogación"),
    ("14", "Pago por consignación"),
    ("15", "Condonación"),
    ("17", "Compensación"),
    ("23", "Novación"),
    ("24", "Confusión"),
    ("25", "Remisión de deuda"),
    ("26", "Prescripción o caducidad"),
    ("27", "A satisfacción del acreedor"),
    ("28", "Tarjeta de débito"),
    ("29", "Tarjeta de servicios"),
    ("30", "Aplicación de anticipos"),
    ("31", "Intermediario pagos"),
    ("99", "Por definir"),
];

/// *c_MetodoPago*.
pub(super) const METHODS_OF_PAYMENT: Catalogue =
    &[("PUE", "Pago en una sola exhibición"), ("PPD", "Pago en parcialidades o diferido")];

/// *c_TipoRelacion*.
pub(super) const RELATIONS: Catalogue = &[
    ("01", "Nota de crédito de los documentos relacionados"),
    ("02", "Nota de débito de los documentos relacionados"),
    ("03", "Devolución de mercancía sobre facturas o traslados previos"),
    ("04", "Sustitución de los CFDI previos"),
    ("05", "Traslados de mercancías facturados previamente"),
    ("06", "Factura generada por los traslados previos"),
    ("07", "CFDI por aplicación de anticipo"),
];

/// *c_Exportacion*.
pub(super) const EXPORTS: Catalogue = &[
    ("01", "No aplica"),
    ("02", "Definitiva con clave A1"),
    ("03", "Temporal"),
    ("04", "Definitiva con clave distinta a A1 o cuando no existe enajenación en términos del CFF"),
];

/// *c_ObjetoImp*, as far as the names are short.
pub(super) const TAX_OBJECTS: Catalogue = &[
    ("01", "No objeto de impuesto"),
    ("02", "Sí objeto de impuesto"),
    ("03", "Sí objeto del impuesto y no obligado al desglose"),
    ("04", "Sí objeto del impuesto y no causa impuesto"),
];

/// *c_Impuesto*.
pub(super) const TAXES: Catalogue = &[("001", "ISR"), ("002", "IVA"), ("003", "IEPS")];

/// *c_Periodicidad*.
pub(super) const PERIODS: Catalogue =
    &[("01", "Diario"), ("02", "Semanal"), ("03", "Quincenal"), ("04", "Mensual"), ("05", "Bimestral")];

/// *c_Meses*.
pub(super) const MONTHS: Catalogue = &[
    ("01", "Enero"),
    ("02", "Febrero"),
    ("03", "Marzo"),
    ("04", "Abril"),
    ("05", "Mayo"),
    ("06", "Junio"),
    ("07", "Julio"),
    ("08", "Agosto"),
    ("09", "Septiembre"),
    ("10", "Octubre"),
    ("11", "Noviembre"),
    ("12", "Diciembre"),
    ("13", "Enero-Febrero"),
    ("14", "Marzo-Abril"),
    ("15", "Mayo-Junio"),
    ("16", "Julio-Agosto"),
    ("17", "Septiembre-Octubre"),
    ("18", "Noviembre-Diciembre"),
];

/// *c_TipoNomina*.
pub(super) const PAYROLLS: Catalogue = &[("O", "Ordinaria"), ("E", "Extraordinaria")];

/// *c_PeriodicidadPago*.
pub(super) const PAY_PERIODS: Catalogue = &[
    ("01", "Diario"),
    ("02", "Semanal"),
    ("03", "Catorcenal"),
    ("04", "Quincenal"),
    ("05", "Mensual"),
    ("06", "Bimestral"),
    ("07", "Unidad obra"),
    ("08", "Comisión"),
    ("09", "Precio alzado"),
    ("10", "Decenal"),
    ("99", "Otra periodicidad"),
];
