//! The words of the register of controlled substances: what is written in it, line by line.
//!
//! What may be written, and what the lines come to, is the `ledger` crate's to say.

pub mod account;
pub mod ids;
pub mod line;

use serde::{Deserialize, Serialize};

use crate::ids::PatientId;

/// A line was written in the register of controlled substances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockWritten {
    /// Whose session it is about, where it is about one: the register itself knows no patients.
    pub patient: Option<PatientId>,
    /// The line, with what it moves.
    pub line: Box<line::Line>,
}
