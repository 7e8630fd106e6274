//! Registration, history, conditions, medicines and allergies.

use jiff::civil::Date;
use record::Fact;
use record::calendar::civil_day;
use record::fact::person::{
    AllergyListed, ConditionListed, HistoryTaken, Identity, IdentityCorrected, MedicineListed,
    PersonRegistered,
};
use record::ids::PatientId;
use record::words::Line;

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// The most history answers one form may hold.
pub const ANSWERS_PER_FORM_MAX: usize = 400;

/// Registers the person of an enquiry as a patient.
///
/// # Errors
/// [`Denied::Invalid`] where they are registered already, or the date of birth cannot be.
pub fn register(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    identity: Identity,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Register, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if known.chart.identity().is_some() {
        return Err(Denied::invalid(
            "given",
            "This person is registered already: correct their details instead",
        ));
    }
    check_identity(operation, clinic, &identity)?;
    let fact = PersonRegistered { identity };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Registers a person who comes without an enquiry.
///
/// # Errors
/// As [`register`].
pub fn register_new(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    identity: Identity,
) -> Result<PatientId, Denied> {
    let role = authorise(operation, Act::Register, None)?;
    check_identity(operation, clinic, &identity)?;
    let patient = PatientId::make(operation.now(), operation.chance);
    let fact = PersonRegistered { identity };
    let written = clinic.record(operation, role, patient, None, &[fact.into()])?;
    Ok(PatientId::from_uuid(written.stream))
}

/// Corrects who a patient is.
///
/// # Errors
/// As [`register`]; [`Denied::Invalid`] where nobody is registered yet.
pub fn correct_identity(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    identity: Identity,
    reason: Line,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Register, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if known.chart.identity().is_none() {
        return Err(Denied::invalid("given", "Register this person first"));
    }
    check_identity(operation, clinic, &identity)?;
    let fact = IdentityCorrected { identity, reason };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

fn check_identity(
    operation: &Operation<'_>,
    clinic: &Clinic,
    identity: &Identity,
) -> Result<(), Denied> {
    let today = civil_day(operation.now(), &clinic.zone());
    if let Some(born) = identity.born {
        let oldest = Date::new(today.year() - 120, 1, 1).unwrap_or(Date::MIN);
        if born > today || born < oldest {
            return Err(Denied::invalid(
                "born",
                "This date of birth cannot be: check the year, month and day",
            ));
        }
    }
    Ok(())
}

/// Records answers to questions of history.
///
/// # Errors
/// [`Denied::Invalid`] for an empty form or one beyond its bound.
pub fn take_history(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    history: HistoryTaken,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TakeHistory, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    if history.answers.is_empty() {
        return Err(Denied::invalid("answers", "Answer at least one question"));
    }
    if history.answers.len() > ANSWERS_PER_FORM_MAX {
        return Err(Denied::invalid(
            "answers",
            "This form holds more answers than any of ours",
        ));
    }
    clinic.record(operation, role, patient, None, &[history.into()])
}

/// Something for the problem, medicine or allergy list.
#[derive(Clone, Debug)]
pub enum Listing {
    /// A condition.
    Condition(ConditionListed),
    /// A medicine.
    Medicine(MedicineListed),
    /// An allergy, or that none is known.
    Allergy(AllergyListed),
}

/// Puts something on the problem, medicine or allergy list.
///
/// # Errors
/// [`Denied::Invalid`] for a date in the future.
pub fn list(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    listing: Listing,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TakeHistory, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    let today = civil_day(operation.now(), &clinic.zone());
    let (since, fact): (Option<Date>, Fact) = match listing {
        Listing::Condition(condition) => (condition.since, condition.into()),
        Listing::Medicine(medicine) => (medicine.since, medicine.into()),
        Listing::Allergy(allergy) => (None, allergy.into()),
    };
    if since.is_some_and(|since| since > today) {
        let fault = FieldFault::new("since", "This date has not come yet: check the year");
        return Err(Denied::Invalid(vec![fault]));
    }
    clinic.record(operation, role, patient, None, &[fact])
}

/// Confirms as of now that medicines on the list are still taken, all named or none.
///
/// # Errors
/// [`Denied::Invalid`] where none is named, or one is not listed as taken.
pub fn confirm_medicines(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    names: &[&str],
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TakeHistory, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let taken = known.chart.medicines_now();
    let mut facts: Vec<Fact> = Vec::new();
    for name in names {
        let listed = taken.iter().find(|(_, one)| one.name.as_str() == *name);
        let Some((_, listed)) = listed else {
            return Err(Denied::invalid(
                "still",
                "This list has changed since the page was opened: open it again",
            ));
        };
        facts.push((*listed).clone().into());
    }
    if facts.is_empty() {
        return Err(Denied::invalid("still", "Tick what is still taken"));
    }
    clinic.record(operation, role, patient, None, &facts)
}
