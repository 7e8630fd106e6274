//! Enrolment with the programme of esketamine: recorded once, and read by the rule of the day.

use clinic::act::enrolment::{enrolled, is_needed, record_enrolled};
use clinic::{Denied, Written};
use jiff::civil::Date;
use record::Kind;
use record::ids::PatientId;
use record::words::Role;

use super::harness::{TestClinic, fields, line};

pub(crate) fn enrol(
    given: &mut TestClinic,
    patient: PatientId,
    on: Date,
    reference: &str,
) -> Result<Written, Denied> {
    let said = (on, line(reference));
    given.by(Role::Coordinator, |operation, clinic| {
        record_enrolled(operation, clinic, patient, said)
    })
}

#[test]
fn an_enrolment_is_recorded_once_and_holds_from_its_day() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    given.register(patient).unwrap();
    let today = given.today();
    assert!(enrolled(&given.chart(patient), today).is_none());
    let tomorrow = today.tomorrow().unwrap();
    assert_eq!(
        fields(enrol(&mut given, patient, tomorrow, "2207-63")),
        ["enrolled_on"]
    );
    enrol(&mut given, patient, today, "2207-63").unwrap();
    assert_eq!(
        fields(enrol(&mut given, patient, today, "2207-63")),
        ["reference"]
    );
    assert_eq!(given.n_of(patient, Kind::ProgrammeEnrolled), 1);
    let chart = given.chart(patient);
    let (_, one) = enrolled(&chart, today).unwrap();
    assert_eq!(one.reference, line("2207-63"));
    assert_eq!(one.enrolled_by, line(Role::Coordinator.label()));
    assert!(enrolled(&chart, today.yesterday().unwrap()).is_none());
}

#[test]
fn a_course_of_ketamine_needs_no_enrolment() {
    let mut given = TestClinic::new();
    let (patient, _) = given.planned();
    assert!(!is_needed(&given.clinic, &given.chart(patient)));
}
