//! Survival, meta-analysis, mixed models and prediction; knows nothing of medicine.

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
pub mod matrix;
pub mod meta;
pub mod mixed;
pub mod prediction;
pub mod report;
pub mod survival;
pub mod table;
mod tail;
