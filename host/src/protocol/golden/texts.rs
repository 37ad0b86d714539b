//! Golden messages of `text.*` and `notice.*`.

use serde_json::json;

use super::{Golden, UUID};
use crate::protocol::delivery::DeliverySent;
use crate::protocol::notice::{NoticeParams, NoticePreview};
use crate::protocol::text::{TextPiece, TextPreview, TextPreviewParams, TextRef, TextSave, TextView};

pub(super) fn check(golden: &mut Golden) {
    let named = json!({"company": "EJE010101AA0", "kind": "P"});
    let view = TextView {
        company: "EJE010101AA0".into(),
        kind: "P".into(),
        own: true,
        subject: "Pago {{serie}}{{folio}}".into(),
        body: "Gracias por su pago.".into(),
        html: Some("<p>Gracias por su <b>pago</b>.</p>".into()),
        own_kinds: vec!["P".into()],
    };
    golden.check::<TextRef>("text.get", named.clone(), &view);
    let texts = json!({"company": "EJE010101AA0", "kind": "P", "subject": "Pago {{serie}}{{folio}}",
                       "body": "Gracias por su pago.", "html": "<p>Gracias por su <b>pago</b>.</p>"});
    golden.check::<TextSave>("text.save", texts.clone(), &view);
    let default = TextView { own: false, html: None, own_kinds: vec![], ..view };
    golden.check::<TextRef>("text.reset", named, &default);
    let mut of = texts;
    of["uuid"] = UUID.into();
    let sent = DeliverySent { delivery: super::delivery(), existing: false };
    golden.check::<TextPreviewParams>("text.test", of.clone(), &sent);
    golden.check::<TextPreviewParams>(
        "text.preview",
        of,
        &TextPreview {
            subject: "Pago A123".into(),
            body: "Gracias por su pago.".into(),
            html: vec![
                TextPiece {
                    element: Some("p".into()),
                    attributes: vec![("style".into(), "color: #333".into())],
                    text: None,
                },
                TextPiece { element: None, attributes: vec![], text: Some("Gracias por su pago.".into()) },
                TextPiece { element: None, attributes: vec![], text: None },
            ],
            uuids: vec![UUID.into()],
            folios: vec!["A123".into()],
        },
    );
    let notice = json!({"delivery": super::DELIVERY, "uuid": UUID, "motive": "02"});
    golden.check::<NoticeParams>(
        "notice.preview",
        notice.clone(),
        &NoticePreview {
            digest: super::SHA.into(),
            from: "facturas@example.mx".into(),
            to: vec!["compras@cliente.example".into()],
            cc: vec![],
            bcc: vec![],
            subject: "Aviso de cancelación del CFDI A123 de Empresa de ejemplo".into(),
            message: "Estimado cliente:".into(),
        },
    );
    let mut confirmed = notice;
    confirmed["confirmed"] = super::SHA.into();
    golden.check::<NoticeParams>("notice.send", confirmed, &sent);
}
