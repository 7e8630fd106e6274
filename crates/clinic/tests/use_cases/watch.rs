//! The watch over silence and missed visits.

use clinic::act::{alert, watch};
use clinic::{Actor, Operation};
use jiff::SignedDuration;
use record::fact::care::AlertCause;
use record::ids::{Chance, PatientId};
use record::words::Door;

use super::harness::{TestClinic, prose};
use super::sample::a_calm_day;
use record::words::Role;

/// Looks as the program does, and gives how many alerts are new.
fn look(given: &mut TestClinic) -> usize {
    given
        .as_actor(Actor::system(Door::Command), watch::look)
        .unwrap()
}

fn n_open(given: &TestClinic, patient: PatientId, cause: AlertCause) -> usize {
    let alerts = given.chart(patient).alerts();
    alerts
        .iter()
        .filter(|alert| alert.cause == cause && alert.closed_at.is_none())
        .count()
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[test]
fn two_silent_days_are_one_alert_however_often_the_watch_looks() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let yesterday = given.today();
    given
        .check_in(patient, a_calm_day(course, yesterday))
        .unwrap();
    given.clock.forward(DAY);
    assert_eq!(look(&mut given), 0, "one quiet day is no silence");
    given.clock.forward(DAY);
    assert_eq!(look(&mut given), 1);
    assert_eq!(look(&mut given), 0);
    assert_eq!(n_open(&given, patient, AlertCause::Silence), 1);
    // The program started anew finds what is there already.
    let anew = given.opened_anew();
    let mut chance = Same;
    let clock = std::sync::Arc::clone(&given.clock);
    let mut operation = Operation::new(Actor::system(Door::Command), &*clock, &mut chance);
    assert_eq!(watch::look(&mut operation, &anew).unwrap(), 0);
}

struct Same;

impl Chance for Same {
    fn draw(&mut self) -> u64 {
        42
    }
}

#[test]
fn a_word_from_the_patient_ends_the_silence_and_staff_notes_do_not() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.clock.forward(DAY);
    given.clock.forward(DAY);
    given
        .by(Role::Coordinator, |operation, clinic| {
            let sentence = super::harness::line("Left a message");
            alert::raise(
                operation,
                clinic,
                patient,
                AlertCause::Person,
                record::fact::care::Urgency::Watch,
                &sentence,
            )
        })
        .unwrap();
    assert_eq!(
        look(&mut given),
        1,
        "what staff wrote is no word from the patient"
    );
    let today = given.today();
    given.check_in(patient, a_calm_day(course, today)).unwrap();
    given.clock.forward(DAY);
    assert_eq!(look(&mut given), 0);
}

#[test]
fn one_who_stays_silent_after_a_closed_alert_is_found_again() {
    let mut given = TestClinic::new();
    let (patient, _) = given.planned();
    given.clock.forward(DAY);
    given.clock.forward(DAY);
    assert_eq!(look(&mut given), 1);
    let id = given.chart(patient).alerts()[0].id;
    given
        .by(Role::Coordinator, |operation, clinic| {
            alert::close(
                operation,
                clinic,
                patient,
                id,
                prose("Called twice, no answer"),
            )
        })
        .unwrap();
    assert_eq!(
        look(&mut given),
        0,
        "closed today, looked at again when the next two days are silent"
    );
    given.clock.forward(DAY);
    given.clock.forward(DAY);
    assert_eq!(look(&mut given), 1);
    assert_eq!(n_open(&given, patient, AlertCause::Silence), 1);
}

#[test]
fn a_visit_nobody_came_to_is_a_task_after_an_hour_and_nobody_is_watched_after_leaving() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let tomorrow = given.today().tomorrow().unwrap();
    given.prescribe_from(patient, course, tomorrow).unwrap();
    given.book_plan(patient, course).unwrap();
    let starts_at = given.chart(patient).visits()[0].starts_at;
    given.clock.set(starts_at + SignedDuration::from_mins(59));
    assert_eq!(look(&mut given), 0);
    given.clock.set(starts_at + SignedDuration::from_mins(61));
    let n = look(&mut given);
    assert!(n >= 1);
    assert_eq!(n_open(&given, patient, AlertCause::VisitMissed), n);
    assert_eq!(look(&mut given), 0);
    given
        .turn(
            patient,
            course,
            clinic::act::course::Turn::Leave { reason: None },
        )
        .unwrap();
    given.clock.forward(DAY);
    given.clock.forward(DAY);
    assert_eq!(look(&mut given), 0);
}
