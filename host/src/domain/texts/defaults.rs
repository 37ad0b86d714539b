//! What a company's mails say as long as nobody wrote anything else.

use super::TextKind;
use crate::domain::cfdi::Kind;

/// Subject of a company that wrote none.
pub const DEFAULT_SUBJECT: &str = "CFDI {{serie}}{{folio}} de {{emisor.nombre}}";

/// Body of a company that wrote none.
pub const DEFAULT_BODY: &str = "Estimado cliente:\n\nAdjuntamos su comprobante fiscal digital (CFDI) {{serie}}{{folio}} \
por {{total}} {{moneda}}, con folio fiscal {{uuid}}, en formato XML y su representación impresa en PDF.\n\nQuedamos a sus \
órdenes para cualquier aclaración.\n\n{{emisor.nombre}}\n{{emisor.rfc}}\n";

const EGRESS: (&str, &str) = (
    "Nota de crédito {{serie}}{{folio}} de {{emisor.nombre}}",
    "Estimado cliente:\n\nAdjuntamos la nota de crédito (CFDI de egreso) {{serie}}{{folio}} por {{total}} {{moneda}}, emitida \
el {{fecha}} con folio fiscal {{uuid}}.\n\nLe agradeceremos aplicarla en su contabilidad. Quedamos a sus órdenes para \
cualquier aclaración.\n\n{{emisor.nombre}}\n{{emisor.rfc}}\n",
);

const TRANSFER: (&str, &str) = (
    "CFDI de traslado {{serie}}{{folio}} de {{emisor.nombre}}",
    "Estimado cliente:\n\nAdjuntamos el CFDI de traslado {{serie}}{{folio}}, emitido el {{fecha}} con folio fiscal {{uuid}}, \
que ampara el transporte de la mercancía.\n\nQuedamos a sus órdenes para cualquier aclaración.\n\n{{emisor.nombre}}\n\
{{emisor.rfc}}\n",
);

/// No amount, neither here nor in the subject: salaries are nothing for the list of a mail program.
const PAYROLL: (&str, &str) = (
    "Recibo de nómina {{serie}}{{folio}} de {{emisor.nombre}}",
    "Estimado colaborador:\n\nAdjuntamos su recibo de nómina (CFDI), emitido el {{fecha}} con folio fiscal {{uuid}}. Le \
pedimos revisarlo y conservarlo.\n\nSi tiene alguna duda, comuníquese con el área de nóminas.\n\n{{emisor.nombre}}\n",
);

const PAYMENT: (&str, &str) = (
    "Complemento de pago {{serie}}{{folio}} de {{emisor.nombre}}",
    "Estimado cliente:\n\nAgradecemos su pago por {{total}} {{moneda}}. Adjuntamos el recibo electrónico de pago (CFDI con \
complemento de pago) {{serie}}{{folio}}, emitido el {{fecha}} con folio fiscal {{uuid}}.\n\nQuedamos a sus órdenes para \
cualquier aclaración.\n\n{{emisor.nombre}}\n{{emisor.rfc}}\n",
);

const SEVERAL: (&str, &str) = (
    "{{cantidad}} CFDI de {{emisor.nombre}}",
    "Estimado cliente:\n\nAdjuntamos {{cantidad}} comprobantes fiscales digitales (CFDI):\n\n{{folios}}\n\nCada uno se \
envía en formato XML, con su representación impresa en PDF si está disponible. Quedamos a sus órdenes para cualquier \
aclaración.\n\n{{emisor.nombre}}\n{{emisor.rfc}}\n",
);

/// Subject and body.
pub(super) fn of(kind: TextKind) -> (&'static str, &'static str) {
    match kind {
        TextKind::One(Kind::Income | Kind::Retention) => (DEFAULT_SUBJECT, DEFAULT_BODY),
        TextKind::One(Kind::Egress) => EGRESS,
        TextKind::One(Kind::Transfer) => TRANSFER,
        TextKind::One(Kind::Payroll) => PAYROLL,
        TextKind::One(Kind::Payment) => PAYMENT,
        TextKind::Several => SEVERAL,
    }
}
