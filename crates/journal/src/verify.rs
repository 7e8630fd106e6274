//! Verification: reading everything and naming the first thing that is wrong.
//!
//! What this proves and what it does not is in `docs/operate/verification.md`.

use std::fmt;
use std::sync::Arc;

use camino::Utf8Path;
use record::Clock;
use thiserror::Error;

use crate::chance::Chance;
use crate::checkpoint::Checkpoint;
use crate::identifier::{Position, StreamId, Version};
use crate::journal::{Journal, OpenError, Ranges, sweep};
use crate::keeper::{Head, KeeperError};
use crate::keys::MasterKey;
use crate::shelf::KeyShelf;
use crate::sqlite::SqliteKeeper;

mod batch;
mod walk;

use walk::{Walk, Walked};

/// What was found to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many entries there are; every one was read.
    pub entries: u64,
    /// How many streams they are about.
    pub streams: u64,
    /// How many of those were erased: their entries are in their places, their content is gone.
    pub erased: u64,
    /// The last entry.
    pub head: Head,
    /// How many checkpoints, kept and given, the chain agrees with.
    pub checkpoints: u64,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("position {position}: {what}")]
pub struct Fault {
    /// Where: the position of the first wrong or missing entry; 0 when it lies before them all.
    pub position: Position,
    /// What.
    pub what: Wrong,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// There is no such entry, though there should be.
    Missing,
    /// It cannot be read.
    Unreadable(String),
    /// Its number in its stream does not follow the one before.
    Version {
        /// The stream it says it is of.
        stream: StreamId,
        /// The version it should have.
        expected: Version,
        /// The version it has.
        found: Version,
    },
    /// It was recorded before the entry before it.
    Time,
    /// Its bytes, its header, or what stands before it are not what was linked.
    Hash,
    /// Its link is right and its content does not open: made by somebody without the keys.
    Sealed,
    /// Its stream's key is gone and no erasure says so.
    KeyGone {
        /// The stream.
        stream: StreamId,
    },
    /// It is of a stream that was erased before it, and such a stream takes no more entries.
    AfterErasure {
        /// The stream.
        stream: StreamId,
    },
    /// It says that a stream was erased, and the stream's key is there.
    KeyBack {
        /// The stream.
        stream: StreamId,
    },
    /// The head names another last entry than this.
    Head,
    /// Something beside the entries that a read relies on.
    Beside(String),
    /// A checkpoint is of another clinic.
    OtherClinic,
    /// A checkpoint was changed, or signed with another key than this journal's.
    CheckpointKey,
    /// A checkpoint, signed at this position, has another hash: this is another history.
    OtherHistory(Box<Checkpoint>),
    /// A checkpoint was signed at a later position than the journal has.
    Shorter(Box<Checkpoint>),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the entry is missing"),
            Self::Unreadable(why) => write!(f, "the entry cannot be read: {why}"),
            Self::Version {
                stream,
                expected,
                found,
            } => write!(
                f,
                "the entry is number {found} of {stream} where number {expected} belongs: an \
                 entry was removed, repeated or moved"
            ),
            Self::Time => f.write_str("the entry was recorded before the one before it"),
            Self::Hash => f.write_str(
                "the entry does not match its link: its content, its header or its place was \
                 changed after it was written",
            ),
            Self::Sealed => f.write_str(
                "the entry matches its link but does not open: it was written by somebody who \
                 has the database and not its keys",
            ),
            Self::KeyGone { stream } => {
                write!(
                    f,
                    "the key of {stream} is gone and no entry says that it was erased"
                )
            }
            Self::AfterErasure { stream } => {
                write!(
                    f,
                    "the entry is of {stream}, which was erased before it was written"
                )
            }
            Self::KeyBack { stream } => write!(
                f,
                "the entry says that {stream} was erased, but its key is there: erase it again"
            ),
            Self::Head => f.write_str("the head of the journal names another last entry"),
            Self::Beside(what) => f.write_str(what),
            Self::OtherClinic => f.write_str("the checkpoint is of another clinic's journal"),
            Self::CheckpointKey => {
                f.write_str("the checkpoint was changed or was not signed by this journal")
            }
            Self::OtherHistory(checkpoint) => write!(
                f,
                "the entry is not the one that the checkpoint of {} signed: this is another \
                 history",
                checkpoint.at.0
            ),
            Self::Shorter(checkpoint) => write!(
                f,
                "the journal ends before position {}, which the checkpoint of {} signed: it was \
                 cut, or this is an older copy",
                checkpoint.position, checkpoint.at.0
            ),
        }
    }
}

/// Why a journal is not verified.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is wrong, and here first.
    #[error("the journal does not verify")]
    Fault(#[source] Fault),
    /// It could not be opened to be read.
    #[error("failed to open what is to be verified")]
    Open(#[source] OpenError),
    /// It could not be read to the end, for a reason that is not in the journal.
    #[error("failed to read the whole journal")]
    Keeper(#[source] KeeperError),
}

impl VerifyError {
    /// Gives the fault, if that is what it is.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Open(_) | Self::Keeper(_) => None,
        }
    }

    /// Tells damage, which is a fault, from a keeper that could not be asked.
    fn of(error: KeeperError, position: Position) -> Self {
        match error {
            KeeperError::Malformed { position, what } => Fault {
                position,
                what: Wrong::Unreadable(what.to_owned()),
            }
            .into(),
            KeeperError::Odd { what } => {
                let what = Wrong::Beside(format!("{what} is not what was written"));
                Fault { position, what }.into()
            }
            KeeperError::Damaged(cause) => Fault {
                position,
                what: Wrong::Unreadable(cause.to_string()),
            }
            .into(),
            KeeperError::Absent { .. }
            | KeeperError::Present { .. }
            | KeeperError::Held { .. }
            | KeeperError::ReadOnly
            | KeeperError::Full
            | KeeperError::Newer { .. }
            | KeeperError::Foreign { .. }
            | KeeperError::OtherClinic
            | KeeperError::Closed
            | KeeperError::NotKept(_)
            | KeeperError::Failed { .. } => Self::Keeper(error),
        }
    }
}

impl From<Fault> for VerifyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Journal {
    /// Reads every entry, checks everything that can be checked, and names the first that is wrong.
    ///
    /// Checked are the bytes, the clinic's chain, every stream's chain, positions, versions,
    /// recorded times, that every entry opens under its stream's key or is recorded as erased, the
    /// head, what reads rely on beside the entries, the checkpoints the journal kept, and those
    /// `given` from elsewhere, which alone show that a whole database was put back.
    /// `progress` is told how many entries of how many are done.
    /// What is appended meanwhile is not looked at.
    pub fn verify(
        &self,
        given: &[Checkpoint],
        mut progress: impl FnMut(u64, u64),
    ) -> Result<VerifyReport, VerifyError> {
        let start = Position::START;
        let asked = |error| VerifyError::of(error, start);
        let mut checkpoints = self.keeper().checkpoints().map_err(asked)?;
        checkpoints.extend_from_slice(given);
        // Keys before the head: what is erased in between is then in the entries that are read.
        let shelf = KeyShelf::stocked(self).map_err(asked)?;
        let head = self.keeper().head().map_err(asked)?;
        let mut walk = Walk::begin(self, checkpoints)?;
        let inspection = std::thread::scope(|scope| {
            let inspection = scope.spawn(|| self.keeper().inspect(head.position));
            sweep(
                Ranges {
                    after: start,
                    up_to: head.position,
                },
                || shelf.clone(),
                |shelf, after, up_to| batch::check(self, shelf, after, up_to),
                |batch| {
                    let sweep = walk.take(batch);
                    progress(walk.position().0, head.position.0);
                    sweep
                },
            );
            inspection.join().unwrap_or(Err(KeeperError::Closed))
        });
        // What is wrong with an entry is named before what is wrong beside it.
        let Walked {
            by_stream,
            by_command,
            report,
        } = walk.end(self, &head, &shelf)?;
        let inspection = inspection.map_err(asked)?;
        if let Some(what) = inspection.compare(&by_stream, &by_command) {
            return Err(Fault {
                position: start,
                what: Wrong::Beside(what),
            }
            .into());
        }
        Ok(report)
    }
}

/// Opens a backup for reading and verifies it fully, so that it may be put in place.
pub fn verify_backup(
    path: &Utf8Path,
    master: &MasterKey,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    given: &[Checkpoint],
    progress: impl FnMut(u64, u64),
) -> Result<VerifyReport, VerifyError> {
    let open = |error| VerifyError::Open(OpenError::Keeper(error));
    let keeper = Arc::new(SqliteKeeper::open_to_read(path).map_err(open)?);
    let journal = Journal::open(keeper, master, clock, chance).map_err(VerifyError::Open)?;
    journal.verify(given, progress)
}

/// Verifies a backup fully and then, and only then, puts a copy of it where nothing is.
pub fn restore(
    backup: &Utf8Path,
    to: &Utf8Path,
    master: &MasterKey,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    given: &[Checkpoint],
    progress: impl FnMut(u64, u64),
) -> Result<VerifyReport, VerifyError> {
    let open = |error| VerifyError::Open(OpenError::Keeper(error));
    if to.exists() {
        return Err(open(KeeperError::Present {
            path: to.to_owned(),
        }));
    }
    let report = verify_backup(backup, master, clock, chance, given, progress)?;
    SqliteKeeper::restore(backup, to).map_err(open)?;
    Ok(report)
}
