//! Visits and the course they belong to.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::ProtocolDay;
use crate::ids::{CourseId, VisitId};
use crate::words::{Line, Prose, Substance, word_enum};

word_enum! {
    /// What a visit is for.
    VisitPurpose {
        /// The evaluation before treatment.
        Evaluation = "evaluation", "evaluation";
        /// A dosing session.
        Dosing = "dosing", "dosing session";
        /// A therapy session.
        Therapy = "therapy", "therapy";
        /// Measures, tests or a review.
        FollowUp = "follow_up", "follow-up";
        /// A call.
        Call = "call", "call";
    }

    /// Why a course ended, or paused.
    CourseEnds {
        /// All of it was done.
        Completed = "completed", "completed";
        /// The patient left.
        Left = "left", "left";
    }
}

/// A visit has a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitBooked {
    /// The visit.
    pub visit: VisitId,
    /// The course it belongs to.
    pub course: Option<CourseId>,
    /// What it is for.
    pub purpose: VisitPurpose,
    /// What it is called, such as `Infusion 2 of 3`.
    pub title: Line,
    /// The protocol day it stands for.
    pub day: Option<ProtocolDay>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// With whom, by name.
    pub with: Option<Line>,
    /// Where.
    pub room: Option<Line>,
    /// Which dosing or therapy session of the plan it stands for; since version 2.
    pub number: Option<u8>,
}

/// A visit was moved to another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitMoved {
    /// The visit.
    pub visit: VisitId,
    /// When it now begins.
    pub starts_at: Timestamp,
    /// Why.
    pub reason: Option<Line>,
    /// With whom it now is; nothing leaves that as it was; since version 2.
    pub with: Option<Line>,
    /// Where it now is; nothing leaves that as it was; since version 2.
    pub room: Option<Line>,
}

/// The patient is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientArrived {
    /// The visit they came for.
    pub visit: VisitId,
}

/// A visit was missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitMissed {
    /// The visit.
    pub visit: VisitId,
    /// What is known of why.
    pub reason: Option<Line>,
}

/// A visit was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitHeld {
    /// The visit.
    pub visit: VisitId,
    /// What it came to, in a sentence.
    pub summary: Option<Line>,
}

/// A visit was taken off the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitCancelled {
    /// The visit.
    pub visit: VisitId,
    /// Why.
    pub reason: Line,
}

/// A course of treatment began: one run of a person through a protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseOpened {
    /// The course.
    pub course: CourseId,
    /// The protocol.
    pub protocol: Line,
    /// Its version, pinned for this course.
    pub protocol_version: u32,
    /// The substance treated.
    pub substance: Substance,
    /// Day 0, where the course brings its own.
    pub day_zero: Option<Date>,
}

/// A course was paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoursePaused {
    /// The course.
    pub course: CourseId,
    /// Why.
    pub reason: Prose,
}

/// A course was completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseCompleted {
    /// The course.
    pub course: CourseId,
    /// What it came to.
    pub summary: Option<Prose>,
}

/// A patient left a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseLeft {
    /// The course.
    pub course: CourseId,
    /// What is known of why.
    pub reason: Option<Prose>,
}

/// A patient came back to a course that was paused or ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseReturned {
    /// The course.
    pub course: CourseId,
    /// What brought them back.
    pub reason: Option<Prose>,
}
