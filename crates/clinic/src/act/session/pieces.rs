//! What comes in whole pieces is given in whole pieces: a nasal device, and of one that was begun whole sprays.
//!
//! Where the protocol says how long after one the next is given, each is its own press and has its own
//! time: the first goes in with the start, and one more is never counted by the clock alone.
//!
//! The piece and its part are the protocol's own data. A piece without parts, such as a lozenge, is begun
//! and counted whole, and what of it was swallowed is not reckoned here.

use jiff::{SignedDuration, Timestamp};
use protocol::Protocol;
use record::chart::session::Session;
use record::fact::session::{DoseChange, DoseChanged};
use record::quantity::Micrograms;

use super::Happening;
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;

/// The protocol a session follows.
fn followed<'a>(clinic: &'a Clinic, known: &KnownChart, session: &Session) -> Option<&'a Protocol> {
    let course = crate::act::course::find(known, session.course).ok()?;
    clinic.library().protocol(&course.protocol)
}

/// A dose that goes in device by device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Devices {
    /// How many the dose is.
    pub n_ordered: u64,
    /// How many were given.
    pub n_given: u64,
    /// What is in with one more.
    pub with_next: Micrograms,
    /// From when the next may be given; `None` once all are, or the dose has ended.
    pub next_from: Option<Timestamp>,
    /// How many minutes after one the next is given.
    pub minutes_apart: u64,
}

/// How far a dose of devices has gone; `None` where the dose does not go in so.
pub fn devices(clinic: &Clinic, known: &KnownChart, session: &Session) -> Option<Devices> {
    let protocol = followed(clinic, known, session)?;
    let started = session.started?;
    let apart = protocol.piece_apart?;
    let each = protocol.piece?.0;
    let mut changes = session.changes.iter();
    let last = changes.rfind(|change| change.change == DoseChange::Piece)?;
    let given = last.given_so_far?;
    let is_open = session.stopped.is_none() && given < started.dose;
    let wait = SignedDuration::from_mins(i64::try_from(apart.0).unwrap_or(i64::MAX / 60));
    Some(Devices {
        n_ordered: started.dose.get().checked_div(each)?,
        n_given: given.get().checked_div(each)?,
        with_next: Micrograms::new(given.get().saturating_add(each)).min(started.dose),
        next_from: last.at.checked_add(wait).ok().filter(|_| is_open),
        minutes_apart: apart.0,
    })
}

/// How many devices a dose is, where each is its own press.
pub fn n_devices(
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    dose: Micrograms,
) -> Option<u64> {
    let protocol = followed(clinic, known, session)?;
    protocol.piece_apart?;
    dose.get().checked_div(protocol.piece?.0)
}

/// The first device, which goes in as the dose starts; nothing where it does not go in by devices.
pub(super) fn first(
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    happening: &Happening,
) -> Option<DoseChanged> {
    let Happening::Start(start) = happening else {
        return None;
    };
    let protocol = followed(clinic, known, session)?;
    protocol.piece_apart?;
    let each = Micrograms::new(protocol.piece?.0);
    (start.minutes.get() == 0).then(|| DoseChanged {
        session: session.id,
        change: DoseChange::Piece,
        given_so_far: Some(each.min(start.dose)),
        reason: None,
        rate: None,
    })
}

/// Passes one more device: there is one, and the time since the one before is over or somebody says why
/// it was given sooner. A second tap is no second device.
fn check_next(
    (clinic, known, session): (&Clinic, &KnownChart, &Session),
    change: &DoseChanged,
    at: Timestamp,
) -> Result<(), Denied> {
    let Some(there) = devices(clinic, known, session) else {
        return Err(Denied::invalid(
            "session",
            "This dose does not go in by devices: change its rate, or end it",
        ));
    };
    let Some(from) = there.next_from else {
        let n = there.n_ordered;
        return Err(Denied::invalid(
            "session",
            format!("All {n} devices of this dose are charted as given: end the dose"),
        ));
    };
    if change.given_so_far != Some(there.with_next) {
        return Err(Denied::Stale);
    }
    if at >= from || change.reason.is_some() {
        return Ok(());
    }
    let (next, apart) = (there.n_given.saturating_add(1), there.minutes_apart);
    Err(Denied::invalid(
        "reason",
        format!(
            "Device {next} is given {apart} min after the one before, from {} on: wait, or say here why it was given sooner",
            clinic.zone().to_datetime(from).strftime("%H:%M")
        ),
    ))
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
    (happening, at): (&Happening, Timestamp),
) -> Result<(), Denied> {
    if let Happening::Change(change) = happening {
        return match (change.change, session.is_in_pieces()) {
            (DoseChange::Piece, _) => check_next((clinic, known, session), change, at),
            (DoseChange::Rate | DoseChange::Paused | DoseChange::Resumed, false) => Ok(()),
            (DoseChange::Rate | DoseChange::Paused | DoseChange::Resumed, true) => {
                Err(Denied::invalid(
                    "change",
                    "This dose goes in by devices and has no rate: chart the next device, or end the dose",
                ))
            }
        };
    }
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
    whole_of((field, amount), of, verb)
}

/// Passes a correction of what was given of one device, held to whole parts as the first entry was.
pub(crate) fn check_corrected(
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    (field, amount): (&'static str, Micrograms),
) -> Result<(), Denied> {
    let part = part(clinic, known, session);
    whole_of((field, amount), part, "can have been given")
}

fn whole_of(
    (field, amount): (&'static str, Micrograms),
    of: Option<Micrograms>,
    verb: &str,
) -> Result<(), Denied> {
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
