//! Reading: a stream, everything after a position, and following.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{Journal, ReadError};
use crate::chain::Header;
use crate::draft::Scribe;
use crate::entry::{Content, Entry, SealedEntry};
use crate::identifier::{Position, StreamId, Version};
use crate::keeper::{StreamHead, StreamKey};
use crate::seal::ReadyKey;
use crate::shelf::KeyShelf;

/// The most entries one read gives.
pub const ENTRIES_PER_READ_MAX: usize = 10_000;

/// How often a follower looks for entries that another process wrote.
const POLL: Duration = Duration::from_millis(200);

/// From how many entries on a stream is read by several threads.
const PARALLEL_FROM: u64 = 256;

impl Journal {
    /// Gives every entry of a stream after a version, in order; none when it does not exist.
    pub fn stream(&self, stream: StreamId, after: Version) -> Result<Vec<Entry>, ReadError> {
        let Some(head) = self.keeper().stream(stream)? else {
            return Ok(Vec::new());
        };
        let key = self.ready(stream, &head)?;
        let parts = parts_of(after, head.version);
        let read = |(after, up_to): (Version, Version)| {
            let sealed = self.keeper().stream_entries(stream, after, up_to)?;
            if sealed.len() != usize::try_from(up_to.0 - after.0).unwrap_or(usize::MAX) {
                return Err(missing(&sealed));
            }
            let mut scratch = Vec::with_capacity(256);
            sealed
                .into_iter()
                .map(|entry| open(self.scribe(), entry, key.as_ref(), &mut scratch))
                .collect::<Result<Vec<Entry>, ReadError>>()
        };
        if let [only] = parts.as_slice() {
            return read(*only);
        }
        let read: Vec<Vec<Entry>> = parts
            .into_par_iter()
            .map(read)
            .collect::<Result<_, ReadError>>()?;
        Ok(read.into_iter().flatten().collect())
    }

    /// Gives the version a stream stands at; [`Version::NONE`] when it does not exist.
    pub fn version(&self, stream: StreamId) -> Result<Version, ReadError> {
        Ok(self
            .keeper()
            .stream(stream)?
            .map_or(Version::NONE, |head| head.version))
    }

    /// Gives at most `limit` entries after a position, in order.
    pub fn after(&self, after: Position, limit: usize) -> Result<Vec<Entry>, ReadError> {
        let limit = limit.min(ENTRIES_PER_READ_MAX);
        let sealed = self.keeper().entries(after, Position(u64::MAX), limit)?;
        let mut shelf = KeyShelf::empty();
        self.open_run(after, sealed, &mut shelf)
    }

    /// Follows the journal from a position on.
    pub fn follow(&self, after: Position) -> Follower {
        Follower {
            journal: self.clone(),
            after,
            shelf: KeyShelf::empty(),
        }
    }

    /// Opens entries that must stand one after another.
    pub(super) fn open_run(
        &self,
        after: Position,
        sealed: Vec<SealedEntry>,
        shelf: &mut KeyShelf,
    ) -> Result<Vec<Entry>, ReadError> {
        let mut scratch = Vec::with_capacity(256);
        let mut entries = Vec::with_capacity(sealed.len());
        let mut position = after;
        for entry in sealed {
            position = position.next();
            if entry.position != position {
                return Err(ReadError::Missing { position });
            }
            let key = shelf
                .key(self, entry.stream)
                .map_err(|error| error.at(position))?;
            entries.push(open(self.scribe(), entry, key, &mut scratch)?);
        }
        Ok(entries)
    }

    fn ready(&self, stream: StreamId, head: &StreamHead) -> Result<Option<ReadyKey>, ReadError> {
        match &head.key {
            StreamKey::Destroyed => Ok(None),
            StreamKey::Wrapped(wrapped) => self
                .scribe()
                .keys
                .data_key(stream, wrapped)
                .and_then(|key| key.ready())
                .map(Some)
                .map_err(|_| ReadError::Key { stream }),
        }
    }
}

/// Reads the journal onward, forever, and never skips an entry.
///
/// Positions have no gap and are handed out under a lock held to commit, so an entry once missed
/// cannot appear behind one already seen.
/// Another thread's append in this process wakes it at once; another process's is found within a
/// fifth of a second.
pub struct Follower {
    journal: Journal,
    after: Position,
    shelf: KeyShelf,
}

impl Follower {
    /// Gives the position up to which entries were given.
    pub fn position(&self) -> Position {
        self.after
    }

    /// Waits for entries, at most so long, and gives them; none when the time is over.
    pub fn next(&mut self, at_most: Duration) -> Result<Vec<Entry>, ReadError> {
        let begun = Instant::now();
        loop {
            let sealed = self
                .journal
                .keeper()
                .entries(self.after, Position(u64::MAX), 1000)?;
            if !sealed.is_empty() {
                // Keys are asked for anew each time, so that what was erased since reads so.
                self.shelf.clear();
                let entries = self.journal.open_run(self.after, sealed, &mut self.shelf)?;
                self.after = entries.last().map_or(self.after, |entry| entry.position);
                return Ok(entries);
            }
            let left = at_most.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Ok(Vec::new());
            }
            self.journal.bell.wait(self.after, left.min(POLL));
        }
    }
}

/// Opens one entry.
pub(super) fn open(
    scribe: &Scribe,
    entry: SealedEntry,
    key: Option<&ReadyKey>,
    scratch: &mut Vec<u8>,
) -> Result<Entry, ReadError> {
    let content = match key {
        None => Content::Erased,
        Some(key) => {
            Header::of(scribe.clinic, &entry).encode_into(scratch);
            let position = entry.position;
            let open = key
                .open(scratch, entry.sealed)
                .map_err(|_| ReadError::Changed { position })?;
            Content::Open(open)
        }
    };
    Ok(Entry {
        position: entry.position,
        stream: entry.stream,
        version: entry.version,
        recorded_at: entry.recorded_at,
        author: entry.author,
        command: entry.command,
        content,
        hash: entry.hash,
    })
}

/// Splits a stream into as many parts as there are threads, if it is long enough to be worth it.
fn parts_of(after: Version, up_to: Version) -> Vec<(Version, Version)> {
    let length = up_to.0.saturating_sub(after.0);
    let threads = u64::try_from(rayon::current_num_threads())
        .unwrap_or(1)
        .max(1);
    if length < PARALLEL_FROM || threads == 1 {
        return vec![(after, up_to.max(after))];
    }
    let parts = threads.min(4);
    let edge = |part: u64| Version(after.0 + length * part / parts);
    (0..parts)
        .map(|part| (edge(part), edge(part + 1)))
        .collect()
}

/// Says where a stream lacks an entry: after the last one that is there.
fn missing(found: &[SealedEntry]) -> ReadError {
    let position = found
        .last()
        .map_or(Position(1), |entry| entry.position.next());
    ReadError::Missing { position }
}
