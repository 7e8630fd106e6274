//! Monitors whose readings are too old, or stopped coming, in a running session: an alarm of its own.

use jiff::{SignedDuration, Timestamp};
use record::Fact;
use record::chart::session::Session;
use record::fact::care::{AlertCause, AlertClosed, AlertRaised, Urgency};
use record::ids::{AlertId, Chance};
use record::words::{Line, Prose};

use super::watch::room;
use crate::act::device;
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::operation::Operation;

/// How the alarm over a monitor begins.
fn head(session: &Session, device: &str) -> String {
    format!("{}: {device} ", room(session))
}

/// The open alarm over a monitor of a session.
fn open(known: &KnownChart, head: &str) -> Option<AlertId> {
    let alerts = known.chart.alerts();
    let mut open = alerts.iter().filter(|alert| {
        alert.cause == AlertCause::Stale
            && alert.closed_at.is_none()
            && alert.sentence.starts_with(head)
    });
    open.next().map(|alert| alert.id)
}

/// What a reading that just came says of its monitor: one too old is an alarm, a current one ends it.
pub(crate) fn of_reading(
    (now, chance): (Timestamp, &mut dyn Chance),
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    (device, read_at): (&Line, Timestamp),
) -> Option<Fact> {
    let head = head(session, device.as_str());
    let there = open(known, &head);
    let is_stale = device::is_stale(read_at, now);
    match (is_stale, there) {
        (true, None) => {
            let age = minutes(read_at, now);
            let said = format!(
                "sent a reading that was {age} min old: no rule counts it. Read by hand, and look to its clock and its line"
            );
            Some(raised(
                (now, chance),
                clinic,
                session,
                &format!("{head}{said}"),
            ))
        }
        (false, Some(alert)) => Some(
            AlertClosed {
                alert,
                note: Prose::clipped("Closed by itself: a current reading came."),
            }
            .into(),
        ),
        (true, Some(_)) | (false, None) => None,
    }
}

/// The alarms over monitors that sent readings in a session and have been silent since.
///
/// # Errors
/// What the rows of the devices say when they cannot be read.
pub(super) fn silent(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
) -> Result<Vec<Fact>, Denied> {
    let now = operation.now();
    let limit = SignedDuration::from_mins(clinic.library().stale().device.silent_minutes);
    let mut last: Vec<(&Line, Timestamp)> = Vec::new();
    for (at, vitals) in &session.vitals {
        let Some(device) = &vitals.device else {
            continue;
        };
        match last.iter_mut().find(|(known, _)| *known == device) {
            Some((_, heard)) => *heard = (*heard).max(*at),
            None => last.push((device, *at)),
        }
    }
    last.retain(|(_, heard)| now.duration_since(*heard) > limit);
    if last.is_empty() || session.started.is_none() || session.closed_at.is_some() {
        return Ok(Vec::new());
    }
    // One that was carried to another room, or revoked, is not missed here.
    let devices = device::all(clinic)?;
    let is_here = |name: &Line| {
        devices.iter().any(|one| {
            one.revoked_at.is_none()
                && device::is_same(&one.name, name)
                && device::is_same(&one.room, &Line::clipped(&room(session)))
        })
    };
    let mut facts = Vec::new();
    for (device, heard) in last {
        let head = head(session, device.as_str());
        let clock = clinic.zone().to_datetime(heard);
        let tail = format!(
            "has been silent since {:02}:{:02}",
            clock.hour(),
            clock.minute()
        );
        // Settled by a person, it is not raised again for the same silence.
        let sentence = format!("{head}{tail}. Read by hand");
        let is_said = known
            .chart
            .all::<AlertRaised>()
            .filter(|(entry, _)| entry.occurred_at.0 >= session.opened_at)
            .any(|(_, one)| one.sentence.as_str() == sentence);
        if open(known, &head).is_none() && !is_said && is_here(device) {
            facts.push(raised(
                (now, &mut *operation.chance),
                clinic,
                session,
                &sentence,
            ));
        }
    }
    Ok(facts)
}

fn raised(
    (now, chance): (Timestamp, &mut dyn Chance),
    clinic: &Clinic,
    session: &Session,
    sentence: &str,
) -> Fact {
    let within = SignedDuration::from_mins(clinic.library().stale().device.minutes_to_act);
    AlertRaised {
        alert: AlertId::make(now, chance),
        course: Some(session.course),
        cause: AlertCause::Stale,
        urgency: Urgency::Watch,
        sentence: Line::clipped(sentence),
        due_at: now.saturating_add(within).unwrap_or(now),
    }
    .into()
}

fn minutes(from: Timestamp, until: Timestamp) -> i64 {
    until.duration_since(from).as_mins()
}
