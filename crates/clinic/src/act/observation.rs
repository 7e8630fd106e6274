//! What was measured outside a session, or in one: vital signs, results, screens, questionnaires.

use record::Fact;
use record::fact::observation::{
    BreathTest, InstrumentAnswered, LaboratoryResult, UrineScreen, VitalsObserved,
};
use record::fact::person::MedicineTaken;
use record::ids::PatientId;

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// Something measured.
#[derive(Clone, Debug)]
pub enum Measured {
    /// A set of vital signs.
    Vitals(VitalsObserved),
    /// A laboratory result.
    Laboratory(LaboratoryResult),
    /// A urine screen.
    Urine(UrineScreen),
    /// A breath test.
    Breath(BreathTest),
    /// A questionnaire or rating.
    Instrument(InstrumentAnswered),
    /// A dose of the course's daily medicine.
    Medicine(MedicineTaken),
}

/// Records something measured.
///
/// # Errors
/// [`Denied::Invalid`] for an empty set, a diastolic pressure above the systolic, or a time to come;
/// [`Denied::NotFound`] for a reading of a session that is not this patient's.
pub fn observe(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    measured: Measured,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Observe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    super::session::check_told_time(operation)?;
    let fact: Fact = match measured {
        Measured::Vitals(vitals) => {
            check_vitals(&vitals)?;
            let there = vitals
                .session
                .map(|session| super::session::open_session(&known.chart, session))
                .transpose()?;
            if let Some(there) = there {
                let facts = vec![vitals.into()];
                let facts =
                    super::room::watch::with_rules(operation, clinic, &known, &there, facts);
                return clinic.record(operation, role, patient, None, &facts);
            }
            vitals.into()
        }
        Measured::Laboratory(result) => result.into(),
        Measured::Urine(screen) => {
            if screen.findings.is_empty() && screen.not_given.is_none() {
                return Err(Denied::invalid(
                    "findings",
                    "Mark at least one substance, or say why no sample was given",
                ));
            }
            screen.into()
        }
        Measured::Breath(test) => test.into(),
        Measured::Instrument(answered) => answered.into(),
        Measured::Medicine(taken) => taken.into(),
    };
    clinic.record(operation, role, patient, None, &[fact])
}

/// Records the values of one laboratory report, all of them or none.
///
/// # Errors
/// [`Denied::Invalid`] for a report without a value, or a time to come.
pub fn report(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    results: Vec<LaboratoryResult>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Observe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    super::session::check_told_time(operation)?;
    if results.is_empty() {
        return Err(Denied::invalid("alt", "Enter at least one value"));
    }
    let facts: Vec<Fact> = results.into_iter().map(Fact::from).collect();
    clinic.record(operation, role, patient, None, &facts)
}

/// Refuses a set of vital signs that says nothing, or whose pressures cannot be.
pub(crate) fn check_vitals(vitals: &VitalsObserved) -> Result<(), Denied> {
    let is_empty = vitals.systolic_mmhg.is_none()
        && vitals.diastolic_mmhg.is_none()
        && vitals.pulse_per_min.is_none()
        && vitals.saturation_percent.is_none()
        && vitals.breaths_per_min.is_none()
        && vitals.temperature_tenths_c.is_none()
        && vitals.weight_g.is_none();
    if is_empty {
        return Err(Denied::invalid("systolic", "Enter at least one value"));
    }
    let mut faults = Vec::new();
    match (vitals.systolic_mmhg, vitals.diastolic_mmhg) {
        (Some(systolic), Some(diastolic)) if diastolic >= systolic => {
            faults.push(FieldFault::new(
                "diastolic",
                "The lower pressure cannot be as high as the upper: check both",
            ));
        }
        (Some(_), None) => {
            faults.push(FieldFault::new("diastolic", "Enter the lower pressure too"));
        }
        (None, Some(_)) => {
            faults.push(FieldFault::new("systolic", "Enter the upper pressure too"));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Denied::Invalid(faults))
    }
}
