//! From the first call to the evaluation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::VisitId;
use crate::words::{Line, Prose, Substance, YesNo, word_enum};

word_enum! {
    /// How a person would like to be reached, or was.
    ContactWay {
        /// A telephone call.
        Phone = "phone", "phone";
        /// A text message.
        Text = "text", "text message";
        /// An electronic letter.
        Email = "email", "email";
        /// Face to face.
        InPerson = "in_person", "in person";
    }

    /// How an enquiry came.
    EnquiryVia {
        /// The form on the public page.
        Form = "form", "web form";
        /// A call.
        Call = "call", "phone call";
        /// At the desk.
        WalkIn = "walk_in", "walk-in";
        /// Sent by another clinician.
        Referral = "referral", "referral";
    }

    /// What came of trying to reach a person.
    Reached {
        /// Spoke with them.
        Spoke = "spoke", "spoke";
        /// Left a message they had allowed.
        LeftMessage = "left_message", "left a message";
        /// Nobody answered.
        NotAnswered = "not_answered", "not answered";
        /// The number or address does not reach them.
        WrongNumber = "wrong_number", "wrong number or address";
    }

    /// Where an evaluation leads.
    EvaluationLeadsTo {
        /// On to registration and the eligibility rules.
        Proceed = "proceed", "proceed";
        /// To another kind of care.
        Refer = "refer", "refer elsewhere";
        /// Later, perhaps.
        NotNow = "not_now", "not now";
        /// The person chose not to.
        Declined = "declined", "declined";
    }
}

/// How to reach a person, and whether a message may be left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// A telephone number as they gave it.
    pub phone: Option<Line>,
    /// An address for electronic letters.
    pub email: Option<Line>,
    /// What they prefer.
    pub prefers: ContactWay,
    /// Whether it is safe to leave a message.
    pub safe_to_leave_message: YesNo,
}

/// Someone asked for a free evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnquiryReceived {
    /// What they call themselves.
    pub name: Line,
    /// How to reach them.
    pub reach: Reach,
    /// What they hope for help with.
    pub substance: Option<Substance>,
    /// What they wrote.
    pub about: Option<Prose>,
    /// How it came.
    pub via: EnquiryVia,
    /// Whether they agreed to be contacted.
    pub agreed_to_contact: bool,
}

/// The clinic tried to reach a person, or was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactMade {
    /// By which way.
    pub way: ContactWay,
    /// What came of it.
    pub reached: Reached,
    /// What was said or agreed.
    pub summary: Option<Prose>,
}

/// An evaluation has a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationBooked {
    /// The visit.
    pub visit: VisitId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// With whom, by name.
    pub with: Option<Line>,
}

/// An evaluation took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationHeld {
    /// The visit it was booked as.
    pub visit: Option<VisitId>,
    /// Where it leads.
    pub leads_to: EvaluationLeadsTo,
    /// What was found and agreed.
    pub summary: Option<Prose>,
}
