//! Text tables with named columns, read strictly: every fault is a sentence with a line.

/// Why a table could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is not even a first line.
    #[error("{file} is empty; it must begin with the names of its columns")]
    Empty {
        /// Which file.
        file: String,
    },
    /// A column is not there.
    #[error("{file} has no column {column:?}; its columns are {found}")]
    NoColumn {
        /// Which file.
        file: String,
        /// The column looked for.
        column: String,
        /// The columns it has.
        found: String,
    },
    /// A column is there twice.
    #[error("{file} has the column {column:?} twice; remove or rename one")]
    ColumnTwice {
        /// Which file.
        file: String,
        /// The column.
        column: String,
    },
    /// A line is not a row of the table.
    #[error("{file} line {line}: {what}")]
    Line {
        /// Which file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong and what to do.
        what: String,
    },
}

/// The wanted columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<const N: usize> {
    file: String,
    rows: Vec<Row<N>>,
}

/// The wanted fields of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<const N: usize> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The fields in the order in which the columns were asked for, blanks around them cut.
    pub fields: [String; N],
}

impl<const N: usize> Table<N> {
    /// Reads the columns named from `text`, which is CSV with a first line of names.
    ///
    /// A byte-order mark, CRLF and a missing last newline are taken as they come; other columns are
    /// passed over; a row of another length than the first line is refused.
    pub fn read(file: &str, text: &str, columns: [&str; N]) -> Result<Self, TableError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let line_fault = |line, what: String| TableError::Line {
            file: file.to_owned(),
            line,
            what,
        };
        let unreadable = |error: &csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            line_fault(line, format!("the line cannot be read as CSV ({error})"))
        };
        let names = reader
            .headers()
            .map_err(|error| unreadable(&error))?
            .clone();
        if names.iter().all(str::is_empty) {
            return Err(TableError::Empty {
                file: file.to_owned(),
            });
        }
        let mut places = [0; N];
        for (place, column) in places.iter_mut().zip(columns) {
            *place = place_of(file, &names, column)?;
        }
        let mut rows = Vec::new();
        let mut lines = Lines {
            text: text.as_bytes(),
            counted: 0,
            line: 1,
        };
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&error))?;
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            if record.len() != names.len() {
                let (has, needs) = (record.len(), names.len());
                let what = format!("the row has {has} fields and the first line {needs}; mend it");
                return Err(line_fault(line, what));
            }
            let fields = places.map(|at| record.get(at).unwrap_or_default().to_owned());
            rows.push(Row { line, fields });
        }
        Ok(Table {
            file: file.to_owned(),
            rows,
        })
    }

    /// The rows in order.
    pub fn rows(&self) -> &[Row<N>] {
        &self.rows
    }

    /// A fault in this table, at a row's line.
    pub fn fault(&self, row: &Row<N>, what: impl Into<String>) -> TableError {
        TableError::Line {
            file: self.file.clone(),
            line: row.line,
            what: what.into(),
        }
    }
}

/// Counts lines up to a place in the text, forwards only.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record at this byte begins; ends of lines right there are skipped, as
    /// the reader stands between the two halves of a CRLF.
    fn of(&mut self, byte: u64) -> u64 {
        let begins = usize::try_from(byte)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        let is_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        let blank = self
            .text
            .get(begins..)
            .unwrap_or_default()
            .iter()
            .take_while(is_end)
            .count();
        let passed = self
            .text
            .get(self.counted..begins + blank)
            .unwrap_or_default();
        let ends = passed
            .split(|&byte| byte == b'\n')
            .count()
            .saturating_sub(1);
        self.line += u64::try_from(ends).unwrap_or(0);
        self.counted = begins + blank;
        self.line
    }
}

fn place_of(file: &str, names: &csv::StringRecord, column: &str) -> Result<usize, TableError> {
    let mut places = names.iter().enumerate().filter(|(_, name)| *name == column);
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some(_), Some(_)) => Err(TableError::ColumnTwice {
            file: file.to_owned(),
            column: column.to_owned(),
        }),
        (None, _) => Err(TableError::NoColumn {
            file: file.to_owned(),
            column: column.to_owned(),
            found: names.iter().collect::<Vec<_>>().join(", "),
        }),
    }
}

/// Reads rows of a person and their word, from the columns `who` and `word`.
///
/// A person twice, an empty word and an unknown symbol are refused with the line they stand on.
pub fn people_and_words(
    file: &str,
    text: &str,
) -> Result<Vec<(String, crate::word::Word)>, TableError> {
    let table = Table::read(file, text, ["who", "word"])?;
    let mut seen = std::collections::BTreeSet::new();
    let mut people = Vec::with_capacity(table.rows.len());
    for row in table.rows() {
        let [who, text] = &row.fields;
        if who.is_empty() {
            return Err(table.fault(row, "the person has no name or number in `who`"));
        }
        if !seen.insert(who) {
            return Err(table.fault(row, format!("{who} is in the table twice; keep one row")));
        }
        if text.is_empty() {
            let what = format!("{who} has an empty word; without a week there is no outcome");
            return Err(table.fault(row, what));
        }
        let word = text
            .parse()
            .map_err(|fault: crate::word::WordError| table.fault(row, format!("{who}: {fault}")))?;
        people.push((who.clone(), word));
    }
    Ok(people)
}
