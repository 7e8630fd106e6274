//! The monitoring form: only for esketamine, seven days, and sent by a person.

use clinic::Denied;
use clinic::act::monitoring_form::{due_on, has_form, record_sent, sent};
use jiff::civil::date;
use record::words::Role;

use super::harness::{TestClinic, line};

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
