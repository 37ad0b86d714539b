//! Why a demonstration ends early.

use std::io;

use serde_json::Value;

use crate::sandbox::walk::WalkError;
use crate::voice::{Wait, in_words};

/// Why a demonstration ends early; the English words are its `Display`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// Ctrl-C, or another request to end.
    #[error("it was interrupted")]
    Interrupted,
    /// The person closed the browser before anything was sent.
    #[error("the browser was closed before an invoice was sent")]
    Closed,
    /// Something did not come in time.
    #[error("waited {} in vain for {}", in_words(.0.limit), .0.en)]
    TooLong(Wait),
    /// A file, a pipe or a process failed.
    #[error("{what}: {source}")]
    Io {
        /// What was done.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The real program ended with a failure.
    #[error("correo-cfdi {arguments} ended with {status}: {said}")]
    Program {
        /// Its command line.
        arguments: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it printed.
        said: String,
    },
    /// The host refused a request.
    #[error("the host refused {method}: {}", message(.error))]
    Refused {
        /// The request.
        method: &'static str,
        /// The `error` member of the answer.
        error: Value,
    },
    /// The host ended in the middle of the conversation.
    #[error("the host ended without an answer")]
    HostGone,
    /// Something answered otherwise than it should.
    #[error("unexpected: {0}")]
    Unexpected(String),
    /// The consent pages could not be walked.
    #[error("the consent pages: {0}")]
    Walk(#[from] WalkError),
    /// What arrived is not what lies in the folder.
    #[error("what arrived differs from the files: {0}")]
    Different(String),
}

impl Trouble {
    /// For `map_err`: a failed file, pipe or process.
    pub(crate) fn io(what: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }

    /// The same in Spanish.
    pub(crate) fn spanish(&self) -> String {
        match self {
            Self::Interrupted => "se interrumpió".to_owned(),
            Self::Closed => "se cerró el navegador antes de enviar una factura".to_owned(),
            Self::TooLong(wait) => format!("se esperó en vano {} ({})", wait.es, in_words(wait.limit)),
            Self::Io { what, source } => format!("{what}: {source}"),
            Self::Program { arguments, status, said } => {
                format!("correo-cfdi {arguments} terminó con {status}: {said}")
            }
            Self::Refused { method, error } => format!("el programa rechazó {method}: {}", message(error)),
            Self::HostGone => "el programa terminó sin responder".to_owned(),
            Self::Unexpected(what) => format!("respuesta inesperada: {what}"),
            Self::Walk(error) => format!("las páginas de consentimiento: {error}"),
            Self::Different(what) => format!("lo que llegó no es igual a los archivos: {what}"),
        }
    }

    /// The kind of a refusal.
    pub(crate) fn kind(&self) -> Option<&str> {
        match self {
            Self::Refused { error, .. } => error["data"]["kind"].as_str(),
            Self::Interrupted
            | Self::Closed
            | Self::TooLong(_)
            | Self::Io { .. }
            | Self::Program { .. }
            | Self::HostGone
            | Self::Unexpected(_)
            | Self::Walk(_)
            | Self::Different(_) => None,
        }
    }
}

fn message(error: &Value) -> String {
    let kind = error["data"]["kind"].as_str().unwrap_or("?");
    format!("{} ({kind})", error["message"].as_str().unwrap_or("?"))
}

/// The text at a JSON pointer (RFC 6901), which an answer has to have.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, Trouble> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| Trouble::Unexpected(format!("{pointer} in {value}")))
}
