//! Data too old to go by: an alarm of its own, once, that closes when what it names has come in.

use clinic::act::device;
use clinic::act::observation::Measured;
use clinic::act::room::monitor;
use clinic::act::room::watch::stamp_missed;
use clinic::act::session::Happening;
use clinic::act::{alert, watch};
use clinic::{Actor, due};
use jiff::SignedDuration;
use record::chart::alert::Alert;
use record::fact::care::{AlertCause, AlertClosed, Urgency};
use record::fact::observation::{Found, UrineFinding, UrineScreen};
use record::fact::session::DoseStopped;
use record::ids::PatientId;
use record::words::{Door, Role};

use super::harness::{TestClinic, line, prose};
use super::sample::{alcohol, pressure};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn look(given: &mut TestClinic) {
    given
        .as_actor(Actor::system(Door::Command), watch::look)
        .unwrap();
}

fn stale(given: &TestClinic, patient: PatientId) -> Vec<Alert> {
    let mut alerts = given.chart(patient).alerts();
    alerts.retain(|alert| alert.cause == AlertCause::Stale);
    alerts
}

fn gives_urine(given: &mut TestClinic, patient: PatientId) {
    let screen = UrineScreen {
        findings: vec![UrineFinding {
            substance: alcohol(),
            found: Found::NotFound,
        }],
        temperature_ok: Some(true),
        not_given: None,
    };
    given.measure(patient, Measured::Urine(screen)).unwrap();
}

#[test]
fn a_result_too_old_is_one_alarm_and_closes_by_itself_when_it_comes_in() {
    let mut given = TestClinic::new();
    let (patient, _) = given.planned();
    given.clock.forward(DAY * 10);
    look(&mut given);
    assert!(stale(&given, patient).is_empty(), "ten days is the limit");
    given.clock.forward(DAY);
    look(&mut given);
    look(&mut given);
    let raised = stale(&given, patient);
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0].sentence, "Out of date: Urine screen 11 days old");
    assert_eq!(raised[0].urgency, Urgency::Watch);
    let hours = raised[0].due_at.duration_since(raised[0].raised_at);
    assert_eq!(hours, DAY, "the clock is the file's");
    gives_urine(&mut given, patient);
    look(&mut given);
    let closed = stale(&given, patient);
    assert!(closed[0].closed_at.is_some());
    let chart = given.chart(patient);
    let notes: Vec<String> = chart
        .all::<AlertClosed>()
        .map(|(entry, closed)| format!("{}: {}", entry.author.role, closed.note))
        .collect();
    assert!(
        notes[0].contains("everything it named has come in"),
        "{notes:?}"
    );
}

#[test]
fn an_alarm_settled_without_a_result_comes_again_when_another_limit_has_passed() {
    let mut given = TestClinic::new();
    let (patient, _) = given.planned();
    given.clock.forward(DAY * 11);
    look(&mut given);
    let id = stale(&given, patient)[0].id;
    given
        .by(Role::Nurse, |operation, clinic| {
            let note = prose("Gives none until the visit");
            alert::close(operation, clinic, patient, id, note)
        })
        .unwrap();
    look(&mut given);
    given.clock.forward(DAY);
    look(&mut given);
    assert_eq!(stale(&given, patient).len(), 1, "settled is settled");
    // On day 15 three questionnaires are too old as well, which is another finding.
    given.clock.forward(DAY * 3);
    look(&mut given);
    let again = stale(&given, patient);
    assert_eq!(again.len(), 2);
    assert_eq!(
        again[1].sentence,
        "Out of date: Urine screen 15 days old; PHQ-9 not once in 15 days; BAM-R not once in 15 days; C-SSRS screener not once in 15 days"
    );
}

#[test]
fn an_alarm_nobody_acts_on_is_handed_on_like_every_other() {
    let mut given = TestClinic::new();
    let (patient, _) = given.planned();
    given.clock.forward(DAY * 11);
    look(&mut given);
    given.clock.forward(DAY + SignedDuration::from_mins(1));
    look(&mut given);
    let alert = &stale(&given, patient)[0];
    assert_eq!(alert.handed_on.as_ref().unwrap().to, Role::Nurse);
    assert_eq!(alert.urgency, Urgency::ActNow);
}

#[test]
fn nothing_is_out_of_date_of_one_who_left_or_after_the_days_of_the_cadence() {
    let mut given = TestClinic::new();
    let (patient, _) = given.planned();
    given.clock.forward(DAY * 95);
    look(&mut given);
    assert!(stale(&given, patient).is_empty());
    let clinic = &given.clinic;
    assert!(due::of(&clinic.board(), clinic.library(), patient, given.now()).is_some());
}

#[test]
fn a_monitor_that_sends_old_readings_or_falls_silent_is_an_alarm_in_the_room() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let (_, token) = given.a_device("Monitor 1", "Room 1");
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.start(patient, session, dose).unwrap();
    let minutes = SignedDuration::from_mins;
    given.clock.forward(minutes(10));
    for sequence in [1, 2] {
        let old = given.now().checked_sub(minutes(5)).unwrap();
        given
            .sends(&token, sequence, old, pressure(126, 80))
            .unwrap();
        given.clock.forward(minutes(1));
    }
    let raised = stale(&given, patient);
    assert_eq!(raised.len(), 1, "one alarm, however many old readings");
    assert!(
        raised[0]
            .sentence
            .starts_with("Room 1: Monitor 1 sent a reading that was 5 min old"),
        "{}",
        raised[0].sentence
    );
    given.sends_now(&token, 3).unwrap();
    assert!(stale(&given, patient)[0].closed_at.is_some(), "it ended");
    let tick = |given: &mut TestClinic| {
        let system = Actor::system(Door::Command);
        given.as_actor(system, stamp_missed).unwrap();
    };
    given.clock.forward(minutes(6));
    tick(&mut given);
    assert_eq!(stale(&given, patient).len(), 1, "six minutes is the limit");
    given.clock.forward(minutes(1));
    tick(&mut given);
    tick(&mut given);
    let raised = stale(&given, patient);
    assert_eq!(raised.len(), 2);
    assert!(
        raised[1]
            .sentence
            .starts_with("Room 1: Monitor 1 has been silent since "),
        "{}",
        raised[1].sentence
    );
    let stop = DoseStopped {
        session,
        given: dose,
        reason: None,
    };
    given
        .happen(patient, session, Happening::Stop(stop))
        .unwrap();
    given.leaves(patient, session);
    look(&mut given);
    assert!(
        stale(&given, patient)
            .iter()
            .all(|one| one.closed_at.is_some()),
        "no alarm over a monitor outlives its session"
    );
}

#[test]
fn a_monitor_is_out_of_date_by_its_newest_reading_and_only_in_the_room_it_stands_in() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let (device, token) = given.a_device("Monitor 1", "Room 1");
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.start(patient, session, dose).unwrap();
    let minutes = SignedDuration::from_mins;
    let said = |given: &TestClinic| {
        let chart = given.chart(patient);
        let mut sessions = chart.sessions().into_iter();
        let there = sessions.find(|one| one.id == session).unwrap();
        monitor::out_of_date(&given.clinic, &chart, &there, given.now()).unwrap()
    };
    given.clock.forward(minutes(10));
    let read_at = given.now();
    given.sends_now(&token, 1).unwrap();
    // What it kept back and sends afterwards is older, and takes nothing from the current one.
    let before = read_at.checked_sub(minutes(5)).unwrap();
    given.sends(&token, 2, before, pressure(119, 71)).unwrap();
    assert_eq!(said(&given), []);
    given.clock.forward(minutes(6));
    assert_eq!(said(&given), [], "six minutes is the limit");
    given.clock.forward(minutes(1));
    let silent = said(&given);
    assert_eq!(silent.len(), 1);
    assert_eq!((silent[0].read_at, silent[0].came_at), (read_at, None));
    let late = given.now().checked_sub(minutes(3)).unwrap();
    given.sends(&token, 3, late, pressure(118, 70)).unwrap();
    let old = said(&given);
    assert_eq!((old[0].read_at, old[0].came_at), (late, Some(given.now())));
    let chart = given.chart(patient);
    let counted = device::counted(&chart, session);
    let sent = counted.iter().filter(|(_, one)| one.device.is_some());
    let sent: Vec<_> = sent.map(|(at, _)| *at).collect();
    assert_eq!(sent, [read_at], "nothing that came too late counts");
    let board = given.clinic.board();
    let there = board.line(patient).unwrap().session.as_ref().unwrap();
    let (at, pressure) = there.last_vitals.clone().unwrap();
    assert_eq!((at, &*pressure), (read_at, "126/80"), "nor on Today");
    drop(board);
    given
        .by(Role::Nurse, |operation, clinic| {
            device::place(operation, clinic, &device, line("Room 2"))
        })
        .unwrap();
    assert_eq!(said(&given), [], "it was carried away");
}
