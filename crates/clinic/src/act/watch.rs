//! The watch over silence, missed visits, stale results and alerts past their clock: what nobody did
//! becomes somebody's task.
//!
//! The look is the same whenever it is taken, and each finding has a command made of what was found, so
//! however often and wherever the watch looks, across restarts too, one finding is one alert.

use jiff::{SignedDuration, Timestamp};
use record::calendar::{civil_day, days_between};
use record::chart::course::CourseState;
use record::chart::visit::VisitState;
use record::fact::care::{AlertCause, Urgency};
use record::ids::PatientId;
use record::words::Line;

mod stale;

use super::alert;
use crate::authority::{Act, authorise};
use crate::board::line::{PatientLine, VisitLine};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::due::{Calendar, Zones};
use crate::operation::Operation;

/// How far back a visit may lie and still be missed: what is older was never going to be looked at.
const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Something the watch found.
struct Found {
    patient: PatientId,
    cause: AlertCause,
    /// Hours in which somebody has to act.
    hours: i64,
    /// What makes it this finding and no other.
    named: String,
    sentence: String,
}

/// Looks at everybody on a course, and raises an alert for each silence, each visit nobody came to, and
/// each person of whom something is too old to go by; what has come in since closes its alarm. Sweeps away
/// what has outlived its time beside the journal: links that ended, and what was answered by them.
///
/// Gives how many alerts are new.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn look(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<usize, Denied> {
    authorise(operation, Act::RaiseAlert, None)?;
    // First what was said and never sent, so that nobody is called silent who said something.
    // What cannot be written there is said at the end: it must not hide the silence of anybody else.
    let unfinished = super::link::unfinished::look(operation, clinic);
    let half_done = super::instrument::draft::look(operation, clinic);
    let now = operation.now();
    let found = found(clinic, now);
    let mut n_raised = 0;
    for one in found {
        let command = crate::digest::command(&format!("{} {}", one.patient, one.named));
        let mut raising = Operation::new(
            operation.actor.clone(),
            operation.clock,
            &mut *operation.chance,
        )
        .under(command);
        let within = SignedDuration::from_hours(one.hours);
        let written = alert::raise_within(
            &mut raising,
            clinic,
            one.patient,
            (one.cause, Urgency::Watch, within),
            &Line::clipped(&one.sentence),
        );
        match written {
            Ok(written) => n_raised += usize::from(!written.repeated),
            // Somebody wrote at this very moment: the next look sees what.
            Err(Denied::Stale | Denied::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    stale::close_what_came_in(operation, clinic)?;
    // What nobody acted on goes to the next person, in the same look.
    alert::hand_on::hand_on(operation, clinic)?;
    clinic.journal().rim_sweep(now)?;
    unfinished?;
    half_done?;
    Ok(n_raised)
}

fn found(clinic: &Clinic, now: Timestamp) -> Vec<Found> {
    let board = clinic.board();
    let calendar = Calendar::of(clinic.library());
    let mut zones = Zones::of(board.house.zone());
    let mut found = Vec::new();
    for (patient, line) in board.lines() {
        if line.stage.state != Some(CourseState::Open) {
            continue;
        }
        found.extend(silence(clinic, *patient, line, now, &board.house.zone()));
        let today = calendar.today(line, now, &mut zones);
        let too_old = today.map_or_else(Vec::new, |today| calendar.too_old(line, &today));
        found.extend(stale::found(clinic, *patient, line, &too_old));
        let visits = line.visits.iter();
        found.extend(visits.filter_map(|visit| missed(clinic, *patient, visit, now)));
    }
    found
}

/// Silence of somebody within the days the cadence holds. It is named by the last word and by how many
/// stretches have passed since, so that one who stays silent after a closed alert is found again.
fn silence(
    clinic: &Clinic,
    patient: PatientId,
    line: &PatientLine,
    now: Timestamp,
    zone: &jiff::tz::TimeZone,
) -> Option<Found> {
    let cadence = clinic.library().cadence();
    let today = civil_day(now, zone);
    let day_zero = line.course.as_ref()?.day_zero?;
    let day = days_between(day_zero, today);
    if !(1..=cadence.days).contains(&day) {
        return None;
    }
    let begun = zone.to_timestamp(day_zero.at(0, 0, 0, 0)).ok()?;
    let word = line.last_word.map_or(begun, |word| word.max(begun));
    let silent = days_between(civil_day(word, zone), today);
    let is_open = line
        .alerts
        .iter()
        .any(|alert| alert.cause == AlertCause::Silence && alert.closed_at.is_none());
    if silent < cadence.silence.days || is_open {
        return None;
    }
    let stretches = silent / cadence.silence.days;
    let sentence = match line.last_word {
        Some(_) => format!("Silent for {silent} days, on day {day}"),
        None => format!("No word since the course began, on day {day}"),
    };
    Some(Found {
        patient,
        cause: AlertCause::Silence,
        hours: cadence.silence.hours_to_act,
        named: format!("silent since {word}, {stretches}"),
        sentence,
    })
}

/// A visit nobody came to and nobody said anything of.
fn missed(clinic: &Clinic, patient: PatientId, visit: &VisitLine, now: Timestamp) -> Option<Found> {
    let rule = &clinic.library().cadence().missed_visit;
    let waited = now.duration_since(visit.starts_at);
    let is_missed = visit.state == VisitState::Booked
        && waited > SignedDuration::from_mins(rule.minutes)
        && waited < LOOKS_BACK;
    is_missed.then(|| Found {
        patient,
        cause: AlertCause::VisitMissed,
        hours: rule.hours_to_act,
        named: format!("missed {} at {}", visit.id, visit.starts_at),
        sentence: format!("Nobody came to: {}", visit.title),
    })
}
