//! Golden messages of `contact.*` and of rules, and the recipients of a preview.

use serde_json::json;

use super::{Golden, TIME};
use crate::protocol::Done;
use crate::protocol::contact::{
    ContactListParams, ContactPage, ContactRemove, ContactSave, ContactSource, ContactView,
};
use crate::protocol::delivery::{RecipientField, RecipientView};
use crate::protocol::rule::{PortalAllow, PortalDisallow, PortalRuleView, PortalRules, PortalRulesParams};

fn contact() -> ContactView {
    ContactView {
        company: "EJE010101AA0".into(),
        receiver_rfc: "CLI020202BB1".into(),
        address: "compras@cliente.example".into(),
        kind: Some("I".into()),
        confirmed_at: TIME.into(),
        confirmations: 3,
        source: ContactSource::Portal,
    }
}

/// One who is known, one who is new, and a copy of the company's own.
pub(super) fn recipients() -> Vec<RecipientView> {
    let known = RecipientView {
        address: "compras@cliente.example".into(),
        field: RecipientField::To,
        known: true,
        own: false,
        last_confirmed_at: Some(TIME.into()),
    };
    let new = RecipientView {
        address: "pagos@cliente.example".into(),
        field: RecipientField::Cc,
        known: false,
        last_confirmed_at: None,
        ..known.clone()
    };
    let own = RecipientView {
        address: "contador@despacho.example".into(),
        field: RecipientField::Bcc,
        own: true,
        ..new.clone()
    };
    vec![known, new, own]
}

pub(super) fn check(golden: &mut Golden) {
    let anybody = ContactView { kind: None, source: ContactSource::Entry, confirmations: 1, ..contact() };
    let page = ContactPage {
        contacts: vec![contact(), anybody.clone()],
        next: Some("CLI020202BB1 compras@cliente.example I".into()),
    };
    golden.check::<ContactListParams>(
        "contact.list",
        json!({"company": "EJE010101AA0", "receiver_rfc": "CLI020202BB1", "kind": "I", "limit": 50}),
        &page,
    );
    golden.check::<ContactSave>(
        "contact.save",
        json!({"company": "EJE010101AA0", "receiver_rfc": "CLI020202BB1", "address": "compras@cliente.example"}),
        &anybody,
    );
    golden.check::<ContactRemove>(
        "contact.remove",
        json!({"company": "EJE010101AA0", "receiver_rfc": "CLI020202BB1", "address": "compras@cliente.example",
               "kind": "I"}),
        &Done::DONE,
    );
    rules(golden);
}

fn rules(golden: &mut Golden) {
    let rule = PortalRuleView {
        origin: "https://portal.example".into(),
        company: "EJE010101AA0".into(),
        daily_limit: 40,
        used: 3,
        granted_at: TIME.into(),
    };
    golden.check::<PortalRulesParams>(
        "portal.rules",
        json!({"origin": "https://portal.example"}),
        &PortalRules { rules: vec![rule.clone()] },
    );
    golden.check::<PortalAllow>(
        "portal.allow",
        json!({"origin": "https://portal.example", "company": "EJE010101AA0", "daily_limit": 40}),
        &rule,
    );
    golden.check::<PortalDisallow>(
        "portal.disallow",
        json!({"origin": "https://portal.example", "company": "EJE010101AA0"}),
        &Done::DONE,
    );
}
