//! Tables: a caption, heads, rows; figures to the right.

use maud::{Markup, html};

use super::phrase::{Phrase, phrases};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it holds, read aloud before the table.
    pub caption: String,
    /// Its columns, left to right.
    pub columns: Vec<Column>,
    /// Its rows; the first cell of a row names the row.
    pub rows: Vec<Vec<Cell>>,
    /// What to say instead when there is no row.
    pub when_empty: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head, with the unit.
    pub head: String,
    /// Figures stand to the right.
    pub is_number: bool,
}

/// A cell: a sentence of pieces.
pub type Cell = Vec<Phrase>;

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>) -> Self {
        Self {
            head: head.into(),
            is_number: false,
        }
    }

    /// A column of figures.
    pub fn numbers(head: impl Into<String>) -> Self {
        Self {
            head: head.into(),
            is_number: true,
        }
    }
}

/// The fewest columns that are set row under row where the screen is a phone's.
const STACKED_AT: usize = 4;

/// Whether a phone shows each row as a block of its own, every cell beside the head of its column: a row
/// of words would be read sideways otherwise. Figures stay in columns, because they are compared.
fn is_stacked(columns: &[Column]) -> bool {
    let n_numbers = columns.iter().filter(|column| column.is_number).count();
    columns.len() >= STACKED_AT && n_numbers * 2 <= columns.len()
}

/// Draws a table, or the kind sentence that stands in for one without rows.
pub fn table(table: &Table) -> Markup {
    if is_stacked(&table.columns) && !table.rows.is_empty() {
        return stacked(table);
    }
    html! {
        @if table.rows.is_empty() {
            p.hf-empty { (table.when_empty) }
        } @else {
            div.hf-scroll role="region" tabindex="0" aria-label=(table.caption) {
                table.hf-table {
                    caption.hf-hidden { (table.caption) }
                    thead { tr { @for column in &table.columns {
                        th scope="col" .hf-num[column.is_number] { (column.head) }
                    } } }
                    tbody { @for row in &table.rows {
                        tr { (cells(&table.columns, row)) }
                    } }
                }
            }
        }
    }
}

/// The same table with its roles said, because a row that is drawn as a block is no row to a browser.
fn stacked(table: &Table) -> Markup {
    html! {
        div.hf-scroll role="region" tabindex="0" aria-label=(table.caption) {
            table.hf-table.hf-rowed role="table" {
                caption.hf-hidden { (table.caption) }
                thead role="rowgroup" { tr role="row" { @for column in &table.columns {
                    th scope="col" role="columnheader" .hf-num[column.is_number] { (column.head) }
                } } }
                tbody role="rowgroup" { @for row in &table.rows {
                    tr role="row" { (stacked_cells(&table.columns, row)) }
                } }
            }
        }
    }
}

fn stacked_cells(columns: &[Column], row: &[Cell]) -> Markup {
    html! {
        @for (place, (column, cell)) in columns.iter().zip(row).enumerate() {
            @if place == 0 {
                th scope="row" role="rowheader" data-head=(column.head) .hf-num[column.is_number] { (phrases(cell)) }
            } @else {
                td role="cell" data-head=(column.head) .hf-num[column.is_number] { (phrases(cell)) }
            }
        }
    }
}

fn cells(columns: &[Column], row: &[Cell]) -> Markup {
    html! {
        @for (place, (column, cell)) in columns.iter().zip(row).enumerate() {
            @if place == 0 {
                th scope="row" .hf-num[column.is_number] { (phrases(cell)) }
            } @else {
                td .hf-num[column.is_number] { (phrases(cell)) }
            }
        }
    }
}
