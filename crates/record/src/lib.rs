//! The clinic's words: quantities, identifiers, the two times, the entry kinds, and the chart they fold into.

pub mod time;

pub use time::{Clock, OccurredAt, RecordedAt};
