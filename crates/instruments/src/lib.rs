//! Questionnaires and ratings as data: who may print their wording, how they are scored, and what an
//! item that was passed over does to a score.
//!
//! ```
//! use instruments::{Answers, Outcome, library};
//!
//! let library = library();
//! let mood = library.get("phq-9").ok_or("the PHQ-9 is always there")?;
//! let answers = Answers::of([("1", 2), ("2", 2), ("3", 1), ("4", 1), ("5", 0), ("6", 1), ("7", 1), ("8", 0)]);
//! let total = mood.scored(&answers)?.into_iter().next().ok_or("one score")?;
//! assert!(total.is_prorated, "item 9 was passed over");
//! assert!(matches!(total.outcome, Outcome::Value { value, band: Some("mild") } if (value - 9.0).abs() < 1e-9));
//! assert_eq!(mood.flagged(&answers)?.len(), 1, "and somebody has to ask about it");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Mental model
//!
//! An [`Instrument`] is a file of `instruments/` at the root of the house: its items, their options,
//! its scores and the [`Licence`] of its words. Answers are kept item by item, so a score is never
//! stored: it is computed anew from the answers by whatever version of the scoring a course pins.
//! Where the words are not ours to print, the file holds only what scoring needs, and
//! [`Instrument::worded`] refuses until a clinic has loaded its licensed copy with [`Wording`].
//!
//! # The map
//!
//! [`instrument`] what an instrument is; [`read`] its file, with every fault said at once; [`answers`]
//! what was answered; [`score`] the scores and flags; [`wording`] the clinic's own licensed words.
//!
//! # What it deliberately does not do
//!
//! It does not know who answered, when, or what change means over a course (`outcomes` does), and it
//! reads no file: the files are embedded, and what a clinic loads comes in as text. It never lowers
//! what a flag says, and an unanswered flag is said as unanswered.
//!
//! The KSET and the KSET-R are not carried: their four forms are a structured record of what went
//! wrong, mixing free text, findings and laboratory values, with no total, and an instrument here is
//! items with whole numbers. What they ask about is charted in the room and reported as a side
//! effect; a clinic with permission keeps the form itself as a document.
//!
//! PROMIS forms are carried without words: the T-score is read from the table of the clinic's
//! licensed copy, which is taken only when it has a row for every sum.
//!
//! # To add an instrument
//!
//! 1. Write `instruments/NAME.toml`; the words only where its licence lets them be printed.
//! 2. Add its name to the list in [`library()`]; a test holds the list to the folder.
//! 3. Add worked examples to `tests/worked/main.rs`: the lowest, the highest, one from print, one with an item missing.

#![deny(missing_docs)]

pub mod answers;
pub mod instrument;
mod library;
pub mod read;
pub mod score;
pub mod wording;

pub use answers::{Answers, Unfit};
pub use instrument::{
    Band, FilledBy, Flag, Instrument, Item, Licence, LicenceCode, Rise, Score, Urgency, Worse,
};
pub use library::{Library, library};
pub use read::{Fault, read};
pub use score::{Flagged, Outcome, Scored};
pub use wording::{NoWording, Wording};
