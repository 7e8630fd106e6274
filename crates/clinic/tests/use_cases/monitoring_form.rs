//! The monitoring form: only for esketamine, seven days, and sent by a person.

use clinic::Denied;
use clinic::act::monitoring_form::{due_on, has_form, record_sent, sent, since_sent};
use clinic::act::{correction, observation};
use jiff::SignedDuration;
use jiff::civil::date;
use record::fact::observation::VitalsObserved;
use record::ids::{PatientId, SessionId};
use record::quantity::MillimetresOfMercury;
use record::words::Role;

use super::esketamine::send_form;
use super::harness::{TestClinic, line};
use super::sample::pressure;

#[test]
fn a_session_of_ketamine_has_no_form_and_says_so() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let today = given.today();
    let no = given.by(Role::Nurse, |operation, clinic| {
        record_sent(operation, clinic, patient, session, (today, line("4471")))
    });
    let Err(Denied::Invalid(faults)) = no else {
        panic!("{no:?}");
    };
    assert!(faults[0].sentence.contains("Only a session of esketamine"));
    let chart = given.chart(patient);
    let there = chart.sessions().pop().unwrap();
    assert!(!has_form(&given.clinic, &chart, &there));
    assert!(sent(&chart, session).is_none());
}

#[test]
fn seven_days_run_from_the_day_the_drug_was_given_and_none_run_without_a_drug() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let there = given.chart(patient).sessions().pop().unwrap();
    assert_eq!(due_on(&given.clinic, &there), None);
    let dose = given.planned_dose(patient, course);
    given.start(patient, session, dose).unwrap();
    let there = given.chart(patient).sessions().pop().unwrap();
    let due = due_on(&given.clinic, &there).unwrap();
    assert_eq!((due - given.today()).get_days(), 7);
    assert!(due > date(2026, 1, 1));
}

/// What is charted late or corrected once the form was sent is named until the form is sent again.
pub(super) fn changed_since(given: &mut TestClinic, patient: PatientId, session: SessionId) {
    let since = |given: &TestClinic| -> Vec<(&'static str, bool)> {
        let chart = given.chart(patient);
        let all = since_sent(&given.clinic, &chart, session);
        all.iter()
            .map(|one| (one.entry.fact.kind().label(), one.corrects.is_some()))
            .collect()
    };
    assert_eq!(since(given), [], "nothing changed yet");
    given.clock.forward(SignedDuration::from_mins(30));
    let chart = given.chart(patient);
    let (last, vitals) = chart
        .all::<VitalsObserved>()
        .rfind(|(_, one)| one.session == Some(session))
        .unwrap();
    let misread = VitalsObserved {
        diastolic_mmhg: Some(MillimetresOfMercury::new(94)),
        ..vitals.clone()
    };
    let amended = given.by(Role::Nurse, |operation, clinic| {
        let (entry, now) = (last.number, misread.clone().into());
        correction::amend(operation, clinic, patient, entry, now, line("misread"))
    });
    let amended = amended.unwrap().number;
    // What the form does not show does not ask for another: a pressure of no session.
    given
        .measure(patient, observation::Measured::Vitals(pressure(131, 82)))
        .unwrap();
    assert_eq!(since(given), [("correction", true)]);
    given
        .by(Role::Nurse, |operation, clinic| {
            correction::enter_in_error(operation, clinic, patient, amended, line("it was 84"))
        })
        .unwrap();
    assert_eq!(since(given).len(), 2, "a correction of a correction too");
    send_form(given, patient, session);
    assert_eq!(since(given), [], "it was sent again");
}
