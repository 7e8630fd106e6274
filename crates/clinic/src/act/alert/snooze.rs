//! Putting an alert off: within the clinic's bound, a few times, with a reason.

use jiff::Timestamp;
use record::fact::care::{AlertOwned, AlertSnoozed};
use record::ids::{AlertId, PatientId};
use record::words::Line;

use super::open_alert;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// Puts an alert off until a moment. Who puts off what nobody has takes it in the same append.
///
/// # Errors
/// [`Denied::Invalid`] where it is closed, another has it, the moment is past or further than the clinic
/// allows, or it was put off often enough.
pub fn snooze(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    alert: AlertId,
    until: Timestamp,
    reason: Line,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::SnoozeAlert, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let by = operation.actor.person().ok_or(Denied::Forbidden {
        act: Act::SnoozeAlert,
    })?;
    let known = clinic.chart(patient)?;
    let there = open_alert(&known, alert)?;
    if let Some((owner, name)) = &there.owner
        && *owner != by
    {
        return Err(Denied::invalid(
            "minutes",
            format!("{name} has this alert: take it first, and put it off as yours"),
        ));
    }
    let now = operation.now();
    let most = clinic.library().policy().snooze_most(there.urgency);
    if until <= now || until.duration_since(now) > most {
        return Err(Denied::invalid(
            "minutes",
            format!(
                "An alert that says {} can be put off by {} hours at the most, from now",
                there.urgency.label().to_lowercase(),
                most.as_hours()
            ),
        ));
    }
    let times = there.snoozed.as_ref().map_or(0, |snoozed| snoozed.times);
    if times >= clinic.library().alerts().snooze.times_at_most {
        return Err(Denied::invalid(
            "minutes",
            format!("It was put off {times} times already: settle it, or let its clock hand it on"),
        ));
    }
    let by_name = operation.actor.name.clone();
    let mut facts = Vec::new();
    if there.owner.is_none() {
        facts.push(
            AlertOwned {
                alert,
                owner: by,
                owner_name: by_name.clone(),
            }
            .into(),
        );
    }
    facts.push(
        AlertSnoozed {
            alert,
            until,
            reason,
            by_name,
        }
        .into(),
    );
    clinic.record(operation, role, patient, Some(known.version), &facts)
}
