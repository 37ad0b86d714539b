//! What arrived at the stand-in, compared with the files and with the program's own ledger.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::patience::Patience;
use crate::samples::Sample;
use crate::stage::Stage;
use crate::trouble::{Trouble, text};
use crate::voice::{Voice, Wait};

const LEDGER: Wait = Wait {
    es: "a que la bandeja de salida anote el envío",
    en: "the outbox to record the delivery",
    limit: Duration::from_secs(30),
};

/// Shows every message that arrived, and proves it: equal files, and *Enviado* with the provider's own message id.
pub(crate) fn report(stage: &Stage, patience: &Patience, voice: &Voice) -> Result<(), Trouble> {
    let messages = stage.sandbox()?.messages();
    if messages.is_empty() {
        return Err(Trouble::Unexpected("nothing arrived".to_owned()));
    }
    voice.part("Lo que llegó", "What arrived");
    for message in &messages {
        show(stage, voice, message)?;
        accepted(stage, patience, voice, text(message, "/id")?)?;
    }
    Ok(())
}

fn show(stage: &Stage, voice: &Voice, message: &Value) -> Result<(), Trouble> {
    voice.fact("De", "From", &people(&message["from"]));
    voice.fact("Destinatarios", "Recipients", &plain(&message["recipients"]));
    voice.fact("Asunto", "Subject", text(message, "/subject")?);
    let attachments = message["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    if attachments.is_empty() {
        return Err(Trouble::Different("no attachments".to_owned()));
    }
    for attachment in attachments {
        let name = text(attachment, "/filename")?;
        let arrived = text(attachment, "/sha256")?;
        let original = original(&stage.samples, name).ok_or_else(|| Trouble::Different(name.to_owned()))?;
        if sha256(original)? != arrived {
            return Err(Trouble::Different(name.to_owned()));
        }
        voice.fact("Adjunto", "Attachment", name);
        let equal = format!("{} B, SHA-256 {arrived}", attachment["size"]);
        voice.fact("  idéntico al archivo", "identical to the file", &equal);
    }
    Ok(())
}

/// Waits until the real program's ledger calls that message sent.
fn accepted(stage: &Stage, patience: &Patience, voice: &Voice, id: &str) -> Result<(), Trouble> {
    patience.wait(&LEDGER, || {
        let deliveries = stage.run(patience, voice, &["outbox", "list"])?;
        let sent = |delivery: &Value| delivery["provider_id"] == id && delivery["state"] == "sent";
        Ok(deliveries.iter().any(sent).then_some(()))
    })?;
    voice.fact("Estado", "State", &format!("Enviado (aceptado por Gmail) · id {id}"));
    Ok(())
}

/// The file that an attachment was made of: its name holds the folio fiscal.
fn original<'a>(samples: &'a [Sample], name: &str) -> Option<&'a Path> {
    let sample = samples.iter().find(|sample| name.contains(&sample.uuid))?;
    match name.rsplit_once('.')?.1 {
        "xml" => Some(&sample.xml_path),
        "pdf" => sample.pdf_path.as_deref(),
        _ => None,
    }
}

fn sha256(path: &Path) -> Result<String, Trouble> {
    let bytes = std::fs::read(path).map_err(Trouble::io("sample file"))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn people(mailboxes: &Value) -> String {
    let one = |mailbox: &Value| {
        let address = mailbox["address"].as_str().unwrap_or_default();
        mailbox["name"].as_str().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>"))
    };
    mailboxes.as_array().into_iter().flatten().map(one).collect::<Vec<_>>().join(", ")
}

fn plain(addresses: &Value) -> String {
    addresses.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}
