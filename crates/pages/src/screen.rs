//! One module a page: its view model, its samples, its markup.

pub mod calendar;
pub mod chart;
pub mod check_in;
pub mod document;
pub mod evidence;
pub mod floor;
pub mod follow_back;
pub mod form_page;
pub mod ledger;
pub mod listing;
pub mod ninety_days;
pub mod outcomes;
pub mod public;
pub mod room_calendar;
pub mod session_room;
pub mod sheet;
pub mod sign_in;
pub mod site;
pub mod today;
pub mod trouble;
pub mod watch_list;
