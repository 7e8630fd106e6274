//! From the rules to the plan, and the turns of a course.

use clinic::Denied;
use clinic::act::confirm::Confirmed;
use clinic::act::course::Turn;
use clinic::act::plan::Prescription;
use clinic::act::reader::Hands;
use clinic::act::{eligibility, plan};
use jiff::{SignedDuration, ToSpan as _};
use record::Kind;
use record::chart::course::CourseState;
use record::fact::decision::{EligibilityOverridden, RuleClass};
use record::ids::{CourseId, PatientId};
use record::quantity::Grams;
use record::words::{Door, Role, Said, YesNo};

use super::harness::{TestClinic, fields, line, prose, refused_by, staff};
use super::sample::a_calm_day;

/// The made-up prescriber, as if they had typed their own pass phrase.
pub(crate) fn own_hand() -> Confirmed {
    let mut made_up = staff(Role::Prescriber);
    made_up.door = Door::Virtual;
    Confirmed::made_up(&made_up).unwrap()
}

pub(crate) fn override_rule(
    given: &mut TestClinic,
    patient: PatientId,
    course: CourseId,
    rule: &str,
) -> Result<clinic::Written, Denied> {
    let overridden = EligibilityOverridden {
        course,
        rule: line(rule),
        reason: prose("Benefit outweighs risk"),
        mitigation: prose("Closer watch"),
        second_reader: None,
        second_reader_person: None,
        rule_version: None,
        signed: None,
    };
    let own = own_hand();
    given.by(Role::Prescriber, |operation, clinic| {
        let hands = Hands {
            own: &own,
            reader: None,
        };
        eligibility::override_rule(operation, clinic, patient, overridden, hands)
    })
}

fn in_the_way(
    given: &TestClinic,
    patient: PatientId,
    course: CourseId,
) -> Vec<(String, RuleClass)> {
    let chart = given.chart(patient);
    let (_, assessment) = chart.assessment(course).unwrap();
    assessment
        .verdicts
        .iter()
        .filter(|verdict| eligibility::stands(verdict, &[]).is_some())
        .map(|verdict| (verdict.rule.to_string(), verdict.class))
        .collect()
}

#[test]
fn nothing_stands_in_the_way_of_a_person_with_nothing_found() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    assert_eq!(in_the_way(&given, patient, course), []);
    given.consent(patient, course);
    given.prescribe(patient, course).unwrap();
}

#[test]
fn no_plan_is_prescribed_without_consent_and_the_refusal_is_recorded() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    assert_eq!(refused_by(given.prescribe(patient, course)), "E52");
    given.sign(patient, course, "treatment").unwrap();
    assert_eq!(refused_by(given.prescribe(patient, course)), "E52");
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 2);
    assert_eq!(given.n_of(patient, Kind::PlanPrescribed), 0);
}

#[test]
fn no_plan_is_prescribed_before_the_rules_were_run() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    given.register(patient).unwrap();
    given.examine(patient);
    let course = given.open_course(patient).unwrap();
    given.consent(patient, course);
    assert_eq!(refused_by(given.prescribe(patient, course)), "assessment");
}

#[test]
fn an_override_lifts_a_rule_of_its_class_and_then_a_plan_is_prescribed() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed_with(&[("bipolar_disorder", YesNo::Yes)]);
    given.consent(patient, course);
    let found = in_the_way(&given, patient, course);
    assert!(
        !found.is_empty() && found.iter().all(|(_, class)| *class == RuleClass::Override),
        "{found:?}"
    );
    refused_by(given.prescribe(patient, course));
    for (rule, _) in found {
        override_rule(&mut given, patient, course, &rule).unwrap();
    }
    given.prescribe(patient, course).unwrap();
}

#[test]
fn a_rule_that_allows_no_override_is_not_overridden_and_the_refusal_is_recorded() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed_with(&[("stroke", YesNo::Yes)]);
    let found = in_the_way(&given, patient, course);
    let (rule, _) = found
        .iter()
        .find(|(_, class)| *class == RuleClass::Exclude)
        .unwrap();
    assert_eq!(
        refused_by(override_rule(&mut given, patient, course, rule)),
        *rule
    );
    assert_eq!(given.n_of(patient, Kind::EligibilityOverridden), 0);
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
}

#[test]
fn a_rule_that_is_unknown_or_not_in_the_way_is_not_overridden() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    assert_eq!(
        fields(override_rule(&mut given, patient, course, "Z99")),
        ["rule"]
    );
    assert_eq!(
        fields(override_rule(&mut given, patient, course, "E26")),
        ["rule"]
    );
}

#[test]
fn an_old_weight_no_weight_and_a_weight_a_fifth_away_are_sent_back() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let asked = Prescription {
        course,
        day_zero: given.today(),
        weight_g: Some(Grams::new(171_000)),
    };
    let pounds = given.by(Role::Prescriber, |operation, clinic| {
        plan::prescribe(operation, clinic, patient, &asked)
    });
    assert_eq!(fields(pounds), ["weight"]);
    given.clock.forward(SignedDuration::from_hours(24 * 31));
    assert_eq!(fields(given.prescribe(patient, course)), ["weight"]);
}

#[test]
fn the_dose_is_eight_tenths_of_a_milligram_a_kilogram_in_whole_milligrams() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    // 0.8 mg/kg for 77.6 kg is 62.08 mg; 62 mg can be drawn.
    assert_eq!(given.planned_dose(patient, course).get(), 62_000);
}

#[test]
fn a_second_plan_a_day_gone_by_and_an_amendment_of_nothing_are_sent_back() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let gone = Prescription {
        course,
        day_zero: given.today().saturating_sub(1.days()),
        weight_g: None,
    };
    let outcome = given.by(Role::Prescriber, |operation, clinic| {
        plan::prescribe(operation, clinic, patient, &gone)
    });
    assert_eq!(fields(outcome), ["day_zero"]);
    let outcome = given.by(Role::Prescriber, |operation, clinic| {
        plan::amend(operation, clinic, patient, &gone, prose("why"))
    });
    assert_eq!(fields(outcome), ["day_zero"]);
    given.prescribe(patient, course).unwrap();
    assert_eq!(fields(given.prescribe(patient, course)), ["day_zero"]);
}

#[test]
fn a_room_is_not_booked_twice_and_a_plans_visits_are_booked_once() {
    let mut given = TestClinic::new();
    let day_zero = given.today().saturating_add(7.days());
    let (one, ones) = given.assessed();
    let (other, others) = given.assessed();
    for (patient, course) in [(one, ones), (other, others)] {
        given.consent(patient, course);
        given.prescribe_from(patient, course, day_zero).unwrap();
    }
    given.book_plan(one, ones).unwrap();
    assert_eq!(fields(given.book_plan(other, others)), ["room"]);
    assert_eq!(given.n_of(other, Kind::VisitBooked), 0);
    assert_eq!(fields(given.book_plan(one, ones)), ["day_zero"]);
}

#[test]
fn a_return_to_use_never_closes_a_course() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.hold_session(patient, course);
    let mut answered = a_calm_day(course, given.today());
    answered.used = Said::Answered(true);
    given.check_in(patient, answered).unwrap();
    let state = given.chart(patient).course().unwrap().state;
    assert_eq!(state, CourseState::Open);
    assert_eq!(given.n_of(patient, Kind::CourseLeft), 0);
}

#[test]
fn a_course_is_paused_taken_up_ended_and_taken_up_again_with_nothing_reset() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.hold_session(patient, course);
    let back = || Turn::Return { reason: None };
    assert_eq!(fields(given.turn(patient, course, back())), ["turn"]);
    given
        .turn(
            patient,
            course,
            Turn::Pause {
                reason: prose("Away"),
            },
        )
        .unwrap();
    assert_eq!(
        fields(given.turn(patient, course, Turn::Complete { summary: None })),
        ["turn"]
    );
    given.turn(patient, course, back()).unwrap();
    given
        .turn(patient, course, Turn::Leave { reason: None })
        .unwrap();
    assert_eq!(
        fields(given.turn(patient, course, Turn::Leave { reason: None })),
        ["turn"]
    );
    given.turn(patient, course, back()).unwrap();
    let chart = given.chart(patient);
    assert_eq!(chart.course().map(|course| course.n_returns), Some(2));
    assert_eq!(chart.sessions().len(), 1);
    assert_eq!(chart.courses().len(), 1);
}

#[test]
fn a_second_course_an_unknown_protocol_and_one_for_nobody_are_sent_back() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    assert_eq!(fields(given.open_course(patient)), ["protocol"]);
    given.register(patient).unwrap();
    let unknown = given.by(Role::Prescriber, |operation, clinic| {
        clinic::act::course::open(
            operation,
            clinic,
            patient,
            "no-such",
            super::sample::alcohol(),
        )
    });
    assert_eq!(fields(unknown), ["protocol"]);
    given.open_course(patient).unwrap();
    assert_eq!(fields(given.open_course(patient)), ["protocol"]);
}
