//! What an assessment says of one person, beyond the single rule.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::{
    Answer, Assessment, Case, Clearance, Code, EXAMPLE_AT, Facts, Observation, Outcome, Override,
    OverrideRefusal, Pack, Quantity, Stage, When, assess, house,
};

fn clear() -> Facts {
    let text = include_str!("../../../rules/examples/clear.json");
    Case::from_json(text, &house::inputs().unwrap(), |_| None)
        .unwrap()
        .facts
}

fn pack() -> Pack {
    house::pack().unwrap()
}

fn minutes(minutes: i64) -> jiff::Timestamp {
    EXAMPLE_AT
        .checked_add(jiff::SignedDuration::from_mins(minutes))
        .unwrap()
}

fn yes(at: jiff::Timestamp) -> Observation {
    Observation::new(Answer::YesNo(true), When::At(at), "entry 7")
}

fn lifted(rule: &str, at: jiff::Timestamp, second: Option<&str>) -> Override {
    Override {
        rule: rule.to_owned(),
        version: 1,
        reason: "benefit seen".to_owned(),
        mitigation: "watched closely".to_owned(),
        by: "Dr A".to_owned(),
        second_reader: second.map(str::to_owned),
        at,
        entry: "entry 9".to_owned(),
    }
}

fn refusal(found: &Assessment<'_>, rule: &str) -> Option<OverrideRefusal> {
    found.verdict(rule).unwrap().override_refused
}

#[test]
fn a_verdict_names_the_value_and_the_entry_it_hangs_on() {
    let (pack, mut facts) = (pack(), clear());
    facts.observe("stroke", yes(minutes(-60)));
    let found = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    let verdict = found.verdict("E15a").unwrap();
    assert_eq!(verdict.outcome, Outcome::Fired);
    let used: Vec<(&str, &str)> = verdict
        .used
        .iter()
        .map(|one| (one.input, one.observation.entry.as_str()))
        .collect();
    assert!(used.contains(&("stroke", "entry 7")), "{used:?}");
    assert_eq!(found.clearance, Clearance::Excluded);
}

#[test]
fn what_lies_in_the_future_is_not_seen() {
    let (pack, mut facts) = (pack(), clear());
    facts.observe("stroke", yes(minutes(1)));
    let found = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    assert_eq!(found.verdict("E15a").unwrap().outcome, Outcome::NotFired);
}

#[test]
fn an_override_lifts_until_a_newer_fact_and_only_with_its_second_reader() {
    let (pack, mut facts) = (pack(), clear());
    facts.observe("psychosis_past", yes(minutes(-60)));
    facts.overrides.push(lifted("E11", minutes(-30), None));
    let found = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    assert_eq!(
        refusal(&found, "E11"),
        Some(OverrideRefusal::NoSecondReader)
    );
    facts
        .overrides
        .push(lifted("E11", minutes(-20), Some("Dr A")));
    let found = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    assert_eq!(refusal(&found, "E11"), Some(OverrideRefusal::SamePerson));
    // The clear person answered no at the moment of the example; the override must be of then.
    facts
        .overrides
        .push(lifted("E11", EXAMPLE_AT, Some("Dr B")));
    let found = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    assert!(found.verdict("E11").unwrap().overridden.is_some());
    assert_eq!(found.clearance, Clearance::NothingInTheWay);
    facts.observe("psychosis_past", yes(minutes(5)));
    let found = assess(&facts, &pack, Stage::Screen, minutes(10));
    assert_eq!(refusal(&found, "E11"), Some(OverrideRefusal::FactsChanged));
}

#[test]
fn an_exclusion_cannot_be_overridden_and_says_so() {
    let (pack, mut facts) = (pack(), clear());
    facts.observe("stroke", yes(minutes(-60)));
    facts
        .overrides
        .push(lifted("E15a", EXAMPLE_AT, Some("Dr B")));
    let found = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    assert_eq!(
        refusal(&found, "E15a"),
        Some(OverrideRefusal::NotOverridable)
    );
    assert_eq!(found.clearance, Clearance::Excluded);
}

#[test]
fn before_a_session_a_screening_rule_is_asked_again_only_with_news() {
    let (pack, mut facts) = (pack(), clear());
    facts.screened_at = Some(minutes(5));
    let found = assess(&facts, &pack, Stage::PreSession, minutes(10));
    assert_eq!(found.verdict("E15a").unwrap().outcome, Outcome::Unchanged);
    assert_ne!(found.verdict("E18a").unwrap().outcome, Outcome::Unchanged);
    // Charted late: it happened before the screening and became known after it.
    let mut late = yes(minutes(-60));
    late.recorded_at = Some(minutes(8));
    facts.observe("stroke", late);
    let found = assess(&facts, &pack, Stage::PreSession, minutes(10));
    assert_eq!(found.verdict("E15a").unwrap().outcome, Outcome::Fired);
}

#[test]
fn a_day_is_a_day_in_the_clinics_zone() {
    let pack = pack();
    // 03:00 UTC on the 25th is the evening of the 24th in New York.
    let at = "2026-11-25T03:00:00Z".parse().unwrap();
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(-5));
    let mut facts = Facts::new(zone);
    let negative = Answer::Code(Code::plain("negative"));
    let morning = When::At("2026-11-24T14:00:00Z".parse().unwrap());
    facts.observe("childbearing_potential", yes(EXAMPLE_AT));
    facts.observe("pregnancy_test", Observation::new(negative, morning, ""));
    let found = assess(&facts, &pack, Stage::PreSession, at);
    assert_eq!(found.verdict("E07a").unwrap().outcome, Outcome::NotFired);
}

#[test]
fn nobody_leaves_while_one_item_is_open() {
    let pack = pack();
    let examples = house::examples().unwrap();
    let mut facts = Facts::in_utc();
    let mut seen = std::collections::BTreeSet::new();
    // The first example that meets each item, all together, is a person fit to leave.
    for example in examples
        .iter()
        .filter(|one| one.expected == protocol::Expected::Fires)
    {
        if !example.rule.starts_with('G') || !seen.insert(example.rule.clone()) {
            continue;
        }
        for input in example.facts.inputs() {
            for one in example.facts.of(input) {
                let is_start = input == "dose_started" && !facts.of(input).is_empty();
                if !is_start && !facts.of(input).contains(one) {
                    facts.observe(input, one.clone());
                }
            }
        }
    }
    let found = assess(&facts, &pack, Stage::Discharge, EXAMPLE_AT);
    let open: Vec<&str> = found
        .verdicts
        .iter()
        .filter(|one| one.outcome != Outcome::Met)
        .map(|one| one.rule.id.as_str())
        .collect();
    assert!(found.may_leave(), "open: {open:?}");
    for input in [
        "aldrete",
        "gait_steady",
        "escort_present_id_checked",
        "cssrs_item_3",
    ] {
        let mut less = facts.clone();
        less.forget(input);
        let found = assess(&less, &pack, Stage::Discharge, EXAMPLE_AT);
        assert!(!found.may_leave(), "left without {input}");
    }
    let screen = assess(&facts, &pack, Stage::Screen, EXAMPLE_AT);
    assert!(!screen.may_leave(), "another stage never lets anyone leave");
}

#[test]
fn the_breath_limit_is_a_setting_and_a_value_in_another_unit_is_refused() {
    let (pack, mut facts) = (pack(), clear());
    facts.forget("breath_alcohol");
    let breath = Answer::Quantity(Quantity::parse("0.015 g/dL").unwrap());
    facts.observe(
        "breath_alcohol",
        Observation::new(breath, When::At(EXAMPLE_AT), ""),
    );
    let held = |facts: &Facts| {
        assess(facts, &pack, Stage::PreSession, EXAMPLE_AT)
            .verdict("E29")
            .unwrap()
            .outcome
    };
    assert_eq!(held(&facts), Outcome::Fired);
    let name = "breath_alcohol_limit".to_owned();
    facts
        .settings
        .insert(name.clone(), Quantity::parse("0.02 g/dL").unwrap());
    assert!(pack.check_settings(&facts.settings).is_empty());
    assert_eq!(held(&facts), Outcome::NotFired);
    facts
        .settings
        .insert(name, Quantity::parse("20 mmHg").unwrap());
    assert_eq!(pack.check_settings(&facts.settings).len(), 1);
    assert_eq!(
        held(&facts),
        Outcome::Fired,
        "the default stands where the setting cannot"
    );
}

#[test]
fn a_facts_file_with_an_unknown_input_or_an_impossible_value_is_refused_in_a_sentence() {
    let dictionary = house::inputs().unwrap();
    let told = |facts: &str| {
        let text = format!(r#"{{"stage":"screen","at":"2026-11-24T15:00:00Z","facts":{facts}}}"#);
        Case::from_json(&text, &dictionary, |_| None)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        told(r#"{"sistolic":"140 mmHg"}"#),
        "facts.sistolic: there is no input \"sistolic\"; did you mean systolic?"
    );
    assert!(told(r#"{"pulse":"720 /min"}"#).contains("outside 20 /min to 250 /min"));
    assert!(told(r#"{"weight":[{"value":7,"unit":"kg"}]}"#).contains("outside 25 kg to 350 kg"));
    assert!(told(r#"{"pulse":"72 mmHg"}"#).contains("a number in /min was asked for"));
    assert!(told(r#"{"stroke":"yes","stroke":"no"}"#).contains("cannot be read"));

    let long = format!(r#"{{"medicine":"{}"}}"#, "x".repeat(2_001));
    assert!(told(&long).contains("is longer than 2000 bytes"));
    assert!(told(r#"{"stroke":"maybe"}"#).contains("write yes, no, unknown or declined"));
    assert!(told(r#"{"stroke":"yes @ 2026-02-30"}"#).contains("is not known"));
    assert!(told("[]").contains("write an object"));
}
