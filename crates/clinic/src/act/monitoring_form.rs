//! The monitoring form of an esketamine session: a view of the session's facts, due within seven days.
//!
//! Sending it stays a person's act; that it was sent, when, by whom and under which reference is an entry.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use record::calendar::civil_day;
use record::chart::session::Session;
use record::fact::care::{AlertCause, AlertClosed, AlertRaised, Urgency};
use record::fact::room::MonitoringFormSent;
use record::fact::session::Watched;
use record::ids::{AlertId, PatientId, SessionId};
use record::words::{Line, Prose};
use record::{Chart, Entry, EntryNumber, Fact};

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

/// Something the form shows that was charted or corrected after the form was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since<'a> {
    /// The entry that came later: a late entry, or a correction.
    pub entry: &'a Entry,
    /// What it corrects, as that was first made; none for a late entry.
    pub corrects: Option<&'a Entry>,
}

/// What of a session came or changed since its form was sent, in the order it was recorded: the paper
/// that was sent does not have it. Nothing where no form was sent.
pub fn since_sent<'a>(clinic: &Clinic, chart: &'a Chart, session: SessionId) -> Vec<Since<'a>> {
    let Some((form, said)) = sent(chart, session) else {
        return Vec::new();
    };
    let zone = clinic.zone();
    // What was charted on the day of sending and before it was recorded as sent may be on the paper.
    let is_later = |entry: &Entry| {
        entry.number > form.number || civil_day(entry.recorded_at.0, &zone) > said.sent_on
    };
    let all = chart.entries().iter().filter(|entry| is_later(entry));
    all.filter_map(|entry| {
        let first = first_made(chart, entry)?;
        let is_of = is_on_form(&first.fact, session);
        let is_correction = first.number != entry.number;
        is_of.then_some(Since {
            entry,
            corrects: is_correction.then_some(first),
        })
    })
    .collect()
}

/// The entry a correction is about in the end, or the entry itself.
fn first_made<'a>(chart: &'a Chart, entry: &'a Entry) -> Option<&'a Entry> {
    let mut first = entry;
    // A correction only ever points backwards, so this ends.
    while let Some(target) = corrected(&first.fact).filter(|target| *target < first.number) {
        first = chart.entry(target)?;
    }
    Some(first)
}

fn corrected(fact: &Fact) -> Option<EntryNumber> {
    if let Fact::Amended(one) = fact {
        return Some(one.entry);
    }
    if let Fact::EnteredInError(one) = fact {
        return Some(one.entry);
    }
    None
}

/// Whether a fact is one the form of a session is made from.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the form is a view of these kinds; every other kind is not on it"
)]
fn is_on_form(fact: &Fact, session: SessionId) -> bool {
    match fact {
        Fact::VitalsObserved(one) => one.session == Some(session),
        Fact::ObservationMade(one) => {
            let is_shown = matches!(one.watched, Watched::Sedation | Watched::Dissociation);
            is_shown && one.session == session
        }
        Fact::AdverseNoted(one) => one.session == Some(session),
        Fact::DoseStarted(one) => one.session == session,
        Fact::DoseChanged(one) => one.session == session,
        Fact::DoseStopped(one) => one.session == session,
        Fact::SessionClosed(one) => one.session == session,
        _ => false,
    }
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
