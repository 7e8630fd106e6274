//! The register at work: examples by hand, and laws over random days.

mod book;
mod laws;
mod review;
mod worked;
