//! What is checked: each claim is something about Google that the program relies on and no stand-in can prove.

use serde::Serialize;

/// A claim; its name in the report is the variant in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Claim {
    UntickedBox,
    SecondRequest,
    FullSignIn,
    SessionBeforeAnyByte,
    SessionAfterHalf,
    SessionFinished,
    SessionAnswerDropped,
    SessionAskedLater,
    SessionBrokenOff,
    ArrivedOnce,
    MessageId,
    FromName,
    Date,
    TraceHeader,
    Attachments,
    BccRemoved,
    RefreshNow,
    RefreshLater,
    Revoked,
}

impl Claim {
    /// Every claim, in the order of the report.
    pub(crate) const ALL: [Self; 19] = [
        Self::UntickedBox,
        Self::SecondRequest,
        Self::FullSignIn,
        Self::SessionBeforeAnyByte,
        Self::SessionAfterHalf,
        Self::SessionFinished,
        Self::SessionAnswerDropped,
        Self::SessionAskedLater,
        Self::SessionBrokenOff,
        Self::ArrivedOnce,
        Self::MessageId,
        Self::FromName,
        Self::Date,
        Self::TraceHeader,
        Self::Attachments,
        Self::BccRemoved,
        Self::RefreshNow,
        Self::RefreshLater,
        Self::Revoked,
    ];

    /// What `--resume` can check.
    pub(crate) const LATER: [Self; 2] = [Self::RefreshLater, Self::Revoked];

    /// What is claimed, in Spanish and in English.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::UntickedBox => (
                "Sin la casilla, Google responde sin el permiso de enviar y el programa lo nota.",
                "With the box unticked Google answers without the permission to send, and the program notices.",
            ),
            Self::SecondRequest => (
                "Pedir solo ese permiso no muestra casilla, y prueba que es la misma persona.",
                "Asking for that permission alone shows no box, and proves that it is the same person.",
            ),
            Self::FullSignIn => (
                "Con la casilla marcada la cuenta queda lista, con token de renovación.",
                "With the box ticked the account is ready, with a refresh token.",
            ),
            Self::SessionBeforeAnyByte => {
                ("Una sesión vacía responde 308 y ningún byte.", "A session without a byte answers 308 and no bytes.")
            }
            Self::SessionAfterHalf => (
                "Una sesión con la primera parte responde 308 y cuántos bytes tiene.",
                "A session with the first part answers 308 and how many bytes it has.",
            ),
            Self::SessionFinished => (
                "Una sesión terminada, cuya respuesta se leyó, vuelve a decir el mismo id.",
                "A finished session whose answer was read says the same id again.",
            ),
            Self::SessionAnswerDropped => (
                "Una sesión terminada, cuya respuesta se perdió, dice el id.",
                "A finished session whose answer was lost tells the id.",
            ),
            Self::SessionAskedLater => {
                ("Un rato después lo dice todavía, y es el mismo.", "A while later it still does, and it is the same.")
            }
            Self::SessionBrokenOff => (
                "Después de un corte a la mitad, el envío sigue donde quedó.",
                "After a break in the middle the upload goes on where it stood.",
            ),
            Self::ArrivedOnce => {
                ("Los tres mensajes llegaron, una vez cada uno.", "The three messages arrived, once each.")
            }
            Self::MessageId => ("Gmail conserva Message-ID.", "Gmail keeps Message-ID."),
            Self::FromName => ("Gmail conserva el nombre del remitente.", "Gmail keeps the sender's name."),
            Self::Date => ("Gmail conserva Date.", "Gmail keeps Date."),
            Self::TraceHeader => ("Gmail conserva X-Correo-CFDI.", "Gmail keeps X-Correo-CFDI."),
            Self::Attachments => (
                "Los adjuntos llegan byte por byte, con sus nombres.",
                "The attachments arrive byte for byte, under their names.",
            ),
            Self::BccRemoved => ("Gmail quita Bcc de lo que se recibe.", "Gmail takes Bcc out of what is received."),
            Self::RefreshNow => {
                ("El token de renovación sirve enseguida.", "The refresh token works right after the sign-in.")
            }
            Self::RefreshLater => ("El token de renovación sirve días después.", "The refresh token works days later."),
            Self::Revoked => {
                ("Después de revocar, el token ya no sirve.", "After the revocation the token works no more.")
            }
        }
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is as the program relies on.
    Confirmed,
    /// It is not.
    Refuted,
    /// It was left out, or something else came in the way.
    NotChecked,
}

impl Verdict {
    /// Confirmed or refuted.
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Confirmed } else { Self::Refuted }
    }

    /// In Spanish and in English.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Confirmed => ("confirmado", "confirmed"),
            Self::Refuted => ("refutado", "refuted"),
            Self::NotChecked => ("no comprobado", "not checked"),
        }
    }
}
