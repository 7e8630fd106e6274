//! Appending: what a caller asks, what it is answered, and why it may be refused.

use jiff::Timestamp;
use record::RecordedAt;
use thiserror::Error;
use uuid::Uuid;

use crate::chance::ChanceFailed;
use crate::identifier::{Author, CommandId, Malformed, Position, StreamId, Version};
use crate::keeper::KeeperError;

/// The most entries one append writes: a person's whole history in one transaction.
pub const ENTRIES_PER_APPEND_MAX: usize = 4096;

/// The longest entry, in bytes before sealing.
pub const BYTES_PER_ENTRY_MAX: usize = 256 * 1024;

/// The most outbox rows one append posts.
pub const OUTBOX_ROWS_PER_APPEND_MAX: usize = 64;

/// The longest payload of an outbox row, in bytes before sealing.
pub const BYTES_PER_OUTBOX_ROW_MAX: usize = 256 * 1024;

/// What a caller asks the journal to write: all of it or none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Named by the caller: a repeat is given the first answer and writes nothing.
    pub command: CommandId,
    /// Who writes.
    pub author: Author,
    /// The entries, in order; at least one.
    pub facts: Vec<Fact>,
    /// Work that leaves the building because of them.
    pub outbox: Vec<OutboxRow>,
}

/// One entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub stream: StreamId,
    /// What the caller believes the stream's version to be, counting earlier facts of this append.
    pub expected: Expected,
    /// What it says.
    pub bytes: Vec<u8>,
}

/// What a caller believes about a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: written after whatever is there.
    Any,
    /// That it stands at this version; [`Version::NONE`] means that it does not exist.
    Exactly(Version),
}

/// Work that leaves the building, posted in the same transaction as the entries that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Made by the caller; what makes the receiver's work idempotent.
    pub id: Uuid,
    /// What sort of work: `mail`, `text_message`, `webhook`.
    pub kind: String,
    /// What is sent; kept sealed.
    pub payload: Vec<u8>,
    /// When it may leave.
    pub due_at: Timestamp,
}

/// What became of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Where each fact came to stand, in their order.
    pub entries: Vec<(StreamId, Version, Position)>,
    /// When the journal took them in; the same for all of them.
    pub recorded_at: RecordedAt,
    /// The command had been answered before: nothing was written now.
    pub repeated: bool,
}

/// Why an append was not written; nothing of it was.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Somebody wrote to the stream in between.
    #[error("{stream} stands at version {found} where {expected} was expected; read it again")]
    Stale {
        /// The stream.
        stream: StreamId,
        /// What the caller believed.
        expected: Version,
        /// What it is.
        found: Version,
    },
    /// The stream was erased, and what is erased takes no more entries.
    #[error("{stream} was erased and takes no more entries")]
    Erased {
        /// The stream.
        stream: StreamId,
    },
    /// Streams of this kind are written by the journal alone.
    #[error("entries of {stream} are written by the journal alone")]
    Reserved {
        /// The stream.
        stream: StreamId,
    },
    /// There is no such stream to erase.
    #[error("{stream} has no entries, so there is nothing to erase")]
    NothingToErase {
        /// The stream.
        stream: StreamId,
    },
    /// The append holds no fact.
    #[error("an append needs at least one entry")]
    Empty,
    /// The append holds too much.
    #[error("{what} is {found} where at most {max} is taken")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        found: usize,
        /// How much is taken.
        max: usize,
    },
    /// The author is malformed.
    #[error("the author is not one the journal takes")]
    Author(#[source] Malformed),
    /// No randomness, so no sealing.
    #[error("failed to seal the entries")]
    Chance(#[source] ChanceFailed),
    /// A stream's key does not open under the clinic's key.
    #[error("the key of {stream} does not open; verify the journal before anything is written")]
    Key {
        /// The stream.
        stream: StreamId,
    },
    /// The keeper failed.
    #[error("failed to append to the journal")]
    Keeper(#[source] KeeperError),
}

impl From<KeeperError> for AppendError {
    fn from(error: KeeperError) -> Self {
        Self::Keeper(error)
    }
}

impl From<ChanceFailed> for AppendError {
    fn from(error: ChanceFailed) -> Self {
        Self::Chance(error)
    }
}

impl Append {
    /// Refuses what is out of bounds, before anything is queued.
    pub(crate) fn check(&self) -> Result<(), AppendError> {
        self.author.check().map_err(AppendError::Author)?;
        if self.facts.is_empty() {
            return Err(AppendError::Empty);
        }
        at_most(
            "the number of entries",
            self.facts.len(),
            ENTRIES_PER_APPEND_MAX,
        )?;
        at_most(
            "the number of outbox rows",
            self.outbox.len(),
            OUTBOX_ROWS_PER_APPEND_MAX,
        )?;
        for fact in &self.facts {
            at_most(
                "an entry's length in bytes",
                fact.bytes.len(),
                BYTES_PER_ENTRY_MAX,
            )?;
        }
        for row in &self.outbox {
            at_most("an outbox kind's length in bytes", row.kind.len(), 64)?;
            at_most(
                "an outbox payload's length in bytes",
                row.payload.len(),
                BYTES_PER_OUTBOX_ROW_MAX,
            )?;
        }
        Ok(())
    }
}

fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), AppendError> {
    if found > max {
        Err(AppendError::TooMuch { what, found, max })
    } else {
        Ok(())
    }
}
