//! How somebody may be reached, agreed at consent: recorded, used by reminders, taken back, and then silent.

use clinic::act::confirm::Confirmed;
use clinic::act::consent::{Proof, Signature, sign, withdraw};
use clinic::act::message::{self, Ended, Leaving};
use clinic::act::{contact, remind};
use clinic::{Actor, Denied};
use jiff::ToSpan as _;
use jiff::civil::time;
use journal::OutboxWork;
use record::Kind;
use record::fact::contact::{Carriage, ContactRevoked, Revocable};
use record::fact::decision::ConsentSigned;
use record::ids::{CourseId, PatientId};
use record::words::{Door, Role, YesNo};

use super::harness::{TestClinic, staff};
use super::remind::stationery;
use crate::consent::signature;

const BOTH: [Carriage; 2] = [Carriage::Mail, Carriage::Text];

/// A signature of the consent about contact with these answers in place of those that stand there.
fn about_contact(
    given: &TestClinic,
    (patient, course): (PatientId, CourseId),
    answers: &[(&str, &str)],
) -> Signature {
    let mut signature = signature(given, patient, course, "contact");
    for (ask, said) in answers {
        signature
            .answers
            .insert((*ask).to_owned(), (*said).to_owned());
    }
    let known = given.clinic.chart(patient).unwrap();
    let mut with = clinic::act::consent::filling(&given.clinic, &known, course).unwrap();
    with.answers.clone_from(&signature.answers);
    let text = given.clinic.library().consent("contact").unwrap();
    if let Ok(shown) = text.shown(&with) {
        signature.shown_hash = shown.hash;
    }
    signature
}

fn sign_it(given: &mut TestClinic, patient: PatientId, signature: Signature) -> Result<(), Denied> {
    let mut desk = staff(Role::Coordinator);
    desk.door = Door::Virtual;
    let signature = Signature {
        proof: match signature.proof {
            Proof::Witnessed { born, .. } => Proof::Witnessed {
                witness: Confirmed::made_up(&desk).unwrap(),
                born,
            },
            own @ Proof::Own(_) => own,
        },
        ..signature
    };
    let done = given.as_actor(desk, |operation, clinic| {
        sign(operation, clinic, patient, signature)
    });
    done.map(|_| ())
}

/// Somebody on a course, who signed that text messages may come.
fn agreed() -> (TestClinic, PatientId, CourseId) {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let answers = [
        ("ways", "text message"),
        ("quiet_from", "20:00"),
        ("quiet_until", "10:00"),
        ("language", "Español (es)"),
        ("spoken", "yes"),
    ];
    let signature = about_contact(&given, (patient, course), &answers);
    sign_it(&mut given, patient, signature).unwrap();
    (given, patient, course)
}

fn at(given: &TestClinic, patient: PatientId, day: i32, hour: i8) {
    let zone = given.clinic.zone();
    let day_zero = given.chart(patient).course().unwrap().day_zero.unwrap();
    let local = day_zero.saturating_add(day.days()).at(hour, 0, 0, 0);
    given.clock.set(zone.to_timestamp(local).unwrap());
}

fn look(given: &mut TestClinic) -> usize {
    given
        .as_actor(Actor::system(Door::Command), |operation, clinic| {
            remind::look(operation, clinic, &BOTH)
        })
        .unwrap()
}

fn waiting(given: &TestClinic) -> Vec<OutboxWork> {
    given.clinic.journal().outbox_due(given.now(), 100).unwrap()
}

#[test]
fn what_is_agreed_at_consent_is_recorded_with_the_signature_as_the_way_to_reach_them() {
    let (given, patient, _) = agreed();
    let chart = given.chart(patient);
    let contact = chart.contact().unwrap();
    assert_eq!(contact.carriages, [Carriage::Text]);
    assert!(contact.check_ins && contact.visits);
    assert_eq!(contact.language, "es");
    let quiet = (contact.quiet_from, contact.quiet_until);
    assert_eq!(quiet, (time(20, 0, 0, 0), time(10, 0, 0, 0)));
    assert_eq!(contact.safe_to_leave_message, YesNo::Yes);
    let (_, signed) = chart.all::<ConsentSigned>().last().unwrap();
    let shown = signed.shown.as_ref().unwrap().as_str();
    assert!(
        shown.contains("nothing comes from 20:00 in the evening until 10:00"),
        "{shown}"
    );
}

#[test]
fn a_text_of_contact_with_an_answer_of_ones_own_or_without_an_address_is_not_signed() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    for answers in [[("ways", "by pigeon")], [("quiet_from", "whenever")]] {
        let signature = about_contact(&given, (patient, course), &answers);
        let Err(Denied::Invalid(faults)) = sign_it(&mut given, patient, signature) else {
            panic!("signed")
        };
        assert!(
            faults[0].sentence.starts_with("Choose one of the answers"),
            "{faults:?}"
        );
    }
    assert_eq!(given.chart(patient).contact(), None);
}

#[test]
fn reminders_go_by_the_way_and_outside_the_quiet_hours_that_were_signed() {
    let (mut given, patient, _) = agreed();
    at(&given, patient, 1, 9);
    assert_eq!(look(&mut given), 1);
    assert!(
        waiting(&given).is_empty(),
        "nine is in the quiet hours: they end at ten"
    );
    at(&given, patient, 1, 10);
    let work = waiting(&given).remove(0);
    let leaving = message::leaving(&given.clinic, &work, &stationery(), given.now()).unwrap();
    let Leaving::Now(letter) = leaving else {
        panic!("it may leave at ten");
    };
    assert_eq!(letter.carriage, Carriage::Text);
}

#[test]
fn the_consent_of_contact_withdrawn_takes_everything_back_and_what_waits_does_not_leave() {
    let (mut given, patient, _) = agreed();
    at(&given, patient, 1, 10);
    look(&mut given);
    let work = waiting(&given).remove(0);
    let consent = given
        .chart(patient)
        .all::<ConsentSigned>()
        .last()
        .unwrap()
        .1
        .consent;
    given
        .by(Role::Coordinator, |operation, clinic| {
            withdraw(operation, clinic, patient, consent, None)
        })
        .unwrap();
    assert!(given.chart(patient).contact().unwrap().carriages.is_empty());
    let leaving = message::leaving(&given.clinic, &work, &stationery(), given.now()).unwrap();
    assert_eq!(leaving, Leaving::Never(Ended::NotAgreed));
    let before = given.n_of(patient, Kind::ReminderQueued);
    for day in 2..9 {
        at(&given, patient, day, 12);
        look(&mut given);
    }
    assert_eq!(given.n_of(patient, Kind::ReminderQueued), before);
}

#[test]
fn whatever_part_is_taken_back_nothing_of_that_part_is_sent_any_more() {
    for what in [Revocable::Everything, Revocable::Text, Revocable::CheckIns] {
        let (mut given, patient, _) = agreed();
        at(&given, patient, 1, 10);
        look(&mut given);
        let work = waiting(&given).remove(0);
        given
            .by(Role::Coordinator, |operation, clinic| {
                let revoked = ContactRevoked { what, reason: None };
                contact::revoke(operation, clinic, patient, revoked)
            })
            .unwrap();
        let leaving = message::leaving(&given.clinic, &work, &stationery(), given.now()).unwrap();
        assert_eq!(leaving, Leaving::Never(Ended::NotAgreed), "{what}");
        at(&given, patient, 2, 12);
        let check_ins = look(&mut given);
        assert_eq!(check_ins, 0, "{what}");
    }
}

#[test]
fn taking_one_other_consent_back_leaves_what_was_agreed_about_contact() {
    let (mut given, patient, course) = agreed();
    let consent = given
        .chart(patient)
        .consents_on(course, given.today())
        .into_iter()
        .find(|(_, one)| one.text.as_str() == "part-2")
        .map(|(_, one)| one.consent)
        .unwrap();
    given
        .by(Role::Coordinator, |operation, clinic| {
            withdraw(operation, clinic, patient, consent, None)
        })
        .unwrap();
    assert_eq!(
        given.chart(patient).contact().unwrap().carriages,
        [Carriage::Text]
    );
}
