//! What comes in whole pieces is given in whole pieces: a nasal device, and of one that was begun whole sprays.
//!
//! The piece and its part are the protocol's own data. A piece without parts, such as a lozenge, is begun
//! and counted whole, and what of it was swallowed is not reckoned here.

use protocol::Protocol;
use record::chart::session::Session;
use record::quantity::Micrograms;

use super::Happening;
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;

/// The protocol a session follows.
fn followed<'a>(clinic: &'a Clinic, known: &KnownChart, session: &Session) -> Option<&'a Protocol> {
    let course = crate::act::course::find(known, session.course).ok()?;
    clinic.library().protocol(&course.protocol)
}

/// The part in which what was given of a session is told, where it comes in parts.
pub(crate) fn part(clinic: &Clinic, known: &KnownChart, session: &Session) -> Option<Micrograms> {
    let part = followed(clinic, known, session)?.piece_part?;
    Some(Micrograms::new(part.0))
}

/// So much of an amount as is whole parts of it: what one press can say was given when a dose ends early.
pub(crate) fn whole(amount: Micrograms, part: Option<Micrograms>) -> Micrograms {
    let rest = part.and_then(|part| amount.get().checked_rem(part.get()));
    Micrograms::new(amount.get().saturating_sub(rest.unwrap_or(0)))
}

/// Passes a dose of whole pieces, and an end after whole parts.
pub(super) fn check(
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    happening: &Happening,
) -> Result<(), Denied> {
    let Some(protocol) = followed(clinic, known, session) else {
        return Ok(());
    };
    let unit = |unit: protocol::dose::Micrograms| Micrograms::new(unit.0);
    let (field, amount, of, verb) = match happening {
        Happening::Start(start) => ("dose", start.dose, protocol.piece.map(unit), "is begun"),
        Happening::Stop(stop) => (
            "given",
            stop.given,
            protocol.piece_part.map(unit),
            "can have been given",
        ),
        Happening::Change(_)
        | Happening::Observe(_)
        | Happening::Adverse(_)
        | Happening::Intervene(_)
        | Happening::Recover(_)
        | Happening::Close(_) => return Ok(()),
    };
    let Some(of) = of.filter(|of| amount.get().checked_rem(of.get()) != Some(0)) else {
        return Ok(());
    };
    let below = whole(amount, Some(of));
    let above = Micrograms::new(below.get().saturating_add(of.get()));
    Err(Denied::invalid(
        field,
        format!(
            "No {amount} {verb} of what comes in whole parts of {of}: enter {below} or {above}, as the devices show"
        ),
    ))
}
