//! What the indexes say, for verification to compare with the entries.
//!
//! Verification reads entries in the order of their positions and so proves the table.
//! A chart is read through the index over (stream, version), and a repeated command is found
//! through the index over commands: were one of them damaged, a read would miss an entry that is
//! there. So each index is read from end to end.

use rusqlite::Connection;
use uuid::Uuid;

use super::column::{self, or_odd, to_i64};
use super::failure::failed;
use crate::identifier::Position;
use crate::keeper::{Inspection, KeeperError, Roll};

const INSPECT: &str = "compare the indexes with the entries";

/// Reads what there is beside the entries.
pub(super) fn inspect(connection: &Connection, up_to: Position) -> Result<Inspection, KeeperError> {
    let up_to = to_i64(up_to.0);
    // Streams and entries are asked for in one statement, and so at one moment.
    let streams = roll(
        connection,
        "SELECT s.id, e.version, e.position FROM entry e INDEXED BY entry_by_stream
         CROSS JOIN stream s ON s.number = e.stream
         WHERE e.stream >= 0 AND e.position <= ?1",
        up_to,
    )?;
    let commands = roll(
        connection,
        "SELECT command, 0, position FROM entry INDEXED BY entry_by_command
         WHERE ordinal = 0 AND position <= ?1",
        up_to,
    )?;
    let wrong = after_head(connection)?;
    Ok(Inspection {
        wrong,
        by_stream: Some(streams),
        by_command: Some(commands),
    })
}

/// Says whether there are entries that the head does not know of, both asked at one moment.
fn after_head(connection: &Connection) -> Result<Option<String>, KeeperError> {
    let extra: i64 = connection
        .query_row(
            "SELECT count(*) FROM (SELECT 1 FROM entry
             WHERE position > (SELECT position FROM head) LIMIT 1)",
            [],
            |row| row.get(0),
        )
        .map_err(failed(INSPECT))?;
    Ok((extra != 0).then(|| "there are entries after the head of the journal".to_owned()))
}

fn roll(connection: &Connection, sql: &str, up_to: i64) -> Result<Roll, KeeperError> {
    const ODD: &str = "an index of entries";
    let mut statement = connection.prepare_cached(sql).map_err(failed(INSPECT))?;
    let mut rows = statement.query([up_to]).map_err(failed(INSPECT))?;
    let mut roll = Roll::default();
    while let Some(row) = rows.next().map_err(failed(INSPECT))? {
        let id: Uuid = or_odd(column::uuid(row, 0), ODD)?;
        let version = or_odd(column::count(row, 1), ODD)?;
        roll.add(id, version, or_odd(column::position(row, 2), ODD)?);
    }
    Ok(roll)
}
