//! What holds after every line, over random days of right and wrong acts.

use std::collections::BTreeMap;

use ledger::{
    Account, Act, Balance, Command, Container, Correction, Count, Dose, Fact, Line, LineId, Loss,
    LossKind, LotId, Purpose, Register, VialId, Waste, decide,
};
use proptest::prelude::*;
use record::quantity::Micrograms;

use crate::book::{Book, TODAY, own_side, person, place, receipt, registrant, session, vial};

/// A step at random: which act, who, whom beside, which session, vial, cabinet, line, and how much.
type Step = (u8, u128, u128, u128, usize, bool, usize, u64);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..32_u8,
        1..4_u128,
        1..4_u128,
        1..3_u128,
        0..7_usize,
        any::<bool>(),
        0..200_usize,
        prop_oneof![0..30_u64, 0..210_u64],
    );
    prop::collection::vec(step, 1..90)
}

fn act(book: &Book, step: &Step) -> Act {
    let (which, _, other, in_session, number, in_room, at, amount) = *step;
    let (session, id) = (session(in_session), vial(number));
    let to = place(if in_room { "room" } else { "main" });
    let amount = Micrograms::new(amount * 1_000);
    let dose = Dose {
        session,
        vial: id.clone(),
        amount,
    };
    let text = "said".to_owned();
    match which {
        0 => Act::Move { vial: id, to },
        1..=4 => Act::Issue { vial: id, session },
        5..=8 => Act::Draw(dose),
        9..=11 => Act::Give(dose),
        12..=13 => Act::Waste(Waste {
            dose,
            from: if in_room {
                Container::Vial
            } else {
                Container::Syringe
            },
            giver: person(other),
            witness: person(other % 3 + 1),
            method: text,
        }),
        14 => Act::Return {
            vial: id,
            session,
            to,
        },
        15 if at.is_multiple_of(4) => Act::Transfer {
            vial: id,
            to: registrant(),
            from: Some(own_side(if in_room { "room" } else { "main" })),
            purpose: [Purpose::Dispensing, Purpose::Return][usize::from(at.is_multiple_of(8))],
            certificate: None,
        },
        15 if at % 4 == 1 => Act::Destroy {
            vial: id,
            second: person(other),
            method: text,
        },
        15..=16 => Act::Lose(Loss {
            vial: id,
            from: if in_room {
                Account::Syringe(session)
            } else {
                Account::Cabinet(to)
            },
            amount,
            kind: LossKind::Other,
            discovered: TODAY,
            circumstances: text,
        }),
        17 | 24..=25 => Act::Count(counted(book, number, at, amount)),
        18 | 26..=28 => Act::Explain {
            case: case(book, at),
            text,
        },
        19 | 29..=31 => Act::CloseCase {
            case: case(book, at),
        },
        20..=21 => correction(book, at, amount, other),
        22 => Act::CloseSession { session },
        _ => Act::Receive(receipt("ketamine", "A", 10 + at)),
    }
}

/// A count of the lot of a vial that is right, but for that vial now and then.
fn counted(book: &Book, number: usize, at: usize, amount: Micrograms) -> Count {
    let lot = LotId::new(["A", "B", "C"][number % 3]);
    let location = place("main");
    let here = Account::Cabinet(location.clone());
    let own = book.register.vials().iter();
    let mut found: BTreeMap<_, _> = own
        .filter(|(_, life)| life.lot == lot)
        .map(|(id, life)| (id.clone(), life.balance.of(&here)))
        .collect();
    if at.is_multiple_of(3)
        && let Some(first) = found.values_mut().next()
    {
        *first = amount;
    }
    Count {
        location,
        lot,
        found,
    }
}

fn case(book: &Book, at: usize) -> LineId {
    let cases: Vec<_> = book
        .register
        .cases()
        .iter()
        .filter(|one| one.1.is_open())
        .map(|one| one.0)
        .collect();
    match cases.as_slice() {
        [] => book.lines[0].id.clone(),
        some => some[at % some.len()].clone(),
    }
}

fn correction(book: &Book, at: usize, amount: Micrograms, witness: u128) -> Act {
    let line = &book.lines[at % book.lines.len()];
    Act::Correct(Correction {
        of: line.id.clone(),
        vial: line.moves.first().map_or(vial(0), |made| made.vial.clone()),
        amount,
        why: "slip".to_owned(),
        witness: Some(person(witness)),
    })
}

/// Does the steps and answers with the book they leave.
fn lived(steps: &[Step]) -> Book {
    let mut book = Book::open();
    // A clinic that lets more pass has more ways to be wrong.
    book.policy.opened_vials_return.allowed = true;
    book.policy.one_count_closes_a_case.allowed = steps.len().is_multiple_of(2);
    for step in steps {
        let what = act(&book, step);
        // A refusal is one of the things that happen.
        let _ = book.does(step.1, what);
    }
    book
}

/// The ends of each vial, summed from what people said and not from what the lines move.
fn told(lines: &[Line]) -> BTreeMap<(VialId, &'static str), i128> {
    let mut said: BTreeMap<LineId, Vec<(VialId, &'static str, u64)>> = BTreeMap::new();
    for line in lines {
        let Fact::Done(act) = &line.fact else {
            continue;
        };
        let one =
            |vial: &VialId, name, amount: Micrograms| vec![(vial.clone(), name, amount.get())];
        let rows = match act {
            Act::Receive(receipt) => {
                let vials = receipt.vials.iter();
                vials
                    .map(|vial| (vial.id.clone(), "received", vial.content.get()))
                    .collect()
            }
            Act::Give(dose) => one(&dose.vial, "given", dose.amount),
            Act::Waste(waste) => one(&waste.dose.vial, "wasted", waste.dose.amount),
            Act::Lose(loss) => one(&loss.vial, "lost", loss.amount),
            Act::Correct(by) => {
                for row in said.get_mut(&by.of).into_iter().flatten() {
                    if row.0 == by.vial {
                        row.2 = by.amount.get();
                    }
                }
                continue;
            }
            Act::Register(_)
            | Act::Move { .. }
            | Act::Issue { .. }
            | Act::Draw(_)
            | Act::Return { .. }
            | Act::Transfer { .. }
            | Act::Destroy { .. }
            | Act::Count(_)
            | Act::Explain { .. }
            | Act::CloseCase { .. }
            | Act::TakeInventory { .. }
            | Act::CloseSession { .. } => continue,
        };
        said.insert(line.id.clone(), rows);
    }
    let mut sums = BTreeMap::new();
    for (vial, name, amount) in said.into_values().flatten() {
        *sums.entry((vial, name)).or_default() += i128::from(amount);
    }
    sums
}

fn whole(balance: &Balance) -> bool {
    let of = |account: &Account| i128::from(balance.of(account).get());
    let ends = [
        Account::Given,
        Account::Wasted,
        Account::Transferred,
        Account::Destroyed,
        Account::Lost,
    ];
    let ends: i128 = ends.iter().map(of).sum();
    of(&Account::Received) == i128::from(balance.on_hand().get()) + ends + balance.unexplained()
}

/// The lot a line is about; nothing where it is about the house.
fn lot_of(line: &Line, register: &Register) -> Option<LotId> {
    let by_case = |case: &LineId| register.cases().get(case).map(|case| case.lot.clone());
    match &line.fact {
        Fact::CaseOpened(opening) => Some(opening.lot.clone()),
        Fact::Done(Act::Count(count)) => Some(count.lot.clone()),
        Fact::Done(Act::Explain { case, .. } | Act::CloseCase { case }) => by_case(case),
        Fact::Held(_) | Fact::Done(_) => {
            let moved = line.moves.first()?;
            Some(register.vials().get(&moved.vial)?.lot.clone())
        }
    }
}

proptest! {
    #[test]
    fn received_is_on_hand_and_every_end_after_every_line(steps in steps()) {
        let book = lived(&steps);
        prop_assert!(book.register.flaws().is_empty(), "what was decided can be folded");
        let mut register = Register::default();
        for line in &book.lines {
            register.apply(line);
            for balance in register.drugs().values()
                .chain(register.lots().values().map(|lot| &lot.balance))
                .chain(register.vials().values().map(|life| &life.balance))
            {
                prop_assert!(whole(balance) && balance.is_whole());
            }
        }
        prop_assert_eq!(register, book.register);
    }

    #[test]
    fn the_balances_are_what_people_said(steps in steps()) {
        let book = lived(&steps);
        let told = told(&book.lines);
        for (id, life) in book.register.vials() {
            for (name, account) in [
                ("received", Account::Received),
                ("given", Account::Given),
                ("wasted", Account::Wasted),
                ("lost", Account::Lost),
            ] {
                let said = told.get(&(id.clone(), name)).copied().unwrap_or(0);
                prop_assert_eq!(said, i128::from(life.balance.of(&account).get()), "{} {}", id, name);
            }
        }
    }

    #[test]
    fn lots_and_drugs_hold_what_their_vials_hold(steps in steps()) {
        let register = lived(&steps).register;
        for (id, lot) in register.lots() {
            let own = register.vials().values().filter(|life| life.lot == *id);
            let sum: u64 = own.map(|life| life.balance.on_hand().get()).sum();
            prop_assert_eq!(sum, lot.balance.on_hand().get());
        }
        for (id, drug) in register.drugs() {
            let own = register.lots().values().filter(|lot| lot.drug == *id);
            let sum: u64 = own.map(|lot| lot.balance.on_hand().get()).sum();
            prop_assert_eq!(sum, drug.on_hand().get());
        }
    }

    #[test]
    fn a_correction_changes_exactly_what_it_says(steps in steps()) {
        let book = lived(&steps);
        let mut register = Register::default();
        for line in &book.lines {
            let before = register.clone();
            register.apply(line);
            let Fact::Done(Act::Correct(said)) = &line.fact else { continue };
            let moved = &before.posting(&said.of).unwrap().line.moves;
            let first = moved.iter().find(|made| made.vial == said.vial).unwrap();
            let was = before.corrected(&said.of, &said.vial).unwrap_or(first.amount);
            let change = i128::from(said.amount.get()) - i128::from(was.get());
            for (id, life) in register.vials() {
                for account in life.balance.accounts().chain(before.vials()[id].balance.accounts()).map(|one| one.0) {
                    let of = |register: &Register| i128::from(register.vials()[id].balance.of(account).get());
                    let is_source = *account == Account::Received;
                    let expected = match (*id == said.vial, *account == first.from, *account == first.to) {
                        (true, true, false) if is_source => change,
                        (true, true, false) => -change,
                        (true, false, true) => change,
                        _ => 0,
                    };
                    prop_assert_eq!(of(&register) - of(&before), expected);
                }
            }
        }
    }

    #[test]
    fn the_order_of_lots_beside_each_other_does_not_matter(steps in steps()) {
        let book = lived(&steps);
        let mut lines = book.lines.clone();
        lines.sort_by_key(|line| lot_of(line, &book.register));
        let sorted = Register::of(&lines);
        prop_assert_eq!(sorted.vials(), book.register.vials());
        prop_assert_eq!(sorted.lots(), book.register.lots());
        prop_assert_eq!(sorted.drugs(), book.register.drugs());
        prop_assert_eq!(sorted.cases(), book.register.cases());
    }

    #[test]
    fn whatever_is_sent_again_changes_nothing(steps in steps(), at in any::<prop::sample::Index>()) {
        let mut book = lived(&steps);
        let line = at.get(&book.lines).clone();
        if let Fact::Done(act) = line.fact {
            let again = Command { id: line.id.command, at: line.at, on: line.on, by: line.by, act };
            let before = book.register.clone();
            for line in decide(&book.register, &again, &book.policy).unwrap() {
                book.register.apply(&line);
            }
            prop_assert_eq!(before, book.register);
        }
    }

    #[test]
    fn a_closed_session_was_settled(steps in steps()) {
        let mut register = Register::default();
        for line in lived(&steps).lines {
            if let Fact::Done(Act::CloseSession { session }) = &line.fact {
                prop_assert!(register.session_is_settled(*session));
            }
            register.apply(&line);
        }
    }
}

#[test]
fn the_random_days_reach_every_end() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut ends = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let day = steps().new_tree(&mut runner).unwrap().current();
        for balance in lived(&day).register.drugs().values() {
            ends.extend(balance.accounts().map(|(account, _)| account.clone()));
        }
    }
    for end in [
        Account::Given,
        Account::Wasted,
        Account::Transferred,
        Account::Destroyed,
        Account::Lost,
        Account::Missing,
        Account::Surplus,
    ] {
        assert!(ends.contains(&end), "{end}");
    }
}
