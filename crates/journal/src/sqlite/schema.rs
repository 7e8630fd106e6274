//! The tables, and the settings of a connection.

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// `HFJ1` as SQLite's application id, so that a file says what it is.
pub(super) const APPLICATION_ID: i64 = 0x4846_4A31;

/// The schema this program writes, kept in SQLite's user version.
pub(super) const SCHEMA: i64 = 1;

/// Entries stand in the order of their positions, so appending touches the last page only and a
/// replay reads pages in a row; streams and authors are small numbers, so rows are short.
/// A unique index over (stream, version) gives optimistic concurrency, one over the first entry of
/// each command gives repeats.
pub(super) const TABLES: &str = "
CREATE TABLE founding (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    clinic BLOB NOT NULL CHECK (length(clinic) = 16),
    master BLOB NOT NULL CHECK (length(master) = 8),
    clinic_key BLOB NOT NULL CHECK (length(clinic_key) = 60),
    signing_key BLOB NOT NULL CHECK (length(signing_key) = 60),
    founded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    recorded_at INTEGER
) STRICT;

CREATE TABLE author (
    number INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    door TEXT NOT NULL,
    UNIQUE (person, role, door)
) STRICT;

CREATE TABLE stream (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    key BLOB CHECK (key IS NULL OR length(key) = 60),
    UNIQUE (id, kind)
) STRICT;

CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    version INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author INTEGER NOT NULL,
    command BLOB NOT NULL CHECK (length(command) = 16),
    ordinal INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    sealed BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX entry_by_stream ON entry (stream, version);
CREATE UNIQUE INDEX entry_by_command ON entry (command) WHERE ordinal = 0;

CREATE TABLE checkpoint (
    number INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never removed'); END;
CREATE TRIGGER checkpoint_is_never_updated BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never changed'); END;
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never removed'); END;
CREATE TRIGGER author_is_never_updated BEFORE UPDATE ON author
BEGIN SELECT RAISE(ABORT, 'an author is never changed'); END;
CREATE TRIGGER author_is_never_deleted BEFORE DELETE ON author
BEGIN SELECT RAISE(ABORT, 'an author is never removed'); END;
CREATE TRIGGER stream_only_loses_its_key BEFORE UPDATE ON stream
WHEN NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind OR NEW.id IS NOT OLD.id
    OR NEW.key IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a stream only ever loses its key'); END;
CREATE TRIGGER stream_is_never_deleted BEFORE DELETE ON stream
BEGIN SELECT RAISE(ABORT, 'a stream is never removed'); END;

CREATE TABLE rim (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX rim_by_expiry ON rim (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE access (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    stream_kind TEXT,
    stream_id BLOB,
    door TEXT NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX access_by_stream ON access (stream_id, number) WHERE stream_id IS NOT NULL;
CREATE INDEX access_by_person ON access (person, number);
CREATE TRIGGER access_is_never_updated BEFORE UPDATE ON access
BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END;
CREATE TRIGGER access_is_never_deleted BEFORE DELETE ON access
BEGIN SELECT RAISE(ABORT, 'the access log is never cut'); END;

CREATE TABLE outbox (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    cause INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    is_dead INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_by_due ON outbox (is_dead, due_at);
";

/// How long a connection waits for another that is in its way.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Kibibytes of pages that a reading connection keeps.
///
/// Charts that are read often are kept as charts, and the operating system keeps the file's pages
/// once for all connections, so what each keeps besides for itself is memory spent again.
const READER_CACHE_KIB: i64 = 2048;

/// Kibibytes of pages that the writing connection keeps: the indexes' inner pages and the ends of
/// what it appends to.
const WRITER_CACHE_KIB: i64 = 8192;

/// Sets what every connection needs.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Without this a kept statement whose plan may look at its values is planned anew at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// Sets what the one writing connection needs besides.
pub(super) fn set_up_writer(connection: &Connection) -> rusqlite::Result<bool> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    // NORMAL syncs the log before its pages move into the database, so that a loss of power never
    // leaves half of a commit; that a commit is not lost is seen to by whoever answers: `durable`.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // A destroyed key is overwritten with zeros, not only unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    Ok(mode == "wal")
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_planned_once_whatever_values_it_is_given() {
        let connection = Connection::open_in_memory().unwrap();
        set_up(&connection).unwrap();
        connection.execute_batch(TABLES).unwrap();
        let sql =
            "SELECT s.number, e.version FROM stream s LEFT JOIN entry e ON e.stream = s.number
                   WHERE s.id = ?1 AND s.kind = ?2 ORDER BY e.version DESC LIMIT 1";
        for id in 0..10_u8 {
            let mut statement = connection.prepare_cached(sql).unwrap();
            let is_there = statement.exists(rusqlite::params![[id; 16], "patient"]);
            assert!(!is_there.unwrap());
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
