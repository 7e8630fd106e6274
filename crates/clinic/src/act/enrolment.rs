//! A person enrolled with the safety programme of esketamine, without which no dose of it is given (rule E54).
//!
//! Enrolling is a person's act, done with the programme itself; that it was done, since when and under
//! which reference is an entry, and the rule of the day reads it there.

use jiff::civil::Date;
use record::Chart;
use record::calendar::civil_day;
use record::fact::person::ProgrammeEnrolled;
use record::ids::PatientId;
use record::words::Line;

use super::monitoring_form::DRUG;
use super::room::before::Readiness;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// The rule that holds a dose until the enrolment is recorded.
const RULE: &str = "E54";

/// Whether a dose is held today because no enrolment is recorded.
pub fn is_in_the_way(ready: &Readiness) -> bool {
    ready.in_the_way.iter().any(|(rule, _)| rule == RULE)
}

/// The enrolment that stands on a day, and its entry; `None` where none is recorded or it begins later.
pub fn enrolled(chart: &Chart, today: Date) -> Option<(&record::Entry, &ProgrammeEnrolled)> {
    chart
        .all::<ProgrammeEnrolled>()
        .rfind(|(_, one)| one.enrolled_on <= today)
}

/// Whether a course of this person gives esketamine, so that the programme is theirs to be enrolled with.
pub fn is_needed(clinic: &Clinic, chart: &Chart) -> bool {
    chart
        .course()
        .and_then(|course| clinic.library().protocol(&course.protocol))
        .is_some_and(|protocol| protocol.substance == DRUG)
}

/// Records that a person is enrolled with the programme.
///
/// # Errors
/// [`Denied::Invalid`] for a day to come, and for an enrolment that is recorded already;
/// [`Denied::NotFound`] for an unknown patient.
pub fn record_enrolled(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    (on, reference): (Date, Line),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::EnrolWithProgramme, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let today = civil_day(operation.now(), &clinic.zone());
    if on > today {
        return Err(Denied::invalid(
            "enrolled_on",
            "This day has not come yet: record the enrolment once the programme has confirmed it",
        ));
    }
    let mut all = known.chart.all::<ProgrammeEnrolled>();
    if all.any(|(_, one)| one.reference == reference) {
        return Err(Denied::invalid(
            "reference",
            "This enrolment is recorded already: correct its entry on the chart if it is wrong",
        ));
    }
    let fact = ProgrammeEnrolled {
        enrolled_on: on,
        reference,
        enrolled_by: operation.actor.name.clone(),
    };
    let facts = [fact.into()];
    clinic.record(operation, role, patient, Some(known.version), &facts)
}
