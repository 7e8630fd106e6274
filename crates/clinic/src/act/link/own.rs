//! A check-in that a patient who is signed in begins of their own accord: the same questions as by a
//! link, with nothing more to prove.

use jiff::civil::Date;
use record::ids::PatientId;

use super::{Kept, Link as _, Made, fresh, keep};
use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::Operation;

/// Begins the check-in about a day; gives where its questions are, and the pass that opens them.
///
/// # Errors
/// [`Denied::Invalid`] where the course does not go on or the day is still to come.
pub fn begin(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    day: Date,
) -> Result<(Made, String), Denied> {
    authorise(operation, Act::CheckIn, Some(patient))?;
    let (made, mut kept) = fresh(operation, clinic, patient, day)?;
    let (now, life) = (operation.now(), Kept::life(clinic.library()));
    let pass = kept.lock_mut().open(operation.chance, life, now, true)?;
    keep(clinic, &hexadecimal(&made.token), &kept)?;
    Ok((made, pass))
}
