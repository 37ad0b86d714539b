//! x
pub mod frame;
pub mod protocol;
/// x
pub mod conversation {
    /// x
    pub const METHODS: &[&str] = &[];
}
