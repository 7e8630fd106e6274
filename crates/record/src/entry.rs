//! An entry: a fact with its author and its two times, and the bytes it is kept as.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chart::EntryNumber;
use crate::fact::{self, DecodeError, Fact, Timed};
use crate::time::{OccurredAt, RecordedAt};
use crate::words::Author;

/// An entry as the chart sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the record it belongs to, from one without gaps.
    pub number: EntryNumber,
    /// Its position in the clinic's journal, from one without gaps.
    pub position: u64,
    /// When the journal took it in.
    pub recorded_at: RecordedAt,
    /// When what it says happened.
    pub occurred_at: OccurredAt,
    /// Who made it.
    pub author: Author,
    /// What it says.
    pub fact: Fact,
}

impl Entry {
    /// How long after it happened the entry was made, in whole minutes; zero when it was not later.
    pub fn minutes_late(&self) -> i64 {
        let seconds = self.recorded_at.0.as_second() - self.occurred_at.0.as_second();
        seconds.max(0) / 60
    }
}

#[derive(Deserialize)]
struct Read<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    version: u16,
    occurred_at: Timestamp,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// Writes the bytes an entry is kept as: JSON with its kind, version, time and data, in that order.
///
/// # Errors
/// Never for a fact this crate can hold; the error is kept so that a bug is said and not hidden.
pub fn encode(occurred_at: OccurredAt, fact: &Fact) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Timed {
        occurred_at: occurred_at.0,
        fact,
    })
}

/// Reads the bytes an entry is kept as, lifting older versions to the newest.
///
/// # Errors
/// Says whether the form, the kind and version, or the data are at fault.
pub fn decode(bytes: &[u8]) -> Result<(OccurredAt, Fact), DecodeError> {
    let read: Read<'_> = serde_json::from_slice(bytes).map_err(DecodeError::Form)?;
    let fact = fact::read(&read.kind, read.version, read.data)?;
    Ok((OccurredAt(read.occurred_at), fact))
}
