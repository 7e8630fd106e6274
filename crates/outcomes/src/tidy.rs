//! A tidy table: columns that say what they hold and mean, and rows of cells; written as CSV, and as
//! Parquet where that was built in.
//!
//! Both are written from this one table, and so is the dictionary of its columns, so that no file says
//! of a column what another does not.

#[cfg(feature = "parquet")]
mod parquet;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Words.
    Words,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// `TRUE` or `FALSE`.
    Truth,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit or values, in words.
    pub values: String,
    /// What it means.
    pub means: String,
    /// What it holds.
    pub holds: Holds,
}

impl Column {
    /// A column of words.
    pub fn new(
        name: impl Into<String>,
        holds: Holds,
        values: impl Into<String>,
        means: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            values: values.into(),
            means: means.into(),
            holds,
        }
    }
}

/// A table. An empty cell is not known, or does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its name, which is that of its file.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, of as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, a line a row.
    Csv,
    /// Parquet, where it was built in.
    Parquet,
}

impl Format {
    /// Every format that is built in.
    pub const fn built_in() -> &'static [Self] {
        if cfg!(feature = "parquet") {
            &[Self::Csv, Self::Parquet]
        } else {
            &[Self::Csv]
        }
    }

    /// How the names of its files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// Its kind, for whoever is sent it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// Why a table could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TidyError {
    /// The format is not in this program.
    #[error(
        "this Holdfast was built without Parquet: ask for CSV, or build it with `--features parquet`"
    )]
    NotBuiltIn,
    /// A cell does not hold what its column does.
    #[error(
        "row {row} of the table {table} has {cell:?} in the column {column}, which holds {holds:?}"
    )]
    Cell {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What the column holds.
        holds: Holds,
        /// The row, from 1.
        row: usize,
        /// The cell.
        cell: String,
    },
    /// The writer gave up.
    #[error("the table {table} could not be written as Parquet: {why}")]
    Writer {
        /// The table.
        table: String,
        /// What it says.
        why: String,
    },
}

impl Table {
    /// The table as a file of `format`.
    ///
    /// # Errors
    /// [`TidyError`] where the format is not built in, or a cell does not hold what its column does.
    pub fn written(&self, format: Format) -> Result<Vec<u8>, TidyError> {
        match format {
            Format::Csv => Ok(self.csv().into_bytes()),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::written(self),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => Err(TidyError::NotBuiltIn),
        }
    }

    /// The table as CSV.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        line(
            &mut out,
            self.columns.iter().map(|column| column.name.as_str()),
        );
        for row in &self.rows {
            line(&mut out, row.iter().map(String::as_str));
        }
        out
    }
}

/// What each column of some tables holds and means, as a table.
pub fn dictionary(tables: &[Table]) -> Table {
    let said = |name: &str, means: &str| Column::new(name, Holds::Words, "words", means);
    let rows = tables.iter().flat_map(|table| {
        table.columns.iter().map(|column| {
            vec![
                table.name.clone(),
                column.name.clone(),
                column.values.clone(),
                column.means.clone(),
            ]
        })
    });
    Table {
        name: "dictionary".to_owned(),
        columns: vec![
            said("table", "The table a column stands in"),
            said("column", "The name of the column"),
            said("values", "Its unit or its values"),
            said("means", "What it means"),
        ],
        rows: rows.collect(),
    }
}

/// A line of cells, quoted where they must be.
fn line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests;
