//! Example tables kept beside the rules: what fires, what does not, what a missing input gives.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use toml::de::DeValue;

use crate::assess::{Outcome, judge};
use crate::document::{Document, Table};
use crate::fact::{Facts, read_shorthand};
use crate::pack::Pack;
use crate::rule::Consequence;
use crate::{Dictionary, Fault, Faults, Quantity};

/// 15:00 UTC on 2026-11-24: the moment of every example, so that files can write dates.
pub const EXAMPLE_AT: Timestamp = Timestamp::constant(1_795_532_400, 0);

/// One case and what it is to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The rule.
    pub rule: String,
    /// What it is to give.
    pub expected: Expected,
    /// What is known.
    pub facts: Facts,
    /// The file it stands in.
    pub file: String,
    /// The line it stands on.
    pub line: usize,
}

/// What a case is to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// The condition holds (an item of the discharge gate is met).
    Fires,
    /// It does not.
    Not,
    /// It cannot be said.
    Unanswered,
    /// Another answer settles it.
    Settled,
}

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// As expected.
    AsExpected,
    /// Otherwise.
    Otherwise(Outcome),
    /// The pack has no such rule.
    NoRule,
}

/// Reads the example tables of one file, or everything wrong with them.
pub fn read_examples(
    name: &str,
    text: &str,
    dictionary: &Dictionary,
) -> Result<Vec<Example>, Faults> {
    let mut file = Document::new(name, text);
    let parsed = file.parse();
    let mut examples = Vec::new();
    for (rule, mut table) in Table::root(&parsed).children(&mut file) {
        let settings = settings(&mut table, &mut file);
        let missing = table.text_maybe(&mut file, "missing_gives");
        let words = [
            ("fires", Expected::Fires),
            ("not", Expected::Not),
            ("unanswered", Expected::Unanswered),
        ];
        let missing =
            missing.and_then(|one| table.word_of(&mut file, "missing_gives", &one, &words));
        let kinds = [
            ("fires", Expected::Fires),
            ("not", Expected::Not),
            ("missing", missing.unwrap_or(Expected::Unanswered)),
            ("settled", Expected::Settled),
        ];
        for (key, expected) in kinds {
            for case in table.tables(&mut file, key) {
                let mut facts = facts(&case, &mut file, dictionary);
                facts.settings.clone_from(&settings);
                let line = file.line(case.start());
                let (rule, file) = (rule.clone(), name.to_owned());
                examples.push(Example {
                    rule,
                    expected,
                    facts,
                    file,
                    line,
                });
            }
        }
        table.finish(&mut file);
    }
    examples.sort_by_key(|example| example.line);
    if file.has_faults() {
        let mut faults = file.faults();
        faults.sort();
        return Err(Faults(faults));
    }
    Ok(examples)
}

fn settings(table: &mut Table<'_>, file: &mut Document<'_>) -> BTreeMap<String, Quantity> {
    let mut out = BTreeMap::new();
    let Some(settings) = table.table_maybe(file, "settings") else {
        return out;
    };
    for (name, at, value) in settings.entries() {
        if let Some(Ok(quantity)) = value.get_ref().as_str().map(Quantity::parse) {
            out.insert(name.to_owned(), quantity);
        } else {
            let wrong = format!("the setting {name} is not a quantity");
            file.fault(at, wrong, "write for example \"10 points\"".to_owned());
        }
    }
    out
}

fn facts(case: &Table<'_>, file: &mut Document<'_>, dictionary: &Dictionary) -> Facts {
    let mut facts = Facts::in_utc();
    for (name, at, value) in case.entries() {
        let input = match dictionary.input(name) {
            Ok(input) => input,
            Err(error) => {
                file.fault(
                    at,
                    error.to_string(),
                    "name an input of the dictionary".to_owned(),
                );
                continue;
            }
        };
        for text in texts(value.get_ref()) {
            let read = text.ok_or_else(|| "a value is not a text".to_owned());
            let read =
                read.and_then(|text| read_shorthand(input, text, EXAMPLE_AT, &TimeZone::UTC));
            match read {
                Ok(observation) => facts.observe(name, observation),
                Err(error) => {
                    let instead = "write for example \"142 mmHg @ -10 min\"".to_owned();
                    file.fault(at, format!("{name}: {error}"), instead);
                }
            }
        }
    }
    facts
}

fn texts<'v>(value: &'v DeValue<'v>) -> Vec<Option<&'v str>> {
    match value.as_array() {
        Some(items) => items.iter().map(|item| item.get_ref().as_str()).collect(),
        None => vec![value.as_str()],
    }
}

impl Example {
    /// Tries the case against its rule in the pack.
    pub fn try_on(&self, pack: &Pack) -> Tried {
        let Some(rule) = pack.rule(&self.rule) else {
            return Tried::NoRule;
        };
        let outcome = judge(rule, &self.facts, pack, EXAMPLE_AT).outcome;
        let wanted = match (self.expected, rule.consequence) {
            (Expected::Fires, Consequence::Required) => Outcome::Met,
            (Expected::Not, Consequence::Required) => Outcome::NotMet,
            (Expected::Fires, Consequence::Gate(_) | Consequence::Act(_)) => Outcome::Fired,
            (Expected::Not, Consequence::Gate(_) | Consequence::Act(_)) => Outcome::NotFired,
            (Expected::Unanswered, _) => Outcome::Unanswered,
            (Expected::Settled, _) => Outcome::Settled,
        };
        if outcome == wanted {
            Tried::AsExpected
        } else {
            Tried::Otherwise(outcome)
        }
    }
}

/// What the examples leave out: a rule without one that fires, one that does not, or one with an
/// input missing.
///
/// A missing input need not be unanswered: where a rule fires on absence, the case says so with
/// `missing_gives`.
pub fn uncovered(pack: &Pack, examples: &[Example]) -> Vec<Fault> {
    let mut seen: BTreeMap<&str, BTreeSet<Expected>> = BTreeMap::new();
    let mut has_empty: BTreeSet<&str> = BTreeSet::new();
    for example in examples {
        seen.entry(&example.rule)
            .or_default()
            .insert(example.expected);
        let rule = pack.rule(&example.rule);
        let lacks = rule.is_some_and(|rule| {
            rule.when
                .reads()
                .any(|input| example.facts.of(input).is_empty())
        });
        if lacks {
            has_empty.insert(&example.rule);
        }
    }
    let mut faults = Vec::new();
    for rule in pack.rules() {
        let seen = seen.get(rule.id.as_str()).cloned().unwrap_or_default();
        let lacks = [
            ("that fires", seen.contains(&Expected::Fires)),
            ("that does not fire", seen.contains(&Expected::Not)),
            (
                "with an input missing",
                has_empty.contains(rule.id.as_str()),
            ),
        ];
        for (kind, _) in lacks.into_iter().filter(|(_, is_there)| !is_there) {
            faults.push(Fault {
                file: rule.file.clone(),
                line: rule.line,
                wrong: format!("the rule {} has no example {kind}", rule.id),
                instead: "add one to the example tables beside the rules".to_owned(),
            });
        }
    }
    faults
}
