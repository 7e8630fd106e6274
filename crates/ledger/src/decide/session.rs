//! A session: issuing, drawing, giving, wasting, putting back, closing its books.

use jiff::civil::Date;
use record::ids::{PersonId, SessionId};

use super::{Outcome, known, movement, not_frozen, open, said, something, stock};
use crate::account::Account;
use crate::ids::{LocationId, VialId};
use crate::line::{Dose, Waste};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::register::{Register, VialLife};

/// Passes a lot that may be used on the day.
fn usable(register: &Register, life: &VialLife, on: Date) -> Result<(), Refusal> {
    not_frozen(register, &life.lot)?;
    match register.lots().get(&life.lot) {
        Some(lot) if lot.expires < on => Err(Refusal::LotExpired(life.lot.clone(), lot.expires)),
        Some(_) => Ok(()),
        None => Err(Refusal::UnknownLot(life.lot.clone())),
    }
}

pub(super) fn issue(
    register: &Register,
    vial: &VialId,
    session: SessionId,
    on: Date,
) -> Result<Outcome, Refusal> {
    open(register, session)?;
    let life = known(register, vial)?;
    usable(register, life, on)?;
    let (from, amount) = stock::in_cabinet(life)?;
    stock::registered(register, &from, on)?;
    let (from, to) = (Account::Cabinet(from), Account::Vial(session));
    Ok(movement(vial, from, to, amount).into())
}

pub(super) fn draw(register: &Register, dose: &Dose, on: Date) -> Result<Outcome, Refusal> {
    something(dose.amount)?;
    open(register, dose.session)?;
    let life = known(register, &dose.vial)?;
    usable(register, life, on)?;
    let (from, to) = (Account::Vial(dose.session), Account::Syringe(dose.session));
    let held = life.balance.of(&from);
    if held.get() == 0 {
        return Err(Refusal::NotIssued(dose.vial.clone(), dose.session));
    }
    if held < dose.amount {
        let vial = dose.vial.clone();
        return Err(Refusal::DrawsMoreThanHeld(vial, dose.amount, held));
    }
    Ok(movement(&dose.vial, from, to, dose.amount).into())
}

/// What is drawn may be given though its lot was frozen meanwhile: the register writes what happened.
pub(super) fn give(register: &Register, dose: &Dose) -> Result<Outcome, Refusal> {
    something(dose.amount)?;
    open(register, dose.session)?;
    let from = Account::Syringe(dose.session);
    let drawn = known(register, &dose.vial)?.balance.of(&from);
    if drawn < dose.amount {
        let vial = dose.vial.clone();
        return Err(Refusal::GivesMoreThanDrawn(vial, dose.amount, drawn));
    }
    Ok(movement(&dose.vial, from, Account::Given, dose.amount).into())
}

/// A waste is written after the books are closed too, when a correction left something over.
pub(super) fn waste(register: &Register, waste: &Waste, by: PersonId) -> Result<Outcome, Refusal> {
    let dose = &waste.dose;
    something(dose.amount)?;
    said(&waste.method, "how it was wasted")?;
    witnessed(register, dose.session, (by, waste.giver), waste.witness)?;
    let from = waste.from.of(dose.session);
    let left = known(register, &dose.vial)?.balance.of(&from);
    if left < dose.amount {
        let vial = dose.vial.clone();
        return Err(Refusal::WastesMoreThanLeft(
            vial,
            dose.amount,
            left,
            waste.from,
        ));
    }
    Ok(movement(&dose.vial, from, Account::Wasted, dose.amount).into())
}

/// Passes a witness who is not the one who signs, nor the giver that is named, nor anybody who gave in
/// the session.
pub(super) fn witnessed(
    register: &Register,
    session: SessionId,
    (by, giver): (PersonId, PersonId),
    witness: PersonId,
) -> Result<(), Refusal> {
    if witness == by {
        return Err(Refusal::WitnessSigns);
    }
    if witness == giver || register.gave(session, witness) {
        return Err(Refusal::WitnessIsGiver);
    }
    Ok(())
}

pub(super) fn put_back(
    register: &Register,
    vial: &VialId,
    session: SessionId,
    to: &LocationId,
    policy: &Policy,
) -> Result<Outcome, Refusal> {
    // A vial has to go back somewhere, even where the registration has run out meanwhile.
    if !register.locations().contains_key(to) {
        return Err(Refusal::UnknownLocation(to.clone()));
    }
    let life = known(register, vial)?;
    let from = Account::Vial(session);
    let left = life.balance.of(&from);
    if left.get() == 0 {
        return Err(Refusal::NotIssued(vial.clone(), session));
    }
    if life.is_opened && !policy.opened_vials_return.allowed {
        return Err(Refusal::OpenedVialReturned(vial.clone()));
    }
    Ok(movement(vial, from, Account::Cabinet(to.clone()), left).into())
}

pub(super) fn close(register: &Register, session: SessionId) -> Result<Outcome, Refusal> {
    open(register, session)?;
    if !register.session_is_settled(session) {
        return Err(Refusal::SessionUnsettled(session, register.in_use(session)));
    }
    Ok(Outcome::default())
}
