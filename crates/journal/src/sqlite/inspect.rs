//! What the indexes say, for verification to compare with the entries.
//!
//! Verification reads entries in the order of their positions and so proves the table.
//! A chart is read through the index over (stream, version), and a repeated command is found
//! through the index over commands: were one of them damaged, a read would miss an entry that is
//! there. So each index is read from end to end.

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::column::{self, or_odd, to_i64};
use super::failure::failed;
use crate::identifier::Position;
use crate::keeper::{Inspection, KeeperError, Roll};

const INSPECT: &str = "compare the indexes with the entries";

/// Reads what there is beside the entries.
pub(super) fn inspect(connection: &Connection, up_to: Position) -> Result<Inspection, KeeperError> {
    let up_to = to_i64(up_to.0);
    let by_stream = streams(connection, up_to)?;
    let commands = roll(
        connection,
        "SELECT command, 0, position FROM entry INDEXED BY entry_by_command
         WHERE ordinal = 0 AND position <= ?1",
        up_to,
    )?;
    let wrong = after_head(connection)?;
    Ok(Inspection {
        wrong,
        by_stream: Some(by_stream),
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

/// Reads the index over streams and versions, which stands in the order of streams.
fn streams(connection: &Connection, up_to: i64) -> Result<Roll, KeeperError> {
    const ODD: &str = "the index of streams";
    let mut statement = connection
        .prepare_cached(
            "SELECT stream, version, position FROM entry INDEXED BY entry_by_stream
             WHERE stream >= 0 AND position <= ?1",
        )
        .map_err(failed(INSPECT))?;
    let mut name = connection
        .prepare_cached("SELECT id FROM stream WHERE number = ?1")
        .map_err(failed(INSPECT))?;
    let mut rows = statement.query([up_to]).map_err(failed(INSPECT))?;
    let mut roll = Roll::default();
    let mut current: Option<(u64, Uuid)> = None;
    while let Some(row) = rows.next().map_err(failed(INSPECT))? {
        let number = or_odd(column::count(row, 0), ODD)?;
        let id = match current {
            Some((last, id)) if last == number => id,
            Some(_) | None => {
                let id = name
                    .query_row([to_i64(number)], |row| Ok(column::uuid(row, 0)))
                    .optional()
                    .map_err(failed(INSPECT))?;
                or_odd(id.flatten(), ODD)?
            }
        };
        current = Some((number, id));
        let version = or_odd(column::count(row, 1), ODD)?;
        roll.add(id, version, or_odd(column::position(row, 2), ODD)?);
    }
    Ok(roll)
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
