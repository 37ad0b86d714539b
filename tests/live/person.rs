//! What the checks ask of the person.

use std::path::PathBuf;

use url::Url;

/// An answer; Enter alone leaves a question out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    Skip,
}

/// A question with yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Begin,
    BoxShown,
    ArrivedOnce,
    Keep,
    Revoke,
}

impl Question {
    /// In Spanish and in English.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Begin => (
                "Se abrirán tres páginas de Google y se mandarán tres mensajes a su propia dirección. ¿Empezar?",
                "Three pages of Google will open and three messages go to your own address. Begin?",
            ),
            Self::BoxShown => (
                "En esta segunda página, ¿había una casilla que marcar para enviar correo?",
                "On this second page, was there a box to tick for sending mail?",
            ),
            Self::ArrivedOnce => (
                "Busque esa palabra en Gmail. ¿Hay exactamente tres mensajes: 1 de 3, 2 de 3 y 3 de 3, una vez cada uno?",
                "Search Gmail for that word. Are there exactly three messages: 1, 2 and 3 of 3, once each?",
            ),
            Self::Keep => (
                "¿Guardar el token en el almacén de llaves, para comprobar dentro de unos días si aún sirve?",
                "Keep the token in the keyring, to check in some days whether it still works?",
            ),
            Self::Revoke => (
                "¿Revocar ahora en Google el permiso de este cliente OAuth? Termina en todas las computadoras.",
                "Revoke the permission of this OAuth client at Google now? It ends on every computer.",
            ),
        }
    }
}

/// A visit to the provider's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// The full request, with the box left unticked.
    Unticked,
    /// The permission to send alone.
    Alone,
    /// The full request, with the box ticked.
    Ticked,
}

impl Visit {
    /// In Spanish and in English.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unticked => (
                "1 de 3. Abra esta dirección, elija la cuenta y deje SIN marcar la casilla de enviar correo:",
                "1 of 3. Open this address, choose the account and leave the box for sending mail UNTICKED:",
            ),
            Self::Alone => (
                "2 de 3. Abra esta dirección. Fíjese si hay una casilla; si la hay, márquela. Continúe:",
                "2 of 3. Open this address. Look whether there is a box; if there is, tick it. Continue:",
            ),
            Self::Ticked => (
                "3 de 3. Abra esta dirección, elija la misma cuenta y MARQUE la casilla de enviar correo:",
                "3 of 3. Open this address, choose the same account and TICK the box for sending mail:",
            ),
        }
    }
}

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A step failed; the kind of failure.
    Trouble(String),
    /// The session is asked again after this many seconds.
    Waiting(u64),
    /// The messages are on their way; the word in their subjects.
    Sent(String),
    /// Where the state for `--resume` lies.
    Kept(PathBuf),
}

impl Notice {
    /// In Spanish and in English.
    pub(crate) fn words(&self) -> (String, String) {
        match self {
            Self::Trouble(kind) => (format!("No se pudo: {kind}"), format!("It failed: {kind}")),
            Self::Waiting(seconds) => (format!("Espere {seconds} segundos…"), format!("Wait {seconds} seconds…")),
            Self::Sent(word) => (
                format!("Los mensajes llevan en el asunto la palabra {word}."),
                format!("The messages have the word {word} in their subject."),
            ),
            Self::Kept(path) => (
                format!("Dentro de unos días repita la orden con --resume {}", path.display()),
                format!("In some days run the command again with --resume {}", path.display()),
            ),
        }
    }
}

/// The person at the keyboard.
pub(crate) trait Person {
    /// Tells something.
    fn tell(&mut self, notice: &Notice);
    /// Sends the person to the provider's pages; returns at once.
    fn visit(&mut self, visit: Visit, address: &Url);
    /// Asks.
    fn answer(&mut self, question: Question) -> Answer;
    /// Asks for the received message of that subject as a file; `None` leaves it out.
    fn original(&mut self, subject: &str) -> Option<PathBuf>;
}
