//! Reading connections, and what rows of entries become.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use camino::Utf8PathBuf;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Statement};

use super::column::{self, or_odd, to_i64};
use super::failure::failed;
use super::schema;
use crate::chain::Digest;
use crate::checkpoint::Checkpoint;
use crate::entry::SealedEntry;
use crate::identifier::{Author, ClinicId, CommandId, Position, StreamId, Version};
use crate::keeper::{Founding, KeeperError, NumberedStream};
use crate::keys::{Fingerprint, WrappedKey};

const READ: &str = "read the journal";

/// How many idle connections are kept.
const IDLE_MAX: usize = 8;

/// How many names are remembered before the memory starts anew.
const NAMES_MAX: usize = 400_000;

/// Reading connections, handed out one at a time, and the names that numbers stand for.
pub(super) struct Readers {
    path: Utf8PathBuf,
    idle: Mutex<Vec<Connection>>,
    names: RwLock<Names>,
}

/// What stream and author numbers stand for; a number's name never changes.
#[derive(Default)]
struct Names {
    streams: HashMap<i64, StreamId>,
    authors: HashMap<i64, Arc<Author>>,
}

/// An entry's row before its numbers are given their names.
struct Raw {
    position: Position,
    stream: i64,
    version: Version,
    recorded_at: record::RecordedAt,
    author: i64,
    command: CommandId,
    ordinal: u16,
    hash: Digest,
    sealed: Vec<u8>,
}

impl Readers {
    pub(super) fn new(path: Utf8PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            names: RwLock::default(),
        }
    }

    /// Opens a connection that cannot write.
    pub(super) fn open(&self) -> Result<Connection, KeeperError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.path.as_std_path(), flags)
            .map_err(failed("open the journal for reading"))?;
        schema::set_up(&connection).map_err(failed("open the journal for reading"))?;
        Ok(connection)
    }

    /// Lends a connection to `read`.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, KeeperError>,
    ) -> Result<T, KeeperError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let read = read(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        read
    }

    /// Forgets all names, so that the next read sees what the tables say now.
    pub(super) fn forget(&self) {
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = Names::default();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Gives entries after one position and up to another.
    pub(super) fn entries(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let bounds = [to_i64(after.0), to_i64(up_to.0), limit];
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT position, stream, version, recorded_at, author, command, ordinal,
                     hash, sealed FROM entry
                     WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3",
                )
                .map_err(failed(READ))?;
            let raws = raws(&mut statement, bounds, after.next())?;
            self.name(connection, raws)
        })
    }

    /// Gives entries of a stream after one version and up to another.
    pub(super) fn stream_entries(
        &self,
        stream: StreamId,
        after: Version,
        up_to: Version,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        self.with(|connection| {
            let number: Option<i64> = connection
                .prepare_cached("SELECT number FROM stream WHERE id = ?1 AND kind = ?2")
                .and_then(|mut statement| {
                    statement
                        .query_row((stream.id.as_bytes(), stream.kind.as_str()), |row| {
                            row.get(0)
                        })
                        .optional()
                })
                .map_err(failed(READ))?;
            let Some(number) = number else {
                return Ok(Vec::new());
            };
            let mut statement = connection
                .prepare_cached(
                    "SELECT position, stream, version, recorded_at, author, command, ordinal,
                     hash, sealed FROM entry
                     WHERE stream = ?1 AND version > ?2 AND version <= ?3 ORDER BY version",
                )
                .map_err(failed(READ))?;
            let bounds = [number, to_i64(after.0), to_i64(up_to.0)];
            let raws = raws(&mut statement, bounds, Position::START)?;
            self.name(connection, raws)
        })
    }

    /// Gives streams in the order they were made.
    pub(super) fn streams(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<NumberedStream>, KeeperError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT number, kind, id, key FROM stream WHERE number > ?1
                     ORDER BY number LIMIT ?2",
                )
                .map_err(failed(READ))?;
            let mut rows = statement
                .query([to_i64(after), limit])
                .map_err(failed(READ))?;
            let mut streams = Vec::new();
            while let Some(row) = rows.next().map_err(failed(READ))? {
                let stream = column::count(row, 0)
                    .zip(column::stream(row, 1, 2))
                    .zip(column::key(row, 3))
                    .map(|((number, stream), key)| NumberedStream {
                        number,
                        stream,
                        key,
                    });
                streams.push(or_odd(stream, "a stream's row")?);
            }
            Ok(streams)
        })
    }

    /// Gives all checkpoints.
    pub(super) fn checkpoints(&self) -> Result<Vec<Checkpoint>, KeeperError> {
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT text FROM checkpoint ORDER BY number")
                .map_err(failed(READ))?;
            let mut rows = statement.query([]).map_err(failed(READ))?;
            let mut checkpoints = Vec::new();
            while let Some(row) = rows.next().map_err(failed(READ))? {
                let checkpoint = column::text(row, 0).and_then(|text| Checkpoint::parse(text).ok());
                checkpoints.push(or_odd(checkpoint, "a checkpoint")?);
            }
            Ok(checkpoints)
        })
    }

    /// Gives rows their names, reading those not met before.
    fn name(
        &self,
        connection: &Connection,
        raws: Vec<Raw>,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        let (mut streams, mut authors) = (Vec::new(), Vec::new());
        for raw in &raws {
            if !names.streams.contains_key(&raw.stream) {
                streams.push((raw.stream, raw.position));
            }
            if !names.authors.contains_key(&raw.author) {
                authors.push((raw.author, raw.position));
            }
        }
        drop(names);
        if !(streams.is_empty() && authors.is_empty()) {
            self.learn(connection, &streams, &authors)?;
        }
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        raws.into_iter().map(|raw| names.give(raw)).collect()
    }

    fn learn(
        &self,
        connection: &Connection,
        streams: &[(i64, Position)],
        authors: &[(i64, Position)],
    ) -> Result<(), KeeperError> {
        let mut learnt = Names::default();
        for (number, position) in streams {
            if !learnt.streams.contains_key(number) {
                learnt
                    .streams
                    .insert(*number, stream_named(connection, *number, *position)?);
            }
        }
        for (number, position) in authors {
            if !learnt.authors.contains_key(number) {
                let author = author_named(connection, *number, *position)?;
                learnt.authors.insert(*number, Arc::new(author));
            }
        }
        let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
        if names.streams.len() > NAMES_MAX {
            names.streams.clear();
        }
        if names.authors.len() > NAMES_MAX {
            names.authors.clear();
        }
        names.streams.extend(learnt.streams);
        names.authors.extend(learnt.authors);
        Ok(())
    }
}

impl Names {
    fn give(&self, raw: Raw) -> Result<SealedEntry, KeeperError> {
        let position = raw.position;
        let stream = self.streams.get(&raw.stream).copied();
        let author = self.authors.get(&raw.author).cloned();
        // A name is missing only when another thread emptied the memory in between.
        let (Some(stream), Some(author)) = (stream, author) else {
            return Err(KeeperError::Malformed {
                position,
                what: "its names were forgotten",
            });
        };
        Ok(SealedEntry {
            position,
            stream,
            version: raw.version,
            recorded_at: raw.recorded_at,
            author,
            command: raw.command,
            ordinal: raw.ordinal,
            sealed: raw.sealed,
            hash: raw.hash,
        })
    }
}

fn raws(
    statement: &mut Statement<'_>,
    bounds: [i64; 3],
    first: Position,
) -> Result<Vec<Raw>, KeeperError> {
    let mut rows = statement.query(bounds).map_err(failed(READ))?;
    let mut raws = Vec::new();
    let mut expected = first;
    while let Some(row) = rows.next().map_err(failed(READ))? {
        let position = column::position(row, 0).unwrap_or(expected);
        let raw = raw(row, position).ok_or(KeeperError::Malformed {
            position,
            what: "a field of its header does not read",
        })?;
        expected = position.next();
        raws.push(raw);
    }
    Ok(raws)
}

fn raw(row: &Row<'_>, position: Position) -> Option<Raw> {
    Some(Raw {
        position,
        stream: row.get(1).ok()?,
        version: Version(column::count(row, 2)?),
        recorded_at: column::recorded_at(row, 3)?,
        author: row.get(4).ok()?,
        command: CommandId(column::uuid(row, 5)?),
        ordinal: u16::try_from(column::count(row, 6)?).ok()?,
        hash: column::digest(row, 7)?,
        sealed: column::bytes(row, 8)?.to_vec(),
    })
}

fn stream_named(
    connection: &Connection,
    number: i64,
    position: Position,
) -> Result<StreamId, KeeperError> {
    connection
        .prepare_cached("SELECT kind, id FROM stream WHERE number = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([number], |row| Ok(column::stream(row, 0, 1)))
                .optional()
        })
        .map_err(failed(READ))?
        .flatten()
        .ok_or(KeeperError::Malformed {
            position,
            what: "its stream is not known",
        })
}

fn author_named(
    connection: &Connection,
    number: i64,
    position: Position,
) -> Result<Author, KeeperError> {
    connection
        .prepare_cached("SELECT person, role, door FROM author WHERE number = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([number], |row| {
                    let parts = column::text(row, 0)
                        .zip(column::text(row, 1))
                        .zip(column::text(row, 2));
                    Ok(parts.map(|((person, role), door)| Author {
                        person: person.to_owned(),
                        role: role.to_owned(),
                        door: door.to_owned(),
                    }))
                })
                .optional()
        })
        .map_err(failed(READ))?
        .flatten()
        .ok_or(KeeperError::Malformed {
            position,
            what: "its author is not known",
        })
}

/// Reads the founding.
pub(super) fn founding_of(connection: &Connection) -> Result<Option<Founding>, KeeperError> {
    let read = connection
        .prepare_cached("SELECT clinic, master, clinic_key, signing_key, founded_at FROM founding")
        .and_then(|mut statement| statement.query_row([], |row| Ok(founding(row))).optional())
        .map_err(failed("read the journal's founding"))?;
    read.map(|found| or_odd(found, "the journal's founding"))
        .transpose()
}

fn founding(row: &Row<'_>) -> Option<Founding> {
    Some(Founding {
        clinic: ClinicId(column::uuid(row, 0)?),
        master: Fingerprint(column::exactly(row, 1)?),
        clinic_key: WrappedKey(column::exactly(row, 2)?),
        signing_key: WrappedKey(column::exactly(row, 3)?),
        founded_at: column::recorded_at(row, 4)?,
    })
}
