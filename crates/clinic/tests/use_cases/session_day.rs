//! On which day a session may be opened.

use clinic::act::plan::turn::{self, Move};
use clinic::act::session::{self, Opening};
use clinic::act::visit::{self, Turn};
use clinic::{Denied, Written};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use record::Kind;
use record::chart::visit::{Visit, VisitState};
use record::fact::visit::VisitPurpose;
use record::ids::{CourseId, PatientId, SessionId, VisitId};
use record::words::Role;

use crate::harness::{TestClinic, line, prose};

/// A clinic with a plan whose day 0 is so many days from now, each visit booked at four.
fn booked(days: i64) -> (TestClinic, PatientId, CourseId) {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let day_zero = given.today().saturating_add(days.days());
    given.prescribe_from(patient, course, day_zero).unwrap();
    given.book_plan(patient, course).unwrap();
    (given, patient, course)
}

/// The same, on day 0.
fn on_day_zero() -> (TestClinic, PatientId, CourseId) {
    let (mut given, patient, course) = booked(2);
    given.clock.forward(SignedDuration::from_hours(48));
    given.examine(patient);
    (given, patient, course)
}

fn dosing(given: &TestClinic, patient: PatientId, number: u8) -> Visit {
    let mut visits = given.chart(patient).visits().into_iter();
    let is_it =
        |visit: &Visit| visit.purpose == VisitPurpose::Dosing && visit.number == Some(number);
    visits.find(is_it).unwrap()
}

fn open_as(
    given: &mut TestClinic,
    (patient, course): (PatientId, CourseId),
    visit: Option<VisitId>,
) -> Result<SessionId, Denied> {
    let opening = Opening {
        course,
        visit,
        room: Some(line("Room 1")),
        weight_g: None,
    };
    given.by(Role::Nurse, |operation, clinic| {
        session::open(operation, clinic, patient, opening)
    })
}

fn sentence<T: std::fmt::Debug>(outcome: Result<T, Denied>) -> String {
    match outcome {
        Err(Denied::Refused(refusal)) => refusal.sentence.clone(),
        other => panic!("it was not refused: {other:?}"),
    }
}

fn fault<T: std::fmt::Debug>(outcome: Result<T, Denied>) -> String {
    match outcome {
        Err(Denied::Invalid(faults)) => faults[0].sentence.clone(),
        other => panic!("it was not refused: {other:?}"),
    }
}

fn moved(given: &mut TestClinic, patient: PatientId, visit: VisitId, to: Date, hour: i8) {
    move_to(given, patient, visit, to, hour).unwrap();
}

fn move_to(
    given: &mut TestClinic,
    patient: PatientId,
    visit: VisitId,
    to: Date,
    hour: i8,
) -> Result<Written, Denied> {
    let to = Move {
        starts: to.at(hour, 0, 0, 0),
        room: None,
        with: None,
        reason: line("Another day suits"),
    };
    given.by(Role::Coordinator, |operation, clinic| {
        turn::move_visit(operation, clinic, patient, visit, &to)
    })
}

fn missed(given: &mut TestClinic, patient: PatientId, visit: VisitId) {
    given
        .by(Role::Coordinator, |operation, clinic| {
            visit::turn(
                operation,
                clinic,
                patient,
                visit,
                Turn::Miss { reason: None },
            )
        })
        .unwrap();
}

#[test]
fn a_session_is_not_opened_before_its_day_until_its_visit_is_moved_there() {
    let (mut given, patient, course) = booked(8);
    let on = dosing(&given, patient, 1);
    let day = given.today().saturating_add(8.days());
    for visit in [Some(on.id), None] {
        let said = sentence(open_as(&mut given, (patient, course), visit));
        let wanted = day.strftime("Session 1 is booked for %a %-d %b: move its visit");
        assert!(said.starts_with(&wanted.to_string()), "{said}");
    }
    assert_eq!(given.n_of(patient, Kind::SessionOpened), 0);
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 2);
    let today = given.today();
    moved(&mut given, patient, on.id, today, 16);
    open_as(&mut given, (patient, course), Some(on.id)).unwrap();
}

#[test]
fn a_plan_without_visits_holds_its_day_as_well() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let day_zero = given.today().saturating_add(8.days());
    given.prescribe_from(patient, course, day_zero).unwrap();
    let said = sentence(given.open_session(patient, course));
    assert!(said.starts_with("The plan has session 1 on"), "{said}");
    given.clock.forward(SignedDuration::from_hours(24 * 8));
    given.examine(patient);
    given.open_session(patient, course).unwrap();
}

#[test]
fn a_visit_whose_day_went_by_is_moved_or_missed_first_and_another_booked_in_its_place_serves() {
    let (mut given, patient, course) = on_day_zero();
    let on = dosing(&given, patient, 1);
    given.clock.forward(SignedDuration::from_hours(48));
    given.examine(patient);
    let said = sentence(open_as(&mut given, (patient, course), None));
    assert!(said.starts_with("Session 1 was booked for"), "{said}");
    missed(&mut given, patient, on.id);
    assert_eq!(dosing(&given, patient, 1).state, VisitState::Missed);
    open_as(&mut given, (patient, course), None).unwrap();
}

#[test]
fn an_evenings_session_opened_after_midnight_is_of_the_evening() {
    let (mut given, patient, course) = on_day_zero();
    let on = dosing(&given, patient, 1);
    given
        .clock
        .set(on.starts_at + SignedDuration::from_mins(8 * 60 + 20));
    assert_ne!(
        given.today(),
        given.clinic.zone().to_datetime(on.starts_at).date()
    );
    open_as(&mut given, (patient, course), Some(on.id)).unwrap();
}

#[test]
fn no_dose_comes_nearer_to_the_one_before_than_was_signed_whatever_was_moved_or_missed() {
    let (mut given, patient, course) = on_day_zero();
    let day_zero = given.today();
    let first = dosing(&given, patient, 1).id;
    given.clock.forward(SignedDuration::from_hours(48));
    given.examine(patient);
    missed(&mut given, patient, first);
    // The first is given two days late, and the second is still booked for day 7.
    given.hold_session(patient, course);
    let next = dosing(&given, patient, 2);
    let on = |day: i64| day_zero.saturating_add(day.days());
    let said = fault(move_to(&mut given, patient, next.id, on(8), 12));
    let wanted = on(9).strftime("nearer to each other than 7 days: choose %a %-d %b or later");
    assert!(said.ends_with(&wanted.to_string()), "{said}");
    let said = fault(given.by(Role::Prescriber, |operation, clinic| {
        turn::shift(
            operation,
            clinic,
            patient,
            next.id,
            1,
            &prose("A day later"),
        )
    }));
    assert!(said.ends_with(&wanted.to_string()), "{said}");
    given.clock.forward(SignedDuration::from_hours(24 * 5));
    given.examine(patient);
    let said = sentence(open_as(&mut given, (patient, course), Some(next.id)));
    let wanted = on(9).strftime("open it on %a %-d %b or later");
    assert!(said.contains(&wanted.to_string()), "{said}");
    moved(&mut given, patient, next.id, on(9), 12);
    given.clock.forward(SignedDuration::from_hours(48));
    given.examine(patient);
    open_as(&mut given, (patient, course), Some(next.id)).unwrap();
}
