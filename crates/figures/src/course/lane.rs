//! A lane: one thing followed by day.

use std::collections::BTreeMap;

use crate::series::{UseStrip, Values};
use crate::svg::{number, text_width};

/// What a stretch needs for its word to be written beside it.
pub(crate) const BAND_TALL: f64 = 17.0;

/// One thing followed by day.
#[derive(Debug, Clone, PartialEq)]
pub enum Lane {
    /// A measure as a line with its gaps.
    Line(LineLane),
    /// Days of use in three shapes.
    Strip(StripLane),
    /// Tests with a word each.
    Readings(ReadingLane),
    /// Things held or planned on a day.
    Marks(MarkLane),
    /// Amounts by day, such as a daily medicine.
    Bars(BarLane),
}

/// One line of words about a lane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// What carries it: "5 yesterday."
    pub lead: String,
    /// The rest: "Worst craving since the last check-in, 0 to 10. Down is better."
    pub rest: String,
}

/// A measure as a line.
#[derive(Debug, Clone, PartialEq)]
pub struct LineLane {
    /// The measure: "Craving".
    pub name: String,
    /// Its range, drawn whole.
    pub range: (f64, f64),
    /// Unit after the numbers of the scale: "h"; may be empty.
    pub unit: String,
    /// Answers up to this many days apart are joined.
    pub every: i32,
    /// The main line is tall and carries the sessions; others are thin.
    pub is_main: bool,
    /// Named stretches of the scale, lowest first, drawn behind the values; empty where none is published.
    pub bands: Vec<Band>,
    /// Its values.
    pub values: Values,
    /// At most three notes.
    pub notes: Vec<Note>,
}

/// A named stretch of a scale, up to where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Where it begins.
    pub from: f64,
    /// Whether a value exactly there still lies in the stretch below.
    pub is_above: bool,
    /// Its word: "moderate".
    pub word: String,
    /// How deep it is tinted, 0 to 4: deeper is worse, and the word says it too.
    pub depth: u8,
}

impl LineLane {
    /// The word of the stretch a value lies in.
    pub fn word_of(&self, value: f64) -> Option<&str> {
        let holds = |band: &&Band| value > band.from || (!band.is_above && value >= band.from);
        self.bands
            .iter()
            .rev()
            .find(holds)
            .map(|band| band.word.as_str())
    }

    /// Height of the scale: stretches with words are tall enough to be read, within reason.
    pub(crate) fn tall(&self) -> f64 {
        if self.is_main {
            return 140.0;
        }
        let span = self.range.1 - self.range.0;
        let ends = self.bands.iter().skip(1).map(|band| band.from);
        let narrowest = self
            .bands
            .iter()
            .zip(ends.chain([self.range.1]))
            .map(|(band, end)| end - band.from)
            .filter(|size| *size > 0.0)
            .fold(span, f64::min);
        if self.bands.is_empty() || narrowest <= 0.0 {
            return 44.0;
        }
        (span / narrowest * BAND_TALL).clamp(44.0, 132.0)
    }
}

/// Days of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripLane {
    /// The days.
    pub strip: UseStrip,
    /// Check-ins still to come, as ticks.
    pub planned: Vec<i32>,
    /// At most one note.
    pub notes: Vec<Note>,
}

/// What a test said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Found.
    Positive,
    /// Not found.
    Negative,
    /// Asked for and not given.
    NotGiven,
}

impl Reading {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Positive => "pos",
            Self::Negative => "neg",
            Self::NotGiven => "not given",
        }
    }
}

/// Tests by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingLane {
    /// The test: "Urine `EtG`".
    pub name: String,
    /// What it said.
    pub readings: BTreeMap<i32, Reading>,
    /// At most one note.
    pub notes: Vec<Note>,
}

/// Things on a day, held or planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkLane {
    /// "Therapy".
    pub name: String,
    /// Held.
    pub held: Vec<i32>,
    /// Missed: dashed.
    pub missed: Vec<i32>,
    /// Planned: hollow.
    pub planned: Vec<i32>,
    /// At most one note.
    pub notes: Vec<Note>,
}

/// Amounts by day.
#[derive(Debug, Clone, PartialEq)]
pub struct BarLane {
    /// "Buprenorphine".
    pub name: String,
    /// "mg".
    pub unit: String,
    /// Top of the scale.
    pub top: f64,
    /// The amounts. A zero that was recorded is a dot on the ground line; a day that is not there is nothing.
    pub amounts: Values,
    /// At most one note.
    pub notes: Vec<Note>,
}

impl Lane {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Line(lane) => &lane.name,
            Self::Strip(lane) => &lane.strip.name,
            Self::Readings(lane) => &lane.name,
            Self::Marks(lane) => &lane.name,
            Self::Bars(lane) => &lane.name,
        }
    }

    /// Its notes.
    pub fn notes(&self) -> &[Note] {
        match self {
            Self::Line(lane) => &lane.notes,
            Self::Strip(lane) => &lane.notes,
            Self::Readings(lane) => &lane.notes,
            Self::Marks(lane) => &lane.notes,
            Self::Bars(lane) => &lane.notes,
        }
    }

    /// Height of the lane with the room around it.
    pub(crate) fn height(&self) -> f64 {
        match self {
            Self::Line(lane) => lane.tall() + 24.0,
            Self::Bars(_) => 68.0,
            Self::Strip(_) => 30.0,
            Self::Readings(_) | Self::Marks(_) => 26.0,
        }
    }

    /// Room the scale needs left of the axis, beside the name.
    pub(crate) fn scale_width(&self) -> f64 {
        match self {
            Self::Line(lane) => text_width(&scale(lane.range.1, &lane.unit)) + 20.0,
            Self::Bars(lane) => text_width(&scale(lane.top, &lane.unit)) + 20.0,
            Self::Strip(_) | Self::Readings(_) | Self::Marks(_) => 14.0,
        }
    }
}

impl Lane {
    /// Room the words of its stretches need right of the axis.
    pub(crate) fn words_width(&self) -> f64 {
        match self {
            Self::Line(lane) => lane
                .bands
                .iter()
                .map(|band| text_width(&band.word) + 10.0)
                .fold(0.0, f64::max),
            Self::Strip(_) | Self::Readings(_) | Self::Marks(_) | Self::Bars(_) => 0.0,
        }
    }
}

/// A number of a scale with its unit.
pub(crate) fn scale(value: f64, unit: &str) -> String {
    if unit.is_empty() {
        number(value)
    } else {
        format!("{} {unit}", number(value))
    }
}
