//! An outbox whose sender runs in this process, with the clock in the test's hand.

use std::time::Duration;

use correo_cfdi::domain::delivery::DeliveryId;
use correo_cfdi::ports::Clock as _;
use correo_cfdi::ports::store::Delivery;
use correo_cfdi::usecase::{World, drain, send};
use serde_json::{Value, json};

use crate::host::wait;
use crate::journey::setting::Setting;
use crate::worlds::Place;

/// A signed-in setting and worlds over its folder.
pub struct Desk {
    pub setting: Setting,
    pub place: Place,
}

impl Desk {
    pub fn new(count: usize) -> Self {
        Self::over(Setting::signed_in(count))
    }

    /// Over a setting that was made before.
    pub fn over(setting: Setting) -> Self {
        // Saving the account woke a sender: one that comes late would do what a test wants to do itself.
        let lock = setting.home.path().join("locks").join("sender.lock");
        wait("the sender that was woken", || lock.exists().then_some(()));
        setting.home.settle();
        let place = Place::at(setting.home.path().to_owned());
        Self { setting, place }
    }

    /// A world as a fresh process would have it.
    pub fn world(&self) -> World {
        self.place.world()
    }

    /// Queues one sample without waking any sender.
    pub fn queue(&self, index: usize) -> DeliveryId {
        self.queue_with(self.setting.params(index, "cliente@example.mx"))
    }

    pub fn queue_with(&self, params: Value) -> DeliveryId {
        let world = self.world();
        let mut params: correo_cfdi::protocol::delivery::DeliveryParams = serde_json::from_value(params).unwrap();
        params.confirmed = Some(send::preview(&world, &params).unwrap().digest);
        DeliveryId::from_text(&send::send(&world, &params, None).unwrap().delivery.delivery)
    }

    /// Works through what is due as a fresh process would; says how much time passed by the clock.
    pub fn drain(&self) -> Duration {
        let before = self.place.clock.monotonic();
        drain::drain(&self.world()).unwrap();
        self.place.clock.monotonic() - before
    }

    pub fn delivery(&self, id: &DeliveryId) -> Delivery {
        self.world().store.delivery(id).unwrap().unwrap()
    }

    /// State and reason.
    pub fn state(&self, id: &DeliveryId) -> (String, Option<String>) {
        let delivery = self.delivery(id);
        (delivery.state.as_str().to_owned(), delivery.reason)
    }

    /// Ledger events, oldest first.
    pub fn events(&self, id: &DeliveryId) -> Vec<String> {
        self.world().store.ledger(id).unwrap().into_iter().map(|line| line.event).collect()
    }

    /// Sessions opened and messages accepted.
    pub fn traffic(&self) -> (u64, usize) {
        (self.setting.count("sessions_opened"), self.setting.sandbox.messages().len())
    }

    /// Orders no more faults.
    pub fn all_well(&self) {
        let url = format!("{}/admin/clear_faults", self.setting.sandbox.base());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { reqwest::Client::new().post(url).send().await.unwrap() });
    }

    pub fn fault(&self, order: Value) {
        self.setting.fault(order);
    }

    /// A failure of the mail API in Google's words.
    pub fn refuse(&self, status: u16, reason: &str, times: u32) {
        self.fault(
            json!({"point": "upload_open", "kind": "status", "status": status, "reason": reason, "times": times}),
        );
    }
}
