//! What the specification asks for is there, whole: every rule by its number, every part of an evaluation, and
//! what a protocol must hold to be prescribed.

use std::collections::BTreeSet;

use protocol::evaluation::{Panel, Steps};
use protocol::{Standing, house};

/// The numbers of the specification by their letter, and how many there are.
const NUMBERS: [(char, u32); 4] = [('E', 53), ('D', 22), ('M', 20), ('G', 9)];

#[test]
fn the_pack_holds_every_rule_of_the_specification_each_with_its_grounds() {
    let pack = house::pack().unwrap();
    let mut held: BTreeSet<String> = pack
        .rules()
        .iter()
        .map(|rule| rule.number().to_owned())
        .collect();
    held.extend(pack.pointers().iter().map(|pointer| pointer.id.clone()));
    for (letter, n) in NUMBERS {
        for number in 1..=n {
            let id = format!("{letter}{number:02}");
            assert!(held.contains(&id), "{id} is not there");
        }
    }
    for rule in pack.rules() {
        let id = &rule.id;
        assert!(rule.version >= 1 && !rule.title.is_empty(), "{id}");
        assert!(!rule.stages.is_empty(), "{id} is asked at no stage");
        assert!(!rule.rationale.is_empty(), "{id} says no reason");
        assert!(!rule.sources.is_empty(), "{id} has no source");
        for number in &rule.sources {
            assert!(
                pack.source(number).is_some(),
                "{id}: {number} is not listed"
            );
        }
        assert!(rule.reads().next().is_some(), "{id} reads nothing");
        assert!(rule.review_by.year() >= 2026, "{id} is never reviewed");
    }
}

#[test]
fn the_evaluation_asks_what_a_real_one_does_and_much_of_it_of_the_patient_beforehand() {
    let steps = Steps::house(&house::inputs().unwrap()).unwrap();
    let asked: BTreeSet<&str> = steps
        .steps
        .iter()
        .flat_map(|step| &step.questions)
        .map(|question| question.id.as_str())
        .collect();
    for question in [
        "substance_in_use",
        "detoxifications",
        "detoxification_story",
        "withdrawal_seizure",
        "withdrawal_delirium",
        "mental_health_story",
        "family_history",
        "psychosis_first_degree_relative",
        "childbearing_potential",
        "contraception_agreed",
        "medicines_told",
        "allergies_told",
        "escort_name",
        "escort_named_adult_with_phone",
    ] {
        assert!(asked.contains(question), "{question} is not asked");
    }
    for panel in [
        Panel::Criteria,
        Panel::Conditions,
        Panel::Medicines,
        Panel::Vitals,
        Panel::Laboratory,
        Panel::Calendar,
    ] {
        assert!(
            steps.steps.iter().any(|step| step.panel == Some(panel)),
            "no step shows the list {panel:?}"
        );
    }
    let beforehand = steps.for_patient().count();
    assert!(
        beforehand * 3 > asked.len(),
        "{beforehand} of {} are put to the patient",
        asked.len()
    );
}

#[test]
fn a_protocol_that_can_be_prescribed_says_doses_talk_watching_measures_and_where_it_is_from() {
    for one in house::protocols().unwrap() {
        if one.standing != Standing::Prescribable {
            continue;
        }
        let id = &one.id;
        assert!(one.version >= 1, "{id}");
        assert!(!one.sessions.is_empty(), "{id} has no dose");
        assert!(!one.monitoring.is_empty(), "{id} is not watched");
        assert!(!one.assessments.is_empty(), "{id} measures nothing");
        assert!(!one.sources.is_empty(), "{id} names no source");
        assert!(one.stay_min.0 > 0, "{id} lets people leave at once");
    }
}
