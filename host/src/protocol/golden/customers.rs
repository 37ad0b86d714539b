//! Golden messages of `customer.*`, and of the address book as a file.

use serde_json::json;

use super::{Golden, SHA, TIME};
use crate::protocol::Done;
use crate::protocol::customer::{
    ContactExport, ContactImport, ContactsExported, CustomerForm, CustomerGrouping, CustomerListParams, CustomerPage,
    CustomerRef, CustomerSave, CustomerView, ImportChange, ImportPage, ImportRowView,
};

fn customer() -> CustomerView {
    CustomerView {
        company: "EJE010101AA0".into(),
        receiver_rfc: "CLI020202BB1".into(),
        name: "Cliente de Ejemplo".into(),
        form: CustomerForm::Zip,
        grouping: CustomerGrouping::Single,
        extras: true,
        addresses: vec!["compras@cliente.example".into()],
        address_count: 1,
        confirmed_at: Some(TIME.into()),
    }
}

pub(super) fn check(golden: &mut Golden) {
    let unnamed = CustomerView {
        name: String::new(),
        form: CustomerForm::Loose,
        grouping: CustomerGrouping::Grouped,
        extras: false,
        addresses: vec![],
        address_count: 0,
        confirmed_at: None,
        ..customer()
    };
    let page = CustomerPage { customers: vec![customer(), unnamed], next: Some("CLI020202BB1 cliente".into()) };
    golden.check::<CustomerListParams>(
        "customer.list",
        json!({"company": "EJE010101AA0", "text": "cliente", "limit": 50}),
        &page,
    );
    let named = json!({"company": "EJE010101AA0", "receiver_rfc": "CLI020202BB1"});
    golden.check::<CustomerRef>("customer.get", named.clone(), &customer());
    golden.check::<CustomerSave>(
        "customer.save",
        json!({"company": "EJE010101AA0", "receiver_rfc": "CLI020202BB1", "name": "Cliente de Ejemplo", "form": "zip",
               "grouping": "single", "extras": true, "remove": [{"address": "comras@cliente.example", "kind": "I"}],
               "add": [{"address": "compras@cliente.example"}]}),
        &customer(),
    );
    golden.check::<CustomerRef>("customer.remove", named, &Done::DONE);
    book(golden);
}

fn book(golden: &mut Golden) {
    let row = ImportRowView {
        row: 1,
        receiver_rfc: "CLI020202BB1".into(),
        to: vec!["compras@cliente.example".into()],
        name: "Cliente de Ejemplo".into(),
        kind: Some("I".into()),
        form: Some(CustomerForm::Zip),
        grouping: Some(CustomerGrouping::Grouped),
        extras: Some(true),
        change: ImportChange::Add,
        failure: None,
        subject: None,
    };
    let refused = ImportRowView {
        row: 2,
        receiver_rfc: "XAXX010101000".into(),
        kind: None,
        form: None,
        grouping: None,
        extras: None,
        change: ImportChange::Refused,
        failure: Some("generic_receiver".into()),
        subject: Some("XAXX010101000".into()),
        ..row.clone()
    };
    let page = ImportPage {
        digest: SHA.into(),
        rows: 2,
        added: 1,
        changed: 0,
        same: 0,
        refused: 1,
        saved: false,
        page: vec![row, refused],
        next: None,
    };
    let csv = "rfc_receptor,correo\r\nCLI020202BB1,compras@cliente.example\r\n";
    golden.check::<ContactImport>(
        "contact.import",
        json!({"company": "EJE010101AA0", "csv": csv, "show": "refused", "limit": 100,
               "corrections": [{"row": 1, "receiver_rfc": "CLI020202BB1", "to": ["compras@cliente.example"]}]}),
        &page,
    );
    let piece = ContactsExported { csv: csv.into(), next: None };
    golden.check::<ContactExport>("contact.export", json!({"company": "EJE010101AA0"}), &piece);
}
