//! A finished drawing with its words and its table.

/// A drawing: markup, and the same facts as words and as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The `svg` element, complete, with `title` and `desc` inside.
    pub svg: String,
    /// Its name, as in the `title`.
    pub title: String,
    /// What it shows, as in the `desc`.
    pub desc: String,
    /// Every value drawn, for a `details` under the figure.
    pub table: DataTable,
    /// Width in pixels at true size.
    pub width: u32,
}

/// Every value of a drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataTable {
    /// What it holds.
    pub caption: String,
    /// Heads with units, and whether the column holds figures.
    pub columns: Vec<(String, bool)>,
    /// Rows of as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}
