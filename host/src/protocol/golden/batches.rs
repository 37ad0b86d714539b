//! Golden messages of `batch.*`.

use serde_json::json;

use super::{DELIVERY, Golden, SHA, TIME, UUID};
use crate::protocol::batch::{
    BatchCheck, BatchList, BatchListParams, BatchRef, BatchResult, BatchResultParams, BatchRowView, BatchRows,
    BatchRowsParams, BatchStart, BatchState, BatchView,
};
use crate::protocol::delivery::DeliveryState;
use crate::protocol::event::{BatchProgress, Event};
use crate::protocol::rpc::VERSION;

const BATCH: &str = "01990000-0000-7000-8000-00000000000a";

fn batch(state: BatchState) -> BatchView {
    BatchView {
        batch: BATCH.into(),
        name: "Facturas de enero".into(),
        state,
        digest: SHA.into(),
        rows: 30,
        refused: 4,
        warned: 2,
        messages: 20,
        under_way: 12,
        sent: 6,
        need_person: 1,
        failed: 1,
        seconds_left: Some(15),
        continues_at: None,
        created_at: TIME.into(),
        new_recipients: 3,
    }
}

fn row() -> BatchRowView {
    BatchRowView {
        row: 1,
        uuid: UUID.into(),
        receiver_rfc: "CLI020202BB1".into(),
        receiver_name: Some("Cliente & Hijos".into()),
        folio: Some("A123".into()),
        total: Some("1160.00".into()),
        currency: Some("MXN".into()),
        to: vec!["compras@cliente.example".into()],
        cc: vec![],
        failure: None,
        subject: None,
        reasons: vec!["rfc_check_digit".into()],
        message: Some(1),
        delivery: Some(DELIVERY.into()),
        state: Some(DeliveryState::Sent),
        reason: None,
        print: true,
        new_recipients: 1,
    }
}

/// A row that cannot be sent.
fn refused() -> BatchRowView {
    BatchRowView {
        row: 2,
        uuid: "no es un folio".into(),
        receiver_name: None,
        folio: None,
        total: None,
        currency: None,
        failure: Some("unknown_document".into()),
        subject: Some("no es un folio".into()),
        reasons: vec![],
        message: None,
        delivery: None,
        state: None,
        print: false,
        new_recipients: 0,
        ..row()
    }
}

pub(super) fn check(golden: &mut Golden) {
    let fresh = BatchView {
        under_way: 0,
        sent: 0,
        need_person: 0,
        failed: 0,
        seconds_left: None,
        ..batch(BatchState::Checked)
    };
    let csv = format!("uuid,receiver_rfc,to,cc,print\n{UUID},CLI020202BB1,compras@cliente.example,,sí\n");
    golden.check::<BatchCheck>(
        "batch.check",
        json!({"company": "EJE010101AA0", "name": "Facturas de enero", "csv": csv, "print": false}),
        &fresh,
    );
    golden.check::<BatchStart>("batch.start", json!({"batch": BATCH, "confirmed": SHA}), &batch(BatchState::Running));
    let list = BatchList { batches: vec![batch(BatchState::Done)] };
    golden.check::<BatchListParams>("batch.list", json!({"limit": 20}), &list);
    for (method, state) in [
        ("batch.get", BatchState::Running),
        ("batch.pause", BatchState::Paused),
        ("batch.resume", BatchState::Running),
        ("batch.cancel", BatchState::Cancelled),
    ] {
        golden.check::<BatchRef>(method, json!({"batch": BATCH}), &batch(state));
    }
    let rows = BatchRows { rows: vec![row(), refused()], next: Some(2) };
    golden.check::<BatchRowsParams>(
        "batch.rows",
        json!({"batch": BATCH, "show": "all", "limit": 2, "after": 0}),
        &rows,
    );
    let result = BatchResult {
        csv: "row,uuid,receiver_rfc,to,cc,state,failure,explanation,delivery,provider_id,changed_at\r\n".into(),
        next: None,
    };
    golden.check::<BatchResultParams>("batch.result", json!({"batch": BATCH}), &result);
    let progress = Event::BatchProgress(BatchProgress { done: 10, total: 30 });
    let params = BatchProgress { done: 10, total: 30 };
    let told = json!({"jsonrpc": VERSION, "method": progress.method(), "params": params});
    golden.compare("notification-batch.progress", &told);
}
