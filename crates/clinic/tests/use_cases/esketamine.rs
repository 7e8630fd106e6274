//! A whole course of esketamine: enrolled, given by whole devices, watched for two hours, each session's
//! monitoring form sent within its seven days, and every device accounted for to the last.

use clinic::Denied;
use clinic::act::certificate::{certified, record_certified};
use clinic::act::ledger::session as used;
use clinic::act::monitoring_form::{due_on, record_sent};
use clinic::act::plan::reckon::Wishes;
use clinic::act::plan::turn;
use clinic::act::room::{after, before, next_device, stop_now};
use clinic::act::session::Happening;
use clinic::act::{course, observation};
use jiff::SignedDuration;
use jiff::civil::date;
use ledger::{Account, Act, Container, Dose, DrugId, LotId, Receipt, Vial, VialId};
use protocol::{Clearance, Quantity};
use record::chart::session::Session;
use record::fact::decision::{PlannedDose, Route};
use record::fact::session::{DoseStarted, SessionClosed};
use record::ids::{CourseId, PatientId, SessionId};
use record::quantity::{Micrograms, Minutes};
use record::words::{Line, Role};

use super::enrolment::enrol;
use super::harness::{TestClinic, fields, line, prose, refused_by};
use super::sample::{alcohol, pressure};
use super::stock::{a_location, a_registrant, cabinet, mg};

/// What one device holds.
pub(super) const DEVICE: Micrograms = Micrograms::new(28_000);

/// A device as the register knows it: 28 mg in 0.2 mL.
pub(super) fn device(number: usize) -> VialId {
    VialId::new(format!("D-{number:02}"))
}

/// Somebody assessed for a course of esketamine, with consents and a plan; the cabinet holds devices.
pub(super) fn planned(given: &mut TestClinic, n_devices: usize) -> (PatientId, CourseId) {
    let patient = given.enquire();
    given.register(patient).unwrap();
    given.answer_history(patient, &[]);
    given.examine(patient);
    let course = given
        .by(Role::Prescriber, |operation, clinic| {
            course::open(operation, clinic, patient, "esketamine-trd", alcohol())
        })
        .unwrap();
    given.assess(patient, course);
    given.consent(patient, course);
    given.prescribe(patient, course).unwrap();
    given.stock(Role::MedicalDirector, a_location()).unwrap();
    certify(given).unwrap();
    let devices = (0..n_devices).map(|number| Vial {
        id: device(number),
        strength: 140_000,
        content: DEVICE,
    });
    let receipt = Act::Receive(Receipt {
        location: cabinet(),
        supplier: a_registrant(),
        invoice: "77-4410".to_owned(),
        drug: DrugId::new("Esketamine 28 mg"),
        lot: LotId::new("S26-014"),
        expires: date(2040, 1, 1),
        vials: devices.collect(),
    });
    given.stock(Role::Nurse, receipt).unwrap();
    (patient, course)
}

/// The director records that the programme certified the clinic.
fn certify(given: &mut TestClinic) -> Result<clinic::Written, Denied> {
    let today = given.today();
    given.by(Role::MedicalDirector, |operation, clinic| {
        record_certified(operation, clinic, (today, line("SET-4471")))
    })
}

fn doses(given: &TestClinic, patient: PatientId, course: CourseId) -> Vec<PlannedDose> {
    given.chart(patient).plan(course).unwrap().1.doses.clone()
}

/// What the chart says of why the last dose was stopped.
pub(super) fn why_it_stopped(given: &TestClinic, patient: PatientId) -> String {
    let chart = given.chart(patient);
    let (_, said) = chart
        .all::<record::fact::session::DoseStopped>()
        .last()
        .unwrap();
    said.reason.as_ref().unwrap().to_string()
}

pub(super) fn there(given: &TestClinic, patient: PatientId, session: SessionId) -> Session {
    let sessions = given.chart(patient).sessions();
    sessions.into_iter().find(|one| one.id == session).unwrap()
}

fn ready(given: &TestClinic, patient: PatientId, session: SessionId) -> before::Readiness {
    let chart = given.chart(patient);
    let there = there(given, patient, session);
    before::readiness(&given.clinic, &chart, &there, given.now())
}

/// Takes whole devices out of the cabinet for a session, from one number on.
fn draw(given: &mut TestClinic, patient: PatientId, session: SessionId, numbers: &[usize]) {
    for number in numbers {
        let dose = Dose {
            session,
            vial: device(*number),
            amount: DEVICE,
        };
        given
            .by(Role::Nurse, |operation, clinic| {
                used::issue_and_draw(operation, clinic, patient, dose)
            })
            .unwrap();
    }
}

fn time_out(given: &mut TestClinic, patient: PatientId, session: SessionId) -> Result<(), Denied> {
    let second = super::ready::second(given);
    given
        .by(Role::Nurse, |operation, clinic| {
            let checked = super::ready::every_item();
            before::time_out(operation, clinic, patient, session, (second, checked))
        })
        .map(|_| ())
}

pub(super) fn start(
    given: &mut TestClinic,
    patient: PatientId,
    session: SessionId,
    planned: &PlannedDose,
) -> Result<clinic::Written, Denied> {
    let started = DoseStarted {
        session,
        dose: planned.dose,
        route: Route::Intranasal,
        minutes: Minutes::new(planned.minutes),
    };
    given.happen(patient, session, Happening::Start(started))
}

/// One press for one more device.
pub(super) fn device_given(
    given: &mut TestClinic,
    patient: PatientId,
    session: SessionId,
    reason: Option<&str>,
) -> Result<clinic::Written, Denied> {
    given.by(Role::Nurse, |operation, clinic| {
        next_device(operation, clinic, patient, (session, reason.map(line)))
    })
}

pub(super) fn stop(given: &mut TestClinic, patient: PatientId, session: SessionId) {
    given
        .by(Role::Nurse, |operation, clinic| {
            stop_now(operation, clinic, patient, session)
        })
        .unwrap();
}

/// The pressure at forty minutes, the two hours, the gate, leaving, and the form within its days.
fn watch_and_leave(given: &mut TestClinic, patient: PatientId, session: SessionId) {
    let minutes = |given: &TestClinic, from: jiff::Timestamp| {
        (given.now().as_second() - from.as_second()).div_euclid(60)
    };
    let from = there(given, patient, session).started.unwrap().at;
    given
        .clock
        .forward(SignedDuration::from_mins(40 - minutes(given, from)));
    let mut vitals = pressure(138, 84);
    vitals.session = Some(session);
    given
        .measure(patient, observation::Measured::Vitals(vitals))
        .unwrap();
    given
        .clock
        .forward(SignedDuration::from_mins(119 - minutes(given, from)));
    let because = |given: &TestClinic| -> Vec<(String, Line)> {
        let chart = given.chart(patient);
        let gate = after::gate(
            &given.clinic,
            &chart,
            &there(given, patient, session),
            given.now(),
        );
        let open = gate.lines.into_iter().filter(|one| !one.is_met);
        open.map(|one| (one.rule, line("Looked at by both, and well enough")))
            .collect()
    };
    let sign = |given: &mut TestClinic, why: &[(String, Line)]| {
        given.by(Role::Nurse, |operation, clinic| {
            after::sign_gate(operation, clinic, patient, session, why)
        })
    };
    let why = because(given);
    assert_eq!(
        fields(sign(given, &why)),
        ["session"],
        "one minute short of two hours"
    );
    given.clock.forward(SignedDuration::from_mins(1));
    let why = because(given);
    sign(given, &why).unwrap();
    let close = SessionClosed {
        session,
        escort: Some(line("Sam")),
        against_advice: false,
    };
    given
        .happen(patient, session, Happening::Close(close))
        .unwrap();
}

/// How many monitoring forms wait to be sent.
fn n_forms_waiting(given: &TestClinic, patient: PatientId) -> usize {
    let alerts = given.chart(patient).alerts();
    let open = alerts.iter().filter(|alert| alert.closed_at.is_none());
    open.filter(|alert| alert.sentence.starts_with("Esketamine monitoring form"))
        .count()
}

pub(super) fn send_form(given: &mut TestClinic, patient: PatientId, session: SessionId) {
    let said = (given.today(), line("4471-20"));
    given
        .by(Role::Coordinator, |operation, clinic| {
            record_sent(operation, clinic, patient, session, said)
        })
        .unwrap();
}

/// What became of all devices received: on hand, given, wasted; nothing may be left over.
pub(super) fn accounts(given: &TestClinic) -> (Micrograms, Micrograms, Micrograms) {
    let stock = given.clinic.stock();
    let balance = stock
        .register
        .drugs()
        .get(&DrugId::new("Esketamine 28 mg"))
        .unwrap();
    assert_eq!(balance.unexplained(), 0);
    (
        balance.on_hand(),
        balance.of(&Account::Given),
        balance.of(&Account::Wasted),
    )
}

#[test]
fn a_whole_course_of_esketamine_is_given_watched_reported_and_accounted_for() {
    let mut given = TestClinic::new();
    let (patient, course) = planned(&mut given, 40);
    let all = doses(&given, patient, course);
    assert_eq!(all.len(), 12);
    assert!(all.iter().all(|dose| dose.route == Route::Intranasal));
    let mut day = 0;
    let mut next_device = 0;
    for number in 0..all.len() {
        let planned = doses(&given, patient, course)[number].clone();
        // The second is a day late, and three days later the third is on its day all the same.
        let late = i64::from(number == 1);
        let days = i64::from(planned.day.0) + late - day;
        day += days;
        // The next day of the plan, at ten in the morning as before.
        let at = given
            .now()
            .checked_add(SignedDuration::from_hours(24 * days + 2))
            .unwrap();
        given.clock.set(at);
        let session = given.open_session(patient, course).unwrap();
        super::ready::answer_calmly(&mut given, patient, session);
        if number == 0 {
            let before = ready(&given, patient, session);
            let rules: Vec<&str> = before.in_the_way.iter().map(|(rule, _)| &**rule).collect();
            assert_eq!(rules, ["E54"], "nothing but the enrolment is in the way");
            assert_eq!(before.clearance, Clearance::HeldToday);
            assert!(
                before
                    .questions
                    .iter()
                    .all(|one| one.input != "programme_enrolled"),
                "nobody answers the enrolment by hand"
            );
            assert!(time_out(&mut given, patient, session).is_err());
            let today = given.today();
            enrol(&mut given, patient, today, "2207-63").unwrap();
        }
        assert_eq!(ready(&given, patient, session).in_the_way, []);
        let n = usize::try_from(planned.dose.get() / DEVICE.get()).unwrap();
        assert_eq!(planned.dose.get() % DEVICE.get(), 0, "whole devices only");
        let numbers: Vec<usize> = (next_device..next_device + n).collect();
        next_device += n;
        let (all_but_one, last) = numbers.split_at(n - 1);
        draw(&mut given, patient, session, all_but_one);
        time_out(&mut given, patient, session).unwrap();
        assert_eq!(
            refused_by(start(&mut given, patient, session, &planned)),
            "register",
            "a device short"
        );
        draw(&mut given, patient, session, last);
        start(&mut given, patient, session, &planned).unwrap();
        for _ in 1..n {
            given.clock.forward(SignedDuration::from_mins(5));
            device_given(&mut given, patient, session, None).unwrap();
        }
        stop(&mut given, patient, session);
        watch_and_leave(&mut given, patient, session);
        assert_eq!(n_forms_waiting(&given, patient), 1);
        let due = due_on(&given.clinic, &there(&given, patient, session)).unwrap();
        assert_eq!((due - given.today()).get_days(), 7);
        send_form(&mut given, patient, session);
        assert_eq!(n_forms_waiting(&given, patient), 0);
        if number == 0 {
            super::monitoring_form::changed_since(&mut given, patient, session);
        }
        if number == 1 {
            raise_to(&mut given, patient, course, "84 mg");
        }
    }
    // Two sessions of two devices and ten of three.
    assert_eq!(accounts(&given), (mg(28 * 6), mg(28 * 34), mg(0)));
    assert_eq!(refused_by(given.open_session(patient, course)), "E53");
}

/// A prescriber changes the dose of the sessions to come.
fn raise_to(given: &mut TestClinic, patient: PatientId, course: CourseId, dose: &str) {
    let quantity = Quantity::parse(dose).unwrap();
    let wishes = Wishes {
        dose: protocol::dose::Dose::from_quantity(quantity),
        ..Wishes::of("esketamine-trd", given.today())
    };
    given
        .by(Role::Prescriber, |operation, clinic| {
            let said = (
                prose("Bore the first two well"),
                &super::plan::confirmed(),
                None,
            );
            turn::amend_dose(operation, clinic, patient, course, &wishes, said)
        })
        .unwrap();
}

#[test]
fn a_second_device_that_was_not_given_is_wasted_before_a_witness_and_the_session_closes_whole() {
    let mut given = TestClinic::new();
    let (patient, course) = planned(&mut given, 2);
    let today = given.today();
    enrol(&mut given, patient, today, "2207-63").unwrap();
    let planned = doses(&given, patient, course)[0].clone();
    given.clock.forward(SignedDuration::from_hours(24));
    let session = given.open_session(patient, course).unwrap();
    super::ready::answer_calmly(&mut given, patient, session);
    draw(&mut given, patient, session, &[0, 1]);
    time_out(&mut given, patient, session).unwrap();
    start(&mut given, patient, session, &planned).unwrap();
    given.clock.forward(SignedDuration::from_mins(5));
    let stopped = record::fact::session::DoseStopped {
        session,
        given: DEVICE,
        reason: Some(line("Vomited before the second device")),
    };
    given
        .happen(patient, session, Happening::Stop(stopped))
        .unwrap();
    let held: Vec<_> = {
        let stock = given.clinic.stock();
        let held = stock.register.held(session);
        held.map(|(vial, from, amount)| (vial.clone(), from, amount))
            .collect()
    };
    assert_eq!(held, [(device(1), Container::Syringe, DEVICE)]);
    given.settle(patient, session);
    watch_and_leave(&mut given, patient, session);
    assert_eq!(accounts(&given), (mg(0), DEVICE, DEVICE));
    assert_eq!(n_forms_waiting(&given, patient), 1);
}

#[test]
fn a_vial_of_ketamine_is_not_issued_to_a_session_of_esketamine() {
    let mut given = TestClinic::new();
    let (patient, course) = planned(&mut given, 1);
    let session = given.open_session(patient, course).unwrap();
    let vial = given.one_vial();
    let issued = given.in_session(patient, Act::Issue { vial, session });
    assert_eq!(fields(issued), ["vial"]);
}

/// A session with that many devices drawn, ready to start the first dose of 56 mg.
pub(super) fn drawn(given: &mut TestClinic) -> (PatientId, SessionId, PlannedDose) {
    let (patient, course) = planned(given, 2);
    let today = given.today();
    enrol(given, patient, today, "2207-63").unwrap();
    let planned = doses(given, patient, course)[0].clone();
    given.clock.forward(SignedDuration::from_hours(24));
    let session = given.open_session(patient, course).unwrap();
    super::ready::answer_calmly(given, patient, session);
    draw(given, patient, session, &[0, 1]);
    time_out(given, patient, session).unwrap();
    (patient, session, planned)
}

pub(super) fn stops(
    given: &mut TestClinic,
    patient: PatientId,
    session: SessionId,
    amount: u64,
) -> Result<clinic::Written, Denied> {
    let stopped = record::fact::session::DoseStopped {
        session,
        given: mg(amount),
        reason: Some(line("Asked to stop")),
    };
    given.happen(patient, session, Happening::Stop(stopped))
}

#[test]
fn a_dose_is_begun_in_whole_devices_and_ends_after_a_whole_spray_and_the_sentence_says_which() {
    let mut given = TestClinic::new();
    let (patient, session, planned) = drawn(&mut given);
    assert_eq!(
        planned.dose.get() % DEVICE.get(),
        0,
        "the plan is whole devices"
    );
    for wrong in [30, 42] {
        let slip = PlannedDose {
            dose: mg(wrong),
            ..planned.clone()
        };
        assert_eq!(fields(start(&mut given, patient, session, &slip)), ["dose"]);
    }
    start(&mut given, patient, session, &planned).unwrap();
    given.clock.forward(SignedDuration::from_mins(4));
    let Err(Denied::Invalid(faults)) = stops(&mut given, patient, session, 30) else {
        panic!("30 mg of devices of 28 mg was accepted")
    };
    assert_eq!(faults[0].field, "given");
    assert!(
        faults[0].sentence.contains("14 mg: enter 28 mg or 42 mg"),
        "{}",
        faults[0].sentence
    );
    assert!(there(&given, patient, session).stopped.is_none());
    stops(&mut given, patient, session, 42).unwrap();
    let stopped = there(&given, patient, session).stopped.unwrap();
    assert_eq!(stopped.1, mg(42), "a device and one spray of the second");
}

#[test]
fn one_press_stops_at_any_moment_and_says_whole_sprays_to_be_looked_at() {
    let mut given = TestClinic::new();
    let (patient, session, mut planned) = drawn(&mut given);
    planned.minutes = 10;
    start(&mut given, patient, session, &planned).unwrap();
    given.clock.forward(SignedDuration::from_secs(71));
    stop(&mut given, patient, session);
    let stopped = there(&given, patient, session).stopped.unwrap();
    assert_eq!(stopped.1.get() % 14_000, 0);
    assert!(stopped.1 <= planned.dose);
    let reason = why_it_stopped(&given, patient);
    assert!(reason.contains("look at the devices"), "{reason}");
}

#[test]
fn no_esketamine_is_received_or_given_before_the_certificate_of_the_setting_is_recorded() {
    let mut given = TestClinic::new();
    let today = given.today();
    given.stock(Role::MedicalDirector, a_location()).unwrap();
    let device = Act::Receive(Receipt {
        location: cabinet(),
        supplier: a_registrant(),
        invoice: "77-4410".to_owned(),
        drug: DrugId::new("Esketamine 28 mg"),
        lot: LotId::new("S26-014"),
        expires: date(2040, 1, 1),
        vials: vec![Vial {
            id: device(90),
            strength: 140_000,
            content: DEVICE,
        }],
    });
    assert_eq!(fields(given.stock(Role::Nurse, device.clone())), ["drug"]);
    let tell = |given: &mut TestClinic, role, on| {
        given.by(role, |operation, clinic| {
            record_certified(operation, clinic, (on, line("SET-1")))
        })
    };
    let tomorrow = today.tomorrow().unwrap();
    let ahead = tell(&mut given, Role::MedicalDirector, tomorrow);
    assert_eq!(fields(ahead), ["certified_on"]);
    assert!(matches!(
        tell(&mut given, Role::Nurse, today),
        Err(Denied::Forbidden { .. })
    ));
    tell(&mut given, Role::ComplianceOfficer, today).unwrap();
    let again = tell(&mut given, Role::ComplianceOfficer, today);
    assert_eq!(fields(again), ["reference"]);
    given.stock(Role::Nurse, device).unwrap();
    let board = given.clinic.board();
    let stands = certified(&board, today).unwrap();
    assert_eq!(stands.recorded_by, line(Role::ComplianceOfficer.label()));
    assert!(certified(&board, today.yesterday().unwrap()).is_none());
}

#[test]
fn without_a_certificate_the_day_is_held_by_its_rule_and_nobody_answers_it_by_hand() {
    let mut given = TestClinic::new();
    let (patient, course) = planned(&mut given, 1);
    let session = given.open_session(patient, course).unwrap();
    super::ready::answer_calmly(&mut given, patient, session);
    let chart = given.chart(patient);
    let there = there(&given, patient, session);
    // The same day as a clinic sees it that recorded no certificate.
    let elsewhere = TestClinic::new();
    let ready = before::readiness(&elsewhere.clinic, &chart, &there, given.now());
    let rules: Vec<&str> = ready.in_the_way.iter().map(|(rule, _)| &**rule).collect();
    assert!(rules.contains(&"E55"), "{rules:?}");
    assert!(clinic::act::certificate::is_in_the_way(&ready));
    assert_eq!(ready.clearance, Clearance::HeldToday);
    let mut asked = ready.questions.iter();
    assert!(asked.all(|one| one.input != "setting_certified"));
}
