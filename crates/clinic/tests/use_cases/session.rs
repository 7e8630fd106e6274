//! Dosing: what is given, and everything that stands against it.

use clinic::Denied;
use clinic::act::plan::{Prescription, amend};
use clinic::act::session::Happening;
use clinic::act::{consent, course};
use jiff::{SignedDuration, ToSpan as _};
use record::Kind;
use record::fact::decision::ConsentSigned;
use record::fact::session::{
    DoseChange, DoseChanged, DoseStopped, GateAnswer, GateItem, RecoveryAssessed, SessionClosed,
};
use record::quantity::Micrograms;
use record::words::Role;

use super::harness::{TestClinic, fields, is_not_found, line, prose, refused_by, staff};

fn close(session: record::ids::SessionId, against_advice: bool) -> Happening {
    Happening::Close(SessionClosed {
        session,
        escort: None,
        against_advice,
    })
}

#[test]
fn a_whole_session_is_held_and_the_next_one_has_the_next_number() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.hold_session(patient, course);
    given.clock.forward(SignedDuration::from_hours(24 * 7));
    given.hold_session(patient, course);
    let numbers: Vec<u8> = given
        .chart(patient)
        .sessions()
        .iter()
        .map(|session| session.number)
        .collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn no_session_is_opened_without_a_plan_and_the_refusal_is_recorded() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    assert_eq!(refused_by(given.open_session(patient, course)), "plan");
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
    assert_eq!(given.n_of(patient, Kind::SessionOpened), 0);
}

#[test]
fn no_session_is_opened_after_a_consent_was_withdrawn() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let signed = given
        .chart(patient)
        .all::<ConsentSigned>()
        .next()
        .unwrap()
        .1
        .consent;
    let gone = given.by(Role::Coordinator, |operation, clinic| {
        consent::withdraw(operation, clinic, patient, signed, None)
    });
    assert!(gone.is_ok());
    assert_eq!(refused_by(given.open_session(patient, course)), "E52");
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
}

#[test]
fn no_dose_is_started_where_a_consent_was_withdrawn_after_the_session_was_opened() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let signed = given
        .chart(patient)
        .all::<ConsentSigned>()
        .next()
        .unwrap()
        .1
        .consent;
    given
        .by(Role::Nurse, |operation, clinic| {
            consent::withdraw(operation, clinic, patient, signed, None)
        })
        .unwrap();
    let dose = given.planned_dose(patient, course);
    assert_eq!(refused_by(given.start(patient, session, dose)), "E52");
    assert_eq!(given.n_of(patient, Kind::DoseStarted), 0);
    assert_eq!(
        given.n_of(patient, Kind::RefusalGiven),
        2,
        "the time-out and the dose"
    );
}

#[test]
fn no_session_is_opened_once_a_consent_has_run_out() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.clock.forward(SignedDuration::from_hours(24 * 800));
    assert_eq!(refused_by(given.open_session(patient, course)), "E52");
}

#[test]
fn a_dose_over_the_plan_is_refused_and_recorded_and_the_planned_one_is_given() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    let more = Micrograms::new(dose.get() + 1_000);
    assert_eq!(refused_by(given.start(patient, session, more)), "plan");
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
    given.start(patient, session, dose).unwrap();
}

#[test]
fn a_dose_by_another_route_is_refused() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let mut start = super::sample::a_start(session, given.planned_dose(patient, course));
    start.route = record::fact::decision::Route::Intramuscular;
    assert_eq!(
        refused_by(given.happen(patient, session, Happening::Start(start))),
        "plan"
    );
}

#[test]
fn no_more_sessions_are_opened_than_the_plan_holds() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    for _ in 0..3 {
        given.hold_session(patient, course);
        given.clock.forward(SignedDuration::from_hours(24 * 7));
    }
    assert_eq!(refused_by(given.open_session(patient, course)), "E53");
    assert_eq!(given.n_of(patient, Kind::SessionOpened), 3);
}

#[test]
fn a_second_session_is_not_opened_while_one_is_open() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.open_session(patient, course).unwrap();
    assert_eq!(fields(given.open_session(patient, course)), ["course"]);
}

#[test]
fn no_session_is_opened_while_the_course_is_paused() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given
        .turn(
            patient,
            course,
            course::Turn::Pause {
                reason: prose("Away"),
            },
        )
        .unwrap();
    assert_eq!(fields(given.open_session(patient, course)), ["course"]);
}

#[test]
fn a_session_of_another_patient_is_not_found() {
    let mut given = TestClinic::new();
    let (one, course) = given.planned();
    let (other, _) = given.planned();
    let session = given.open_session(one, course).unwrap();
    let dose = given.planned_dose(one, course);
    assert!(is_not_found(&given.start(other, session, dose)));
    assert_eq!(given.n_of(other, Kind::DoseStarted), 0);
}

#[test]
fn a_happening_that_names_another_session_is_not_found() {
    let mut given = TestClinic::new();
    let (one, course) = given.planned();
    let (other, others_course) = given.planned();
    let session = given.open_session(one, course).unwrap();
    let elsewhere = given.open_session(other, others_course).unwrap();
    let dose = given.planned_dose(one, course);
    let start = super::sample::a_start(elsewhere, dose);
    assert!(is_not_found(&given.happen(
        one,
        session,
        Happening::Start(start)
    )));
    assert_eq!(given.n_of(one, Kind::DoseStarted), 0);
}

#[test]
fn a_dose_is_started_once_stopped_once_and_never_before_it_started() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    let stop = |amount| {
        Happening::Stop(DoseStopped {
            session,
            given: amount,
            reason: None,
        })
    };
    assert_eq!(
        fields(given.happen(patient, session, stop(dose))),
        ["session"]
    );
    given.start(patient, session, dose).unwrap();
    assert_eq!(fields(given.start(patient, session, dose)), ["session"]);
    let over = Micrograms::new(dose.get() + 1);
    assert_eq!(
        fields(given.happen(patient, session, stop(over))),
        ["given"],
        "more than was started"
    );
    assert_eq!(
        fields(given.happen(patient, session, close(session, true))),
        ["session"]
    );
    given.happen(patient, session, stop(dose)).unwrap();
    assert_eq!(
        fields(given.happen(patient, session, stop(dose))),
        ["session"]
    );
    let change = DoseChanged {
        session,
        change: DoseChange::Resumed,
        given_so_far: None,
        reason: None,
        rate: None,
    };
    assert_eq!(
        fields(given.happen(patient, session, Happening::Change(change))),
        ["session"]
    );
}

#[test]
fn nobody_leaves_unassessed_unless_against_advice_and_a_closed_session_stays_closed() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    assert_eq!(
        fields(given.happen(patient, session, close(session, false))),
        ["session"]
    );
    let item = GateItem {
        item: line("escort"),
        answer: GateAnswer::NotMet,
        because: None,
    };
    let unsaid = RecoveryAssessed {
        session,
        items: vec![item],
    };
    assert_eq!(
        fields(given.happen(patient, session, Happening::Recover(unsaid))),
        ["session"]
    );
    given
        .happen(patient, session, close(session, true))
        .unwrap();
    assert_eq!(
        fields(given.happen(patient, session, close(session, true))),
        ["session"]
    );
}

#[test]
fn a_charted_time_to_come_is_refused() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let later = record::Clock::now(&*given.clock) + SignedDuration::from_hours(1);
    let start = super::sample::a_start(session, given.planned_dose(patient, course));
    let outcome = given.by(Role::Nurse, |operation, clinic| {
        operation.occurred_at = Some(later);
        clinic::act::session::happen(operation, clinic, patient, session, Happening::Start(start))
    });
    assert_eq!(fields(outcome), ["occurred_at"]);
}

#[test]
fn day_zero_stays_where_it_is_once_a_dose_was_given() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.hold_session(patient, course);
    let day_zero = given.today().saturating_add(3.days());
    let asked = Prescription {
        course,
        day_zero,
        weight_g: None,
    };
    let outcome = given.by(Role::Prescriber, |operation, clinic| {
        amend(
            operation,
            clinic,
            patient,
            &asked,
            prose("Another day suits"),
        )
    });
    assert_eq!(refused_by(outcome), "plan");
    assert_eq!(given.n_of(patient, Kind::PlanAmended), 0);
}

#[test]
fn a_dose_of_which_nothing_went_in_is_ended_as_that_and_all_of_it_is_still_to_account_for() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.start(patient, session, dose).unwrap();
    let drawn = given.clinic.stock().register.in_use(session);
    let stop = DoseStopped {
        session,
        given: Micrograms::new(0),
        reason: Some(line("The line was blocked")),
    };
    given
        .happen(patient, session, Happening::Stop(stop))
        .unwrap();
    assert_eq!(given.clinic.stock().register.in_use(session), drawn);
    given.settle(patient, session);
    assert_eq!(given.clinic.stock().register.in_use(session).get(), 0);
}

#[test]
fn a_front_desk_runs_no_session() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let opening = clinic::act::session::Opening {
        course,
        visit: None,
        room: None,
        weight_g: None,
    };
    let outcome = given.as_actor(staff(Role::Coordinator), |operation, clinic| {
        clinic::act::session::open(operation, clinic, patient, opening)
    });
    assert!(matches!(outcome, Err(Denied::Forbidden { .. })));
}
