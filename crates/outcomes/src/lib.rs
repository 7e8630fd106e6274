//! Substance-use words, endpoint definitions and programme outcomes.

pub mod cell;
pub mod definition;
pub mod engine;
pub mod word;

pub use definition::{Definition, DefinitionError, Definitions, Kind};
pub use engine::Value;
pub use word::{Symbol, Word, WordError};
