//! Typed series to accessible SVG.
//!
//! ```
//! use figures::{Share, ShareBar, ShareShape};
//!
//! let there = Share { word: "answered".into(), count: 3, shape: ShareShape::There };
//! let missed = Share { word: "missed".into(), count: 1, shape: ShareShape::Missed };
//! let bar = ShareBar { id: "c".into(), title: "Answers".into(), shares: vec![there, missed], width: 201 };
//! assert_eq!(bar.draw().desc, "answered 3, missed 1, of 4.");
//! ```
//!
//! # The model
//!
//! A figure is a struct of plain series; `draw()` gives a [`Drawing`]: the `svg` element, its title, one paragraph of words and a
//! table with every value drawn. Coordinates are computed from the data and from nothing else, so equal series give equal bytes.
//! Colour and type come from the style sheet through classes that begin with `fg-`: no style attribute, no script.
//!
//! # The map
//!
//! [`course`] the course on one axis, ninety days or more, from generic lanes; [`to_date`] the small figure beside the chart;
//! [`flowsheet`] a dosing session on one time axis; [`recent`] the last days in a row of a list; [`rooms`] the rooms of the day; [`stay`] how far a stay is along; [`share`] a bar cut into shares; [`forest`] studies side by side; [`level`] a predicted level; [`counted`] things counted, a square each; [`steps`] shares over days; [`bars`] people by stage, by answer and by week; [`scores`] a score by week, and shares side by side; [`series`] values with gaps and days of use.
//!
//! # What it deliberately does not do
//!
//! It knows no clock, no patient and no rule. It never bridges a gap, never draws an absent value as zero, never computes a
//! composite score, and never needs a pointer: the figure is complete without hovering.
//!
//! # To add a figure
//!
//! 1. Add `NAME.rs` with its series and a `draw` that returns a [`Drawing`] with its table.
//! 2. Write a test that reads coordinates back and compares them with the data, and a snapshot.
//! 3. Give its marks a block in `figure.css` and its samples a place in the gallery.

pub mod bars;
pub mod counted;
pub mod course;
pub mod drawing;
pub mod flowsheet;
pub mod forest;
pub mod level;
pub mod recent;
pub mod rooms;
pub mod scores;
pub mod series;
pub mod share;
pub mod stay;
pub mod steps;
mod svg;
pub mod to_date;

pub use bars::{Known, Way, WayStep, Weeks};
pub use counted::{Counted, CountedGroup, CountedShape};
pub use course::{
    Band, BarLane, CourseFigure, Lane, LifeNote, LineLane, MarkLane, Note, Reading, ReadingLane,
    SessionMark, StripLane, tick_days,
};
pub use drawing::{DataTable, Drawing};
pub use flowsheet::Flowsheet;
pub use forest::{Forest, ForestRow, ForestSummary};
pub use level::{Level, LevelLine, LevelStroke};
pub use recent::Recent;
pub use rooms::{Room, RoomsOfTheDay, Stay, StayPhase};
pub use scores::{ScoreMean, Scores, SideShare, SideShares};
pub use series::{UseMark, UseStrip, Values};
pub use share::{Share, ShareBar, ShareShape};
pub use steps::{StepLine, StepPoint, StepStroke, Steps};
pub use to_date::ToDate;
