//! Handing on an alert nobody acted on by its clock: to the next person of the clinic's order.

use jiff::Timestamp;
use record::fact::care::{AlertHandedOn, Urgency};
use record::ids::{AlertId, PatientId, PersonId};
use record::words::{Line, Role};

use super::open_alert;
use crate::authority::{Act, authorise};
use crate::board::Board;
use crate::board::line::AlertLine;
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::operation::Operation;

/// An alert past its clock, and which step of the order comes now.
struct Overdue {
    patient: PatientId,
    alert: AlertId,
    step: u8,
    to: Role,
    person: Option<(PersonId, Line)>,
}

/// Hands on every alert past its clock; gives how many. Looked at again, none is handed on twice.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn hand_on(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<usize, Denied> {
    let role = authorise(operation, Act::HandOnAlert, None)?;
    let now = operation.now();
    let overdue = overdue(clinic, now);
    let within = clinic.library().policy().handed_on_within;
    let due_at = now.saturating_add(within).unwrap_or(now);
    let mut n_handed_on = 0;
    for one in overdue {
        let command = crate::digest::command(&format!("{} handed on, {}", one.alert, one.step));
        let handing = Operation::new(
            operation.actor.clone(),
            operation.clock,
            &mut *operation.chance,
        )
        .under(command);
        if clinic.first_answer(&handing, Some(one.patient))?.is_some() {
            continue;
        }
        let known = clinic.chart(one.patient)?;
        // Somebody may have settled it, or put it off, since the board was looked at.
        match open_alert(&known, one.alert) {
            Ok(there) if there.due_at < now => {}
            Ok(_) | Err(Denied::Invalid(_)) => continue,
            Err(other) => return Err(other),
        }
        let fact = AlertHandedOn {
            alert: one.alert,
            step: one.step,
            to: one.to,
            person: one.person,
            urgency: Urgency::ActNow,
            due_at,
        };
        let written = clinic.record(
            &handing,
            role,
            one.patient,
            Some(known.version),
            &[fact.into()],
        );
        match written {
            Ok(written) => n_handed_on += usize::from(!written.repeated),
            // Somebody wrote at this very moment: the next look sees what.
            Err(Denied::Stale) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(n_handed_on)
}

fn overdue(clinic: &Clinic, now: Timestamp) -> Vec<Overdue> {
    let board = clinic.board();
    let steps = &clinic.library().alerts().steps;
    let mut overdue = Vec::new();
    for (patient, _, alert) in board.open_alerts() {
        if alert.due_at >= now {
            continue;
        }
        let before = alert.handed_on.as_ref().map_or(0, |one| one.step);
        // After the last step it stays overdue, and says so: nobody is left to hand it to.
        let Some(step) = steps.get(usize::from(before)) else {
            continue;
        };
        let Some(to) = Role::from_code(&step.to) else {
            continue;
        };
        overdue.push(Overdue {
            patient,
            alert: alert.id,
            step: before.saturating_add(1),
            to,
            person: next_person(&board, alert, to),
        });
    }
    overdue
}

/// The first who works here in that role and has not had the alert before.
fn next_person(board: &Board, alert: &AlertLine, to: Role) -> Option<(PersonId, Line)> {
    let owner = alert.owner.as_ref().map(|(owner, _)| *owner);
    let before = alert
        .handed_on
        .as_ref()
        .and_then(|one| one.person.as_ref())
        .map(|(person, _)| *person);
    let mut there = board.people.iter().filter(|(id, staff)| {
        staff.is_here && staff.roles.contains(&to) && Some(**id) != owner && Some(**id) != before
    });
    there
        .next()
        .map(|(id, staff)| (*id, Line::clipped(&staff.name)))
}
