//! A printed representation (*representación impresa*) of a CFDI, composed from its XML alone.
//!
//! Rule 2.7.1.7 of the *Resolución Miscelánea Fiscal* and *Anexo 20*, part I.D, say what it shows: the parties, the
//! concepts with their codes, taxes, totals, seals, certificate numbers, the *cadena original del complemento de
//! certificación*, the two-dimensional code, and a legend. [`read`] collects it while the document passes by, within
//! [`limits`]; [`compose`] puts it in order; whoever typesets it only measures and draws.

mod catalogues;
mod compose;
mod contents;
mod figures;
pub mod limits;
mod reader;
mod sheet;
mod verification;
mod words;

pub use compose::compose;
pub use contents::Contents;
pub use reader::{Unprintable, read};
pub use sheet::{Align, Block, Cell, Column, Field, Sheet, Table};
pub use verification::{cadena_of_timbre, verification_url};
pub use words::in_words;

// What texts of mails write in the same way.
pub(super) use figures::money;
pub(super) use verification::verification_address;
