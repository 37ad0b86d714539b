//! Each way of the stand-in, and what the report says of it.

use serde_json::json;

use super::office::{Clerk, Office, nothing};

const SEND: &str = "https://www.googleapis.com/auth/gmail.send";
const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";

#[test]
fn a_provider_that_keeps_its_promises_is_confirmed() {
    let office = Office::new();
    let found = office.check(Clerk::default());
    found.assert_only("refuted", &[]);
    found.assert_only("not_checked", &["refresh_later"]);
    assert_eq!(found.member("google"), false);
    found.assert(
        "unticked_box",
        "confirmed",
        &json!({"failure": "scope_missing", "granted_scopes": [EMAIL, "openid"]}),
    );
    let alone = json!({"box_shown": false, "proven_by": "id_token", "same_person": true, "send_was_granted_before": false,
        "redirect_has_iss": true, "redirect_iss_is_the_issuer": true});
    found.assert("second_request", "confirmed", &alone);
    let full = json!({"granted_scopes": [SEND, EMAIL, "openid"], "refresh_token": true, "expires_in_seconds": 3599,
        "same_account_as_before": true, "refresh_token_expires_in_seconds": null});
    found.assert("full_sign_in", "confirmed", &full);
    let claims = found.detail("full_sign_in", "id_token_claims").as_array().unwrap();
    assert!(["nonce", "sub", "email_verified"].iter().all(|claim| claims.contains(&json!(claim))), "{claims:?}");
    found.assert("session_before_any_byte", "confirmed", &json!({"status": 308, "received_bytes": null}));
    found.assert(
        "session_after_half",
        "confirmed",
        &json!({"status": 308, "received_bytes": 262_144, "part_status": 308}),
    );
    for claim in ["session_finished", "session_answer_dropped", "session_asked_later"] {
        found.assert(claim, "confirmed", &json!({"status": 200, "has_id": true, "same_id": true}));
    }
    found.assert("session_broken_off", "confirmed", &json!({"upload": "accepted"}));
    found.assert("attachments", "confirmed", &json!({"sent": 2, "received": 2, "same_sha256": true}));
    found.assert("refresh_now", "confirmed", &json!({"rotated": false, "opens_a_session": true}));
    // The trial of the refreshed token opens a session too, and nothing leaves by it.
    let counters = &office.sandbox.state()["counters"]["total"];
    assert_eq!((&counters["accepted"], &counters["sessions_opened"]), (&json!(3), &json!(4)));
    assert_eq!(counters["revocations"], 1);
    for message in office.sandbox.messages() {
        assert_eq!(message["recipients"], json!(["facturas@papeleria.example"]));
        assert_eq!(message["problems"], json!([]));
    }
}

#[test]
fn a_finished_session_that_is_forgotten_is_refuted() {
    for (mode, status) in [("not_found", 404), ("gone", 410)] {
        let office = Office::behaving(&json!({"finished_session": mode}));
        let found = office.check(Clerk::default());
        let lost = ["session_finished", "session_answer_dropped", "session_asked_later"];
        found.assert_only("refuted", &lost);
        for claim in lost {
            found.assert(claim, "refuted", &json!({"status": status, "has_id": false, "program_reads": "gone"}));
        }
        found.assert("arrived_once", "confirmed", &nothing());
        assert_eq!(office.sandbox.messages().len(), 3, "{mode}");
    }
}

#[test]
fn a_finished_session_without_an_id_is_refuted() {
    let found = Office::behaving(&json!({"finished_session": "ok_without_id"})).check(Clerk::default());
    found.assert("session_answer_dropped", "refuted", &json!({"status": 200, "has_id": false}));
}

#[test]
fn an_answer_that_never_comes_is_cut_all_the_same() {
    let office = Office::new();
    // The third PUT is the whole of the second message; it is carried out and never answered.
    let hang = json!({"point": "upload_put", "kind": "hang", "seconds": 600, "after": 2, "accepted": true});
    office.sandbox.add_fault(&hang).unwrap();
    let found = office.check(Clerk::default());
    found.assert("session_answer_dropped", "confirmed", &json!({"cuts": 1, "status": 200, "same_id": true}));
    assert_eq!(office.sandbox.state()["counters"]["faults"]["upload_put"], 1);
    assert_eq!(office.sandbox.messages().len(), 3);
}

#[test]
fn bytes_that_were_lost_with_the_connection_are_sent_again_in_the_same_session() {
    let office = Office::new();
    // The connection closes before the body is read: the session knows nothing of it.
    office.sandbox.add_fault(&json!({"point": "upload_put", "kind": "close", "after": 2})).unwrap();
    let found = office.check(Clerk::default());
    found.assert("session_answer_dropped", "confirmed", &json!({"status": 200}));
    assert_eq!(office.sandbox.messages().len(), 3);
}

#[test]
fn what_the_receiver_sees_is_compared_with_what_was_sent() {
    let changed = json!({"replace_message_id": true, "replace_from_name": true});
    let found = Office::behaving(&changed).check(Clerk::default());
    found.assert_only("refuted", &["message_id", "from_name"]);
    for kept in ["date", "trace_header", "attachments", "bcc_removed"] {
        assert_eq!(found.verdict(kept), "confirmed", "{kept}");
    }
    let found = Office::behaving(&json!({"replace_from_name": true})).check(Clerk::default());
    found.assert_only("refuted", &["from_name"]);
}

#[test]
fn what_the_person_leaves_out_is_not_checked() {
    let clerk = Clerk { gives_file: false, revokes: crate::live::person::Answer::Skip, ..Clerk::default() };
    let office = Office::new();
    let found = office.check(clerk);
    let left_out =
        ["message_id", "from_name", "date", "trace_header", "attachments", "bcc_removed", "refresh_later", "revoked"];
    found.assert_only("not_checked", &left_out);
    assert_eq!(office.sandbox.state()["counters"]["total"]["revocations"], 0);
}

#[test]
fn a_box_that_was_ticked_at_once_still_leads_to_the_second_request() {
    let found = Office::new().check(Clerk { leaves_box: false, ..Clerk::default() });
    found.assert("unticked_box", "not_checked", &json!({"send_was_granted": true}));
    let alone = json!({"box_shown": false, "same_person": true, "send_was_granted_before": true});
    found.assert("second_request", "confirmed", &alone);
    assert_eq!(found.verdict("full_sign_in"), "confirmed");
}

#[test]
fn what_the_sign_in_does_not_say_is_reported() {
    let told = json!({"redirect_iss": "absent", "scope_field": "absent", "refresh_token_expires_in": 604_800});
    let found = Office::behaving(&told).check(Clerk::default());
    let full = json!({"redirect_has_iss": false, "scope_field": false, "refresh_token_expires_in_seconds": 604_800});
    found.assert("full_sign_in", "confirmed", &full);
    // Without the field the program has to believe that everything was granted (RFC 6749 section 5.1).
    found.assert("unticked_box", "not_checked", &json!({"send_was_granted": true}));
}
