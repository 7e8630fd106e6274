//! The session room: what fires, what stops, what is missed, and what never crosses into another's.

use clinic::Denied;
use clinic::act::room::{self, Readings, Stopped, watch};
use clinic::act::session::Happening;
use clinic::{Actor, Written};
use jiff::SignedDuration;
use record::fact::care::AlertRaised;
use record::fact::room::{RuleAct, RuleFired};
use record::fact::session::{DoseChange, DoseChanged, Watched};
use record::ids::{PatientId, SessionId};
use record::quantity::{Micrograms, MicrogramsPerMinute, Minutes};
use record::words::{Door, Role};
use record::{Clock as _, Kind};

use super::harness::{TestClinic, fields, is_not_found, prose, refused_by};
use super::sample::pressure;

pub(super) fn set(upper: u16, lower: u16) -> Readings {
    Readings {
        vitals: pressure(upper, lower),
        ..Readings::default()
    }
}

impl TestClinic {
    pub(super) fn chart_set(
        &mut self,
        patient: PatientId,
        session: SessionId,
        readings: Readings,
    ) -> Result<Written, Denied> {
        self.by(Role::Nurse, |operation, clinic| {
            room::chart(operation, clinic, patient, session, readings)
        })
    }

    /// A dose that runs: 40 minutes by the plan.
    pub(super) fn running(&mut self) -> (PatientId, SessionId) {
        let (patient, course) = self.planned();
        let session = self.open_session(patient, course).unwrap();
        let dose = self.planned_dose(patient, course);
        self.start(patient, session, dose).unwrap();
        (patient, session)
    }

    pub(super) fn minutes(&self, minutes: i64) {
        self.clock.forward(SignedDuration::from_mins(minutes));
    }

    pub(super) fn watch(&mut self) -> usize {
        let system = Actor::system(Door::Command);
        self.as_actor(system, |operation, clinic| {
            watch::stamp_missed(operation, clinic).unwrap()
        })
    }

    pub(super) fn fired(&self, patient: PatientId) -> Vec<(String, RuleAct)> {
        self.chart(patient)
            .all::<RuleFired>()
            .map(|(_, one)| (one.rule.to_string(), one.act))
            .collect()
    }
}

#[test]
fn a_hypertensive_crisis_is_notified_slowed_and_stopped_in_the_append_of_each_reading() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    let mut told = Vec::new();
    for (minute, upper) in [(10, 165), (5, 182), (5, 185), (5, 201)] {
        given.minutes(minute);
        let written = given.chart_set(patient, session, set(upper, 85)).unwrap();
        let chart = given.chart(patient);
        let same_append = chart
            .entries()
            .iter()
            .filter(|entry| entry.number >= written.number);
        told.push(
            same_append
                .filter(|entry| entry.fact.kind() == Kind::RuleFired)
                .count(),
        );
    }
    assert_eq!(
        told,
        [1, 0, 1, 1],
        "each rule once, with the reading it hangs on"
    );
    assert_eq!(
        given.fired(patient),
        [
            ("M06".to_owned(), RuleAct::Notify),
            ("M07".to_owned(), RuleAct::Slow),
            ("M08".to_owned(), RuleAct::Stop),
        ]
    );
    assert_eq!(given.n_of(patient, Kind::AlertRaised), 3);
}

#[test]
fn a_rule_that_ended_and_begins_again_is_written_again() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    for upper in [165, 130, 166] {
        given.minutes(5);
        given.chart_set(patient, session, set(upper, 85)).unwrap();
    }
    assert_eq!(given.fired(patient).len(), 2);
}

#[test]
fn nothing_fires_before_a_dose_and_nothing_on_a_calm_reading() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    given.chart_set(patient, session, set(172, 101)).unwrap();
    assert_eq!(given.n_of(patient, Kind::RuleFired), 0);
    let (patient, session) = given.running();
    given.chart_set(patient, session, set(128, 78)).unwrap();
    assert_eq!(given.n_of(patient, Kind::RuleFired), 0);
}

#[test]
fn deep_sedation_stops_whoever_charts_it_by_whichever_act() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(10);
    let readings = Readings {
        scores: vec![(Watched::Sedation, 1)],
        ..Readings::default()
    };
    given.chart_set(patient, session, readings).unwrap();
    let rules: Vec<String> = given
        .fired(patient)
        .into_iter()
        .map(|(rule, _)| rule)
        .collect();
    assert_eq!(rules, ["M14", "M13a"], "strictest first");
}

#[test]
fn a_set_that_says_nothing_or_a_score_beyond_its_scale_is_refused_and_nothing_is_written() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    let before = given.n_entries();
    assert_eq!(
        fields(given.chart_set(patient, session, Readings::default())),
        ["systolic"]
    );
    let readings = Readings {
        scores: vec![(Watched::Sedation, 6)],
        ..set(128, 78)
    };
    assert_eq!(
        fields(given.chart_set(patient, session, readings)),
        ["score"]
    );
    let crossed = set(78, 128);
    assert_eq!(
        fields(given.chart_set(patient, session, crossed)),
        ["diastolic"]
    );
    assert_eq!(given.n_entries(), before);
}

#[test]
fn a_reading_for_a_closed_session_is_refused_in_a_sentence() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.hold_session(patient, course);
    assert_eq!(
        fields(given.chart_set(patient, session, set(128, 78))),
        ["session"]
    );
}

#[test]
fn a_reading_sent_twice_is_one_reading() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    for _ in 0..2 {
        given
            .under(Role::Nurse, 77, |operation, clinic| {
                room::chart(operation, clinic, patient, session, set(165, 95))
            })
            .unwrap();
    }
    // Two at the evaluation, one before the dose, and this one.
    assert_eq!(given.n_of(patient, Kind::VitalsObserved), 2 + 1 + 1);
    assert_eq!(given.fired(patient).len(), 1);
}

#[test]
fn two_people_stop_at_once_and_the_second_is_told_it_was_stopped() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(10);
    let first = given.by(Role::Nurse, |operation, clinic| {
        room::stop_now(operation, clinic, patient, session)
    });
    assert!(matches!(first, Ok(Stopped::Now(_))));
    let second = given.by(Role::Prescriber, |operation, clinic| {
        room::stop_now(operation, clinic, patient, session)
    });
    assert!(matches!(second, Ok(Stopped::Before)));
    assert_eq!(given.n_of(patient, Kind::DoseStopped), 1);
    let there = given.chart(patient).sessions().pop().unwrap();
    let dose = there.started.unwrap().dose.get();
    assert_eq!(there.stopped.unwrap().1, Micrograms::new(dose / 4));
}

#[test]
fn stop_is_refused_where_nothing_runs_and_to_those_who_do_not_give_drug() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let by = |given: &mut TestClinic, role| {
        given.by(role, |operation, clinic| {
            room::stop_now(operation, clinic, patient, session)
        })
    };
    assert_eq!(fields(by(&mut given, Role::Nurse)), ["session"]);
    assert!(matches!(
        by(&mut given, Role::Coordinator),
        Err(Denied::Forbidden { .. })
    ));
}

#[test]
fn a_rate_slip_by_ten_is_refused_and_a_slower_rate_is_taken() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    let there = given.chart(patient).sessions().pop().unwrap();
    let ordered = there.infusion(there.opened_at).unwrap().rate.get();
    let rate = |rate: u32| {
        Happening::Change(DoseChanged {
            session,
            change: DoseChange::Rate,
            given_so_far: None,
            reason: None,
            rate: Some(MicrogramsPerMinute::new(rate)),
        })
    };
    assert_eq!(
        fields(given.happen(patient, session, rate(ordered * 10))),
        ["rate"]
    );
    given.happen(patient, session, rate(ordered / 2)).unwrap();
}

#[test]
fn a_dose_started_in_a_tenth_of_its_time_is_refused_by_the_plan() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    let mut start = super::sample::a_start(session, dose);
    start.minutes = Minutes::new(start.minutes.get() / 10);
    assert_eq!(
        refused_by(given.happen(patient, session, Happening::Start(start))),
        "plan"
    );
}

#[test]
fn the_therapist_writes_in_the_room_and_charts_no_reading() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given
        .by(Role::Therapist, |operation, clinic| {
            room::note(
                operation,
                clinic,
                patient,
                session,
                prose("Quiet, hand on heart."),
            )
        })
        .unwrap();
    let refused = given.by(Role::Therapist, |operation, clinic| {
        room::chart(operation, clinic, patient, session, set(128, 78))
    });
    assert!(matches!(refused, Err(Denied::Forbidden { .. })));
}

#[test]
fn a_call_for_help_is_an_alert_to_act_on_now() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given
        .by(Role::Therapist, |operation, clinic| {
            room::call_help(operation, clinic, patient, session)
        })
        .unwrap();
    let chart = given.chart(patient);
    let (_, alert) = chart.all::<AlertRaised>().last().unwrap();
    assert!(alert.sentence.as_str().starts_with("Room 1: help called"));
}

/// An act on a session: which of three sessions it names, through whose record, and what it is.
type Try = (usize, usize, u8);

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(12))]

    /// Whatever is tried, through whichever record, every entry of a session stands in the record of
    /// the person whose session it is, and names that session.
    #[test]
    fn no_entry_ever_lands_in_another_persons_session(
        tries in proptest::collection::vec((0_usize..3, 0_usize..3, 0_u8..6), 1..24)
    ) {
        let mut given = TestClinic::new();
        let rooms: Vec<(PatientId, SessionId)> = (0..3).map(|_| given.running()).collect();
        for (named, through, what) in tries {
            try_to_cross(&mut given, &rooms, (named, through, what));
        }
        for (at, (patient, session)) in rooms.iter().enumerate() {
            let chart = given.chart(*patient);
            for (other, (_, foreign)) in rooms.iter().enumerate() {
                let is_there = chart.entries().iter().any(|entry| {
                    let bytes = record::entry::encode(entry.occurred_at, &entry.fact).unwrap();
                    String::from_utf8(bytes).unwrap().contains(&foreign.to_string())
                });
                proptest::prop_assert_eq!(is_there, at == other, "session {} in record {}", other, at);
            }
            proptest::prop_assert_eq!(chart.sessions().len(), 1);
            proptest::prop_assert_eq!(chart.sessions()[0].id, *session);
        }
    }
}

fn try_to_cross(
    given: &mut TestClinic,
    rooms: &[(PatientId, SessionId)],
    (named, through, what): Try,
) {
    let (session, patient) = (rooms[named].1, rooms[through].0);
    given.minutes(1);
    let outcome = match what {
        0 => given.chart_set(patient, session, set(128, 78)).map(|_| ()),
        1 => given
            .by(Role::Nurse, |operation, clinic| {
                let mut vitals = pressure(130, 80);
                vitals.session = Some(session);
                let measured = clinic::act::observation::Measured::Vitals(vitals);
                clinic::act::observation::observe(operation, clinic, patient, measured)
            })
            .map(|_| ()),
        2 => given
            .by(Role::Nurse, |operation, clinic| {
                room::note(operation, clinic, patient, session, prose("Calm."))
            })
            .map(|_| ()),
        3 => given
            .by(Role::Nurse, |operation, clinic| {
                room::stop_now(operation, clinic, patient, session)
            })
            .map(|_| ()),
        4 => given
            .by(Role::Nurse, |operation, clinic| {
                room::pause(operation, clinic, patient, session)
            })
            .map(|_| ()),
        _ => given
            .by(Role::Nurse, |operation, clinic| {
                room::call_help(operation, clinic, patient, session)
            })
            .map(|_| ()),
    };
    assert!(
        named == through || is_not_found(&outcome),
        "a crossing was not refused as unknown"
    );
}

#[test]
fn a_score_no_rule_reads_still_answers_what_the_cadence_asks_for() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(2);
    let scored = Readings {
        scores: vec![(Watched::Anxiety, 3), (Watched::Nausea, 0)],
        ..set(124, 80)
    };
    given.chart_set(patient, session, scored).unwrap();
    let chart = given.chart(patient);
    let sessions = chart.sessions();
    let there = sessions.iter().find(|one| one.id == session).unwrap();
    let dues = watch::dues(&given.clinic, &chart, there, given.clock.now());
    for item in ["anxiety", "nausea"] {
        let first = dues.iter().find(|due| due.item == item).unwrap();
        assert_eq!((first.minute, first.read_at.is_some()), (0, true), "{item}");
    }
}

#[test]
fn no_more_than_the_dose_is_read_off_a_pump_and_nothing_happens_before_its_session_or_its_dose() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    let dose = given.chart(patient).sessions()[0].started.unwrap().dose;
    let resumed = |so_far: u64| {
        Happening::Change(DoseChanged {
            session,
            change: DoseChange::Resumed,
            given_so_far: Some(Micrograms::new(so_far)),
            reason: None,
            rate: None,
        })
    };
    let slip = given.happen(patient, session, resumed(dose.get() * 10));
    assert_eq!(fields(slip), ["given"], "ten times the dose, off the pump");
    given.minutes(15);
    let n_before = given.n_entries();
    let told = |given: &mut TestClinic, minutes: i64, what: &dyn Fn() -> Option<Happening>| {
        let at = given.now() - SignedDuration::from_mins(minutes);
        given.by(Role::Nurse, |operation, clinic| {
            operation.occurred_at = Some(at);
            match what() {
                None => room::chart(operation, clinic, patient, session, set(131, 81)),
                Some(what) => {
                    clinic::act::session::happen(operation, clinic, patient, session, what)
                }
            }
        })
    };
    let reading: &dyn Fn() -> Option<Happening> = &|| None;
    let change: &dyn Fn() -> Option<Happening> = &|| Some(resumed(1_000));
    assert_eq!(
        fields(told(&mut given, 9 * 24 * 60, reading)),
        ["occurred_at"]
    );
    assert_eq!(fields(told(&mut given, 16, change)), ["occurred_at"]);
    assert_eq!(given.n_entries(), n_before);
    told(&mut given, 14, reading).unwrap();
    told(&mut given, 14, change).unwrap();
}
