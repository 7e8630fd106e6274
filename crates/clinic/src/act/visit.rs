//! Visits: booking, arriving, moving, missing, holding, cancelling.

use jiff::{SignedDuration, Timestamp};
use record::Fact;
use record::chart::visit::{Visit, VisitState};
use record::fact::visit::{PatientArrived, VisitBooked, VisitCancelled, VisitHeld, VisitMissed};
use record::ids::{PatientId, VisitId};
use record::words::Line;

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// Refuses a time that has passed, is years away, or a length no visit has.
pub(crate) fn check_time(
    operation: &Operation<'_>,
    clinic: &Clinic,
    starts_at: Timestamp,
    minutes: u32,
) -> Result<(), Denied> {
    let mut faults = Vec::new();
    let now = operation.now();
    let earliest = now
        .saturating_sub(SignedDuration::from_mins(5))
        .unwrap_or(now);
    let latest = now
        .saturating_add(SignedDuration::from_hours(24 * 730))
        .unwrap_or(now);
    if starts_at < earliest {
        faults.push(FieldFault::new(
            "starts_at",
            "This time has passed: choose one to come",
        ));
    }
    if starts_at > latest {
        faults.push(FieldFault::new(
            "starts_at",
            "This is more than two years away: check the year",
        ));
    }
    let most = clinic.library().policy().visit_minutes_most;
    if minutes == 0 || minutes > most {
        let sentence = format!("Enter from 1 to {most} minutes");
        faults.push(FieldFault::new("minutes", sentence));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Denied::Invalid(faults))
    }
}

/// Refuses a room that is taken at the time.
pub(crate) fn check_room(
    clinic: &Clinic,
    except: Option<VisitId>,
    room: Option<&Line>,
    starts_at: Timestamp,
    minutes: u32,
) -> Result<(), Denied> {
    let Some(room) = room else { return Ok(()) };
    let length = SignedDuration::from_mins(i64::from(minutes));
    let ends_at = starts_at.saturating_add(length).unwrap_or(starts_at);
    // Whatever may still be under way then began at most the longest visit before.
    let longest = clinic.library().policy().visit_minutes_most;
    let longest = SignedDuration::from_mins(i64::from(longest));
    let board = clinic.board();
    let from = starts_at.saturating_sub(longest).unwrap_or(starts_at);
    let taken = board.visits_between(from, ends_at).find(|(_, _, visit)| {
        let until = visit
            .starts_at
            .saturating_add(SignedDuration::from_mins(i64::from(visit.minutes)))
            .unwrap_or(visit.starts_at);
        Some(visit.id) != except
            && matches!(visit.state, VisitState::Booked | VisitState::Arrived)
            && visit.room.as_deref() == Some(room.as_str())
            && until > starts_at
    });
    match taken {
        Some((_, _, visit)) => Err(Denied::invalid(
            "room",
            format!(
                "{room} is taken then by {}: choose another room or time",
                visit.title
            ),
        )),
        None => Ok(()),
    }
}

/// Refuses a time at which the patient, or who is to see them, is in another visit.
pub(crate) fn check_people(
    clinic: &Clinic,
    (patient, with): (PatientId, Option<&str>),
    except: &[VisitId],
    starts_at: Timestamp,
    minutes: u32,
) -> Result<(), Denied> {
    let until = crate::calendar::ends(starts_at, minutes);
    for other in crate::calendar::taken(clinic, starts_at, until, except) {
        if other.patient == patient {
            return Err(Denied::invalid(
                "starts_at",
                format!(
                    "The patient is in {} then: choose another time",
                    other.title
                ),
            ));
        }
        if with.is_some() && other.with.as_deref() == with {
            return Err(Denied::invalid(
                "with",
                format!(
                    "{} is in another visit then: name someone else or choose another time",
                    with.unwrap_or_default()
                ),
            ));
        }
    }
    Ok(())
}

/// Books visits as one thing: all of them or none.
///
/// # Errors
/// [`Denied::Invalid`] for a time or length that cannot be, or a room that is taken.
pub fn book(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    bookings: Vec<VisitBooked>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::KeepCalendar, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if bookings.is_empty() {
        return Err(Denied::invalid("starts_at", "There is nothing to book"));
    }
    check_rooms_within(&bookings)?;
    let _calendar = clinic.hold_calendar();
    for booking in &bookings {
        check_time(operation, clinic, booking.starts_at, booking.minutes)?;
        check_room(
            clinic,
            None,
            booking.room.as_ref(),
            booking.starts_at,
            booking.minutes,
        )?;
        let with = booking.with.as_ref().map(Line::as_str);
        let (starts_at, minutes) = (booking.starts_at, booking.minutes);
        check_people(clinic, (patient, with), &[], starts_at, minutes)?;
    }
    let facts: Vec<Fact> = bookings.into_iter().map(Fact::from).collect();
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// Refuses bookings that take the same room at the same time from one another.
fn check_rooms_within(bookings: &[VisitBooked]) -> Result<(), Denied> {
    let end = |booking: &VisitBooked| {
        let length = SignedDuration::from_mins(i64::from(booking.minutes));
        booking
            .starts_at
            .saturating_add(length)
            .unwrap_or(booking.starts_at)
    };
    for (number, one) in bookings.iter().enumerate() {
        let meets = |other: &&VisitBooked| {
            other.room.is_some()
                && other.room == one.room
                && other.starts_at < end(one)
                && one.starts_at < end(other)
        };
        if let Some(other) = bookings.iter().skip(number + 1).find(meets) {
            return Err(Denied::invalid(
                "room",
                format!(
                    "{} and {} meet in one room: choose another for one",
                    one.title, other.title
                ),
            ));
        }
    }
    Ok(())
}

/// What is to become of a visit; how it comes to another time stands in `plan::turn`, since a plan goes
/// with its visits.
#[derive(Clone, Debug)]
pub enum Turn {
    /// The patient is here.
    Arrive,
    /// It was missed.
    Miss {
        /// What is known of why.
        reason: Option<Line>,
    },
    /// It was held.
    Hold {
        /// What it came to.
        summary: Option<Line>,
    },
    /// It is off the calendar.
    Cancel {
        /// Why.
        reason: Line,
    },
}

/// Records what became of a visit.
///
/// # Errors
/// [`Denied::NotFound`] for a visit that is not this patient's; [`Denied::Invalid`] for one that was
/// held, missed or cancelled already, is said to be missed before it began, or held before its day.
pub fn turn(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    visit: VisitId,
    turn: Turn,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::KeepCalendar, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = find(&known, visit)?;
    if !matches!(there.state, VisitState::Booked | VisitState::Arrived) {
        return Err(Denied::invalid(
            "visit",
            "This visit is over: correct its entry on the chart if it was recorded wrongly",
        ));
    }
    let _calendar = clinic.hold_calendar();
    let fact: Fact = match turn {
        Turn::Arrive => PatientArrived { visit }.into(),
        Turn::Miss { reason } => {
            if there.starts_at > operation.now() {
                return Err(Denied::invalid(
                    "visit",
                    "This visit has not begun: move or cancel it",
                ));
            }
            VisitMissed { visit, reason }.into()
        }
        Turn::Hold { .. }
            if clinic.zone_today(there.starts_at) > clinic.zone_today(operation.now()) =>
        {
            return Err(Denied::invalid(
                "visit",
                "This visit is on a day to come: move it to the day it was held",
            ));
        }
        Turn::Hold { summary } => VisitHeld { visit, summary }.into(),
        Turn::Cancel { reason } => VisitCancelled { visit, reason }.into(),
    };
    clinic.record(operation, role, patient, Some(known.version), &[fact])
}

fn find(known: &KnownChart, visit: VisitId) -> Result<Visit, Denied> {
    known
        .chart
        .visits()
        .into_iter()
        .find(|there| there.id == visit)
        .ok_or(Denied::NotFound)
}
