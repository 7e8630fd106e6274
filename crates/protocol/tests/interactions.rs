//! Interactions stand in the way by the same assessment as every other rule: what must block or hold does.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::{Case, Class, Clearance, Consequence, Outcome, Pack, Stage, assess, house};
use serde_json::{Value, json};

/// What each interaction is to do by the specification; the rest of the interactions never block.
const CLASSES: &[(&str, Class)] = &[
    ("D01", Class::Caution),
    ("D02", Class::Caution),
    ("D03a", Class::Override),
    ("D03b", Class::Override),
    ("D03c", Class::Caution),
    ("D04", Class::Caution),
    ("D05", Class::Caution),
    ("D06", Class::Caution),
    ("D07", Class::Info),
    ("D08", Class::Caution),
    ("D09", Class::Info),
    ("D10", Class::Caution),
    ("D11", Class::Info),
    ("D12a", Class::Override),
    ("D12b", Class::Caution),
    ("D13", Class::Override),
    ("D14", Class::Exclude),
    ("D15", Class::Caution),
    ("D16", Class::Info),
    ("D17", Class::Caution),
    ("D18", Class::Caution),
    ("D19", Class::Info),
    ("D20", Class::HoldToday),
    ("D21", Class::Info),
    ("D22", Class::Caution),
];

/// The case nothing stands in the way of, with these facts in place of its own; a fact of nothing is
/// taken out.
fn case(stage: Stage, changed: &[(&str, Value)]) -> Case {
    let text = include_str!("../../../rules/examples/clear.json");
    let mut whole: Value = serde_json::from_str(text).unwrap();
    let all = whole
        .as_object_mut()
        .unwrap()
        .get_mut("facts")
        .unwrap()
        .as_object_mut()
        .unwrap();
    for (input, value) in changed {
        if value.is_null() {
            all.remove(*input);
        } else {
            all.insert((*input).to_owned(), value.clone());
        }
    }
    let mut case =
        Case::from_json(&whole.to_string(), &house::inputs().unwrap(), |_| None).unwrap();
    case.stage = stage;
    case
}

fn found(pack: &Pack, rule: &str, case: &Case) -> (Outcome, Clearance) {
    let run = assess(&case.facts, pack, case.stage, case.at);
    (run.verdict(rule).unwrap().outcome, run.clearance)
}

#[test]
fn each_interaction_has_the_class_the_specification_gives_it() {
    let pack = house::pack().unwrap();
    let of_interactions = |id: &str| id.starts_with('D');
    let rules = pack.rules().iter().filter(|rule| of_interactions(&rule.id));
    let all: Vec<(&str, Class)> = rules
        .filter_map(|rule| match rule.consequence {
            Consequence::Gate(class) => Some((rule.id.as_str(), class)),
            Consequence::Act(_) | Consequence::Required => None,
        })
        .collect();
    assert_eq!(all, CLASSES);
    assert!(
        pack.rules()
            .iter()
            .filter(|rule| of_interactions(&rule.id))
            .all(|rule| !rule.actions.is_empty()),
        "an interaction says what to do"
    );
}

/// An interaction that stands in the way, in the three states a fact can be in.
struct Row {
    rule: &'static str,
    stage: Stage,
    fires: &'static [(&'static str, &'static str)],
    not: &'static [(&'static str, &'static str)],
    missing: &'static [&'static str],
    clearance: Clearance,
}

const ROWS: [Row; 5] = [
    Row {
        rule: "D14",
        stage: Stage::Screen,
        fires: &[("medicine", "theophylline")],
        not: &[("medicine", "lisinopril")],
        missing: &["medicine"],
        clearance: Clearance::Excluded,
    },
    Row {
        rule: "D13",
        stage: Stage::Screen,
        fires: &[("medicine", "phenelzine")],
        not: &[("medicine", "lisinopril")],
        missing: &["medicine"],
        clearance: Clearance::NeedsOverride,
    },
    Row {
        rule: "D03a",
        stage: Stage::Screen,
        fires: &[("medicine", "diazepam"), ("substance_in_use", "alcohol")],
        not: &[("medicine", "lisinopril"), ("substance_in_use", "none")],
        missing: &["medicine", "substance_in_use"],
        clearance: Clearance::NeedsOverride,
    },
    Row {
        rule: "D12a",
        stage: Stage::PreSession,
        fires: &[("medicine_taken", "methylphenidate @ -2 h")],
        not: &[("medicine_taken", "none")],
        missing: &["medicine_taken"],
        clearance: Clearance::NeedsOverride,
    },
    Row {
        rule: "D20",
        stage: Stage::PreSession,
        fires: &[
            ("route", "in"),
            ("medicine_taken", "oxymetazoline @ -30 min"),
        ],
        not: &[("route", "in"), ("medicine_taken", "oxymetazoline @ -2 h")],
        missing: &["medicine_taken", "route"],
        clearance: Clearance::HeldToday,
    },
];

#[test]
fn an_interaction_that_must_block_or_hold_does_so_where_it_fires_and_where_it_is_missing() {
    let pack = house::pack().unwrap();
    let set = |all: &[(&'static str, &str)]| -> Vec<(&'static str, Value)> {
        all.iter()
            .map(|(input, value)| (*input, json!(value)))
            .collect()
    };
    for row in &ROWS {
        let Row { rule, stage, .. } = *row;
        let (outcome, stands) = found(&pack, rule, &case(stage, &set(row.fires)));
        assert_eq!(outcome, Outcome::Fired, "{rule}");
        assert!(
            stands >= row.clearance,
            "{rule} fired, and it is {stands:?}"
        );
        let (outcome, without) = found(&pack, rule, &case(stage, &set(row.not)));
        assert_eq!(outcome, Outcome::NotFired, "{rule}");
        if stage == Stage::Screen {
            assert_eq!(stands, row.clearance, "{rule}");
            assert_eq!(without, Clearance::NothingInTheWay, "{rule}");
        }
        let gone: Vec<(&str, Value)> = row.missing.iter().map(|one| (*one, Value::Null)).collect();
        let (outcome, stands) = found(&pack, rule, &case(stage, &gone));
        assert_eq!(outcome, Outcome::Unanswered, "{rule} is missing");
        assert_ne!(stands, Clearance::NothingInTheWay, "{rule} is missing");
    }
}

#[test]
fn an_interaction_that_only_cautions_never_stands_in_the_way() {
    let pack = house::pack().unwrap();
    let calm = assess(
        &case(Stage::Screen, &[]).facts,
        &pack,
        Stage::Screen,
        protocol::EXAMPLE_AT,
    )
    .clearance;
    for (medicine, rule) in [
        ("lorazepam", "D01"),
        ("naltrexone", "D06"),
        ("lithium", "D09"),
        ("levothyroxine", "D15"),
    ] {
        let (outcome, stands) = found(
            &pack,
            rule,
            &case(Stage::Screen, &[("medicine", json!(medicine))]),
        );
        assert_eq!((outcome, stands), (Outcome::Fired, calm), "{rule}");
    }
}
