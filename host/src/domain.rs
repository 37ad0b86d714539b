//! What the program is about, without any I/O, clock, randomness or wire format.

pub mod account;
pub mod address;
pub mod batch;
pub mod cfdi;
pub mod client;
pub mod company;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod directory;
pub mod draft;
pub mod extras;
pub mod notices;
pub mod pace;
pub mod portal;
pub mod print;
pub mod rfc;
pub mod sign_in;
pub mod status;
pub mod tenure;
pub mod texts;

/// Lower-case hexadecimal digits of `bytes`.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
