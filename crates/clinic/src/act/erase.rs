//! Erasing the record of somebody whom the clinic never treated.

use record::ids::{PatientId, PersonId};
use record::words::Line;

use super::confirm::Confirmed;
use super::{instrument, link, own, sign_in};
use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::{Denied, Refusal};
use crate::operation::Operation;

/// Destroys the key of a record that never came to a course, so that nobody can read it again.
///
/// Who erased it, when and why is an entry that stays; so do the places of what was erased. Links that
/// were sent, answers begun and not sent, and sign-ins of this person end with it, before the key does:
/// whatever stops this half way leaves a record that can be erased again, and no way in.
///
/// # Errors
/// [`Denied::Refused`] for a record with a course, which the law asks the clinic to keep;
/// [`Denied::Invalid`] for one that was erased before; [`Denied::NotFound`] where there is none, or
/// the pass phrase is another's.
pub fn record(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    reason: &Line,
    confirmed: &Confirmed,
) -> Result<(), Denied> {
    let role = authorise(operation, Act::Erase, Some(patient))?;
    if !confirmed.is(&operation.actor) {
        return Err(Denied::NotFound);
    }
    let known = clinic.chart(patient)?;
    if known.chart.is_erased() {
        return Err(Denied::invalid(
            "patient",
            "This record was erased before; nothing was changed",
        ));
    }
    if !known.chart.courses().is_empty() {
        return Err(Refusal {
            rule: "erase-without-course".to_owned(),
            sentence: "A course was opened here, and a record of treatment is kept as long as the \
                       law asks: only a record without a course can be erased"
                .to_owned(),
            inputs: vec![(
                "courses".to_owned(),
                known.chart.courses().len().to_string(),
            )],
            evidence: "clinic policy".to_owned(),
            may_override: None,
        }
        .into());
    }
    let _held = clinic.hold_all_links();
    link::end_all(clinic, patient)?;
    instrument::draft::forget(clinic, patient)?;
    own::forget(clinic, patient)?;
    for person in sign_ins_of(clinic, patient) {
        sign_in::forget(clinic, person)?;
        clinic.erase_person(operation, role, person, reason)?;
    }
    clinic.erase(operation, role, patient, reason)
}

/// Those who sign in as this patient.
fn sign_ins_of(clinic: &Clinic, patient: PatientId) -> Vec<PersonId> {
    let board = clinic.board();
    let people = board.people.iter();
    people
        .filter(|(_, staff)| staff.patient == Some(patient))
        .map(|(person, _)| *person)
        .collect()
}
