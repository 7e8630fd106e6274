//! What patients decide about their own pages.
//!
//! A page put away is a row, not an entry: it says nothing of the person treated, and putting it away
//! and taking it out again leaves no trace for anyone to read a reason into.

use record::ids::PatientId;

use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::Operation;

/// Who has put the page of their days away.
const HIDDEN_DAYS: &str = "hidden_days";

/// Puts the page of one's own days away, or takes it out again. Staff still see it.
///
/// # Errors
/// [`Denied::NotFound`] for another's record; [`Denied`] where the journal cannot be written.
pub fn hide_days(
    operation: &Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    is_hidden: bool,
) -> Result<(), Denied> {
    authorise(operation, Act::HideOwnDays, Some(patient))?;
    let key = key(patient);
    if is_hidden {
        clinic
            .journal()
            .rim_put(HIDDEN_DAYS, &key, b"hidden", None)?;
    } else {
        clinic.journal().rim_remove(HIDDEN_DAYS, &key)?;
    }
    Ok(())
}

/// Forgets what a patient chose for their own pages.
pub(super) fn forget(clinic: &Clinic, patient: PatientId) -> Result<(), Denied> {
    clinic.journal().rim_remove(HIDDEN_DAYS, &key(patient))?;
    Ok(())
}

/// Whether a patient has put the page of their days away.
///
/// # Errors
/// [`Denied`] where the journal cannot be read.
pub fn are_days_hidden(clinic: &Clinic, patient: PatientId) -> Result<bool, Denied> {
    Ok(clinic
        .journal()
        .rim_get(HIDDEN_DAYS, &key(patient))?
        .is_some())
}

fn key(patient: PatientId) -> String {
    hexadecimal(&patient.to_string())
}
