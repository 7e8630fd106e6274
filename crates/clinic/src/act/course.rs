//! Courses: opening, pausing, ending, taking up again.

use record::Fact;
use record::chart::EntryNumber;
use record::chart::course::{Course, CourseState};
use record::fact::visit::{
    CourseCompleted, CourseLeft, CourseOpened, CoursePaused, CourseReturned,
};
use record::ids::{CourseId, PatientId};
use record::words::{Line, Prose, Substance};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// Opens a course: one run of a patient through a protocol, whose version it pins.
///
/// # Errors
/// [`Denied::Invalid`] where the person is not registered, the protocol is not known or is for
/// reference only, or a course is open already.
pub fn open(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    protocol: &str,
    substance: Substance,
) -> Result<CourseId, Denied> {
    let role = authorise(operation, Act::OpenCourse, Some(patient))?;
    let first = clinic.first_answer(operation, Some(patient))?;
    let known = clinic.chart(patient)?;
    if let Some(first) = first {
        return opened_by(&known, first.number);
    }
    if known.chart.identity().is_none() {
        return Err(Denied::invalid("protocol", "Register this person first"));
    }
    if known
        .chart
        .courses()
        .iter()
        .any(|course| matches!(course.state, CourseState::Open | CourseState::Paused))
    {
        return Err(Denied::invalid(
            "protocol",
            "A course is open already: complete or end it before another begins",
        ));
    }
    let chosen = clinic
        .library()
        .protocol(protocol)
        .ok_or_else(|| Denied::invalid("protocol", "This clinic has no protocol of that name"))?;
    if matches!(chosen.standing, protocol::Standing::ReferenceOnly(_)) {
        return Err(Denied::invalid(
            "protocol",
            "This protocol is kept for reference and cannot be prescribed: choose another",
        ));
    }
    let course = CourseId::make(operation.now(), operation.chance);
    let fact = CourseOpened {
        course,
        protocol: Line::clipped(protocol),
        protocol_version: chosen.version,
        substance,
        day_zero: None,
    };
    let written = clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )?;
    if written.repeated {
        return opened_by(&*clinic.chart(patient)?, written.number);
    }
    Ok(course)
}

/// The course an entry opened.
fn opened_by(known: &KnownChart, number: EntryNumber) -> Result<CourseId, Denied> {
    let courses = known.chart.courses();
    let opened = courses.iter().find(|course| course.opened_by == number);
    opened.map(|course| course.id).ok_or(Denied::NotFound)
}

/// What is to become of a course.
#[derive(Clone, Debug)]
pub enum Turn {
    /// Pause it.
    Pause {
        /// Why.
        reason: Prose,
    },
    /// All of it was done.
    Complete {
        /// What it came to.
        summary: Option<Prose>,
    },
    /// The patient leaves.
    Leave {
        /// What is known of why.
        reason: Option<Prose>,
    },
    /// The patient is back. Nothing was reset in the meantime and nothing is now.
    Return {
        /// What brought them back.
        reason: Option<Prose>,
    },
}

/// Pauses, ends or takes up a course again.
///
/// # Errors
/// [`Denied::Invalid`] where the course does not stand so that it could.
pub fn turn(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
    turn: Turn,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TurnCourse, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = find(&known, course)?;
    let is_going = there.state == CourseState::Open;
    let fact: Fact = match turn {
        Turn::Pause { reason } if is_going => CoursePaused { course, reason }.into(),
        Turn::Complete { summary } if is_going => CourseCompleted { course, summary }.into(),
        Turn::Leave { reason } if is_going || there.state == CourseState::Paused => {
            CourseLeft { course, reason }.into()
        }
        Turn::Return { reason } if !is_going => CourseReturned { course, reason }.into(),
        Turn::Pause { .. } | Turn::Complete { .. } | Turn::Leave { .. } => {
            return Err(Denied::invalid(
                "turn",
                "This course is not under way: take it up again first",
            ));
        }
        Turn::Return { .. } => {
            return Err(Denied::invalid("turn", "This course is under way already"));
        }
    };
    clinic.record(operation, role, patient, Some(known.version), &[fact])
}

/// The course of that identifier, of this patient.
pub(crate) fn find(known: &KnownChart, course: CourseId) -> Result<Course, Denied> {
    known
        .chart
        .courses()
        .into_iter()
        .find(|there| there.id == course)
        .ok_or(Denied::NotFound)
}
