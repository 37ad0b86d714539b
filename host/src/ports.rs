//! What the use cases ask of the outside world.
pub mod library;
