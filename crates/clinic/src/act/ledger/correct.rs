//! Correcting a line of the register: a later line that points back, never a change of the earlier one.
//!
//! What was given stands in the register and in the patient's chart. Both are corrected here, in one
//! append; a correction on the chart alone that would make them differ is refused.

use ledger::{Account, Act as Deed, Correction, Fact as Said, Line, LineId, VialId};
use record::Fact;
use record::fact::care::Amended;
use record::fact::session::DoseStopped;
use record::ids::{PatientId, SessionId};
use record::quantity::Micrograms;
use record::words::Line as Words;

use super::{check_second, decided, permission, session, signer};
use crate::act::room::before::Second;
use crate::authority::{Act, authorise};
use crate::clinic::stock::Lines;
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// A correction as it is told.
#[derive(Clone, Debug)]
pub struct Correcting {
    /// The line.
    pub of: LineId,
    /// The vial in it.
    pub vial: VialId,
    /// What it should have said; nought strikes it.
    pub amount: Micrograms,
    /// Why.
    pub why: Words,
}

/// Corrects the amount of an earlier line, and with it what the chart says was given.
///
/// # Errors
/// [`Denied::Invalid`] with the register's own sentence where it may not be, where a running dose
/// needs what is drawn, or where so much of a nasal device cannot have been given.
pub fn correct(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    asked: Correcting,
    second: Option<&Second>,
) -> Result<Written, Denied> {
    let why = asked.why.clone();
    let deed = Deed::Correct(Correction {
        of: asked.of.clone(),
        vial: asked.vial,
        amount: asked.amount,
        why: asked.why.to_string(),
        witness: second.map(Second::person),
    });
    let act = permission(&deed);
    let role = authorise(operation, act, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    check_second(&deed, second)?;
    let _held = clinic.hold_stock();
    let by = signer(operation, act)?;
    let lines = decided(operation, clinic, (by, None), deed)?;
    let about = about(clinic, &asked.of);
    let Some((patient, of_session, is_give)) = about else {
        return clinic.record_stock(operation, role, &Lines::of(None, lines));
    };
    let known = clinic.chart(patient)?;
    let there = crate::act::session::find(&known.chart, of_session)?;
    session::check_running(clinic, &there, &lines)?;
    if !is_give {
        return clinic.record_stock(operation, role, &Lines::of(Some(patient), lines));
    }
    authorise(operation, Act::Correct, Some(patient))?;
    crate::act::session::pieces::check_corrected(clinic, &known, &there, ("amount", asked.amount))?;
    let mut stops = known.chart.all::<DoseStopped>();
    let stop = stops.rfind(|(_, stop)| stop.session == of_session);
    let (entry, stop) = stop.ok_or(Denied::NotFound)?;
    let given = given_after(stop.given, &lines);
    if let Some(started) = there.started
        && given > started.dose
    {
        let sentence = format!(
            "With this, {given} was given, more than the {} that was started: check the amount",
            started.dose
        );
        return Err(Denied::invalid("amount", sentence));
    }
    let replacement = DoseStopped {
        given,
        ..stop.clone()
    };
    let amended: Fact = Amended {
        entry: entry.number,
        reason: why,
        replacement: Box::new(replacement.into()),
    }
    .into();
    let lines = Lines::of(Some(patient), lines);
    let expected = Some(known.version);
    clinic.record_with_stock(operation, role, patient, expected, (&[amended], &lines))
}

/// Whose session a line is about, and whether it says that drug was given.
fn about(clinic: &Clinic, of: &LineId) -> Option<(PatientId, SessionId, bool)> {
    let stock = clinic.stock();
    let line = &stock.register.posting(of)?.line;
    let mut moves = line.moves.iter();
    let session = moves.find_map(|made| made.from.session().or_else(|| made.to.session()))?;
    let patient = *stock.patients.get(&session)?;
    let is_give = matches!(line.fact, Said::Done(Deed::Give(_)));
    Some((patient, session, is_give))
}

fn given_after(before: Micrograms, lines: &[Line]) -> Micrograms {
    let moves = lines.iter().flat_map(|line| &line.moves);
    let given = moves.fold(before.get(), |given, made| {
        let amount = made.amount.get();
        match (&made.from, &made.to) {
            (Account::Given, _) => given.saturating_sub(amount),
            (_, Account::Given) => given.saturating_add(amount),
            (_, _) => given,
        }
    });
    Micrograms::new(given)
}

/// Passes a correction on the chart that leaves what was given as the register says.
pub(crate) fn check_chart(
    clinic: &Clinic,
    entry: &Fact,
    replacement: Option<&Fact>,
) -> Result<(), Denied> {
    let (session, is_kept) = match (entry, replacement) {
        (Fact::DoseStopped(stop), Some(Fact::DoseStopped(now))) => (
            stop.session,
            stop.given == now.given && stop.session == now.session,
        ),
        (Fact::DoseStopped(stop), _) => (stop.session, false),
        (Fact::DoseStarted(start), Some(Fact::DoseStarted(now))) => {
            (start.session, start.session == now.session)
        }
        (Fact::DoseStarted(start), _) => (start.session, false),
        (Fact::SessionOpened(opened), None) => (opened.session, false),
        (_, _) => return Ok(()),
    };
    let is_in_register = clinic.stock().register.use_of(session).is_some();
    if is_kept || !is_in_register {
        return Ok(());
    }
    Err(Denied::invalid(
        "entry",
        "This stands in the register of controlled substances too: correct the line there, and the chart follows",
    ))
}
