//! The way to the provider: proxies and certificates, with a proxy that we did not write and authorities made here.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "modules shared between test programs")]

#[path = "support/host.rs"]
mod host;

mod net {
    pub mod certificates;
    #[cfg(target_os = "linux")]
    pub mod proxies;
    pub mod redirects;
    pub mod server;
}
