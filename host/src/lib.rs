//! x
pub mod adapters;
pub mod domain;
pub mod frame;
pub mod net;
pub mod ports;
pub mod protocol;
/// x
pub mod conversation {
    /// x
    pub const METHODS: &[&str] = &[];
}
