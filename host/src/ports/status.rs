//! Asking the SAT about a document, and what is kept of its answers.

use chrono::{DateTime, Utc};

use crate::domain::status::{Outcome, Question};

/// The SAT's public service.
pub trait StatusService: Send + Sync {
    /// Asks about one document; takes a few seconds at most, whatever the service does.
    ///
    /// # Errors
    /// [`crate::domain::status::CouldNotAsk`], which says nothing about the document.
    fn ask(&self, question: &Question) -> Outcome;
}

/// What came of a question, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// What came of it.
    pub outcome: Outcome,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
}

/// The memory could not be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// It is damaged, locked, or cannot be reached.
    #[error("the memory of the status check failed")]
    Failed,
    /// A newer version of the program wrote it.
    #[error("the memory of the status check was written by a newer version")]
    Newer,
}

/// The switch of this installation, and the answers.
#[expect(clippy::missing_errors_doc, reason = "every method fails with MemoryError and then changes nothing")]
pub trait StatusMemory: Send + Sync {
    /// Whether a person switched the check on.
    fn is_on(&self) -> Result<bool, MemoryError>;
    /// Switches the check.
    fn turn(&self, on: bool) -> Result<(), MemoryError>;
    /// The newest outcome of that question.
    fn recall(&self, question: &Question) -> Result<Option<Remembered>, MemoryError>;
    /// Keeps an outcome in place of the one before, and forgets those from before that time.
    fn keep(&self, question: &Question, outcome: Remembered, forget: DateTime<Utc>) -> Result<(), MemoryError>;
}
