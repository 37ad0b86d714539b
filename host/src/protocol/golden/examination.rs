//! Golden messages of the doctor.

use serde_json::json;

use super::{Golden, TIME};
use crate::protocol::doctor::{Cause, CheckState, CheckView, DoctorReport, DoctorRun, FactView, FixView};
use crate::protocol::failure::Kind;

pub(super) fn check(golden: &mut Golden) {
    let report = DoctorReport {
        host_version: "0.1.0".into(),
        system: "linux".into(),
        at: TIME.into(),
        checks: vec![registration(), vault(), reach()],
    };
    golden.check::<DoctorRun>("doctor.run", json!({"part": "browser"}), &report);
}

fn registration() -> CheckView {
    CheckView {
        id: "registration.chrome.user".into(),
        title: "Registro con Google Chrome para este usuario".into(),
        subject: Some("Google Chrome".into()),
        state: CheckState::Fail,
        cause: Some(Cause::ProgramMissing.into()),
        found: Some("El programa no está donde dice el registro.".into()),
        facts: vec![FactView {
            name: "manifest".into(),
            label: "Registro".into(),
            value: "~/.config/google-chrome/NativeMessagingHosts/mx.correo_cfdi.host.json".into(),
        }],
        fix: Some(FixView { automatic: true, text: "Ejecute «correo-cfdi doctor --fix».".into() }),
    }
}

fn vault() -> CheckView {
    CheckView {
        id: "vault.state".into(),
        title: "Almacén de claves".into(),
        subject: None,
        state: CheckState::Fail,
        cause: Some(Kind::VaultLocked.into()),
        found: Some("El almacén de claves está bloqueado.".into()),
        facts: vec![],
        fix: Some(FixView { automatic: false, text: "Desbloquéelo.".into() }),
    }
}

fn reach() -> CheckView {
    CheckView {
        id: "network.reach".into(),
        title: "Conexión con el servidor".into(),
        subject: Some("https://gmail.googleapis.com".into()),
        state: CheckState::Ok,
        cause: None,
        found: None,
        facts: vec![],
        fix: None,
    }
}
