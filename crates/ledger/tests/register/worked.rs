//! The stock and the session by hand: one example for each refusal.

use jiff::civil::date;
use ledger::{
    Account, Act, Command, Container, LocationId, Loss, LossKind, LotId, Purpose, Refusal, Waste,
    csv, decide, form_41, form_106, rows,
};

use crate::book::{
    Book, TODAY, dose, issue, location, mg, own_side, person, place, receipt, registrant, session,
    vial, waste,
};

fn loss(from: Account, amount: u64) -> Loss {
    Loss {
        vial: vial(0),
        from,
        amount: mg(amount),
        kind: LossKind::Breakage,
        discovered: TODAY,
        circumstances: "dropped".to_owned(),
    }
}

fn main_cabinet() -> Account {
    Account::Cabinet(place("main"))
}

#[test]
fn a_whole_session_is_settled_to_the_microgram() {
    let mut book = Book::drawn(60);
    book.does(1, Act::Give(dose(0, 50))).unwrap();
    assert_eq!(
        book.refused(
            1,
            Act::CloseSession {
                session: session(1)
            }
        ),
        Refusal::SessionUnsettled(session(1), mg(150))
    );
    book.does(1, waste(0, 10, 2)).unwrap();
    book.does(
        1,
        Act::Waste(Waste {
            dose: dose(0, 140),
            from: Container::Vial,
            giver: person(1),
            witness: person(2),
            method: "into gel".to_owned(),
        }),
    )
    .unwrap();
    book.does(
        1,
        Act::CloseSession {
            session: session(1),
        },
    )
    .unwrap();
    let life = &book.register.vials()[&vial(0)];
    assert_eq!(life.balance.of(&Account::Given), mg(50));
    assert_eq!(life.balance.of(&Account::Wasted), mg(150));
    assert_eq!(
        life.lines.len(),
        6,
        "received, issued, drawn, given, wasted twice"
    );
    let last = &book
        .register
        .posting(life.lines.last().unwrap())
        .unwrap()
        .after[0];
    assert_eq!((last.vial, last.lot, last.drug), (mg(0), mg(200), mg(600)));
    let given = book.register.given_from(session(1));
    assert_eq!(
        given,
        [(vial(0), mg(50))].into(),
        "by vial, for a form that asks for the lot"
    );
    let closed = Refusal::SessionClosed(session(1));
    assert_eq!(book.refused(1, issue(1)), closed);
    assert_eq!(book.refused(1, Act::Draw(dose(1, 1))), closed);
    assert_eq!(book.refused(1, Act::Give(dose(1, 1))), closed);
    assert_eq!(
        book.refused(
            1,
            Act::CloseSession {
                session: session(1)
            }
        ),
        closed
    );
}

#[test]
fn the_giver_is_never_the_witness() {
    let mut book = Book::drawn(60);
    assert_eq!(book.refused(2, waste(0, 10, 1)), Refusal::WitnessIsGiver);
    book.does(3, Act::Give(dose(0, 20))).unwrap();
    assert_eq!(
        book.refused(1, waste(0, 10, 3)),
        Refusal::WitnessIsGiver,
        "whoever gave in the session, whatever the form says"
    );
    book.does(1, waste(0, 10, 2)).unwrap();
}

#[test]
fn nobody_draws_gives_or_wastes_more_than_there_is() {
    let mut book = Book::drawn(60);
    assert_eq!(
        book.refused(1, Act::Draw(dose(0, 141))),
        Refusal::DrawsMoreThanHeld(vial(0), mg(141), mg(140))
    );
    assert_eq!(
        book.refused(1, Act::Draw(dose(1, 1))),
        Refusal::NotIssued(vial(1), session(1))
    );
    assert_eq!(
        book.refused(1, Act::Give(dose(0, 61))),
        Refusal::GivesMoreThanDrawn(vial(0), mg(61), mg(60))
    );
    book.does(1, Act::Give(dose(0, 50))).unwrap();
    assert_eq!(
        book.refused(1, waste(0, 11, 2)),
        Refusal::WastesMoreThanLeft(vial(0), mg(11), mg(10), Container::Syringe)
    );
    assert_eq!(book.refused(1, Act::Draw(dose(0, 0))), Refusal::Nought);
    assert_eq!(
        book.refused(1, Act::Draw(dose(9, 1))),
        Refusal::UnknownVial(vial(9))
    );
    assert_eq!(book.refused(1, issue(0)), Refusal::NotInACabinet(vial(0)));
    let lost = loss(Account::Syringe(session(1)), 11);
    assert_eq!(
        book.refused(1, Act::Lose(lost)),
        Refusal::LosesMoreThanThere(vial(0), mg(11), mg(10))
    );
}

#[test]
fn an_expired_lot_or_registration_is_not_used() {
    let mut book = Book::open();
    let lot = Refusal::LotExpired(LotId::new("A"), date(2027, 11, 30));
    book.today = date(2027, 11, 30);
    book.does(1, issue(1)).unwrap();
    book.today = date(2027, 12, 1);
    assert_eq!(book.refused(1, issue(0)), lot, "the last day is still good");
    assert_eq!(book.refused(1, Act::Draw(dose(1, 1))), lot);
    let mut book = Book::open();
    let mut short = location("room");
    short.expires = date(2026, 11, 26);
    book.does(1, Act::Register(short)).unwrap();
    assert_eq!(
        book.refused(
            1,
            Act::Move {
                vial: vial(0),
                to: place("room")
            }
        ),
        Refusal::RegistrationExpired(place("room"), date(2026, 11, 26))
    );
    assert_eq!(
        book.refused(
            1,
            Act::Move {
                vial: vial(0),
                to: place("attic")
            }
        ),
        Refusal::UnknownLocation(place("attic"))
    );
    assert_eq!(
        book.refused(
            1,
            Act::Move {
                vial: vial(0),
                to: place("main")
            }
        ),
        Refusal::AlreadyThere(vial(0), place("main"))
    );
}

#[test]
fn a_delivery_has_new_vials_and_agrees_with_its_lot() {
    let book = Book::open();
    let refused = |receipt| book.refused(1, Act::Receive(receipt));
    assert_eq!(
        refused(receipt("ketamine", "A", 1)),
        Refusal::VialReceivedBefore(vial(1))
    );
    let differs = Refusal::LotDiffers(
        LotId::new("A"),
        ledger::DrugId::new("ketamine"),
        date(2027, 11, 30),
    );
    assert_eq!(refused(receipt("esketamine", "A", 10)), differs);
    let mut huge = receipt("ketamine", "D", 10);
    huge.vials[1].content = mg(10_001);
    assert_eq!(
        refused(huge),
        Refusal::ImplausibleContent(vial(11), mg(10_001))
    );
    let mut empty = receipt("ketamine", "D", 10);
    empty.vials.clear();
    assert_eq!(refused(empty), Refusal::Unsaid("the list of vials"));
    let mut silent = receipt("ketamine", "D", 10);
    silent.invoice = " ".to_owned();
    assert_eq!(refused(silent), Refusal::Unsaid("the invoice"));
}

#[test]
fn an_unopened_vial_goes_back_and_an_opened_one_does_not() {
    let mut book = Book::drawn(60);
    book.does(1, issue(1)).unwrap();
    let back = |number, to: LocationId| Act::Return {
        vial: vial(number),
        session: session(1),
        to,
    };
    assert_eq!(
        book.refused(1, back(0, place("main"))),
        Refusal::OpenedVialReturned(vial(0))
    );
    assert_eq!(
        book.refused(1, back(2, place("main"))),
        Refusal::NotIssued(vial(2), session(1))
    );
    book.does(1, back(1, place("room"))).unwrap();
    let life = &book.register.vials()[&vial(1)];
    assert_eq!(life.cabinet(), Some((&place("room"), mg(200))));
}

#[test]
fn a_command_sent_twice_is_answered_as_the_first_time() {
    let mut book = Book::drawn(60);
    let command = book.command(1, Act::Give(dose(0, 50)));
    let first = decide(&book.register, &command, &book.policy).unwrap();
    book.register.apply(&first[0]);
    let whole = book.register.clone();
    let later = Command {
        on: date(2026, 11, 28),
        ..command.clone()
    };
    let again = decide(&book.register, &later, &book.policy).unwrap();
    assert_eq!(again, first);
    book.register.apply(&again[0]);
    assert_eq!(book.register, whole);
    let other = Command {
        act: Act::Give(dose(0, 5)),
        ..command.clone()
    };
    assert_eq!(
        decide(&book.register, &other, &book.policy),
        Err(Refusal::IdUsedForAnotherAct(command.id))
    );
}

#[test]
fn destruction_takes_two_and_fills_form_41() {
    let mut book = Book::open();
    let destroy = |second| Act::Destroy {
        vial: vial(0),
        second: person(second),
        method: "chemical digestion".to_owned(),
    };
    assert_eq!(book.refused(1, destroy(1)), Refusal::OnePersonForTwo);
    book.does(1, destroy(2)).unwrap();
    let forms = form_41(&book.register, (TODAY, TODAY));
    assert_eq!(forms.len(), 1);
    assert_eq!(forms[0].persons, [person(1), person(2)]);
    assert_eq!((forms[0].amount, forms[0].strength), (mg(200), 50_000));
}

#[test]
fn a_loss_fills_form_106_with_the_days_it_is_due() {
    let mut book = Book::open();
    let nowhere = loss(Account::Given, 1);
    assert_eq!(
        book.refused(1, Act::Lose(nowhere)),
        Refusal::LostFromNowhere
    );
    let mut ahead = loss(main_cabinet(), 1);
    ahead.discovered = date(2026, 11, 28);
    assert_eq!(
        book.refused(1, Act::Lose(ahead)),
        Refusal::DateAhead(date(2026, 11, 28))
    );
    book.does(1, Act::Lose(loss(main_cabinet(), 200))).unwrap();
    let forms = form_106(&book.register, (TODAY, TODAY), &book.policy);
    assert_eq!(
        forms[0].notice_by,
        date(2026, 11, 30),
        "Friday, so by Monday"
    );
    assert_eq!(forms[0].form_by, date(2027, 1, 11));
    assert_eq!(
        (forms[0].amount, forms[0].received_of_drug),
        (mg(200), mg(800))
    );
}

#[test]
fn the_inspection_copy_has_a_row_for_each_movement_and_no_formula() {
    let mut book = Book::open();
    let mut to = registrant();
    to.name = "=HYPERLINK(\"x\")".to_owned();
    let transfer = Act::Transfer {
        vial: vial(0),
        to,
        from: Some(own_side("main")),
        purpose: Purpose::Return,
        certificate: None,
    };
    book.does(1, transfer).unwrap();
    let all = rows(&book.register);
    assert_eq!(all.len(), 2 + 6 + 1);
    assert_eq!(
        all[8][8..],
        ["cabinet main", "transferred", "200", "0", "200", "600"].map(str::to_owned)
    );
    let text = csv(&book.register);
    assert!(text.contains("transferred to =HYPERLINK(\"\"x\"\")"));
    assert!(!text.contains("\"="), "no field begins a formula");
}
