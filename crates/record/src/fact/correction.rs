//! What a patient asks to be put right in their record, what became of it, and what they say to a no.
//!
//! A request changes nothing by itself: what is accepted is corrected by an entry of its own, which the
//! answer names.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::chart::EntryNumber;
use crate::words::{Prose, word_enum};

word_enum! {
    /// Why a request was declined; the law knows no other reason.
    DeclineBasis {
        /// It is right as it stands.
        Accurate = "accurate", "it is accurate and complete";
        /// Another clinic wrote it.
        NotOurs = "not_ours", "we did not write it, and whoever did can still be asked";
        /// Nothing is decided by it.
        NotOfTheRecord = "not_of_the_record", "it is not part of the record that decisions are made from";
        /// The law keeps it closed.
        NotOpen = "not_open", "it is of a kind that the law does not open for reading";
    }

    /// How a patient was given the copy of a rebuttal that the law gives them.
    CopyWay {
        /// It stands in their own record, where they sign in.
        OwnRecord = "own_record", "in their own record here";
        /// Handed to them.
        Hand = "hand", "handed to them";
        /// Sent by mail.
        Mail = "mail", "sent by mail";
    }
}

/// A patient asked for something in the record to be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRequested {
    /// The entry it is about, by its number in this record; none where they did not say which.
    pub entry: Option<EntryNumber>,
    /// What is wrong.
    pub wrong: Prose,
    /// What it should say.
    pub should_say: Prose,
    /// The day by which it has to be answered.
    pub answer_by: Date,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionAnswer {
    /// It was accepted.
    Accepted {
        /// The entry that corrects, by its number in this record.
        by: EntryNumber,
    },
    /// It was declined.
    Declined {
        /// On which of the grounds there are.
        basis: DeclineBasis,
        /// Why, in words the patient understands.
        reason: Prose,
    },
}

/// A request was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionAnswered {
    /// The request, by its number in this record.
    pub request: EntryNumber,
    /// What became of it.
    pub answer: CorrectionAnswer,
}

/// A patient does not agree that a request was declined, and says why; it stays with the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisagreementStated {
    /// The request, by its number in this record.
    pub request: EntryNumber,
    /// In their words.
    pub words: Prose,
}

/// The clinic wrote a rebuttal to a statement of disagreement, and gave the patient a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebuttalWritten {
    /// The request, by its number in this record.
    pub request: EntryNumber,
    /// In words the patient understands.
    pub words: Prose,
    /// How they were given their copy.
    pub copied: CopyWay,
}

/// A patient who states no disagreement asks that the request and the answer go along with what is sent of
/// the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionToGoAlong {
    /// The request, by its number in this record.
    pub request: EntryNumber,
}
