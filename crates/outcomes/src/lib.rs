//! Substance-use words, endpoint definitions and programme outcomes. Missing is never success.
//!
//! What fifty years of addiction trials have counted, computed from a clinic's own record by rules
//! that are data and can be read, and never without saying what is not known.
//!
//! ```
//! use outcomes::{Definitions, Value, Word};
//! let definitions = Definitions::of_the_house()?;
//! let word: Word = "----oo-o-o-o+o".parse()?;
//! let relapse = definitions.find("relapse_lee_2016").ok_or("no such definition")?;
//! assert_eq!(relapse.value(&word), Value::Time { week: 5, happened: true });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The model
//!
//! A person's weeks are a **word**, one symbol a week: `+` positive, `-` negative, `*` mixed, `o`
//! missing, `_` nothing due. An **endpoint** is a definition on a word: a few steps that change the
//! word, then one measure. All 54 are data (`outcomes/endpoints/*.toml`) and one small engine reads
//! them. A person's **days** are used, not used, not known or in conflict; alcohol has grams a day.
//! Whatever is counted is counted with its unknown ([`missing::Counted`]), and each outcome says
//! what it is about in an [`Estimand`].
//!
//! # The map
//!
//! - [`word`], [`weekly`], [`ctn`], [`table`]: words, from raw days, from trial tables, from text.
//! - [`definition`], [`engine`], [`cell`]: what a definition may say, what it gives, how it prints.
//! - [`weeks`], [`days`], [`alcohol`], [`change`]: dropout and dating; abstinence, lapse, relapse,
//!   recovery and completeness; drinking; questionnaires.
//! - [`cohort`]: what happened to a group of people, with what is not known.
//! - [`trace`], [`report`]: one person's course in days after its index, and what a programme's courses
//!   come to: attrition, outcomes, curves, trajectories, and what is withheld.
//! - [`tidy`]: tables whose columns say what they mean, as CSV and Parquet.
//! - [`missing`], [`estimand`], [`programme`], [`measures`]: the unknown, what a number is about, the
//!   outcomes of a programme in words, and the limits they use.
//!
//! # What it does not do
//!
//! It fits no model of its own (`statistics` does), reads no file and no clock,
//! draws nothing that no seed was given for, fills in no answer of a person
//! ([`report::imputed`] draws weeks for a sum beside the others, by a seed that is given), and never turns an unknown into a success: where a published rule does, the
//! rule is kept as published and [`Definition::warning`] says so.
//!
//! # To add an endpoint
//!
//! 1. Write its `[[endpoint]]` in `outcomes/endpoints`, with a sentence, a citation and what becomes
//!    of missed and mixed weeks.
//! 2. If no step or measure says it, add one to [`definition`], teach it to [`engine`], and give it a
//!    phrase in `explain`.
//! 3. Write a second reading of the sentence in `tests/naive.rs`, without looking at the first.

pub mod alcohol;
pub mod cell;
pub mod change;
pub mod cohort;
pub mod ctn;
pub mod days;
pub mod definition;
pub mod engine;
pub mod estimand;
mod explain;
pub mod measures;
pub mod missing;
pub mod programme;
pub mod report;
pub mod table;
pub mod tidy;
pub mod trace;
pub mod weekly;
pub mod weeks;
pub mod word;

pub use definition::{Definition, DefinitionError, Definitions, Kind};
pub use engine::Value;
pub use estimand::{Estimand, IntercurrentEvent};
pub use word::{Symbol, Word, WordError};
