//! Consents: signed over a text and its hash, withdrawn in the patient's own time.

use jiff::ToSpan as _;
use record::calendar::civil_day;
use record::fact::decision::{ConsentSigned, ConsentWithdrawn};
use record::ids::{ConsentId, CourseId, PatientId};
use record::words::{Line, Prose};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// What a patient signs.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The course.
    pub course: CourseId,
    /// The text, by identifier.
    pub text: String,
    /// The hash of the text as it was shown.
    pub shown_hash: String,
    /// The name as they typed it.
    pub signed_name: Line,
}

/// Signs a consent.
///
/// # Errors
/// [`Denied::Invalid`] for a text that changed since it was shown, or is signed and in force already.
pub fn sign(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    signature: Signature,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Consent, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    super::session::check_told_time(operation)?;
    super::course::find(&known, signature.course)?;
    let text = clinic
        .library()
        .consent(&signature.text)
        .ok_or_else(|| Denied::invalid("text", "This clinic has no consent of that name"))?;
    if text.hash() != signature.shown_hash {
        return Err(Denied::invalid(
            "text",
            "The text changed since it was shown: read it again before signing",
        ));
    }
    let today = civil_day(operation.occurred().0, &clinic.zone());
    let in_force = known.chart.consents_on(signature.course, today);
    if in_force.iter().any(|(_, consent)| {
        consent.text.as_str() == text.id && consent.text_version == text.version
    }) {
        return Err(Denied::invalid(
            "text",
            "This consent is signed and in force",
        ));
    }
    let fact = ConsentSigned {
        consent: ConsentId::make(operation.now(), operation.chance),
        course: signature.course,
        text: Line::clipped(&text.id),
        text_version: text.version,
        text_hash: Line::clipped(&signature.shown_hash),
        signed_name: signature.signed_name,
        meaning: Line::clipped("I have read this, I may ask, and I agree"),
        expires: Some(today.saturating_add(i32::from(text.months).months())),
    };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Withdraws a consent.
///
/// # Errors
/// [`Denied::NotFound`] for a consent that is not this patient's or was withdrawn already.
pub fn withdraw(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    consent: ConsentId,
    reason: Option<Prose>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Consent, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let is_signed = known
        .chart
        .all::<ConsentSigned>()
        .any(|(_, fact)| fact.consent == consent);
    let is_gone = known
        .chart
        .all::<ConsentWithdrawn>()
        .any(|(_, fact)| fact.consent == consent);
    if !is_signed || is_gone {
        return Err(Denied::NotFound);
    }
    let fact = ConsentWithdrawn { consent, reason };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}
