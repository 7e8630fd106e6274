//! The monitoring form of an esketamine session: a view of the session's facts, due within seven days.
//!
//! Sending it stays a person's act; that it was sent, when, by whom and under which reference is an entry.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use record::calendar::civil_day;
use record::chart::session::Session;
use record::fact::care::{AlertCause, AlertClosed, AlertRaised, Urgency};
use record::fact::room::MonitoringFormSent;
use record::ids::{AlertId, PatientId, SessionId};
use record::words::{Line, Prose};
use record::{Chart, Fact};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// The drug whose sessions have such a form.
pub(super) const DRUG: &str = "esketamine";
/// Within how many days of the session the form is sent, by the drug's programme (read at the source).
pub const DAYS: i64 = 7;

/// Whether a session has a monitoring form: its course's protocol gives esketamine.
pub fn has_form(clinic: &Clinic, chart: &Chart, session: &Session) -> bool {
    let courses = chart.courses();
    let course = courses.iter().find(|course| course.id == session.course);
    course
        .and_then(|course| clinic.library().protocol(&course.protocol))
        .is_some_and(|protocol| protocol.substance == DRUG)
}

/// The last day on which the form may be sent; `None` while no drug was given.
pub fn due_on(clinic: &Clinic, session: &Session) -> Option<Date> {
    let started = session.started?;
    let day = civil_day(started.at, &clinic.zone());
    day.checked_add(DAYS.days()).ok()
}

/// The form as it was sent, the last one that stands.
pub fn sent(chart: &Chart, session: SessionId) -> Option<(&record::Entry, &MonitoringFormSent)> {
    chart
        .all::<MonitoringFormSent>()
        .rfind(|(_, one)| one.session == session)
}

fn head(session: &Session) -> String {
    format!("Esketamine monitoring form of session {}", session.number)
}

/// The alert that starts the seven days when a session closes; none where no form is due.
pub(crate) fn clock(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    chart: &Chart,
    session: &Session,
) -> Option<Fact> {
    if !has_form(clinic, chart, session) {
        return None;
    }
    let due = due_on(clinic, session)?;
    // The alert rings a day before the last one, so that there is a working day left.
    let rings = due.checked_sub(1.day()).unwrap_or(due);
    let due_at = clinic
        .zone()
        .to_timestamp(rings.at(12, 0, 0, 0))
        .unwrap_or_else(|_| operation.now());
    Some(
        AlertRaised {
            alert: AlertId::make(operation.now(), operation.chance),
            course: Some(session.course),
            cause: AlertCause::Person,
            urgency: Urgency::Watch,
            sentence: Line::clipped(&format!("{}: send it by {due}", head(session))),
            due_at: due_at.max(
                operation
                    .now()
                    .saturating_add(SignedDuration::from_mins(1))
                    .unwrap_or(due_at),
            ),
        }
        .into(),
    )
}

/// Records that somebody sent the form; the alert that waited for it is settled by the same append.
///
/// # Errors
/// [`Denied::Invalid`] where the session has no such form, gave no drug, or the day cannot be;
/// [`Denied::NotFound`] for a session that is not this patient's.
pub fn record_sent(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    (on, reference): (Date, Line),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::SendMonitoringForm, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = super::session::find(&known.chart, session)?;
    if !has_form(clinic, &known.chart, &there) {
        return Err(Denied::invalid(
            "session",
            "Only a session of esketamine has a monitoring form",
        ));
    }
    let Some(started) = there.started else {
        return Err(Denied::invalid(
            "session",
            "No drug was given in this session, so there is no form to send",
        ));
    };
    let zone = clinic.zone();
    let day_given = civil_day(started.at, &zone);
    if on < day_given || on > civil_day(operation.now(), &zone) {
        return Err(Denied::invalid(
            "sent_on",
            "The form was sent between the day of the session and today: check the date",
        ));
    }
    let mut facts: Vec<Fact> = vec![
        MonitoringFormSent {
            session,
            sent_on: on,
            reference: reference.clone(),
            sent_by: operation.actor.name.clone(),
        }
        .into(),
    ];
    let start = head(&there);
    let alerts = known.chart.alerts();
    for alert in alerts.iter().filter(|alert| alert.closed_at.is_none()) {
        if alert.sentence.starts_with(&start) {
            facts.push(
                AlertClosed {
                    alert: alert.id,
                    note: Prose::clipped(&format!("The form was sent on {on}: {reference}")),
                }
                .into(),
            );
        }
    }
    clinic.record(operation, role, patient, Some(known.version), &facts)
}
