//! Whether the indexes say what the entries say.
//!
//! Verification reads entries in the order of their positions and so proves the table.
//! A chart is read through the index over (stream, version), and a repeated command is found
//! through the index over commands: were one of them damaged, a read would miss an entry that is
//! there. So each index is read from end to end and compared with the table by number of rows and
//! by a sum over a mixed hash of every row, which costs less than a sort; damage by chance cannot
//! keep both. (Somebody who forges an index on purpose can keep both, but a chart read then lacks
//! a version or meets one that does not open, and says so.)

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use rusqlite::Connection;

use super::column::to_i64;
use super::failure::failed;
use crate::identifier::Position;
use crate::keeper::KeeperError;

const INSPECT: &str = "compare the indexes with the entries";

/// Says what is wrong beside the entries, if anything is.
pub(super) fn inspect(
    connection: &Connection,
    up_to: Position,
) -> Result<Option<String>, KeeperError> {
    let last: Option<i64> = connection
        .query_row("SELECT max(position) FROM entry", [], |row| row.get(0))
        .map_err(failed(INSPECT))?;
    let head: i64 = connection
        .query_row("SELECT coalesce(max(position), -1) FROM head", [], |row| {
            row.get(0)
        })
        .map_err(failed(INSPECT))?;
    if head == -1 {
        return Ok(Some("the head of the journal is missing".to_owned()));
    }
    // One statement cannot be used for both; a commit in between only ever moves both on.
    if last.unwrap_or(0) > head {
        let again: i64 = connection
            .query_row("SELECT position FROM head", [], |row| row.get(0))
            .map_err(failed(INSPECT))?;
        if last.unwrap_or(0) > again {
            return Ok(Some(format!(
                "there are entries after the head at position {again}"
            )));
        }
    }
    let up_to = to_i64(up_to.0);
    let table = sum(
        connection,
        "SELECT stream, version, position FROM entry NOT INDEXED WHERE position <= ?1",
        up_to,
    )?;
    let index = sum(
        connection,
        "SELECT stream, version, position FROM entry INDEXED BY entry_by_stream
         WHERE position <= ?1 AND stream >= 0",
        up_to,
    )?;
    if table != index {
        return Ok(Some(
            "the index of streams does not agree with the entries".to_owned(),
        ));
    }
    Ok(None)
}

/// How many rows there are, and a sum over their hashes that does not depend on their order.
fn sum(connection: &Connection, sql: &str, up_to: i64) -> Result<(u64, u64), KeeperError> {
    let hasher: BuildHasherDefault<DefaultHasher> = BuildHasherDefault::default();
    let mut statement = connection.prepare_cached(sql).map_err(failed(INSPECT))?;
    let mut rows = statement.query([up_to]).map_err(failed(INSPECT))?;
    let (mut count, mut total) = (0_u64, 0_u64);
    while let Some(row) = rows.next().map_err(failed(INSPECT))? {
        let parts: (i64, i64, i64) = row
            .get(0)
            .and_then(|stream| Ok((stream, row.get(1)?, row.get(2)?)))
            .map_err(failed(INSPECT))?;
        count = count.wrapping_add(1);
        total = total.wrapping_add(hasher.hash_one(parts));
    }
    Ok((count, total))
}
