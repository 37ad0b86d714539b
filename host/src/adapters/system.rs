//! `Clock`, `Dice` and `Machine` of the machine.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::domain::delivery::DeliveryId;
use crate::domain::hex;
use crate::ports::{Clock, Dice, Machine};

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

    fn jitter(&self) -> u32 {
        (uuid::Uuid::now_v7().as_u64_pair().1 % 1_000) as u32
    }
}

impl Machine for System {
    fn hash(&self) -> Option<String> {
        // Hashed with our name: the identifier itself is confidential (man 5 machine-id).
        let id = machine_uid::get().ok()?;
        Some(hex(&Sha256::digest(format!("correo-cfdi {id}"))[..16]))
    }
}
