//! The pieces pages are made of. Each has one function, one block of a style sheet and a place in the gallery.

pub mod figure;
pub mod list;
pub mod mark;
pub mod phrase;
pub mod table;

pub use figure::{Figure, data_table, figure};
pub use list::{Fact, Paging, Tab, facts, paging, tabs};
pub use mark::{Mark, Standing, mark};
pub use phrase::{Link, Phrase, link, phrases};
pub use table::{Cell, Column, Table, table};
