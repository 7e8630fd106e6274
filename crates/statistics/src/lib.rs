//! Survival, meta-analysis, mixed models and prediction; knows nothing of medicine.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::many_single_char_names,
    reason = "numeric loops index within lengths checked at the door, and formulae keep the letters of their papers"
)]

pub mod distribution;
pub mod matrix;
pub mod meta;
pub mod mixed;
pub mod report;
pub mod survival;
pub mod table;
mod tail;
