//! What can only be checked in order: positions, versions, times, links and checkpoints.

use std::collections::{BTreeMap, HashMap};

use record::RecordedAt;

use super::batch::{Batch, Checked, Opened};
use super::{Fault, VerifyError, VerifyReport, Wrong};
use crate::chain::{Digest, clinic_genesis, link, stream_genesis};
use crate::checkpoint::Checkpoint;
use crate::identifier::{ClinicId, Position, StreamId, Version};
use crate::journal::{Journal, Sweep};
use crate::keeper::{Head, Roll, StreamKey};
use crate::shelf::KeyShelf;

/// The state of a verification between two entries.
pub(super) struct Walk {
    clinic: ClinicId,
    position: Position,
    previous: Digest,
    recorded_at: Option<RecordedAt>,
    streams: HashMap<StreamId, Standing>,
    /// Which streams were said to be erased, and where.
    erasures: BTreeMap<StreamId, Position>,
    checkpoints: BTreeMap<Position, Vec<Checkpoint>>,
    agreed: u64,
    by_stream: Roll,
    by_command: Roll,
    failure: Option<VerifyError>,
}

/// What a whole walk found.
pub(super) struct Walked {
    pub(super) by_stream: Roll,
    pub(super) by_command: Roll,
    pub(super) report: VerifyReport,
}

/// Where a stream stands.
struct Standing {
    version: Version,
    hash: Digest,
    first: Position,
}

impl Walk {
    /// Begins, with checkpoints that are this journal's.
    pub(super) fn begin(
        journal: &Journal,
        checkpoints: Vec<Checkpoint>,
    ) -> Result<Self, VerifyError> {
        let clinic = journal.clinic();
        let mut by_position: BTreeMap<Position, Vec<Checkpoint>> = BTreeMap::new();
        for checkpoint in checkpoints {
            let position = checkpoint.position;
            if checkpoint.clinic != clinic {
                return Err(Fault {
                    position,
                    what: Wrong::OtherClinic,
                }
                .into());
            }
            if checkpoint.public_key != journal.public_key() || !checkpoint.is_signed() {
                return Err(Fault {
                    position,
                    what: Wrong::CheckpointKey,
                }
                .into());
            }
            by_position.entry(position).or_default().push(checkpoint);
        }
        let mut walk = Self {
            clinic,
            position: Position::START,
            previous: clinic_genesis(clinic),
            recorded_at: None,
            streams: HashMap::new(),
            erasures: BTreeMap::new(),
            checkpoints: by_position,
            agreed: 0,
            by_stream: Roll::default(),
            by_command: Roll::default(),
            failure: None,
        };
        walk.compare_checkpoints().map_err(VerifyError::Fault)?;
        Ok(walk)
    }

    /// Gives the last position that was found right.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Takes the next run.
    pub(super) fn take(&mut self, batch: Batch) -> Sweep {
        for entry in batch.entries {
            if let Err(fault) = self.step(&entry) {
                self.failure = Some(fault.into());
                return Sweep::Stop;
            }
        }
        if let Some(failure) = batch.failure {
            self.failure = Some(failure);
            return Sweep::Stop;
        }
        if self.position < batch.up_to {
            self.failure = Some(self.at_next(Wrong::Missing).into());
            return Sweep::Stop;
        }
        Sweep::On
    }

    fn step(&mut self, entry: &Checked) -> Result<(), Fault> {
        let position = self.position.next();
        let wrong = |what| Err(Fault { position, what });
        if entry.position != position {
            return wrong(Wrong::Missing);
        }
        let stream = entry.stream;
        let clinic = self.clinic;
        let standing = self.streams.entry(stream).or_insert_with(|| Standing {
            version: Version::NONE,
            hash: stream_genesis(clinic, stream),
            first: position,
        });
        if link(entry.body, self.previous, standing.hash) != entry.hash {
            // A version out of its order says more than a link that does not fit.
            let (expected, found) = (standing.version.next(), entry.version);
            return wrong(if found == expected {
                Wrong::Hash
            } else {
                Wrong::Version {
                    stream,
                    expected,
                    found,
                }
            });
        }
        if entry.version != standing.version.next() {
            let (expected, found) = (standing.version.next(), entry.version);
            return wrong(Wrong::Version {
                stream,
                expected,
                found,
            });
        }
        if self
            .recorded_at
            .is_some_and(|last| entry.recorded_at < last)
        {
            return wrong(Wrong::Time);
        }
        match entry.opened {
            // Without its key nothing shows that the journal itself wrote it.
            Opened::Erased if self.erasures.contains_key(&stream) => {
                return wrong(Wrong::AfterErasure { stream });
            }
            Opened::Yes | Opened::Erased => {}
            Opened::Erasure(erased) => drop(self.erasures.insert(erased, position)),
            Opened::No => return wrong(Wrong::Sealed),
        }
        standing.version = entry.version;
        standing.hash = entry.hash;
        self.position = position;
        self.previous = entry.hash;
        self.recorded_at = Some(entry.recorded_at);
        self.by_stream.add(stream.id, entry.version.0, position);
        if let Some(command) = entry.begins {
            self.by_command.add(command.0, 0, position);
        }
        self.compare_checkpoints()
    }

    fn compare_checkpoints(&mut self) -> Result<(), Fault> {
        for checkpoint in self
            .checkpoints
            .remove(&self.position)
            .into_iter()
            .flatten()
        {
            if checkpoint.head != self.previous {
                let what = Wrong::OtherHistory(Box::new(checkpoint));
                return Err(Fault {
                    position: self.position,
                    what,
                });
            }
            self.agreed = self.agreed.saturating_add(1);
        }
        Ok(())
    }

    /// Ends: the head, what was erased, and checkpoints of what should have come after.
    pub(super) fn end(
        mut self,
        journal: &Journal,
        head: &Head,
        shelf: &KeyShelf,
    ) -> Result<Walked, VerifyError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.position < head.position {
            return Err(self.at_next(Wrong::Missing).into());
        }
        if self.previous != head.hash || self.recorded_at != head.recorded_at {
            return Err(Fault {
                position: head.position,
                what: Wrong::Head,
            }
            .into());
        }
        self.compare_keys(journal, shelf)?;
        if let Some(checkpoint) = self.checkpoints.values().flatten().next() {
            return Err(self
                .at_next(Wrong::Shorter(Box::new(checkpoint.clone())))
                .into());
        }
        let report = VerifyReport {
            entries: self.position.0,
            streams: u64::try_from(self.streams.len()).unwrap_or(u64::MAX),
            erased: u64::try_from(self.erasures.len()).unwrap_or(u64::MAX),
            head: *head,
            checkpoints: self.agreed,
        };
        Ok(Walked {
            by_stream: self.by_stream,
            by_command: self.by_command,
            report,
        })
    }

    /// Keys that are gone must have been erased, and those that were erased must be gone.
    fn compare_keys(&self, journal: &Journal, shelf: &KeyShelf) -> Result<(), VerifyError> {
        let gone = shelf
            .erased()
            .filter(|stream| !self.erasures.contains_key(stream))
            .filter_map(|stream| Some((self.streams.get(&stream)?.first, stream)))
            .min();
        if let Some((position, stream)) = gone {
            return Err(Fault {
                position,
                what: Wrong::KeyGone { stream },
            }
            .into());
        }
        for (stream, position) in &self.erasures {
            let (stream, position) = (*stream, *position);
            // The shelf was stocked before the entries were read, so what it holds is asked again.
            if shelf.holds(stream) {
                let now = journal.keeper().stream(stream);
                let now = now.map_err(|error| VerifyError::of(error, position))?;
                if now.is_some_and(|head| head.key != StreamKey::Destroyed) {
                    return Err(Fault {
                        position,
                        what: Wrong::KeyBack { stream },
                    }
                    .into());
                }
            }
        }
        Ok(())
    }

    fn at_next(&self, what: Wrong) -> Fault {
        Fault {
            position: self.position.next(),
            what,
        }
    }
}
