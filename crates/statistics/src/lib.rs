//! Survival, meta-analysis, mixed models and prediction; knows nothing of medicine.
//!
//! ```
//! use statistics::survival::{Groups, Times, events, log_rank::log_rank};
//! let table = statistics::table::Table::read(b"time,status,arm\n3,1,0\n5,1,1\n8,0,1\n2,1,0\n")?;
//! let event = events(table.numbers("status")?)?;
//! let times = Times::new(table.numbers("time")?, &event)?;
//! let test = log_rank(times, Groups::new(&[0, 1, 1, 0], 2)?, None, 0.0)?;
//! assert!(test.p < 0.2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The mental model
//!
//! Columns go in, a typed result that carries its uncertainty comes out, or
//! an error whose sentence says why there is no answer. Nothing is hidden: a column that the others
//! determine, a coefficient without bound, a fit on the edge of its space are named in the result.
//! Where reference software stops its search early, `Stop` lets a caller stop there too, so that
//! results agree to their last digit, or go on until only rounding is left.
//!
//! # The map
//!
//! [`table`] reads CSV; [`distribution`] has tails that keep their digits; [`survival`]
//! has curves, tests, Cox, accelerated failure times, competing risks and the accuracy of predicted
//! risks; [`meta`], [`mixed`], [`prediction`] and [`imputation`] say it in their names; [`matrix`] is what they are
//! solved with; [`report`] turns survival results into JSON with the keys of reference tables.
//!
//! # What it does not do
//!
//! It reads no file, no clock and no chance; it weighs no rows by case weights; it fills no gap: rows
//! with gaps are the caller's to drop, to count or to complete, and [`imputation`] combines what several
//! completed tables give.
//!
//! # To add an estimator
//!
//! 1. A module with the formula, the reference, the domain, the method and the error bound in its
//!    first lines.
//! 2. A typed error for each way there may be no answer.
//! 3. A test that begins with a worked example from print, then laws (order of rows, units, copies).
//! 4. Its JSON, with the reference's keys.
//! 5. Its comparison in the judge of `xtask`.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::doc_markdown,
    clippy::many_single_char_names,
    clippy::needless_for_each,
    clippy::needless_range_loop,
    reason = "numeric loops index several columns within lengths checked at the door, rows are \
              counted in 32 bits, and formulae keep the letters of their papers"
)]

mod convergence;
pub mod distribution;
pub mod imputation;
pub mod matrix;
pub mod meta;
pub mod mixed;
pub mod prediction;
pub mod report;
pub mod survival;
pub mod table;
mod tail;
