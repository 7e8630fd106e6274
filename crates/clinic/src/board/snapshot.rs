//! A snapshot of the board: a cache, sealed like everything else, thrown away on any mismatch.
//!
//! Each line carries the version of the record it was folded from, so a snapshot of any age is safe:
//! a record that has moved on since is folded again.

use std::collections::BTreeMap;
use std::sync::Arc;

use journal::{Content, Erasure, Journal, RimRow, StreamId, Version};
use rayon::prelude::*;
use record::RecordedAt;
use record::ids::PatientId;
use serde::{Deserialize, Serialize};

use super::Board;
use super::line::PatientLine;
use crate::clinic::patient_stream;
use crate::denied::Denied;

/// The space the snapshot's rows are kept in; a new shape of the line or of its fold takes a new one.
const SPACE: &str = "board_8";

/// The spaces of shapes before this one: their rows are of no use to anyone.
const SPACES_BEFORE: [&str; 7] = [
    "board_1", "board_2", "board_3", "board_4", "board_5", "board_6", "board_7",
];

/// How many bytes of lines one row holds, well under what a row beside the journal may hold.
const BYTES_PER_ROW: usize = 256 * 1024;

/// The longest a single line may be; a longer one is folded anew at every start.
const BYTES_PER_LINE_MAX: usize = 512 * 1024;

/// How many rows are written, and read, at once: the rows of a large clinic are larger than its board.
const ROWS_AT_ONCE: usize = 10;

#[derive(Serialize, Deserialize)]
struct Row(Vec<(PatientId, PatientLine)>);

/// Keeps a snapshot of these lines.
pub(crate) fn keep(
    journal: &Journal,
    lines: &[(PatientId, Arc<PatientLine>)],
) -> Result<(), Denied> {
    let mut rows = Rows::default();
    for (id, line) in lines {
        let bytes = serde_json::to_vec(&(id, &**line))?;
        if bytes.len() <= BYTES_PER_LINE_MAX {
            rows.add(journal, &bytes)?;
        }
    }
    rows.end_row();
    rows.write(journal)?;
    // Rows of a longer snapshot before this one are of no use to anyone.
    let mut beyond = rows.n;
    while journal.rim_remove(SPACE, &key(beyond))? {
        beyond += 1;
    }
    for space in SPACES_BEFORE {
        for row in journal.rim_scan(space, "", 10_000)? {
            journal.rim_remove(space, &row.key)?;
        }
    }
    Ok(())
}

/// The rows of a snapshot being kept.
#[derive(Default)]
struct Rows {
    lines: Vec<u8>,
    waiting: Vec<RimRow>,
    n: usize,
}

impl Rows {
    fn add(&mut self, journal: &Journal, line: &[u8]) -> Result<(), Denied> {
        if !self.lines.is_empty() && self.lines.len() + line.len() > BYTES_PER_ROW {
            self.end_row();
            if self.waiting.len() >= ROWS_AT_ONCE {
                self.write(journal)?;
            }
        }
        if !self.lines.is_empty() {
            self.lines.push(b',');
        }
        self.lines.extend_from_slice(line);
        Ok(())
    }

    fn end_row(&mut self) {
        self.waiting.push(RimRow {
            key: key(self.n),
            value: [b"[", &*std::mem::take(&mut self.lines), b"]"].concat(),
            expires_at: None,
        });
        self.n += 1;
    }

    fn write(&mut self, journal: &Journal) -> Result<(), Denied> {
        journal.rim_put_all(SPACE, &std::mem::take(&mut self.waiting))?;
        Ok(())
    }
}

fn key(number: usize) -> String {
    format!("{number:08}")
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
    let stands_here = |patient: &PatientId, line: &PatientLine| {
        standing.get(patient) == Some(&line.version)
            && !erased.contains_key(&patient_stream(*patient))
    };
    let mut read = Vec::new();
    for tens in 0.. {
        // The keys are decimal, so a key without its last digit finds the ten rows that begin with it.
        let scan = || journal.rim_scan(SPACE, &format!("{tens:07}"), ROWS_AT_ONCE);
        // The next rows are fetched while the lines of the last ones are put on the board.
        let (rows, ()) = rayon::join(scan, || put(board, std::mem::take(&mut read)));
        let rows = rows?;
        if rows.is_empty() {
            break;
        }
        // Reading lines is most of a start, and no row needs another.
        read = rows
            .into_par_iter()
            .map(|row| lines_of(&row, stands_here))
            .collect();
    }
    Ok(())
}

/// The lines of one row that stand here; none where it is of another shape.
fn lines_of(
    row: &RimRow,
    stands_here: impl Fn(&PatientId, &PatientLine) -> bool,
) -> Vec<(PatientId, PatientLine)> {
    let Ok(Row(lines)) = serde_json::from_slice::<Row>(&row.value) else {
        return Vec::new();
    };
    let here = lines
        .into_iter()
        .filter(|(patient, line)| stands_here(patient, line));
    here.map(|(patient, line)| (patient, line.fitted()))
        .collect()
}

fn put(board: &mut Board, read: Vec<Vec<(PatientId, PatientLine)>>) {
    for (patient, line) in read.into_iter().flatten() {
        board.put(patient, line);
    }
}

/// The streams whose content was erased, and when that was recorded.
pub(crate) fn erased(journal: &Journal) -> Result<BTreeMap<StreamId, RecordedAt>, Denied> {
    let entries = journal.stream(Erasure::stream(journal.clinic()), Version::NONE)?;
    let erasures = entries.iter().filter_map(|entry| match &entry.content {
        Content::Open(bytes) => Some((Erasure::parse(bytes)?.stream, entry.recorded_at)),
        Content::Erased => None,
    });
    Ok(erasures.collect())
}
