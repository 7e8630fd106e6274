//! Erasing a record that never came to a course.

use clinic::act::confirm::Confirmed;
use clinic::act::erase;
use clinic::act::people::{NewPerson, add};
use clinic::act::{link, sign_in};
use clinic::{Clinic, Denied};
use jiff::Timestamp;
use record::chart::course::Stage;
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
    assert_eq!(&*found.name, "Erased on 2 Mar 2026");
    assert_eq!(
        found.stage.on(clinic.zone_today(Timestamp::UNIX_EPOCH)),
        Stage::Erased
    );
    let waiting = board.unanswered_enquiries().any(|(id, _)| id == patient);
    assert!(!waiting, "nobody answers an enquiry that was erased");
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

#[test]
fn a_link_answers_and_a_sign_in_end_with_the_record_and_the_link_says_so() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    given.register(patient).unwrap();
    let made = given.by(Role::Coordinator, |operation, clinic| {
        link::before::make(operation, clinic, patient)
    });
    let token = made.unwrap().token;
    let other = given.enquire();
    given.register(other).unwrap();
    let made = given.by(Role::Coordinator, |operation, clinic| {
        link::before::make(operation, clinic, other)
    });
    let of_another = made.unwrap().token;
    let secret = "five words of one patient";
    let added = given.by(Role::Administrator, |operation, clinic| {
        let person = NewPerson {
            name: line("Ada Reyes"),
            sign_in_name: line("ada.reyes"),
            roles: vec![Role::Patient],
            patient: Some(patient),
        };
        add(operation, clinic, person, secret)
    });
    let person = added.unwrap();
    let now = given.now();
    let begun = given.as_actor(clinic::Actor::public(Door::Web), |operation, clinic| {
        sign_in::begin(operation, clinic, "ada.reyes", secret)
    });
    let (sign_in, _) = begun.unwrap();

    erased(&mut given, patient, Role::ComplianceOfficer).unwrap();
    for clinic in [&given.clinic, &given.opened_anew()] {
        let stands = link::before::standing(clinic, &token, None, now).unwrap();
        assert!(
            matches!(stands, link::before::Standing::Gone(link::Gone::Erased)),
            "{stands:?}"
        );
        let stands = link::before::standing(clinic, &of_another, None, now).unwrap();
        assert!(
            matches!(stands, link::before::Standing::Locked { .. }),
            "another's link goes on: {stands:?}"
        );
        assert!(sign_in::resume(clinic, &sign_in, now).unwrap().is_none());
        assert!(!sign_in::is_secret_of(clinic, person, secret).unwrap());
        let board = clinic.board();
        assert!(board.person_named("ada.reyes").is_none());
        assert_eq!(board.author_name(&person.to_string()), person.to_string());
    }
}

#[test]
fn nothing_more_is_written_in_an_erased_record_and_the_answer_says_why() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    erased(&mut given, patient, Role::ComplianceOfficer).unwrap();
    let before = given.n_entries();
    let Err(Denied::Invalid(faults)) = given.register(patient) else {
        panic!("an erased record was written in");
    };
    assert!(format!("{faults:?}").contains("was erased"), "{faults:?}");
    assert_eq!(given.n_entries(), before);
}
