//! Before the dose: the gate of the day, holding, overriding, and the time-out with two people.

use clinic::Denied;
use clinic::act::reader::Hands;
use clinic::act::room::before::{self, Question, Second, TIME_OUT_CHECKS};
use clinic::act::session::Happening;
use clinic::{Actor, Written};
use jiff::{SignedDuration, Timestamp};
use protocol::{Clearance, Kind as Answered};
use record::Kind;
use record::fact::decision::EligibilityOverridden;
use record::fact::person::{HistoryAnswer, HistoryValue};
use record::fact::room::SessionHeld;
use record::ids::{PatientId, SessionId};
use record::words::{Door, Line, Role, YesNo};

use super::harness::{TestClinic, fields, line, prose, refused_by, staff};
use super::sample::{a_start, pressure};

/// What is yes on a calm day; every other question of yes or no is no.
const YES: &[&str] = &[
    "seated_ten_minutes",
    "acls_on_site",
    "crash_kit_checked",
    "escort_named_adult_with_phone",
    "treatment_goal_recorded",
    "on_room_air",
];

fn calm(question: &Question, now: Timestamp) -> Option<HistoryAnswer> {
    let hours = |hours: i64| now.checked_sub(SignedDuration::from_hours(hours)).unwrap();
    let name = question.input.as_str();
    let answer = match (&question.kind, name) {
        (Answered::YesNo, _) => HistoryValue::Plain(if YES.contains(&name) {
            YesNo::Yes
        } else {
            YesNo::No
        }),
        (Answered::Moment, "last_drink") => HistoryValue::At(hours(400)),
        (Answered::Moment, _) => HistoryValue::At(hours(9)),
        (Answered::Quantity { .. }, "ciwa_ar" | "cows") => HistoryValue::Number(line("1")),
        (Answered::Choice(_), "pregnancy_test") => HistoryValue::Word(line("negative")),
        (Answered::Choice(choices), _) => HistoryValue::Word(line(choices.first()?)),
        (Answered::Coded, _) => HistoryValue::Word(line("none")),
        _ => return None,
    };
    Some(HistoryAnswer {
        input: line(name),
        answer,
    })
}

/// Readings and answers of a calm day.
pub(crate) fn answer_calmly(given: &mut TestClinic, patient: PatientId, session: SessionId) {
    let mut vitals = pressure(124, 78);
    vitals.session = Some(session);
    vitals.pulse_per_min = Some(record::quantity::BeatsPerMinute::new(72));
    vitals.saturation_percent = Some(record::quantity::Percent::new(98));
    vitals.temperature_tenths_c = Some(record::quantity::TenthsCelsius::new(368));
    given
        .measure(patient, clinic::act::observation::Measured::Vitals(vitals))
        .unwrap();
    let breath = record::fact::observation::BreathTest {
        alcohol: record::quantity::BreathAlcohol::new(0),
    };
    given
        .measure(patient, clinic::act::observation::Measured::Breath(breath))
        .unwrap();
    let now = given.now();
    let answers: Vec<HistoryAnswer> = asked(given, patient, session)
        .questions
        .iter()
        .filter(|question| question.is_open)
        .filter_map(|question| calm(question, now))
        .collect();
    if answers.is_empty() {
        return;
    }
    given
        .by(Role::Nurse, |operation, clinic| {
            before::answer(operation, clinic, patient, session, answers)
        })
        .unwrap();
}

fn asked(given: &TestClinic, patient: PatientId, session: SessionId) -> before::Readiness {
    let chart = given.chart(patient);
    let there = chart
        .sessions()
        .into_iter()
        .find(|one| one.id == session)
        .unwrap();
    before::readiness(&given.clinic, &chart, &there, given.now())
}

/// The second person, of the made-up clinic.
pub(crate) fn second(_: &TestClinic) -> Second {
    let actor = Actor {
        door: Door::Virtual,
        ..staff(Role::Prescriber)
    };
    Second::made_up(&actor).unwrap()
}

pub(crate) fn every_item() -> Vec<Line> {
    TIME_OUT_CHECKS
        .iter()
        .map(|(_, words)| Line::clipped(words))
        .collect()
}

fn time_out(
    given: &mut TestClinic,
    patient: PatientId,
    session: SessionId,
    checked: Vec<Line>,
) -> Result<Written, Denied> {
    let second = second(given);
    given.by(Role::Nurse, |operation, clinic| {
        before::time_out(operation, clinic, patient, session, (second, checked))
    })
}

fn opened(given: &mut TestClinic) -> (PatientId, SessionId) {
    let (patient, course) = given.planned();
    // The day of the dose is not the day of the evaluation, whose readings would count as the first.
    given.clock.forward(SignedDuration::from_hours(24));
    let session = given.open_session(patient, course).unwrap();
    (patient, session)
}

#[test]
fn what_nobody_asked_today_stands_in_the_way_and_a_calm_day_opens_the_gate() {
    let mut given = TestClinic::new();
    let (patient, session) = opened(&mut given);
    let ready = asked(&given, patient, session);
    assert_ne!(ready.clearance, Clearance::NothingInTheWay);
    let rules: Vec<&str> = ready
        .in_the_way
        .iter()
        .map(|(rule, _)| rule.as_str())
        .collect();
    for rule in ["E29", "E46", "E47b", "M05"] {
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }
    answer_calmly(&mut given, patient, session);
    let ready = asked(&given, patient, session);
    assert_eq!(ready.in_the_way, []);
    assert_eq!(ready.clearance, Clearance::NothingInTheWay);
}

#[test]
fn no_time_out_while_a_rule_of_the_day_stands_in_the_way() {
    let mut given = TestClinic::new();
    let (patient, session) = opened(&mut given);
    refused_by(time_out(&mut given, patient, session, every_item()));
    assert_eq!(given.n_of(patient, Kind::TimeOutHeld), 0);
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
}

#[test]
fn no_drug_without_a_time_out_and_none_after_it_has_run_out() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    let start = || Happening::Start(a_start(session, dose));
    assert_eq!(
        refused_by(given.happen(patient, session, start())),
        "time-out"
    );
    given.check_together(patient, session);
    given.clock.forward(SignedDuration::from_mins(31));
    assert_eq!(
        refused_by(given.happen(patient, session, start())),
        "time-out"
    );
    given.check_together(patient, session);
    given.happen(patient, session, start()).unwrap();
}

#[test]
fn one_person_is_not_two_and_every_item_is_said() {
    let mut given = TestClinic::new();
    let (patient, session) = opened(&mut given);
    answer_calmly(&mut given, patient, session);
    let actor = Actor {
        door: Door::Virtual,
        ..staff(Role::Nurse)
    };
    let themselves = Second::made_up(&actor).unwrap();
    let alone = given.by(Role::Nurse, |operation, clinic| {
        before::time_out(
            operation,
            clinic,
            patient,
            session,
            (themselves, every_item()),
        )
    });
    assert_eq!(fields(alone), ["second_name"]);
    let some = every_item().into_iter().skip(1).collect();
    assert_eq!(
        fields(time_out(&mut given, patient, session, some)),
        ["checked"]
    );
    assert!(
        Second::made_up(&staff(Role::Prescriber)).is_none(),
        "only at the made-up door"
    );
}

#[test]
fn a_pressure_of_164_after_rest_holds_and_cannot_be_overridden_and_holding_closes_without_a_dose() {
    let mut given = TestClinic::new();
    let (patient, session) = opened(&mut given);
    answer_calmly(&mut given, patient, session);
    for _ in 0..2 {
        given.clock.forward(SignedDuration::from_mins(6));
        let mut vitals = pressure(164, 102);
        vitals.session = Some(session);
        given
            .measure(patient, clinic::act::observation::Measured::Vitals(vitals))
            .unwrap();
    }
    let overridden = EligibilityOverridden {
        course: given.chart(patient).course().unwrap().id,
        rule: line("M03"),
        reason: prose("Nervous."),
        mitigation: prose("Watched closely."),
        second_reader: None,
        second_reader_person: None,
        rule_version: None,
        signed: None,
    };
    let own = super::course::own_hand();
    let hands = Hands {
        own: &own,
        reader: None,
    };
    let refused = given.by(Role::Prescriber, |operation, clinic| {
        before::override_today(operation, clinic, patient, session, overridden, hands)
    });
    assert_eq!(refused_by(refused), "M03");
    given
        .by(Role::Nurse, |operation, clinic| {
            before::hold_today(
                operation,
                clinic,
                patient,
                session,
                prose("Too high after two repeats."),
            )
        })
        .unwrap();
    let chart = given.chart(patient);
    let (_, held) = chart.all::<SessionHeld>().last().unwrap();
    assert!(held.rules.iter().any(|rule| rule.as_str() == "M03"));
    let there = chart.sessions().pop().unwrap();
    assert!(there.closed_at.is_some() && there.started.is_none() && there.held_at.is_some());
}

#[test]
fn a_pressure_of_148_needs_a_prescribers_reason_and_then_the_gate_opens() {
    let mut given = TestClinic::new();
    let (patient, session) = opened(&mut given);
    answer_calmly(&mut given, patient, session);
    for _ in 0..2 {
        given.clock.forward(SignedDuration::from_mins(6));
        let mut vitals = pressure(148, 92);
        vitals.session = Some(session);
        given
            .measure(patient, clinic::act::observation::Measured::Vitals(vitals))
            .unwrap();
    }
    let ready = asked(&given, patient, session);
    assert_eq!(
        ready.clearance,
        Clearance::NeedsOverride,
        "{:?}",
        ready.in_the_way
    );
    let overridden = EligibilityOverridden {
        course: given.chart(patient).course().unwrap().id,
        rule: line("M02"),
        reason: prose("Known white coat; 128 over 80 at home this morning."),
        mitigation: prose("Every 5 minutes for the first 20."),
        second_reader: None,
        second_reader_person: None,
        rule_version: None,
        signed: None,
    };
    let own = super::course::own_hand();
    let hands = Hands {
        own: &own,
        reader: None,
    };
    given
        .by(Role::Prescriber, |operation, clinic| {
            before::override_today(operation, clinic, patient, session, overridden, hands)
        })
        .unwrap();
    time_out(&mut given, patient, session, every_item()).unwrap();
}

#[test]
fn no_dose_is_given_without_the_safety_plan_that_the_suicide_risk_screen_makes_required() {
    use clinic::act::instrument::answer;
    use clinic::act::note::plan_safety;
    use record::fact::care::{SafetyPlanWritten, SafetyStep};
    let mut given = TestClinic::new();
    let (patient, session) = opened(&mut given);
    answer_calmly(&mut given, patient, session);
    let blocks = |given: &TestClinic| {
        let ready = asked(given, patient, session);
        ready.in_the_way.iter().any(|(rule, _)| rule == "E52")
    };
    assert!(!blocks(&given), "none is indicated on a calm day");
    let moderate = [("1", 1), ("2", 1), ("3", 1), ("4", 0), ("5", 0), ("6", 0)];
    given
        .by(Role::Nurse, |operation, clinic| {
            let filled = super::instrument::filled("c-ssrs-screener", &moderate);
            answer(operation, clinic, patient, &filled)
        })
        .unwrap();
    assert!(blocks(&given), "a nurse's no of the morning lowers no tier");
    let write = |given: &mut TestClinic, review_on| {
        let plan = SafetyPlanWritten {
            steps: vec![SafetyStep {
                step: line("alone"),
                lines: vec![line("Walk down to the harbour")],
            }],
            review_on,
        };
        given
            .by(Role::Nurse, |operation, clinic| {
                plan_safety(operation, clinic, patient, plan)
            })
            .unwrap();
    };
    let today = given.today();
    write(&mut given, Some(today.yesterday().unwrap()));
    assert!(
        blocks(&given),
        "one whose day of review is past is not current"
    );
    write(&mut given, Some(today));
    assert!(!blocks(&given));
}
