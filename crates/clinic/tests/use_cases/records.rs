//! Corrections and notes.

use clinic::Denied;
use clinic::act::observation::Measured;
use clinic::act::{correction, note};
use record::chart::EntryNumber;
use record::fact::Fact;
use record::fact::care::{NoteKind, NoteSigned};
use record::fact::observation::{UrineScreen, VitalsObserved};
use record::ids::PatientId;
use record::words::Role;

use super::harness::{TestClinic, fields, is_not_found, line, prose};
use super::sample::pressure;

fn amend(
    given: &mut TestClinic,
    role: Role,
    patient: PatientId,
    entry: EntryNumber,
    replacement: Fact,
) -> Result<clinic::Written, Denied> {
    given.by(role, |operation, clinic| {
        correction::amend(
            operation,
            clinic,
            patient,
            entry,
            replacement,
            line("misread"),
        )
    })
}

fn in_error(
    given: &mut TestClinic,
    role: Role,
    patient: PatientId,
    entry: EntryNumber,
) -> Result<clinic::Written, Denied> {
    given.by(role, |operation, clinic| {
        correction::enter_in_error(operation, clinic, patient, entry, line("wrong record"))
    })
}

#[test]
fn a_reading_is_amended_and_the_first_one_stays_visible() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let charted = given
        .measure(patient, Measured::Vitals(pressure(146, 88)))
        .unwrap()
        .number;
    amend(
        &mut given,
        Role::Nurse,
        patient,
        charted,
        pressure(164, 88).into(),
    )
    .unwrap();
    let chart = given.chart(patient);
    assert_eq!(
        chart.latest::<VitalsObserved>().map(|(_, vitals)| vitals),
        Some(&pressure(164, 88))
    );
    assert_eq!(
        chart.entry(charted).map(|entry| &entry.fact),
        Some(&pressure(146, 88).into())
    );
}

#[test]
fn a_correction_keeps_the_kind_and_points_at_an_entry_that_stands() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let charted = given
        .measure(patient, Measured::Vitals(pressure(146, 88)))
        .unwrap()
        .number;
    let screen = UrineScreen {
        findings: Vec::new(),
        temperature_ok: None,
        not_given: None,
    };
    assert_eq!(
        fields(amend(
            &mut given,
            Role::Nurse,
            patient,
            charted,
            screen.into()
        )),
        ["replacement"]
    );
    let missing = EntryNumber(99);
    assert!(is_not_found(&amend(
        &mut given,
        Role::Nurse,
        patient,
        missing,
        pressure(120, 80).into()
    )));
    let marked = in_error(&mut given, Role::Nurse, patient, charted)
        .unwrap()
        .number;
    assert_eq!(
        fields(in_error(&mut given, Role::Nurse, patient, charted)),
        ["entry"]
    );
    assert_eq!(
        fields(amend(
            &mut given,
            Role::Nurse,
            patient,
            charted,
            pressure(120, 80).into()
        )),
        ["entry"]
    );
    assert_eq!(
        fields(amend(
            &mut given,
            Role::Nurse,
            patient,
            marked,
            pressure(120, 80).into()
        )),
        ["entry"]
    );
    in_error(&mut given, Role::Nurse, patient, marked).unwrap();
    assert_eq!(given.chart(patient).all::<VitalsObserved>().count(), 1);
}

#[test]
fn what_a_prescriber_decided_is_not_undone_by_a_nurse_by_any_road() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let chart = given.chart(patient);
    let (entry, plan) = chart.plan(course).unwrap();
    let (planned, plan) = (entry.number, plan.clone());
    let forbidden = in_error(&mut given, Role::Nurse, patient, planned);
    assert!(matches!(forbidden, Err(Denied::Forbidden { .. })));
    let amended = amend(&mut given, Role::Prescriber, patient, planned, plan.into())
        .unwrap()
        .number;
    let forbidden = in_error(&mut given, Role::Nurse, patient, amended);
    assert!(
        matches!(forbidden, Err(Denied::Forbidden { .. })),
        "through its correction"
    );
}

#[test]
fn a_signed_note_changes_by_addendum_only() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let other = given.enquire();
    let draft = note::Draft {
        kind: NoteKind::Clinical,
        title: line("First talk"),
        text: prose("Glad of the call."),
        session: None,
    };
    let written = given
        .by(Role::Therapist, |operation, clinic| {
            note::sign(operation, clinic, patient, draft)
        })
        .unwrap();
    let chart = given.chart(patient);
    let (_, signed) = chart.all::<NoteSigned>().next().unwrap();
    assert_eq!(
        signed.text_hash.as_str(),
        clinic::digest::hexadecimal("First talk\nGlad of the call.")
    );
    let changed = amend(
        &mut given,
        Role::Therapist,
        patient,
        written.number,
        signed.clone().into(),
    );
    assert_eq!(fields(changed), ["replacement"]);
    let (note, text) = (signed.note, prose("Called again."));
    let elsewhere = given.by(Role::Therapist, |operation, clinic| {
        note::addend(operation, clinic, other, note, text.clone())
    });
    assert!(is_not_found(&elsewhere));
    given
        .by(Role::Therapist, |operation, clinic| {
            note::addend(operation, clinic, patient, note, text)
        })
        .unwrap();
}

#[test]
fn pressures_that_cannot_be_are_sent_back() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    assert_eq!(
        fields(given.measure(patient, Measured::Vitals(pressure(80, 120)))),
        ["diastolic"]
    );
    let empty = VitalsObserved::default();
    assert_eq!(
        fields(given.measure(patient, Measured::Vitals(empty))),
        ["systolic"]
    );
}
