//! What the schemas allow, as far as the corpus needs it: one line an element, written after the XSD files of the SAT.
//!
//! `Label: attributes > children`. A label's last word is the element's name; `!` once, `?` perhaps, `*` any number.

/// CFDI 4.0 (`cfdv40.xsd`).
pub(crate) const V40: &str = "
Comprobante: Version! Serie? Folio? Fecha! Sello! FormaPago? NoCertificado! Certificado! CondicionesDePago? SubTotal! \
    Descuento? Moneda! TipoCambio? Total! TipoDeComprobante! Exportacion! MetodoPago? LugarExpedicion! Confirmacion? \
    > InformacionGlobal? CfdiRelacionados* Emisor! Receptor! Conceptos! Impuestos? Complemento!
InformacionGlobal: Periodicidad! Meses! Año!
CfdiRelacionados: TipoRelacion! > CfdiRelacionado*
CfdiRelacionado: UUID!
Emisor: Rfc! Nombre! RegimenFiscal! FacAtrAdquirente?
Receptor: Rfc! Nombre! DomicilioFiscalReceptor! ResidenciaFiscal? NumRegIdTrib? RegimenFiscalReceptor! UsoCFDI!
Conceptos: > Concepto*
Concepto: ClaveProdServ! NoIdentificacion? Cantidad! ClaveUnidad! Unidad? Descripcion! ValorUnitario! Importe! Descuento? \
    ObjetoImp! > Concepto.Impuestos? ACuentaTerceros? InformacionAduanera* CuentaPredial* Parte*
Concepto.Impuestos: > Traslados? Concepto.Retenciones?
Traslados: > Traslado*
Traslado: Base! Impuesto! TipoFactor! TasaOCuota? Importe?
Concepto.Retenciones: > Concepto.Retencion*
Concepto.Retencion: Base! Impuesto! TipoFactor! TasaOCuota! Importe!
ACuentaTerceros: RfcACuentaTerceros! NombreACuentaTerceros! RegimenFiscalACuentaTerceros! DomicilioFiscalACuentaTerceros!
InformacionAduanera: NumeroPedimento!
CuentaPredial: Numero!
Parte: ClaveProdServ! NoIdentificacion? Cantidad! Unidad? Descripcion! ValorUnitario? Importe? > InformacionAduanera*
Impuestos: TotalImpuestosRetenidos? TotalImpuestosTrasladados? > Retenciones? Traslados?
Retenciones: > Retencion*
Retencion: Impuesto! Importe!
Complemento: > pago20.Pagos? nomina12.Nomina* implocal.ImpuestosLocales? tfd.TimbreFiscalDigital!
";

/// CFDI 3.3 (`cfdv33.xsd`).
pub(crate) const V33: &str = "
Comprobante: Version! Serie? Folio? Fecha! Sello! FormaPago? NoCertificado! Certificado! CondicionesDePago? SubTotal! \
    Descuento? Moneda! TipoCambio? Total! TipoDeComprobante! MetodoPago? LugarExpedicion! Confirmacion? \
    > CfdiRelacionados? Emisor! Receptor! Conceptos! Impuestos? Complemento*
CfdiRelacionados: TipoRelacion! > CfdiRelacionado*
CfdiRelacionado: UUID!
Emisor: Rfc! Nombre? RegimenFiscal!
Receptor: Rfc! Nombre? ResidenciaFiscal? NumRegIdTrib? UsoCFDI!
Conceptos: > Concepto*
Concepto: ClaveProdServ! NoIdentificacion? Cantidad! ClaveUnidad! Unidad? Descripcion! ValorUnitario! Importe! Descuento? \
    > Concepto.Impuestos? InformacionAduanera* CuentaPredial? Parte*
Concepto.Impuestos: > Concepto.Traslados? Concepto.Retenciones?
Concepto.Traslados: > Concepto.Traslado*
Concepto.Traslado: Base! Impuesto! TipoFactor! TasaOCuota? Importe?
Concepto.Retenciones: > Concepto.Retencion*
Concepto.Retencion: Base! Impuesto! TipoFactor! TasaOCuota! Importe!
InformacionAduanera: NumeroPedimento!
CuentaPredial: Numero!
Parte: ClaveProdServ! NoIdentificacion? Cantidad! Unidad? Descripcion! ValorUnitario? Importe? > InformacionAduanera*
Impuestos: TotalImpuestosRetenidos? TotalImpuestosTrasladados? > Retenciones? Traslados?
Retenciones: > Retencion*
Retencion: Impuesto! Importe!
Traslados: > Traslado*
Traslado: Impuesto! TipoFactor! TasaOCuota! Importe!
Complemento: > nomina12.Nomina* implocal.ImpuestosLocales? tfd.TimbreFiscalDigital?
";

/// What both may carry (`TimbreFiscalDigitalv11.xsd`, `Pagos20.xsd`, `nomina12.xsd`, `implocal.xsd`).
pub(crate) const COMPLEMENTS: &str = "
tfd.TimbreFiscalDigital: Version! UUID! FechaTimbrado! RfcProvCertif! Leyenda? SelloCFD! NoCertificadoSAT! SelloSAT!
pago20.Pagos: Version! > pago20.Totales! pago20.Pago*
pago20.Totales: TotalRetencionesIVA? TotalRetencionesISR? TotalRetencionesIEPS? TotalTrasladosBaseIVA16? \
    TotalTrasladosImpuestoIVA16? TotalTrasladosBaseIVA8? TotalTrasladosImpuestoIVA8? TotalTrasladosBaseIVA0? \
    TotalTrasladosImpuestoIVA0? TotalTrasladosBaseIVAExento? MontoTotalPagos!
pago20.Pago: FechaPago! FormaDePagoP! MonedaP! TipoCambioP? Monto! NumOperacion? RfcEmisorCtaOrd? NomBancoOrdExt? \
    CtaOrdenante? RfcEmisorCtaBen? CtaBeneficiario? TipoCadPago? CertPago? CadPago? SelloPago? \
    > pago20.DoctoRelacionado* pago20.ImpuestosP?
pago20.DoctoRelacionado: IdDocumento! Serie? Folio? MonedaDR! EquivalenciaDR? NumParcialidad! ImpSaldoAnt! ImpPagado! \
    ImpSaldoInsoluto! ObjetoImpDR! > pago20.ImpuestosDR?
pago20.ImpuestosDR: > pago20.RetencionesDR? pago20.TrasladosDR?
pago20.RetencionesDR: > pago20.RetencionDR*
pago20.RetencionDR: BaseDR! ImpuestoDR! TipoFactorDR! TasaOCuotaDR! ImporteDR!
pago20.TrasladosDR: > pago20.TrasladoDR*
pago20.TrasladoDR: BaseDR! ImpuestoDR! TipoFactorDR! TasaOCuotaDR? ImporteDR?
pago20.ImpuestosP: > pago20.RetencionesP? pago20.TrasladosP?
pago20.RetencionesP: > pago20.RetencionP*
pago20.RetencionP: ImpuestoP! ImporteP!
pago20.TrasladosP: > pago20.TrasladoP*
pago20.TrasladoP: BaseP! ImpuestoP! TipoFactorP! TasaOCuotaP? ImporteP?
nomina12.Nomina: Version! TipoNomina! FechaPago! FechaInicialPago! FechaFinalPago! NumDiasPagados! TotalPercepciones? \
    TotalDeducciones? TotalOtrosPagos? > nomina12.Emisor? nomina12.Receptor! nomina12.Percepciones? nomina12.Deducciones? \
    nomina12.OtrosPagos? nomina12.Incapacidades?
nomina12.Emisor: Curp? RegistroPatronal? RfcPatronOrigen? > nomina12.EntidadSNCF?
nomina12.EntidadSNCF: OrigenRecurso! MontoRecursoPropio?
nomina12.Receptor: Curp! NumSeguridadSocial? FechaInicioRelLaboral? Antigüedad? TipoContrato! Sindicalizado? TipoJornada? \
    TipoRegimen! NumEmpleado! Departamento? Puesto? RiesgoPuesto? PeriodicidadPago! Banco? CuentaBancaria? \
    SalarioBaseCotApor? SalarioDiarioIntegrado? ClaveEntFed! > nomina12.SubContratacion*
nomina12.SubContratacion: RfcLabora! PorcentajeTiempo!
nomina12.Percepciones: TotalSueldos? TotalSeparacionIndemnizacion? TotalJubilacionPensionRetiro? TotalGravado! \
    TotalExento! > nomina12.Percepcion* nomina12.JubilacionPensionRetiro? nomina12.SeparacionIndemnizacion?
nomina12.Percepcion: TipoPercepcion! Clave! Concepto! ImporteGravado! ImporteExento! \
    > nomina12.AccionesOTitulos? nomina12.HorasExtra*
nomina12.AccionesOTitulos: ValorMercado! PrecioAlOtorgarse!
nomina12.HorasExtra: Dias! TipoHoras! HorasExtra! ImportePagado!
nomina12.JubilacionPensionRetiro: TotalUnaExhibicion? TotalParcialidad? MontoDiario? IngresoAcumulable! \
    IngresoNoAcumulable!
nomina12.SeparacionIndemnizacion: TotalPagado! NumAñosServicio! UltimoSueldoMensOrd! IngresoAcumulable! \
    IngresoNoAcumulable!
nomina12.Deducciones: TotalOtrasDeducciones? TotalImpuestosRetenidos? > nomina12.Deduccion*
nomina12.Deduccion: TipoDeduccion! Clave! Concepto! Importe!
nomina12.OtrosPagos: > nomina12.OtroPago*
nomina12.OtroPago: TipoOtroPago! Clave! Concepto! Importe! > nomina12.SubsidioAlEmpleo? nomina12.CompensacionSaldosAFavor?
nomina12.SubsidioAlEmpleo: SubsidioCausado!
nomina12.CompensacionSaldosAFavor: SaldoAFavor! Año! RemanenteSalFav!
nomina12.Incapacidades: > nomina12.Incapacidad*
nomina12.Incapacidad: DiasIncapacidad! TipoIncapacidad! ImporteMonetario?
implocal.ImpuestosLocales: version! TotaldeRetenciones! TotaldeTraslados! > implocal.RetencionesLocales* \
    implocal.TrasladosLocales*
implocal.RetencionesLocales: ImpLocRetenido! TasadeRetencion! Importe!
implocal.TrasladosLocales: ImpLocTrasladado! TasadeTraslado! Importe!
";
