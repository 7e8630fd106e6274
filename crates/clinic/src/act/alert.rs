//! Alerts: raised, taken, put off, handed on, closed.

use jiff::{SignedDuration, Timestamp};
use record::Fact;
use record::chart::alert::Alert;
use record::fact::care::{AlertCause, AlertClosed, AlertOwned, AlertRaised, Urgency};
use record::ids::{AlertId, Chance, PatientId};
use record::words::{Line, Prose};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::Denied;
use crate::operation::Operation;
use crate::policy::Policy;

pub mod hand_on;
pub mod snooze;

/// An alert's fact, with its clock set as the clinic's policy says.
pub(crate) fn raised(
    now: Timestamp,
    chance: &mut dyn Chance,
    policy: &Policy,
    known: &KnownChart,
    cause: AlertCause,
    urgency: Urgency,
    sentence: &str,
) -> Fact {
    let wait = policy.to_act(urgency);
    AlertRaised {
        alert: AlertId::make(now, chance),
        course: known.chart.course().map(|course| course.id),
        cause,
        urgency,
        sentence: Line::clipped(sentence),
        due_at: now.saturating_add(wait).unwrap_or(now),
    }
    .into()
}

/// Raises an alert by hand; its clock is the clinic's policy.
///
/// # Errors
/// What [`Clinic::chart`] says.
pub fn raise(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    cause: AlertCause,
    urgency: Urgency,
    sentence: &Line,
) -> Result<Written, Denied> {
    let within = clinic.library().policy().to_act(urgency);
    raise_within(
        operation,
        clinic,
        patient,
        (cause, urgency, within),
        sentence,
    )
}

/// Raises an alert with a clock of its own.
pub(crate) fn raise_within(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    (cause, urgency, within): (AlertCause, Urgency, SignedDuration),
    sentence: &Line,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RaiseAlert, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let now = operation.occurred().0;
    let fact = AlertRaised {
        alert: AlertId::make(now, operation.chance),
        course: known.chart.course().map(|course| course.id),
        cause,
        urgency,
        sentence: sentence.clone(),
        due_at: now.saturating_add(within).unwrap_or(now),
    };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Takes an alert: from here it has an owner.
///
/// # Errors
/// [`Denied::Invalid`] where it is closed; [`Denied::Forbidden`] for one who does not work here.
pub fn own(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    alert: AlertId,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::HandleAlert, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let owner = operation.actor.person().ok_or(Denied::Forbidden {
        act: Act::HandleAlert,
    })?;
    let known = clinic.chart(patient)?;
    open_alert(&known, alert)?;
    let fact = AlertOwned {
        alert,
        owner,
        owner_name: operation.actor.name.clone(),
    };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Closes an alert with what came of it.
///
/// # Errors
/// [`Denied::Invalid`] where it is closed already.
pub fn close(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    alert: AlertId,
    note: Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::HandleAlert, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    open_alert(&known, alert)?;
    let fact = AlertClosed { alert, note };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

pub(crate) fn open_alert(known: &KnownChart, alert: AlertId) -> Result<Alert, Denied> {
    let there = known
        .chart
        .alerts()
        .into_iter()
        .find(|there| there.id == alert)
        .ok_or(Denied::NotFound)?;
    if there.closed_at.is_some() {
        return Err(Denied::invalid("note", "This alert is closed already"));
    }
    Ok(there)
}
