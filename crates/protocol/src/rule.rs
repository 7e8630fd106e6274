//! A rule as a director reads it: when it applies, what follows, on what evidence.

use std::fmt;

use jiff::civil::Date;

use crate::Mark;
use crate::dose::Minutes;
use crate::expression::Expression;

/// One rule of a pack.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Rule {
    /// Its id; parts of one numbered rule share the number, as `E05a` and `E05b` share `E05`.
    pub id: String,
    /// Counted from 1.
    pub version: u32,
    /// What it is about.
    pub title: String,
    /// When in a course it is asked.
    pub stages: Vec<Stage>,
    /// What makes it fire; for an item of the discharge gate, what makes it met.
    pub when: Expression,
    /// Other answers that settle it, so that it need not be asked.
    pub settled_by: Option<Expression>,
    /// What a missing input does.
    pub missing: Missing,
    /// What follows when it fires.
    pub consequence: Consequence,
    /// What is to be done.
    pub actions: Vec<String>,
    /// What is read more often while it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tighter: Option<Tighter>,
    /// Why.
    pub rationale: String,
    /// Where the condition and its numbers come from, as numbers of the source list.
    pub sources: Vec<String>,
    /// How far the numbers may be trusted.
    pub mark: Mark,
    /// Which part is read, recalled or clinic policy, where the mark alone would mislead.
    pub mark_note: Option<String>,
    /// The day by which a director reads it again.
    pub review_by: Date,
    /// Whether an override needs a second reader.
    pub second_reader: bool,
    /// The file it stands in.
    #[serde(skip)]
    pub file: String,
    /// The line it stands on.
    #[serde(skip)]
    pub line: usize,
}

impl Rule {
    /// Every input it reads, those that settle it included; one may come twice.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        let settled_by = self.settled_by.iter().flat_map(Expression::reads);
        self.when.reads().chain(settled_by)
    }

    /// The number of the rule without its part: `E05` for `E05a`.
    pub fn number(&self) -> &str {
        self.id
            .trim_end_matches(|letter: char| letter.is_ascii_lowercase())
    }

    /// Whether a missing input keeps a patient from the dose until it is answered.
    pub fn blocks_when_missing(&self) -> bool {
        self.missing == Missing::Block
    }
}

/// What is read more often while a rule holds, from the start of the dose on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Tighter {
    /// What is read, as input names.
    pub read: Vec<String>,
    /// At most this long after the reading before.
    pub every: Minutes,
    /// Only until this long after the start of the dose; otherwise for as long as the rule holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Minutes>,
}

impl fmt::Display for Tighter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, every {} min", self.read.join(", "), self.every.0)?;
        match self.until {
            Some(until) => write!(out, " for the first {} min of the dose", until.0),
            None => out.write_str(" while the rule holds"),
        }
    }
}

/// When in a course a rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// At the evaluation.
    Screen,
    /// On the day, before the dose.
    PreSession,
    /// While the drug acts.
    InSession,
    /// Before leaving.
    Discharge,
    /// Afterwards.
    Followup,
}

impl Stage {
    /// The stages as files write them.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("screen", Self::Screen),
        ("pre_session", Self::PreSession),
        ("in_session", Self::InSession),
        ("discharge", Self::Discharge),
        ("followup", Self::Followup),
    ];

    /// The stage with this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, stage)| *stage)
    }

    /// Every name.
    pub fn names() -> Vec<&'static str> {
        Self::WORDS.iter().map(|(word, _)| *word).collect()
    }

    /// When that is, in words a person reads.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Screen => "at screening",
            Self::PreSession => "before a session",
            Self::InSession => "in a session",
            Self::Discharge => "before leaving",
            Self::Followup => "at follow-up",
        }
    }
}

/// What a missing input does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No dose until it is answered.
    Block,
    /// It is listed as unanswered; a plan needs a reason for going on without it.
    Ask,
    /// It is listed, and asked for, and never in the way.
    Ignore,
}

impl Missing {
    /// The words files write.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("block", Self::Block),
        ("ask", Self::Ask),
        ("ignore", Self::Ignore),
    ];
}

/// What follows when a rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "is")]
pub enum Consequence {
    /// For the decision to give a dose.
    Gate(Class),
    /// For a dose that is running.
    Act(Act),
    /// For leaving: the item must be met.
    Required,
}

impl Consequence {
    /// The words files write.
    pub const WORDS: [(&'static str, Self); 10] = [
        ("exclude", Self::Gate(Class::Exclude)),
        ("hold_today", Self::Gate(Class::HoldToday)),
        ("override", Self::Gate(Class::Override)),
        ("caution", Self::Gate(Class::Caution)),
        ("info", Self::Gate(Class::Info)),
        ("stop", Self::Act(Act::Stop)),
        ("slow", Self::Act(Act::Slow)),
        ("notify", Self::Act(Act::Notify)),
        ("alert", Self::Act(Act::Alert)),
        ("required", Self::Required),
    ];
}

impl Consequence {
    /// The word files write for it.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, one)| *one == self)
            .map_or("", |(word, _)| *word)
    }
}

impl fmt::Display for Consequence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gate(class) => class.fmt(out),
            Self::Act(act) => act.fmt(out),
            Self::Required => out.write_str("required before leaving"),
        }
    }
}

/// How strictly a rule stands in the way of a dose; later is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Shown.
    Info,
    /// Shown and acknowledged.
    Caution,
    /// Blocked until a prescriber records a reason and a mitigation.
    Override,
    /// Blocked today; may be checked again.
    HoldToday,
    /// Blocked; only a new signed assessment with changed facts reopens it.
    Exclude,
}

impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Info => "for information",
            Self::Caution => "caution",
            Self::Override => "needs an override",
            Self::HoldToday => "hold today",
            Self::Exclude => "excluded",
        })
    }
}

/// What to do with a dose that is running; later is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Tell the charge nurse.
    Alert,
    /// Tell the prescriber.
    Notify,
    /// Slow or hold the infusion.
    Slow,
    /// Stop the dose.
    Stop,
}

impl fmt::Display for Act {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Alert => "alert",
            Self::Notify => "notify",
            Self::Slow => "slow or hold the infusion",
            Self::Stop => "stop",
        })
    }
}
