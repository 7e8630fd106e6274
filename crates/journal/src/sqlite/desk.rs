//! What the writer knows and does inside its transaction.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use record::RecordedAt;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::column::{self, or_odd, to_i64};
use super::durable::Durable;
use super::failure::failed;
use crate::append::{Appended, ENTRIES_PER_APPEND_MAX};
use crate::entry::SealedEntry;
use crate::identifier::{Author, CommandId, Position, StreamId, Version};
use crate::keeper::{Desk, Head, KeeperError, SealedOutboxRow, StreamHead, StreamKey};
use crate::keys::WrappedKey;

const APPEND: &str = "append to the journal";

/// How many streams and authors the writer remembers between commits.
const REMEMBERED_MAX: usize = 20_000;

/// The writing connection and what it remembers of the last commits.
///
/// The memory is right because the lock beside the file lets one writer in; it is emptied whenever
/// a transaction is undone.
pub(super) struct SqliteDesk {
    pub(super) connection: Connection,
    head: Option<Head>,
    streams: HashMap<StreamId, (i64, StreamHead)>,
    authors: HashMap<Arc<Author>, i64>,
    /// A key was destroyed in this transaction.
    key_was_destroyed: bool,
    /// A key was destroyed for good, and the log may still hold its old page.
    pub(super) log_holds_key: bool,
}

impl SqliteDesk {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            head: None,
            streams: HashMap::new(),
            authors: HashMap::new(),
            key_was_destroyed: false,
            log_holds_key: false,
        }
    }

    /// Begins a transaction that no other can write beside.
    pub(super) fn begin(&mut self) -> Result<(), KeeperError> {
        self.head = None;
        if self.streams.len() > REMEMBERED_MAX {
            self.streams.clear();
        }
        if self.authors.len() > REMEMBERED_MAX {
            self.authors.clear();
        }
        self.execute("BEGIN IMMEDIATE")
    }

    /// Commits everything since `begin`, and gives the position of its last entry, if there is one.
    ///
    /// What is committed outlives this program, and the machine once the log is synced.
    pub(super) fn commit(&mut self, durable: &Durable) -> Result<Option<Position>, KeeperError> {
        let head = self.head.take();
        if let Some(head) = head {
            self.write_head(&head)?;
            durable.announce(head.position);
        }
        self.execute("COMMIT")?;
        self.log_holds_key |= self.key_was_destroyed;
        self.key_was_destroyed = false;
        Ok(head.map(|head| head.position))
    }

    /// Undoes everything since `begin`.
    pub(super) fn undo(&mut self) {
        self.head = None;
        self.streams.clear();
        self.authors.clear();
        self.key_was_destroyed = false;
        if !self.connection.is_autocommit() {
            // When this fails SQLite has already rolled back, which is all that is wanted.
            drop(self.execute("ROLLBACK"));
        }
    }

    fn execute(&self, sql: &str) -> Result<(), KeeperError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(failed(APPEND))
    }

    fn write_head(&self, head: &Head) -> Result<(), KeeperError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE head SET position = ?1, hash = ?2, recorded_at = ?3")
            .and_then(|mut statement| {
                let at = head.recorded_at.map(|at| at.0.as_microsecond());
                statement.execute(params![to_i64(head.position.0), &head.hash.0, at])
            })
            .map_err(failed(APPEND))?;
        if changed == 1 {
            Ok(())
        } else {
            Err(KeeperError::Odd {
                what: "the journal's head",
            })
        }
    }

    /// Gives an author's number, making one for a new author.
    fn author(&mut self, author: &Arc<Author>) -> Result<i64, KeeperError> {
        if let Some(number) = self.authors.get(author) {
            return Ok(*number);
        }
        let parts = params![author.person, author.role, author.door];
        let found = self
            .connection
            .prepare_cached(
                "SELECT number FROM author WHERE person = ?1 AND role = ?2 AND door = ?3",
            )
            .and_then(|mut statement| statement.query_row(parts, |row| row.get(0)).optional())
            .map_err(failed(APPEND))?;
        let number = if let Some(number) = found {
            number
        } else {
            self.connection
                .prepare_cached("INSERT INTO author (person, role, door) VALUES (?1, ?2, ?3)")
                .and_then(|mut statement| statement.insert(parts))
                .map_err(failed(APPEND))?
        };
        self.authors.insert(Arc::clone(author), number);
        Ok(number)
    }

    fn find_stream(&self, stream: StreamId) -> Result<Option<(i64, StreamHead)>, KeeperError> {
        stream_of(&self.connection, stream)
    }
}

/// Reads where a stream stands.
pub(super) fn stream_of(
    connection: &Connection,
    stream: StreamId,
) -> Result<Option<(i64, StreamHead)>, KeeperError> {
    const ODD: &str = "a stream's row";
    let read = connection
        .prepare_cached(
            "SELECT s.number, s.key, e.version, e.hash FROM stream s
             LEFT JOIN entry e ON e.stream = s.number
             WHERE s.id = ?1 AND s.kind = ?2 ORDER BY e.version DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row(params![stream.id.as_bytes(), stream.kind.as_str()], |row| {
                    let head = column::key(row, 1)
                        .zip(column::count(row, 2))
                        .zip(column::digest(row, 3))
                        .map(|((key, version), hash)| StreamHead {
                            version: Version(version),
                            hash,
                            key,
                        });
                    Ok((row.get(0)?, head))
                })
                .optional()
        })
        .map_err(failed("read a stream"))?;
    let Some((number, head)) = read else {
        return Ok(None);
    };
    Ok(Some((number, or_odd(head, ODD)?)))
}

/// Reads the head, and whether the last entry is the one it names.
pub(super) fn head_of(connection: &Connection) -> Result<Head, KeeperError> {
    const ODD: &str = "the journal's head";
    let read = connection
        .prepare_cached("SELECT position, hash, recorded_at FROM head")
        .and_then(|mut statement| {
            statement
                .query_row([], |row| {
                    let parts = column::position(row, 0)
                        .zip(column::digest(row, 1))
                        .zip(column::time_or_none(row, 2));
                    Ok(parts.map(|((position, hash), at)| Head {
                        position,
                        hash,
                        recorded_at: at.0.map(RecordedAt),
                    }))
                })
                .optional()
        })
        .map_err(failed("read the journal's head"))?;
    or_odd(read.flatten(), ODD)
}

/// Reads the position of the last entry; [`Position::START`] where there is none.
pub(super) fn last_of(connection: &Connection) -> Result<Position, KeeperError> {
    let last = connection
        .prepare_cached("SELECT max(position) FROM entry")
        .and_then(|mut statement| statement.query_row([], |row| row.get::<_, Option<i64>>(0)))
        .map_err(failed("read the journal's last entry"))?;
    or_odd(
        u64::try_from(last.unwrap_or(0)).ok().map(Position),
        "the journal's last entry",
    )
}

impl Desk for SqliteDesk {
    fn head(&mut self) -> Result<Head, KeeperError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let head = head_of(&self.connection)?;
        // Entries that were cut off or smuggled in must not be written over.
        if last_of(&self.connection)? != head.position {
            return Err(KeeperError::Odd {
                what: "the journal's end",
            });
        }
        Ok(head)
    }

    fn answered(&mut self, command: CommandId) -> Result<Option<Appended>, KeeperError> {
        const ODD: &str = "a command's answer";
        let first = self
            .connection
            .prepare_cached("SELECT position FROM entry WHERE command = ?1 AND ordinal = 0")
            .and_then(|mut statement| {
                statement
                    .query_row([command.0.as_bytes()], |row| row.get::<_, i64>(0))
                    .optional()
            })
            .map_err(failed(APPEND))?;
        let Some(first) = first else { return Ok(None) };
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT s.kind, s.id, e.version, e.position, e.recorded_at, e.command
                 FROM entry e JOIN stream s ON s.number = e.stream
                 WHERE e.position >= ?1 ORDER BY e.position LIMIT ?2",
            )
            .map_err(failed(APPEND))?;
        let limit = i64::try_from(ENTRIES_PER_APPEND_MAX).unwrap_or(i64::MAX);
        let mut rows = statement.query([first, limit]).map_err(failed(APPEND))?;
        let mut answer: Option<Appended> = None;
        while let Some(row) = rows.next().map_err(failed(APPEND))? {
            if column::uuid(row, 5) != Some(command.0) {
                break;
            }
            let stream = or_odd(column::stream(row, 0, 1), ODD)?;
            let version = Version(or_odd(column::count(row, 2), ODD)?);
            let position = or_odd(column::position(row, 3), ODD)?;
            let recorded_at = or_odd(column::recorded_at(row, 4), ODD)?;
            let answer = answer.get_or_insert_with(|| Appended {
                entries: Vec::new(),
                recorded_at,
                repeated: true,
            });
            answer.entries.push((stream, version, position));
        }
        Ok(answer)
    }

    fn stream(&mut self, stream: StreamId) -> Result<Option<StreamHead>, KeeperError> {
        if let Some((_, head)) = self.streams.get(&stream) {
            return Ok(Some(*head));
        }
        let found = self.find_stream(stream)?;
        if let Some(found) = found {
            self.streams.insert(stream, found);
        }
        Ok(found.map(|(_, head)| head))
    }

    fn open_stream(&mut self, stream: StreamId, key: &WrappedKey) -> Result<(), KeeperError> {
        let number = self
            .connection
            .prepare_cached("INSERT INTO stream (kind, id, key) VALUES (?1, ?2, ?3)")
            .and_then(|mut statement| {
                statement.insert(params![stream.kind.as_str(), stream.id.as_bytes(), &key.0])
            })
            .map_err(failed(APPEND))?;
        // The version and hash follow with the first entry, in this same transaction.
        let head = StreamHead {
            version: Version::NONE,
            hash: crate::chain::Digest::default(),
            key: StreamKey::Wrapped(*key),
        };
        self.streams.insert(stream, (number, head));
        Ok(())
    }

    fn write(&mut self, entry: &SealedEntry) -> Result<bool, KeeperError> {
        let author = self.author(&entry.author)?;
        let Some((number, head)) = self.streams.get_mut(&entry.stream) else {
            return Err(KeeperError::Odd {
                what: "a stream that was not made",
            });
        };
        let written = self
            .connection
            .prepare_cached(
                "INSERT INTO entry
                 (position, stream, version, recorded_at, author, command, ordinal, hash, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (command) WHERE ordinal = 0 DO NOTHING",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    to_i64(entry.position.0),
                    *number,
                    to_i64(entry.version.0),
                    entry.recorded_at.0.as_microsecond(),
                    author,
                    entry.command.0.as_bytes(),
                    entry.ordinal,
                    &entry.hash.0,
                    entry.sealed,
                ])
            })
            .map_err(failed(APPEND))?;
        if written == 0 {
            return Ok(false);
        }
        head.version = entry.version;
        head.hash = entry.hash;
        self.head = Some(Head {
            position: entry.position,
            hash: entry.hash,
            recorded_at: Some(entry.recorded_at),
        });
        Ok(true)
    }

    fn post(&mut self, row: &SealedOutboxRow, cause: Position) -> Result<(), KeeperError> {
        post(&self.connection, row, cause).map(drop)
    }

    fn destroy_key(&mut self, stream: StreamId) -> Result<(), KeeperError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE stream SET key = NULL WHERE id = ?1 AND kind = ?2")
            .and_then(|mut statement| {
                statement.execute(params![stream.id.as_bytes(), stream.kind.as_str()])
            })
            .map_err(failed("destroy a stream's key"))?;
        if changed != 1 {
            return Err(KeeperError::Odd {
                what: "a stream's row",
            });
        }
        self.streams.remove(&stream);
        self.key_was_destroyed = true;
        Ok(())
    }
}

/// Posts outbox work unless its identifier is already there; says how many rows it made.
pub(super) fn post(
    connection: &Connection,
    row: &SealedOutboxRow,
    cause: Position,
) -> Result<u64, KeeperError> {
    let id: &Uuid = &row.id;
    let due_at: Timestamp = row.due_at;
    connection
        .prepare_cached(
            "INSERT INTO outbox (id, kind, sealed, due_at, cause) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO NOTHING",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                id.as_bytes(),
                row.kind,
                row.sealed,
                due_at.as_microsecond(),
                to_i64(cause.0)
            ])
        })
        .map(|changed| u64::try_from(changed).unwrap_or(u64::MAX))
        .map_err(failed("post outbox work"))
}
