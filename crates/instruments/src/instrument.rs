//! What an instrument is.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The licence of an instrument's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum LicenceCode {
    /// In the public domain.
    #[serde(rename = "PD")]
    PublicDomain,
    /// Free with credit.
    #[serde(rename = "FREE")]
    Free,
    /// Free for non-commercial use only.
    #[serde(rename = "NC")]
    NonCommercial,
    /// Permission is needed first.
    #[serde(rename = "ASK")]
    Ask,
    /// Proprietary, or for a fee.
    #[serde(rename = "PROP")]
    Proprietary,
}

impl LicenceCode {
    /// Whether the words may be printed from this program as it is.
    pub const fn may_be_printed(self) -> bool {
        match self {
            Self::PublicDomain | Self::Free => true,
            Self::NonCommercial | Self::Ask | Self::Proprietary => false,
        }
    }

    /// The licence in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PublicDomain => "public domain",
            Self::Free => "free with credit",
            Self::NonCommercial => "free for non-commercial use",
            Self::Ask => "by permission",
            Self::Proprietary => "proprietary",
        }
    }
}

/// The licence, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Which kind.
    pub code: LicenceCode,
    /// What it says, in a sentence.
    pub said: String,
}

/// Who fills an instrument in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilledBy {
    /// The patient, on a phone, on a desk, or read aloud to them.
    Patient,
    /// Someone who works here, from what they see and ask.
    Staff,
}

/// Which way is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worse {
    /// A higher score is worse.
    Higher,
    /// A lower score is worse.
    Lower,
    /// Neither is.
    Neither,
}

/// LOINC codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// Of the instrument.
    pub instrument: Option<String>,
    /// Of its total.
    pub total: Option<String>,
}

/// One option of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it counts.
    pub value: i32,
    /// Its words; `None` where the instrument prints only the number, or the words are not ours.
    pub words: Option<String>,
}

/// The most options that are listed one by one.
const LISTED_MAX: usize = 12;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its identifier within the instrument.
    pub id: String,
    /// Its words; `None` where they are not ours to print.
    pub text: Option<String>,
    /// The options, in the order they are shown; empty where even the points come with the licensed copy.
    pub choices: Vec<Choice>,
    /// Whether no score counts it.
    pub is_unscored: bool,
}

impl Item {
    /// The ends of a scale with more points than a list has room for: it is answered by writing a
    /// whole number between them.
    pub fn scale(&self) -> Option<(&Choice, &Choice)> {
        let (least, most) = (self.choices.first()?, self.choices.last()?);
        let is_unbroken = self
            .choices
            .windows(2)
            .all(|pair| matches!(pair, [low, high] if low.value + 1 == high.value));
        (self.choices.len() > LISTED_MAX && is_unbroken).then_some((least, most))
    }

    /// Whether `value` is one of the options; any value is, where the options are not known.
    pub fn allows(&self, value: i32) -> bool {
        self.choices.is_empty() || self.choices.iter().any(|choice| choice.value == value)
    }

    /// The options as part of a sentence: `one of 0, 1, 2`, or `a whole number from 0 to 100`.
    pub(crate) fn options_in_words(&self) -> String {
        if let Some((least, most)) = self.scale() {
            return format!("a whole number from {} to {}", least.value, most.value);
        }
        let values = self.choices.iter().map(|choice| choice.value.to_string());
        format!("one of {}", values.collect::<Vec<_>>().join(", "))
    }

    /// The least and the most an answer can count.
    pub(crate) fn span(&self) -> Option<(i32, i32)> {
        let values = || self.choices.iter().map(|choice| choice.value);
        Some((values().min()?, values().max()?))
    }
}

/// A stretch of a score with a word.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The least score in it.
    pub from: Option<f64>,
    /// The score it lies above, where the limit itself is not in it.
    pub above: Option<f64>,
    /// The word.
    pub word: String,
}

impl Band {
    /// Where it begins: the least score in it, or the score it lies above.
    pub fn begins(&self) -> Option<f64> {
        self.from.or(self.above)
    }

    pub(crate) fn holds(&self, value: f64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.above.is_none_or(|above| value > above)
    }
}

/// What a formula adds up: one item, or the highest of several.
pub type Term = Vec<String>;

/// A row of a triage: reached when any of its items was answered with yes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageRow {
    /// The level reached.
    pub level: i32,
    /// The items, any of which reaches it.
    pub any: Vec<String>,
}

/// Items that are asked only when another was answered with yes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedWhen {
    /// The items.
    pub items: Vec<String>,
    /// The item that opens them.
    pub when: String,
}

/// A demand on another score.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The other score.
    pub score: String,
    /// What it must reach.
    pub at_least: f64,
}

/// How a score comes from the answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// The sum of the terms, times a whole number.
    Sum {
        /// What is added.
        terms: Vec<Term>,
        /// What the sum is multiplied by.
        times: i32,
    },
    /// The mean of the terms.
    Mean(Vec<Term>),
    /// A number read from a table at the sum of the terms. The table comes with the clinic's copy:
    /// it is empty, and the score needs its key, until that is loaded.
    Table {
        /// What is added.
        terms: Vec<Term>,
        /// The number at each sum.
        rows: BTreeMap<i32, f64>,
    },
    /// How many items reach a value.
    Count {
        /// The items.
        items: Vec<String>,
        /// The value.
        at_least: i32,
    },
    /// The highest level any of whose items was answered with yes.
    Triage {
        /// The levels.
        rows: Vec<TriageRow>,
        /// Items not asked of everybody.
        asked_when: Vec<AskedWhen>,
    },
    /// 1 when every demand is met, else 0.
    AllOf(Vec<Demand>),
    /// A sum of other scores less others.
    Combine {
        /// Scores added.
        plus: Vec<String>,
        /// Scores taken away.
        minus: Vec<String>,
    },
}

/// A score of an instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Its identifier within the instrument.
    pub id: String,
    /// Its name.
    pub title: String,
    /// How it comes about.
    pub formula: Formula,
    /// Items counted the other way round: the least plus the most, less the answer.
    pub reversed: Vec<String>,
    /// Groups of which one answer is enough.
    pub alternatives: Vec<Vec<String>>,
    /// How many items may be missing for the sum to be carried over from the answered; 0 where none.
    pub prorate_up_to: usize,
    /// Whether it can only be computed once the clinic's copy has said which items are reversed or
    /// counted, or what a table holds.
    pub needs_key: bool,
    /// How many items it counts, where the clinic's copy says which; 0 where they are known.
    pub keyed_items: usize,
    /// The least and the greatest it can be.
    pub range: (f64, f64),
    /// Which way is worse.
    pub worse: Worse,
    /// The bands, lowest first; empty where none is published.
    pub bands: Vec<Band>,
    /// The bands for men, where they differ.
    pub bands_men: Vec<Band>,
    /// Where the bands and rules come from, where it is not the instrument's own source.
    pub said: Vec<String>,
}

/// How soon a person has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Urgency {
    /// Now.
    #[serde(rename = "act now")]
    ActNow,
    /// Within the day.
    #[serde(rename = "watch")]
    Watch,
}

/// An answer that needs a person, whatever the total.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// The item it looks at.
    pub item: Option<String>,
    /// Or the score.
    pub score: Option<String>,
    /// The value from which it stands.
    pub at_least: i32,
    /// What it says.
    pub says: String,
    /// What it says when the item was passed over; `None` where that says nothing.
    pub unanswered: Option<String>,
    /// How soon.
    pub urgency: Urgency,
    /// Whether who answers it so is shown the crisis line at once.
    #[serde(default)]
    pub is_crisis: bool,
}

/// A rise of a score that needs a person, whatever the score.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rise {
    /// The score it looks at.
    pub score: String,
    /// By how much it rises.
    pub by: f64,
    /// What it says.
    pub says: String,
    /// How soon.
    pub urgency: Urgency,
}

/// A questionnaire or rating.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// Its identifier: `phq-9`.
    pub id: String,
    /// The version of its scoring.
    pub version: String,
    /// Its name.
    pub title: String,
    /// What it asks about, in words a patient would use.
    pub about: String,
    /// The time it asks about.
    pub recall: String,
    /// Who fills it in.
    pub filled_by: FilledBy,
    /// What stands above the items.
    pub instruction: Option<String>,
    /// Where items, scoring and bands come from.
    pub source: String,
    /// The evidence mark: R read, K recalled and to be verified, H clinic policy.
    pub mark: char,
    /// The licence of its words.
    pub licence: Licence,
    /// LOINC codes.
    pub codes: Codes,
    /// The items, in order.
    pub items: Vec<Item>,
    /// The scores.
    pub scores: Vec<Score>,
    /// What needs a person.
    pub flags: Vec<Flag>,
    /// What needs a person when it rises.
    pub rises: Vec<Rise>,
}

impl Instrument {
    /// The item of that name.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Whether the words are here and may be printed.
    pub fn has_own_words(&self) -> bool {
        self.licence.code.may_be_printed() && self.items.iter().all(|item| item.text.is_some())
    }
}
