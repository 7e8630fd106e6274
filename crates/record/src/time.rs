//! The two times, and the clock that is always an argument.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that tells the time.
///
/// Only the binary holds the real one; tests and the virtual clinic move theirs by hand, so a
/// two-year course runs in milliseconds.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// When the journal took an entry in; assigned by the journal, never running backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordedAt(pub Timestamp);

/// When a thing happened, as claimed by a person or a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccurredAt(pub Timestamp);
