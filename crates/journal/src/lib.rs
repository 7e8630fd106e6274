//! Append, read, follow, verify: the sealed, chained journal of a clinic.
//!
//! Everything Holdfast shows is a fold of this journal, so it must lose nothing that it
//! acknowledged, change nothing that it took in, and be able to prove both.
//!
//! ```
//! # use std::sync::Arc;
//! # use journal::*;
//! # use uuid::Uuid;
//! # struct Noon;
//! # impl record::Clock for Noon {
//! #     fn now(&self) -> jiff::Timestamp { jiff::Timestamp::UNIX_EPOCH }
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (clock, chance) = (Arc::new(Noon), Arc::new(SystemChance));
//! # let id = Uuid::from_u128;
//! let master = MasterKey::generate(&*chance)?;
//! let keeper = Arc::new(MemoryKeeper::new());
//! let journal = Journal::found(keeper, ClinicId(id(1)), &master, clock, chance)?;
//! let patient = StreamId::new(StreamKind::literal("patient"), id(2));
//! let fact = Fact { stream: patient, expected: Expected::Any, bytes: b"arrived".to_vec() };
//! let author = Author::new("person-7", "nurse", "web")?;
//! let append = Append { command: CommandId(id(3)), author, facts: vec![fact], outbox: vec![] };
//! let first = journal.append(append.clone())?;
//! assert_eq!(journal.append(append)?.entries, first.entries, "a repeat writes nothing");
//! assert_eq!(journal.stream(patient, Version::NONE)?.len(), 1);
//! assert_eq!(journal.verify(&[], |_, _| {})?.entries, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # The model
//!
//! - A journal belongs to one clinic. Its entries have a **position**, from 1 without a gap, and
//!   each is about one **stream** (a patient, a person, the settings) and has a **version** in it,
//!   from 1 without a gap. An [`Append`] writes entries of several streams, all or none.
//! - Positions, versions, times and links are decided by one function, [`Draft::inscribe`], inside
//!   the keeper's transaction, under a lock held to commit. So whoever reads "after N" never skips.
//! - What an entry says is **sealed** under its stream's own key, and bound to its whole header.
//!   Destroying that key erases what was said ([`Journal::erase_stream`]); that something was said,
//!   when and by whom, stays, and the chain still verifies.
//! - Each entry is **linked** to the one before it in the clinic and the one before it in its
//!   stream. A [`Checkpoint`] signs the last link, to be sent off the machine. What this proves
//!   and what it does not is in `docs/operate/verification.md`.
//! - Beside the record lies the **rim**: ordinary rows that may be changed.
//!
//! # The map
//!
//! | module | what is there |
//! |---|---|
//! | [`append`], [`entry`], [`identifier`] | what is written, what is read, what things are called |
//! | [`chain`] | the byte layout of an entry and its links, frozen |
//! | [`keys`] and the module `seal` | which key seals which, and how; the text of a key file |
//! | [`checkpoint`], [`erasure`] | their texts, frozen |
//! | [`keeper`] | the port; [`memory`] and [`sqlite`] are the keepers there are |
//! | [`rim`] | rows, the access log, the outbox |
//! | `conformance` (a feature) | the laws every keeper must keep |
//!
//! # What it deliberately does not do
//!
//! It knows bytes, not medicine. It has no update and no delete. It never reads a clock or makes
//! randomness of its own: both are given to it. It is not asynchronous: whoever must not block calls
//! it from a thread that may. It does not chain the rim, does not hide who wrote when about which
//! stream, and does not know how many bytes of content are personal: it seals them all.
//!
//! # To add a keeper
//!
//! 1. Implement [`Keeper`]. In `append`: take the clinic's lock, begin, call
//!    [`Draft::inscribe`] with your [`Desk`], commit or roll back, and only then answer.
//! 2. Give it tables that refuse update and delete of entries and checkpoints, and unique
//!    constraints over position, over (stream, version) and over the first entry of each command.
//! 3. Overwrite a destroyed key on the medium, as far as the medium lets you, and say how far.
//! 4. In `inspect`, roll up each index that a read relies on.
//! 5. Run `conformance::run_all` over it, and the kills of `tests/crash.rs`.

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
#[cfg(test)]
mod frozen;
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
