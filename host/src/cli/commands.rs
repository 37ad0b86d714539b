//! Commands and their arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::doctor::DoctorArguments;
use super::paint::When;
use super::registration::{InstallArguments, UninstallArguments};

/// Where arguments that every command has stand in its help: behind its own.
const GLOBAL: usize = 900;

/// Envía CFDI por correo con OAuth 2.0 / Sends CFDI by e-mail with OAuth 2.0.
#[derive(Debug, Parser)]
#[command(
    name = "correo-cfdi",
    version,
    after_help = "Códigos de salida: 0 hecho · 1 algo se rechazó o falló · 2 uso · 3 falta iniciar sesión o una persona · \
                  4 almacén de claves o datos · 5 red, intente más tarde · 6 no se sabe si salió / exit codes: 0 done · 1 \
                  something was refused or failed · 2 usage · 3 needs a sign-in or a person · 4 vault or data · 5 network, \
                  try later · 6 nobody knows whether it left"
)]
pub(super) struct Arguments {
    /// Una línea JSON por resultado / one line of JSON for each result.
    #[arg(long, global = true, display_order = GLOBAL)]
    pub(super) json: bool,
    /// Idioma; sin él, el del equipo / language; without it, the computer's.
    #[arg(long, global = true, display_order = GLOBAL, value_name = "LANG")]
    pub(super) lang: Option<Language>,
    /// Colores / colours.
    #[arg(long, global = true, display_order = GLOBAL, value_name = "WHEN", default_value = "auto")]
    pub(super) color: When,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// A language of everything that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    Es,
    En,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Registra este programa con los navegadores / registers this program with the browsers.
    Install(InstallArguments),
    /// Quita el registro; las cuentas y los envíos se quedan, salvo con --erase / removes the registration; accounts and
    /// deliveries stay, except with --erase.
    Uninstall(UninstallArguments),
    /// Revisa el registro con los navegadores, el arranque, los datos, las cuentas y la red, y dice qué hacer / checks the
    /// registration with the browsers, the start, data, accounts and network, and tells what to do.
    Doctor(DoctorArguments),
    /// El cliente OAuth de Google Cloud / the OAuth client of Google Cloud.
    Client {
        #[command(subcommand)]
        command: ClientCommand,
    },
    /// Inicia sesión en el navegador de este equipo, sin la extensión / signs in in this computer's browser, without the
    /// extension.
    SignIn(SignInArguments),
    /// Las empresas / companies.
    Company {
        #[command(subcommand)]
        command: CompanyCommand,
    },
    /// Las cuentas de Google / Google accounts.
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Revisa archivos XML / judges XML files.
    Inspect {
        /// Pregunta al SAT por el estado: manda folio fiscal, RFC, total y fin del sello / asks the SAT for the status: sends folio
        /// fiscal, RFCs, total and the end of the seal.
        #[arg(long)]
        status: bool,
        /// No revisa el sello / leaves the seal unchecked.
        #[arg(long)]
        skip_seal: bool,
        /// Archivos / files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Hace un PDF (representación impresa) de un XML / makes a PDF (printed representation) of an XML.
    Print {
        /// Archivo XML o folio fiscal / XML file or folio fiscal.
        document: String,
        /// Archivo PDF nuevo; si falta, con el nombre del adjunto en la carpeta actual / new PDF file; the attachment's name
        /// in the current folder when absent.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// El almacén digital / the library.
    Library {
        #[command(subcommand)]
        command: LibraryCommand,
    },
    /// Si se pregunta al SAT por el estado antes de enviar / whether the SAT is asked for the status before sending.
    Status {
        /// Sin él, muestra lo que vale / without it, shows what holds.
        switch: Option<Switch>,
    },
    /// Envía CFDI por archivo o folio fiscal / sends CFDI by file or folio fiscal.
    Send(SendArguments),
    /// Lotes: muchos envíos de una lista / batches: many deliveries from one list.
    Batch {
        #[command(subcommand)]
        command: BatchCommand,
    },
    /// La bandeja de salida / the outbox.
    Outbox {
        #[command(subcommand)]
        command: OutboxCommand,
    },
    /// Los portales conectados / connected portals.
    Portal {
        #[command(subcommand)]
        command: PortalCommand,
    },
    /// El directorio de destinatarios / the address book.
    Contact {
        #[command(subcommand)]
        command: ContactCommand,
    },
    /// El almacén de claves / the vault of the tokens.
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    /// Escribe un archivo para que la terminal complete órdenes y argumentos / writes a file with which the shell completes
    /// commands and arguments.
    Completions {
        /// Intérprete de órdenes / shell.
        shell: Shell,
    },
}

/// What to do with connected portals.
#[derive(Debug, Subcommand)]
pub(super) enum PortalCommand {
    /// Lista / list.
    List,
}

/// What to do with the address book.
#[derive(Debug, Subcommand)]
pub(super) enum ContactCommand {
    /// Destinatarios que una persona confirmó / recipients that a person has confirmed.
    List {
        /// RFC de la empresa; sin él, todas / RFC of the company; without it, all of them.
        #[arg(long)]
        company: Option<String>,
        /// RFC del receptor / RFC of the receiver.
        #[arg(long)]
        receiver: Option<String>,
    },
}

/// What to do with the vault.
#[derive(Debug, Subcommand)]
pub(super) enum VaultCommand {
    /// Guarda, lee y borra un dato de prueba / keeps, reads and deletes a test item.
    Status,
    /// Hace un archivo de clave para `vault = "file"` / makes a key file for `vault = "file"`.
    MakeKey {
        /// Archivo que no debe existir / a file that must not exist.
        file: PathBuf,
    },
    /// Hace una clave que se abre con una contraseña (Linux) / makes a key that a passphrase opens (Linux).
    ///
    /// La contraseña se pide en la terminal; sin terminal se lee una línea de la entrada / the passphrase is asked for on the
    /// terminal; without one, a line of standard input is read.
    Create(OpenFor),
    /// Abre la clave con su contraseña / opens the key with its passphrase.
    Unlock(OpenFor),
    /// Olvida la clave abierta / forgets the opened key.
    Lock,
    /// Cambia la contraseña; los datos guardados no cambian / changes the passphrase; what is kept does not change.
    Passphrase,
}

#[derive(Debug, Args)]
pub(super) struct OpenFor {
    /// Horas que queda abierta; sin ellas, hasta que el usuario salga del equipo / hours that it stays open; without them,
    /// until the user logs out.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=8_760))]
    pub(super) hours: Option<u64>,
}

impl OpenFor {
    /// For how long; without end where no hours were given.
    pub(super) fn lasts(&self) -> Option<std::time::Duration> {
        self.hours.map(|hours| std::time::Duration::from_secs(hours * 3_600))
    }
}

#[derive(Debug, Args)]
pub(super) struct SignInArguments {
    /// RFC de la empresa que enviará con la cuenta; sin él, la cuenta solo se guarda / RFC of the company that will send
    /// with the account; without it the account is only saved.
    #[arg(long)]
    pub(super) company: Option<String>,
    /// Cuenta que se propone / account to preselect.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) login_hint: Option<String>,
    /// Solo muestra la dirección, no abre el navegador / only shows the address, opens no browser.
    #[arg(long)]
    pub(super) no_browser: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Importa client_secret_*.json / imports client_secret_*.json.
    Import {
        /// Archivo / file.
        file: PathBuf,
    },
    /// Muestra el cliente sin su secreto / shows the client without its secret.
    Show,
    /// Olvida el cliente importado; vale de nuevo el del programa / forgets the imported client; the program's own holds again.
    Forget,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

#[derive(Debug, Subcommand)]
pub(super) enum CompanyCommand {
    /// Lista / list.
    List,
    /// Crea o cambia una empresa; lo que no se nombra queda igual / creates or changes a company; what is not named stays as it
    /// is.
    Set {
        /// RFC del emisor / RFC of the issuer.
        rfc: String,
        /// Nombre / name.
        #[arg(long)]
        name: Option<String>,
        /// Utilizar autenticación OAuth / use OAuth to sign in.
        #[arg(long)]
        oauth: Option<Switch>,
        /// Dirección o identificador de una cuenta guardada / address or id of a saved account.
        #[arg(long)]
        account: Option<String>,
        /// Carpeta, se puede repetir; sustituye a las anteriores / folder, repeatable; replaces the earlier ones.
        #[arg(long)]
        folder: Vec<PathBuf>,
        /// Responder a / reply to.
        #[arg(long)]
        reply_to: Option<String>,
        /// Copia / copy.
        #[arg(long)]
        cc: Vec<String>,
        /// Copia oculta / blind copy.
        #[arg(long)]
        bcc: Vec<String>,
        /// Asunto con variables / subject with variables.
        #[arg(long)]
        subject: Option<String>,
        /// Texto con variables / body with variables.
        #[arg(long)]
        body: Option<String>,
    },
    /// Quita una empresa / removes a company.
    Remove {
        /// RFC del emisor / RFC of the issuer.
        rfc: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Lista / list.
    List,
    /// Corrige el presupuesto diario / corrects the daily budget.
    Budget {
        /// Dirección o identificador / address or id.
        account: String,
        /// Correos en 24 horas; sin número, lo usual de la cuenta / messages in 24 hours; without, the account's usual.
        messages: Option<u32>,
    },
    /// Quitar de este equipo / forget on this computer.
    Forget {
        /// Dirección o identificador / address or id.
        account: String,
    },
    /// Revocar en Google: puede desconectar otros equipos / revoke at Google: may disconnect other computers.
    Revoke {
        /// Dirección o identificador / address or id.
        account: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum LibraryCommand {
    /// Actualiza el índice / brings the index up to date.
    Scan {
        /// Carpetas; sin ninguna, las de todas las empresas / folders; none means all companies'.
        folders: Vec<PathBuf>,
    },
    /// Busca un folio fiscal / finds a folio fiscal.
    Find {
        /// Folio fiscal / folio fiscal (UUID).
        uuid: String,
    },
    /// Busca por palabras, empresa o fecha / searches by words, company or date.
    Search {
        /// Palabras / words.
        words: Vec<String>,
        /// RFC del emisor / RFC of the issuer.
        #[arg(long)]
        company: Option<String>,
        /// Desde AAAA-MM-DD / from YYYY-MM-DD.
        #[arg(long)]
        from: Option<String>,
        /// Hasta AAAA-MM-DD / until YYYY-MM-DD.
        #[arg(long)]
        to: Option<String>,
        /// RFC del receptor / RFC of the receiver.
        #[arg(long)]
        receiver: Option<String>,
        /// Tipo: I, E, T, N, P o R / kind: I, E, T, N, P or R.
        #[arg(long)]
        kind: Option<String>,
        /// Importe exacto / exact amount.
        #[arg(long)]
        amount: Option<String>,
        /// Enviados (true) o sin enviar (false) / sent or not sent.
        #[arg(long)]
        sent: Option<bool>,
        /// Cuántos / how many.
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Archivos que no se pueden enviar y por qué / files that cannot be sent, and why.
    Problems {
        /// RFC del emisor / RFC of the issuer.
        #[arg(long)]
        company: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct SendArguments {
    /// Archivos XML o folios fiscales de un mismo receptor / XML files or folios fiscales of one receiver.
    #[arg(required_unless_present = "csv")]
    pub(super) documents: Vec<String>,
    /// Lista CSV con las columnas uuid,receiver_rfc,to,cc,imprimir: la revisa y envía los renglones correctos / CSV list with
    /// the columns uuid,receiver_rfc,to,cc,imprimir: checks it and sends its good rows.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "documents", "to", "cc", "bcc", "subject", "message", "receiver", "key", "resend",
    ])]
    pub(super) csv: Option<PathBuf>,
    /// Hace el PDF de los documentos que no lo tienen / makes the PDF of documents that have none.
    #[arg(long)]
    pub(super) print: bool,
    /// Destinatario, se puede repetir / recipient, repeatable.
    #[arg(long, required_unless_present = "csv")]
    pub(super) to: Vec<String>,
    /// Copia / copy.
    #[arg(long)]
    pub(super) cc: Vec<String>,
    /// Copia oculta / blind copy.
    #[arg(long)]
    pub(super) bcc: Vec<String>,
    /// Asunto / subject.
    #[arg(long)]
    pub(super) subject: Option<String>,
    /// Texto / text.
    #[arg(long)]
    pub(super) message: Option<String>,
    /// RFC de la empresa / RFC of the company.
    #[arg(long)]
    pub(super) company: Option<String>,
    /// RFC que debe tener el receptor / RFC that the receiver must have.
    #[arg(long)]
    pub(super) receiver: Option<String>,
    /// Clave contra duplicados / key against duplicates.
    #[arg(long)]
    pub(super) key: Option<String>,
    /// Envía otra vez a propósito / sends once more on purpose.
    #[arg(long)]
    pub(super) resend: bool,
    /// Muestra lo que saldría / shows what would leave.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Espera el resultado / waits for the outcome.
    #[arg(long)]
    pub(super) wait: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum BatchCommand {
    /// Revisa una lista renglón por renglón; no envía nada / checks a list row by row; nothing leaves.
    Check {
        /// Lista CSV con las columnas uuid,receiver_rfc,to,cc,imprimir / CSV list with the columns
        /// uuid,receiver_rfc,to,cc,imprimir.
        file: PathBuf,
        /// RFC de la empresa; sin él, el emisor de cada XML / RFC of the company; without it, the issuer of each XML.
        #[arg(long)]
        company: Option<String>,
        /// Nombre del lote; sin él, el del archivo / name of the batch; without it, the file's.
        #[arg(long)]
        name: Option<String>,
        /// Hace el PDF de los documentos que no lo tienen / makes the PDF of documents that have none.
        #[arg(long)]
        print: bool,
    },
    /// Envía un lote revisado / sends a checked batch.
    Start {
        /// Lote / batch.
        batch: String,
        /// Espera a que termine / waits until it ends.
        #[arg(long)]
        wait: bool,
    },
    /// Lista / list.
    List {
        /// Cuántos / how many.
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Muestra un lote / shows a batch.
    Show {
        /// Lote / batch.
        batch: String,
    },
    /// Detiene lo que no ha empezado / holds back what has not begun.
    Pause {
        /// Lote / batch.
        batch: String,
    },
    /// Continúa un lote en pausa / lets a paused batch go on.
    Resume {
        /// Lote / batch.
        batch: String,
    },
    /// Cancela lo que no ha salido / calls off what has not left.
    Cancel {
        /// Lote / batch.
        batch: String,
    },
    /// Muestra los renglones / shows the rows.
    Rows {
        /// Lote / batch.
        batch: String,
        /// Solo los que no pueden salir o esperan a una persona / only those that cannot leave or need a person.
        #[arg(long)]
        problems: bool,
    },
    /// El resultado como CSV / the result as CSV.
    Result {
        /// Lote / batch.
        batch: String,
        /// Archivo; sin él, la salida estándar / file; without it, standard output.
        #[arg(long)]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Outcome {
    WasSent,
    SendAgain,
}

#[derive(Debug, Subcommand)]
pub(super) enum OutboxCommand {
    /// Lista / list.
    List {
        /// RFC de la empresa / RFC of the company.
        #[arg(long)]
        company: Option<String>,
        /// Palabras / words.
        #[arg(long)]
        text: Option<String>,
        /// Cuántos / how many.
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Muestra un envío con su historia / shows a delivery with its history.
    Show {
        /// Envío / delivery.
        delivery: String,
    },
    /// Intenta ahora un envío en espera / tries a waiting delivery now.
    Retry {
        /// Envío / delivery.
        delivery: String,
    },
    /// Cancela un envío que no ha salido / cancels a delivery that has not left.
    Cancel {
        /// Envío / delivery.
        delivery: String,
    },
    /// Resuelve un envío sin confirmar / resolves an unknown delivery.
    Resolve {
        /// Envío / delivery.
        delivery: String,
        /// Qué pasó / what happened.
        outcome: Outcome,
    },
    /// Envía lo pendiente; es el único proceso que envía / sends what is due; the only process that sends.
    Drain,
}
