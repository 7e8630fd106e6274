//! One module a page: its view model, its samples, its markup.

pub mod public;
pub mod sign_in;
pub mod today;
