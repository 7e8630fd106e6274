//! Notes, addenda and the safety plan.

use record::fact::care::{NoteAddended, NoteKind, NoteSigned, SafetyPlanWritten};
use record::ids::{NoteId, PatientId, SessionId};
use record::words::{Line, Prose};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::Operation;

/// A note to be signed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What kind.
    pub kind: NoteKind,
    /// Its title.
    pub title: Line,
    /// Its words.
    pub text: Prose,
    /// The session it is of.
    pub session: Option<SessionId>,
}

/// Signs a note; from here it changes by addendum only.
///
/// The door above has asked for the signer's secret again before this is called.
///
/// # Errors
/// [`Denied::NotFound`] for a session that is not this patient's; [`Denied::Invalid`] for a session note
/// that names a part which nobody wrote.
pub fn sign(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    draft: Draft,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::SignNote, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if let Some(session) = draft.session {
        super::session::find(&known.chart, session)?;
        super::room::after::check_finished(draft.kind, &draft.text)?;
    }
    let text_hash = hexadecimal(&format!("{}\n{}", draft.title, draft.text));
    let fact = NoteSigned {
        note: NoteId::make(operation.now(), operation.chance),
        kind: draft.kind,
        title: draft.title,
        text: draft.text,
        session: draft.session,
        signed_name: operation.actor.name.clone(),
        meaning: Line::clipped("I wrote this and it is so"),
        text_hash: Line::clipped(&text_hash),
    };
    clinic.record(operation, role, patient, None, &[fact.into()])
}

/// Adds to a signed note.
///
/// # Errors
/// [`Denied::NotFound`] for a note that is not this patient's.
pub fn addend(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    note: NoteId,
    text: Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::SignNote, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if !known
        .chart
        .all::<NoteSigned>()
        .any(|(_, signed)| signed.note == note)
    {
        return Err(Denied::NotFound);
    }
    let fact = NoteAddended {
        note,
        text,
        signed_name: operation.actor.name.clone(),
    };
    clinic.record(operation, role, patient, None, &[fact.into()])
}

/// Writes a safety plan with the patient.
///
/// # Errors
/// [`Denied::Invalid`] for a plan with nothing in it.
pub fn plan_safety(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    plan: SafetyPlanWritten,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::PlanSafety, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    if plan.steps.iter().all(|step| step.lines.is_empty()) {
        return Err(Denied::invalid("steps", "Write at least one line"));
    }
    clinic.record(operation, role, patient, None, &[plan.into()])
}
