//! Between rows and the journal's words.

use jiff::Timestamp;
use record::RecordedAt;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use crate::chain::Digest;
use crate::identifier::{Position, StreamId, StreamKind};
use crate::keeper::{KeeperError, StreamKey};
use crate::keys::WrappedKey;

/// Turns a count into what SQLite stores; positions never come near the limit.
pub(super) fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads a whole number that is not negative.
pub(super) fn count(row: &Row<'_>, column: usize) -> Option<u64> {
    match row.get_ref(column).ok()? {
        ValueRef::Integer(number) => u64::try_from(number).ok(),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => None,
    }
}

/// Reads a time in microseconds.
pub(super) fn time(row: &Row<'_>, column: usize) -> Option<Timestamp> {
    Timestamp::from_microsecond(row.get::<_, i64>(column).ok()?).ok()
}

/// Reads a time in microseconds that may be absent; `None` when it is neither.
pub(super) fn time_or_none(row: &Row<'_>, column: usize) -> Option<MayBe<Timestamp>> {
    match row.get_ref(column).ok()? {
        ValueRef::Null => Some(MayBe(None)),
        ValueRef::Integer(microsecond) => Timestamp::from_microsecond(microsecond)
            .ok()
            .map(|time| MayBe(Some(time))),
        ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => None,
    }
}

/// A field that was read and may be empty, told from one that did not read.
pub(super) struct MayBe<T>(pub(super) Option<T>);

/// Reads bytes.
pub(super) fn bytes<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a [u8]> {
    row.get_ref(column).ok()?.as_blob().ok()
}

/// Reads as many bytes as are expected.
pub(super) fn exactly<const N: usize>(row: &Row<'_>, column: usize) -> Option<[u8; N]> {
    bytes(row, column)?.try_into().ok()
}

/// Reads a text.
pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a str> {
    row.get_ref(column).ok()?.as_str().ok()
}

/// Reads a digest.
pub(super) fn digest(row: &Row<'_>, column: usize) -> Option<Digest> {
    exactly(row, column).map(Digest)
}

/// Reads an identifier.
pub(super) fn uuid(row: &Row<'_>, column: usize) -> Option<Uuid> {
    exactly(row, column).map(Uuid::from_bytes)
}

/// Reads a stream's kind and identifier.
pub(super) fn stream(row: &Row<'_>, kind: usize, id: usize) -> Option<StreamId> {
    Some(StreamId::new(
        StreamKind::new(text(row, kind)?).ok()?,
        uuid(row, id)?,
    ))
}

/// Reads a stream's key.
pub(super) fn key(row: &Row<'_>, column: usize) -> Option<StreamKey> {
    match row.get_ref(column).ok()? {
        ValueRef::Null => Some(StreamKey::Destroyed),
        ValueRef::Blob(bytes) => Some(StreamKey::Wrapped(WrappedKey(bytes.try_into().ok()?))),
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => None,
    }
}

/// Reads a position.
pub(super) fn position(row: &Row<'_>, column: usize) -> Option<Position> {
    count(row, column).map(Position)
}

/// Reads a recorded time.
pub(super) fn recorded_at(row: &Row<'_>, column: usize) -> Option<RecordedAt> {
    time(row, column).map(RecordedAt)
}

/// Says that something is not what was written.
pub(super) fn or_odd<T>(found: Option<T>, what: &'static str) -> Result<T, KeeperError> {
    found.ok_or(KeeperError::Odd { what })
}
