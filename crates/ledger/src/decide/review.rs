//! Looking again: counts, cases, corrections, inventories.

use std::collections::BTreeMap;

use jiff::civil::Date;
use record::ids::PersonId;
use record::quantity::Micrograms;

use super::{Outcome, known, movement, said, session, stock};
use crate::account::{Account, Movement};
use crate::case::Case;
use crate::ids::{CaseId, DrugId, LocationId, LotId};
use crate::line::{Act, Correction, Count, Fact, Holding, Inventory, Line, Opening};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::register::Register;

pub(super) fn count(register: &Register, count: &Count) -> Result<Outcome, Refusal> {
    if !register.locations().contains_key(&count.location) {
        return Err(Refusal::UnknownLocation(count.location.clone()));
    }
    if !register.lots().contains_key(&count.lot) {
        return Err(Refusal::UnknownLot(count.lot.clone()));
    }
    for vial in count.found.keys() {
        let life = known(register, vial)?;
        if life.lot != count.lot {
            return Err(Refusal::VialOfAnotherLot(vial.clone(), life.lot.clone()));
        }
    }
    let differences = register.differences(count);
    let is_a_recount = register
        .cases()
        .values()
        .any(|case| case.is_open() && case.lot == count.lot && case.location == count.location);
    let opens = !differences.is_empty() && !is_a_recount;
    Ok(Outcome {
        moves: Vec::new(),
        follows: opens.then(|| {
            Fact::CaseOpened(Opening {
                location: count.location.clone(),
                lot: count.lot.clone(),
                differences,
            })
        }),
    })
}

fn open_case<'a>(register: &'a Register, id: &CaseId) -> Result<&'a Case, Refusal> {
    match register.cases().get(id) {
        Some(case) if case.is_open() => Ok(case),
        Some(_) => Err(Refusal::CaseClosed(id.clone())),
        None => Err(Refusal::UnknownCase(id.clone())),
    }
}

pub(super) fn explain(register: &Register, id: &CaseId, text: &str) -> Result<Outcome, Refusal> {
    open_case(register, id)?;
    said(text, "the explanation")?;
    Ok(Outcome::default())
}

/// What the last count found against what the register says now: corrections and losses since then
/// have explained their part, and the rest is booked as unexplained.
pub(super) fn close(register: &Register, id: &CaseId, policy: &Policy) -> Result<Outcome, Refusal> {
    let case = open_case(register, id)?;
    if case.explanations.is_empty() {
        return Err(Refusal::CaseUnexplained(id.clone()));
    }
    if !case.is_counted_twice() && !policy.one_count_closes_a_case.allowed {
        return Err(Refusal::CaseCountedOnce(id.clone()));
    }
    let here = Account::Cabinet(case.location.clone());
    let mut moves = Vec::new();
    for (vial, found) in &case.found {
        let balance = &known(register, vial)?.balance;
        let book = balance.of(&here);
        if book >= *found {
            moves.push(movement(
                vial,
                here.clone(),
                Account::Missing,
                less(book, *found),
            ));
            continue;
        }
        if balance
            .accounts()
            .any(|(account, _)| account.session().is_some())
        {
            return Err(Refusal::FoundWhileInUse(vial.clone()));
        }
        moves.push(movement(
            vial,
            Account::Surplus,
            here.clone(),
            less(*found, book),
        ));
    }
    moves.retain(|made| made.amount.get() > 0);
    Ok(Outcome {
        moves,
        follows: None,
    })
}

fn less(larger: Micrograms, smaller: Micrograms) -> Micrograms {
    Micrograms::new(larger.get().saturating_sub(smaller.get()))
}

/// A correction moves the difference along the line's own way, or back along it.
pub(super) fn correct(
    register: &Register,
    said_now: &Correction,
    by: PersonId,
    policy: &Policy,
) -> Result<Outcome, Refusal> {
    said(&said_now.why, "the reason")?;
    let unknown = || Refusal::UnknownLine(said_now.of.clone(), said_now.vial.clone());
    let line = &register.posting(&said_now.of).ok_or_else(unknown)?.line;
    correctable(register, line, (said_now, by), policy)?;
    let mut moves = line.moves.iter();
    let first = moves
        .find(|made| made.vial == said_now.vial)
        .ok_or_else(unknown)?;
    let says = register.corrected(&said_now.of, &said_now.vial);
    let says = says.unwrap_or(first.amount);
    if says == said_now.amount {
        return Err(Refusal::NothingToCorrect(said_now.of.clone(), says));
    }
    let made = if says < said_now.amount {
        Movement {
            amount: less(said_now.amount, says),
            ..first.clone()
        }
    } else {
        let (from, to) = (first.to.clone(), first.from.clone());
        movement(&said_now.vial, from, to, less(says, said_now.amount))
    };
    if !known(register, &said_now.vial)?.balance.can(&made) {
        let line = said_now.of.clone();
        return Err(Refusal::CorrectionImpossible(line, said_now.amount));
    }
    Ok(made.into())
}

/// Passes a line that has an amount of its own, with whoever must have seen it.
fn correctable(
    register: &Register,
    line: &Line,
    (said_now, by): (&Correction, PersonId),
    policy: &Policy,
) -> Result<(), Refusal> {
    let refused = || Err(Refusal::NotCorrectable(line.id.clone()));
    match &line.fact {
        Fact::Done(Act::Receive(_)) => {
            let life = known(register, &said_now.vial)?;
            if said_now.amount.get() == 0 {
                return Ok(());
            }
            stock::plausible(&life.vial, said_now.amount, policy)
        }
        Fact::Done(Act::Draw(_) | Act::Give(_) | Act::Lose(_)) => Ok(()),
        Fact::Done(Act::Waste(waste)) => {
            let witness = said_now.witness.ok_or(Refusal::NoWitness)?;
            session::witnessed(register, waste.dose.session, (by, waste.giver), witness)
        }
        Fact::Done(
            Act::Register(_)
            | Act::Move { .. }
            | Act::Issue { .. }
            | Act::Return { .. }
            | Act::Transfer { .. }
            | Act::Destroy { .. }
            | Act::Count(_)
            | Act::Explain { .. }
            | Act::CloseCase { .. }
            | Act::Correct(_)
            | Act::TakeInventory { .. }
            | Act::CloseSession { .. },
        )
        | Fact::CaseOpened(_)
        | Fact::Held(_) => refused(),
    }
}

pub(super) fn take_inventory(
    register: &Register,
    location: &LocationId,
    kind: Inventory,
    on: Date,
) -> Result<Outcome, Refusal> {
    if !register.locations().contains_key(location) {
        return Err(Refusal::UnknownLocation(location.clone()));
    }
    match (kind, register.last_inventory(location)) {
        (Inventory::Initial, Some(_)) => {
            return Err(Refusal::InitialInventoryTaken(location.clone()));
        }
        (Inventory::Biennial, None) => {
            return Err(Refusal::NoInitialInventory(location.clone()));
        }
        (Inventory::Initial, None) | (Inventory::Biennial, Some(_)) => {}
    }
    let held = holdings(register, location);
    for row in &held {
        if register.last_count(location, &row.lot) != Some(on) {
            let location = location.clone();
            return Err(Refusal::InventoryWithoutCount(location, row.lot.clone()));
        }
        super::not_frozen(register, &row.lot)?;
    }
    Ok(Outcome {
        moves: Vec::new(),
        follows: Some(Fact::Held(held)),
    })
}

/// What a cabinet holds, lot by lot.
fn holdings(register: &Register, location: &LocationId) -> Vec<Holding> {
    let here = Account::Cabinet(location.clone());
    let mut rows: BTreeMap<(DrugId, LotId), (u64, u64)> = BTreeMap::new();
    for life in register.vials().values() {
        let amount = life.balance.of(&here).get();
        let Some(lot) = register.lots().get(&life.lot).filter(|_| amount > 0) else {
            continue;
        };
        let row = rows
            .entry((lot.drug.clone(), life.lot.clone()))
            .or_default();
        *row = (row.0.saturating_add(1), row.1.saturating_add(amount));
    }
    rows.into_iter()
        .map(|((drug, lot), (vials, amount))| Holding {
            drug,
            lot,
            vials,
            amount: Micrograms::new(amount),
        })
        .collect()
}
