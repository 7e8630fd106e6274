//! The file of an instrument, read strictly: every fault is said, with where it is and what to write.

mod check;

use std::collections::BTreeMap;
use std::mem::take;

use serde::Deserialize;

use crate::instrument::{
    AskedWhen, Band, Choice, Codes, Demand, FilledBy, Flag, Formula, Instrument, Item, Licence,
    Rise, Score, Term, TriageRow, Worse,
};

/// The most items an instrument may have.
const ITEMS_MAX: usize = 200;

/// A scale has fewer steps than this.
const SPAN_MAX: i32 = 1_001;

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {said}")]
pub struct Fault {
    /// Where: a line, an item, a score.
    pub place: String,
    /// What is wrong and what to write instead.
    pub said: String,
}

fn fault(place: impl Into<String>, said: impl Into<String>) -> Fault {
    Fault {
        place: place.into(),
        said: said.into(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInstrument {
    id: String,
    version: String,
    title: String,
    about: String,
    recall: String,
    filled_by: FilledBy,
    instruction: Option<String>,
    source: String,
    mark: char,
    licence: Licence,
    codes: Codes,
    #[serde(default)]
    options: Vec<RawOptions>,
    #[serde(default)]
    item: Vec<RawItem>,
    #[serde(default)]
    score: Vec<RawScore>,
    #[serde(default)]
    flag: Vec<Flag>,
    #[serde(default)]
    rise: Vec<Rise>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOptions {
    id: String,
    #[serde(default)]
    values: Vec<i32>,
    /// The least and the most of a scale; the words are then those of its two ends.
    span: Option<(i32, i32)>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: String,
    text: Option<String>,
    options: Option<String>,
    #[serde(default)]
    values: Vec<i32>,
    #[serde(default)]
    is_unscored: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawTerm {
    One(String),
    Highest(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScore {
    id: String,
    title: String,
    #[serde(default)]
    sum: Vec<RawTerm>,
    times: Option<i32>,
    #[serde(default)]
    mean: Vec<RawTerm>,
    #[serde(default)]
    table_of: Vec<RawTerm>,
    sum_of_key: Option<usize>,
    mean_of_key: Option<usize>,
    #[serde(default)]
    count: Vec<String>,
    at_least: Option<i32>,
    #[serde(default)]
    highest_of: Vec<TriageRow>,
    #[serde(default)]
    asked_when: Vec<AskedWhen>,
    #[serde(default)]
    all_of: Vec<Demand>,
    #[serde(default)]
    plus: Vec<String>,
    #[serde(default)]
    minus: Vec<String>,
    #[serde(default)]
    reversed: Vec<String>,
    #[serde(default)]
    alternatives: Vec<Vec<String>>,
    #[serde(default)]
    prorate_up_to: usize,
    prorate_source: Option<String>,
    #[serde(default)]
    needs_key: bool,
    range: (f64, f64),
    worse: Worse,
    #[serde(default)]
    bands: Vec<Band>,
    #[serde(default)]
    bands_men: Vec<Band>,
    bands_source: Option<String>,
}

/// Spells out `1-9`, `s1-s4`, or a single name.
fn spelled(names: &str) -> Vec<String> {
    let numbered = |text: &str| {
        let at = text.find(|letter: char| letter.is_ascii_digit())?;
        let (prefix, number) = text.split_at_checked(at)?;
        Some((prefix.to_owned(), number.parse::<usize>().ok()?))
    };
    let range = names.split_once('-').and_then(|(first, last)| {
        let (first, last) = (numbered(first)?, numbered(last)?);
        (first.0 == last.0 && first.1 <= last.1 && last.1 - first.1 < ITEMS_MAX)
            .then_some((first.0, first.1..=last.1))
    });
    match range {
        Some((prefix, numbers)) => numbers.map(|number| format!("{prefix}{number}")).collect(),
        None => vec![names.to_owned()],
    }
}

fn terms(raw: Vec<RawTerm>) -> Vec<Term> {
    raw.into_iter()
        .flat_map(|term| match term {
            RawTerm::One(names) => spelled(&names).into_iter().map(|name| vec![name]).collect(),
            RawTerm::Highest(names) => vec![names],
        })
        .collect()
}

/// Reads an instrument from the text of its file.
///
/// # Errors
/// Every [`Fault`] that could be found.
pub fn read(text: &str) -> Result<Instrument, Vec<Fault>> {
    let raw: RawInstrument = toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1);
        vec![fault(format!("line {line}"), error.message())]
    })?;
    let mut faults = Vec::new();
    let items = items(&raw, &mut faults);
    let scores: Vec<Score> = raw
        .score
        .into_iter()
        .filter_map(|score| self::score(score, &mut faults))
        .collect();
    let instrument = Instrument {
        id: raw.id,
        version: raw.version,
        title: raw.title,
        about: raw.about,
        recall: raw.recall,
        filled_by: raw.filled_by,
        instruction: raw.instruction,
        source: raw.source,
        mark: raw.mark,
        licence: raw.licence,
        codes: raw.codes,
        items,
        scores,
        flags: raw.flag,
        rises: raw.rise,
    };
    check::check(&instrument, &mut faults);
    if faults.is_empty() {
        Ok(instrument)
    } else {
        Err(faults)
    }
}

impl RawOptions {
    /// The options spelled out: those listed, or every point of the scale with words at its ends.
    fn choices(&self, faults: &mut Vec<Fault>) -> Vec<Choice> {
        let place = || format!("options {}", self.id);
        let worded = |value: i32, words: Option<&String>| Choice {
            value,
            words: words.filter(|words| !words.is_empty()).cloned(),
        };
        if let Some((least, most)) = self.span {
            if !self.values.is_empty() || !(0..SPAN_MAX).contains(&most.saturating_sub(least)) {
                faults.push(fault(
                    place(),
                    format!("write either values, or a span of less than {SPAN_MAX} from the least to the most"),
                ));
                return Vec::new();
            }
            if !matches!(self.words.len(), 0 | 2) {
                faults.push(fault(
                    place(),
                    "a span has two words: at its least and at its most",
                ));
            }
            let words = |value: i32| {
                let end = [least, most].into_iter().position(|end| end == value);
                end.and_then(|end| self.words.get(end))
            };
            return (least..=most)
                .map(|value| worded(value, words(value)))
                .collect();
        }
        if self.values.is_empty() {
            faults.push(fault(place(), "write the values, or a span"));
        }
        if !self.words.is_empty() && self.words.len() != self.values.len() {
            faults.push(fault(
                place(),
                "values and words must be as many: write \"\" for a value without words",
            ));
        }
        let words = self.words.iter().map(Some).chain(std::iter::repeat(None));
        let values = self.values.iter().zip(words);
        values.map(|(&value, words)| worded(value, words)).collect()
    }
}

fn items(raw: &RawInstrument, faults: &mut Vec<Fault>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for one in &raw.item {
        let place = format!("item {}", one.id);
        let choices: Vec<Choice> = match &one.options {
            Some(name) => {
                let Some(options) = raw.options.iter().find(|options| options.id == *name) else {
                    faults.push(fault(
                        &place,
                        format!("there are no options {name}: add them, or name others"),
                    ));
                    continue;
                };
                options.choices(faults)
            }
            None => one
                .values
                .iter()
                .map(|&value| Choice { value, words: None })
                .collect(),
        };
        for id in spelled(&one.id) {
            if items.iter().any(|item| item.id == id) {
                faults.push(fault(&place, format!("item {id} is there twice")));
            }
            items.push(Item {
                id,
                text: one.text.clone(),
                choices: choices.clone(),
                is_unscored: one.is_unscored,
            });
        }
    }
    items
}

/// The one formula a score has, taken out of what the file says.
fn formula(raw: &mut RawScore, faults: &mut Vec<Fault>) -> Option<Formula> {
    let place = format!("score {}", raw.id);
    let mut formulas = Vec::new();
    if !raw.sum.is_empty() {
        formulas.push(Formula::Sum {
            terms: terms(take(&mut raw.sum)),
            times: raw.times.unwrap_or(1),
        });
    }
    if !raw.mean.is_empty() {
        formulas.push(Formula::Mean(terms(take(&mut raw.mean))));
    }
    if !raw.table_of.is_empty() {
        formulas.push(Formula::Table {
            terms: terms(take(&mut raw.table_of)),
            rows: BTreeMap::new(),
        });
    }
    // Which items these count comes with the clinic's copy.
    if [raw.sum_of_key, raw.mean_of_key].contains(&Some(0)) {
        faults.push(fault(
            &place,
            "say how many items the clinic's copy names: 1 or more",
        ));
    }
    if raw.sum_of_key.is_some() {
        formulas.push(Formula::Sum {
            terms: Vec::new(),
            times: raw.times.unwrap_or(1),
        });
    }
    if raw.mean_of_key.is_some() {
        formulas.push(Formula::Mean(Vec::new()));
    }
    if !raw.count.is_empty() {
        formulas.push(Formula::Count {
            items: raw.count.iter().flat_map(|names| spelled(names)).collect(),
            at_least: raw.at_least.unwrap_or(1),
        });
    }
    if !raw.highest_of.is_empty() {
        formulas.push(Formula::Triage {
            rows: take(&mut raw.highest_of),
            asked_when: take(&mut raw.asked_when),
        });
    }
    if !raw.all_of.is_empty() {
        formulas.push(Formula::AllOf(take(&mut raw.all_of)));
    }
    if !raw.plus.is_empty() {
        formulas.push(Formula::Combine {
            plus: take(&mut raw.plus),
            minus: take(&mut raw.minus),
        });
    }
    let mut formulas = formulas.into_iter();
    let (Some(formula), None) = (formulas.next(), formulas.next()) else {
        faults.push(fault(
            place,
            "a score has one formula: sum, mean, table_of, sum_of_key, mean_of_key, count, highest_of, all_of or plus",
        ));
        return None;
    };
    Some(formula)
}

fn score(mut raw: RawScore, faults: &mut Vec<Fault>) -> Option<Score> {
    let formula = formula(&mut raw, faults)?;
    let keyed_items = raw.sum_of_key.or(raw.mean_of_key).unwrap_or(0);
    let needs_key = raw.needs_key || keyed_items > 0 || matches!(formula, Formula::Table { .. });
    Some(Score {
        id: raw.id,
        title: raw.title,
        formula,
        reversed: raw.reversed,
        alternatives: raw.alternatives,
        prorate_up_to: raw.prorate_up_to,
        needs_key,
        keyed_items,
        range: raw.range,
        worse: raw.worse,
        bands: raw.bands,
        bands_men: raw.bands_men,
        said: raw
            .prorate_source
            .into_iter()
            .chain(raw.bands_source)
            .collect(),
    })
}

/// The items a score reads.
pub(crate) fn items_of(formula: &Formula) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    match formula {
        Formula::Sum { terms, .. } | Formula::Mean(terms) | Formula::Table { terms, .. } => {
            names.extend(terms.iter().flatten().map(String::as_str));
        }
        Formula::Count { items, .. } => names.extend(items.iter().map(String::as_str)),
        Formula::Triage { rows, asked_when } => {
            names.extend(rows.iter().flat_map(|row| &row.any).map(String::as_str));
            names.extend(asked_when.iter().map(|one| one.when.as_str()));
        }
        Formula::AllOf(_) | Formula::Combine { .. } => {}
    }
    names
}

/// The scores a score reads.
pub(crate) fn scores_of(formula: &Formula) -> Vec<&str> {
    match formula {
        Formula::AllOf(demands) => demands.iter().map(|demand| demand.score.as_str()).collect(),
        Formula::Combine { plus, minus } => plus.iter().chain(minus).map(String::as_str).collect(),
        Formula::Sum { .. }
        | Formula::Mean(_)
        | Formula::Table { .. }
        | Formula::Count { .. }
        | Formula::Triage { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../instruments/gad-7.toml");

    fn said(text: &str) -> String {
        let faults = read(text).unwrap_err();
        faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn ranges_of_names_are_spelled_out_and_single_names_left_alone() {
        assert_eq!(spelled("1-3"), ["1", "2", "3"]);
        assert_eq!(spelled("s2-s3"), ["s2", "s3"]);
        assert_eq!(spelled("6-recent"), ["6-recent"]);
        assert_eq!(spelled("9-1"), ["9-1"]);
        assert_eq!(spelled("1-999999999"), ["1-999999999"]);
    }

    #[test]
    fn each_fault_is_said_with_its_place() {
        assert!(read(GOOD).is_ok());
        assert!(
            said(&GOOD.replace("sum = [\"1-7\"]", "sum = [\"1-8\"]"))
                .contains("score total: there is no item 8")
        );
        assert!(
            said(&GOOD.replace("code = \"PD\"", "code = \"ASK\"")).contains("leave them out here")
        );
        assert!(said(&GOOD.replace("69737-5", "69737-4")).contains("check digit"));
        assert!(said(&GOOD.replace("mark = \"R\"", "mark = \"X\"")).contains("mark: write R"));
        assert!(said(&GOOD.replace("from = 5,", "from = 12,")).contains("bands rise"));
        assert!(said(&GOOD.replace("id = \"2\"", "id = \"1\"")).contains("item 1 is there twice"));
        assert!(
            said(&GOOD.replace("options = \"often\"", "options = \"seldom\""))
                .contains("there are no options seldom")
        );
        assert!(said("id = ").starts_with("line 1: "));
        assert!(said(&GOOD.replace("recall", "recalled")).contains("line 5"));
    }
}
