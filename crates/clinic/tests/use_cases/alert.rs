//! Alerts nobody acts on, alerts put off, and how long it took to reach people.

use clinic::act::alert::{self, snooze::snooze};
use clinic::act::{enquiry, people, watch};
use clinic::{Actor, Denied};
use jiff::SignedDuration;
use record::chart::alert::Alert;
use record::fact::care::{AlertCause, AlertHandedOn, AlertSnoozed, Urgency};
use record::fact::enquiry::{ContactMade, ContactWay, Reached};
use record::ids::{AlertId, PatientId};
use record::words::{Door, Role};

use super::harness::{TestClinic, line, prose};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn an_alert(given: &mut TestClinic, urgency: Urgency) -> (PatientId, AlertId) {
    let patient = given.enquire();
    given.register(patient).unwrap();
    given
        .by(Role::Coordinator, |operation, clinic| {
            let sentence = line("Craving 9 of 10");
            alert::raise(
                operation,
                clinic,
                patient,
                AlertCause::Craving,
                urgency,
                &sentence,
            )
        })
        .unwrap();
    let id = given.chart(patient).alerts()[0].id;
    (patient, id)
}

fn the_alert(given: &TestClinic, patient: PatientId) -> Alert {
    given.chart(patient).alerts().remove(0)
}

fn look(given: &mut TestClinic) {
    given
        .as_actor(Actor::system(Door::Command), watch::look)
        .unwrap();
}

fn put_off(
    given: &mut TestClinic,
    role: Role,
    (patient, id): (PatientId, AlertId),
    by: SignedDuration,
) -> Result<(), String> {
    let done = given.by(role, |operation, clinic| {
        let until = operation.now() + by;
        let reason = line("Called, no answer: tries again");
        snooze(operation, clinic, patient, id, until, reason)
    });
    match done {
        Ok(_) => Ok(()),
        Err(Denied::Invalid(faults)) => Err(faults[0].sentence.clone()),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn what_nobody_acts_on_by_its_clock_goes_to_one_after_another_and_presses_more() {
    let mut given = TestClinic::new();
    let (patient, _) = an_alert(&mut given, Urgency::Watch);
    given.clock.forward(HOUR * 24);
    look(&mut given);
    assert!(
        the_alert(&given, patient).handed_on.is_none(),
        "on the minute it is not late"
    );
    given.clock.forward(SignedDuration::from_mins(1));
    for _ in 0..3 {
        look(&mut given);
    }
    let once = the_alert(&given, patient);
    assert_eq!(once.urgency, Urgency::ActNow);
    let first = once.handed_on.unwrap();
    assert_eq!((first.step, first.to), (1, Role::Nurse));
    assert_eq!(once.due_at, given.now() + HOUR * 2);
    for (step, to) in [(2, Role::Prescriber), (3, Role::MedicalDirector)] {
        given.clock.forward(HOUR * 2 + SignedDuration::from_mins(1));
        look(&mut given);
        let next = the_alert(&given, patient).handed_on.unwrap();
        assert_eq!((next.step, next.to), (step, to));
    }
    given.clock.forward(HOUR * 100);
    look(&mut given);
    let n = given.chart(patient).all::<AlertHandedOn>().count();
    assert_eq!(
        n, 3,
        "after the last step nobody is left, and it stays open"
    );
    assert!(the_alert(&given, patient).closed_at.is_none());
}

#[test]
fn the_next_person_is_named_where_one_works_here() {
    let mut given = TestClinic::new();
    let (patient, _) = an_alert(&mut given, Urgency::ActNow);
    given
        .by(Role::Administrator, |operation, clinic| {
            people::add(
                operation,
                clinic,
                people::NewPerson {
                    name: line("Dana Whitlock RN"),
                    sign_in_name: line("dana"),
                    roles: vec![Role::Nurse],
                    patient: None,
                },
                "a long enough pass phrase",
            )
        })
        .unwrap();
    given.clock.forward(HOUR * 5);
    look(&mut given);
    let (_, name) = the_alert(&given, patient)
        .handed_on
        .unwrap()
        .person
        .unwrap();
    assert_eq!(&*name, "Dana Whitlock RN");
}

#[test]
fn an_alert_is_put_off_within_the_bound_a_few_times_and_with_a_reason() {
    let mut given = TestClinic::new();
    let there = an_alert(&mut given, Urgency::ActNow);
    let wide = put_off(
        &mut given,
        Role::Nurse,
        there,
        HOUR * 2 + SignedDuration::from_secs(1),
    );
    assert!(wide.unwrap_err().contains("2 hours at the most"));
    assert!(put_off(&mut given, Role::Nurse, there, -HOUR).is_err());
    for _ in 0..3 {
        put_off(&mut given, Role::Nurse, there, HOUR * 2).unwrap();
        given.clock.forward(HOUR * 2);
    }
    let often = put_off(&mut given, Role::Nurse, there, HOUR).unwrap_err();
    assert!(often.contains("put off 3 times"), "{often}");
    let chart = given.chart(there.0);
    assert_eq!(chart.all::<AlertSnoozed>().count(), 3);
    let stands = the_alert(&given, there.0);
    assert_eq!(stands.owner.unwrap().1, "nurse", "who puts off takes");
    let other = put_off(&mut given, Role::Therapist, there, HOUR).unwrap_err();
    assert!(other.contains("nurse has this alert"), "{other}");
}

#[test]
fn what_is_put_off_is_not_handed_on_until_then_and_is_afterwards() {
    let mut given = TestClinic::new();
    let there = an_alert(&mut given, Urgency::ActNow);
    given.clock.forward(HOUR * 3);
    put_off(&mut given, Role::Nurse, there, HOUR * 2).unwrap();
    given.clock.forward(HOUR + SignedDuration::from_mins(30));
    look(&mut given);
    assert!(the_alert(&given, there.0).handed_on.is_none());
    given.clock.forward(HOUR);
    look(&mut given);
    assert_eq!(the_alert(&given, there.0).handed_on.unwrap().step, 1);
}

#[test]
fn a_settled_alert_is_neither_put_off_nor_handed_on() {
    let mut given = TestClinic::new();
    let there = an_alert(&mut given, Urgency::ActNow);
    given
        .by(Role::Nurse, |operation, clinic| {
            alert::close(operation, clinic, there.0, there.1, prose("Spoke: safe"))
        })
        .unwrap();
    assert!(put_off(&mut given, Role::Nurse, there, HOUR).is_err());
    given.clock.forward(HOUR * 48);
    look(&mut given);
    assert!(the_alert(&given, there.0).handed_on.is_none());
}

#[test]
fn time_to_contact_is_of_people_reached_and_a_try_is_no_contact() {
    let mut given = TestClinic::new();
    let (patient, _) = an_alert(&mut given, Urgency::ActNow);
    let month = HOUR * (30 * 24);
    for (minutes, reached) in [(30, Reached::NotAnswered), (90, Reached::Spoke)] {
        given.clock.forward(SignedDuration::from_mins(minutes));
        given
            .by(Role::Coordinator, |operation, clinic| {
                let contact = ContactMade {
                    way: ContactWay::Phone,
                    reached,
                    summary: None,
                };
                enquiry::make_contact(operation, clinic, patient, contact)
            })
            .unwrap();
        let told = given.clinic.board().time_to_contact(given.now(), month);
        assert_eq!(told.n_reached, usize::from(reached == Reached::Spoke));
    }
    let told = given.clinic.board().time_to_contact(given.now(), month);
    assert_eq!(told.median, Some(SignedDuration::from_mins(120)));
    let (other, id) = an_alert(&mut given, Urgency::ActNow);
    given
        .by(Role::Nurse, |operation, clinic| {
            alert::close(operation, clinic, other, id, prose("Nothing to do"))
        })
        .unwrap();
    let told = given.clinic.board().time_to_contact(given.now(), month);
    assert_eq!((told.n_alerts, told.n_reached), (2, 1));
    assert_eq!(told.n_settled_unreached, 1, "settled is not reached");
    assert_eq!(told.median, Some(SignedDuration::from_mins(120)));
}
