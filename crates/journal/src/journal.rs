//! The journal: a keeper, keys, a clock and chance, held together.

use std::sync::{Arc, Mutex, PoisonError};

use camino::Utf8Path;
use record::{Clock, RecordedAt};
use thiserror::Error;

use crate::append::{Append, AppendError, Appended, Expected, Fact};
use crate::bell::Bell;
use crate::chance::{Chance, ChanceFailed};
use crate::checkpoint::Checkpoint;
use crate::draft::{ClockSetBack, Draft, Scribe, to_microsecond};
use crate::erasure::Erasure;
use crate::identifier::{Author, ClinicId, CommandId, Position, StreamId};
use crate::keeper::{Founding, Head, Keeper, KeeperError};
use crate::keys::{Fingerprint, Keyring, MasterKey, NewKeys};
use crate::rim::RimError;

mod listing;
mod read;
mod replay;

pub use read::{ENTRIES_PER_READ_MAX, Follower};
pub(crate) use replay::{Ranges, Sweep, sweep};

/// The journal of one clinic; cheap to clone, and one value may be shared by all threads.
#[derive(Clone)]
pub struct Journal {
    keeper: Arc<dyn Keeper>,
    scribe: Arc<Scribe>,
    bell: Arc<Bell>,
}

/// Why a journal was not opened or founded; nothing was changed.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The keeper holds no journal yet.
    #[error("the journal was never founded; make it with init")]
    NotFounded,
    /// The keeper already holds a journal.
    #[error("there is already a journal here; nothing was changed")]
    AlreadyFounded,
    /// The key is a good one, but not this journal's.
    #[error(
        "the master key {given} is not the one this journal was sealed with, {needed}; nothing \
         was changed"
    )]
    WrongMasterKey {
        /// The fingerprint of the key that was given.
        given: Fingerprint,
        /// The fingerprint of the key that is needed.
        needed: Fingerprint,
    },
    /// The key is the right one, but the keys in the database were changed.
    #[error("the keys in the database were changed and do not open; restore a backup")]
    KeysChanged,
    /// No randomness, so no keys.
    #[error("failed to make keys")]
    Chance(#[source] ChanceFailed),
    /// The keeper failed.
    #[error("failed to open the journal")]
    Keeper(#[source] KeeperError),
}

impl From<KeeperError> for OpenError {
    fn from(error: KeeperError) -> Self {
        Self::Keeper(error)
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An entry's bytes do not open under its stream's key: it was changed in the database.
    #[error("the entry at position {position} was changed and does not open; verify the journal")]
    Changed {
        /// Where.
        position: Position,
    },
    /// A position or a version is missing.
    #[error("the entry at position {position} is missing; verify the journal")]
    Missing {
        /// Where.
        position: Position,
    },
    /// A stream's key does not open under the clinic's key.
    #[error("the key of {stream} was changed and does not open; verify the journal")]
    Key {
        /// The stream.
        stream: StreamId,
    },
    /// The keeper failed.
    #[error("failed to read the journal")]
    Keeper(#[source] KeeperError),
}

impl From<KeeperError> for ReadError {
    fn from(error: KeeperError) -> Self {
        Self::Keeper(error)
    }
}

impl Journal {
    /// Founds the journal of a clinic in an empty keeper, and opens it.
    pub fn found(
        keeper: Arc<dyn Keeper>,
        clinic: ClinicId,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, OpenError> {
        if keeper.founding()?.is_some() {
            return Err(OpenError::AlreadyFounded);
        }
        let keys = Keyring::found(&*chance, clinic, master).map_err(OpenError::Chance)?;
        keeper.found(&Founding {
            clinic,
            master: master.fingerprint(),
            clinic_key: keys.clinic_key,
            signing_key: keys.signing_key,
            founded_at: RecordedAt(to_microsecond(clock.now())),
        })?;
        Self::open(keeper, master, clock, chance)
    }

    /// Opens the journal a keeper holds.
    pub fn open(
        keeper: Arc<dyn Keeper>,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, OpenError> {
        let founding = keeper.founding()?.ok_or(OpenError::NotFounded)?;
        let (given, needed) = (master.fingerprint(), founding.master);
        if given != needed {
            return Err(OpenError::WrongMasterKey { given, needed });
        }
        let wrapped = NewKeys {
            clinic_key: founding.clinic_key,
            signing_key: founding.signing_key,
        };
        let keys =
            Keyring::open(founding.clinic, master, &wrapped).map_err(|_| OpenError::KeysChanged)?;
        let set_back = Mutex::new(None);
        let clinic = founding.clinic;
        let scribe = Arc::new(Scribe {
            clinic,
            keys,
            clock,
            chance,
            set_back,
            ready: Mutex::default(),
        });
        let bell = Arc::new(Bell::default());
        let journal = Self {
            keeper,
            scribe,
            bell,
        };
        journal.notice_clock(journal.head()?);
        Ok(journal)
    }

    /// Gives whose journal this is.
    pub fn clinic(&self) -> ClinicId {
        self.scribe.clinic
    }

    /// Gives the clinic's Ed25519 public key, which its checkpoints are signed with.
    pub fn public_key(&self) -> [u8; 32] {
        self.scribe.keys.public_key()
    }

    /// Writes an append durably: all of it or none of it.
    pub fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let reserved = append
            .facts
            .iter()
            .find(|fact| fact.stream.kind == Erasure::KIND);
        if let Some(fact) = reserved {
            return Err(AppendError::Reserved {
                stream: fact.stream,
            });
        }
        self.write(append, None)
    }

    /// Erases what was ever said about a stream, and appends that it was.
    ///
    /// The stream's key is destroyed in the same transaction; its entries keep their places in the
    /// chain and read as [`Content::Erased`](crate::Content::Erased).
    /// Backups made before still hold the key: see `docs/operate/verification.md`.
    pub fn erase_stream(
        &self,
        command: CommandId,
        stream: StreamId,
        author: Author,
        reason: &str,
    ) -> Result<Appended, AppendError> {
        if stream.kind == Erasure::KIND {
            return Err(AppendError::Reserved { stream });
        }
        let erasure = Erasure {
            stream,
            reason: reason.to_owned(),
        };
        let fact = Fact {
            stream: Erasure::stream(self.clinic()),
            expected: Expected::Any,
            bytes: erasure.to_bytes(),
        };
        let append = Append {
            command,
            author,
            facts: vec![fact],
            outbox: Vec::new(),
        };
        self.write(append, Some(stream))
    }

    fn write(
        &self,
        mut append: Append,
        destroy: Option<StreamId>,
    ) -> Result<Appended, AppendError> {
        append.check()?;
        let mut outbox = Vec::with_capacity(append.outbox.len());
        for row in append.outbox.drain(..) {
            outbox.push(self.seal_outbox(row).map_err(rim_as_append)?);
        }
        let draft = Draft::new(Arc::clone(&self.scribe), append, outbox, destroy);
        let answer = self.keeper.append(draft)?;
        if let Some((_, _, position)) = answer.entries.last() {
            self.bell.ring(*position);
        }
        Ok(answer)
    }

    /// Gives the last entry's position, hash and time.
    pub fn head(&self) -> Result<Head, KeeperError> {
        self.keeper.head()
    }

    /// Signs the head, keeps the checkpoint and gives it, to be sent off the machine.
    pub fn checkpoint(&self) -> Result<Checkpoint, KeeperError> {
        let head = self.head()?;
        let now = RecordedAt(to_microsecond(self.scribe.clock.now()));
        let at = head.recorded_at.map_or(now, |last| last.max(now));
        let keys = &self.scribe.keys;
        let checkpoint = Checkpoint::sign(keys, self.clinic(), head.position, head.hash, at);
        self.keeper.keep_checkpoint(&checkpoint)?;
        Ok(checkpoint)
    }

    /// Gives every checkpoint the journal kept, oldest first.
    pub fn checkpoints(&self) -> Result<Vec<Checkpoint>, KeeperError> {
        self.keeper.checkpoints()
    }

    /// Writes a whole copy to a path that does not exist, while everything else goes on.
    ///
    /// Wrapped keys go with it, the master key does not.
    pub fn backup(&self, to: &Utf8Path) -> Result<(), KeeperError> {
        self.keeper.backup(to)
    }

    /// Seals the clinic's key under another master key; the old one opens nothing afterwards but
    /// backups made before.
    pub fn change_master_key(&self, master: &MasterKey) -> Result<(), OpenError> {
        let founding = self.keeper.founding()?.ok_or(OpenError::NotFounded)?;
        let clinic_key = self
            .scribe
            .keys
            .rewrap(&*self.scribe.chance, master)
            .map_err(OpenError::Chance)?;
        let master = master.fingerprint();
        self.keeper.found(&Founding {
            master,
            clinic_key,
            ..founding
        })?;
        Ok(())
    }

    /// Says whether the clock stands before the last time the journal recorded, as of the last
    /// append or the opening.
    pub fn clock_set_back(&self) -> Option<ClockSetBack> {
        *self
            .scribe
            .set_back
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn notice_clock(&self, head: Head) {
        self.scribe.recorded_at(&head);
    }

    pub(crate) fn keeper(&self) -> &dyn Keeper {
        &*self.keeper
    }

    pub(crate) fn scribe(&self) -> &Scribe {
        &self.scribe
    }
}

fn rim_as_append(error: RimError) -> AppendError {
    match error {
        RimError::TooLong { what, found, max } => AppendError::TooMuch { what, found, max },
        RimError::Chance(failed) => AppendError::Chance(failed),
        RimError::Keeper(failed) => AppendError::Keeper(failed),
        RimError::Changed { .. } => AppendError::Keeper(KeeperError::Odd {
            what: "an outbox row",
        }),
    }
}
