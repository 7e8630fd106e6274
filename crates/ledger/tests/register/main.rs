//! The register at work: examples by hand, and laws over random days.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the examples share stands outside of test functions"
)]

mod book;
mod distribution;
mod laws;
mod review;
mod worked;
