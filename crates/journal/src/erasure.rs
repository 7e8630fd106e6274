//! Erasures: the entries that say a stream's key was destroyed.

use std::str::FromStr;

use uuid::Uuid;

use crate::identifier::{ClinicId, StreamId, StreamKind};

/// That a stream was erased, as an entry of the clinic's erasure stream says it.
///
/// Its bytes are three lines: `erased 1`, `stream KIND/UUID`, and `reason` with the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Which stream.
    pub stream: StreamId,
    /// Why, in the words of whoever erased it.
    pub reason: String,
}

impl Erasure {
    /// The kind of the stream that erasures are written to, by the journal alone.
    pub const KIND: StreamKind = StreamKind::literal("erasure");

    /// Gives the stream that a clinic's erasures are written to.
    pub fn stream(clinic: ClinicId) -> StreamId {
        StreamId::new(Self::KIND, clinic.0)
    }

    /// Writes the entry's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        format!("erased 1\nstream {}\nreason {}", self.stream, self.reason).into_bytes()
    }

    /// Reads the entry's bytes.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let rest = text.strip_prefix("erased 1\nstream ")?;
        let (stream, reason) = rest.split_once("\nreason ")?;
        let (kind, id) = stream.split_once('/')?;
        let stream = StreamId::new(StreamKind::new(kind).ok()?, Uuid::from_str(id).ok()?);
        Some(Self {
            stream,
            reason: reason.to_owned(),
        })
    }
}
