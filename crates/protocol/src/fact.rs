//! Facts: what is known about one person, by named input, at one moment.
//!
//! A chart is mapped to facts by whoever holds the chart; decisions see nothing else. A value that
//! was asked for and not known is a fact of its own ([`Answer::Unknown`], [`Answer::Declined`]);
//! an input without any observation was never asked.

mod json;
mod shorthand;
mod unique;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Quantity;
use crate::input::{Dictionary, Input, Kind};

pub use json::{Case, CaseError};
pub(crate) use shorthand::read as read_shorthand;

/// Everything known, by named input.
///
/// # Examples
///
/// ```
/// use protocol::{Answer, Facts, Observation, Quantity, When};
/// let mut facts = Facts::in_utc();
/// let at = "2026-11-24T09:00:00Z".parse().unwrap();
/// let reading = Answer::Quantity(Quantity::parse("142 mmHg").unwrap());
/// facts.observe("systolic", Observation::new(reading, When::At(at), "entry 12"));
/// assert_eq!(facts.of("systolic").len(), 1);
/// assert!(facts.of("pulse").is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    zone: TimeZone,
    observations: BTreeMap<String, Vec<Observation>>,
    /// Settings of this clinic, which stand in place of the pack's defaults.
    pub settings: BTreeMap<String, Quantity>,
    /// Overrides that prescribers recorded.
    pub overrides: Vec<Override>,
    /// When the screening rules last gave a verdict: before a session, only those screening rules
    /// run again that read a fact newer than this. `None` runs them all.
    pub screened_at: Option<Timestamp>,
}

/// One observed value of one input.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Observation {
    /// What was observed.
    pub answer: Answer,
    /// When it held.
    pub when: When,
    /// The entry it comes from, as the record names it.
    pub entry: String,
    /// When it came into the record; decides whether it is news since the last verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
}

/// A value, or the plain statement that there is none.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A number with its unit.
    Quantity(Quantity),
    /// Yes or no.
    YesNo(bool),
    /// A word or a coded thing, such as a medicine.
    Code(Code),
    /// A civil date, such as a birth date.
    Date(Date),
    /// A moment, such as the last drink.
    Moment(Timestamp),
    /// Asked; not known.
    Unknown,
    /// Asked; the person would rather not say.
    Declined,
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantity(quantity) => quantity.fmt(out),
            Self::YesNo(true) => out.write_str("yes"),
            Self::YesNo(false) => out.write_str("no"),
            Self::Code(code) => out.write_str(&code.text),
            Self::Date(date) => date.fmt(out),
            Self::Moment(moment) => moment.fmt(out),
            Self::Unknown => out.write_str("unknown"),
            Self::Declined => out.write_str("declined"),
        }
    }
}

/// A coded thing: what people call it, and its codes in the systems where it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Code {
    /// What it is called, in lower case.
    pub text: String,
    /// Codes as `system:code`, for example `rxnorm:6470` or `atc:N05BA06`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codings: Vec<String>,
}

impl Code {
    /// A word without codes.
    pub fn plain(text: &str) -> Self {
        Self {
            text: text.trim().to_lowercase(),
            codings: Vec::new(),
        }
    }
}

/// When an observation held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At a moment.
    At(Timestamp),
    /// On a day, the hour not known.
    On(Date),
    /// Nobody knows when.
    Unknown,
}

/// A prescriber's recorded decision to go on despite a rule of class override.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Override {
    /// The rule's id.
    pub rule: String,
    /// The version of the rule that was overridden; another version is not.
    pub version: u32,
    /// Why.
    pub reason: String,
    /// What is done about the risk.
    pub mitigation: String,
    /// Who decided.
    pub by: String,
    /// Who read it a second time, where the rule asks for it.
    pub second_reader: Option<String>,
    /// When; a fact newer than this makes the override fall.
    pub at: Timestamp,
    /// The entry it comes from.
    pub entry: String,
}

impl Observation {
    /// An observation without a separate time of recording.
    pub fn new(answer: Answer, when: When, entry: &str) -> Self {
        Self {
            answer,
            when,
            entry: entry.to_owned(),
            recorded_at: None,
        }
    }

    /// When it became known, as exactly as it is known.
    pub(crate) fn known_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        self.recorded_at.or_else(|| self.when.earliest(zone))
    }
}

impl When {
    /// The earliest moment it can have been; `None` when nobody knows.
    pub fn earliest(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::On(date) => date
                .to_zoned_datetime(zone.clone())
                .ok()
                .map(|zoned| zoned.timestamp()),
            Self::Unknown => None,
        }
    }

    /// The latest moment it can have been; `None` when nobody knows.
    pub fn latest(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::On(date) => {
                let zoned = date.to_zoned_datetime(zone.clone()).ok()?;
                zoned.end_of_day().ok().map(|end| end.timestamp())
            }
            Self::Unknown => None,
        }
    }

    /// The civil day in the clinic's zone.
    pub fn day(self, zone: &TimeZone) -> Option<Date> {
        match self {
            Self::At(at) => Some(zone.to_datetime(at).date()),
            Self::On(date) => Some(date),
            Self::Unknown => None,
        }
    }
}

/// Why an observation is not accepted as a fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No pack asks for it.
    #[error("there is no input {name:?}; {hint}")]
    UnknownInput {
        /// As written.
        name: String,
        /// The nearest known name, or where to look.
        hint: String,
    },
    /// Yes where a number belongs, pressure where a weight belongs.
    #[error("{input} is {found}, and {wanted} was asked for")]
    WrongKind {
        /// The input.
        input: String,
        /// What was given.
        found: String,
        /// What belongs there.
        wanted: String,
    },
    /// A typing slip: outside what a living person can show.
    #[error("{input} of {value} is outside {low} to {high}; check the number and its unit")]
    Implausible {
        /// The input.
        input: String,
        /// What was given.
        value: String,
        /// The lowest believed.
        low: String,
        /// The highest believed.
        high: String,
    },
}

impl Facts {
    /// No facts yet, in the clinic's zone; days are days there.
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            observations: BTreeMap::new(),
            settings: BTreeMap::new(),
            overrides: Vec::new(),
            screened_at: None,
        }
    }

    /// No facts yet, with days in UTC.
    pub fn in_utc() -> Self {
        Self::new(TimeZone::UTC)
    }

    /// The clinic's zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Adds an observation, kept in the order of time; those of one moment in the order they came.
    pub fn observe(&mut self, input: &str, observation: Observation) {
        let zone = self.zone.clone();
        let moment = observation.when.earliest(&zone);
        let list = self.observations.entry(input.to_owned()).or_default();
        let place = list.partition_point(|other| other.when.earliest(&zone) <= moment);
        list.insert(place, observation);
    }

    /// Takes an input away altogether, as if it had never been asked.
    pub fn forget(&mut self, input: &str) -> Vec<Observation> {
        self.observations.remove(input).unwrap_or_default()
    }

    /// The observations of an input, oldest first.
    pub fn of(&self, input: &str) -> &[Observation] {
        self.observations.get(input).map_or(&[], Vec::as_slice)
    }

    /// The inputs that have an observation.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.observations.keys().map(String::as_str)
    }

    /// Everything in these facts that the dictionary does not accept.
    pub fn check(&self, dictionary: &Dictionary) -> Vec<FactError> {
        let mut errors = Vec::new();
        for (name, list) in &self.observations {
            match dictionary.input(name) {
                Ok(input) => {
                    errors.extend(list.iter().filter_map(|one| fits(input, &one.answer).err()));
                }
                Err(error) => errors.push(error),
            }
        }
        errors
    }
}

/// Whether an answer is one the input can have.
pub(crate) fn fits(input: &Input, answer: &Answer) -> Result<(), FactError> {
    let wrong = |wanted: String| FactError::WrongKind {
        input: input.name.clone(),
        found: answer.to_string(),
        wanted,
    };
    match (&input.kind, answer) {
        (_, Answer::Unknown | Answer::Declined)
        | (Kind::YesNo, Answer::YesNo(_))
        | (Kind::Coded, Answer::Code(_))
        | (Kind::Date, Answer::Date(_))
        | (Kind::Moment, Answer::Moment(_) | Answer::Date(_)) => Ok(()),
        (Kind::Choice(choices), Answer::Code(code)) if choices.contains(&code.text) => Ok(()),
        (Kind::Quantity { unit, plausible }, Answer::Quantity(quantity))
            if unit.map_or(crate::Dimension::NONE, |unit| unit.dimension)
                == quantity.dimension() =>
        {
            match plausible {
                Some((low, high))
                    if quantity.base() < low.base() || quantity.base() > high.base() =>
                {
                    Err(FactError::Implausible {
                        input: input.name.clone(),
                        value: quantity.to_string(),
                        low: low.to_string(),
                        high: high.to_string(),
                    })
                }
                Some(_) | None => Ok(()),
            }
        }
        (kind, _) => Err(wrong(kind.said())),
    }
}
