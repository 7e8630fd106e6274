//! Rim rows in SQLite.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::column::{self, or_odd, to_i64};
use super::desk::post;
use super::failure::failed;
use crate::identifier::Position;
use crate::keeper::{
    KeeperError, OutboxQuery, RimWrite, SealedOutboxRow, SealedRimRow, SealedWork,
};
use crate::rim::{AccessQuery, AccessRow, LoggedAccess};
use jiff::Timestamp;

const WRITE: &str = "write the rows beside the journal";
const READ: &str = "read the rows beside the journal";

/// Does one change and says how many rows it touched.
pub(super) fn write(connection: &Connection, write: &RimWrite) -> Result<u64, KeeperError> {
    match write {
        RimWrite::Put { space, row } => execute(
            connection,
            "INSERT INTO rim (space, key, sealed, expires_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET sealed = ?3, expires_at = ?4",
            params![
                space,
                row.key,
                row.sealed,
                row.expires_at.map(Timestamp::as_microsecond)
            ],
        ),
        RimWrite::Remove { space, key } => execute(
            connection,
            "DELETE FROM rim WHERE space = ?1 AND key = ?2",
            params![space, key],
        ),
        RimWrite::Sweep { now } => execute(
            connection,
            "DELETE FROM rim WHERE expires_at IS NOT NULL AND expires_at <= ?1",
            [now.as_microsecond()],
        ),
        RimWrite::Access(row) => log(connection, row),
        RimWrite::Post(row) => post(connection, row, Position::START),
        RimWrite::Done { id } => execute(
            connection,
            "DELETE FROM outbox WHERE id = ?1",
            [id.as_bytes()],
        ),
        RimWrite::Retry { id, due_at, error } => execute(
            connection,
            "UPDATE outbox SET tries = tries + 1, due_at = ?2, error = ?3, is_dead = 0
             WHERE id = ?1",
            params![id.as_bytes(), due_at.as_microsecond(), error],
        ),
        RimWrite::Dead { id, error } => execute(
            connection,
            "UPDATE outbox SET tries = tries + 1, error = ?2, is_dead = 1 WHERE id = ?1",
            params![id.as_bytes(), error],
        ),
    }
}

fn log(connection: &Connection, row: &AccessRow) -> Result<u64, KeeperError> {
    execute(
        connection,
        "INSERT INTO access (at, person, role, stream_kind, stream_id, door, what)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            row.at.0.as_microsecond(),
            row.person,
            row.role,
            row.stream.as_ref().map(|stream| stream.kind.as_str()),
            row.stream.as_ref().map(|stream| stream.id.as_bytes()),
            row.door,
            row.what,
        ],
    )
}

fn execute(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<u64, KeeperError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(parameters))
        .map(|changed| u64::try_from(changed).unwrap_or(u64::MAX))
        .map_err(failed(WRITE))
}

/// Gives one row.
pub(super) fn get(
    connection: &Connection,
    space: &str,
    key: &str,
) -> Result<Option<SealedRimRow>, KeeperError> {
    let found = connection
        .prepare_cached("SELECT key, sealed, expires_at FROM rim WHERE space = ?1 AND key = ?2")
        .and_then(|mut statement| {
            statement
                .query_row([space, key], |row| Ok(rim_row(row)))
                .optional()
        })
        .map_err(failed(READ))?;
    found.map(|row| or_odd(row, "a rim row")).transpose()
}

/// Gives rows whose key begins with a prefix.
pub(super) fn scan(
    connection: &Connection,
    space: &str,
    prefix: &str,
    limit: usize,
) -> Result<Vec<SealedRimRow>, KeeperError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // Keys are compared as bytes, so all that begin with the prefix stand together after it, and before
    // the prefix with the last character there is.
    let end = format!("{prefix}\u{10ffff}");
    let mut statement = connection
        .prepare_cached(
            "SELECT key, sealed, expires_at FROM rim
             WHERE space = ?1 AND key >= ?2 AND key <= ?4 AND substr(key, 1, length(?2)) = ?2
             ORDER BY key LIMIT ?3",
        )
        .map_err(failed(READ))?;
    let mut rows = statement
        .query(params![space, prefix, limit, end])
        .map_err(failed(READ))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed(READ))? {
        found.push(or_odd(rim_row(row), "a rim row")?);
    }
    Ok(found)
}

fn rim_row(row: &Row<'_>) -> Option<SealedRimRow> {
    Some(SealedRimRow {
        key: column::text(row, 0)?.to_owned(),
        sealed: column::bytes(row, 1)?.to_vec(),
        expires_at: column::time_or_none(row, 2)?.0,
    })
}

/// Gives a page of the access log.
pub(super) fn accesses(
    connection: &Connection,
    query: &AccessQuery,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<LoggedAccess>, KeeperError> {
    let before = Value::Integer(before.map_or(i64::MAX, to_i64));
    let limit = Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX));
    let (only, parameters) = match query {
        AccessQuery::Newest => ("", vec![before, limit]),
        AccessQuery::ByPerson(person) => (
            " AND person = ?3",
            vec![before, limit, Value::Text(person.clone())],
        ),
        AccessQuery::OfStream(stream) => (
            " AND stream_id = ?3 AND stream_kind = ?4",
            vec![
                before,
                limit,
                Value::Blob(stream.id.as_bytes().to_vec()),
                Value::Text(stream.kind.as_str().to_owned()),
            ],
        ),
    };
    let sql = format!(
        "SELECT number, at, person, role, stream_kind, stream_id, door, what FROM access
         WHERE number < ?1{only} ORDER BY number DESC LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql).map_err(failed(READ))?;
    let parameters = rusqlite::params_from_iter(parameters);
    let mut rows = statement.query(parameters).map_err(failed(READ))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed(READ))? {
        found.push(or_odd(access(row), "a row of the access log")?);
    }
    Ok(found)
}

fn access(row: &Row<'_>) -> Option<LoggedAccess> {
    Some(LoggedAccess {
        number: column::count(row, 0)?,
        row: AccessRow {
            at: column::recorded_at(row, 1)?,
            person: column::text(row, 2)?.to_owned(),
            role: column::text(row, 3)?.to_owned(),
            stream: column::stream(row, 4, 5),
            door: column::text(row, 6)?.to_owned(),
            what: column::text(row, 7)?.to_owned(),
        },
    })
}

/// Gives outbox work.
pub(super) fn outbox(
    connection: &Connection,
    which: OutboxQuery,
    limit: usize,
) -> Result<Vec<SealedWork>, KeeperError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (is_dead, due) = match which {
        OutboxQuery::Due(now) => (false, now.as_microsecond()),
        OutboxQuery::Dead => (true, i64::MAX),
    };
    let mut statement = connection
        .prepare_cached(
            "SELECT id, kind, sealed, due_at, cause, tries, error FROM outbox
             WHERE is_dead = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT ?3",
        )
        .map_err(failed(READ))?;
    let mut rows = statement
        .query(params![is_dead, due, limit])
        .map_err(failed(READ))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed(READ))? {
        found.push(or_odd(work(row), "an outbox row")?);
    }
    Ok(found)
}

fn work(row: &Row<'_>) -> Option<SealedWork> {
    Some(SealedWork {
        row: SealedOutboxRow {
            id: column::uuid(row, 0)?,
            kind: column::text(row, 1)?.to_owned(),
            sealed: column::bytes(row, 2)?.to_vec(),
            due_at: column::time(row, 3)?,
        },
        cause: column::position(row, 4)?,
        tries: u32::try_from(column::count(row, 5)?).ok()?,
        error: row.get(6).ok()?,
    })
}
