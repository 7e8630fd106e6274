//! The entry kinds: facts in the past tense.
//!
//! Every kind has a code, a version and a golden example. A field never changes its meaning or its
//! type; a new version of a kind is a new shape with a step in [`lift`] from the one before.
//!
//! To add a kind: write its struct in the module it belongs to, add one line to `facts!` below, put an
//! example into `golden/`, decide in the chart and in the clinic's board what it means, and run the
//! golden test, which reads every example, folds it and freezes its bytes.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub mod care;
pub mod contact;
pub mod correction;
pub mod decision;
pub mod enquiry;
pub mod evaluation;
pub mod house;
pub mod observation;
pub mod person;
pub mod room;
pub mod session;
pub mod substance_use;
pub mod visit;

use care::{
    AlertClosed, AlertHandedOn, AlertOwned, AlertRaised, AlertSnoozed, Amended, EnteredInError,
    NoteAddended, NoteSigned, RefusalGiven, SafetyPlanWritten,
};
use contact::{ContactPreferred, ContactRevoked, MessageNotDelivered, ReminderQueued};
use correction::{
    CorrectionAnswered, CorrectionRequested, CorrectionToGoAlong, DisagreementStated,
    RebuttalWritten,
};
use decision::{
    ConsentSigned, ConsentWithdrawn, EligibilityAssessed, EligibilityOverridden,
    EligibilityReassessed, PlanAmended, PlanPrescribed,
};
use enquiry::{ContactMade, EnquiryReceived, EvaluationBooked, EvaluationHeld};
use evaluation::{AnchorNoted, CriteriaJudged, HistoryTold};
use house::{
    AccessChecked, ClinicDescribed, DefaultOverruled, PackKept, PackSigned, RecordImported,
    ReportSigned, RolesChanged, SecretChanged, SettingCertified, StaffAdded, StaffLeft,
};
use observation::{
    BreathTest, InstrumentAnswered, LaboratoryResult, QuestionnaireLeft, UrineScreen,
    VitalsObserved,
};
use person::{
    AllergyListed, ConditionListed, HistoryTaken, IdentityCorrected, MedicineListed, MedicineTaken,
    PersonRegistered, ProgrammeEnrolled,
};
use room::{
    LeftAgainstAdvice, MonitoringFormSent, ReadinessAssessed, ReadingMissed, RuleFired,
    SessionAnswered, SessionHeld, SettingChosen, TimeOutHeld,
};
use session::{
    AdverseNoted, DoseChanged, DoseStarted, DoseStopped, InterventionMade, ObservationMade,
    RecoveryAssessed, SessionClosed, SessionOpened, SupplyNamed,
};
use substance_use::{CheckInAnswered, UseReported};
use visit::{
    CourseCompleted, CourseLeft, CourseOpened, CoursePaused, CourseReturned, PatientArrived,
    VisitBooked, VisitCancelled, VisitHeld, VisitMissed, VisitMoved,
};

use crate::stock::StockWritten;

/// Why an entry's bytes could not be read as a fact.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not the shape every entry has.
    #[error("the entry is not in the form of an entry")]
    Form(#[source] serde_json::Error),
    /// A kind, or a version of a kind, that this program does not know.
    #[error(
        "the entry is of kind {kind} version {version}, which this version of Holdfast does not know: open it with a newer one"
    )]
    Unknown {
        /// The kind's code.
        kind: String,
        /// Its version.
        version: u16,
    },
    /// The kind is known and its data are not what the kind holds.
    #[error("the entry of kind {kind} does not hold what that kind holds")]
    Data {
        /// The kind's code.
        kind: &'static str,
        /// What was wrong.
        #[source]
        source: serde_json::Error,
    },
}

macro_rules! facts {
    ($($name:ident = $code:literal, $version:literal, $label:literal;)*) => {
        /// A kind of entry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $label] $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The kind's code in the journal.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The newest version of the kind.
            pub const fn version(self) -> u16 {
                match self { $(Self::$name => $version,)* }
            }

            /// The kind in words.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// Finds the kind a code names.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }

        /// A fact, as one entry holds it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Fact {
            $(#[doc = $label] $name($name),)*
        }

        impl Fact {
            /// Which kind it is.
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name,)* }
            }

            fn read(kind: Kind, data: &RawValue) -> Result<Self, DecodeError> {
                match kind {
                    $(Kind::$name => serde_json::from_str(data.get())
                        .map(Self::$name)
                        .map_err(|source| DecodeError::Data { kind: $code, source }),)*
                }
            }
        }

        impl Fact {
            fn write_data<S: SerializeStruct>(&self, shape: &mut S) -> Result<(), S::Error> {
                match self { $(Self::$name(data) => shape.serialize_field("data", data),)* }
            }
        }

        $(impl From<$name> for Fact {
            fn from(data: $name) -> Self {
                Self::$name(data)
            }
        }

        impl OneKind for $name {
            const KIND: Kind = Kind::$name;

            fn of(fact: &Fact) -> Option<&Self> {
                if let Fact::$name(data) = fact { Some(data) } else { None }
            }
        })*
    };
}

facts! {
    AccessChecked = "access_checked", 1, "access to controlled drugs checked";
    AdverseNoted = "adverse_event_noted", 1, "adverse event";
    AlertClosed = "alert_closed", 1, "alert closed";
    AlertHandedOn = "alert_handed_on", 1, "alert handed on";
    AlertOwned = "alert_owned", 1, "alert taken";
    AlertRaised = "alert_raised", 1, "alert";
    AlertSnoozed = "alert_snoozed", 1, "alert put off";
    AllergyListed = "allergy_listed", 1, "allergy";
    Amended = "amended", 1, "correction";
    AnchorNoted = "anchor_noted", 1, "anchor";
    BreathTest = "breath_test", 1, "breath test";
    CheckInAnswered = "check_in_answered", 1, "check-in";
    ClinicDescribed = "clinic_described", 1, "clinic";
    ConditionListed = "condition_listed", 1, "condition";
    ConsentSigned = "consent_signed", 2, "consent signed";
    ConsentWithdrawn = "consent_withdrawn", 1, "consent withdrawn";
    ContactMade = "contact_made", 1, "contact";
    ContactPreferred = "contact_preferred", 1, "contact agreed";
    ContactRevoked = "contact_revoked", 1, "contact taken back";
    CorrectionAnswered = "correction_answered", 1, "answer to a correction asked for";
    CorrectionRequested = "correction_requested", 1, "correction requested";
    CorrectionToGoAlong = "correction_to_go_along", 1, "correction asked for to go along";
    CourseCompleted = "course_completed", 1, "course completed";
    CourseLeft = "course_left", 1, "course left";
    CourseOpened = "course_opened", 1, "course opened";
    CoursePaused = "course_paused", 1, "course paused";
    CourseReturned = "course_returned", 1, "course taken up again";
    CriteriaJudged = "criteria_judged", 1, "criteria";
    DefaultOverruled = "default_overruled", 1, "default overruled";
    DisagreementStated = "disagreement_stated", 1, "statement of disagreement";
    PackKept = "pack_kept", 1, "rule pack kept";
    PackSigned = "pack_signed", 1, "rule pack signed";
    ReportSigned = "report_signed", 2, "report signed";
    DoseChanged = "dose_changed", 3, "dose changed";
    DoseStarted = "dose_started", 1, "dose started";
    DoseStopped = "dose_stopped", 1, "dose ended";
    EligibilityAssessed = "eligibility_assessed", 1, "eligibility assessed";
    EligibilityOverridden = "eligibility_overridden", 3, "rule overridden";
    EligibilityReassessed = "eligibility_reassessed", 1, "eligibility assessed again";
    EnquiryReceived = "enquiry_received", 1, "enquiry";
    EnteredInError = "entered_in_error", 1, "entered in error";
    EvaluationBooked = "evaluation_booked", 1, "evaluation booked";
    EvaluationHeld = "evaluation_held", 1, "evaluation";
    HistoryTaken = "history_taken", 1, "history";
    HistoryTold = "history_told", 1, "in the patient's words";
    IdentityCorrected = "identity_corrected", 2, "identity corrected";
    InstrumentAnswered = "instrument_answered", 1, "questionnaire";
    InterventionMade = "intervention_made", 3, "intervention";
    LaboratoryResult = "laboratory_result", 1, "laboratory result";
    LeftAgainstAdvice = "left_against_advice", 1, "left against advice";
    MedicineListed = "medicine_listed", 1, "medicine";
    MedicineTaken = "medicine_taken", 1, "medicine taken";
    MessageNotDelivered = "message_not_delivered", 1, "message not delivered";
    MonitoringFormSent = "monitoring_form_sent", 1, "monitoring form sent";
    NoteAddended = "note_addended", 1, "addendum";
    NoteSigned = "note_signed", 1, "note";
    ObservationMade = "observation_made", 1, "observation";
    PatientArrived = "patient_arrived", 1, "arrived";
    PersonRegistered = "person_registered", 2, "registered";
    PlanAmended = "plan_amended", 2, "plan amended";
    PlanPrescribed = "plan_prescribed", 2, "plan";
    ProgrammeEnrolled = "programme_enrolled", 1, "enrolled with the programme of esketamine";
    QuestionnaireLeft = "questionnaire_left", 1, "questionnaire left half done";
    ReadinessAssessed = "readiness_assessed", 1, "readiness before the dose";
    ReadingMissed = "reading_missed", 1, "reading missed";
    RebuttalWritten = "rebuttal_written", 1, "rebuttal";
    RecordImported = "record_imported", 1, "record imported";
    RecoveryAssessed = "recovery_assessed", 1, "readiness to leave";
    RefusalGiven = "refusal_given", 1, "refusal";
    ReminderQueued = "reminder_queued", 1, "reminder";
    RolesChanged = "roles_changed", 1, "roles changed";
    RuleFired = "rule_fired", 1, "rule fired";
    SafetyPlanWritten = "safety_plan_written", 1, "safety plan";
    SecretChanged = "secret_changed", 1, "secret set anew";
    SessionAnswered = "session_answered", 1, "answers of the day";
    SessionClosed = "session_closed", 1, "session closed";
    SessionHeld = "session_held", 1, "held today";
    SessionOpened = "session_opened", 1, "session opened";
    SettingCertified = "setting_certified", 1, "certified as a setting for esketamine";
    SettingChosen = "setting_chosen", 1, "set and setting";
    StaffAdded = "staff_added", 1, "person added";
    StaffLeft = "staff_left", 1, "person left the clinic";
    StockWritten = "stock_written", 1, "line of the register";
    SupplyNamed = "supply_named", 1, "another supply named";
    TimeOutHeld = "time_out_held", 1, "time-out";
    UrineScreen = "urine_screen", 1, "urine screen";
    UseReported = "use_reported", 1, "use reported";
    VisitBooked = "visit_booked", 2, "visit booked";
    VisitCancelled = "visit_cancelled", 1, "visit cancelled";
    VisitHeld = "visit_held", 1, "visit held";
    VisitMissed = "visit_missed", 1, "visit missed";
    VisitMoved = "visit_moved", 2, "visit moved";
    VitalsObserved = "vitals_observed", 1, "vital signs";
}

/// The data of one kind of fact, so that a chart can be asked for all facts of that kind.
pub trait OneKind: Sized + 'static {
    /// The kind.
    const KIND: Kind;

    /// The data, where `fact` is of this kind.
    fn of(fact: &Fact) -> Option<&Self>;
}

impl Serialize for Fact {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut shape = out.serialize_struct("Fact", 3)?;
        shape.serialize_field("kind", self.kind().code())?;
        shape.serialize_field("version", &self.kind().version())?;
        self.write_data(&mut shape)?;
        shape.end()
    }
}

/// A fact with the time it happened, as an entry keeps it.
pub(crate) struct Timed<'a> {
    pub(crate) occurred_at: Timestamp,
    pub(crate) fact: &'a Fact,
}

impl Serialize for Timed<'_> {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut shape = out.serialize_struct("Entry", 4)?;
        shape.serialize_field("kind", self.fact.kind().code())?;
        shape.serialize_field("version", &self.fact.kind().version())?;
        shape.serialize_field("occurred_at", &self.occurred_at)?;
        self.fact.write_data(&mut shape)?;
        shape.end()
    }
}

/// Lifts data of an older version of a kind one step nearer to the newest.
///
/// There is one arm for each version ever released but the newest.
fn lift(kind: Kind, version: u16, data: &RawValue) -> Option<(u16, Box<RawValue>)> {
    match (kind, version) {
        // The second versions add what may be absent (the new rate; who the second reader is; a
        // consent's text, answers and proof; what is drawn for a plan, and where its visits are; the
        // template of an intervention; how the lines of a report are set; where a
        // person lives), so that a first version reads as one.
        (
            Kind::DoseChanged
            | Kind::EligibilityOverridden
            | Kind::ConsentSigned
            | Kind::IdentityCorrected
            | Kind::InterventionMade
            | Kind::PersonRegistered
            | Kind::PlanAmended
            | Kind::PlanPrescribed
            | Kind::ReportSigned
            | Kind::VisitBooked
            | Kind::VisitMoved,
            1,
        ) => Some((2, data.to_owned())),
        // What forbade a rescue template, and why it was given despite that, may be absent too.
        // So may what the signature under an override says. The third version of a change of dose adds a
        // word for how it goes.
        (Kind::DoseChanged | Kind::EligibilityOverridden | Kind::InterventionMade, 2) => {
            Some((3, data.to_owned()))
        }
        _ => None,
    }
}

/// Reads a fact of any known kind and version.
///
/// # Errors
/// Says which kind and version is unknown, or that the data do not fit the kind.
pub fn read(code: &str, version: u16, data: &RawValue) -> Result<Fact, DecodeError> {
    let unknown = || DecodeError::Unknown {
        kind: code.to_owned(),
        version,
    };
    let kind = Kind::from_code(code).ok_or_else(unknown)?;
    if version == kind.version() {
        return Fact::read(kind, data);
    }
    let mut at = (version, Cow::Borrowed(data));
    while at.0 < kind.version() {
        let (next, lifted) = lift(kind, at.0, &at.1).ok_or_else(unknown)?;
        at = (next, Cow::Owned(lifted));
    }
    if at.0 != kind.version() {
        return Err(unknown());
    }
    Fact::read(kind, &at.1)
}

#[derive(Deserialize)]
struct Nested {
    kind: String,
    version: u16,
    data: Box<RawValue>,
}

impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let nested = Nested::deserialize(input)?;
        read(&nested.kind, nested.version, &nested.data).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.label())
    }
}
