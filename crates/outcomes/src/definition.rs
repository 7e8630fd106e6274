//! Endpoint definitions as data: what a definition may say, and the checks it must pass.
//!
//! A definition is read from `outcomes/endpoints/*.toml`. Its `steps` change the word from left to
//! right, its `measure` reads what is left; [`crate::engine`] is the only code that interprets them.

mod check;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::word::Symbol;

/// What kind of answer a definition gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Yes or no.
    Truth,
    /// A whole number of weeks.
    Whole,
    /// A number of weeks in steps of a half.
    Halves,
    /// A share between 0 and 1.
    Share,
    /// A score on the paper's own scale.
    Score,
    /// A week, and whether the thing happened in it or the person was last seen without it.
    Time,
}

/// One definition of an endpoint on a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The name by which trials and papers call it, unchanged.
    pub id: String,
    /// The columns it fills: one, or for [`Kind::Time`] the week and whether it happened.
    pub columns: Vec<String>,
    /// What kind of answer it gives.
    pub kind: Kind,
    /// A short name in plain words.
    pub name: String,
    /// The definition in one sentence.
    pub says: String,
    /// Who defined it and where it was printed.
    pub citation: String,
    /// The paper's DOI, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// How often the source trial took samples.
    pub sampling_in_source: String,
    /// The source's own window, where ours was adapted to weekly words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows_in_source: Option<String>,
    /// What happens to a missed week, in words.
    pub missing: String,
    /// What happens to a mixed week, in words.
    pub mixed: String,
    /// Anything a reader must know besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The least retention with which the rule is applied; below it the answer is no, or 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retained_weeks_min: Option<u16>,
    /// The shortest word for which the rule is defined; below it there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word_weeks_min: Option<u16>,
    /// What is done to the word, in order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// What is read from the changed word.
    pub measure: Measure,
}

/// One change to the word. Weeks are counted from 1 in the word as the step finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Every missed week is read as this symbol.
    Missing(Symbol),
    /// Every mixed week is read as this symbol.
    Mixed(Symbol),
    /// Every week with this symbol is cut out, and the rest closes up.
    Drop(Symbol),
    /// Only these weeks are kept, as far as the word has them.
    Weeks(u16, u16),
    /// Only the weeks from this one on are kept.
    From(u16),
    /// Only the last so many weeks are kept.
    Last(u16),
    /// A shorter word is lengthened to so many weeks with missed ones.
    Pad(u16),
    /// Only these weeks are kept, in this order, as far as the word has them.
    Pick(Vec<u16>),
    /// A week marked `_` is not looked at and takes the value of the week before it.
    Lattice(Lattice),
    /// Missed weeks are filled from known ones.
    Fill(Fill),
    /// Everything after the last week attended is cut off.
    ToRetention,
}

/// Which weeks of a trial had a visit: `o` a visit, `_` none. The first week has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lattice(Vec<bool>);

impl Lattice {
    /// For each week, whether it is looked at.
    pub fn looked_at(&self) -> &[bool] {
        &self.0
    }
}

impl TryFrom<String> for Lattice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if !text.starts_with('o') {
            return Err(format!("the lattice {text:?} must begin with a visit, `o`"));
        }
        let looked_at = |sign| match sign {
            'o' => Ok(true),
            '_' => Ok(false),
            other => Err(format!(
                "the lattice {text:?} holds {other:?}; use `o` and `_`"
            )),
        };
        text.chars()
            .map(looked_at)
            .collect::<Result<Vec<bool>, String>>()
            .map(Lattice)
    }
}

impl From<Lattice> for String {
    fn from(lattice: Lattice) -> String {
        lattice
            .0
            .iter()
            .map(|&looked_at| if looked_at { 'o' } else { '_' })
            .collect()
    }
}

/// How missed weeks are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// A single missed week takes the average of the weeks beside it (positive 1, mixed one half,
    /// negative 0), rounded to the nearest of the three with ties to the larger; a missed week at an
    /// end or beside another one stays missed.
    Neighbours,
    /// Every missed week takes the person's commoner result, mixed counted as positive, ties to
    /// positive.
    Mode,
}

/// What is read from the changed word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Whether all of these hold.
    All(Vec<Condition>),
    /// How many weeks, by the tally.
    Count(Tally),
    /// The number of weeks less the tally.
    CountWithout(Tally),
    /// The tally as a share of the weeks; 0 for no weeks.
    Share(Tally),
    /// One less the tally's share; 1 for no weeks.
    ShareWithout(Tally),
    /// The length of the longest stretch without this symbol.
    LongestWithout(Symbol),
    /// When a window first holds enough of a symbol.
    FirstWindow(FirstWindow),
    /// The scale less an index of use in which later weeks weigh more.
    UseIndex(UseIndex),
}

/// A count of weeks: one for `whole`, one half for `half`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The symbol that counts one.
    pub whole: Symbol,
    /// The symbol that counts one half, if any does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half: Option<Symbol>,
}

/// A window that slides along the word.
///
/// The answer is the first window of `width` weeks with `at_least` of them `symbol`. Its week is
/// the window's first week plus `width - at_least`, plus `weeks_before`. When there is none, the
/// week is that of the last possible window, and it did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstWindow {
    /// What is looked for.
    pub symbol: Symbol,
    /// How many weeks the window spans.
    pub width: u16,
    /// How many of them must hold the symbol.
    pub at_least: u16,
    /// How many weeks earlier steps cut from the front.
    #[serde(default)]
    pub weeks_before: u16,
}

/// Ling's index: `scale - scale * sum / worst`.
///
/// The sum runs over the weeks; `positive` and `mixed` are multiplied by the week's penalty,
/// `missing` is not. `worst` is the sum, over the weeks, of the larger of `positive` times the
/// penalty and `missing`. Weights and penalties are not negative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseIndex {
    /// The score of a person with no use and nothing missed.
    pub scale: f64,
    /// The weight of a positive week.
    pub positive: f64,
    /// The weight of a mixed week.
    pub mixed: f64,
    /// The weight of a missed week.
    pub missing: f64,
    /// How weeks weigh more as treatment goes on.
    pub penalty: Penalty,
}

/// The factor by which a week's use weighs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// One factor for each week; weeks beyond the list are not counted.
    Steps(Vec<f64>),
    /// In equal steps from the first number in week 1 to the second in the last week.
    Rising(f64, f64),
}

/// Where a condition looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// From one week to another, as far as the word has them.
    Weeks(u16, u16),
    /// From a week to the end.
    From(u16),
    /// The last so many weeks.
    Last(u16),
}

/// A yes-or-no question about (part of) the word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ConditionText", into = "ConditionText")]
pub struct Condition {
    /// Where it looks; everywhere when absent.
    pub scope: Option<Scope>,
    /// What must hold there.
    pub test: Test,
}

/// What must hold in a condition's scope.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// At least so many weeks hold one of the symbols.
    AtLeast(SymbolCount),
    /// At most so many weeks hold one of the symbols.
    AtMost(SymbolCount),
    /// The tally is at least this share of the weeks; never so for no weeks.
    ShareAtLeast(ShareAtLeast),
    /// The symbol stands so many times in a row.
    Run(Run),
}

/// A number of weeks that hold any of some symbols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolCount {
    /// Any of these.
    pub symbols: SymbolSet,
    /// How many weeks.
    pub n: u16,
}

/// Some symbols, written one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SymbolSet(pub Vec<Symbol>);

impl TryFrom<String> for SymbolSet {
    type Error = crate::word::SymbolError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.chars()
            .map(Symbol::try_from)
            .collect::<Result<_, _>>()
            .map(SymbolSet)
    }
}

impl From<SymbolSet> for String {
    fn from(set: SymbolSet) -> String {
        set.0.into_iter().map(char::from).collect()
    }
}

/// A tally as at least a fraction of the weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareAtLeast {
    /// What is counted.
    pub tally: Tally,
    /// Numerator and denominator, so that the comparison is exact.
    pub fraction: (u16, u16),
}

/// A symbol so many weeks in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Which symbol.
    pub symbol: Symbol,
    /// How many weeks in a row.
    pub weeks: u16,
}

/// A condition as it is written.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionText {
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<SymbolCount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_most: Option<SymbolCount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share_at_least: Option<ShareAtLeast>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

impl TryFrom<ConditionText> for Condition {
    type Error = &'static str;

    fn try_from(text: ConditionText) -> Result<Self, Self::Error> {
        let mut tests = [
            text.at_least.map(Test::AtLeast),
            text.at_most.map(Test::AtMost),
            text.share_at_least.map(Test::ShareAtLeast),
            text.run.map(Test::Run),
        ]
        .into_iter()
        .flatten();
        match (tests.next(), tests.next()) {
            (Some(test), None) => Ok(Condition {
                scope: text.scope,
                test,
            }),
            (None, _) | (Some(_), Some(_)) => {
                Err("a condition has exactly one of at_least, at_most, share_at_least and run")
            }
        }
    }
}

impl From<Condition> for ConditionText {
    fn from(condition: Condition) -> Self {
        let mut text = ConditionText {
            scope: condition.scope,
            at_least: None,
            at_most: None,
            share_at_least: None,
            run: None,
        };
        match condition.test {
            Test::AtLeast(count) => text.at_least = Some(count),
            Test::AtMost(count) => text.at_most = Some(count),
            Test::ShareAtLeast(share) => text.share_at_least = Some(share),
            Test::Run(run) => text.run = Some(run),
        }
        text
    }
}

/// Why definitions could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The text is not what a definitions file looks like.
    #[error("failed to read the endpoint definitions")]
    Read(#[source] toml::de::Error),
    /// A definition says something that cannot be meant.
    #[error("definition {id}: {what}")]
    Unsound {
        /// Which definition.
        id: String,
        /// What is wrong and how to mend it.
        what: &'static str,
    },
    /// Two definitions share an identifier or a column.
    #[error("{name} is defined twice; rename or remove one")]
    Twice {
        /// The identifier or column.
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    endpoint: Vec<Definition>,
}

/// The definitions of the house, in the order in which their columns are printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Definitions(Vec<Definition>);

impl Definitions {
    /// The definitions that come with Holdfast: 54 of them, with 62 columns.
    ///
    /// An error here is a fault in the files under `outcomes/endpoints`; a test keeps them sound.
    pub fn of_the_house() -> Result<Self, DefinitionError> {
        Self::read(&[
            include_str!("../../../outcomes/endpoints/abstinence.toml"),
            include_str!("../../../outcomes/endpoints/reduction.toml"),
            include_str!("../../../outcomes/endpoints/relapse.toml"),
        ])
    }

    /// Reads definitions from the text of one or more files.
    pub fn read(texts: &[&str]) -> Result<Self, DefinitionError> {
        let mut all = Vec::new();
        for text in texts {
            let file: File = toml::from_str(text).map_err(DefinitionError::Read)?;
            all.extend(file.endpoint);
        }
        let mut names = BTreeSet::new();
        for definition in &all {
            definition.check()?;
            let own = BTreeSet::from([&definition.id]);
            for name in own
                .into_iter()
                .chain(&definition.columns)
                .collect::<BTreeSet<_>>()
            {
                if !names.insert(name.clone()) {
                    return Err(DefinitionError::Twice { name: name.clone() });
                }
            }
        }
        Ok(Definitions(all))
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Definition> {
        self.0.iter()
    }

    /// The one with this identifier or this column, in any case of letters.
    pub fn find(&self, name: &str) -> Option<&Definition> {
        self.0.iter().find(|definition| {
            definition.id.eq_ignore_ascii_case(name)
                || definition
                    .columns
                    .iter()
                    .any(|column| column.eq_ignore_ascii_case(name))
        })
    }

    /// The names of all columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .flat_map(|definition| definition.columns.iter().map(String::as_str))
    }
}

impl<'a> IntoIterator for &'a Definitions {
    type Item = &'a Definition;
    type IntoIter = std::slice::Iter<'a, Definition>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
