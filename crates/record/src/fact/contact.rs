//! Contact: how a patient agreed to be reached, what was queued for them, what did not arrive.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::calendar::ProtocolDay;
use crate::ids::{CourseId, MessageId, VisitId};
use crate::words::{Line, YesNo, word_enum};

word_enum! {
    /// How a message travels.
    Carriage {
        /// An electronic letter.
        Mail = "mail", "mail";
        /// A text message.
        Text = "text", "text message";
    }

    /// What a message reminds of.
    Reminds {
        /// A check-in.
        CheckIn = "check_in", "check-in";
        /// A visit.
        Visit = "visit", "visit";
    }

    /// What a patient takes back of what they agreed to.
    Revocable {
        /// Everything: no message is sent any more.
        Everything = "everything", "every message";
        /// Mail.
        Mail = "mail", "mail";
        /// Text messages.
        Text = "text", "text messages";
        /// Reminders of check-ins.
        CheckIns = "check_ins", "reminders of check-ins";
        /// Reminders of visits.
        Visits = "visits", "reminders of visits";
        /// Leaving a spoken message.
        SpokenMessage = "spoken_message", "leaving a message";
    }
}

/// A patient said how they want to be reached; the address itself is part of who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPreferred {
    /// How messages may travel, the preferred way first; none means that none is sent.
    pub carriages: Vec<Carriage>,
    /// Whether they agreed to reminders of check-ins.
    pub check_ins: bool,
    /// Whether they agreed to reminders of visits.
    pub visits: bool,
    /// The language of messages, as a code such as `en`.
    pub language: Line,
    /// Their zone by IANA name, where it is not the clinic's.
    pub zone: Option<Line>,
    /// From when in the evening nothing is sent, by their clock.
    pub quiet_from: Time,
    /// Until when in the morning nothing is sent.
    pub quiet_until: Time,
    /// Whether it is safe to leave a spoken message.
    pub safe_to_leave_message: YesNo,
    /// The words to name the sender with, where the usual neutral ones would not do.
    pub sender_words: Option<Line>,
}

/// A patient took back part of what they had agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRevoked {
    /// What.
    pub what: Revocable,
    /// Why, where they said.
    pub reason: Option<Line>,
}

/// A reminder was due and its message was queued, in the same append.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderQueued {
    /// The message.
    pub message: MessageId,
    /// The course it belongs to.
    pub course: CourseId,
    /// What it reminds of.
    pub reminds: Reminds,
    /// The protocol day a check-in was due on.
    pub day: Option<ProtocolDay>,
    /// The day a check-in is about.
    pub about: Option<Date>,
    /// The visit.
    pub visit: Option<VisitId>,
    /// When that visit begins, as booked then.
    pub starts_at: Option<Timestamp>,
    /// How it travels.
    pub carriage: Carriage,
    /// When it may leave.
    pub leaves_at: Timestamp,
    /// After when it is of no use any more.
    pub until: Timestamp,
    /// How often the patient had put this occasion off; zero for the first message.
    pub put_off: u8,
}

/// A message did not arrive, or was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageNotDelivered {
    /// The message.
    pub message: MessageId,
    /// How it travelled.
    pub carriage: Carriage,
    /// Whether the address itself is wrong, so that nothing more goes there until it is corrected.
    pub is_address_wrong: bool,
    /// What is known of why.
    pub reason: Line,
}
