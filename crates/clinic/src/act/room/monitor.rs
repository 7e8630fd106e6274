//! Monitors whose readings are too old, or stopped coming, in a running session: an alarm of its own.

use jiff::{SignedDuration, Timestamp};
use record::chart::session::Session;
use record::fact::care::{AlertCause, AlertClosed, AlertRaised, Urgency};
use record::fact::observation::VitalsObserved;
use record::ids::{AlertId, Chance};
use record::words::{Door, Line, Prose};
use record::{Chart, Entry, Fact};

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

/// A monitor of a running session by whose last reading nobody may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfDate {
    /// What it is called.
    pub device: Line,
    /// When its last reading was taken.
    pub read_at: Timestamp,
    /// When that came, where it was too old by then; none where it counted and none has come since.
    pub came_at: Option<Timestamp>,
}

/// The monitors by whose last reading nobody may go at a moment: it was too old when it came, or the
/// monitor has been silent for too long since. One that was carried away or revoked is not missed.
///
/// # Errors
/// What the rows of the devices say when they cannot be read.
pub fn out_of_date(
    clinic: &Clinic,
    chart: &Chart,
    session: &Session,
    now: Timestamp,
) -> Result<Vec<OutOfDate>, Denied> {
    let limit = SignedDuration::from_mins(clinic.library().stale().device.silent_minutes);
    let mut last: Vec<(&Line, &Entry)> = Vec::new();
    for (entry, vitals) in chart.all::<VitalsObserved>() {
        let Some(device) = &vitals.device else {
            continue;
        };
        if vitals.session != Some(session.id) || entry.author.door != Door::Device {
            continue;
        }
        match last.iter_mut().find(|(known, _)| *known == device) {
            Some((_, newest)) if newest.occurred_at <= entry.occurred_at => *newest = entry,
            Some(_) => {}
            None => last.push((device, entry)),
        }
    }
    let is_running = session.started.is_some();
    let is_silent = |since: Timestamp| is_running && now.duration_since(since) > limit;
    last.retain(|(_, entry)| !device::counts(entry) || is_silent(entry.occurred_at.0));
    if last.is_empty() || session.closed_at.is_some() {
        return Ok(Vec::new());
    }
    let here = Line::clipped(&room(session));
    let devices = device::all(clinic)?;
    let is_here = |name: &Line| {
        devices.iter().any(|one| {
            let is_in_use = one.revoked_at.is_none();
            is_in_use && device::is_same(&one.name, name) && device::is_same(&one.room, &here)
        })
    };
    last.retain(|(device, _)| is_here(device));
    let said = last.into_iter().map(|(device, entry)| OutOfDate {
        device: device.clone(),
        read_at: entry.occurred_at.0,
        came_at: (!device::counts(entry)).then_some(entry.recorded_at.0),
    });
    Ok(said.collect())
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
    if session.started.is_none() || session.closed_at.is_some() {
        return Ok(Vec::new());
    }
    let limit = SignedDuration::from_mins(clinic.library().stale().device.silent_minutes);
    let mut facts = Vec::new();
    for one in out_of_date(clinic, &known.chart, session, now)? {
        // One that sends old readings has its own alarm, and is silent only once it sends none.
        let heard_at = one.came_at.unwrap_or(one.read_at);
        if now.duration_since(heard_at) <= limit {
            continue;
        }
        let head = head(session, one.device.as_str());
        let clock = clinic.zone().to_datetime(heard_at);
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
        if open(known, &head).is_none() && !is_said {
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
