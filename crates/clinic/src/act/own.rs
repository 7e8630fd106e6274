//! What patients decide about their own pages.
//!
//! A page put away is a row, not an entry: it says nothing of the person treated, and putting it away
//! and taking it out again leaves no trace for anyone to read a reason into.

use std::collections::BTreeSet;

use record::ids::PatientId;

use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::Operation;

/// Who has put the page of their days away.
const HIDDEN_DAYS: &str = "hidden_days";

/// Which lines of the page of their days somebody has put away.
const HIDDEN_LANES: &str = "hidden_lanes";

/// The most lines that can be put away, and the longest key of one.
const HIDDEN_LANES_MAX: usize = 64;

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

/// Puts single lines of the page of one's own days away, by key; those not named are taken out again.
/// Staff still see them.
///
/// # Errors
/// [`Denied::NotFound`] for another's record; [`Denied`] for what is no line's key, and where the
/// journal cannot be written.
pub fn hide_lanes(
    operation: &Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    hidden: &BTreeSet<String>,
) -> Result<(), Denied> {
    authorise(operation, Act::HideOwnDays, Some(patient))?;
    let is_key = |key: &String| {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (1..=HIDDEN_LANES_MAX).contains(&key.len()) && key.chars().all(is_plain)
    };
    if hidden.len() > HIDDEN_LANES_MAX || !hidden.iter().all(is_key) {
        return Err(Denied::invalid(
            "lane",
            "Choose among the lines of the page",
        ));
    }
    let journal = clinic.journal();
    if hidden.is_empty() {
        journal.rim_remove(HIDDEN_LANES, &key(patient))?;
    } else {
        let keys: Vec<&str> = hidden.iter().map(String::as_str).collect();
        journal.rim_put(HIDDEN_LANES, &key(patient), keys.join(" ").as_bytes(), None)?;
    }
    Ok(())
}

/// The keys of the lines a patient has put away.
///
/// # Errors
/// [`Denied`] where the journal cannot be read.
pub fn lanes_hidden(clinic: &Clinic, patient: PatientId) -> Result<BTreeSet<String>, Denied> {
    let row = clinic.journal().rim_get(HIDDEN_LANES, &key(patient))?;
    // A row that cannot be read hides nothing: better shown than lost.
    let kept = row.and_then(|row| String::from_utf8(row.value).ok());
    Ok(kept
        .iter()
        .flat_map(|keys| keys.split(' '))
        .map(ToOwned::to_owned)
        .collect())
}

/// Forgets what a patient chose for their own pages.
pub(super) fn forget(clinic: &Clinic, patient: PatientId) -> Result<(), Denied> {
    clinic.journal().rim_remove(HIDDEN_LANES, &key(patient))?;
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
