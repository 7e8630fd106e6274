//! The shelf of stream keys one reader has at hand.

use std::collections::HashMap;
use std::sync::Arc;

use crate::identifier::{Position, StreamId};
use crate::journal::{Journal, ReadError};
use crate::keeper::{KeeperError, StreamKey};
use crate::keys::WrappedKey;
use crate::seal::ReadyKey;

/// How many expanded keys a reader keeps; each is about a kilobyte.
const READY_MAX: usize = 4096;

/// How many streams are asked for at once when the shelf is stocked.
const STREAMS_PER_READ: usize = 10_000;

/// Keys for opening entries of many streams.
///
/// Wrapped keys are shared by all readers of a replay; expanded ones belong to one reader, so that
/// nothing is locked.
pub(crate) struct KeyShelf {
    wrapped: Arc<HashMap<StreamId, Option<WrappedKey>>>,
    ready: HashMap<StreamId, Option<ReadyKey>>,
}

/// A key that is not to be had.
pub(crate) enum ShelfError {
    DoesNotOpen,
    NoStream,
    Keeper(KeeperError),
}

impl ShelfError {
    /// Says it of the entry that needed the key.
    pub(crate) fn at(self, position: Position) -> ReadError {
        match self {
            Self::DoesNotOpen | Self::NoStream => ReadError::Changed { position },
            Self::Keeper(error) => ReadError::Keeper(error),
        }
    }
}

impl Clone for KeyShelf {
    fn clone(&self) -> Self {
        Self {
            wrapped: Arc::clone(&self.wrapped),
            ready: HashMap::new(),
        }
    }
}

impl KeyShelf {
    /// Gives a shelf that asks the keeper for each stream.
    pub(crate) fn empty() -> Self {
        Self {
            wrapped: Arc::default(),
            ready: HashMap::new(),
        }
    }

    /// Gives a shelf with the wrapped keys of every stream there is.
    pub(crate) fn stocked(journal: &Journal) -> Result<Self, KeeperError> {
        let mut wrapped = HashMap::new();
        let mut after = 0;
        loop {
            let streams = journal.keeper().streams(after, STREAMS_PER_READ)?;
            let Some(last) = streams.last() else { break };
            after = last.number;
            wrapped.extend(
                streams
                    .iter()
                    .map(|found| (found.stream, as_wrapped(&found.key))),
            );
        }
        Ok(Self {
            wrapped: Arc::new(wrapped),
            ready: HashMap::new(),
        })
    }

    pub(crate) fn clear(&mut self) {
        self.ready.clear();
    }

    /// Says whether the shelf was stocked with a stream's key.
    pub(crate) fn holds(&self, stream: StreamId) -> bool {
        self.wrapped.get(&stream).is_some_and(Option::is_some)
    }

    /// Gives the streams that were erased when the shelf was stocked.
    pub(crate) fn erased(&self) -> impl Iterator<Item = StreamId> + '_ {
        self.wrapped
            .iter()
            .filter(|(_, key)| key.is_none())
            .map(|(stream, _)| *stream)
    }

    /// Gives a stream's key, or `None` when it was destroyed.
    pub(crate) fn key(
        &mut self,
        journal: &Journal,
        stream: StreamId,
    ) -> Result<Option<&ReadyKey>, ShelfError> {
        if self.ready.len() >= READY_MAX && !self.ready.contains_key(&stream) {
            self.ready.clear();
        }
        match self.ready.entry(stream) {
            std::collections::hash_map::Entry::Occupied(key) => Ok(key.into_mut().as_ref()),
            std::collections::hash_map::Entry::Vacant(place) => {
                let key = match self.wrapped.get(&stream) {
                    Some(key) => *key,
                    None => ask(journal, stream)?,
                };
                let ready = match key {
                    None => None,
                    Some(key) => Some(expand(journal, stream, &key)?),
                };
                Ok(place.insert(ready).as_ref())
            }
        }
    }
}

fn ask(journal: &Journal, stream: StreamId) -> Result<Option<WrappedKey>, ShelfError> {
    let head = journal
        .keeper()
        .stream(stream)
        .map_err(ShelfError::Keeper)?;
    head.map(|head| as_wrapped(&head.key))
        .ok_or(ShelfError::NoStream)
}

fn as_wrapped(key: &StreamKey) -> Option<WrappedKey> {
    match key {
        StreamKey::Wrapped(key) => Some(*key),
        StreamKey::Destroyed => None,
    }
}

fn expand(journal: &Journal, stream: StreamId, key: &WrappedKey) -> Result<ReadyKey, ShelfError> {
    let keys = &journal.scribe().keys;
    keys.data_key(stream, key)
        .and_then(|key| key.ready())
        .map_err(|_| ShelfError::DoesNotOpen)
}
