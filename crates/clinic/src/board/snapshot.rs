//! A snapshot of the board: a cache, sealed like everything else, thrown away on any mismatch.
//!
//! Each line carries the version of the record it was folded from, so a snapshot of any age is safe:
//! a record that has moved on since is folded again.

use journal::{Journal, RimRow};
use record::ids::PatientId;
use serde::{Deserialize, Serialize};

use super::Board;
use super::line::PatientLine;
use crate::denied::Denied;

/// The space the snapshot's rows are kept in; a new shape of the line or of its fold takes a new one.
const SPACE: &str = "board_1";

/// How many lines one row holds.
const LINES_PER_ROW: usize = 200;

#[derive(Serialize, Deserialize)]
struct Row(Vec<(PatientId, PatientLine)>);

/// Keeps a snapshot.
pub(crate) fn keep(journal: &Journal, board: &Board) -> Result<(), Denied> {
    let lines: Vec<(PatientId, PatientLine)> = board
        .lines()
        .map(|(id, line)| (*id, (**line).clone()))
        .collect();
    let mut rows = Vec::new();
    for (number, chunk) in lines.chunks(LINES_PER_ROW).enumerate() {
        let value = serde_json::to_vec(&Row(chunk.to_vec()))?;
        rows.push(RimRow {
            key: format!("{number:08}"),
            value,
            expires_at: None,
        });
    }
    journal.rim_put_all(SPACE, &rows)?;
    Ok(())
}

/// Puts the lines of a snapshot on the board, where there is one that can be read.
pub(crate) fn restore(journal: &Journal, board: &mut Board) -> Result<(), Denied> {
    for row in journal.rim_scan(SPACE, "", 10_000)? {
        let Ok(Row(lines)) = serde_json::from_slice::<Row>(&row.value) else {
            return Ok(());
        };
        for (patient, line) in lines {
            board.put(patient, line);
        }
    }
    Ok(())
}
