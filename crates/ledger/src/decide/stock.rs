//! The stock: receiving, moving, transferring, destroying, losing.

use std::collections::BTreeSet;

use jiff::civil::Date;
use record::ids::PersonId;
use record::quantity::Micrograms;

use super::{Outcome, known, movement, not_frozen, said, something};
use crate::account::{Account, Side};
use crate::distribution::share_with;
use crate::ids::{DrugId, LocationId, VialId};
use crate::line::{Loss, Purpose, Receipt, Registrant, Vial};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::register::{Register, VialLife};

/// Passes a location whose registration holds on the day.
pub(super) fn registered(
    register: &Register,
    location: &LocationId,
    on: Date,
) -> Result<(), Refusal> {
    let known = register.locations().get(location);
    let found = known.ok_or_else(|| Refusal::UnknownLocation(location.clone()))?;
    if found.expires < on {
        return Err(Refusal::RegistrationExpired(
            location.clone(),
            found.expires,
        ));
    }
    Ok(())
}

/// Passes a vial that stands in a cabinet, with where and how much.
pub(super) fn in_cabinet(life: &VialLife) -> Result<(LocationId, Micrograms), Refusal> {
    let found = life.cabinet();
    found
        .map(|(location, amount)| (location.clone(), amount))
        .ok_or_else(|| Refusal::NotInACabinet(life.vial.id.clone()))
}

pub(super) fn receive(
    register: &Register,
    receipt: &Receipt,
    on: Date,
    policy: &Policy,
) -> Result<Outcome, Refusal> {
    registered(register, &receipt.location, on)?;
    said(&receipt.supplier.name, "the supplier's name")?;
    said(
        &receipt.supplier.registration,
        "the supplier's registration",
    )?;
    said(&receipt.invoice, "the invoice")?;
    if let Some(lot) = register.lots().get(&receipt.lot)
        && (lot.drug != receipt.drug || lot.expires != receipt.expires)
    {
        let lot_id = receipt.lot.clone();
        return Err(Refusal::LotDiffers(lot_id, lot.drug.clone(), lot.expires));
    }
    if receipt.vials.is_empty() {
        return Err(Refusal::Unsaid("the list of vials"));
    }
    let mut seen = BTreeSet::new();
    for vial in &receipt.vials {
        if !seen.insert(&vial.id) || register.vials().contains_key(&vial.id) {
            return Err(Refusal::VialReceivedBefore(vial.id.clone()));
        }
        plausible(vial, vial.content, policy)?;
        same_strength(&receipt.drug, vial)?;
    }
    let cabinet = Account::Cabinet(receipt.location.clone());
    let vials = receipt.vials.iter();
    Ok(Outcome {
        moves: vials
            .map(|vial| movement(&vial.id, Account::Received, cabinet.clone(), vial.content))
            .collect(),
        follows: None,
    })
}

/// Passes a strength that is the one the drug's name says, where it says one: `ketamine 10 mg/mL`.
fn same_strength(drug: &DrugId, vial: &Vial) -> Result<(), Refusal> {
    let named = drug.as_str().to_lowercase();
    let mut words = named.split_whitespace().rev();
    let named = match (words.next(), words.next()) {
        (Some("mg/ml"), Some(number)) => Micrograms::parse(number).ok(),
        (_, _) => None,
    };
    if named.is_none_or(|named| named.get() == vial.strength) {
        return Ok(());
    }
    let entered = Micrograms::new(vial.strength).number();
    Err(Refusal::StrengthDiffers(drug.clone(), entered))
}

/// Passes a content a vial can hold.
pub(super) fn plausible(vial: &Vial, content: Micrograms, policy: &Policy) -> Result<(), Refusal> {
    let most = u64::from(policy.largest_vial.value);
    if content.get() == 0 || content.get() > most || vial.strength == 0 {
        return Err(Refusal::ImplausibleContent(vial.id.clone(), content));
    }
    Ok(())
}

pub(super) fn relocate(
    register: &Register,
    vial: &VialId,
    to: &LocationId,
    on: Date,
) -> Result<Outcome, Refusal> {
    let life = known(register, vial)?;
    registered(register, to, on)?;
    not_frozen(register, &life.lot)?;
    let (from, amount) = in_cabinet(life)?;
    if from == *to {
        return Err(Refusal::AlreadyThere(vial.clone(), from));
    }
    let (from, to) = (Account::Cabinet(from), Account::Cabinet(to.clone()));
    Ok(movement(vial, from, to, amount).into())
}

pub(super) fn transfer(
    register: &Register,
    vial: &VialId,
    (from, to, purpose): (Option<&Registrant>, &Registrant, Purpose),
    (on, policy): (Date, &Policy),
) -> Result<Outcome, Refusal> {
    said(&to.name, "the name of who receives it")?;
    said(&to.address, "the address of who receives it")?;
    said(&to.registration, "the registration of who receives it")?;
    let own = |part: fn(&Registrant) -> &String| from.map_or("", |own| part(own).as_str());
    said(own(|one| &one.name), "the clinic's own name")?;
    said(own(|one| &one.address), "the clinic's own address")?;
    let life = known(register, vial)?;
    not_frozen(register, &life.lot)?;
    let (place, amount) = in_cabinet(life)?;
    registered(register, &place, on)?;
    let as_registered = register.locations().get(&place);
    if as_registered.is_none_or(|known| known.registration != own(|one| &one.registration)) {
        return Err(Refusal::OtherRegistration(place));
    }
    match purpose {
        Purpose::Return => {}
        Purpose::Dispensing => {
            let percent = policy.distributed_share.value;
            let after = share_with(register, (vial, amount.get()), on, policy);
            if after.is_none_or(|share| share.is_over(percent)) {
                return Err(Refusal::PassesOnTooMuch { after, percent });
            }
        }
    }
    Ok(movement(vial, Account::Cabinet(place), Account::Transferred, amount).into())
}

pub(super) fn destroy(
    register: &Register,
    vial: &VialId,
    (first, second): (PersonId, PersonId),
    method: &str,
) -> Result<Outcome, Refusal> {
    if first == second {
        return Err(Refusal::OnePersonForTwo);
    }
    said(method, "the method")?;
    let life = known(register, vial)?;
    not_frozen(register, &life.lot)?;
    let (from, amount) = in_cabinet(life)?;
    Ok(movement(vial, Account::Cabinet(from), Account::Destroyed, amount).into())
}

pub(super) fn lose(register: &Register, loss: &Loss, on: Date) -> Result<Outcome, Refusal> {
    something(loss.amount)?;
    said(&loss.circumstances, "what is known of the loss")?;
    if loss.discovered > on {
        return Err(Refusal::DateAhead(loss.discovered));
    }
    if loss.from.side() != Side::OnHand {
        return Err(Refusal::LostFromNowhere);
    }
    let there = known(register, &loss.vial)?.balance.of(&loss.from);
    if there < loss.amount {
        let vial = loss.vial.clone();
        return Err(Refusal::LosesMoreThanThere(vial, loss.amount, there));
    }
    Ok(movement(&loss.vial, loss.from.clone(), Account::Lost, loss.amount).into())
}
