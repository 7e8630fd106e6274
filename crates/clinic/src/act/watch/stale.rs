//! Results that are too old to go by: one alarm a person, that closes when what it names has come in.

use protocol::contact::stale::TooOld;
use record::fact::care::{AlertCause, AlertClosed};
use record::ids::{AlertId, PatientId};
use record::words::Prose;

use super::Found;
use crate::act::alert::open_alert;
use crate::act::instrument::draft;
use crate::authority::{Act, authorise};
use crate::board::follow::LeftLine;
use crate::board::line::{AlertLine, PatientLine};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::due::{Calendar, Zones};
use crate::operation::Operation;

/// How the alarm over results begins; one over a monitor begins with its room.
const OUT_OF_DATE: &str = "Out of date: ";

/// An open alarm over results.
fn is_of_results(alert: &AlertLine) -> bool {
    alert.cause == AlertCause::Stale && alert.sentence.starts_with(OUT_OF_DATE)
}

/// The alarm over what is too old of one person, where there is none open. It is named by each result
/// and by how many limits have passed, so that one closed without a result comes again, later.
pub(super) fn found(
    clinic: &Clinic,
    patient: PatientId,
    line: &PatientLine,
    too_old: &[TooOld<'_>],
) -> Option<Found> {
    let mut open = line.alerts.iter().filter(|alert| alert.closed_at.is_none());
    if too_old.is_empty() || open.any(is_of_results) {
        return None;
    }
    let day_zero = line.course.as_ref()?.day_zero?;
    let named: Vec<String> = too_old
        .iter()
        .map(|one| {
            let limits = one.days / one.limit.days_at_most;
            let never = if one.is_never { "never " } else { "" };
            format!("{} {never}{limits}", one.item.id)
        })
        .collect();
    let said: Vec<String> = too_old.iter().map(TooOld::said).collect();
    Some(Found {
        patient,
        cause: AlertCause::Stale,
        hours: clinic.library().stale().alarm.hours_to_act,
        named: format!("stale on {day_zero}: {}", named.join(", ")),
        sentence: format!("{OUT_OF_DATE}{}", said.join("; ")),
    })
}

/// Closes each alarm whose results have all come in, each over a monitor of a session that is over, and
/// each over a questionnaire that was given since it was left.
pub(super) fn close_what_came_in(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
) -> Result<(), Denied> {
    let role = authorise(operation, Act::HandleAlert, None)?;
    for (patient, alert, note) in settled(clinic, operation.now()) {
        let command = crate::digest::command(&format!("{alert} came in"));
        let closing = Operation::new(
            operation.actor.clone(),
            operation.clock,
            &mut *operation.chance,
        )
        .under(command);
        if clinic.first_answer(&closing, Some(patient))?.is_some() {
            continue;
        }
        let known = clinic.chart(patient)?;
        match open_alert(&known, alert) {
            Ok(_) => {}
            Err(Denied::Invalid(_)) => continue,
            Err(other) => return Err(other),
        }
        let fact = AlertClosed {
            alert,
            note: Prose::clipped(note),
        };
        let version = Some(known.version);
        match clinic.record(&closing, role, patient, version, &[fact.into()]) {
            // Somebody wrote at this very moment: the next look sees what.
            Ok(_) | Err(Denied::Stale) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Open alarms over what is out of date, or half done, no more.
fn settled(clinic: &Clinic, now: jiff::Timestamp) -> Vec<(PatientId, AlertId, &'static str)> {
    let board = clinic.board();
    let calendar = Calendar::of(clinic.library());
    let mut zones = Zones::of(board.house.zone());
    let mut settled = Vec::new();
    for (patient, line, alert) in board.open_alerts() {
        if alert.cause == AlertCause::HalfDone {
            let mut left = line.follow.left.iter();
            let is_of = |one: &LeftLine| {
                let title = draft::title(clinic, &one.instrument);
                alert.sentence.starts_with(&draft::begins(title))
            };
            if !left.any(is_of) {
                let note = "Closed by itself: the questionnaire was given.";
                settled.push((patient, alert.id, note));
            }
            continue;
        }
        if alert.cause != AlertCause::Stale {
            continue;
        }
        if is_of_results(alert) {
            // Of one whose course is paused or over nobody knows anything new: a person settles it.
            let today = calendar.today(line, now, &mut zones);
            if today.is_some_and(|today| calendar.too_old(line, &today).is_empty()) {
                let note = "Closed by itself: everything it named has come in since.";
                settled.push((patient, alert.id, note));
            }
        } else if line
            .session
            .as_ref()
            .is_none_or(|session| session.closed_at.is_some())
        {
            let note = "Closed by itself: the session is over.";
            settled.push((patient, alert.id, note));
        }
    }
    settled
}
