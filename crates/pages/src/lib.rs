//! View models to HTML: every page Holdfast shows is a pure function from a plain struct to markup.
//!
//! ```
//! use pages::{Frame, Today};
//!
//! let (_, quiet_morning) = Today::samples().into_iter().next().ok_or("no sample")?;
//! let html = pages::today(&Frame::sample(), &quiet_morning).into_string();
//! assert!(html.contains("<h1"));
//! # Ok::<(), &str>(())
//! ```
//!
//! # The model
//!
//! - A **view model** holds strings that are ready to show and small enums that choose a shape. Who may see what, what is late
//!   and what a rule said were settled before: a page only lays them out.
//! - A **frame** is what surrounds a page: [`Frame`] for staff, [`Door`] for the public page, sign-in and patients.
//!   It carries the forgery token that every form repeats.
//! - A **part** is one function and one block of a style sheet: a state mark, a table, a refusal, a form.
//!
//! # The map
//!
//! [`frame`] the surroundings; [`part`] the pieces; [`form`] every form, from one typed description; [`screen`] one module a
//! page; [`site_map`] which page has which address and view model; [`gallery`] all of it rendered from samples.
//!
//! # What it deliberately does not know
//!
//! No database, no record types, no clock and no permission. It never computes a clinical word: "late" and "act now" arrive as
//! facts. It never draws an absent fact as zero, and has no mark that says "all clear".
//!
//! # To add a page
//!
//! 1. Add `screen/NAME.rs` with a view model, its `samples()` (one of them empty, one in trouble) and a function to markup.
//! 2. Give each new part one function in [`part`] and one block in the style sheets of `web/assets`.
//! 3. Add its line to [`site_map`] and its samples to [`gallery`].
//! 4. Run `cargo run -p pages --example gallery -- OUT_DIR` and look at it, wide and narrow and printed.

pub mod form;
pub mod frame;
pub mod gallery;
pub mod part;
mod sample;
pub mod screen;
pub mod site_map;

pub use form::{Choice, Control, Field, Form, FormWords, Group, Input, Room};
pub use frame::{Door, Frame, Place};
pub use part::{
    Beside, BesideField, Cell, Column, Document, EntryShape, Fact, Figure, Link, Mark, Offer,
    Paging, PatientHeader, Phrase, Piece, Refusal, RuleGroup, RuleLine, RuleOutcome, Rules,
    Section, Standing, Sum, Tab, Table, Term, TimelineItem,
};
pub use screen::calendar::{Calendar, CalendarDay, CalendarVisit, calendar};
pub use screen::chart::{AsOf, Chart, chart};
pub use screen::check_in::link::{CheckInGone, CheckInProof, check_in_gone, check_in_proof};
pub use screen::check_in::on_phone::{
    Ahead, CheckInReceived, Coping, NOT_TOLD, OnPhone, check_in_received,
};
pub use screen::check_in::{
    Answers, CheckIn, CheckInDanger, CheckInDone, check_in, check_in_danger, check_in_done,
};
pub use screen::document::layout::{BLANK, GOES_ON};
pub use screen::document::{Block, Chapter, DocumentPage, Paper, document_page};
pub use screen::evidence::{Evidence, evidence};
pub use screen::floor::{Floor, Tile, floor};
pub use screen::follow_back::{Badge, DayShape, FollowBack, FollowDay, FollowMonth, follow_back};
pub use screen::form_page::{FormPage, form_page};
pub use screen::help_now::{HelpNow, Keep, Step, help_now};
pub use screen::ledger::{Forward, Ledger, RegisterLine, SeeTo, Tally, VialLine, ledger};
pub use screen::listing::{Listing, listing};
pub use screen::ninety_days::{BigNumber, NinetyDays, ninety_days};
pub use screen::outcomes::{Filter, OutcomePlot, OutcomeRow, Outcomes, outcomes};
pub use screen::public::{AskWords, enquiry_form};
pub use screen::room_calendar::{
    Place as RoomPlace, RoomColumn, RoomDay, RoomWeek, RoomWeekRow, Stretch, room_day, room_week,
};
pub use screen::session_room::{
    ActLine, Corner, Due, Pad, PadField, Press, Readout, RuleSaid, SessionRoom, session_room,
};
pub use screen::sheet::{Sheet, sheet};
pub use screen::sign_in::{SignIn, SignInTrouble, sign_in};
pub use screen::site::{SitePage, site_page};
pub use screen::today::{Card, CardClock, Completeness, Stage, Today, Waiting, today};
pub use screen::trouble::{Trouble, TroublePage, door_trouble, trouble};
pub use screen::watch_list::{Alert, Recent, WatchList, watch_list};
