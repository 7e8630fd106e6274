//! Who may have access to controlled drugs: asked by another, recorded, and held to.

use clinic::act::ledger::access::{Standing, record_check, standing};
use clinic::act::ledger::{self as register, session as used};
use clinic::act::people::{self, NewPerson};
use clinic::act::room::before::Second;
use clinic::act::session::{self, Happening};
use clinic::{Actor, ActorId, Denied, Library, Written};
use jiff::civil::Date;
use ledger::{Act, Container, Dose};
use record::fact::session::DoseStopped;
use record::ids::{PatientId, PersonId, SessionId};
use record::words::{Door, Role, YesNo};

use crate::harness::{TestClinic, fields, is_not_found, line, refused_by};
use crate::sample::a_start;
use crate::stock::{a_location, a_receipt, mg};

const NO: [YesNo; 4] = [YesNo::No; 4];
const REVOKED: [YesNo; 4] = [YesNo::No, YesNo::No, YesNo::Yes, YesNo::No];

fn hire(given: &mut TestClinic, name: &str, role: Role) -> Actor {
    let person = NewPerson {
        name: line(name),
        sign_in_name: line(name),
        roles: vec![role],
        patient: None,
    };
    let id = given.by(Role::Administrator, |operation, clinic| {
        people::add(operation, clinic, person, "kelp holds fast to rock")
    });
    Actor {
        id: ActorId::Person(id.unwrap()),
        name: line(name),
        roles: vec![role],
        door: Door::Virtual,
    }
}

fn id(actor: &Actor) -> PersonId {
    actor.person().unwrap()
}

fn ask(
    given: &mut TestClinic,
    by: &Actor,
    of: PersonId,
    (on, told): (Date, [YesNo; 4]),
) -> Result<Written, Denied> {
    given.as_actor(by.clone(), |operation, clinic| {
        record_check(operation, clinic, (of, on), line("Signed statement"), told)
    })
}

fn stands(given: &TestClinic, actor: &Actor) -> Standing {
    let board = given.clinic.board();
    standing(board.people.get(&id(actor)))
}

fn said<T: std::fmt::Debug>(outcome: Result<T, Denied>) -> String {
    match outcome {
        Err(Denied::Invalid(faults)) => faults[0].sentence.clone(),
        Err(Denied::Refused(refusal)) => refusal.sentence,
        other => panic!("expected a no, got {other:?}"),
    }
}

fn writes(given: &mut TestClinic, by: &Actor, act: Act) -> Result<Written, Denied> {
    given.as_actor(by.clone(), |operation, clinic| {
        register::write(operation, clinic, act, None)
    })
}

/// A clinic that goes by what is shipped, with a director who was asked and a nurse who was not.
fn strict() -> (TestClinic, Actor, Actor) {
    let mut given = TestClinic::of(Library::embedded().unwrap());
    let officer = hire(&mut given, "officer", Role::ComplianceOfficer);
    let director = hire(&mut given, "director", Role::MedicalDirector);
    let nurse = hire(&mut given, "nina", Role::Nurse);
    let today = given.today();
    ask(&mut given, &officer, id(&director), (today, NO)).unwrap();
    writes(&mut given, &director, a_location()).unwrap();
    (given, director, nurse)
}

#[test]
fn a_check_is_recorded_by_another_for_someone_who_works_here_on_a_day_that_has_come() {
    let (mut given, director, nurse) = strict();
    let today = given.today();
    let tomorrow = today.tomorrow().unwrap();
    assert_eq!(stands(&given, &nurse), Standing::Unchecked);
    let ahead = ask(&mut given, &director, id(&nurse), (tomorrow, NO));
    assert_eq!(fields(ahead), ["asked_on"]);
    let own = ask(&mut given, &director, id(&director), (today, NO));
    assert_eq!(fields(own), ["how"]);
    let stranger = PersonId::from_uuid(uuid::Uuid::from_u128(5));
    let unknown = ask(&mut given, &director, stranger, (today, NO));
    assert!(is_not_found(&unknown));
    let by_nurse = ask(&mut given, &nurse, id(&director), (today, NO));
    assert!(matches!(by_nurse, Err(Denied::Forbidden { .. })));
    ask(&mut given, &director, id(&nurse), (today, NO)).unwrap();
    let twice = ask(&mut given, &director, id(&nurse), (today, NO));
    assert_eq!(fields(twice), ["how"]);
    assert_eq!(stands(&given, &nurse), Standing::Free);
    let anew = given.opened_anew();
    let kept = anew.board().people.get(&id(&nurse)).unwrap().access.clone();
    assert_eq!(kept.unwrap().asked_by, line("director"));
}

#[test]
fn nobody_handles_stock_before_a_check_of_them_is_recorded_and_the_sentence_says_what_to_do() {
    let (mut given, director, nurse) = strict();
    let today = given.today();
    let held = said(writes(&mut given, &nurse, a_receipt("K26-318", 0..2)));
    assert!(held.contains("No check of access"), "{held}");
    assert!(
        held.contains("nina") && held.contains("1301.76(a)"),
        "{held}"
    );
    let n_vials = given.clinic.stock().register.vials().len();
    assert_eq!(n_vials, 0, "nothing was half written");
    ask(&mut given, &director, id(&nurse), (today, NO)).unwrap();
    writes(&mut given, &nurse, a_receipt("K26-318", 0..2)).unwrap();
}

#[test]
fn a_question_nobody_answered_is_not_a_no() {
    let (mut given, director, nurse) = strict();
    let today = given.today();
    for open in [YesNo::Unknown, YesNo::Declined] {
        let told = [YesNo::No, YesNo::No, YesNo::No, open];
        ask(&mut given, &director, id(&nurse), (today, told)).unwrap();
        assert_eq!(stands(&given, &nurse), Standing::Unanswered);
        let held = said(writes(&mut given, &nurse, a_receipt("K26-318", 0..2)));
        assert!(held.contains("nobody answered"), "{held}");
    }
}

#[test]
fn one_yes_shuts_out_by_law_whatever_the_clinic_lets_pass_and_does_not_tell_which() {
    // This clinic lets people without a check handle stock.
    let mut given = TestClinic::new();
    let director = hire(&mut given, "director", Role::MedicalDirector);
    let nurse = hire(&mut given, "nina", Role::Nurse);
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.check_together(patient, session);
    let today = given.today();
    for place in 0..4 {
        let mut told = NO;
        told[place] = YesNo::Yes;
        ask(&mut given, &director, id(&nurse), (today, told)).unwrap();
        assert_eq!(stands(&given, &nurse), Standing::ShutOut);
        let held = said(writes(&mut given, &nurse, a_receipt("K26-400", 50..52)));
        assert!(held.contains("21 CFR 1301.76(a)"), "{held}");
        assert!(
            !held.contains("felony") && !held.contains("revoked"),
            "{held}"
        );
    }
    let start = Happening::Start(a_start(session, dose));
    let started = given.as_actor(nurse.clone(), |operation, clinic| {
        session::happen(operation, clinic, patient, session, start)
    });
    assert_eq!(refused_by(started), "access");
    assert_witness_is_refused(&mut given, (patient, session), &nurse);
    given.start(patient, session, dose).unwrap();
    // Whoever stands there stops a dose.
    let stop = Happening::Stop(DoseStopped {
        session,
        given: mg(1),
        reason: None,
    });
    given
        .as_actor(nurse, |operation, clinic| {
            session::happen(operation, clinic, patient, session, stop)
        })
        .unwrap();
}

fn assert_witness_is_refused(
    given: &mut TestClinic,
    (patient, session): (PatientId, SessionId),
    nurse: &Actor,
) {
    let vial = given.one_vial();
    let draw = Dose {
        session,
        vial: vial.clone(),
        amount: mg(10),
    };
    given
        .by(Role::Nurse, |operation, clinic| {
            used::issue_and_draw(operation, clinic, patient, draw)
        })
        .unwrap();
    let second = Second::made_up(nurse).unwrap();
    let wasted = given.waste(
        patient,
        session,
        (vial.clone(), Container::Syringe, mg(10)),
        &second,
    );
    assert_eq!(fields(wasted), ["second_name"]);
    let other = crate::ready::second(given);
    let wasted = (vial, Container::Syringe, mg(10));
    given.waste(patient, session, wasted, &other).unwrap();
}

#[test]
fn a_later_check_stands_in_place_of_an_earlier_one() {
    let (mut given, director, nurse) = strict();
    let today = given.today();
    ask(&mut given, &director, id(&nurse), (today, NO)).unwrap();
    ask(&mut given, &director, id(&nurse), (today, REVOKED)).unwrap();
    assert_eq!(stands(&given, &nurse), Standing::ShutOut);
    ask(&mut given, &director, id(&nurse), (today, NO)).unwrap();
    assert_eq!(stands(&given, &nurse), Standing::Free);
}
