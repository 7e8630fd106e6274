//! Check-ins that were begun and never sent: what was said is written down all the same.
//!
//! A phone that is put away in the middle of a check-in leaves answers in the row of its link, where
//! nobody sees them. So with the first answer the row is marked, in the same write, with when it is to be
//! looked at: when its day is over where the patient lives, or an hour after the last answer where that
//! is later or where something in it needs a person, and never later than the link's end. The watch takes
//! the marks that have come, and writes each check-in as it stands, what was left open as not answered.
//! It has the command of the check-in itself, so it is written once, whoever ends it and however often.
//! Use is somebody's task from the moment it was said, as danger is, which sends the check-in at once.

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use journal::RimRow;
use record::fact::care::AlertCause;
use record::words::{Door, Line};

use super::lock::{Link as _, keep, read};
use super::{Kept, Left, comes_to, course_of, send_as};
use crate::act::marks::{self, mark};
use crate::act::{alert, check_in};
use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::due::Zones;
use crate::operation::{Actor, Operation};

/// How long one that could not be written waits until it is tried again.
const TRIED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Keeps the row of a check-in under way, marked for the watch, and tells somebody of use at once.
pub(super) fn keep_begun(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    substance: &str,
) -> Result<(), Denied> {
    tell_of_use(operation, clinic, key, kept, substance)?;
    let due = due(clinic, kept, substance);
    if kept.answers.is_empty() || kept.marked.is_some_and(|marked| marked <= due) {
        return keep(clinic, key, kept);
    }
    keep_marked(clinic, key, kept, due)
}

/// Use is told before the row is kept: of the two writes, it is the one that must not be lost.
fn tell_of_use(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    substance: &str,
) -> Result<(), Denied> {
    let answered = comes_to(clinic, kept, substance, &kept.answers);
    let concerns = check_in::concerns(&answered, clinic.library().policy());
    let fresh = concerns
        .into_iter()
        .find(|(cause, _, _)| *cause == AlertCause::UseReported && !kept.told.contains(cause));
    let Some((cause, urgency, sentence)) = fresh else {
        return Ok(());
    };
    if check_in::is_told_of(&clinic.chart(kept.patient)?.chart, cause, &sentence) {
        kept.told.push(cause);
        return Ok(());
    }
    let command = crate::digest::command(&format!("{key} {}", cause.code()));
    let mut system =
        Operation::new(Actor::system(Door::Link), operation.clock, operation.chance).under(command);
    let sentence = Line::clipped(&sentence);
    alert::raise(&mut system, clinic, kept.patient, cause, urgency, &sentence)?;
    kept.told.push(cause);
    Ok(())
}

/// When a check-in that goes no further is written down as it stands.
fn due(clinic: &Clinic, kept: &Kept, substance: &str) -> Timestamp {
    let life = &clinic.library().check_in().link;
    let last = kept.last_at.unwrap_or(kept.made_at);
    let put_away = last
        .saturating_add(SignedDuration::from_mins(life.pass_minutes))
        .unwrap_or(last);
    let answered = comes_to(clinic, kept, substance, &kept.answers);
    let needs_somebody = !check_in::concerns(&answered, clinic.library().policy()).is_empty();
    let day_over = if needs_somebody {
        put_away
    } else {
        let board = clinic.board();
        let mut zones = Zones::of(board.house.zone());
        let zone = board
            .line(kept.patient)
            .map_or_else(|| board.house.zone(), |line| zones.theirs(line));
        let next_day = kept.day.saturating_add(1.day());
        zone.to_timestamp(next_day.at(0, 0, 0, 0))
            .unwrap_or(put_away)
    };
    day_over.max(put_away).min(kept.lock.expires_at.max(last))
}

/// Writes down every check-in that was begun and left, whose time has come; gives how many.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn look(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<usize, Denied> {
    authorise(operation, Act::RaiseAlert, None)?;
    let now = operation.now();
    marks::take(clinic, Kept::SPACE, now, |key| {
        end(operation, clinic, key, now)
    })
}

/// Writes one down as it stands, where it was left; says whether it did.
fn end(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    now: Timestamp,
) -> Result<bool, Denied> {
    let _held = clinic.hold_link(key);
    let Some(mut kept) = read::<Kept>(clinic, key)? else {
        return Ok(false);
    };
    if kept.sent.is_some() || kept.answers.is_empty() {
        return Ok(false);
    }
    let substance = match course_of(clinic, &kept) {
        Ok(Some((substance, _))) => substance,
        // The record was erased: nothing that was said stays anywhere.
        Ok(None) | Err(Denied::NotFound) => {
            clinic.journal().rim_remove(Kept::SPACE, key)?;
            return Ok(false);
        }
        Err(other) => return Err(other),
    };
    let due = due(clinic, &kept, &substance);
    if due > now {
        keep_marked(clinic, key, &mut kept, due)?;
        return Ok(false);
    }
    let questions = clinic.library().check_in();
    let used = super::answers::yes_or_no(kept.answers.get("used"));
    let asked = questions.asked(kept.is_quiet, &substance, used);
    let left = Left {
        answered: asked
            .iter()
            .filter(|question| kept.answers.contains_key(&question.id))
            .count(),
        of: asked.len(),
    };
    let before = check_in::Known {
        told: kept.told.clone(),
        is_left: true,
    };
    let last = Some(kept.last_at.unwrap_or(kept.made_at));
    let written = send_as(
        operation,
        clinic,
        key,
        (&mut kept, &substance),
        last,
        (before, Some(left)),
    );
    match written {
        Ok(()) => Ok(true),
        Err(
            Denied::Stale
            | Denied::Invalid(_)
            | Denied::Refused(_)
            | Denied::NotFound
            | Denied::Forbidden { .. },
        ) => {
            let later = now.saturating_add(TRIED_AGAIN_AFTER).unwrap_or(now);
            kept.sent = None;
            keep_marked(clinic, key, &mut kept, later)?;
            Ok(false)
        }
        Err(other) => Err(other),
    }
}

/// Keeps a row and, in the same write, that the watch looks at it at `at`.
fn keep_marked(clinic: &Clinic, key: &str, kept: &mut Kept, at: Timestamp) -> Result<(), Denied> {
    kept.marked = Some(at);
    let row = RimRow {
        key: key.to_owned(),
        value: serde_json::to_vec(kept)?,
        expires_at: kept.swept_at(),
    };
    let rows = [row, mark(at, key)];
    Ok(clinic.journal().rim_put_all(Kept::SPACE, &rows)?)
}
