//! A drawing on a page: the drawing, its caption, its table in a `details`.

use figures::{DataTable, Drawing};
use maud::{Markup, PreEscaped, html};

use super::phrase::{Phrase, phrases};

/// A drawing with its caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The drawing.
    pub drawing: Drawing,
    /// Units, window and source.
    pub caption: Vec<Phrase>,
    /// What opens the table: "As a table".
    pub table_link: String,
}

/// From how many pixels on a drawing is wider than a phone, than a small tablet, and than the widest column.
const WIDER_THAN: [(u32, &str); 3] = [
    (940, "hf-figure__hint--desk"),
    (700, "hf-figure__hint--tablet"),
    (350, "hf-figure__hint--phone"),
];

/// Draws a figure. Wide drawings scroll inside their own region, and say so where they do.
pub fn figure(figure: &Figure) -> Markup {
    html! {
        div.hf-figure {
            figure {
                @if let Some((_, screen)) = WIDER_THAN.iter().find(|(from, _)| figure.drawing.width > *from) {
                    p.hf-figure__hint class=(screen) { "It goes on to the right: swipe or scroll the drawing sideways." }
                }
                div.hf-scroll role="region" tabindex="0" aria-label={ (figure.drawing.title) ", drawing" } {
                    (PreEscaped(figure.drawing.svg.as_str()))
                }
                figcaption { (phrases(&figure.caption)) }
            }
            (data_table(&figure.table_link, &figure.drawing.table))
        }
    }
}

/// Every value of a drawing, folded away.
pub fn data_table(link: &str, table: &DataTable) -> Markup {
    html! {
        details.hf-data {
            summary { (link) }
            div.hf-scroll role="region" tabindex="0" aria-label={ (table.caption) ", table" } {
                table.hf-table {
                    caption.hf-hidden { (table.caption) }
                    thead { tr { @for (head, is_number) in &table.columns {
                        th scope="col" .hf-num[*is_number] { (head) }
                    } } }
                    tbody { @for row in &table.rows { tr {
                        @for ((_, is_number), cell) in table.columns.iter().zip(row) {
                            td .hf-num[*is_number] { (cell) }
                        }
                    } } }
                }
            }
        }
    }
}
