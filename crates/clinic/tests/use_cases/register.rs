//! The register of controlled substances through the use cases.

use clinic::act::ledger::{self as register, correct, session as used};
use clinic::act::room::after;
use clinic::act::room::before::Second;
use clinic::act::session::Happening;
use clinic::act::{correction, room};
use clinic::{Actor, Denied, Operation};
use ledger::{
    Act, CommandId, Container, Count, Dose, DrugId, LineId, LotId, Receipt, Vial, VialId,
};
use record::Fact;
use record::fact::session::{DoseStopped, SessionClosed};
use record::ids::{PatientId, SessionId};
use record::quantity::Micrograms;
use record::words::{Door, Role};
use uuid::Uuid;

use crate::harness::{Counting, TestClinic, fields, line, prose, refused_by, staff};
use crate::ready::second;
use crate::sample::a_start;
use crate::stock::{VIAL, a_location, a_receipt, cabinet, mg, vial};

/// A person of a role as the second of two.
fn witness(role: Role) -> Second {
    let actor = Actor {
        door: Door::Virtual,
        ..staff(role)
    };
    Second::made_up(&actor).unwrap()
}

/// A session whose dose is drawn, and whose time-out was held.
fn drawn() -> (TestClinic, PatientId, SessionId, Micrograms) {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.check_together(patient, session);
    (given, patient, session, dose)
}

/// The same, with the whole dose given.
fn dosed() -> (TestClinic, PatientId, SessionId, Micrograms) {
    let (mut given, patient, session, dose) = drawn();
    given.start(patient, session, dose).unwrap();
    stop(&mut given, patient, session, dose).unwrap();
    (given, patient, session, dose)
}

fn stop(
    given: &mut TestClinic,
    patient: PatientId,
    session: SessionId,
    amount: Micrograms,
) -> Result<clinic::Written, Denied> {
    let stop = DoseStopped {
        session,
        given: amount,
        reason: None,
    };
    given.happen(patient, session, Happening::Stop(stop))
}

fn close(session: SessionId, against_advice: bool) -> Happening {
    Happening::Close(SessionClosed {
        session,
        escort: None,
        against_advice,
    })
}

fn sentence<T: std::fmt::Debug>(outcome: Result<T, Denied>) -> String {
    match outcome {
        Err(Denied::Invalid(faults)) => faults[0].sentence.clone(),
        Err(Denied::Refused(refusal)) => refusal.sentence,
        other => panic!("expected a no, got {other:?}"),
    }
}

fn n_lines(given: &TestClinic) -> usize {
    given.clinic.stock().register.postings().len()
}

#[test]
fn a_dose_that_was_not_drawn_is_refused_and_the_refusal_is_on_the_chart() {
    let (mut given, patient, session, dose) = drawn();
    given.settle(patient, session);
    let outcome = given.happen(patient, session, Happening::Start(a_start(session, dose)));
    assert_eq!(refused_by(outcome), "register");
    let chart = given.chart(patient);
    let last = chart.entries().last().unwrap();
    let Fact::RefusalGiven(refusal) = &last.fact else {
        panic!("the refusal is not the last entry")
    };
    assert!(
        refusal.sentence.to_string().contains("0 mg is drawn"),
        "{}",
        refusal.sentence
    );
}

#[test]
fn what_was_given_stands_in_chart_and_register_by_one_append() {
    let (mut given, patient, session, dose) = drawn();
    given.start(patient, session, dose).unwrap();
    let (n_before, lines_before) = (given.n_entries(), n_lines(&given));
    let part = Micrograms::new(dose.get() / 2);
    let written = stop(&mut given, patient, session, part).unwrap();
    assert_eq!(n_lines(&given), lines_before + 1);
    assert_eq!(given.n_entries(), n_before + 2);
    assert_eq!(written.position, n_before + 2);
    let used = *given.clinic.stock().register.use_of(session).unwrap();
    assert_eq!(used.given, part);
    assert_eq!(given.chart(patient).sessions()[0].stopped.unwrap().1, part);
}

#[test]
fn a_session_does_not_close_with_a_milligram_unexplained_and_says_how_much_and_what_to_do() {
    let (mut given, patient, session, dose) = dosed();
    given.by(Role::Nurse, |_, _| ());
    let recovered = record::fact::session::RecoveryAssessed {
        session,
        items: Vec::new(),
    };
    given
        .happen(patient, session, Happening::Recover(recovered))
        .unwrap();
    given.clock.forward(jiff::SignedDuration::from_mins(121));
    let said = sentence(given.happen(patient, session, close(session, false)));
    let left = Micrograms::new(VIAL.get() - dose.get());
    assert!(
        said.starts_with(&format!("{left} is not accounted for")),
        "{said}"
    );
    assert!(said.contains("waste it before a witness"), "{said}");
    assert!(given.chart(patient).sessions()[0].closed_at.is_none());
    given.settle(patient, session);
    given
        .happen(patient, session, close(session, false))
        .unwrap();
    assert!(given.clinic.stock().register.is_closed(session));
    let issue = Act::Issue {
        vial: given.one_vial(),
        session,
    };
    assert!(sentence(given.in_session(patient, issue)).contains("closed"));
}

#[test]
fn who_gave_does_not_witness_and_who_signs_does_not_witness_either() {
    let (mut given, patient, session, dose) = dosed();
    let left = Micrograms::new(VIAL.get() - dose.get());
    let what = || (vial(0), Container::Vial, left);
    let own = witness(Role::Nurse);
    assert_eq!(
        fields(given.waste(patient, session, what(), &own)),
        ["second_name"]
    );
    let wasted = used::Wasted {
        vial: vial(0),
        from: Container::Vial,
        amount: left,
        method: "Into the bottle".to_owned(),
    };
    let by_prescriber = |witness: Second| {
        let wasted = wasted.clone();
        move |operation: &mut Operation<'_>, clinic: &clinic::Clinic| {
            used::waste(
                operation,
                clinic,
                (patient, session),
                vec![wasted],
                &witness,
            )
        }
    };
    let giver = given.by(Role::Prescriber, by_prescriber(witness(Role::Nurse)));
    assert!(sentence(giver).starts_with("Who gave the drug cannot witness"));
    let signer = given.by(Role::Prescriber, by_prescriber(witness(Role::Prescriber)));
    assert!(sentence(signer).starts_with("Who signs for a waste cannot witness"));
    given
        .by(
            Role::Prescriber,
            by_prescriber(witness(Role::MedicalDirector)),
        )
        .unwrap();
}

#[test]
fn a_waste_bigger_than_what_is_left_is_refused_with_what_is_left() {
    let (mut given, patient, session, dose) = dosed();
    let second = second(&given);
    let outcome = given.waste(patient, session, (vial(0), Container::Vial, VIAL), &second);
    let left = Micrograms::new(VIAL.get() - dose.get());
    let said = sentence(outcome);
    assert!(said.contains(&format!("{left} is left in vial")), "{said}");
}

#[test]
fn a_vial_is_issued_and_drawn_from_in_one_append_or_not_at_all() {
    let (mut given, patient, session, _) = drawn();
    let taken = given.one_vial();
    let n_before = n_lines(&given);
    let mut take = |amount| {
        let dose = Dose {
            session,
            vial: taken.clone(),
            amount,
        };
        given.by(Role::Nurse, |operation, clinic| {
            used::issue_and_draw(operation, clinic, patient, dose)
        })
    };
    assert_eq!(fields(take(mg(201))), ["amount"]);
    take(mg(5)).unwrap();
    assert_eq!(n_lines(&given), n_before + 2);
}

#[test]
fn a_waste_needs_the_person_it_names() {
    let (mut given, patient, session, _) = dosed();
    let deed = Act::Waste(ledger::Waste {
        dose: Dose {
            session,
            vial: vial(0),
            amount: mg(1),
        },
        from: Container::Vial,
        giver: staff(Role::Nurse).person().unwrap(),
        witness: staff(Role::Prescriber).person().unwrap(),
        method: "said".to_owned(),
    });
    assert_eq!(fields(given.in_session(patient, deed)), ["second_name"]);
}

#[test]
fn a_draw_sent_twice_is_written_once_also_after_the_clinic_was_opened_anew() {
    let (mut given, patient, session, _) = drawn();
    let draw = || {
        Act::Draw(Dose {
            session,
            vial: vial(0),
            amount: mg(1),
        })
    };
    let n_before = n_lines(&given);
    let send = |given: &mut TestClinic| {
        given.under(Role::Nurse, 77, |operation, clinic| {
            used::write(operation, clinic, patient, draw(), None)
        })
    };
    assert!(!send(&mut given).unwrap().repeated);
    assert!(send(&mut given).unwrap().repeated);
    let anew = given.opened_anew();
    let mut chance = Counting(9);
    let mut operation =
        Operation::new(staff(Role::Nurse), &*given.clock, &mut chance).under(Uuid::from_u128(77));
    let again = used::write(&mut operation, &anew, patient, draw(), None).unwrap();
    assert!(again.repeated);
    assert_eq!(n_lines(&given), n_before + 1);
    assert_eq!(anew.stock().register.postings().len(), n_before + 1);
}

#[test]
fn two_people_who_issue_one_vial_at_once_are_not_both_given_it() {
    let (mut given, patient, session, _) = drawn();
    let vial = given.one_vial();
    let (clinic, clock) = (&given.clinic, &*given.clock);
    let issued: Vec<bool> = std::thread::scope(|scope| {
        let hands = [Role::Nurse, Role::Prescriber].map(|role| {
            let vial = vial.clone();
            scope.spawn(move || {
                let mut chance = Counting(if role == Role::Nurse { 11 } else { 12 });
                let mut operation = Operation::new(staff(role), clock, &mut chance);
                let issue = Act::Issue { vial, session };
                used::write(&mut operation, clinic, patient, issue, None).is_ok()
            })
        });
        hands.map(|hand| hand.join().unwrap()).to_vec()
    });
    assert_eq!(issued.iter().filter(|is_issued| **is_issued).count(), 1);
}

#[test]
fn what_a_running_dose_needs_is_not_wasted_from_under_it() {
    let (mut given, patient, session, dose) = drawn();
    given.start(patient, session, dose).unwrap();
    let second = second(&given);
    let outcome = given.waste(
        patient,
        session,
        (vial(0), Container::Syringe, mg(1)),
        &second,
    );
    assert!(sentence(outcome).contains("still runs"));
    let stopped = given.by(Role::Nurse, |operation, clinic| {
        room::stop_now(operation, clinic, patient, session)
    });
    assert!(stopped.is_ok());
}

#[test]
fn correcting_what_was_given_corrects_the_chart_in_the_same_append_and_not_the_chart_alone() {
    let (mut given, patient, session, dose) = dosed();
    let chart = given.chart(patient);
    let (entry, told) = chart.all::<DoseStopped>().next().unwrap();
    let number = entry.number;
    let less = Micrograms::new(dose.get() - 1_000);
    let replacement = DoseStopped {
        given: less,
        ..told.clone()
    };
    let alone = given.by(Role::Nurse, |operation, clinic| {
        let now = replacement.clone().into();
        correction::amend(operation, clinic, patient, number, now, line("slip"))
    });
    assert_eq!(fields(alone), ["entry"]);
    let in_error = given.by(Role::Nurse, |operation, clinic| {
        correction::enter_in_error(operation, clinic, patient, number, line("slip"))
    });
    assert_eq!(fields(in_error), ["entry"]);
    let of = last_give(&given);
    let asked = |amount| correct::Correcting {
        of: of.clone(),
        vial: vial(0),
        amount,
        why: line("Read off the pump wrongly"),
    };
    let n_before = given.n_entries();
    given
        .by(Role::Nurse, |operation, clinic| {
            correct::correct(operation, clinic, asked(less), None)
        })
        .unwrap();
    assert_eq!(given.n_entries(), n_before + 2);
    assert_eq!(given.chart(patient).sessions()[0].stopped.unwrap().1, less);
    assert_eq!(given.clinic.stock().register.drawn(session), mg(1));
    let refused = given.by(Role::ComplianceOfficer, |operation, clinic| {
        correct::correct(operation, clinic, asked(dose), None)
    });
    assert!(
        matches!(refused, Err(Denied::Forbidden { .. })),
        "the chart is not theirs"
    );
}

pub(crate) fn last_give(given: &TestClinic) -> LineId {
    let stock = given.clinic.stock();
    let mut lines = stock.register.postings().iter().rev();
    let give = lines.find(|posting| matches!(posting.line.fact, ledger::Fact::Done(Act::Give(_))));
    give.unwrap().line.id.clone()
}

#[test]
fn leaving_against_advice_is_not_held_up_and_accounting_later_closes_the_books() {
    let (mut given, patient, session, _) = dosed();
    given
        .by(Role::Nurse, |operation, clinic| {
            let told = (prose("Told not to drive"), None);
            after::leave_against_advice(operation, clinic, patient, session, told)
        })
        .unwrap();
    assert!(given.chart(patient).sessions()[0].closed_at.is_some());
    assert!(!given.clinic.stock().register.is_closed(session));
    assert!(used::unaccounted(&given.clinic, session).is_some());
    given.settle(patient, session);
    assert!(given.clinic.stock().register.is_closed(session));
}

#[test]
fn a_dose_from_another_supply_needs_a_prescriber_who_names_it_and_takes_nothing_from_stock() {
    let (mut given, patient, session, dose) = drawn();
    let name = |operation: &mut Operation<'_>, clinic: &clinic::Clinic| {
        let supply = (
            session,
            line("Harbour Street Pharmacy"),
            prose("Dispensed by name"),
        );
        used::name_supply(operation, clinic, patient, supply)
    };
    assert!(matches!(
        given.by(Role::Nurse, name),
        Err(Denied::Forbidden { .. })
    ));
    assert!(sentence(given.by(Role::Prescriber, name)).contains("of the clinic's stock"));
    given.settle(patient, session);
    given.by(Role::Prescriber, name).unwrap();
    let issue = Act::Issue {
        vial: given.one_vial(),
        session,
    };
    assert_eq!(fields(given.in_session(patient, issue)), ["vial"]);
    let n_before = n_lines(&given);
    given
        .happen(patient, session, Happening::Start(a_start(session, dose)))
        .unwrap();
    stop(&mut given, patient, session, dose).unwrap();
    assert_eq!(n_lines(&given), n_before);
}

#[test]
fn a_vial_of_another_drug_is_not_issued() {
    let (mut given, patient, session, _) = drawn();
    let receipt = Act::Receive(Receipt {
        location: cabinet(),
        supplier: crate::stock::a_registrant(),
        invoice: "9".to_owned(),
        drug: DrugId::new("Esketamine 28 mg"),
        lot: LotId::new("E1"),
        expires: jiff::civil::date(2040, 1, 1),
        vials: vec![Vial {
            id: VialId::new("E-1"),
            strength: 140_000,
            content: mg(28),
        }],
    });
    let today = given.today();
    given
        .by(Role::MedicalDirector, |operation, clinic| {
            let said = (today, line("SET-4471"));
            clinic::act::certificate::record_certified(operation, clinic, said)
        })
        .unwrap();
    given.stock(Role::ComplianceOfficer, receipt).unwrap();
    let issue = Act::Issue {
        vial: VialId::new("E-1"),
        session,
    };
    let said = sentence(given.in_session(patient, issue));
    assert!(said.contains("take a vial of ketamine"), "{said}");
}

#[test]
fn a_count_that_differs_freezes_the_lot_until_a_second_person_counted_and_the_director_closed_it() {
    let (mut given, patient, session, _) = drawn();
    let other = given.one_vial();
    let count = |amount| {
        Act::Count(Count {
            location: cabinet(),
            lot: LotId::new("K26-318"),
            found: [(other.clone(), amount)].into(),
        })
    };
    given
        .stock(Role::ComplianceOfficer, count(mg(190)))
        .unwrap();
    let issue = || Act::Issue {
        vial: other.clone(),
        session,
    };
    assert!(sentence(given.in_session(patient, issue())).contains("is frozen"));
    let case = given
        .clinic
        .stock()
        .register
        .cases()
        .keys()
        .next()
        .cloned()
        .unwrap();
    let explain = Act::Explain {
        case: case.clone(),
        text: "Label read wrongly".to_owned(),
    };
    given.stock(Role::Nurse, explain).unwrap();
    let close = || Act::CloseCase { case: case.clone() };
    assert!(matches!(
        given.stock(Role::Nurse, close()),
        Err(Denied::Forbidden { .. })
    ));
    assert!(sentence(given.stock(Role::MedicalDirector, close())).contains("second count"));
    given.stock(Role::Nurse, count(VIAL)).unwrap();
    given.stock(Role::MedicalDirector, close()).unwrap();
    given.in_session(patient, issue()).unwrap();
}

#[test]
fn destroying_needs_a_second_person_and_the_roles_that_settle_stock() {
    let mut given = TestClinic::new();
    given.stock(Role::MedicalDirector, a_location()).unwrap();
    given.stock(Role::Nurse, a_receipt("L", 0..2)).unwrap();
    let destroy = |second: &Second| Act::Destroy {
        vial: vial(0),
        second: second.person(),
        method: "Incinerated".to_owned(),
    };
    let nurse = witness(Role::Nurse);
    let mut by = |role, second: Option<&Second>| {
        let act = destroy(&nurse);
        given.by(role, |operation, clinic| {
            register::write(operation, clinic, act, second)
        })
    };
    assert!(matches!(
        by(Role::Nurse, Some(&nurse)),
        Err(Denied::Forbidden { .. })
    ));
    assert_eq!(fields(by(Role::ComplianceOfficer, None)), ["second_name"]);
    by(Role::ComplianceOfficer, Some(&nurse)).unwrap();
    let draw = Act::Draw(Dose {
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        vial: vial(1),
        amount: mg(1),
    });
    assert!(matches!(
        given.stock(Role::Nurse, draw),
        Err(Denied::Forbidden { .. })
    ));
}

#[test]
fn a_line_names_the_command_that_wrote_it_so_that_it_is_found_in_the_journal() {
    let mut given = TestClinic::new();
    given
        .under(Role::MedicalDirector, 5, |operation, clinic| {
            register::write(operation, clinic, a_location(), None)
        })
        .unwrap();
    let stock = given.clinic.stock();
    let id = &stock.register.postings()[0].line.id;
    assert_eq!(id.command, CommandId::new(Uuid::from_u128(5).to_string()));
    assert_eq!(stock.numbers.get(id), Some(&1));
}
