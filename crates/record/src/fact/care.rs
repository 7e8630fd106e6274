//! Notes, alerts, the safety plan and corrections.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Fact;
use crate::chart::EntryNumber;
use crate::ids::{AlertId, CourseId, NoteId, PersonId, SessionId};
use crate::words::{Line, Prose, Role, word_enum};

word_enum! {
    /// What kind of note it is.
    NoteKind {
        /// Of a visit, a call or a review.
        Clinical = "clinical", "clinical note";
        /// Of a dosing session.
        Session = "session", "session note";
        /// Of a therapy session.
        Therapy = "therapy", "therapy note";
        /// A counselling note, kept apart.
        Counselling = "counselling", "counselling note";
    }

    /// How pressing an alert is.
    Urgency {
        /// Act now.
        ActNow = "act_now", "Act now";
        /// Watch.
        Watch = "watch", "Watch";
    }

    /// What made an alert.
    AlertCause {
        /// Use was reported.
        UseReported = "use_reported", "use reported";
        /// A call was asked for.
        CallAsked = "call_asked", "asked for a call";
        /// Craving crossed its line.
        Craving = "craving", "craving";
        /// The patient may not be safe.
        Safety = "safety", "safety";
        /// No word for too long.
        Silence = "silence", "silent";
        /// A visit was missed.
        VisitMissed = "visit_missed", "visit missed";
        /// A reading or result crossed its line.
        Reading = "reading", "reading";
        /// The points of the relapse watch rose.
        RelapseWatch = "relapse_watch", "relapse watch";
        /// Messages do not reach them.
        NotReached = "not_reached", "messages do not arrive";
        /// The rules came out otherwise than before.
        Rules = "rules", "the rules say otherwise";
        /// What is known is too old to go by.
        Stale = "stale", "out of date";
        /// A correction of the record was asked for.
        CorrectionAsked = "correction_asked", "correction asked for";
        /// A questionnaire was left half done.
        HalfDone = "half_done", "left half done";
        /// Raised by a person.
        Person = "person", "raised by a person";
    }
}

/// A note was signed; from here it changes by addendum only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSigned {
    /// The note.
    pub note: NoteId,
    /// What kind.
    pub kind: NoteKind,
    /// Its title.
    pub title: Line,
    /// Its words.
    pub text: Prose,
    /// The session it is of.
    pub session: Option<SessionId>,
    /// The signer's name as printed.
    pub signed_name: Line,
    /// What signing meant.
    pub meaning: Line,
    /// SHA-256, in hexadecimal, of title and text as signed.
    pub text_hash: Line,
}

impl NoteSigned {
    /// Whether this is the note of that session, and not another kind of note about it.
    pub fn is_note_of(&self, session: SessionId) -> bool {
        self.kind == NoteKind::Session && self.session == Some(session)
    }
}

/// A signed note gained an addendum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAddended {
    /// The note.
    pub note: NoteId,
    /// What is added.
    pub text: Prose,
    /// The signer's name as printed.
    pub signed_name: Line,
}

/// Something needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRaised {
    /// The alert.
    pub alert: AlertId,
    /// The course it belongs to.
    pub course: Option<CourseId>,
    /// What made it.
    pub cause: AlertCause,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The reason with its data, in a sentence.
    pub sentence: Line,
    /// When someone must have acted.
    pub due_at: Timestamp,
}

/// Someone took an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertOwned {
    /// The alert.
    pub alert: AlertId,
    /// Who.
    pub owner: PersonId,
    /// Their name, as it was then.
    pub owner_name: Line,
}

/// An alert was put off for a while, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSnoozed {
    /// The alert.
    pub alert: AlertId,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: Line,
    /// Who put it off, as their name was then.
    pub by_name: Line,
}

/// Nobody acted on an alert by its clock: it was handed on to the next person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertHandedOn {
    /// The alert.
    pub alert: AlertId,
    /// Which step of the clinic's order, from 1.
    pub step: u8,
    /// As what the next person acts.
    pub to: Role,
    /// The next person, and their name as it was then; none where nobody works here in that role.
    pub person: Option<(PersonId, Line)>,
    /// How pressing it is from here.
    pub urgency: Urgency,
    /// When the next person must have acted.
    pub due_at: Timestamp,
}

/// An alert was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertClosed {
    /// The alert.
    pub alert: AlertId,
    /// What came of it.
    pub note: Prose,
}

/// One step of a safety plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyStep {
    /// Which step, by identifier.
    pub step: Line,
    /// What the patient wrote for it.
    pub lines: Vec<Line>,
}

/// A safety plan was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyPlanWritten {
    /// Its steps.
    pub steps: Vec<SafetyStep>,
    /// When it is to be gone through again.
    pub review_on: Option<Date>,
}

/// An entry was amended: its fact is replaced, the old one stays visible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// The entry, by its number in this record.
    pub entry: EntryNumber,
    /// Why.
    pub reason: Line,
    /// What it should have said; of the same kind.
    pub replacement: Box<Fact>,
}

/// An entry should not have been made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredInError {
    /// The entry, by its number in this record.
    pub entry: EntryNumber,
    /// Why.
    pub reason: Line,
}

/// A clinical or legal no was given; what was asked for was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalGiven {
    /// What was asked for, by its code.
    pub act: Line,
    /// The rule that said no.
    pub rule: Line,
    /// The sentence shown.
    pub sentence: Prose,
}
