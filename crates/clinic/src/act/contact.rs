//! How a patient agreed to be reached: said, and taken back piece by piece.
//!
//! The number or address itself is part of who they are, and is corrected there.

use jiff::tz::TimeZone;
use record::Chart;
use record::fact::contact::{Carriage, ContactPreferred, ContactRevoked, Revocable};
use record::ids::PatientId;

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// The longest words a sender may be named with, in characters: what a locked screen shows.
pub const SENDER_CHARACTERS_MAX: usize = 40;

/// Records how a patient wants to be reached, in place of what they said before.
///
/// # Errors
/// [`Denied::Invalid`] for a way without an address, a zone nobody knows, or a sender's name too long.
pub fn prefer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    mut preferred: ContactPreferred,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AgreeContact, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    preferred.carriages.retain(|one| {
        let is_new = !seen.contains(one);
        seen.push(*one);
        is_new
    });
    if let Err(Denied::Invalid(all)) = reachable(&known.chart, &preferred, "carriages") {
        faults.extend(all);
    }
    if let Some(zone) = &preferred.zone
        && TimeZone::get(zone.as_str()).is_err()
    {
        faults.push(FieldFault::new(
            "zone",
            "Write the zone as in America/Chicago, or leave it empty for the clinic's",
        ));
    }
    if let Some(words) = &preferred.sender_words
        && words.as_str().chars().count() > SENDER_CHARACTERS_MAX
    {
        faults.push(FieldFault::new(
            "sender_words",
            format!("Use at most {SENDER_CHARACTERS_MAX} characters"),
        ));
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    clinic.record(operation, role, patient, None, &[preferred.into()])
}

/// Whether every way that was agreed to has an address written down.
pub(crate) fn reachable(
    chart: &Chart,
    preferred: &ContactPreferred,
    field: &'static str,
) -> Result<(), Denied> {
    let lacking = preferred
        .carriages
        .iter()
        .filter(|carriage| chart.address(**carriage).is_none());
    let faults: Vec<FieldFault> = lacking
        .map(|carriage| {
            let what = match carriage {
                Carriage::Mail => "No email address is recorded: correct who this is first",
                Carriage::Text => "No phone number is recorded: correct who this is first",
            };
            FieldFault::new(field, what)
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Denied::Invalid(faults))
    }
}

/// Takes back part of what a patient agreed to, or all of it.
///
/// # Errors
/// [`Denied::Invalid`] where nothing was agreed that could be taken back.
pub fn revoke(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    revoked: ContactRevoked,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AgreeContact, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let stands = known
        .chart
        .contact()
        .is_some_and(|contact| match revoked.what {
            Revocable::Everything => !contact.carriages.is_empty(),
            Revocable::Mail => contact.carriages.contains(&Carriage::Mail),
            Revocable::Text => contact.carriages.contains(&Carriage::Text),
            Revocable::CheckIns => contact.check_ins,
            Revocable::Visits => contact.visits,
            Revocable::SpokenMessage => contact.safe_to_leave_message == record::words::YesNo::Yes,
        });
    if !stands {
        return Err(Denied::invalid(
            "what",
            "They have not agreed to this, so there is nothing to take back",
        ));
    }
    clinic.record(operation, role, patient, None, &[revoked.into()])
}
