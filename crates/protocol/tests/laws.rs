//! Laws that hold for every chart: what is missing never helps, what excludes never helps, and the
//! order of rules is nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test that cannot go on has failed"
)]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;
use protocol::{
    Assessment, Case, Class, Clearance, Consequence, EXAMPLE_AT, Example, Expected, Facts, Outcome,
    Override, Pack, Stage, assess, house,
};

fn pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| house::pack().unwrap())
}

fn examples() -> &'static [Example] {
    static EXAMPLES: OnceLock<Vec<Example>> = OnceLock::new();
    EXAMPLES.get_or_init(|| house::examples().unwrap())
}

/// The rules that fired by a fact, and that an answer settles once the fact is gone.
///
/// A chart that contradicts itself ("no opioids", and a withdrawal score of 20) holds the dose by the
/// score; without the score the answer is all there is, and it settles what nobody measured. For every
/// rule but these the law holds.
fn settled_away(before: &Assessment<'_>, after: &Assessment<'_>) -> BTreeSet<String> {
    let fired = before.that(Outcome::Fired).map(|fired| &fired.rule.id);
    let is_settled = |rule: &&String| {
        let later = after.verdict(rule);
        later.is_some_and(|later| later.outcome == Outcome::Settled)
    };
    fired.filter(is_settled).cloned().collect()
}

/// Whether the way to a dose is more open after than before, by any rule that an answer did not settle.
fn is_more_open(before: &Assessment<'_>, after: &Assessment<'_>) -> bool {
    let settled = settled_away(before, after);
    openness_but(after, &settled) > openness_but(before, &settled)
}

/// A person whom no rule keeps from a dose.
fn clear() -> Facts {
    let text = include_str!("../../../rules/examples/clear.json");
    Case::from_json(text, &house::inputs().unwrap(), |_| None)
        .unwrap()
        .facts
}

/// How open the way to a dose is: not, with an override, or nothing in the way.
fn openness(found: &Assessment<'_>) -> u8 {
    openness_but(found, &BTreeSet::new())
}

/// The same, as if these rules had not been asked.
fn openness_but(found: &Assessment<'_>, left_out: &BTreeSet<String>) -> u8 {
    let asked = found.verdicts.iter();
    let asked = asked.filter(|verdict| !left_out.contains(&verdict.rule.id));
    let open = asked.map(|verdict| match verdict.clearance() {
        Clearance::Excluded | Clearance::HeldToday | Clearance::NeedsAnswers => 0,
        Clearance::NeedsOverride => 1,
        Clearance::NothingInTheWay => 2,
    });
    open.min().unwrap_or(2)
}

/// Adds every observation of an example to a person.
fn overlay(facts: &mut Facts, example: &Example) {
    for input in example
        .facts
        .inputs()
        .map(str::to_owned)
        .collect::<Vec<_>>()
    {
        for one in example.facts.of(&input) {
            facts.observe(&input, one.clone());
        }
    }
}

const STAGES: [Stage; 2] = [Stage::Screen, Stage::PreSession];

/// What may be missing without being asked for, and why that is right.
///
/// An electrocardiogram due and absent is an override by the director's reading, although one that
/// is there may exclude; the urinary score needs a licence a clinic may not have; the first dose is
/// set by the course and never asked of anyone.
const NOT_ASKED: [&str; 3] = ["bpic_ss", "course_first_dose", "qtcf"];

fn gate_examples() -> Vec<&'static Example> {
    let is_gate = |example: &&Example| {
        let rule = pack().rule(&example.rule).unwrap();
        matches!(rule.consequence, Consequence::Gate(_))
    };
    examples().iter().filter(is_gate).collect()
}

#[test]
fn a_clear_person_has_nothing_in_the_way_at_either_stage() {
    let facts = clear();
    for stage in STAGES {
        let found = assess(&facts, pack(), stage, EXAMPLE_AT);
        let open: Vec<String> = found
            .verdicts
            .iter()
            .filter(|one| matches!(one.outcome, Outcome::Fired | Outcome::Unanswered))
            .map(|one| format!("{} {:?} {:?}", one.rule.id, one.outcome, one.missing))
            .collect();
        assert_eq!(found.clearance, Clearance::NothingInTheWay, "{open:#?}");
    }
}

#[test]
fn taking_any_one_answer_from_a_clear_person_never_helps_and_mostly_blocks() {
    let facts = clear();
    let mut blocking = 0;
    for input in facts.inputs().map(str::to_owned).collect::<Vec<_>>() {
        let mut less = facts.clone();
        less.forget(&input);
        let found = STAGES.map(|stage| openness(&assess(&less, pack(), stage, EXAMPLE_AT)));
        blocking += usize::from(found.contains(&0));
    }
    assert!(blocking >= 45, "only {blocking} inputs block when missing");
}

/// Every one thing wrong with every answer missing that its rule reads, so that chance finds nothing
/// new here.
#[test]
fn no_one_input_missing_ever_makes_a_person_with_one_thing_wrong_more_eligible() {
    let mut helped = Vec::new();
    for example in gate_examples() {
        let mut facts = clear();
        overlay(&mut facts, example);
        let before = STAGES.map(|stage| assess(&facts, pack(), stage, EXAMPLE_AT));
        let rule = pack().rule(&example.rule).unwrap();
        let read: BTreeSet<&str> = rule.when.reads().chain(example.facts.inputs()).collect();
        for input in read {
            if NOT_ASKED.contains(&input) {
                continue;
            }
            let mut less = facts.clone();
            less.forget(input);
            for (stage, before) in STAGES.into_iter().zip(&before) {
                let after = assess(&less, pack(), stage, EXAMPLE_AT);
                if is_more_open(before, &after) {
                    helped.push(format!("{} without {input} at {stage:?}", example.rule));
                }
            }
        }
    }
    assert!(helped.is_empty(), "{helped:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// For a person with up to four things wrong, at either stage.
    #[test]
    fn no_input_missing_ever_makes_a_person_more_eligible(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        forgotten in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        stage in prop::sample::select(STAGES.to_vec()),
    ) {
        let gates = gate_examples();
        let mut facts = clear();
        for pick in &picks {
            overlay(&mut facts, pick.get::<&Example>(&gates));
        }
        let before = assess(&facts, pack(), stage, EXAMPLE_AT);
        let names: Vec<String> =
            facts.inputs().filter(|name| !NOT_ASKED.contains(name)).map(str::to_owned).collect();
        let mut less = facts.clone();
        let gone: BTreeSet<&String> = forgotten.iter().map(|one| one.get(&names)).collect();
        for name in &gone {
            less.forget(name);
        }
        let after = assess(&less, pack(), stage, EXAMPLE_AT);
        prop_assert!(
            !is_more_open(&before, &after),
            "without {gone:?}: {:?} became {:?}", before.clearance, after.clearance
        );
    }

    #[test]
    fn adding_an_excluding_fact_never_makes_a_person_eligible(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        excluding in any::<prop::sample::Index>(),
    ) {
        let excludes: Vec<&Example> = examples()
            .iter()
            .filter(|example| example.expected == Expected::Fires)
            .filter(|example| {
                pack().rule(&example.rule).unwrap().consequence == Consequence::Gate(Class::Exclude)
            })
            .collect();
        let gates = gate_examples();
        let mut facts = clear();
        for pick in &picks {
            overlay(&mut facts, pick.get::<&Example>(&gates));
        }
        let example = excluding.get(&excludes);
        let stage = pack().rule(&example.rule).unwrap().stages[0];
        let before = openness(&assess(&facts, pack(), stage, EXAMPLE_AT));
        overlay(&mut facts, example);
        let after = openness(&assess(&facts, pack(), stage, EXAMPLE_AT));
        prop_assert!(after <= before, "{} opened the way", example.rule);
        if picks.is_empty() {
            prop_assert_eq!(after, 0, "{} did not close the way", &example.rule);
        }
    }

    #[test]
    fn overriding_everything_never_lifts_an_exclusion_or_a_hold(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        stage in prop::sample::select(STAGES.to_vec()),
    ) {
        let gates = gate_examples();
        let mut facts = clear();
        for pick in &picks {
            overlay(&mut facts, pick.get::<&Example>(&gates));
        }
        let before = assess(&facts, pack(), stage, EXAMPLE_AT).clearance;
        for rule in pack().rules() {
            facts.overrides.push(Override {
                rule: rule.id.clone(),
                version: rule.version,
                reason: "benefit".to_owned(),
                mitigation: "watched".to_owned(),
                by: "Dr A".to_owned(),
                second_reader: Some("Dr B".to_owned()),
                at: EXAMPLE_AT,
                entry: String::new(),
            });
        }
        let after = assess(&facts, pack(), stage, EXAMPLE_AT).clearance;
        if before == Clearance::NeedsOverride {
            prop_assert_eq!(after, Clearance::NothingInTheWay);
        } else {
            prop_assert_eq!(after, before);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_rules_never_changes_the_outcome(
        seed in prop::collection::vec(any::<u32>(), 200),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let shuffled: Vec<(&str, String)> =
            house::RULES.iter().rev().map(|(name, text)| (*name, shuffled(text, &seed))).collect();
        // The file that names the pack stays first.
        let mut files: Vec<(&str, &str)> =
            shuffled.iter().map(|(name, text)| (*name, text.as_str())).collect();
        files.rotate_right(1);
        let other =
            Pack::read(&files, &house::inputs().unwrap(), &house::sources().unwrap()).unwrap();
        prop_assert_eq!(other.digest(), pack().digest());
        let gates = gate_examples();
        let mut facts = clear();
        for pick in &picks {
            overlay(&mut facts, pick.get::<&Example>(&gates));
        }
        for stage in STAGES {
            let (a, b) = (
                assess(&facts, pack(), stage, EXAMPLE_AT),
                assess(&facts, &other, stage, EXAMPLE_AT),
            );
            prop_assert_eq!(a.clearance, b.clearance);
            let a: Vec<_> = a.verdicts.iter().map(|one| (&one.rule.id, one.outcome)).collect();
            let b: Vec<_> = b.verdicts.iter().map(|one| (&one.rule.id, one.outcome)).collect();
            prop_assert_eq!(a, b);
        }
    }
}

/// The text with its rules in another order.
fn shuffled(text: &str, seed: &[u32]) -> String {
    let mut parts = text.split("\n[[rule]]");
    let head = parts.next().unwrap_or_default().to_owned();
    let mut rules: Vec<(u32, &str)> = parts
        .enumerate()
        .map(|(nth, rule)| (seed[nth % seed.len()], rule))
        .collect();
    rules.sort_unstable();
    rules
        .iter()
        .fold(head, |text, (_, rule)| text + "\n[[rule]]" + rule)
}
