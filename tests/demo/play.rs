//! The road without a browser: plays its part over real frames, and the person's part on the consent pages.

use std::time::Duration;

use serde_json::{Value, json};

use crate::host::Host;
use crate::patience::Patience;
use crate::samples::Sample;
use crate::sandbox::walk::{Browser, Person};
use crate::stage::{Stage, address};
use crate::trouble::{Trouble, text};
use crate::voice::{Voice, Wait};

const DELIVERY: Wait = Wait {
    es: "a que Gmail (sustituto) acepte el mensaje",
    en: "Gmail (stand-in) to accept the message",
    limit: Duration::from_secs(60),
};

/// Everything at hand while the parts are played.
struct Play<'a> {
    stage: &'a Stage,
    patience: &'a Patience,
    voice: &'a Voice,
    host: Host,
}

/// Signs in, connects the portal, sends one invoice, and asks for it again.
pub(crate) fn play(stage: &Stage, patience: &Patience, voice: &Voice) -> Result<(), Trouble> {
    let host = Host::start(stage.program(voice.language()), &stage.extension, voice.language(), patience)?;
    let mut play = Play { stage, patience, voice, host };
    voice.part("Iniciar sesión", "Sign in");
    let signed_in = play.sign_in()?;
    play.save(&signed_in)?;
    voice.part("El portal pide un envío", "The portal asks for a delivery");
    play.connect()?;
    let request = play.request(&stage.samples[0])?;
    let delivery = play.confirm(&request)?;
    play.follow(&delivery)?;
    play.again(&request, &delivery)
}

impl Play<'_> {
    /// First with the box unticked, then as it should be.
    fn sign_in(&mut self) -> Result<Value, Trouble> {
        let mut browser = Browser::new()?;
        let begun = self.host.call("sign_in.begin", json!({"company": self.stage.rfc()}))?;
        let reluctant = Person { tick_send: false, ..Person::willing() };
        self.voice.say(
            &format!("Se abre la página de consentimiento y entra {}, sin marcar la casilla.", reluctant.email),
            &format!("The consent page opens; {} signs in without ticking the box.", reluctant.email),
        );
        let Err(refusal) = self.visit(&mut browser, &begun, &reluctant) else {
            return Err(Trouble::Unexpected("a sign-in without the permission to send was accepted".to_owned()));
        };
        let Trouble::Refused { error, .. } = &refusal else { return Err(refusal) };
        if refusal.kind() != Some("scope_missing") {
            return Err(refusal);
        }
        self.voice.fact("El programa dice", "The host says", text(error, "/message")?);
        self.voice.say(
            "No se guardó nada. Un clic vuelve a pedir solo ese permiso, para la misma cuenta.",
            "Nothing was saved. One click asks again for that permission alone, for the same account.",
        );
        let again = json!({"company": self.stage.rfc(), "again": text(error, "/data/flow")?});
        let begun = self.host.call("sign_in.begin", again)?;
        let signed_in = self.visit(&mut browser, &begun, &Person::willing())?;
        let account = format!("{} ({})", text(&signed_in, "/account/address")?, text(&signed_in, "/account/state")?);
        self.voice.fact("Cuenta, por guardar", "Account, not saved yet", &account);
        Ok(signed_in)
    }

    /// Walks through the provider's pages, and hands the redirect to the host as the extension does.
    fn visit(&mut self, browser: &mut Browser, begun: &Value, person: &Person) -> Result<Value, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Trouble::io("runtime"))?;
        browser.seen.clear();
        let redirect = runtime.block_on(browser.walk(text(begun, "/auth_url")?, person))?;
        self.voice.fact("Páginas vistas", "Pages seen", &browser.seen.join(" > "));
        let complete = json!({"flow": text(begun, "/flow")?, "redirect_url": redirect.as_str()});
        self.host.call("sign_in.complete", complete)
    }

    /// *Aceptar y guardar*.
    fn save(&mut self, signed_in: &Value) -> Result<(), Trouble> {
        let mut company = self.stage.company();
        company["flow"] = signed_in["flow"].clone();
        let saved = self.host.call("company.save", company)?;
        let state = text(&saved, "/account/state")?;
        self.voice.fact("«Aceptar y guardar»", "“Accept and save”", &format!("{} ({state})", text(&saved, "/name")?));
        Ok(())
    }

    /// Binds the sample portal to the company, and indexes the company's folder.
    fn connect(&mut self) -> Result<(), Trouble> {
        let origin = self.stage.sandbox()?.portal_base().to_owned();
        self.host.call("portal.connect", json!({"origin": origin, "companies": [self.stage.rfc()]}))?;
        self.voice.fact("Portal conectado", "Connected portal", &origin);
        let scanned = self.host.call("library.scan", json!({"company": self.stage.rfc()}))?;
        self.voice.fact("Almacén digital", "Library", &format!("{} XML", scanned["files"]));
        Ok(())
    }

    /// What the portal asks for, with what would leave shown to the person.
    fn request(&mut self, sample: &Sample) -> Result<Value, Trouble> {
        let document = json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc});
        let portal = self.stage.sandbox()?.portal_base();
        let mut request = json!({
            "documents": [document], "to": [address(sample)], "key": format!("pedido-{}", sample.folio), "portal": portal,
        });
        let preview = self.host.call("delivery.preview", request.clone())?;
        self.voice.say(
            "El portal solo nombra un folio fiscal. El programa lee el XML y muestra lo que saldría:",
            "The portal only names a UUID. The host reads the XML and shows what would leave:",
        );
        self.voice.fact("Folio fiscal", "UUID", &sample.uuid);
        self.voice.fact("Remitente", "Sender", text(&preview, "/from")?);
        self.voice.fact("Para", "To", &address(sample));
        self.voice.fact("Asunto", "Subject", text(&preview, "/subject")?);
        for attachment in preview["attachments"].as_array().into_iter().flatten() {
            self.voice.fact("Adjunto", "Attachment", text(attachment, "/name")?);
        }
        request["confirmed"] = preview["digest"].clone();
        Ok(request)
    }

    /// The person confirms; the digest ties what was shown to what is queued.
    fn confirm(&mut self, request: &Value) -> Result<String, Trouble> {
        let sent = self.host.call("delivery.send", request.clone())?;
        let delivery = text(&sent, "/delivery/delivery")?.to_owned();
        self.voice
            .say("La persona confirma; el envío queda en la bandeja.", "The person confirms; the delivery is queued.");
        Ok(delivery)
    }

    /// Waits until the delivery ends.
    fn follow(&mut self, delivery: &str) -> Result<(), Trouble> {
        self.voice.waiting(&DELIVERY);
        let host = &mut self.host;
        self.patience.wait(&DELIVERY, || {
            let detail = host.call("delivery.get", json!({"delivery": delivery}))?;
            match text(&detail, "/delivery/state")? {
                "sent" => Ok(Some(())),
                "queued" | "sending" | "deferred" => Ok(None),
                state => Err(Trouble::Unexpected(format!("{state}, {}", detail["delivery"]["reason"]))),
            }
        })
    }

    /// The portal asks for the same again, as one whose answer got lost would.
    fn again(&mut self, request: &Value, delivery: &str) -> Result<(), Trouble> {
        let second = self.host.call("delivery.send", request.clone())?;
        let messages = self.stage.sandbox()?.messages().len();
        if second["existing"] != true || text(&second, "/delivery/delivery")? != delivery || messages != 1 {
            return Err(Trouble::Unexpected(format!("the second request: {second}, {messages} messages")));
        }
        self.voice.say(
            "El portal lo pide otra vez con la misma clave: es el mismo envío, nada sale dos veces.",
            "The portal asks again with the same key: it is the same delivery, nothing leaves twice.",
        );
        Ok(())
    }
}
