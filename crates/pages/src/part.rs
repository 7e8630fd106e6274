//! The pieces pages are made of. Each has one function, one block of a style sheet and a place in the gallery.

pub mod beside;
pub mod figure;
pub mod list;
pub mod mark;
pub mod offer;
pub mod patient;
pub mod phrase;
pub mod refusal;
pub mod rules;
pub mod section;
pub mod sum;
pub mod table;
pub mod timeline;

pub use beside::{Beside, BesideField, beside};
pub use figure::{Figure, data_table, figure};
pub use list::{Fact, Paging, Tab, facts, paging, tabs};
pub use mark::{Mark, Standing, mark};
pub use offer::{Offer, offers};
pub use patient::PatientHeader;
pub use phrase::{Link, Phrase, link, phrases};
pub use refusal::{Refusal, refusal};
pub use rules::{RuleGroup, RuleLine, RuleOutcome, Rules, rules};
pub use section::{Document, Piece, Section};
pub use sum::{Sum, Term, sum};
pub use table::{Cell, Column, Table, table};
pub use timeline::{EntryShape, TimelineItem, timeline};
