//! Readings that a rule makes due sooner: when, for how long, and never later.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper of a test that cannot go on has failed"
)]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use protocol::{
    Answer, Code, Due, EXAMPLE_AT, Facts, Observation, Pack, Protocol, Quantity, When, due, house,
    tighten,
};

fn protocol(id: &str) -> Protocol {
    let all = house::protocols().unwrap();
    all.into_iter().find(|one| one.id == id).unwrap()
}

fn minute(minute: i64) -> Timestamp {
    EXAMPLE_AT + SignedDuration::from_mins(minute)
}

fn facts(route: &str, medicines_taken: &[&str], readings: &[(i64, &str, &str)]) -> Facts {
    let mut facts = Facts::in_utc();
    let mut observe = |input: &str, answer: Answer, at: Timestamp| {
        facts.observe(input, Observation::new(answer, When::At(at), ""));
    };
    observe("dose_started", Answer::Moment(EXAMPLE_AT), EXAMPLE_AT);
    observe("route", Answer::Code(Code::plain(route)), EXAMPLE_AT);
    for medicine in medicines_taken {
        let answer = Answer::Code(Code::plain(medicine));
        observe("medicine_taken", answer, minute(-120));
    }
    for (at, input, value) in readings {
        let answer = Answer::Quantity(Quantity::parse(value).unwrap());
        observe(input, answer, minute(*at));
    }
    facts
}

fn dues(protocol: &Protocol, facts: &Facts, pack: &Pack, now: i64) -> (Vec<Due>, Vec<Due>) {
    let plain = due(protocol, &protocol.sessions[0], facts, EXAMPLE_AT);
    let mut tight = plain.clone();
    tighten(&mut tight, facts, pack, (EXAMPLE_AT, minute(now)));
    (plain, tight)
}

/// What is due and not read of an item, in minutes from the start, and by which rule.
fn open<'d>(dues: &'d [Due], item: &str) -> Vec<(i64, Option<&'d str>)> {
    let is_overtaken = |due: &Due| {
        dues.iter()
            .any(|one| one.item == due.item && one.at > due.at && one.read_at.is_some())
    };
    dues.iter()
        .filter(|due| due.item == item && due.minute >= 0 && due.read_at.is_none())
        .filter(|due| !is_overtaken(due))
        .map(|due| (due.minute, due.rule.as_deref()))
        .collect()
}

#[test]
fn a_raised_pressure_is_read_again_in_five_minutes_and_by_the_cadence_once_it_is_quiet() {
    let (kare, pack) = (protocol("kare-2022"), house::pack().unwrap());
    let mut readings = vec![(0, "systolic", "130 mmHg"), (11, "systolic", "165 mmHg")];
    let (plain, tight) = dues(&kare, &facts("iv", &[], &readings), &pack, 12);
    assert_eq!(open(&plain, "systolic").first(), Some(&(20, None)));
    assert_eq!(open(&tight, "systolic").first(), Some(&(16, Some("M06"))));

    readings.push((17, "systolic", "150 mmHg"));
    let (_, quiet) = dues(&kare, &facts("iv", &[], &readings), &pack, 18);
    assert_eq!(
        open(&quiet, "systolic").first(),
        Some(&(30, None)),
        "17 was the reading of 20"
    );
    let kept = quiet
        .iter()
        .find(|due| due.rule.is_some() && due.item == "systolic");
    assert_eq!(
        kept.map(|due| (due.minute, due.read_at)),
        Some((16, Some(minute(17)))),
        "what was due while it held stays on the record"
    );
}

#[test]
fn a_reading_that_a_rule_asked_for_and_nobody_took_stays_missed_once_it_is_quiet() {
    let (kare, pack) = (protocol("kare-2022"), house::pack().unwrap());
    let readings = [(41, "systolic", "165 mmHg"), (54, "systolic", "150 mmHg")];
    let (_, tight) = dues(&kare, &facts("iv", &[], &readings), &pack, 56);
    let asked: Vec<(i64, bool)> = tight
        .iter()
        .filter(|due| due.rule.is_some() && due.item == "systolic")
        .map(|due| (due.minute, due.read_at.is_some()))
        .collect();
    assert_eq!(asked, [(46, false), (51, false)], "55 is the cadence's own");
}

#[test]
fn pressure_is_due_every_five_minutes_of_the_first_twenty_after_a_stimulant() {
    let (kare, pack) = (protocol("kare-2022"), house::pack().unwrap());
    let taken = facts("iv", &["methylphenidate"], &[(0, "systolic", "130 mmHg")]);
    let (plain, tight) = dues(&kare, &taken, &pack, 30);
    let minutes =
        |dues: &[Due]| -> Vec<i64> { open(dues, "systolic").iter().map(|(at, _)| *at).collect() };
    assert_eq!(minutes(&plain)[..4], [10, 20, 30, 40]);
    assert_eq!(minutes(&tight)[..6], [5, 10, 15, 20, 30, 40]);
}

#[test]
fn a_monoamine_oxidase_inhibitor_makes_the_nasal_cadence_tighter_also_when_it_was_overridden() {
    let (nasal, pack) = (protocol("esketamine-trd"), house::pack().unwrap());
    let mut facts = facts("in", &[], &[(0, "systolic", "130 mmHg")]);
    let linezolid = Answer::Code(Code::plain("linezolid"));
    facts.observe(
        "medicine",
        Observation::new(linezolid, When::At(minute(-60)), ""),
    );
    facts.overrides.push(protocol::Override {
        rule: "D13".to_owned(),
        version: 1,
        reason: "no rise at the last dose".to_owned(),
        mitigation: "pressure every 5 minutes".to_owned(),
        by: "Dr A".to_owned(),
        second_reader: None,
        at: minute(-10),
        entry: String::new(),
    });
    let (plain, tight) = dues(&nasal, &facts, &pack, 1);
    assert_eq!(open(&plain, "systolic").first(), Some(&(40, None)));
    assert_eq!(open(&tight, "systolic").first(), Some(&(5, Some("D13"))));
}

#[test]
fn deep_sedation_asks_for_sedation_and_saturation_too() {
    let (kare, pack) = (protocol("kare-2022"), house::pack().unwrap());
    let deep = facts("iv", &[], &[(16, "sedation", "3 points")]);
    let (_, tight) = dues(&kare, &deep, &pack, 17);
    for item in ["sedation", "systolic"] {
        let first = open(&tight, item).into_iter().find(|(at, _)| *at > 16);
        assert!(first.is_some_and(|(at, _)| at <= 21), "{item} {first:?}");
    }
}

#[test]
fn how_often_stands_in_the_pack_and_nowhere_else() {
    let files = house::RULES.map(|(name, text)| {
        (
            name,
            text.replace(r#"every = "5 min" }"#, r#"every = "3 min" }"#)
                .replace("then every 5", "then every 3")
                .replace("every 5 minutes until", "every 3 minutes until"),
        )
    });
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let pack = Pack::read(
        &files,
        &house::inputs().unwrap(),
        &house::sources().unwrap(),
    )
    .unwrap();
    let readings = [(0, "systolic", "130 mmHg"), (11, "systolic", "165 mmHg")];
    let (_, tight) = dues(
        &protocol("kare-2022"),
        &facts("iv", &[], &readings),
        &pack,
        12,
    );
    assert_eq!(open(&tight, "systolic").first(), Some(&(14, Some("M06"))));
}

#[test]
fn no_action_promises_a_cadence_that_the_clock_does_not_keep() {
    for rule in house::pack().unwrap().rules() {
        let promises = rule.actions.iter().any(|action| {
            action
                .split("every ")
                .skip(1)
                .any(|rest| rest.starts_with(|one: char| one.is_ascii_digit()))
        });
        assert_eq!(promises, rule.tighter.is_some(), "{}", rule.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever was read and taken, a rule never makes the next reading due later, and takes nothing
    /// off what the protocol asks for.
    #[test]
    fn a_rule_never_makes_a_reading_due_later(
        place in 0_usize..11,
        route in proptest::sample::select(vec!["iv", "im", "in", "sl"]),
        taken in any::<bool>(),
        readings in proptest::collection::vec(
            (0_i64..180, proptest::sample::select(vec!["systolic", "diastolic", "sedation"]), 0_u8..4),
            0..14
        ),
        now in 0_i64..240,
    ) {
        let all = house::protocols().unwrap();
        let protocol = &all[place % all.len()];
        let pack = house::pack().unwrap();
        let value = |item: &str, step: u8| match item {
            "systolic" => ["120 mmHg", "158 mmHg", "161 mmHg", "205 mmHg"][usize::from(step)],
            "diastolic" => ["70 mmHg", "95 mmHg", "101 mmHg", "111 mmHg"][usize::from(step)],
            _ => ["5 points", "4 points", "3 points", "1 points"][usize::from(step)],
        };
        let readings: Vec<(i64, &str, &str)> = readings
            .iter()
            .filter(|(at, _, _)| *at <= now)
            .map(|(at, item, step)| (*at, *item, value(item, *step)))
            .collect();
        let taken: &[&str] = if taken { &["cocaine"] } else { &[] };
        let facts = facts(route, taken, &readings);
        let (plain, tight) = dues(protocol, &facts, &pack, now);
        for item in ["systolic", "diastolic", "sedation", "pulse", "saturation"] {
            if let Some((before, _)) = open(&plain, item).first() {
                let after = open(&tight, item).first().map(|(at, _)| *at);
                prop_assert!(after.is_some_and(|after| after <= *before), "{} {:?} {:?}", item, before, after);
            }
        }
        let cadence: Vec<&Due> = tight.iter().filter(|due| due.rule.is_none()).collect();
        prop_assert_eq!(cadence, plain.iter().collect::<Vec<_>>());
    }
}
