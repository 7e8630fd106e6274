//! Documents to tagged PDF.
//!
//! A [`pages::Paper`] is what a person reads on the screen; this crate sets the same model on paper.
//! The PDF says its language and its title, marks headings, lists, tables with their heads, and gives
//! figures their words, so that it can be read aloud; it is held to PDF/UA-1 as far as a program can.
//!
//! ```
//! let pdf = paper::pdf(&pages::Paper::sample()).unwrap();
//! assert!(pdf.starts_with(b"%PDF-"));
//! // The same document gives the same bytes.
//! assert_eq!(pdf, paper::pdf(&pages::Paper::sample()).unwrap());
//! ```
//!
//! # The model
//!
//! [`mod@set`] turns blocks into marks on pages, each of them a leaf of a tree of tags or an artifact;
//! [`mod@drawing`] reads the few elements that our own figures are made of; [`mod@write`] gives marks and
//! tree to the writer.
//!
//! # What it does not do
//!
//! It reads no clock: when something was printed is a line of the document. It shapes no scripts:
//! a letter the typeface does not have is printed as its number, `[U+4E2D]`, never left out.
//!
//! # To add a kind of block
//!
//! 1. Add it to [`pages::Block`], with its lines.
//! 2. Set it in `set.rs`, under the tag that says what it is.
//! 3. Let the sample hold one; the tests compare the paper with the screen.

mod drawing;
mod face;
mod mark;
mod set;
mod table;
mod words;
mod write;

use pages::Paper;

/// Why a paper could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The typeface that is built in cannot be read.
    #[error("the built-in typeface cannot be read")]
    Typeface,
    /// The writer would not write it as an accessible document.
    #[error("the document could not be written as tagged PDF: {0}")]
    Writer(String),
}

/// Sets a document on paper: US Letter, tagged, the same bytes for the same document.
///
/// # Errors
/// [`PaperError`] when the built-in typeface is broken or the writer refuses the document.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, PaperError> {
    let faces = face::Faces::read()?;
    let set = set::set(&faces, paper);
    write::write(&faces, paper, set)
}
