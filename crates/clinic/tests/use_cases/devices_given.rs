//! Devices of esketamine one by one: each its own press, corrected by whole sprays, handed on to the certified.

use clinic::Denied;
use clinic::act::ledger::correct;
use jiff::SignedDuration;
use ledger::{Act, Purpose};
use record::words::Role;

use super::esketamine::{
    DEVICE, accounts, device, device_given, drawn, planned, start, stop, stops, there,
    why_it_stopped,
};
use super::harness::{TestClinic, fields, line};
use super::stock::{a_registrant, mg, own_side};

#[test]
fn a_correction_of_a_device_is_held_to_whole_sprays_like_the_first_entry() {
    let mut given = TestClinic::new();
    let (patient, session, planned) = drawn(&mut given);
    start(&mut given, patient, session, &planned).unwrap();
    given.clock.forward(SignedDuration::from_mins(4));
    stops(&mut given, patient, session, 28).unwrap();
    let of = super::register::last_give(&given);
    let corrects = |given: &mut TestClinic, amount| {
        let asked = correct::Correcting {
            of: of.clone(),
            vial: device(0),
            amount: mg(amount),
            why: line("The second spray was not used"),
        };
        given.by(Role::Nurse, |operation, clinic| {
            correct::correct(operation, clinic, asked, None)
        })
    };
    let Err(Denied::Invalid(faults)) = corrects(&mut given, 20) else {
        panic!("20 mg of a device of two sprays of 14 mg was accepted")
    };
    assert_eq!(faults[0].field, "amount");
    assert!(
        faults[0].sentence.contains("14 mg: enter 14 mg or 28 mg"),
        "{}",
        faults[0].sentence
    );
    assert_eq!(given.clinic.stock().register.drawn(session), DEVICE);
    corrects(&mut given, 14).unwrap();
    let stopped = there(&given, patient, session).stopped.unwrap();
    assert_eq!(stopped.1, mg(14), "the chart follows the register");
    assert_eq!(accounts(&given).1, mg(14));
}

#[test]
fn a_device_is_handed_on_to_a_certified_setting_only_and_its_certificate_is_on_the_line() {
    // The share of a year that may be passed on has tests of its own.
    let mut policy = ledger::Policy::shipped().unwrap();
    policy.access_without_check.allowed = true;
    policy.distributed_share.value = 100;
    let library = clinic::Library::embedded().unwrap();
    let mut given = TestClinic::of(library.with_stock_policy(policy));
    given.sign_rules().unwrap();
    planned(&mut given, 2);
    let hands_on = |number, purpose, certificate: Option<&str>| Act::Transfer {
        vial: device(number),
        to: a_registrant(),
        from: Some(own_side()),
        purpose,
        certificate: certificate.map(str::to_owned),
    };
    for nothing in [None, Some("  ")] {
        let act = hands_on(0, Purpose::Dispensing, nothing);
        let Err(Denied::Invalid(faults)) = given.stock(Role::MedicalDirector, act) else {
            panic!("a device went to a setting nobody certified")
        };
        assert_eq!(faults[0].field, "certificate");
    }
    let certified = hands_on(0, Purpose::Dispensing, Some("SET-9903"));
    given.stock(Role::MedicalDirector, certified).unwrap();
    let returned = hands_on(1, Purpose::Return, None);
    given.stock(Role::MedicalDirector, returned).unwrap();
    let stock = given.clinic.stock();
    let copy = ledger::csv(&stock.register);
    assert_eq!(copy.matches("; certified as SET-9903").count(), 1, "{copy}");
}

#[test]
fn each_device_is_a_press_of_its_own_five_minutes_apart_and_a_stop_counts_those_that_were_pressed()
{
    let mut given = TestClinic::new();
    let (patient, session, planned) = drawn(&mut given);
    start(&mut given, patient, session, &planned).unwrap();
    let in_by_now = |given: &TestClinic| {
        let there = there(given, patient, session);
        there.infusion(given.now()).unwrap().given
    };
    assert_eq!(in_by_now(&given), DEVICE, "the first goes in at the start");
    // A second tap is no second device.
    given.clock.forward(SignedDuration::from_mins(4));
    let Err(Denied::Invalid(faults)) = device_given(&mut given, patient, session, None) else {
        panic!("a device four minutes after the one before was taken in without a word")
    };
    assert_eq!(faults[0].field, "reason");
    assert!(
        faults[0].sentence.contains("5 min after the one before"),
        "{}",
        faults[0].sentence
    );
    assert_eq!(in_by_now(&given), DEVICE);
    given.clock.forward(SignedDuration::from_mins(30));
    assert_eq!(in_by_now(&given), DEVICE, "none goes in by time alone");
    let paused = given.by(Role::Nurse, |operation, clinic| {
        clinic::act::room::pause(operation, clinic, patient, session)
    });
    assert_eq!(fields(paused), ["change"], "a device has no rate");
    stop(&mut given, patient, session);
    let stopped = there(&given, patient, session).stopped.unwrap();
    assert_eq!(stopped.1, DEVICE);
    assert_eq!(accounts(&given).1, DEVICE);
    let reason = why_it_stopped(&given, patient);
    assert!(reason.contains("after 1 of 2 devices"), "{reason}");
}

#[test]
fn a_device_given_sooner_is_charted_with_its_reason_and_there_is_no_third_of_two() {
    let mut given = TestClinic::new();
    let (patient, session, planned) = drawn(&mut given);
    start(&mut given, patient, session, &planned).unwrap();
    given.clock.forward(SignedDuration::from_mins(2));
    device_given(
        &mut given,
        patient,
        session,
        Some("Given before the clock was seen"),
    )
    .unwrap();
    given.clock.forward(SignedDuration::from_mins(9));
    let Err(Denied::Invalid(faults)) = device_given(&mut given, patient, session, None) else {
        panic!("a third device of two was taken in")
    };
    assert!(
        faults[0].sentence.starts_with("All 2 devices"),
        "{}",
        faults[0].sentence
    );
    stop(&mut given, patient, session);
    let stopped = there(&given, patient, session).stopped.unwrap();
    assert_eq!(stopped.1, planned.dose);
    assert_eq!(accounts(&given).1, planned.dose);
}

#[test]
fn an_infusion_has_no_devices_to_press() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.check_together(patient, session);
    given.start(patient, session, dose).unwrap();
    let pressed = device_given(&mut given, patient, session, None);
    assert_eq!(fields(pressed), ["session"]);
}
