//! `Clock` and `Dice` of the machine.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::delivery::DeliveryId;
use crate::ports::{Clock, Dice};

/// The machine's clock and random numbers.
#[derive(Debug, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn monotonic(&self) -> Duration {
        static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
        START.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

impl Dice for System {
    fn delivery_id(&self) -> DeliveryId {
        DeliveryId::from_text(&uuid::Uuid::now_v7().to_string())
    }

    fn token(&self) -> String {
        oauth2::CsrfToken::new_random_len(16).into_secret()
    }
}
