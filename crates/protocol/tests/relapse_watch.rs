//! The relapse watch: every signal scores what its file says, and what is missing never scores.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use proptest::prelude::*;
use protocol::contact::Tier;
use protocol::contact::relapse_watch::{RelapseWatch, Signals};

const HOUSE: &str = include_str!("../../../contact/relapse-watch.toml");

fn watch() -> RelapseWatch {
    RelapseWatch::house().unwrap()
}

fn quiet() -> Signals {
    Signals {
        used: (1..=13).map(|ago| (ago, false)).collect(),
        craving: Some(1),
        cravings_before: (1..=13).map(|ago| (ago, 1)).collect(),
        confidence: Some(9),
        risky: Some(false),
        phq_9: vec![(3, 4.0), (10, 5.0)],
        sleep_hours: Some(7.5),
        isi: None,
        missed_in_a_row: Some(0),
        protective: Some((5, 18.0)),
    }
}

#[test]
fn a_quiet_week_scores_nothing_and_nothing_is_missing() {
    let score = watch().score(&quiet());
    assert_eq!(
        (score.points, score.is_at_least, score.tier),
        (0, false, Tier::Calm)
    );
    assert_eq!(watch().most(), 12);
}

/// What is changed in a quiet week, and the points that follow.
type Case = (&'static str, fn(&mut Signals), u32);

const CASES: &[Case] = &[
    ("use six days ago", |one| one.used = vec![(6, true)], 3),
    ("use seven days ago", |one| one.used = vec![(7, true)], 0),
    ("craving 7", |one| one.craving = Some(7), 2),
    ("two above the mean", |one| one.craving = Some(3), 2),
    ("confidence 4", |one| one.confidence = Some(4), 2),
    ("risky", |one| one.risky = Some(true), 1),
    ("PHQ-9 of 10", |one| one.phq_9 = vec![(1, 10.0)], 1),
    ("PHQ-9 up 5", |one| one.phq_9 = vec![(1, 9.0), (8, 4.0)], 1),
    ("an old PHQ-9", |one| one.phq_9 = vec![(15, 20.0)], 0),
    ("short sleep", |one| one.sleep_hours = Some(4.5), 1),
    ("insomnia", |one| one.isi = Some((2, 15.0)), 1),
    ("two missed", |one| one.missed_in_a_row = Some(2), 1),
    ("protective 12", |one| one.protective = Some((2, 12.0)), 1),
];

#[test]
fn every_signal_scores_what_the_file_says() {
    for (name, change, points) in CASES {
        let mut signals = quiet();
        change(&mut signals);
        assert_eq!(watch().score(&signals).points, *points, "{name}");
    }
}

#[test]
fn some_craving_scores_less_and_four_answers_make_no_mean() {
    let mut some = quiet();
    (some.craving, some.cravings_before) = (Some(4), Vec::new());
    assert_eq!(watch().score(&some).points, 1);
    let mut few = quiet();
    few.cravings_before.truncate(4);
    few.craving = Some(3);
    assert_eq!(watch().score(&few).points, 0);
}

#[test]
fn amber_begins_at_three_and_red_at_six() {
    let tiers: Vec<Tier> = [2, 3, 5, 6].map(|points| watch().tier(points)).to_vec();
    assert_eq!(tiers, [Tier::Calm, Tier::Amber, Tier::Amber, Tier::Red]);
}

#[test]
fn silence_reads_as_at_least_and_names_what_is_missing() {
    let score = watch().score(&Signals::default());
    assert!(score.is_at_least);
    let missing = score.counted.iter().filter(|one| one.is_missing);
    assert_eq!(missing.count(), 7);
}

#[test]
fn a_file_that_nobody_could_mean_is_refused() {
    for (from, to) in [
        ("red_from = 6", "red_from = 3"),
        ("red_from = 6", "red_from = 40"),
        ("amber_hours = 24", "amber_hours = 0"),
        ("mark = \"H\"", "mark = \"X\""),
    ] {
        assert!(
            RelapseWatch::read(&HOUSE.replace(from, to)).is_err(),
            "{to}"
        );
    }
}

const GONE: &[fn(&mut Signals)] = &[
    |one| one.craving = None,
    |one| one.confidence = None,
    |one| one.risky = None,
    |one| one.phq_9.clear(),
    |one| one.used.clear(),
];

proptest! {
    /// Whatever is taken away, the score never rises and what is gone is named.
    #[test]
    fn an_answer_less_never_scores_more(
        craving in 0_u8..=10,
        confidence in 0_u8..=10,
        risky: bool,
        used: bool,
        phq in 0_u8..=27,
    ) {
        let known = Signals {
            used: vec![(1, used)],
            craving: Some(craving),
            confidence: Some(confidence),
            risky: Some(risky),
            phq_9: vec![(0, f64::from(phq))],
            ..quiet()
        };
        let whole = watch().score(&known);
        prop_assert!(whole.points <= watch().most());
        for take in GONE {
            let mut less = known.clone();
            take(&mut less);
            let score = watch().score(&less);
            prop_assert!(score.points <= whole.points);
            prop_assert!(score.is_at_least);
        }
    }
}
