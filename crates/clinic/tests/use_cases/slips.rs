//! What goes wrong beside the patient: a clock that jumps, a press sent twice, two hands at once.

use clinic::Operation;
use clinic::act::ledger::session as used;
use clinic::act::room::{self, Stopped};
use clinic::act::session::{self, Happening};
use jiff::{SignedDuration, Timestamp};
use ledger::Container;
use record::Kind;
use record::fact::session::DoseStopped;
use record::ids::{PatientId, SessionId};
use record::quantity::Micrograms;
use record::words::Role;

use crate::harness::{Counting, TestClinic, staff};
use crate::stock::mg;

/// A session in which the planned dose runs.
fn running() -> (TestClinic, PatientId, SessionId, Micrograms) {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.start(patient, session, dose).unwrap();
    (given, patient, session, dose)
}

fn press(given: &mut TestClinic, patient: PatientId, session: SessionId) -> Stopped {
    given
        .by(Role::Nurse, |operation, clinic| {
            room::stop_now(operation, clinic, patient, session)
        })
        .unwrap()
}

fn amount(given: &TestClinic, patient: PatientId) -> Micrograms {
    let there = given.chart(patient).sessions().pop().unwrap();
    there.stopped.unwrap().1
}

fn recorded(given: &TestClinic, patient: PatientId) -> Vec<Timestamp> {
    let chart = given.chart(patient);
    let entries = chart.entries().iter();
    entries.map(|entry| entry.recorded_at.0).collect()
}

#[test]
fn a_clock_that_jumps_back_in_a_dose_stops_it_all_the_same_and_no_entry_is_older_than_the_one_before()
 {
    let (mut given, patient, session, dose) = running();
    given.clock.forward(SignedDuration::from_mins(10));
    room_reading(&mut given, patient, session);
    given.clock.forward(SignedDuration::from_mins(-60));
    assert!(matches!(
        press(&mut given, patient, session),
        Stopped::Now(_)
    ));
    assert!(
        amount(&given, patient) <= dose,
        "never more than was started"
    );
    let written = recorded(&given, patient);
    assert!(written.is_sorted(), "{written:?}");
    // What was drawn and not given is still there to account for, to the microgram.
    let left = given.clinic.stock().register.in_use(session);
    assert!(left.get() >= dose.get() - amount(&given, patient).get());
    given.settle(patient, session);
    assert_eq!(given.clinic.stock().register.in_use(session), mg(0));
}

fn room_reading(given: &mut TestClinic, patient: PatientId, session: SessionId) {
    let mut vitals = crate::sample::pressure(128, 80);
    vitals.session = Some(session);
    given
        .measure(patient, clinic::act::observation::Measured::Vitals(vitals))
        .unwrap();
}

#[test]
fn a_clock_that_jumps_a_day_ahead_gives_no_more_than_was_started() {
    let (mut given, patient, session, dose) = running();
    given.clock.forward(SignedDuration::from_hours(26));
    assert!(matches!(
        press(&mut given, patient, session),
        Stopped::Now(_)
    ));
    assert_eq!(amount(&given, patient), dose);
    let used = *given.clinic.stock().register.use_of(session).unwrap();
    assert_eq!(used.given, dose, "chart and register say the same");
}

#[test]
fn a_stop_and_a_waste_sent_twice_are_written_once() {
    let (mut given, patient, session, dose) = running();
    given.clock.forward(SignedDuration::from_mins(10));
    let part = Micrograms::new(dose.get() / 4);
    let repeated: Vec<bool> = (0..2)
        .map(|_| {
            let stop = DoseStopped {
                session,
                given: part,
                reason: None,
            };
            given
                .under(Role::Nurse, 501, |operation, clinic| {
                    session::happen(operation, clinic, patient, session, Happening::Stop(stop))
                })
                .unwrap()
                .repeated
        })
        .collect();
    assert_eq!(repeated, [false, true]);
    assert_eq!(given.n_of(patient, Kind::DoseStopped), 1);
    let held: Vec<_> = {
        let stock = given.clinic.stock();
        let held = stock.register.held(session);
        held.filter(|(_, from, _)| *from == Container::Syringe)
            .map(|(vial, from, amount)| (vial.clone(), from, amount))
            .collect()
    };
    let (vial, from, left) = held[0].clone();
    let second = crate::ready::second(&given);
    let lines = |given: &TestClinic| given.clinic.stock().register.postings().len();
    let before = lines(&given);
    for is_repeated in [false, true] {
        let wasted = used::Wasted {
            vial: vial.clone(),
            from,
            amount: left,
            method: "Into the bottle".to_owned(),
        };
        let written = given
            .under(Role::Nurse, 502, |operation, clinic| {
                used::waste(operation, clinic, (patient, session), vec![wasted], &second)
            })
            .unwrap();
        assert_eq!(written.repeated, is_repeated);
    }
    assert_eq!(lines(&given), before + 1);
}

#[test]
fn of_two_who_press_stop_in_the_same_moment_one_stops_and_one_is_told_and_drug_is_given_once() {
    for round in 0..20_u64 {
        let (given, patient, session, dose) = running();
        given.clock.forward(SignedDuration::from_mins(10));
        let (clinic, clock) = (&given.clinic, &*given.clock);
        let outcomes: Vec<bool> = std::thread::scope(|scope| {
            let hands = [(Role::Nurse, 31), (Role::Prescriber, 32)].map(|(role, seed)| {
                scope.spawn(move || {
                    let mut chance = Counting(seed + round * 100);
                    let mut operation = Operation::new(staff(role), clock, &mut chance);
                    let outcome = room::stop_now(&mut operation, clinic, patient, session);
                    matches!(outcome.unwrap(), Stopped::Now(_))
                })
            });
            hands.map(|hand| hand.join().unwrap()).to_vec()
        });
        let stopped = outcomes.iter().filter(|is_first| **is_first).count();
        assert_eq!(stopped, 1, "{outcomes:?}");
        assert_eq!(given.n_of(patient, Kind::DoseStopped), 1);
        let used = *given.clinic.stock().register.use_of(session).unwrap();
        assert_eq!(used.given, amount(&given, patient));
        assert!(used.given < dose);
    }
}
