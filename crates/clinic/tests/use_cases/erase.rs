//! Erasing a record that never came to a course.

use clinic::act::confirm::Confirmed;
use clinic::act::erase;
use clinic::{Clinic, Denied};
use record::ids::PatientId;
use record::words::{Door, Role};

use super::harness::{TestClinic, line, staff};
use super::sample::an_enquiry;

fn erased(given: &mut TestClinic, patient: PatientId, role: Role) -> Result<(), Denied> {
    let mut actor = staff(role);
    actor.door = Door::Virtual;
    let confirmed = Confirmed::made_up(&actor).unwrap();
    given.as_actor(actor, |operation, clinic| {
        erase::record(operation, clinic, patient, &line("They asked"), &confirmed)
    })
}

fn says_nothing(clinic: &Clinic, patient: PatientId) {
    let known = clinic.chart(patient).unwrap();
    assert!(known.chart.is_erased());
    assert!(known.chart.entries().is_empty());
    let name = an_enquiry().name.to_string();
    let board = clinic.board();
    let found = board.line(patient).unwrap();
    assert!(!format!("{found:?}").contains(&name), "{found:?}");
}

#[test]
fn an_enquiry_that_came_to_nothing_is_erased_at_once_and_after_a_new_start() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let other = given.enquire();
    given.clinic.keep_snapshot().unwrap();
    let before = given.n_entries();
    erased(&mut given, patient, Role::ComplianceOfficer).unwrap();
    assert_eq!(
        given.n_entries(),
        before + 1,
        "that it was erased is an entry"
    );
    says_nothing(&given.clinic, patient);
    says_nothing(&given.opened_anew(), patient);
    assert!(!given.chart(other).is_erased());
    let again = erased(&mut given, patient, Role::ComplianceOfficer);
    assert!(matches!(again, Err(Denied::Invalid(_))), "{again:?}");
}

#[test]
fn nobody_but_the_compliance_officer_erases() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    for role in [Role::Administrator, Role::MedicalDirector, Role::Nurse] {
        let outcome = erased(&mut given, patient, role);
        assert!(
            matches!(outcome, Err(Denied::Forbidden { .. } | Denied::NotFound)),
            "{outcome:?}"
        );
    }
    assert!(!given.chart(patient).is_erased());
}

#[test]
fn a_record_of_treatment_is_not_erased() {
    let mut given = TestClinic::new();
    let (patient, _) = given.assessed();
    let outcome = erased(&mut given, patient, Role::ComplianceOfficer);
    assert!(matches!(outcome, Err(Denied::Refused(_))), "{outcome:?}");
    assert!(!given.chart(patient).is_erased());
}
