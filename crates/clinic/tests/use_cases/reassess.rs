//! Assessing again: what came out otherwise becomes an entry and somebody's task, once.

use clinic::act::eligibility::may_prescribe;
use clinic::act::people::{NewPerson, add};
use clinic::act::reassess::{Look, last, look, run};
use clinic::act::registration::take_history;
use clinic::{Denied, Operation};
use jiff::SignedDuration;
use record::Kind;
use record::fact::care::AlertCause;
use record::fact::person::{HistoryAnswer, HistoryTaken, HistoryValue};
use record::ids::PatientId;
use record::words::{Role, YesNo};

use super::harness::{TestClinic, line, staff};
use super::rule_pack::edited;

fn run_now(given: &mut TestClinic) -> Look {
    given
        .as_actor(staff(Role::System), |operation, clinic| {
            run(operation, clinic)
        })
        .unwrap()
}

fn look_now(given: &mut TestClinic) -> Option<Look> {
    given
        .as_actor(staff(Role::System), |operation, clinic| {
            look(operation, clinic)
        })
        .unwrap()
}

/// A prescriber who works here.
fn prescriber(given: &mut TestClinic) {
    given
        .by(Role::System, |operation: &mut Operation<'_>, clinic| {
            let person = NewPerson {
                name: line("Dr Ada Okafor"),
                sign_in_name: line("okafor"),
                roles: vec![Role::Prescriber],
                patient: None,
            };
            add(operation, clinic, person, "a harbour with four terns")
        })
        .unwrap();
}

#[test]
fn a_fact_that_came_since_is_an_entry_and_an_alert_with_an_owner_and_stops_the_dose() {
    let mut given = TestClinic::new();
    prescriber(&mut given);
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    given.clock.forward(SignedDuration::from_hours(2));
    given.answer_history(patient, &[("intracerebral_haemorrhage", YesNo::Yes)]);
    let before = may_prescribe(&given.clinic, &given.chart(patient), course, given.today());
    assert!(before.is_ok(), "{before:?}");
    let looked = run_now(&mut given);
    assert_eq!((looked.n_assessed, looked.n_changed), (1, 1));
    let chart = given.chart(patient);
    let alerts = chart.alerts();
    let [alert] = alerts.as_slice() else {
        panic!("{alerts:?}");
    };
    assert_eq!(alert.cause, AlertCause::Rules);
    assert!(
        alert
            .sentence
            .as_str()
            .contains("E03: now in the way of a dose")
    );
    let (_, owner) = alert.owner.clone().unwrap();
    assert_eq!(owner.as_str(), "Dr Ada Okafor");
    let refusal = may_prescribe(&given.clinic, &chart, course, given.today()).unwrap_err();
    assert_eq!(refusal.rule, "E03");
}

#[test]
fn what_comes_out_the_same_leaves_nothing_behind_however_often_and_across_restarts() {
    let mut given = TestClinic::new();
    let (patient, _) = given.assessed();
    given.clock.forward(SignedDuration::from_hours(2));
    given.answer_history(patient, &[("intracerebral_haemorrhage", YesNo::Yes)]);
    assert_eq!(run_now(&mut given).n_changed, 1);
    let n_entries = given.n_entries();
    for _ in 0..3 {
        given.clinic = given.opened_anew();
        assert_eq!(run_now(&mut given).n_changed, 0);
    }
    assert_eq!(given.n_entries(), n_entries);
    assert_eq!(given.n_of(patient, Kind::AlertRaised), 1);
}

#[test]
fn it_is_done_once_a_night_past_the_clinics_hour_and_at_once_when_other_rules_are_signed() {
    let mut given = TestClinic::new();
    given.assessed();
    assert!(look_now(&mut given).is_some(), "never done: at once");
    assert_eq!(look_now(&mut given), None);
    given.clock.set("2026-03-03T02:59:00Z".parse().unwrap());
    assert_eq!(look_now(&mut given), None, "not yet the hour");
    given.clock.set("2026-03-03T03:00:00Z".parse().unwrap());
    assert!(look_now(&mut given).is_some());
    assert_eq!(look_now(&mut given), None, "once a night");
    given.clock.set("2026-03-03T09:00:00Z".parse().unwrap());
    let own = edited("rules/house.toml", "version = 1", "version = 2");
    given.clinic = given.opened_with(own);
    assert_eq!(
        look_now(&mut given),
        None,
        "unsigned rules are run on nobody"
    );
    given.sign_rules().unwrap();
    let done = look_now(&mut given).unwrap();
    assert_eq!(done.digest, given.clinic.library().pack_digest().0);
    assert_eq!(last(&given.clinic).unwrap(), Some(done));
    assert_eq!(look_now(&mut given), None);
}

#[test]
fn the_night_is_the_clinics_own() {
    use clinic::act::people::describe_clinic;
    use record::fact::house::ClinicDescribed;
    let mut given = TestClinic::new();
    given
        .by(Role::System, |operation, clinic| {
            let told = ClinicDescribed {
                name: line("Harbour"),
                zone: line("America/New_York"),
                phone: None,
                crisis_line: line("988"),
            };
            describe_clinic(operation, clinic, told)
        })
        .unwrap();
    assert!(look_now(&mut given).is_some());
    given.clock.set("2026-03-03T07:59:00Z".parse().unwrap());
    assert_eq!(
        look_now(&mut given),
        None,
        "two minutes to three in New York"
    );
    given.clock.set("2026-03-03T08:01:00Z".parse().unwrap());
    assert!(look_now(&mut given).is_some());
    // The clocks go forward in the night to 8 March: three in the morning is seven in UTC.
    given.clock.set("2026-03-08T06:59:00Z".parse().unwrap());
    assert_eq!(look_now(&mut given), None);
    given.clock.set("2026-03-08T07:01:00Z".parse().unwrap());
    assert!(look_now(&mut given).is_some());
}

#[test]
fn an_override_stands_through_the_night_until_a_fact_it_was_given_for_changes() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed_with(&[("bipolar_disorder", YesNo::Yes)]);
    let rule = given
        .chart(patient)
        .assessment(course)
        .unwrap()
        .1
        .verdicts
        .iter()
        .find(|one| one.outcome == record::fact::decision::RuleOutcome::Fired)
        .map(|one| one.rule.clone())
        .unwrap();
    super::course::override_rule(&mut given, patient, course, rule.as_str()).unwrap();
    assert_eq!(given.chart(patient).overrides(course).len(), 1);
    assert_eq!(run_now(&mut given).n_changed, 0);
    assert_eq!(given.chart(patient).overrides(course).len(), 1);
    given.clock.forward(SignedDuration::from_hours(30));
    given.answer_history(patient, &[("bipolar_disorder", YesNo::Yes)]);
    assert_eq!(run_now(&mut given).n_changed, 1);
    assert_eq!(
        given.chart(patient).overrides(course).len(),
        0,
        "it is read anew"
    );
}

#[test]
fn a_course_never_assessed_is_counted_and_not_assessed_for_the_first_time_by_night() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    given.register(patient).unwrap();
    given.open_course(patient).unwrap();
    let looked = run_now(&mut given);
    assert_eq!((looked.n_assessed, looked.n_never), (0, 1));
    assert_eq!(given.n_of(patient, Kind::EligibilityReassessed), 0);
}

#[test]
fn rules_nobody_signed_are_refused_when_asked_for() {
    let mut given = TestClinic::unsigned();
    let tried = given.as_actor(staff(Role::System), |operation, clinic| {
        run(operation, clinic)
    });
    assert!(matches!(tried, Err(Denied::Refused(_))), "{tried:?}");
}

#[test]
fn a_yes_without_its_day_leaves_the_rule_unanswered_for_good_and_never_passes_with_time() {
    use record::fact::decision::RuleOutcome;
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed_with(&[("stroke", YesNo::Yes)]);
    let outcome = |given: &TestClinic| {
        let chart = given.chart(patient);
        let (_, said) = chart.assessment(course).unwrap();
        let mut verdicts = said.verdicts.iter();
        let one = verdicts.find(|one| one.rule.as_str() == "E15a").unwrap();
        assert!(one.blocks_when_missing);
        one.outcome
    };
    assert_eq!(outcome(&given), RuleOutcome::Unanswered);
    given.clock.forward(SignedDuration::from_hours(24 * 200));
    run_now(&mut given);
    assert_eq!(
        outcome(&given),
        RuleOutcome::Unanswered,
        "two hundred days later too"
    );
    // The day is told: the later answer stands in place of the one without.
    answer_on(
        &mut given,
        patient,
        "stroke",
        jiff::civil::date(2015, 4, 15),
    );
    run_now(&mut given);
    assert_eq!(outcome(&given), RuleOutcome::NotFired);
}

#[test]
fn every_rule_that_looks_within_a_window_at_a_yes_of_history_has_its_day_asked() {
    let library = clinic::Library::embedded().unwrap();
    let dated: Vec<String> = library
        .evaluation()
        .steps
        .iter()
        .flat_map(|step| &step.questions)
        .filter(|one| one.day.is_some())
        .map(|one| one.id.clone())
        .collect();
    for input in clinic::facts::DATED {
        assert!(
            dated.iter().any(|one| one == input),
            "{input} is asked without its day"
        );
    }
    // And no rule looks within a window at a yes that may have no day.
    for rule in library.pack().rules() {
        let source = rule.when.source();
        for part in source.split("any(").skip(1) {
            let inside = part.split(')').next().unwrap();
            let Some((input, window)) = inside.split_once(" within ") else {
                continue;
            };
            let is_yes_no = library
                .pack()
                .inputs()
                .input(input)
                .is_ok_and(|one| one.kind == protocol::Kind::YesNo);
            assert!(
                !is_yes_no || clinic::facts::DATED.contains(&input),
                "{}: {input} within {window}",
                rule.id
            );
        }
    }
}

/// A yes of history with its day.
fn answer_on(given: &mut TestClinic, patient: PatientId, input: &str, day: jiff::civil::Date) {
    let answer = |input: &str, answer: HistoryValue| HistoryAnswer {
        input: line(input),
        answer,
    };
    let history = HistoryTaken {
        part: line("medical"),
        answers: vec![
            answer(input, HistoryValue::Plain(YesNo::Yes)),
            answer(&format!("{input}.day"), HistoryValue::On(day)),
        ],
    };
    given
        .by(Role::Nurse, |operation, clinic| {
            take_history(operation, clinic, patient, history)
        })
        .unwrap();
}
