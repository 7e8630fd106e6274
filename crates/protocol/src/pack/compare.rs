//! Two packs side by side: every rule and everything rules share, field by field, before and now.

use std::collections::{BTreeMap, BTreeSet};

use crate::expression::Expression;
use crate::pack::Pack;
use crate::rule::{Consequence, Missing, Rule};

/// What differs between two packs; what reads the same is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Rules that are new, gone or read otherwise, in the order of their ids.
    pub rules: Vec<RuleCompared>,
    /// Definitions, lists, settings, inputs, sources and pointers that differ.
    pub shared: Vec<FieldCompared>,
    /// The rules that read the same and use something shared that differs, so that they may answer
    /// otherwise all the same.
    pub reached: Vec<String>,
}

/// One rule that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCompared {
    /// Its id.
    pub id: String,
    /// Its title, as it is now where it is there now.
    pub title: String,
    /// Its version before; none where it was not there.
    pub before: Option<u32>,
    /// Its version now; none where it is no longer there.
    pub now: Option<u32>,
    /// Every field of it, those that read the same too, so that the rule can be read whole.
    pub fields: Vec<FieldCompared>,
}

/// One field, before and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCompared {
    /// What it is: "Applies when", or "Setting" with its name.
    pub name: String,
    /// Its words before; none where it was not there.
    pub before: Option<String>,
    /// Its words now; none where it is no longer there.
    pub now: Option<String>,
}

impl FieldCompared {
    /// Whether it reads otherwise.
    pub fn differs(&self) -> bool {
        self.before != self.now
    }
}

impl Compared {
    /// Whether nothing differs.
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.shared.is_empty()
    }
}

/// Lays two packs beside each other.
///
/// # Examples
///
/// ```
/// let pack = protocol::house::pack().unwrap();
/// assert!(protocol::compare(&pack, &pack).is_empty());
/// ```
pub fn compare(before: &Pack, now: &Pack) -> Compared {
    let shared = differing(&shared(before), &shared(now));
    let rules = rules(before, now);
    let touched: BTreeSet<&str> = shared
        .iter()
        .filter_map(|field| field.name.split_once(' ').map(|(_, name)| name))
        .collect();
    let reached = reached(now, &touched)
        .filter(|id| !rules.iter().any(|rule| rule.id == *id))
        .map(str::to_owned)
        .collect();
    Compared {
        rules,
        shared,
        reached,
    }
}

fn rules(before: &Pack, now: &Pack) -> Vec<RuleCompared> {
    let ids: BTreeSet<&str> = before
        .rules()
        .iter()
        .chain(now.rules())
        .map(|rule| rule.id.as_str())
        .collect();
    let mut all = Vec::new();
    for id in ids {
        let (was, is) = (before.rule(id), now.rule(id));
        let is_same = match (was, is) {
            (Some(was), Some(is)) => Pack::rule_digest(was) == Pack::rule_digest(is),
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => true,
        };
        if is_same {
            continue;
        }
        let said = |rule: Option<&Rule>| rule.map(fields).unwrap_or_default();
        all.push(RuleCompared {
            id: id.to_owned(),
            title: is
                .or(was)
                .map_or_else(String::new, |rule| rule.title.clone()),
            before: was.map(|rule| rule.version),
            now: is.map(|rule| rule.version),
            fields: beside(&said(was), &said(is)),
        });
    }
    all
}

/// The rules of a pack that use any of these names, also through definitions.
fn reached<'p>(pack: &'p Pack, touched: &BTreeSet<&str>) -> impl Iterator<Item = &'p str> {
    let mut names: BTreeSet<String> = touched.iter().map(|name| (*name).to_owned()).collect();
    let uses = |expression: &Expression, names: &BTreeSet<String>| {
        names.iter().any(|name| expression.names(name))
    };
    // A definition may use another that differs: go on until no more are found.
    loop {
        let more: Vec<String> = pack
            .definitions()
            .filter(|(name, meaning)| !names.contains(*name) && uses(meaning, &names))
            .map(|(name, _)| name.to_owned())
            .collect();
        if more.is_empty() {
            break;
        }
        names.extend(more);
    }
    pack.rules()
        .iter()
        .filter(move |rule| {
            uses(&rule.when, &names)
                || rule
                    .settled_by
                    .as_ref()
                    .is_some_and(|one| uses(one, &names))
                || rule.sources.iter().any(|number| names.contains(number))
        })
        .map(|rule| rule.id.as_str())
}

fn fields(rule: &Rule) -> BTreeMap<(u8, &'static str), String> {
    let stages: Vec<&str> = rule.stages.iter().map(|stage| stage.word()).collect();
    let (when, missing) = match (rule.consequence, rule.missing) {
        (Consequence::Required, _) => ("Met when", "not met"),
        (_, Missing::Block) => ("Applies when", "blocks until answered"),
        (_, Missing::Ask) => ("Applies when", "listed; going on needs a reason"),
        (_, Missing::Ignore) => ("Applies when", "asked for, never in the way"),
    };
    let said = [
        (0, "Title", Some(rule.title.clone())),
        (1, "Asked", Some(stages.join(", "))),
        (2, when, Some(one_line(rule.when.source()))),
        (
            3,
            "Settled by",
            rule.settled_by.as_ref().map(|one| one_line(one.source())),
        ),
        (4, "If an input is missing", Some(missing.to_owned())),
        (5, "Then", Some(rule.consequence.to_string())),
        (
            6,
            "Do",
            (!rule.actions.is_empty()).then(|| rule.actions.join("; ")),
        ),
        (
            7,
            "Readings due sooner",
            rule.tighter.as_ref().map(ToString::to_string),
        ),
        (8, "Why", Some(rule.rationale.clone())),
        (9, "Sources", Some(rule.sources.join(", "))),
        (10, "Evidence", Some(rule.mark.letter().to_owned())),
        (11, "Of the evidence", rule.mark_note.clone()),
        (12, "Review by", Some(rule.review_by.to_string())),
        (
            13,
            "Second reader",
            Some(
                if rule.second_reader {
                    "needed"
                } else {
                    "not needed"
                }
                .to_owned(),
            ),
        ),
    ];
    said.into_iter()
        .filter_map(|(place, name, words)| Some(((place, name), words?)))
        .collect()
}

fn shared(pack: &Pack) -> BTreeMap<(u8, String), String> {
    let mut all = BTreeMap::new();
    for (name, meaning) in pack.definitions() {
        all.insert(
            (0, format!("Definition {name}")),
            one_line(meaning.source()),
        );
    }
    for (name, setting) in &pack.settings {
        let value = setting
            .value
            .map_or_else(|| "off".to_owned(), |value| value.to_string());
        let words = format!("{value}: {} ({})", setting.says, setting.mark.letter());
        all.insert((1, format!("Setting {name}")), words);
    }
    for list in &pack.lists {
        let drugs: Vec<String> = list
            .drugs
            .iter()
            .map(|drug| match &drug.rxnorm {
                Some(code) => format!("{} (RxNorm {code}, {})", drug.name, drug.mark.letter()),
                None => drug.name.clone(),
            })
            .collect();
        let classes = if list.classes.is_empty() {
            String::new()
        } else {
            let marked = list.classes_mark.letter();
            format!("; ATC {} ({marked})", list.classes.join(", "))
        };
        let words = format!("{}: {}{classes}", list.title, drugs.join(", "));
        all.insert((2, format!("List {}", list.name)), words);
    }
    for input in pack.inputs.inputs() {
        let loinc = input
            .loinc
            .as_ref()
            .map_or_else(String::new, |(code, mark)| {
                format!("; LOINC {code} ({})", mark.letter())
            });
        let called = input
            .words
            .as_ref()
            .map_or_else(String::new, |words| format!("Called {words}. "));
        let words = format!(
            "{called}{} Answered with {}{loinc}",
            input.question,
            input.answered_with()
        );
        all.insert((3, format!("Input {}", input.name)), words);
    }
    for (number, source) in &pack.sources {
        let words = format!("{}, {}", source.title, source.address);
        all.insert((4, format!("Source {number}")), words);
    }
    for pointer in &pack.pointers {
        let words = format!("{}: see {}", pointer.title, pointer.to.join(", "));
        all.insert((5, format!("Pointer {}", pointer.id)), words);
    }
    all
}

fn beside<K: Ord + Clone + Named>(
    before: &BTreeMap<K, String>,
    now: &BTreeMap<K, String>,
) -> Vec<FieldCompared> {
    let names: BTreeSet<&K> = before.keys().chain(now.keys()).collect();
    names
        .into_iter()
        .map(|name| FieldCompared {
            name: name.name(),
            before: before.get(name).cloned(),
            now: now.get(name).cloned(),
        })
        .collect()
}

fn differing(
    before: &BTreeMap<(u8, String), String>,
    now: &BTreeMap<(u8, String), String>,
) -> Vec<FieldCompared> {
    let mut all = beside(before, now);
    all.retain(FieldCompared::differs);
    all
}

/// A key that says what its field is called.
trait Named {
    fn name(&self) -> String;
}

impl Named for (u8, &'static str) {
    fn name(&self) -> String {
        self.1.to_owned()
    }
}

impl Named for (u8, String) {
    fn name(&self) -> String {
        self.1.clone()
    }
}

/// A condition as written, its line breaks as spaces.
fn one_line(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}
