//! Counts, cases, corrections, inventories and alarms by hand.

use jiff::civil::date;
use ledger::{
    Account, Act, Alarm, CaseId, Correction, Inventory, LineId, LotId, Moment, Policy, Refusal,
    Register, alarms,
};

use crate::book::{
    Book, TODAY, count, dose, issue, location, mg, person, place, session, vial, waste,
};

fn correct(of: LineId, amount: u64, witness: Option<u128>) -> Act {
    Act::Correct(Correction {
        of,
        vial: vial(0),
        amount: mg(amount),
        why: "slip".to_owned(),
        witness: witness.map(person),
    })
}

fn explain(case: &CaseId, text: &str) -> Act {
    Act::Explain {
        case: case.clone(),
        text: text.to_owned(),
    }
}

fn close(case: &CaseId) -> Act {
    Act::CloseCase { case: case.clone() }
}

fn inventory(kind: Inventory) -> Act {
    Act::TakeInventory {
        location: place("main"),
        kind,
        moment: Moment::Close,
    }
}

/// Vial 0 was found with 180 mg of 200, so a case is open.
fn frozen() -> (Book, CaseId) {
    let mut book = Book::open();
    book.does(1, count("A", &[(0, 180), (1, 200)])).unwrap();
    let case = book.lines.last().unwrap().id.clone();
    (book, case)
}

#[test]
fn a_count_that_differs_freezes_its_lot_and_no_other() {
    let (mut book, case) = frozen();
    let refused = Refusal::LotFrozen(LotId::new("A"), case);
    assert_eq!(book.refused(1, issue(1)), refused);
    assert_eq!(
        book.refused(
            1,
            Act::Move {
                vial: vial(0),
                to: place("room")
            }
        ),
        refused
    );
    book.does(1, issue(2)).unwrap();
    book.does(1, count("C", &[(4, 200), (5, 200)])).unwrap();
    assert_eq!(
        book.register.cases().len(),
        1,
        "a count that agrees opens none"
    );
}

#[test]
fn what_is_drawn_may_be_given_though_the_lot_is_frozen() {
    let mut book = Book::drawn(60);
    book.does(2, count("A", &[(1, 190)])).unwrap();
    assert!(matches!(
        book.refused(1, Act::Draw(dose(0, 1))),
        Refusal::LotFrozen(..)
    ));
    book.does(1, Act::Give(dose(0, 60))).unwrap();
}

#[test]
fn a_case_closes_when_it_is_explained_and_counted_by_two() {
    let (mut book, case) = frozen();
    assert_eq!(
        book.refused(2, close(&case)),
        Refusal::CaseUnexplained(case.clone())
    );
    assert_eq!(
        book.refused(2, explain(&case, "")),
        Refusal::Unsaid("the explanation")
    );
    book.does(2, explain(&case, "cap was loose")).unwrap();
    assert_eq!(
        book.refused(2, close(&case)),
        Refusal::CaseCountedOnce(case.clone())
    );
    book.does(2, count("A", &[(0, 185), (1, 200)])).unwrap();
    book.does(2, close(&case)).unwrap();
    assert_eq!(book.refused(2, close(&case)), Refusal::CaseClosed(case));
    let lot = &book.register.lots()[&LotId::new("A")];
    assert_eq!(
        lot.balance.of(&Account::Missing),
        mg(15),
        "by the second count"
    );
    assert_eq!(lot.balance.on_hand(), mg(385));
    book.does(1, issue(0)).unwrap();
    let nobody = LineId {
        command: ledger::CommandId::new("none"),
        part: 0,
    };
    assert_eq!(
        book.refused(2, close(&nobody)),
        Refusal::UnknownCase(nobody.clone())
    );
}

#[test]
fn a_surplus_is_booked_under_its_own_name() {
    let mut book = Book::open();
    book.policy.one_count_closes_a_case.allowed = true;
    book.does(1, count("A", &[(0, 210), (1, 200)])).unwrap();
    let case = book.lines.last().unwrap().id.clone();
    book.does(1, explain(&case, "overfill")).unwrap();
    book.does(1, close(&case)).unwrap();
    let balance = &book.register.vials()[&vial(0)].balance;
    assert_eq!(balance.unexplained(), -10_000);
    assert_eq!(balance.on_hand(), mg(210));
    assert!(balance.is_whole());
}

#[test]
fn a_vial_found_while_in_use_is_returned_before_its_case_closes() {
    let mut book = Book::open();
    book.policy.one_count_closes_a_case.allowed = true;
    book.does(1, issue(0)).unwrap();
    book.does(1, count("A", &[(0, 200), (1, 200)])).unwrap();
    let case = book.lines.last().unwrap().id.clone();
    book.does(1, explain(&case, "put back unwritten")).unwrap();
    assert_eq!(
        book.refused(1, close(&case)),
        Refusal::FoundWhileInUse(vial(0))
    );
    let back = Act::Return {
        vial: vial(0),
        session: session(1),
        to: place("main"),
    };
    book.does(1, back).unwrap();
    book.does(1, close(&case)).unwrap();
    assert_eq!(book.register.vials()[&vial(0)].balance.unexplained(), 0);
}

#[test]
fn a_count_names_vials_of_its_own_lot() {
    let book = Book::open();
    assert_eq!(
        book.refused(1, count("A", &[(2, 200)])),
        Refusal::VialOfAnotherLot(vial(2), LotId::new("B"))
    );
    assert_eq!(
        book.refused(1, count("Z", &[])),
        Refusal::UnknownLot(LotId::new("Z"))
    );
}

#[test]
fn a_correction_moves_the_difference_and_leaves_the_line() {
    let mut book = Book::drawn(60);
    let given = book.does(1, Act::Give(dose(0, 50))).unwrap();
    let line = book.lines[given].clone();
    book.does(1, correct(line.id.clone(), 45, None)).unwrap();
    let balance = &book.register.vials()[&vial(0)].balance;
    assert_eq!(balance.of(&Account::Given), mg(45));
    assert_eq!(balance.of(&Account::Syringe(session(1))), mg(15));
    assert_eq!(book.register.posting(&line.id).unwrap().line, line);
    let again = Refusal::NothingToCorrect(line.id.clone(), mg(45));
    assert_eq!(book.refused(1, correct(line.id.clone(), 45, None)), again);
    assert_eq!(
        book.refused(1, correct(line.id.clone(), 61, None)),
        Refusal::CorrectionImpossible(line.id.clone(), mg(61))
    );
    book.does(1, correct(line.id, 60, None)).unwrap();
    assert!(matches!(
        book.refused(1, correct(book.lines[5].id.clone(), 60, None)),
        Refusal::NotCorrectable(_)
    ));
    let unknown = correct(
        LineId {
            command: ledger::CommandId::new("x"),
            part: 0,
        },
        1,
        None,
    );
    assert!(matches!(book.refused(1, unknown), Refusal::UnknownLine(..)));
}

#[test]
fn a_waste_is_corrected_before_a_witness_who_did_not_give() {
    let mut book = Book::drawn(60);
    let wasted = book.does(1, waste(0, 10, 2)).unwrap();
    let id = book.lines[wasted].id.clone();
    assert_eq!(
        book.refused(1, correct(id.clone(), 15, None)),
        Refusal::NoWitness
    );
    assert_eq!(
        book.refused(1, correct(id.clone(), 15, Some(1))),
        Refusal::WitnessSigns
    );
    assert_eq!(
        book.refused(2, correct(id.clone(), 15, Some(1))),
        Refusal::WitnessIsGiver
    );
    book.does(1, correct(id, 15, Some(3))).unwrap();
}

#[test]
fn a_closed_session_that_a_correction_unsettles_is_an_alarm() {
    let mut book = Book::open();
    book.does(1, issue(0)).unwrap();
    book.does(1, Act::Draw(dose(0, 200))).unwrap();
    let given = book.does(1, Act::Give(dose(0, 200))).unwrap();
    book.does(
        1,
        Act::CloseSession {
            session: session(1),
        },
    )
    .unwrap();
    let id = book.lines[given].id.clone();
    book.does(1, correct(id, 190, None)).unwrap();
    let said = Alarm::ClosedSessionUnsettled {
        session: session(1),
        amount: mg(10),
    };
    assert!(alarms(&book.register, TODAY, &book.policy).contains(&said));
    book.does(1, waste(0, 10, 2)).unwrap();
    assert!(!alarms(&book.register, TODAY, &book.policy).contains(&said));
}

#[test]
fn an_inventory_rests_on_counts_of_the_day() {
    let mut book = Book::open();
    assert_eq!(
        book.refused(1, inventory(Inventory::Biennial)),
        Refusal::NoInitialInventory(place("main"))
    );
    assert!(matches!(
        book.refused(1, inventory(Inventory::Initial)),
        Refusal::InventoryWithoutCount(..)
    ));
    for (lot, first) in [("A", 0), ("B", 2), ("C", 4)] {
        book.does(1, count(lot, &[(first, 200), (first + 1, 200)]))
            .unwrap();
    }
    book.does(1, inventory(Inventory::Initial)).unwrap();
    let ledger::Fact::Held(rows) = &book.lines.last().unwrap().fact else {
        panic!("an inventory lists what is held");
    };
    assert_eq!(rows.len(), 3);
    assert_eq!((rows[0].vials, rows[0].amount), (2, mg(400)));
    assert_eq!(
        book.refused(1, inventory(Inventory::Initial)),
        Refusal::InitialInventoryTaken(place("main"))
    );
    let due = |day| {
        alarms(&book.register, day, &book.policy).contains(&Alarm::InventoryDue {
            location: place("main"),
            by: Some(date(2028, 11, 27)),
        })
    };
    assert!(!due(date(2028, 10, 27)) && due(date(2028, 10, 28)));
}

#[test]
fn alarms_say_what_is_due_and_not_before() {
    let (mut book, case) = frozen();
    let at = |book: &Book, day| alarms(&book.register, day, &book.policy);
    let open = Alarm::CaseOpen { case, since: TODAY };
    assert!(!at(&book, date(2026, 11, 30)).contains(&open));
    assert!(at(&book, date(2026, 12, 1)).contains(&open));
    let counted = |lot: &str, last| Alarm::CountDue {
        location: place("main"),
        lot: LotId::new(lot),
        last,
    };
    assert!(at(&book, TODAY).contains(&counted("B", None)));
    assert!(!at(&book, TODAY).contains(&counted("A", Some(TODAY))));
    assert!(at(&book, date(2026, 11, 28)).contains(&counted("A", Some(TODAY))));
    let lot = Alarm::LotExpires {
        lot: LotId::new("C"),
        on: date(2027, 11, 30),
        on_hand: mg(400),
    };
    assert!(!at(&book, date(2027, 9, 30)).contains(&lot));
    assert!(at(&book, date(2027, 10, 1)).contains(&lot));
    let mut short = location("room");
    short.expires = date(2027, 2, 25);
    book.does(1, Act::Register(short)).unwrap();
    let runs_out = Alarm::RegistrationExpires {
        location: place("room"),
        on: date(2027, 2, 25),
    };
    assert!(at(&book, TODAY).contains(&runs_out));
}

#[test]
fn a_line_that_cannot_be_right_moves_nothing_and_is_said() {
    let book = Book::drawn(60);
    let mut lines = book.lines.clone();
    lines.remove(5);
    let register = Register::of(&lines);
    assert_eq!(
        register.flaws().len(),
        1,
        "drawn from a vial that was never issued"
    );
    assert!(register.drugs().values().all(ledger::Balance::is_whole));
    let said = alarms(&register, TODAY, &book.policy);
    assert!(matches!(said[0], Alarm::LineAtFault(_)));
}

#[test]
fn a_policy_says_its_unit_and_source_once() {
    let good = include_str!("../../../../ledger/policy.toml");
    assert!(Policy::read(good).is_ok());
    for (from, to) in [
        ("unit = \"years\"", "unit = \"days\""),
        ("value = 60", "value = 0"),
        ("id = \"count_every\"", "id = \"count_often\""),
        ("id = \"count_every\"", "id = \"loss_form\""),
        ("mark = \"federal law\"", "mark = \"custom\""),
    ] {
        assert!(Policy::read(&good.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn a_clinic_sets_its_own_numbers_and_tightens_the_law_and_never_loosens_it() {
    let good = include_str!("../../../../ledger/policy.toml");
    let own = good
        .replace(
            "id = \"count_every\"\nvalue = 1",
            "id = \"count_every\"\nvalue = 7",
        )
        .replace(
            "id = \"inventory_every\"\nvalue = 2",
            "id = \"inventory_every\"\nvalue = 1",
        );
    let policy = Policy::of_clinic(&own).unwrap();
    assert_eq!(
        (policy.count_every.value, policy.inventory_every.value),
        (7, 1)
    );
    let laxer = |id: &str, from: u32, to: u32| {
        let text = good.replace(
            &format!("id = \"{id}\"\nvalue = {from}\n"),
            &format!("id = \"{id}\"\nvalue = {to}\n"),
        );
        assert_ne!(text, good, "{id}");
        Policy::of_clinic(&text).unwrap_err().to_string()
    };
    assert_eq!(
        laxer("distributed_share", 5, 6),
        "distributed_share is federal law: write 5 percent or fewer, a clinic may tighten it only"
    );
    for (id, from, to) in [
        ("inventory_every", 2, 3),
        ("loss_notice", 1, 2),
        ("loss_form", 45, 46),
    ] {
        assert!(laxer(id, from, to).starts_with(id), "{id}");
    }
    // Nor is a rule of the law called a choice of the clinic's.
    let renamed = good.replace("mark = \"federal law\"", "mark = \"clinic policy\"");
    let told = Policy::of_clinic(&renamed).unwrap_err().to_string();
    assert!(
        told.starts_with("inventory_every has another mark"),
        "{told}"
    );
    let more = format!(
        "{good}\n[[threshold]]\nid = \"counts\"\nvalue = 1\nunit = \"days\"\nmark = \"clinic policy\"\nsource = \"us\"\n"
    );
    let told = Policy::of_clinic(&more).unwrap_err().to_string();
    assert!(told.contains("an entry counts"), "{told}");
}
