//! A keeper in memory: for tests, for demonstrations, and as the plainest reading of the port.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use camino::Utf8Path;
use uuid::Uuid;

use crate::append::{AppendError, Appended};
use crate::chain::clinic_genesis;
use crate::checkpoint::Checkpoint;
use crate::draft::Draft;
use crate::entry::SealedEntry;
use crate::identifier::{ClinicId, CommandId, Position, StreamId, Version};
use crate::keeper::{
    Desk, Founding, Head, Inspection, Keeper, KeeperError, NumberedStream, OutboxQuery, RimWrite,
    SealedOutboxRow, SealedRimRow, SealedWork, StreamHead, StreamKey,
};
use crate::keys::WrappedKey;
use crate::rim::{AccessQuery, AccessRow, LoggedAccess};

/// A keeper whose journal lives as long as it does.
#[derive(Default)]
pub struct MemoryKeeper {
    state: Mutex<State>,
}

#[derive(Clone, Default)]
struct State {
    founding: Option<Founding>,
    entries: Vec<SealedEntry>,
    streams: Vec<Stream>,
    numbers: HashMap<StreamId, usize>,
    commands: HashMap<CommandId, Appended>,
    checkpoints: Vec<Checkpoint>,
    rim: BTreeMap<(String, String), SealedRimRow>,
    accesses: Vec<AccessRow>,
    outbox: BTreeMap<Uuid, Parcel>,
}

#[derive(Clone)]
struct Stream {
    id: StreamId,
    key: StreamKey,
    /// Indexes into `entries`.
    entries: Vec<usize>,
}

#[derive(Clone)]
struct Parcel {
    work: SealedWork,
    is_dead: bool,
}

impl MemoryKeeper {
    /// Makes an empty keeper.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a kept entry behind the journal's back, to prove that this is found.
    #[cfg(feature = "conformance")]
    pub fn tamper(&self, change: impl FnOnce(&mut Vec<SealedEntry>)) {
        change(&mut self.lock().entries);
    }
}

impl State {
    fn stream(&self, id: StreamId) -> Option<&Stream> {
        self.numbers
            .get(&id)
            .and_then(|number| self.streams.get(*number))
    }

    fn head_of(&self, stream: &Stream) -> Option<StreamHead> {
        let entry = self.entries.get(*stream.entries.last()?)?;
        Some(StreamHead {
            version: entry.version,
            hash: entry.hash,
            key: stream.key,
        })
    }
}

/// A draft's view of the state; what it writes is kept apart until it is whole.
struct MemoryDesk<'a> {
    state: &'a mut State,
    /// How to undo what was written so far.
    entries_before: usize,
    streams_before: usize,
    posted: Vec<Uuid>,
}

impl MemoryDesk<'_> {
    fn undo(self) {
        for entry in self.state.entries.drain(self.entries_before..) {
            if let Some(number) = self.state.numbers.get(&entry.stream)
                && let Some(stream) = self.state.streams.get_mut(*number)
            {
                stream.entries.pop();
            }
        }
        for stream in self.state.streams.drain(self.streams_before..) {
            self.state.numbers.remove(&stream.id);
        }
        for id in self.posted {
            self.state.outbox.remove(&id);
        }
    }
}

impl Desk for MemoryDesk<'_> {
    fn head(&mut self) -> Result<Head, KeeperError> {
        self.state.head()
    }

    fn answered(&mut self, command: CommandId) -> Result<Option<Appended>, KeeperError> {
        Ok(self.state.commands.get(&command).cloned())
    }

    fn stream(&mut self, stream: StreamId) -> Result<Option<StreamHead>, KeeperError> {
        Ok(self
            .state
            .stream(stream)
            .and_then(|found| self.state.head_of(found)))
    }

    fn open_stream(&mut self, stream: StreamId, key: &WrappedKey) -> Result<(), KeeperError> {
        self.state.numbers.insert(stream, self.state.streams.len());
        let key = StreamKey::Wrapped(*key);
        self.state.streams.push(Stream {
            id: stream,
            key,
            entries: Vec::new(),
        });
        Ok(())
    }

    fn write(&mut self, entry: &SealedEntry) -> Result<bool, KeeperError> {
        if entry.ordinal == 0 && self.state.commands.contains_key(&entry.command) {
            return Ok(false);
        }
        let index = self.state.entries.len();
        let number = self
            .state
            .numbers
            .get(&entry.stream)
            .copied()
            .unwrap_or(usize::MAX);
        let Some(stream) = self.state.streams.get_mut(number) else {
            return Err(KeeperError::Odd {
                what: "a stream that was not made",
            });
        };
        stream.entries.push(index);
        self.state.entries.push(entry.clone());
        Ok(true)
    }

    fn post(&mut self, row: &SealedOutboxRow, cause: Position) -> Result<(), KeeperError> {
        if self.state.post(row, cause) {
            self.posted.push(row.id);
        }
        Ok(())
    }

    fn destroy_key(&mut self, stream: StreamId) -> Result<(), KeeperError> {
        if let Some(number) = self.state.numbers.get(&stream)
            && let Some(stream) = self.state.streams.get_mut(*number)
        {
            stream.key = StreamKey::Destroyed;
        }
        Ok(())
    }
}

impl State {
    fn head(&self) -> Result<Head, KeeperError> {
        if let Some(entry) = self.entries.last() {
            return Ok(Head {
                position: entry.position,
                hash: entry.hash,
                recorded_at: Some(entry.recorded_at),
            });
        }
        let founding = self.founding.as_ref().ok_or(KeeperError::Odd {
            what: "a journal not founded",
        })?;
        let hash = clinic_genesis(ClinicId(founding.clinic.0));
        Ok(Head {
            position: Position::START,
            hash,
            recorded_at: None,
        })
    }

    /// Posts outbox work unless its identifier is already there; says whether it did.
    fn post(&mut self, row: &SealedOutboxRow, cause: Position) -> bool {
        if self.outbox.contains_key(&row.id) {
            return false;
        }
        let work = SealedWork {
            row: row.clone(),
            cause,
            tries: 0,
            error: None,
        };
        self.outbox.insert(
            row.id,
            Parcel {
                work,
                is_dead: false,
            },
        );
        true
    }

    fn rim_write(&mut self, write: RimWrite) -> u64 {
        match write {
            RimWrite::Put { space, row } => {
                self.rim.insert((space, row.key.clone()), row);
                1
            }
            RimWrite::Remove { space, key } => u64::from(self.rim.remove(&(space, key)).is_some()),
            RimWrite::Sweep { now } => {
                let before = self.rim.len();
                self.rim
                    .retain(|_, row| row.expires_at.is_none_or(|at| at > now));
                u64::try_from(before.saturating_sub(self.rim.len())).unwrap_or(u64::MAX)
            }
            RimWrite::Access(row) => {
                self.accesses.push(row);
                1
            }
            RimWrite::Post(row) => u64::from(self.post(&row, Position::START)),
            RimWrite::Done { id } => u64::from(self.outbox.remove(&id).is_some()),
            RimWrite::Retry { id, due_at, error } => self.tried(id, error, |parcel| {
                parcel.work.row.due_at = due_at;
                parcel.is_dead = false;
            }),
            RimWrite::Dead { id, error } => self.tried(id, error, |parcel| parcel.is_dead = true),
        }
    }

    fn tried(&mut self, id: Uuid, error: String, change: impl FnOnce(&mut Parcel)) -> u64 {
        let Some(parcel) = self.outbox.get_mut(&id) else {
            return 0;
        };
        parcel.work.tries = parcel.work.tries.saturating_add(1);
        parcel.work.error = Some(error);
        change(parcel);
        1
    }
}

impl Keeper for MemoryKeeper {
    fn founding(&self) -> Result<Option<Founding>, KeeperError> {
        Ok(self.lock().founding.clone())
    }

    fn found(&self, founding: &Founding) -> Result<(), KeeperError> {
        let mut state = self.lock();
        if state
            .founding
            .as_ref()
            .is_some_and(|found| found.clinic != founding.clinic)
        {
            return Err(KeeperError::OtherClinic);
        }
        state.founding = Some(founding.clone());
        Ok(())
    }

    fn append(&self, draft: Draft) -> Result<Appended, AppendError> {
        let mut state = self.lock();
        let (entries_before, streams_before) = (state.entries.len(), state.streams.len());
        let mut desk = MemoryDesk {
            state: &mut state,
            entries_before,
            streams_before,
            posted: Vec::new(),
        };
        match draft.inscribe(&mut desk) {
            Ok(answer) => {
                state
                    .commands
                    .entry(draft.command())
                    .or_insert_with(|| answer.clone());
                Ok(answer)
            }
            Err(error) => {
                desk.undo();
                Err(error)
            }
        }
    }

    fn head(&self) -> Result<Head, KeeperError> {
        self.lock().head()
    }

    fn entries(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        let state = self.lock();
        let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
        let within = state
            .entries
            .iter()
            .skip(skip)
            .take_while(|entry| entry.position <= up_to);
        Ok(within.take(limit).cloned().collect())
    }

    fn stream(&self, stream: StreamId) -> Result<Option<StreamHead>, KeeperError> {
        let state = self.lock();
        Ok(state.stream(stream).and_then(|found| state.head_of(found)))
    }

    fn stream_entries(
        &self,
        stream: StreamId,
        after: Version,
        up_to: Version,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        let state = self.lock();
        let Some(found) = state.stream(stream) else {
            return Ok(Vec::new());
        };
        let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
        let entries = found
            .entries
            .iter()
            .skip(skip)
            .filter_map(|index| state.entries.get(*index));
        Ok(entries
            .take_while(|entry| entry.version <= up_to)
            .cloned()
            .collect())
    }

    fn streams(&self, after: u64, limit: usize) -> Result<Vec<NumberedStream>, KeeperError> {
        let state = self.lock();
        let numbered = (1_u64..)
            .zip(&state.streams)
            .map(|(number, stream)| NumberedStream {
                number,
                stream: stream.id,
                key: stream.key,
            });
        Ok(numbered
            .skip_while(|stream| stream.number <= after)
            .take(limit)
            .collect())
    }

    fn keep_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), KeeperError> {
        self.lock().checkpoints.push(checkpoint.clone());
        Ok(())
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>, KeeperError> {
        Ok(self.lock().checkpoints.clone())
    }

    fn inspect(&self, _up_to: Position) -> Result<Inspection, KeeperError> {
        Ok(Inspection::default())
    }

    fn backup(&self, _to: &Utf8Path) -> Result<(), KeeperError> {
        let source = std::io::Error::other("a journal in memory has no backup");
        Err(KeeperError::Failed {
            doing: "back the journal up",
            source: std::sync::Arc::new(source),
        })
    }

    fn rim_write(&self, writes: Vec<RimWrite>) -> Result<u64, KeeperError> {
        let mut state = self.lock();
        Ok(writes.into_iter().map(|write| state.rim_write(write)).sum())
    }

    fn log_access(&self, rows: Vec<AccessRow>) -> Result<(), KeeperError> {
        self.lock().accesses.extend(rows);
        Ok(())
    }

    fn flush(&self) -> Result<(), KeeperError> {
        Ok(())
    }

    fn rim_get(&self, space: &str, key: &str) -> Result<Option<SealedRimRow>, KeeperError> {
        Ok(self
            .lock()
            .rim
            .get(&(space.to_owned(), key.to_owned()))
            .cloned())
    }

    fn rim_scan(
        &self,
        space: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<SealedRimRow>, KeeperError> {
        let state = self.lock();
        let from = (space.to_owned(), prefix.to_owned());
        let within = state
            .rim
            .range(from..)
            .take_while(|((found, key), _)| found == space && key.starts_with(prefix));
        Ok(within.take(limit).map(|(_, row)| row.clone()).collect())
    }

    fn accesses(
        &self,
        query: &AccessQuery,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LoggedAccess>, KeeperError> {
        let state = self.lock();
        let numbered: Vec<(u64, &AccessRow)> = (1_u64..).zip(&state.accesses).collect();
        let wanted = numbered.into_iter().rev().filter(|(number, row)| {
            before.is_none_or(|before| *number < before)
                && match query {
                    AccessQuery::Newest => true,
                    AccessQuery::OfStream(stream) => row.stream == Some(*stream),
                    AccessQuery::ByPerson(person) => row.person == *person,
                }
        });
        let logged = wanted.map(|(number, row)| LoggedAccess {
            number,
            row: row.clone(),
        });
        Ok(logged.take(limit).collect())
    }

    fn outbox(&self, which: OutboxQuery, limit: usize) -> Result<Vec<SealedWork>, KeeperError> {
        let state = self.lock();
        let mut wanted: Vec<&Parcel> = state
            .outbox
            .values()
            .filter(|parcel| match which {
                OutboxQuery::Due(now) => !parcel.is_dead && parcel.work.row.due_at <= now,
                OutboxQuery::Dead => parcel.is_dead,
            })
            .collect();
        wanted.sort_by_key(|parcel| (parcel.work.row.due_at, parcel.work.row.id));
        Ok(wanted
            .into_iter()
            .take(limit)
            .map(|parcel| parcel.work.clone())
            .collect())
    }
}
