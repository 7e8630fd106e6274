//! Predicted against published values, study by study, into `docs/pharmacology-validation.md`.
//!
//! Run with `HOLDFAST_REGENERATE=1` to write the report again after a change of a model.

#[cfg(test)]
mod report;
