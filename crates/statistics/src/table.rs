//! A table of named columns, read from CSV: numbers with gaps, or text with gaps.
//!
//! A column is numeric when every cell that is not missing reads as a number; otherwise it is
//! text. Missing is an empty cell or `NA`; missing numbers are NaN. A byte-order mark, CRLF line
//! ends, quoted cells and a missing last newline are read; duplicated names and ragged rows are
//! refused in a sentence with the line and the column.
//!
//! ```
//! let table = statistics::table::Table::read(b"time,arm\n3,a\n5,b\n")?;
//! assert_eq!(table.numbers("time")?, [3.0, 5.0]);
//! assert_eq!(table.factor("arm")?.levels, ["a", "b"]);
//! # Ok::<(), statistics::table::TableError>(())
//! ```

use std::collections::BTreeMap;

/// Why a table cannot be read, or a column not used as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is no header line.
    #[error("the table is empty; its first line must name the columns")]
    Empty,
    /// Two columns share a name.
    #[error("columns {first} and {second} are both named `{name}`; rename one")]
    DuplicatedName {
        /// The name they share.
        name: String,
        /// The earlier column, counted from 1.
        first: usize,
        /// The later column, counted from 1.
        second: usize,
    },
    /// A quotation mark that opens a cell and is never closed.
    #[error(
        "line {line} opens a quotation mark that is never closed, so the lines after it are lost; close it or remove it"
    )]
    Unclosed {
        /// The line, counted from 1.
        line: u64,
    },
    /// A line has more or fewer cells than the header.
    #[error("line {line} has {found} cells where the header has {expected}")]
    Ragged {
        /// The line, counted from 1.
        line: u64,
        /// Cells in the header.
        expected: usize,
        /// Cells in the line.
        found: usize,
    },
    /// A cell is not UTF-8.
    #[error("line {line}, column {column} is not UTF-8 text; save the file as UTF-8")]
    NotUtf8 {
        /// The line, counted from 1.
        line: u64,
        /// The column, counted from 1.
        column: usize,
    },
    /// A column was asked for that is not there.
    #[error("there is no column `{name}`; the columns are {available}")]
    NoSuchColumn {
        /// The name asked for.
        name: String,
        /// The names there are.
        available: String,
    },
    /// A number was needed and the column holds text.
    #[error("column `{name}` must be numbers, but line {line} says `{value}`")]
    Text {
        /// The column.
        name: String,
        /// The first line that is no number.
        line: u64,
        /// What it says.
        value: String,
    },
    /// A column given by the caller has another length than the table.
    #[error("column `{name}` has {found} rows where the table has {expected}")]
    Length {
        /// The column.
        name: String,
        /// Rows of the table.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers; a missing one is NaN.
    Number(Vec<f64>),
    /// Text, as codes into sorted levels.
    Text {
        /// The cells.
        factor: Factor,
        /// The first line whose cell is no number.
        line: u64,
    },
}

/// A categorical column: sorted distinct values and each row's index among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The distinct values, text by byte order, numbers by size.
    pub levels: Vec<String>,
    /// Each row's level; `None` is missing.
    pub codes: Vec<Option<usize>>,
}

impl Factor {
    /// Builds it from cells, sorting the levels by byte order.
    pub fn from_text<'a>(cells: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let cells: Vec<Option<&str>> = cells.into_iter().collect();
        let mut order: BTreeMap<&str, usize> = BTreeMap::new();
        for cell in cells.iter().copied().flatten() {
            order.insert(cell, 0);
        }
        for (code, slot) in order.values_mut().enumerate() {
            *slot = code;
        }
        let codes = cells
            .iter()
            .map(|cell| cell.and_then(|text| order.get(text).copied()))
            .collect();
        Self {
            levels: order.into_keys().map(str::to_owned).collect(),
            codes,
        }
    }

    /// Builds it from numbers, sorting the levels by size; NaN is missing.
    pub fn from_numbers(numbers: &[f64]) -> Self {
        let mut distinct: Vec<f64> = numbers.iter().copied().filter(|x| !x.is_nan()).collect();
        distinct.sort_by(f64::total_cmp);
        // Adding zero makes minus zero plain zero, so the two are one level.
        for x in &mut distinct {
            *x += 0.0;
        }
        distinct.sort_by(f64::total_cmp);
        distinct.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let codes = numbers
            .iter()
            .map(|x| {
                distinct
                    .binary_search_by(|level| level.total_cmp(&(x + 0.0)))
                    .ok()
            })
            .collect();
        Self {
            levels: distinct.iter().map(f64::to_string).collect(),
            codes,
        }
    }

    /// The rows of each level.
    pub fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.levels.len()];
        for (row, code) in self.codes.iter().enumerate() {
            if let Some(code) = *code {
                rows[code].push(row);
            }
        }
        rows
    }
}

/// Named columns of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Column>,
    rows: usize,
}

/// The cells of one column while it is being read.
enum Reading {
    Number(Vec<f64>),
    Text {
        cells: Vec<Option<String>>,
        line: u64,
    },
}

/// Counts lines as the reader goes: the reader's own count is one behind after a CRLF, because it
/// takes a record to begin before the line feed.
struct Place<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Place<'_> {
    fn line_of(&mut self, byte: u64) -> u64 {
        let mut start = usize::try_from(byte).unwrap_or(usize::MAX);
        while matches!(self.bytes.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let passed = self.bytes.get(self.at..start).unwrap_or_default();
        self.line += passed.iter().map(|b| u64::from(*b == b'\n')).sum::<u64>();
        self.at = start;
        self.line
    }
}

/// Where a reader of cells is; within quotation marks, with the line they were opened on.
#[derive(Clone, Copy)]
enum At {
    Start,
    Plain,
    Quoted(u64),
    /// At a mark that closes the cell unless another follows.
    Closing(u64),
}

/// The line of a quotation mark that opens a cell and is never closed: the reader would take the rest
/// of the file for that one cell.
fn unclosed_quote(bytes: &[u8]) -> Option<u64> {
    if !bytes.contains(&b'"') {
        return None;
    }
    let (mut at, mut line) = (At::Start, 1);
    for byte in bytes {
        at = match (at, byte) {
            (At::Start, b'"') => At::Quoted(line),
            (At::Quoted(begun), b'"') => At::Closing(begun),
            (At::Quoted(begun), _) | (At::Closing(begun), b'"') => At::Quoted(begun),
            (At::Start | At::Plain | At::Closing(_), b',' | b'\n' | b'\r') => At::Start,
            (At::Start | At::Plain | At::Closing(_), _) => At::Plain,
        };
        line += u64::from(*byte == b'\n');
    }
    match at {
        At::Quoted(begun) => Some(begun),
        At::Start | At::Plain | At::Closing(_) => None,
    }
}

impl Table {
    /// Reads comma-separated values with a header line.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Some(line) = unclosed_quote(bytes) {
            return Err(TableError::Unclosed { line });
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
            return Err(TableError::Empty);
        }
        let names = header(&record)?;
        let mut reading: Vec<Reading> = names.iter().map(|_| Reading::Number(Vec::new())).collect();
        let mut rows = 0;
        let mut place = Place {
            bytes,
            at: 0,
            line: 1,
        };
        // Reading from memory with flexible rows has no error left to give.
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            let line = place.line_of(record.position().map_or(0, csv::Position::byte));
            if record.len() != names.len() {
                let (expected, found) = (names.len(), record.len());
                return Err(TableError::Ragged {
                    line,
                    expected,
                    found,
                });
            }
            for (index, (cell, column)) in record.iter().zip(&mut reading).enumerate() {
                let text = std::str::from_utf8(cell).map_err(|_| TableError::NotUtf8 {
                    line,
                    column: index + 1,
                })?;
                column.push(text, line);
            }
            rows += 1;
        }
        let columns = reading.into_iter().map(Reading::finish).collect();
        Ok(Self {
            names,
            columns,
            rows,
        })
    }

    /// The number of rows below the header.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a column of that name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|have| have == name)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Result<&Column, TableError> {
        let index = self.names.iter().position(|have| have == name);
        index
            .and_then(|index| self.columns.get(index))
            .ok_or_else(|| TableError::NoSuchColumn {
                name: name.to_owned(),
                available: self
                    .names
                    .iter()
                    .map(|n| format!("`{n}`"))
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// The column as numbers, NaN where missing.
    pub fn numbers(&self, name: &str) -> Result<&[f64], TableError> {
        match self.column(name)? {
            Column::Number(numbers) => Ok(numbers),
            Column::Text { factor, line } => {
                let culprit = factor
                    .codes
                    .iter()
                    .copied()
                    .flatten()
                    .map(|code| &factor.levels[code])
                    .find(|text| number(text).is_none());
                Err(TableError::Text {
                    name: name.to_owned(),
                    line: *line,
                    value: culprit.cloned().unwrap_or_default(),
                })
            }
        }
    }

    /// The column as categories; the levels of a numeric column are its distinct values by size.
    pub fn factor(&self, name: &str) -> Result<Factor, TableError> {
        Ok(match self.column(name)? {
            Column::Number(numbers) => Factor::from_numbers(numbers),
            Column::Text { factor, .. } => factor.clone(),
        })
    }

    /// Adds or replaces a numeric column.
    pub fn insert_numbers(&mut self, name: &str, numbers: Vec<f64>) -> Result<(), TableError> {
        if self.names.is_empty() {
            self.rows = numbers.len();
        }
        if numbers.len() != self.rows {
            let (expected, found) = (self.rows, numbers.len());
            return Err(TableError::Length {
                name: name.to_owned(),
                expected,
                found,
            });
        }
        if let Some(index) = self.names.iter().position(|have| have == name) {
            self.columns[index] = Column::Number(numbers);
        } else {
            self.names.push(name.to_owned());
            self.columns.push(Column::Number(numbers));
        }
        Ok(())
    }

    /// The rows listed, in that order; a row that is not there is left out.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let rows: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|row| *row < self.rows)
            .collect();
        let columns = self
            .columns
            .iter()
            .map(|column| match column {
                Column::Number(numbers) => {
                    Column::Number(rows.iter().map(|row| numbers[*row]).collect())
                }
                Column::Text { factor, line } => {
                    let cells = rows.iter().map(|row| {
                        factor.codes[*row]
                            .and_then(|code| factor.levels.get(code))
                            .map(String::as_str)
                    });
                    Column::Text {
                        factor: Factor::from_text(cells),
                        line: *line,
                    }
                }
            })
            .collect();
        Self {
            names: self.names.clone(),
            columns,
            rows: rows.len(),
        }
    }

    /// The rows in which none of the named columns is missing.
    pub fn complete_rows(&self, names: &[&str]) -> Result<Vec<usize>, TableError> {
        let mut keep = vec![true; self.rows];
        for name in names {
            match self.column(name)? {
                Column::Number(numbers) => {
                    keep.iter_mut()
                        .zip(numbers)
                        .for_each(|(keep, x)| *keep &= !x.is_nan());
                }
                Column::Text { factor, .. } => {
                    keep.iter_mut()
                        .zip(&factor.codes)
                        .for_each(|(keep, c)| *keep &= c.is_some());
                }
            }
        }
        Ok((0..self.rows).filter(|row| keep[*row]).collect())
    }
}

fn header(record: &csv::ByteRecord) -> Result<Vec<String>, TableError> {
    let mut names: Vec<String> = Vec::with_capacity(record.len());
    for (index, cell) in record.iter().enumerate() {
        let name = std::str::from_utf8(cell)
            .map_err(|_| TableError::NotUtf8 {
                line: 1,
                column: index + 1,
            })?
            .trim()
            .to_owned();
        if let Some(earlier) = names.iter().position(|have| *have == name) {
            return Err(TableError::DuplicatedName {
                name,
                first: earlier + 1,
                second: index + 1,
            });
        }
        names.push(name);
    }
    Ok(names)
}

/// A missing cell.
fn is_missing(text: &str) -> bool {
    matches!(text, "" | "NA" | "NaN" | "nan")
}

/// A number as people write it; words such as `infinity` that Rust would take are text, except
/// the `Inf` that statistical programs print.
fn number(text: &str) -> Option<f64> {
    match text {
        "Inf" | "+Inf" | "inf" => return Some(f64::INFINITY),
        "-Inf" | "-inf" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    if text
        .bytes()
        .any(|b| b.is_ascii_alphabetic() && b != b'e' && b != b'E')
    {
        return None;
    }
    text.parse().ok()
}

impl Reading {
    fn push(&mut self, raw: &str, line: u64) {
        let text = raw.trim();
        match self {
            Reading::Number(numbers) if is_missing(text) => numbers.push(f64::NAN),
            Reading::Number(numbers) => {
                if let Some(value) = number(text) {
                    numbers.push(value);
                    return;
                }
                // The column turns out to be text; what was read so far becomes text again.
                let mut cells: Vec<Option<String>> = numbers
                    .iter()
                    .map(|x| (!x.is_nan()).then(|| x.to_string()))
                    .collect();
                cells.push(Some(text.to_owned()));
                *self = Reading::Text { cells, line };
            }
            Reading::Text { cells, .. } => {
                cells.push((!is_missing(text)).then(|| text.to_owned()));
            }
        }
    }

    fn finish(self) -> Column {
        match self {
            Reading::Number(numbers) => Column::Number(numbers),
            Reading::Text { cells, line } => {
                let factor = Factor::from_text(cells.iter().map(Option::as_deref));
                Column::Text { factor, line }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Factor, Table, TableError};

    #[test]
    fn a_spreadsheet_export_with_mark_crlf_quotes_and_no_last_newline_reads_the_same() {
        let plain = Table::read(b"a,b c\n1,x\n,\"y, z\"\n").unwrap();
        let exported = Table::read(b"\xef\xbb\xbfa,b c\r\n1,x\r\nNA,\"y, z\"").unwrap();
        assert_eq!(format!("{plain:?}"), format!("{exported:?}"));
        assert_eq!(plain.rows(), 2);
        assert!(plain.numbers("a").unwrap()[1].is_nan());
        let factor = plain.factor("b c").unwrap();
        assert_eq!(factor.levels, ["x", "y, z"]);
        assert_eq!(factor.codes, [Some(0), Some(1)]);
    }

    #[test]
    fn a_text_column_asked_for_as_numbers_is_refused_with_the_line() {
        let table = Table::read(b"time\n1\n2 weeks\n3\n").unwrap();
        assert_eq!(
            table.numbers("time").unwrap_err().to_string(),
            "column `time` must be numbers, but line 3 says `2 weeks`"
        );
    }

    #[test]
    fn ragged_duplicated_missing_and_empty_are_each_a_sentence() {
        let said = |bytes: &[u8]| Table::read(bytes).unwrap_err().to_string();
        assert_eq!(
            said(b""),
            "the table is empty; its first line must name the columns"
        );
        assert_eq!(
            said(b"a,b\n1,2\n1\n"),
            "line 3 has 1 cells where the header has 2"
        );
        assert_eq!(
            said(b"a,b,a\n"),
            "columns 1 and 3 are both named `a`; rename one"
        );
        assert_eq!(
            said(b"a\n\xff\n"),
            "line 2, column 1 is not UTF-8 text; save the file as UTF-8"
        );
        let table = Table::read(b"a,b\n").unwrap();
        let missing = table.numbers("c").unwrap_err();
        assert!(matches!(missing, TableError::NoSuchColumn { .. }));
        assert_eq!(
            missing.to_string(),
            "there is no column `c`; the columns are `a`, `b`"
        );
    }

    #[test]
    fn numbers_as_categories_sort_by_size_and_zero_has_no_sign() {
        let factor = Factor::from_numbers(&[10.0, 9.0, f64::NAN, -0.0, 0.0]);
        assert_eq!(factor.levels, ["0", "9", "10"]);
        assert_eq!(factor.codes, [Some(2), Some(1), None, Some(0), Some(0)]);
    }

    #[test]
    fn complete_rows_leave_out_gaps_in_the_columns_asked_for_only() {
        let table = Table::read(b"a,b,c\n1,x,\n,y,2\n3,,4\n").unwrap();
        assert_eq!(table.complete_rows(&["a"]).unwrap(), [0, 2]);
        assert_eq!(table.complete_rows(&["a", "b"]).unwrap(), [0]);
        assert_eq!(table.select(&[2, 0]).numbers("a").unwrap(), [3.0, 1.0]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_table_or_an_error(bytes in proptest::collection::vec(0_u8..=255, 0..200)) {
            let _ = Table::read(&bytes);
        }

        #[test]
        fn any_text_of_csv_letters_is_a_table_or_an_error(text in "[a,\"\\r\\n1.N ]{0,80}") {
            if let Ok(table) = Table::read(text.as_bytes()) {
                for name in table.names() {
                    proptest::prop_assert_eq!(table.factor(name).unwrap().codes.len(), table.rows());
                }
            }
        }
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_after_it() {
        assert_eq!(
            Table::read(b"time,arm\n1,a\n2,\"b\n3,c\n").unwrap_err(),
            TableError::Unclosed { line: 3 }
        );
        // A mark within a cell, a doubled one and a line end within quotation marks are no faults.
        let table = Table::read(b"arm,note\na,5\" tall\nb,\"said \"\"no\"\"\"\nc,\"two\nlines\"\n")
            .unwrap();
        assert_eq!(table.rows(), 3);
    }
}
