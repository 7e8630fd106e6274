//! One table of a trial, row by row, every fault with its place.

use std::collections::BTreeMap;

use camino::Utf8Path;
use csv::{ByteRecord, ReaderBuilder, StringRecord};

use record::words::Substance;

use super::Fault;

/// The study days a row may speak of: ten years either way refuses typing slips.
const STUDY_DAY_MAX: i32 = 3_650;

/// A row with its place.
pub(crate) struct Row<'a> {
    pub(crate) file: &'static str,
    line: u64,
    columns: &'a BTreeMap<String, usize>,
    cells: &'a StringRecord,
}

impl Row<'_> {
    /// A cell's text, trimmed; empty where it is empty or the column is not there.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.columns
            .get(column)
            .and_then(|index| self.cells.get(*index))
            .unwrap_or("")
            .trim()
    }

    /// Every column with its text, but for `who`.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns
            .keys()
            .filter(|name| *name != "who")
            .map(|name| (name.as_str(), self.text(name)))
    }

    /// Whose row it is.
    pub(crate) fn who(&self) -> Result<u32, Fault> {
        let text = self.text("who");
        text.parse().map_err(|_| Fault {
            who: None,
            ..self.fault("who", &format!("{text:?} is not a person's number"))
        })
    }

    /// A study day.
    pub(crate) fn day(&self, column: &str) -> Result<i32, Fault> {
        let text = self.text(column);
        text.parse::<i32>()
            .ok()
            .filter(|day| day.abs() <= STUDY_DAY_MAX)
            .ok_or_else(|| self.fault(column, &format!("{text:?} is not a study day")))
    }

    /// A whole number.
    pub(crate) fn whole<T: std::str::FromStr>(&self, column: &str) -> Result<T, Fault> {
        let text = self.text(column);
        text.parse()
            .map_err(|_| self.fault(column, &format!("{text:?} is not a whole number in range")))
    }

    /// Whether it has a cell for every column and each is text of one line.
    ///
    /// A cell of several lines is a quotation mark that was never closed: what follows it, rows of
    /// anybody, is in that cell.
    fn is_whole(&self, head: &StringRecord, bytes: &ByteRecord) -> Result<(), Fault> {
        let name = |index: usize| head.get(index).unwrap_or("(all)").to_owned();
        for (index, cell) in bytes.iter().enumerate() {
            if cell.contains(&b'\n') {
                let reason = "a quotation mark is missing, and other rows are inside this cell";
                return Err(Fault {
                    who: None,
                    ..self.fault(&name(index), reason)
                });
            }
            if std::str::from_utf8(cell).is_err() {
                return Err(self.fault(&name(index), "the cell is not UTF-8 text"));
            }
        }
        if bytes.len() == head.len() {
            return Ok(());
        }
        let (found, due) = (bytes.len(), head.len());
        let reason = format!("the row has {found} cells where {due} are due");
        Err(self.fault("(all)", &reason))
    }

    /// A substance's name.
    pub(crate) fn substance(&self, column: &str) -> Result<String, Fault> {
        Substance::new(self.text(column))
            .map(|substance| substance.as_str().to_owned())
            .map_err(|error| self.fault(column, &format!("the substance: {error}")))
    }

    /// A fault of this row.
    pub(crate) fn fault(&self, column: &str, reason: &str) -> Fault {
        Fault {
            file: self.file,
            line: self.line,
            column: column.to_owned(),
            reason: reason.to_owned(),
            who: self.text("who").parse().ok(),
        }
    }
}

/// Numbers the lines of a table as an editor does.
///
/// The reader's own count is one behind where lines end in two bytes.
struct Lines<'a> {
    rest: &'a [u8],
    at: u64,
    number: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            at: 0,
            number: 1,
        }
    }

    /// The line a row begins in; rows are asked for in their order. The reader says where the row
    /// before it ended, which may be short of line ends and empty lines.
    fn number(&mut self, byte: u64) -> u64 {
        while let Some((first, rest)) = self.rest.split_first() {
            if self.at >= byte && !matches!(first, b'\r' | b'\n') {
                break;
            }
            self.number += u64::from(*first == b'\n');
            self.at += 1;
            self.rest = rest;
        }
        self.number
    }
}

/// Reads a table row by row; what is wrong with a row is gathered, what is wrong with the file ends it.
pub(crate) fn read_table(
    dir: &Utf8Path,
    file: &'static str,
    needed: &[&str],
    faults: &mut Vec<Fault>,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), String> {
    let path = dir.join(file);
    let text = std::fs::read(&path)
        .map_err(|error| format!("{path} cannot be read ({error}): give the folder of a trial"))?;
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text);
    let head = reader
        .headers()
        .map_err(|error| format!("{file} has no line of column names ({error})"))?
        .clone();
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    for (index, name) in head.iter().enumerate() {
        if columns.insert(name.trim().to_owned(), index).is_some() {
            return Err(format!("{file} has two columns {name}: leave one out"));
        }
    }
    if let Some(missing) = needed.iter().find(|name| !columns.contains_key(**name)) {
        return Err(format!(
            "{file} has no column {missing}: it must have {}",
            needed.join(", ")
        ));
    }
    let mut bytes = ByteRecord::new();
    let mut lines = Lines::of(text);
    loop {
        let line = match reader.read_byte_record(&mut bytes) {
            Ok(false) => return Ok(()),
            Ok(true) => lines.number(bytes.position().map_or(0, csv::Position::byte)),
            Err(error) => return Err(format!("{file} cannot be read as a table: {error}")),
        };
        let cells = StringRecord::from_byte_record_lossy(bytes.clone());
        let row = Row {
            file,
            line,
            columns: &columns,
            cells: &cells,
        };
        let outcome = row.is_whole(&head, &bytes).and_then(|()| take(&row));
        faults.extend(outcome.err());
    }
}
