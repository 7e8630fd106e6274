//! Append, read, follow, verify: the sealed, chained journal of a clinic.

pub mod append;
mod bell;
pub mod chain;
pub mod chance;
pub mod checkpoint;
#[cfg(feature = "conformance")]
pub mod conformance;
mod draft;
pub mod entry;
pub mod erasure;
pub mod identifier;
mod journal;
pub mod keeper;
pub mod keys;
pub mod memory;
pub mod rim;
mod seal;
mod shelf;
pub mod sqlite;
mod verify;

pub use append::{
    Append, AppendError, Appended, BYTES_PER_ENTRY_MAX, ENTRIES_PER_APPEND_MAX, Expected, Fact,
    OutboxRow,
};
pub use chain::Digest;
pub use chance::{Chance, ChanceFailed, SystemChance};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use draft::{ClockSetBack, Draft};
pub use entry::{Content, Entry, SealedEntry};
pub use erasure::Erasure;
pub use identifier::{
    Author, ClinicId, CommandId, Malformed, Position, StreamId, StreamKind, Version,
};
pub use journal::{ENTRIES_PER_READ_MAX, Follower, Journal, OpenError, ReadError};
pub use keeper::{Desk, Head, Keeper, KeeperError};
pub use keys::{Fingerprint, KeyTextError, MasterKey};
pub use memory::MemoryKeeper;
pub use rim::{AccessQuery, AccessRow, LoggedAccess, OutboxWork, RimError, RimRow};
pub use seal::SEAL_BYTES;
pub use sqlite::SqliteKeeper;
pub use verify::{Fault, VerifyError, VerifyReport, Wrong, restore, verify_backup};
