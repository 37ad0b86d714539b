//! Nothing in the written files names the person, the client, a token or a message.

use super::office::{Clerk, Office};
use crate::live::person::Answer;

#[test]
fn the_report_names_nobody() {
    let office = Office::new();
    office.check(Clerk { keeps: Answer::Yes, ..Clerk::default() });
    let files =
        ["informe.json", "informe.md", "estado.json"].map(|name| std::fs::read_to_string(office.at(name)).unwrap());
    let state = office.sandbox.state();
    let account = &state["accounts"][0];
    let mut secrets =
        vec!["@".to_owned(), "ya29".to_owned(), "1//".to_owned(), "4/0".to_owned(), "upload_id".to_owned()];
    secrets.extend(["papeleria", "googleusercontent", "no-es-un-secreto", "127.0.0.1"].map(str::to_owned));
    for member in ["email", "sub"] {
        secrets.push(account[member].as_str().unwrap().to_owned());
    }
    for message in office.sandbox.messages() {
        for member in ["id", "thread_id", "message_id", "subject", "raw_sha256"] {
            secrets.push(message[member].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(secrets.len(), 26);
    for secret in secrets {
        assert!(files.iter().all(|file| !file.contains(&secret)), "{secret}");
    }
    assert!(files[1].contains("https://www.googleapis.com/auth/gmail.send"), "{}", files[1]);
}
