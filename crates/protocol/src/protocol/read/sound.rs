//! What must hold across the tables of a protocol file.

use super::Places;
use crate::document::{Document, Table};
use crate::dose::{Dose, Grams, Micrograms};
use crate::input::Kind;
use crate::protocol::{Cadence, Known, Protocol, Route, Session};

/// A day in minutes: what is charted further from a dose belongs to another day.
const DAY_MINUTES: i64 = 1_440;

/// What must hold across the tables of one file.
pub(super) fn whole(
    file: &mut Document<'_>,
    protocol: &Protocol,
    places: &Places,
    known: &Known<'_>,
) {
    if protocol.stay_min.0 == 0 {
        let instead = "write for example stay_min = \"120 min\"";
        file.fault(0, "stay_min is missing".into(), instead.into());
    }
    if protocol.piece_apart.is_some() && protocol.piece.is_none() {
        let instead = "write piece = \"28 mg\" too, or leave piece_apart out";
        let wrong = "piece_apart is written and piece is not";
        file.fault(0, wrong.into(), instead.into());
    }
    if protocol.sessions.is_empty() {
        let wrong = "the protocol has no session".to_owned();
        file.fault(0, wrong, "add [[session]]".into());
    }
    numbered(
        file,
        "session",
        protocol.sessions.iter().map(|one| one.number),
        &places.sessions,
    );
    numbered(
        file,
        "therapy",
        protocol.therapy.iter().map(|one| one.number),
        &places.therapy,
    );
    let mut before: Option<&Session> = None;
    for (session, at) in protocol.sessions.iter().zip(&places.sessions) {
        if let Some(one) = before.filter(|one| session.day <= one.day) {
            let (number, first) = (session.number, one.number);
            let wrong = format!("session {number} is not later than session {first}");
            let instead = "give each session a later day than the one before";
            file.fault(*at, wrong, instead.into());
        }
        before = Some(session);
        given(file, protocol, (session, *at), known);
    }
    for (talk, at) in protocol.therapy.iter().zip(&places.therapy) {
        let beside = talk.beside_session;
        if beside.is_some_and(|number| protocol.session(number).is_none()) {
            let number = talk.number;
            let wrong = format!("therapy {number} is beside a session that is not there");
            file.fault(*at, wrong, "name one of the sessions above".into());
        }
    }
}

/// Tables count 1, 2, 3 in the order they stand; the first that does not is told.
fn numbered(
    file: &mut Document<'_>,
    what: &str,
    numbers: impl Iterator<Item = u16>,
    places: &[usize],
) {
    let mut placed = (1_u16..).zip(numbers).zip(places);
    if let Some(((wanted, number), at)) = placed.find(|((wanted, number), _)| wanted != number) {
        let wrong = format!("{what} {number} stands where number {wanted} belongs");
        file.fault(
            *at,
            wrong,
            "number them 1, 2, 3 in the order they stand".into(),
        );
    }
}

/// What one session gives: within the cap, within the stay, and into a vein only over a time.
fn given(
    file: &mut Document<'_>,
    protocol: &Protocol,
    (session, at): (&Session, usize),
    known: &Known<'_>,
) {
    let (number, cap) = (session.number, protocol.cap.amount);
    let fixed = session.steps.iter().filter_map(|step| match step.dose {
        Dose::Fixed(amount) => Some(amount.0),
        Dose::PerKilogram(_) => None,
    });
    let sum = fixed.fold(0, u64::saturating_add);
    let least = lightest(known).map_or(sum, |grams| {
        let by_weight = session.steps.iter().filter_map(|step| match step.dose {
            Dose::PerKilogram(dose) => Some(dose.0.saturating_mul(grams.0).div_euclid(1_000)),
            Dose::Fixed(_) => None,
        });
        by_weight.fold(sum, u64::saturating_add)
    });
    if sum > cap.0 {
        let wrong = format!(
            "session {number} gives {} and max_dose is {cap}",
            Micrograms(sum)
        );
        file.fault(at, wrong, "lower the dose or raise max_dose".into());
    } else if least > cap.0
        && let Some(grams) = lightest(known)
    {
        let least = Micrograms(least);
        let wrong = format!(
            "session {number} gives {least} even to somebody of {grams}, and max_dose is {cap}"
        );
        file.fault(at, wrong, "lower the dose or raise max_dose".into());
    }
    let is_in_no_time = session.steps.iter().any(|step| step.over.0 == 0);
    if session.route == Route::Iv && is_in_no_time {
        let wrong = format!("session {number} runs into a vein in no time");
        file.fault(
            at,
            wrong,
            "write over how long, for example over = \"40 min\"".into(),
        );
    }
    let minutes = session.minutes();
    if protocol.stay_min.0 > 0 && minutes > protocol.stay_min {
        let stay = protocol.stay_min;
        let wrong = format!("session {number} runs for {minutes} and stay_min is {stay}");
        file.fault(at, wrong, "shorten it, or lengthen stay_min".into());
    }
}

/// The lightest person the dictionary thinks there may be.
fn lightest(known: &Known<'_>) -> Option<Grams> {
    let Kind::Quantity { plausible, .. } = &known.inputs?.input("weight").ok()?.kind else {
        return None;
    };
    Grams::from_quantity((*plausible)?.0)
}

/// What is charted beside a dose is charted within a day of it.
pub(super) fn minutes(file: &mut Document<'_>, table: &Table<'_>, cadence: &Cadence) {
    if cadence
        .at
        .iter()
        .any(|at| !(-DAY_MINUTES..=DAY_MINUTES).contains(at))
    {
        let wrong = format!("{} is due more than a day from the dose", table.name);
        let instead = "write minutes from its start, for example at = [-10, 0, 40]";
        file.fault(table.start(), wrong, instead.into());
    }
}
