//! The dosing session: what was given and what was seen.

use serde::{Deserialize, Serialize};

use super::decision::Route;
use crate::ids::{AdverseId, CourseId, SessionId, VisitId};
use crate::quantity::{Grams, Micrograms, MicrogramsPerMinute, Minutes};
use crate::words::{Line, Prose, word_enum};

word_enum! {
    /// What is watched in a session beside the vital signs.
    Watched {
        /// Alertness and sedation, 0 to 5.
        Sedation = "sedation", "sedation, MOAA/S";
        /// Dissociation, 0 to 10.
        Dissociation = "dissociation", "dissociation";
        /// Nausea, 0 to 10.
        Nausea = "nausea", "nausea";
        /// Anxiety, 0 to 10.
        Anxiety = "anxiety", "anxiety";
        /// Pain, 0 to 10.
        Pain = "pain", "pain";
        /// Words without a score.
        Remark = "remark", "remark";
    }

    /// How a change of dose goes.
    DoseChange {
        /// The rate was changed.
        Rate = "rate", "rate changed";
        /// The infusion was paused.
        Paused = "paused", "paused";
        /// The infusion went on.
        Resumed = "resumed", "resumed";
        /// One more of the pieces it comes in was given, such as a nasal device; since version 3.
        Piece = "piece", "device given";
    }

    /// How severe an adverse event was.
    Severity {
        /// Noticed, no trouble.
        Mild = "mild", "mild";
        /// Troublesome.
        Moderate = "moderate", "moderate";
        /// Prevents ordinary acts.
        Severe = "severe", "severe";
    }

    /// How an item of the readiness checklist stands.
    GateAnswer {
        /// Met.
        Met = "met", "met";
        /// Not met, because.
        NotMet = "not_met", "no, because";
    }
}

/// A dosing session was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOpened {
    /// The session.
    pub session: SessionId,
    /// The course.
    pub course: CourseId,
    /// The visit it was booked as.
    pub visit: Option<VisitId>,
    /// Which session of the course, from one.
    pub number: u8,
    /// In which room.
    pub room: Option<Line>,
    /// The weight used, as weighed.
    pub weight_g: Option<Grams>,
}

/// Drug began to be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseStarted {
    /// The session.
    pub session: SessionId,
    /// How much is to be given.
    pub dose: Micrograms,
    /// By which route.
    pub route: Route,
    /// Over how many minutes; zero for an injection.
    pub minutes: Minutes,
}

/// The giving of drug was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseChanged {
    /// The session.
    pub session: SessionId,
    /// How.
    pub change: DoseChange,
    /// How much has been given so far.
    pub given_so_far: Option<Micrograms>,
    /// Why.
    pub reason: Option<Line>,
    /// The rate from now on, where it was changed; since version 2.
    pub rate: Option<MicrogramsPerMinute>,
}

/// The giving of drug ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseStopped {
    /// The session.
    pub session: SessionId,
    /// How much was given in all.
    pub given: Micrograms,
    /// Why, where it ended before all was given.
    pub reason: Option<Line>,
}

/// Something was seen or asked in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservationMade {
    /// The session.
    pub session: SessionId,
    /// What was watched.
    pub watched: Watched,
    /// The score, where it has one.
    pub score: Option<u8>,
    /// Words.
    pub words: Option<Prose>,
}

/// Harm was seen or reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdverseNoted {
    /// The adverse event.
    pub adverse: AdverseId,
    /// The session, where it happened in one.
    pub session: Option<SessionId>,
    /// What happened.
    pub what: Line,
    /// How severe.
    pub severity: Severity,
    /// Whether it was serious in the sense of the regulations.
    pub serious: bool,
    /// How it ended.
    pub outcome: Option<Line>,
}

/// Something was done about what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterventionMade {
    /// The session, where it happened in one.
    pub session: Option<SessionId>,
    /// What was done.
    pub what: Line,
    /// Why.
    pub reason: Option<Line>,
    /// The signed template it followed, where it followed one; since version 2.
    pub template: Option<TemplateUsed>,
}

/// The template an intervention followed, as the medical director signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUsed {
    /// Its identifier.
    pub template: Line,
    /// Its version.
    pub version: u32,
    /// The version of all the templates that was signed.
    pub signed_version: u32,
    /// The rule whose alert called for it.
    pub rule: Line,
    /// What forbids the template and held, or was not known, as it was used; since version 3.
    #[serde(default)]
    pub against: Vec<AgainstSeen>,
    /// Why a prescriber had it given although something that forbids it held; since version 3.
    pub despite: Option<Prose>,
}

/// Something that forbids a template, as it stood when the template was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgainstSeen {
    /// What it is.
    pub what: Line,
    /// Whether it was known to hold; otherwise nobody knew.
    pub is_known: bool,
    /// What said so, or what would have had to be known.
    pub on: Line,
}

/// One item of the readiness checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateItem {
    /// The item's identifier.
    pub item: Line,
    /// How it stands.
    pub answer: GateAnswer,
    /// Because; required when it is not met.
    pub because: Option<Line>,
}

/// Readiness to leave was assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryAssessed {
    /// The session.
    pub session: SessionId,
    /// Every item.
    pub items: Vec<GateItem>,
}

/// A session was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClosed {
    /// The session.
    pub session: SessionId,
    /// With whom they left.
    pub escort: Option<Line>,
    /// Whether they left against advice.
    pub against_advice: bool,
}

/// A prescriber said that the drug of a session is not from the clinic's stock, so the register holds
/// no line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyNamed {
    /// The session.
    pub session: SessionId,
    /// Who supplies it: a pharmacy that dispensed it to the patient, a hospital.
    pub supply: Line,
    /// Why it is not from the clinic's stock.
    pub reason: Prose,
}
