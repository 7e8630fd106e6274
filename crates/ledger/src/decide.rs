//! Whether an act is written, and as which lines.

mod review;
mod session;
mod stock;

use record::ids::SessionId;
use record::quantity::Micrograms;

use crate::account::{Account, Movement};
use crate::ids::{LineId, LotId, VialId};
use crate::line::{Act, Command, Fact, Line};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::register::{Register, VialLife};

/// What an act comes to: what it moves, and what follows from it.
#[derive(Default)]
struct Outcome {
    moves: Vec<Movement>,
    follows: Option<Fact>,
}

impl From<Movement> for Outcome {
    fn from(movement: Movement) -> Self {
        Self {
            moves: vec![movement],
            follows: None,
        }
    }
}

/// Decides over an act: the lines to append, or why nothing is written.
///
/// A command that was written before is answered with the lines it wrote then; applying those again
/// changes nothing.
///
/// # Errors
///
/// When the act may not be: the refusal says what is wrong and what to do.
pub fn decide(
    register: &Register,
    command: &Command,
    policy: &Policy,
) -> Result<Vec<Line>, Refusal> {
    let written = register.written_by(&command.id);
    if let Some(first) = written.first() {
        let is_the_same =
            first.by == command.by && matches!(&first.fact, Fact::Done(act) if *act == command.act);
        return if is_the_same {
            Ok(written)
        } else {
            Err(Refusal::IdUsedForAnotherAct(command.id.clone()))
        };
    }
    let outcome = outcome(register, command, policy)?;
    let line = |part, fact, moves| Line {
        id: LineId {
            command: command.id.clone(),
            part,
        },
        at: command.at,
        on: command.on,
        by: command.by,
        fact,
        moves,
    };
    let mut lines = vec![line(0, Fact::Done(command.act.clone()), outcome.moves)];
    lines.extend(outcome.follows.map(|fact| line(1, fact, Vec::new())));
    Ok(lines)
}

fn outcome(register: &Register, command: &Command, policy: &Policy) -> Result<Outcome, Refusal> {
    let on = command.on;
    match &command.act {
        Act::Register(location) => {
            said(&location.registration, "the registration number")?;
            Ok(Outcome::default())
        }
        Act::Receive(receipt) => stock::receive(register, receipt, on, policy),
        Act::Move { vial, to } => stock::relocate(register, vial, to, on),
        Act::Issue { vial, session } => session::issue(register, vial, *session, on),
        Act::Draw(dose) => session::draw(register, dose, on),
        Act::Give(dose) => session::give(register, dose),
        Act::Waste(waste) => session::waste(register, waste, command.by),
        Act::Return { vial, session, to } => {
            session::put_back(register, vial, *session, to, policy)
        }
        Act::Transfer {
            vial,
            to,
            from,
            purpose,
            certificate: _,
        } => stock::transfer(register, vial, (from.as_ref(), to, *purpose), (on, policy)),
        Act::Destroy {
            vial,
            second,
            method,
        } => stock::destroy(register, vial, (command.by, *second), method),
        Act::Lose(loss) => stock::lose(register, loss, on),
        Act::Count(count) => review::count(register, count),
        Act::Explain { case, text } => review::explain(register, case, text),
        Act::CloseCase { case } => review::close(register, case, policy),
        Act::Correct(said) => review::correct(register, said, command.by, policy),
        Act::TakeInventory { location, kind, .. } => {
            review::take_inventory(register, location, *kind, on)
        }
        Act::CloseSession { session } => session::close(register, *session),
    }
}

/// The vial, where the register knows it.
fn known<'a>(register: &'a Register, vial: &VialId) -> Result<&'a VialLife, Refusal> {
    register
        .vials()
        .get(vial)
        .ok_or_else(|| Refusal::UnknownVial(vial.clone()))
}

/// Passes a lot that no open case freezes.
fn not_frozen(register: &Register, lot: &LotId) -> Result<(), Refusal> {
    register.frozen_by(lot).map_or(Ok(()), |case| {
        Err(Refusal::LotFrozen(lot.clone(), case.clone()))
    })
}

/// Passes a session whose books are open.
fn open(register: &Register, session: SessionId) -> Result<(), Refusal> {
    if register.is_closed(session) {
        Err(Refusal::SessionClosed(session))
    } else {
        Ok(())
    }
}

/// Passes text that says something.
fn said(text: &str, what: &'static str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::Unsaid(what))
    } else {
        Ok(())
    }
}

/// Passes an amount that is something.
fn something(amount: Micrograms) -> Result<(), Refusal> {
    if amount.get() == 0 {
        Err(Refusal::Nought)
    } else {
        Ok(())
    }
}

/// A movement of a vial.
fn movement(vial: &VialId, from: Account, to: Account, amount: Micrograms) -> Movement {
    Movement {
        vial: vial.clone(),
        from,
        to,
        amount,
    }
}
