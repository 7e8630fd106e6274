//! The register of controlled substances: every act upon the stock, decided by `ledger` and signed by a
//! person.
//!
//! Each act is one append. What happens in a patient's session is in [`session`]; what else happens to
//! the stock is here. Where a second person is asked for, that person proves who they are at this
//! moment, with their own pass phrase, and is not the one who signs.

pub mod access;
pub mod correct;
pub mod session;

use jiff::civil::Date;
use ledger::{Act as Deed, Command, CommandId, Policy, Refusal as Stop};
use record::calendar::civil_day;
use record::ids::PersonId;

use crate::act::room::before::Second;
use crate::answers::SENT_ALREADY;
use crate::authority::{Act, authorise};
use crate::clinic::stock::Lines;
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// Which permission an act upon the stock needs.
pub const fn permission(deed: &Deed) -> Act {
    match deed {
        Deed::Receive(_)
        | Deed::Move { .. }
        | Deed::Lose(_)
        | Deed::Count(_)
        | Deed::Explain { .. }
        | Deed::Correct(_) => Act::HandleStock,
        Deed::Issue { .. }
        | Deed::Draw(_)
        | Deed::Give(_)
        | Deed::Waste(_)
        | Deed::Return { .. }
        | Deed::CloseSession { .. } => Act::UseStock,
        Deed::Register(_)
        | Deed::Transfer { .. }
        | Deed::Destroy { .. }
        | Deed::CloseCase { .. }
        | Deed::TakeInventory { .. } => Act::SettleStock,
    }
}

/// Writes an act upon the stock that belongs to no session.
///
/// # Errors
/// [`Denied::Invalid`] with the register's own sentence where it may not be; [`Denied::Forbidden`] for a
/// role that may not do it, or for an act of a session, which is written through [`session`].
pub fn write(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    deed: Deed,
    second: Option<&Second>,
) -> Result<Written, Denied> {
    let act = permission(&deed);
    let role = authorise(operation, act, None)?;
    if act == Act::UseStock || matches!(deed, Deed::Correct(_)) || in_a_session(&deed) {
        return Err(Denied::Forbidden { act });
    }
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    check_second(&deed, second)?;
    let _held = clinic.hold_stock();
    let by = signer(operation, act)?;
    access::check_hands(clinic, by, &deed)?;
    if let Deed::Receive(receipt) = &deed {
        super::certificate::may_receive(clinic, &receipt.drug, day(operation, clinic))?;
    }
    super::certificate::may_transfer(clinic, &deed)?;
    let lines = Lines::of(None, decided(operation, clinic, (by, None), deed)?);
    clinic.record_stock(operation, role, &lines)
}

/// The command of this operation; `part` names one of several.
fn command_id(operation: &Operation<'_>, part: Option<&str>) -> CommandId {
    let own = operation.command.0;
    CommandId::new(part.map_or_else(|| own.to_string(), |part| format!("{own}.{part}")))
}

/// Whether a loss is said to be from a session.
const fn in_a_session(deed: &Deed) -> bool {
    matches!(deed, Deed::Lose(loss) if loss.from.session().is_some())
}

/// The person who signs: the program itself signs for no drug.
fn signer(operation: &Operation<'_>, act: Act) -> Result<PersonId, Denied> {
    let person = operation.actor.person();
    person.ok_or(Denied::Forbidden { act })
}

/// Passes an act that names nobody beside the one who signs, or names the person who proved it.
fn check_second(deed: &Deed, second: Option<&Second>) -> Result<(), Denied> {
    let named = match deed {
        Deed::Waste(waste) => Some(waste.witness),
        Deed::Destroy { second, .. } => Some(*second),
        Deed::Correct(said) => said.witness,
        Deed::Register(_)
        | Deed::Receive(_)
        | Deed::Move { .. }
        | Deed::Issue { .. }
        | Deed::Draw(_)
        | Deed::Give(_)
        | Deed::Return { .. }
        | Deed::Transfer { .. }
        | Deed::Lose(_)
        | Deed::Count(_)
        | Deed::Explain { .. }
        | Deed::CloseCase { .. }
        | Deed::TakeInventory { .. }
        | Deed::CloseSession { .. } => None,
    };
    if named.is_none() || named == second.map(Second::person) {
        return Ok(());
    }
    Err(Denied::invalid(
        "second_name",
        "This needs a second person: ask one to type their name and pass phrase",
    ))
}

/// The clinic's date of an operation.
fn day(operation: &Operation<'_>, clinic: &Clinic) -> Date {
    civil_day(operation.occurred().0, &clinic.zone())
}

/// A command of this operation; `part` names one of several.
fn command(
    operation: &Operation<'_>,
    clinic: &Clinic,
    (by, part): (PersonId, Option<&str>),
    deed: Deed,
) -> Command {
    Command {
        id: command_id(operation, part),
        at: operation.occurred().0,
        on: day(operation, clinic),
        by,
        act: deed,
    }
}

/// Decides over the register as it now stands.
fn decided(
    operation: &Operation<'_>,
    clinic: &Clinic,
    by: (PersonId, Option<&str>),
    deed: Deed,
) -> Result<Vec<ledger::Line>, Denied> {
    let command = command(operation, clinic, by, deed);
    let decided = ledger::decide(&clinic.stock().register, &command, policy(clinic));
    decided.map_err(|stop| denied(clinic, &stop))
}

/// The thresholds of the register.
pub const fn policy(clinic: &Clinic) -> &Policy {
    clinic.library().stock_policy()
}

/// The register's no as the answer of a form: its sentence, at the field it is about.
fn denied(clinic: &Clinic, stop: &Stop) -> Denied {
    let mut sentence = sentence(stop);
    // A line and a case go by their number in the register, as on the page.
    if let Some(id) = line_of(stop) {
        let number = clinic.stock().numbers.get(id).copied();
        let id = id.to_string();
        sentence = number.map_or_else(
            || sentence.clone(),
            |number| sentence.replace(&id, &number.to_string()),
        );
    }
    Denied::invalid(field(stop), sentence)
}

/// The line or the case a refusal names.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these refusals name a line or a case"
)]
const fn line_of(stop: &Stop) -> Option<&ledger::LineId> {
    match stop {
        Stop::LotFrozen(_, id)
        | Stop::UnknownCase(id)
        | Stop::CaseClosed(id)
        | Stop::CaseUnexplained(id)
        | Stop::CaseCountedOnce(id)
        | Stop::UnknownLine(id, _)
        | Stop::NotCorrectable(id)
        | Stop::NothingToCorrect(id, _)
        | Stop::CorrectionImpossible(id, _) => Some(id),
        _ => None,
    }
}

/// What the register says, for a person who looks at one session.
fn sentence(stop: &Stop) -> String {
    let text = if let Stop::NotIssued(vial, _) = stop {
        format!("vial {vial} is not issued to this session, or nothing is left in it: issue a vial")
    } else if let Stop::SessionClosed(_) = stop {
        "the books of this session are closed: correct an earlier line".to_owned()
    } else if let Stop::SessionUnsettled(_, amount) = stop {
        format!("{amount} of this session is not accounted for: waste, put back or report it")
    } else if let Stop::IdUsedForAnotherAct(_) = stop {
        // Also of a form first sent before a restart, which only the register remembers.
        SENT_ALREADY.to_owned()
    } else {
        stop.to_string()
    };
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The field of the form a refusal is about.
fn field(stop: &Stop) -> &'static str {
    match stop {
        Stop::Unsaid(what) => match *what {
            "the registration number" | "the registration of who receives it" => "registration",
            "the supplier's name" => "supplier",
            "the supplier's registration" => "supplier_registration",
            "the invoice" => "invoice",
            "the list of vials" => "vials",
            "the name of who receives it" => "name",
            "the address of who receives it" => "address",
            "the clinic's own name" => "own_name",
            "the clinic's own address" => "own_address",
            "how it was wasted" | "the method" => "method",
            "what is known of the loss" => "circumstances",
            "the reason" => "why",
            _ => "text",
        },
        Stop::StrengthDiffers(..) => "strength",
        Stop::Nought
        | Stop::DrawsMoreThanHeld(..)
        | Stop::GivesMoreThanDrawn(..)
        | Stop::WastesMoreThanLeft(..)
        | Stop::LosesMoreThanThere(..)
        | Stop::NothingToCorrect(..)
        | Stop::CorrectionImpossible(..) => "amount",
        Stop::DateAhead(_) => "discovered",
        Stop::UnknownLocation(_)
        | Stop::RegistrationExpired(..)
        | Stop::AlreadyThere(..)
        | Stop::InitialInventoryTaken(_)
        | Stop::NoInitialInventory(_) => "location",
        Stop::LotDiffers(..) | Stop::UnknownLot(_) | Stop::InventoryWithoutCount(..) => "lot",
        Stop::VialReceivedBefore(_) | Stop::ImplausibleContent(..) => "vials",
        Stop::UnknownVial(_)
        | Stop::VialOfAnotherLot(..)
        | Stop::LotExpired(..)
        | Stop::LotFrozen(..)
        | Stop::NotInACabinet(_)
        | Stop::NotIssued(..)
        | Stop::OpenedVialReturned(_)
        | Stop::LostFromNowhere
        | Stop::OtherRegistration(_)
        | Stop::PassesOnTooMuch { .. }
        | Stop::FoundWhileInUse(_) => "vial",
        Stop::WitnessIsGiver | Stop::WitnessSigns | Stop::NoWitness | Stop::OnePersonForTwo => {
            "second_name"
        }
        Stop::UnknownCase(_)
        | Stop::CaseClosed(_)
        | Stop::CaseUnexplained(_)
        | Stop::CaseCountedOnce(_) => "case",
        Stop::IdUsedForAnotherAct(_)
        | Stop::SessionClosed(_)
        | Stop::SessionUnsettled(..)
        | Stop::UnknownLine(..)
        | Stop::NotCorrectable(_) => "session",
    }
}
