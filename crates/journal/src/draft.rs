//! What happens under a clinic's lock, the same for every keeper.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use record::{Clock, RecordedAt};

use crate::append::{Append, AppendError, Appended, Expected, Fact};
use crate::chain::{Digest, Header, body, link, stream_genesis};
use crate::chance::Chance;
use crate::entry::SealedEntry;
use crate::identifier::{Author, ClinicId, CommandId, StreamId, Version};
use crate::keeper::{Desk, Head, KeeperError, SealedOutboxRow, StreamHead, StreamKey};
use crate::keys::{Keyring, WrappedKey};
use crate::seal::{DoesNotOpen, ReadyKey};

/// How far back the clock must step before it is worth a word to a person.
const CLOCK_SET_BACK_NOTICE: SignedDuration = SignedDuration::from_secs(1);

/// The clock says less than the journal already recorded.
///
/// Entries are recorded at the last recorded time until the clock has caught up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSetBack {
    /// The last time the journal recorded.
    pub recorded_at: RecordedAt,
    /// What the clock said.
    pub clock: Timestamp,
}

/// The hand that seals and links: keys, clock and chance of an open journal.
pub(crate) struct Scribe {
    pub(crate) clinic: ClinicId,
    pub(crate) keys: Keyring,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) set_back: Mutex<Option<ClockSetBack>>,
    /// Keys of the streams written to last, expanded; whoever is erased goes from here as well.
    pub(crate) ready: Mutex<HashMap<StreamId, (WrappedKey, Arc<ReadyKey>)>>,
}

/// An append on its way into a keeper.
///
/// A keeper calls [`Draft::inscribe`] inside its transaction and knows nothing else about it.
pub struct Draft {
    pub(crate) scribe: Arc<Scribe>,
    pub(crate) command: CommandId,
    pub(crate) author: Arc<Author>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) outbox: Vec<SealedOutboxRow>,
    pub(crate) destroy: Option<StreamId>,
}

impl Draft {
    pub(crate) fn new(
        scribe: Arc<Scribe>,
        append: Append,
        outbox: Vec<SealedOutboxRow>,
        destroy: Option<StreamId>,
    ) -> Self {
        Self {
            scribe,
            command: append.command,
            author: Arc::new(append.author),
            facts: append.facts,
            outbox,
            destroy,
        }
    }

    /// Gives the command that this draft answers.
    pub fn command(&self) -> CommandId {
        self.command
    }

    /// Decides positions, versions, time and links, seals, and writes, all through the desk.
    ///
    /// Must run inside one transaction under the clinic's lock.
    /// Whatever can be refused is refused before anything is written; when this returns an error
    /// after that, the keeper rolls back.
    pub fn inscribe(&self, desk: &mut dyn Desk) -> Result<Appended, AppendError> {
        let mut streams = match self.check(desk) {
            Ok(streams) => streams,
            // What would be refused was perhaps asked before, and answered.
            Err(refused) => return self.answered(desk)?.ok_or(refused),
        };
        let is_new = |fact: &Fact| !streams.contains_key(&fact.stream);
        if self.facts.iter().any(is_new)
            && let Some(answer) = self.answered(desk)?
        {
            return Ok(answer);
        }
        let mut head = desk.head()?;
        let recorded_at = self.scribe.recorded_at(&head);
        let mut entries = Vec::with_capacity(self.facts.len());
        let mut scratch = Vec::with_capacity(256);
        for (ordinal, fact) in (0_u16..).zip(&self.facts) {
            let stream = self.stand(desk, &mut streams, fact.stream)?;
            let entry = self.seal(fact, ordinal, recorded_at, &head, stream, &mut scratch)?;
            if !desk.write(&entry)? {
                return self
                    .answered(desk)?
                    .ok_or(AppendError::Keeper(KeeperError::Odd {
                        what: "a command's answer",
                    }));
            }
            head = Head {
                position: entry.position,
                hash: entry.hash,
                recorded_at: Some(recorded_at),
            };
            stream.version = entry.version;
            stream.hash = entry.hash;
            entries.push((entry.stream, entry.version, entry.position));
        }
        for row in &self.outbox {
            desk.post(row, head.position)?;
        }
        if let Some(stream) = self.destroy {
            desk.destroy_key(stream)?;
            self.scribe.forget(stream);
        }
        Ok(Appended {
            entries,
            recorded_at,
            repeated: false,
        })
    }

    /// Gives what this command was answered, if it was.
    ///
    /// Keepers refuse the first entry of a command they know, so the many appends that repeat nothing
    /// and make no stream never ask.
    fn answered(&self, desk: &mut dyn Desk) -> Result<Option<Appended>, AppendError> {
        let answer = desk.answered(self.command)?;
        Ok(answer.map(|answer| Appended {
            repeated: true,
            ..answer
        }))
    }

    /// Refuses stale expectations and erased streams; writes nothing.
    fn check(&self, desk: &mut dyn Desk) -> Result<BTreeMap<StreamId, Standing>, AppendError> {
        let mut streams = BTreeMap::new();
        let mut versions: BTreeMap<StreamId, Version> = BTreeMap::new();
        for stream in self
            .facts
            .iter()
            .map(|fact| fact.stream)
            .chain(self.destroy)
        {
            if streams.contains_key(&stream) {
                continue;
            }
            let found = desk.stream(stream)?;
            if found.is_some_and(|head| head.key == StreamKey::Destroyed) {
                return Err(AppendError::Erased { stream });
            }
            if self.destroy == Some(stream) && found.is_none() {
                return Err(AppendError::NothingToErase { stream });
            }
            versions.insert(stream, found.map_or(Version::NONE, |head| head.version));
            if let Some(head) = found {
                streams.insert(stream, self.standing(stream, &head)?);
            }
        }
        for fact in &self.facts {
            let version = versions.entry(fact.stream).or_default();
            match fact.expected {
                Expected::Any => {}
                Expected::Exactly(expected) if expected == *version => {}
                Expected::Exactly(expected) => {
                    let (stream, found) = (fact.stream, *version);
                    return Err(AppendError::Stale {
                        stream,
                        expected,
                        found,
                    });
                }
            }
            *version = version.next();
        }
        Ok(streams)
    }

    /// Gives where a stream stands, making it when it is new.
    fn stand<'a>(
        &self,
        desk: &mut dyn Desk,
        streams: &'a mut BTreeMap<StreamId, Standing>,
        stream: StreamId,
    ) -> Result<&'a mut Standing, AppendError> {
        use std::collections::btree_map::Entry;
        match streams.entry(stream) {
            Entry::Occupied(standing) => Ok(standing.into_mut()),
            Entry::Vacant(place) => {
                let key = self
                    .scribe
                    .keys
                    .new_data_key(&*self.scribe.chance, stream)?;
                desk.open_stream(stream, &key)?;
                let head = StreamHead {
                    version: Version::NONE,
                    hash: stream_genesis(self.scribe.clinic, stream),
                    key: StreamKey::Wrapped(key),
                };
                Ok(place.insert(self.standing(stream, &head)?))
            }
        }
    }

    fn standing(&self, stream: StreamId, head: &StreamHead) -> Result<Standing, AppendError> {
        let key = match &head.key {
            StreamKey::Wrapped(key) => key,
            StreamKey::Destroyed => return Err(AppendError::Erased { stream }),
        };
        let key = self
            .scribe
            .ready(stream, key)
            .map_err(|_| AppendError::Key { stream })?;
        Ok(Standing {
            version: head.version,
            hash: head.hash,
            key,
        })
    }

    fn seal(
        &self,
        fact: &Fact,
        ordinal: u16,
        recorded_at: RecordedAt,
        head: &Head,
        stream: &Standing,
        scratch: &mut Vec<u8>,
    ) -> Result<SealedEntry, AppendError> {
        let header = Header {
            clinic: self.scribe.clinic,
            position: head.position.next(),
            stream: fact.stream,
            version: stream.version.next(),
            recorded_at,
            command: self.command,
            ordinal,
            author: &self.author,
        };
        header.encode_into(scratch);
        let sealed = stream
            .key
            .seal(&*self.scribe.chance, scratch, &fact.bytes)?;
        let hash = link(body(scratch, &sealed), head.hash, stream.hash);
        Ok(SealedEntry {
            position: header.position,
            stream: fact.stream,
            version: header.version,
            recorded_at,
            author: Arc::clone(&self.author),
            command: self.command,
            ordinal,
            sealed,
            hash,
        })
    }
}

/// Where a stream stands while a draft is inscribed.
struct Standing {
    version: Version,
    hash: Digest,
    key: Arc<ReadyKey>,
}

/// How many expanded keys are kept; each is about a kilobyte.
const READY_MAX: usize = 4096;

impl Scribe {
    /// Gives a stream's key, expanded.
    fn ready(&self, stream: StreamId, wrapped: &WrappedKey) -> Result<Arc<ReadyKey>, DoesNotOpen> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, key)) = ready.get(&stream)
            && of == wrapped
        {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.keys.data_key(stream, wrapped)?.ready()?);
        if ready.len() >= READY_MAX {
            ready.clear();
        }
        ready.insert(stream, (*wrapped, Arc::clone(&key)));
        Ok(key)
    }

    fn forget(&self, stream: StreamId) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.remove(&stream);
    }

    /// Gives the time to record: the clock's, but never before the last one recorded.
    pub(crate) fn recorded_at(&self, head: &Head) -> RecordedAt {
        let clock = to_microsecond(self.clock.now());
        let (recorded_at, set_back) = match head.recorded_at {
            Some(last) if last.0 > clock => {
                let notice = last.0.duration_since(clock) >= CLOCK_SET_BACK_NOTICE;
                (
                    last,
                    notice.then_some(ClockSetBack {
                        recorded_at: last,
                        clock,
                    }),
                )
            }
            Some(_) | None => (RecordedAt(clock), None),
        };
        *self.set_back.lock().unwrap_or_else(PoisonError::into_inner) = set_back;
        recorded_at
    }
}

/// Cuts a time to whole microseconds, which is what keepers store.
pub(crate) fn to_microsecond(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}
