//! Substance-use words, endpoint definitions and programme outcomes.

pub mod cell;
pub mod ctn;
pub mod definition;
pub mod engine;
pub mod estimand;
mod explain;
pub mod table;
pub mod weekly;
pub mod word;

pub use definition::{Definition, DefinitionError, Definitions, Kind};
pub use engine::Value;
pub use estimand::{Estimand, IntercurrentEvent};
pub use word::{Symbol, Word, WordError};
