//! The road with a browser: the person clicks, the demo says what and watches the stand-in.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::browser::{self, Browser, Scene, Window};
use crate::extension;
use crate::patience::Patience;
use crate::profile;
use crate::sandbox::Sandbox;
use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::voice::{Voice, Wait};

/// What lets the program send mail, at the end of the scope's name.
const SEND_SCOPE: &str = "/auth/gmail.send";

/// How many lines of what a browser printed are shown when it does not come up.
const LAST_LINES: usize = 3;

const UP: Wait = Wait { es: "al navegador", en: "the browser", limit: Duration::from_secs(20) };
const PERSON: Wait = Wait { es: "su envío", en: "your delivery", limit: Duration::from_mins(15) };

/// Time to look around in the open browser.
const LOOK_AROUND: Wait = Wait { es: "la tecla Enter", en: "the Enter key", limit: Duration::from_mins(10) };
/// Time to look at the inbox without one.
const LOOK: Wait = Wait { es: "la tecla Enter", en: "the Enter key", limit: Duration::from_secs(60) };
/// Where no terminal can press a key: time for the portal to show the outcome.
const GLANCE: Wait =
    Wait { es: "que se vea el resultado", en: "the outcome to be seen", limit: Duration::from_secs(5) };

/// Opens the browser and leads the person to a delivery; `None` when the browser does not come up.
pub(crate) fn lead(
    browser: &Browser,
    stage: &Stage,
    patience: &Patience,
    voice: &Voice,
) -> Result<Option<Window>, Trouble> {
    voice.part("Con su navegador", "With your browser");
    voice.fact("Navegador, con un perfil desechable", "Browser, with a throw-away profile", &browser.version);
    let Some(mut window) = open(browser, stage, patience, voice)? else { return Ok(None) };
    tell_loading(browser, voice);
    tell_steps(voice);
    watch(&mut window, stage.sandbox()?, patience, voice)?;
    Ok(Some(window))
}

fn open(browser: &Browser, stage: &Stage, patience: &Patience, voice: &Voice) -> Result<Option<Window>, Trouble> {
    let (profile, user_home, log) = (stage.path("perfil"), stage.path("inicio"), stage.path("navegador.log"));
    profile::make(stage, patience, voice, &profile)?;
    std::fs::create_dir_all(&user_home).map_err(Trouble::io("profile"))?;
    stage.run(patience, voice, &["library", "scan"])?;
    if browser::is_root() {
        voice.say("Usted es root: se añade --no-sandbox.", "You are root: --no-sandbox is added.");
    }
    let sandbox = stage.sandbox()?;
    let (state, extension) = (stage.home(), extension::folder());
    let mut window = browser.open(&Scene {
        profile: &profile,
        user_home: &user_home,
        state: &state,
        extension: &extension,
        log: &log,
        pages: &[format!("{}/", sandbox.portal_base()), format!("{}/inbox", sandbox.base())],
        language: voice.language(),
    })?;
    voice.waiting(&UP);
    let up = patience.wait(&UP, || match sandbox.portal_visits() {
        0 if window.is_open() => Ok(None),
        visits => Ok(Some(visits > 0)),
    });
    match up {
        Ok(true) => Ok(Some(window)),
        Ok(false) | Err(Trouble::TooLong(_)) => {
            voice.say("El navegador no abrió la página.", "The browser did not open the page.");
            tell_log(voice, &log);
            Ok(None)
        }
        Err(trouble) => Err(trouble),
    }
}

fn tell_log(voice: &Voice, log: &Path) {
    let printed = std::fs::read(log).unwrap_or_default();
    let printed = String::from_utf8_lossy(&printed);
    let mut lines: Vec<&str> = printed.lines().rev().filter(|line| !line.trim().is_empty()).take(LAST_LINES).collect();
    lines.reverse();
    for line in lines {
        voice.fact("Dijo", "It said", line);
    }
}

/// Branded browsers no longer take an extension from the command line; the person loads it.
fn tell_loading(browser: &Browser, voice: &Voice) {
    if !browser.may_ignore_loading() {
        return;
    }
    if browser.ignores_loading() {
        voice.say(
            "Este Chrome ya no acepta extensiones desde la línea de comandos. Primero cárguela usted:",
            "This Chrome no longer takes extensions from the command line. First load it yourself:",
        );
    } else {
        voice.say(
            "Si no ve el icono de Correo CFDI junto a la barra de direcciones, cargue la extensión usted:",
            "If you do not see the icon of Correo CFDI beside the address bar, load the extension yourself:",
        );
    }
    let folder = extension::folder();
    voice.say(
        &format!(
            "abra chrome://extensions, active «Modo de desarrollador», presione «Cargar descomprimida» y elija {}",
            folder.display()
        ),
        &format!(
            "open chrome://extensions, turn on “Developer mode”, press “Load unpacked” and choose {}",
            folder.display()
        ),
    );
}

fn tell_steps(voice: &Voice) {
    voice.say("Ahora usted, en el navegador:", "Now you, in the browser:");
    let steps = [
        (
            "Icono de Correo CFDI → «Iniciar OAuth». Elija facturas@papeleria.example (contraseña, si la pide: no-es-secreta), marque la casilla de enviar correo y continúe.",
            "Icon of Correo CFDI → “Start OAuth”. Choose facturas@papeleria.example (password, if asked: no-es-secreta), tick the box that allows sending mail and continue.",
        ),
        ("Abra el icono otra vez y presione «Aceptar y guardar».", "Open the icon again and press “Accept and save”."),
        (
            "En la pestaña del portal: icono → «Conectar este portal», y permita lo que el navegador pregunta.",
            "On the portal's tab: icon → “Connect this portal”, and allow what the browser asks.",
        ),
        (
            "En la página del portal: «Enviar por correo» junto a una factura.",
            "On the portal's page: “Enviar por correo” (send by e-mail) beside an invoice.",
        ),
        (
            "En la página que se abre: compare lo que se va a enviar, marque la casilla de la dirección nueva y presione «Enviar».",
            "On the page that opens: compare what will be sent, tick the box of the new address, and press “Send”.",
        ),
    ];
    for (index, (es, en)) in steps.into_iter().enumerate() {
        voice.step(index + 1, es, en);
    }
}

/// Watches the stand-in until a message has arrived.
fn watch(window: &mut Window, sandbox: &Sandbox, patience: &Patience, voice: &Voice) -> Result<(), Trouble> {
    voice.waiting(&PERSON);
    let mut signed_in = false;
    patience.wait(&PERSON, || {
        if !signed_in && may_send(&sandbox.state()) {
            signed_in = true;
            voice.say("✓ Inicio de sesión con permiso de enviar.", "Signed in, with the permission to send.");
        }
        if !sandbox.messages().is_empty() {
            return Ok(Some(()));
        }
        if window.is_open() { Ok(None) } else { Err(Trouble::Closed) }
    })
}

/// Whether some account has let the program send mail.
fn may_send(state: &Value) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let grants = list(&state["accounts"]).into_iter().flat_map(|account| list(&account["grants"]));
    let mut scopes = grants.flat_map(|grant| list(&grant["scopes"]));
    scopes.any(|scope| scope.as_str().is_some_and(|scope| scope.ends_with(SEND_SCOPE)))
}

/// Leaves time to look at what arrived: until Enter, Ctrl-C, the window's end or the limit.
pub(crate) fn look(
    mut window: Option<Window>,
    stage: &Stage,
    patience: &Patience,
    voice: &Voice,
) -> Result<(), Trouble> {
    let by_key = std::io::stdin().is_terminal();
    let wait = match (&window, by_key) {
        (Some(_), true) => LOOK_AROUND,
        (Some(_), false) => GLANCE,
        (None, true) => LOOK,
        (None, false) => return Ok(()),
    };
    voice.fact("Véalo en", "See it at", &format!("{}/inbox", stage.sandbox()?.base()));
    voice.waiting(&wait);
    let pressed = if by_key { enter() } else { Arc::default() };
    let ended = patience.wait(&wait, || {
        let closed = window.as_mut().is_some_and(|window| !window.is_open());
        Ok((closed || pressed.load(Ordering::Relaxed)).then_some(()))
    });
    match ended {
        // Everything was shown; how the person stops looking is no failure.
        Ok(()) | Err(Trouble::TooLong(_) | Trouble::Interrupted) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

/// Becomes true with the next line on standard input.
fn enter() -> Arc<AtomicBool> {
    let pressed = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&pressed);
    std::thread::spawn(move || {
        // The end of the input, or a failure, is as good as a key.
        drop(std::io::stdin().lock().read_line(&mut String::new()));
        flag.store(true, Ordering::Relaxed);
    });
    pressed
}
