//! Enquiries, contact and the evaluation.

use record::fact::enquiry::{ContactMade, EnquiryReceived, EvaluationBooked, EvaluationHeld};
use record::ids::{PatientId, VisitId};
use record::words::{Line, YesNo};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// Takes an enquiry: the record of a person begins.
///
/// # Errors
/// [`Denied::Invalid`] without agreement to be contacted, or without a way to be.
pub fn take(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    enquiry: EnquiryReceived,
) -> Result<PatientId, Denied> {
    let role = authorise(operation, Act::TakeEnquiry, None)?;
    check(&enquiry)?;
    let patient = PatientId::make(operation.now(), operation.chance);
    let written = clinic.record(operation, role, patient, None, &[enquiry.into()])?;
    Ok(PatientId::from_uuid(written.stream))
}

/// What an enquiry must have to be answered.
pub(crate) fn check(enquiry: &EnquiryReceived) -> Result<(), Denied> {
    let mut faults = Vec::new();
    if !enquiry.agreed_to_contact {
        faults.push(FieldFault::new(
            "agreed_to_contact",
            "Tick this so that we may answer you, or call us instead",
        ));
    }
    if enquiry.reach.phone.is_none() && enquiry.reach.email.is_none() {
        faults.push(FieldFault::new(
            "phone",
            "Give a phone number or an email address",
        ));
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    Ok(())
}

/// Records that the clinic tried to reach a person.
///
/// # Errors
/// [`Denied::Invalid`] where a message was left that the person had asked not to be left.
pub fn make_contact(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    contact: ContactMade,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::MakeContact, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let asked_not = known
        .chart
        .reach()
        .is_some_and(|reach| reach.safe_to_leave_message == YesNo::No);
    if asked_not
        && contact.reached == record::fact::enquiry::Reached::LeftMessage
        && contact.summary.is_none()
    {
        return Err(Denied::invalid(
            "summary",
            "This person asked that no message be left: write what was left and why",
        ));
    }
    clinic.record(operation, role, patient, None, &[contact.into()])
}

/// A booking of an evaluation as asked for.
#[derive(Clone, Debug)]
pub struct Booking {
    /// When it begins.
    pub starts_at: jiff::Timestamp,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// With whom.
    pub with: Option<Line>,
}

/// Books an evaluation.
///
/// # Errors
/// [`Denied::Invalid`] for a time that has passed or a length no evaluation has.
pub fn book_evaluation(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    booking: Booking,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Evaluate, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    super::visit::check_time(operation, clinic, booking.starts_at, booking.minutes)?;
    let visit = VisitId::make(operation.now(), operation.chance);
    let Booking {
        starts_at,
        minutes,
        with,
    } = booking;
    let fact = EvaluationBooked {
        visit,
        starts_at,
        minutes,
        with,
    };
    clinic.record(operation, role, patient, None, &[fact.into()])
}

/// Records that an evaluation was held and where it leads.
///
/// # Errors
/// What [`Clinic::chart`] says.
pub fn hold_evaluation(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    held: EvaluationHeld,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Evaluate, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    clinic.record(operation, role, patient, None, &[held.into()])
}
