//! A snapshot of the board: a cache, sealed like everything else, thrown away on any mismatch.
//!
//! Each line carries the version of the record it was folded from, so a snapshot of any age is safe:
//! a record that has moved on since is folded again.

use std::collections::{BTreeMap, BTreeSet};

use journal::rim::RIM_ROWS_MAX as ROWS_MAX;
use journal::{Content, Erasure, Journal, RimRow, StreamId, Version};
use record::ids::PatientId;
use serde::{Deserialize, Serialize};

use super::Board;
use super::line::PatientLine;
use crate::clinic::patient_stream;
use crate::denied::Denied;

/// The space the snapshot's rows are kept in; a new shape of the line or of its fold takes a new one.
const SPACE: &str = "board_5";

/// How many bytes of lines one row holds, well under what a row beside the journal may hold.
const BYTES_PER_ROW: usize = 256 * 1024;

/// The longest a single line may be; a longer one is folded anew at every start.
const BYTES_PER_LINE_MAX: usize = 512 * 1024;

#[derive(Serialize, Deserialize)]
struct Row(Vec<(PatientId, PatientLine)>);

/// Keeps a snapshot.
pub(crate) fn keep(journal: &Journal, board: &Board) -> Result<(), Denied> {
    let mut rows = Vec::new();
    let mut lines: Vec<u8> = Vec::new();
    for (id, line) in board.lines() {
        let bytes = serde_json::to_vec(&(id, &**line))?;
        if bytes.len() > BYTES_PER_LINE_MAX {
            continue;
        }
        if !lines.is_empty() && lines.len() + bytes.len() > BYTES_PER_ROW {
            rows.push(row(rows.len(), &std::mem::take(&mut lines)));
        }
        if !lines.is_empty() {
            lines.push(b',');
        }
        lines.extend_from_slice(&bytes);
    }
    rows.push(row(rows.len(), &lines));
    journal.rim_put_all(SPACE, &rows)?;
    // Rows of a longer snapshot before this one are of no use to anyone.
    for old in journal.rim_scan(SPACE, "", ROWS_MAX)? {
        if !rows.iter().any(|kept| kept.key == old.key) {
            journal.rim_remove(SPACE, &old.key)?;
        }
    }
    Ok(())
}

fn row(number: usize, lines: &[u8]) -> RimRow {
    RimRow {
        key: format!("{number:08}"),
        value: [b"[", lines, b"]"].concat(),
        expires_at: None,
    }
}

/// Puts on the board the lines of a snapshot that stand exactly where their record stands.
///
/// Whatever cannot be read, is of no record here, of another version, or of a record whose content
/// was erased since, is passed over and folded from the journal.
pub(crate) fn restore(
    journal: &Journal,
    standing: &BTreeMap<PatientId, u64>,
    board: &mut Board,
) -> Result<(), Denied> {
    let erased = erased(journal)?;
    for row in journal.rim_scan(SPACE, "", ROWS_MAX)? {
        let Ok(Row(lines)) = serde_json::from_slice::<Row>(&row.value) else {
            continue;
        };
        for (patient, line) in lines {
            let stands_here = standing.get(&patient) == Some(&line.version);
            if stands_here && !erased.contains(&patient_stream(patient)) {
                board.put(patient, line);
            }
        }
    }
    Ok(())
}

/// The streams whose content was erased.
fn erased(journal: &Journal) -> Result<BTreeSet<StreamId>, Denied> {
    let entries = journal.stream(Erasure::stream(journal.clinic()), Version::NONE)?;
    let erasures = entries.iter().filter_map(|entry| match &entry.content {
        Content::Open(bytes) => Erasure::parse(bytes),
        Content::Erased => None,
    });
    Ok(erasures.map(|erasure| erasure.stream).collect())
}
