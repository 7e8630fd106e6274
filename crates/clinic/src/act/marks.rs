//! Marks: when the watch looks at a row of something that was begun.
//!
//! A mark is a row beside the one it is of, in the same space, written in the same write. Its key holds
//! the moment it is due, so that the marks that have come are the first of them, however many wait.

use jiff::Timestamp;
use journal::RimRow;

use crate::clinic::Clinic;
use crate::denied::Denied;

/// How the keys of marks begin; after it come the moment and the key of the row.
const MARK: &str = "begun/";

/// How many marks are taken together.
const TOGETHER: usize = 1_000;

/// The mark of a row.
///
/// It is named by the second after it is due, so that one whose mark has come is due indeed.
pub(super) fn mark(due: Timestamp, key: &str) -> RimRow {
    RimRow {
        key: format!("{MARK}{:012}/{key}", due.as_second().saturating_add(1)),
        value: Vec::new(),
        expires_at: None,
    }
}

fn due_of(mark: &str) -> Option<i64> {
    let (due, _) = mark.strip_prefix(MARK)?.split_once('/')?;
    due.parse().ok()
}

/// Hands every row of a space whose mark has come to `end`, which says whether it wrote it down; gives how
/// many it did.
///
/// # Errors
/// What the journal says when it cannot be read or written, and the first fault of `end`, said last.
pub(super) fn take(
    clinic: &Clinic,
    space: &'static str,
    now: Timestamp,
    mut end: impl FnMut(&str) -> Result<bool, Denied>,
) -> Result<usize, Denied> {
    let mut n_written = 0;
    loop {
        let marks = clinic.journal().rim_scan(space, MARK, TOGETHER)?;
        let come: Vec<String> = marks
            .into_iter()
            .map(|row| row.key)
            .take_while(|mark| due_of(mark).is_none_or(|due| due <= now.as_second()))
            .collect();
        let n_come = come.len();
        let mut settled = Vec::with_capacity(n_come);
        let mut fault = None;
        for mark in come {
            let key = mark.rsplit_once('/').map_or("", |(_, key)| key);
            match end(key) {
                Ok(is_written) => {
                    n_written += usize::from(is_written);
                    settled.push(mark);
                }
                // The others are written all the same; this one keeps its mark for the next look.
                Err(error) => fault = fault.or(Some(error)),
            }
        }
        clinic.journal().rim_remove_all(space, &settled)?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        if n_come < TOGETHER {
            return Ok(n_written);
        }
    }
}
