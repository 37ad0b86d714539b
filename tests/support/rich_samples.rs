//! Documents of every kind with all that a printed representation shows. Everything is invented.

use super::samples::sealing::{Signer, certificate, placeholder, seal};
use super::samples::{SampleParty, issuer, receiver, uuid};

/// The parts of a document that differ by kind.
pub(crate) struct Rich {
    pub(crate) kind: char,
    pub(crate) version: &'static str,
    /// Further attributes of the root.
    pub(crate) root: String,
    pub(crate) receiver: SampleParty,
    pub(crate) usage: &'static str,
    /// Between the root and the issuer.
    pub(crate) before: String,
    pub(crate) concepts: String,
    pub(crate) taxes: String,
    pub(crate) complement: String,
}

impl Rich {
    /// The sealed XML.
    pub(crate) fn xml(&self) -> String {
        let namespace =
            if self.version == "4.0" { "http://www.sat.gob.mx/cfd/4" } else { "http://www.sat.gob.mx/cfd/3" };
        let (sello, number, from) = (placeholder(), Signer::Issuer.number(), issuer());
        let certificate = certificate(Signer::Issuer, number, &from.rfc);
        let new_only = match self.version {
            "4.0" => " DomicilioFiscalReceptor=\"64000\" RegimenFiscalReceptor=\"601\"",
            _ => "",
        };
        let Self { kind, version, root, receiver, usage, before, concepts, taxes, complement } = self;
        seal(
            Signer::Issuer,
            &format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cfdi:Comprobante xmlns:cfdi=\"{namespace}\" \
                 Version=\"{version}\" Serie=\"Z{kind}\" Folio=\"77\" Fecha=\"2026-10-05T11:22:33\" Sello=\"{sello}\" \
                 NoCertificado=\"{number}\" Certificado=\"{certificate}\" TipoDeComprobante=\"{kind}\" \
                 LugarExpedicion=\"64000\"{root}>{before}<cfdi:Emisor Rfc=\"{}\" Nombre=\"{}\" RegimenFiscal=\"601\"/>\
                 <cfdi:Receptor Rfc=\"{}\" Nombre=\"{}\"{new_only} UsoCFDI=\"{usage}\"/><cfdi:Conceptos>{concepts}\
                 </cfdi:Conceptos>{taxes}<cfdi:Complemento>{complement}<tfd:TimbreFiscalDigital \
                 xmlns:tfd=\"http://www.sat.gob.mx/TimbreFiscalDigital\" Version=\"1.1\" UUID=\"{}\" \
                 FechaTimbrado=\"2026-10-05T11:25:00\" RfcProvCertif=\"PAC010101AAA\" SelloCFD=\"{sello}\" \
                 NoCertificadoSAT=\"00001000000900000008\" SelloSAT=\"{}\"/></cfdi:Complemento></cfdi:Comprobante>\n",
                escape(&from.rfc),
                escape(&from.name),
                escape(&receiver.rfc),
                escape(&receiver.name),
                uuid(u64::from(u32::from(*kind))),
                "Qz9+".repeat(86),
            ),
        )
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A concept with IVA and a withheld ISR.
pub(crate) fn concept(description: &str) -> String {
    format!(
        "<cfdi:Concepto ClaveProdServ=\"43211503\" NoIdentificacion=\"LAP-Ñ-9\" Cantidad=\"2.000000\" ClaveUnidad=\"H87\" \
         Unidad=\"Pieza\" Descripcion=\"{}\" ValorUnitario=\"12500.500000\" Importe=\"25001.00\" Descuento=\"1.00\" \
         ObjetoImp=\"02\"><cfdi:Impuestos><cfdi:Traslados><cfdi:Traslado Base=\"25000.00\" Impuesto=\"002\" \
         TipoFactor=\"Tasa\" TasaOCuota=\"0.160000\" Importe=\"4000.00\"/></cfdi:Traslados><cfdi:Retenciones>\
         <cfdi:Retencion Base=\"25000.00\" Impuesto=\"001\" TipoFactor=\"Tasa\" TasaOCuota=\"0.012500\" \
         Importe=\"312.50\"/></cfdi:Retenciones></cfdi:Impuestos><cfdi:InformacionAduanera NumeroPedimento=\"21  47  \
         3807  8003832\"/></cfdi:Concepto>",
        escape(description)
    )
}

/// An invoice in dollars with that many concepts and a local tax.
pub(crate) fn income(concepts: usize, description: &str) -> Rich {
    Rich {
        kind: 'I',
        version: "4.0",
        root: " FormaPago=\"99\" CondicionesDePago=\"Crédito de 30 días\" SubTotal=\"25001.00\" Descuento=\"1.00\" \
               Moneda=\"USD\" TipoCambio=\"18.4512\" Total=\"28937.50\" MetodoPago=\"PPD\" Exportacion=\"01\""
            .to_owned(),
        receiver: receiver(1),
        usage: "I04",
        before: format!(
            "<cfdi:CfdiRelacionados TipoRelacion=\"04\"><cfdi:CfdiRelacionado UUID=\"{}\"/></cfdi:CfdiRelacionados>",
            uuid(9)
        ),
        concepts: concept(description).repeat(concepts),
        taxes: "<cfdi:Impuestos TotalImpuestosRetenidos=\"312.50\" TotalImpuestosTrasladados=\"4000.00\">\
                <cfdi:Retenciones><cfdi:Retencion Impuesto=\"001\" Importe=\"312.50\"/></cfdi:Retenciones>\
                <cfdi:Traslados><cfdi:Traslado Base=\"25000.00\" Impuesto=\"002\" TipoFactor=\"Tasa\" \
                TasaOCuota=\"0.160000\" Importe=\"4000.00\"/></cfdi:Traslados></cfdi:Impuestos>"
            .to_owned(),
        complement: "<implocal:ImpuestosLocales xmlns:implocal=\"http://www.sat.gob.mx/implocal\" version=\"1.0\" \
                     TotaldeRetenciones=\"0.00\" TotaldeTraslados=\"250.00\"><implocal:TrasladosLocales \
                     ImpLocTrasladado=\"ISH\" TasadeTraslado=\"1.00\" Importe=\"250.00\"/></implocal:ImpuestosLocales>"
            .to_owned(),
    }
}

/// A credit note of version 3.3.
pub(crate) fn egress() -> Rich {
    Rich {
        kind: 'E',
        version: "3.3",
        root: " FormaPago=\"03\" SubTotal=\"100.00\" Moneda=\"MXN\" Total=\"116.00\" MetodoPago=\"PUE\"".to_owned(),
        receiver: receiver(0),
        usage: "G02",
        before: format!(
            "<cfdi:CfdiRelacionados TipoRelacion=\"01\"><cfdi:CfdiRelacionado UUID=\"{}\"/></cfdi:CfdiRelacionados>",
            uuid(10)
        ),
        concepts: "<cfdi:Concepto ClaveProdServ=\"84111506\" Cantidad=\"1\" ClaveUnidad=\"ACT\" \
                   Descripcion=\"Devolución de mercancía\" ValorUnitario=\"100.00\" Importe=\"100.00\"/>"
            .to_owned(),
        taxes: "<cfdi:Impuestos TotalImpuestosTrasladados=\"16.00\"><cfdi:Traslados><cfdi:Traslado Impuesto=\"002\" \
                TipoFactor=\"Tasa\" TasaOCuota=\"0.160000\" Importe=\"16.00\"/></cfdi:Traslados></cfdi:Impuestos>"
            .to_owned(),
        complement: String::new(),
    }
}

/// A receipt of two payments for three invoices.
pub(crate) fn payments() -> Rich {
    let document = |seed: u64, folio: u32| {
        format!(
            "<pago20:DoctoRelacionado IdDocumento=\"{}\" Serie=\"A\" Folio=\"{folio}\" MonedaDR=\"MXN\" \
             EquivalenciaDR=\"1\" NumParcialidad=\"2\" ImpSaldoAnt=\"1160.00\" ImpPagado=\"580.00\" \
             ImpSaldoInsoluto=\"580.00\" ObjetoImpDR=\"02\"><pago20:ImpuestosDR><pago20:TrasladosDR><pago20:TrasladoDR \
             BaseDR=\"500.00\" ImpuestoDR=\"002\" TipoFactorDR=\"Tasa\" TasaOCuotaDR=\"0.160000\" ImporteDR=\"80.00\"/>\
             </pago20:TrasladosDR></pago20:ImpuestosDR></pago20:DoctoRelacionado>",
            uuid(seed)
        )
    };
    let payment = |amount: &str, documents: String| {
        format!(
            "<pago20:Pago FechaPago=\"2026-10-04T12:00:00\" FormaDePagoP=\"03\" MonedaP=\"MXN\" TipoCambioP=\"1\" \
             Monto=\"{amount}\" NumOperacion=\"SPEI-0042\" CtaBeneficiario=\"012345678901234567\">{documents}\
             <pago20:ImpuestosP><pago20:TrasladosP><pago20:TrasladoP BaseP=\"500.00\" ImpuestoP=\"002\" \
             TipoFactorP=\"Tasa\" TasaOCuotaP=\"0.160000\" ImporteP=\"80.00\"/></pago20:TrasladosP></pago20:ImpuestosP>\
             </pago20:Pago>"
        )
    };
    Rich {
        kind: 'P',
        version: "4.0",
        root: " SubTotal=\"0\" Moneda=\"XXX\" Total=\"0\" Exportacion=\"01\"".to_owned(),
        receiver: receiver(2),
        usage: "CP01",
        before: String::new(),
        concepts: "<cfdi:Concepto ClaveProdServ=\"84111506\" Cantidad=\"1\" ClaveUnidad=\"ACT\" Descripcion=\"Pago\" \
                   ValorUnitario=\"0\" Importe=\"0\" ObjetoImp=\"01\"/>"
            .to_owned(),
        taxes: String::new(),
        complement: format!(
            "<pago20:Pagos xmlns:pago20=\"http://www.sat.gob.mx/Pagos20\" Version=\"2.0\"><pago20:Totales \
             TotalTrasladosBaseIVA16=\"1500.00\" TotalTrasladosImpuestoIVA16=\"240.00\" MontoTotalPagos=\"1740.00\"/>\
             {}{}</pago20:Pagos>",
            payment("1160.00", document(21, 101) + &document(22, 102)),
            payment("580.00", document(23, 103)),
        ),
    }
}

/// A payroll receipt.
pub(crate) fn payroll() -> Rich {
    Rich {
        kind: 'N',
        version: "4.0",
        root: " SubTotal=\"9500.00\" Descuento=\"1200.00\" Moneda=\"MXN\" Total=\"8300.00\" MetodoPago=\"PUE\" \
               Exportacion=\"01\""
            .to_owned(),
        receiver: receiver(2),
        usage: "CN01",
        before: String::new(),
        concepts: "<cfdi:Concepto ClaveProdServ=\"84111505\" Cantidad=\"1\" ClaveUnidad=\"ACT\" Descripcion=\"Pago de \
                   nómina\" ValorUnitario=\"9500.00\" Importe=\"9500.00\" Descuento=\"1200.00\" ObjetoImp=\"01\"/>"
            .to_owned(),
        taxes: String::new(),
        complement: "<nomina12:Nomina xmlns:nomina12=\"http://www.sat.gob.mx/nomina12\" Version=\"1.2\" TipoNomina=\"O\" \
             FechaPago=\"2026-10-05\" FechaInicialPago=\"2026-09-16\" FechaFinalPago=\"2026-09-30\" \
             NumDiasPagados=\"15.000\" TotalPercepciones=\"9300.00\" TotalDeducciones=\"1200.00\" \
             TotalOtrosPagos=\"200.00\"><nomina12:Emisor RegistroPatronal=\"Z0000000000\"/><nomina12:Receptor \
             Curp=\"XEXX010101HNEXXXA4\" NumSeguridadSocial=\"00000000000\" FechaInicioRelLaboral=\"2020-01-01\" \
             Antigüedad=\"P352W\" TipoContrato=\"01\" TipoRegimen=\"02\" NumEmpleado=\"17\" Departamento=\"Diseño\" \
             Puesto=\"Dueña de proceso\" PeriodicidadPago=\"04\" SalarioDiarioIntegrado=\"650.25\" ClaveEntFed=\"NLE\"/>\
             <nomina12:Percepciones TotalSueldos=\"9300.00\" TotalGravado=\"9000.00\" TotalExento=\"300.00\">\
             <nomina12:Percepcion TipoPercepcion=\"001\" Clave=\"P01\" Concepto=\"Sueldo\" ImporteGravado=\"8700.00\" \
             ImporteExento=\"0.00\"/><nomina12:Percepcion TipoPercepcion=\"019\" Clave=\"P19\" Concepto=\"Horas extra \
             del periodo\" ImporteGravado=\"300.00\" ImporteExento=\"300.00\"><nomina12:HorasExtra Dias=\"2\" \
             TipoHoras=\"01\" HorasExtra=\"5\" ImportePagado=\"600.00\"/></nomina12:Percepcion></nomina12:Percepciones>\
             <nomina12:Deducciones TotalOtrasDeducciones=\"200.00\" TotalImpuestosRetenidos=\"1000.00\">\
             <nomina12:Deduccion TipoDeduccion=\"002\" Clave=\"D02\" Concepto=\"Retención de ISR\" \
             Importe=\"1000.00\"/><nomina12:Deduccion TipoDeduccion=\"001\" Clave=\"D01\" Concepto=\"Seguridad social\" \
             Importe=\"200.00\"/></nomina12:Deducciones><nomina12:OtrosPagos><nomina12:OtroPago TipoOtroPago=\"002\" \
             Clave=\"O02\" Concepto=\"Subsidio para el empleo\" Importe=\"200.00\"><nomina12:SubsidioAlEmpleo \
             SubsidioCausado=\"200.00\"/></nomina12:OtroPago></nomina12:OtrosPagos></nomina12:Nomina>"
            .to_owned(),
    }
}

/// Goods on the road, with a Carta Porte that is only named.
pub(crate) fn transfer() -> Rich {
    Rich {
        kind: 'T',
        version: "4.0",
        root: " SubTotal=\"0\" Moneda=\"XXX\" Total=\"0\" Exportacion=\"01\"".to_owned(),
        receiver: issuer(),
        usage: "S01",
        before: String::new(),
        concepts: "<cfdi:Concepto ClaveProdServ=\"78101800\" Cantidad=\"1200.5\" ClaveUnidad=\"KGM\" \
                   Descripcion=\"Traslado de cemento\" ValorUnitario=\"0\" Importe=\"0\" ObjetoImp=\"01\"/>"
            .to_owned(),
        taxes: String::new(),
        complement: "<cartaporte31:CartaPorte xmlns:cartaporte31=\"http://www.sat.gob.mx/CartaPorte31\" Version=\"3.1\" \
                     IdCCP=\"CCC00000-0000-4000-A000-000000000000\"><cartaporte31:Ubicaciones/></cartaporte31:CartaPorte>"
            .to_owned(),
    }
}
