//! One module a page: its view model, its samples, its markup.

pub mod chart;
pub mod form_page;
pub mod listing;
pub mod public;
pub mod sheet;
pub mod sign_in;
pub mod today;
pub mod trouble;
