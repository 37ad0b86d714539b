//! Pure rules: no input or output, no clock.
pub mod cfdi;
pub mod rfc;
