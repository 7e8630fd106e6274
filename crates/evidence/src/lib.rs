//! What the science says, as it is: studies, claims, grades, harms, misreports and pooled results.
//!
//! A clinic that tells the truth, with the studies one tap away. Everything is data in `evidence/`,
//! and what is unsound does not build.
//!
//! ```
//! use evidence::{Library, Prefer};
//! let library = Library::of_the_house()?;
//! let claim = library.claim("alcohol-abstinence").ok_or("no such claim")?;
//! assert_eq!(claim.grade.words(), "low");
//! let pooling = library.pooling("abstinence").ok_or("no such pooling")?;
//! let side = library.side_by_side(pooling, None, Prefer::Raw);
//! assert_eq!(side.words.first().map(String::as_str), Some("different drugs"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The model
//!
//! A **study** is what was seen of it: arms, numbers by arm, printed effects, each with where it was
//! seen. A **claim** is a sentence for patients and one for clinicians, with a grade, its reasons,
//! and the **works** (studies and background records) for and against it. A **pooling** names a
//! construct and a contrast; studies that meet it stand side by side, and a summary is made only
//! when asked for.
//!
//! # The map
//!
//! - [`record`]: the shapes, as they are written in the files.
//! - [`check`]: everything that is wrong with a folder, each with the mend. The build runs it too.
//! - [`Library`]: what was found sound. [`reading`]: how old a reader must be.
//! - [`pooling`]: rows, and the summary.
//! - [`Library::ground`]: from a rule, a protocol or a part of one to the claim it rests on, or to
//!   the words "clinic policy".
//!
//! # What it does not do
//!
//! It never raises a grade, never summarises randomised and other studies together, never counts the
//! same people twice, and does not fetch papers. That a number is `verified` says it was seen in an
//! excerpt, not that somebody checked it against the paper.
//!
//! # To add a study
//!
//! 1. Write `evidence/studies/NAME.toml` after one that is like it; leave out what you did not see.
//! 2. Run `holdfast evidence check evidence` and mend what it names.
//! 3. Add its name to the claims it speaks for or against, and reconsider their grades.
//!
//! # To let a new rule or protocol cite a claim
//!
//! 1. Cite its source; where the source has a bearing in `evidence/bearings.toml`, nothing is left to do.
//! 2. Otherwise name the item, or the source, under the claim it rests on, or mark the item H.

mod ground;
mod library;
mod lint;
mod load;
pub mod pooling;
pub mod reading;
pub mod record;

pub use ground::Ground;
pub use library::{Library, Unsound, Work, files_of_the_house};
pub use lint::check;
pub use load::{Fault, File};
pub use pooling::{PoolError, Prefer, SideBySide, Summary};
