//! What patients asked to be corrected, as it now stands.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Chart, EntryNumber};
use crate::Entry;
use crate::fact::correction::{
    CorrectionAnswer, CorrectionAnswered, CorrectionRequested, CorrectionToGoAlong,
    DisagreementStated, RebuttalWritten,
};

/// A request as it now stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The entry that asks.
    pub asked: &'a Entry,
    /// What it asks.
    pub fact: &'a CorrectionRequested,
    /// The first answer, with the entry that holds it.
    pub answer: Option<(&'a Entry, &'a CorrectionAnswer)>,
    /// What the patient said to it, in order.
    pub disagreements: Vec<(Timestamp, &'a str)>,
    /// What the clinic wrote to that, in order.
    pub rebuttals: Vec<(&'a Entry, &'a RebuttalWritten)>,
    /// Whether the patient asked that request and answer go along with what is sent, without a statement.
    pub is_to_go_along: bool,
}

impl Request<'_> {
    /// Its number in the record.
    pub const fn number(&self) -> EntryNumber {
        self.asked.number
    }

    /// Whether it waits for an answer past its day.
    pub fn is_late(&self, today: Date) -> bool {
        self.answer.is_none() && today > self.fact.answer_by
    }

    /// Whether it goes along with what is sent of the record: it was declined, and the patient stated a
    /// disagreement or asked that request and answer go along.
    pub const fn goes_along(&self) -> bool {
        self.is_declined() && (self.is_to_go_along || !self.disagreements.is_empty())
    }

    /// Whether it was declined.
    pub const fn is_declined(&self) -> bool {
        matches!(self.answer, Some((_, CorrectionAnswer::Declined { .. })))
    }
}

impl Chart {
    /// Every request to correct the record, in the order they were made.
    pub fn correction_requests(&self) -> Vec<Request<'_>> {
        self.all::<CorrectionRequested>()
            .map(|(asked, fact)| Request {
                asked,
                fact,
                answer: self
                    .all::<CorrectionAnswered>()
                    .find(|(_, answered)| answered.request == asked.number)
                    .map(|(entry, answered)| (entry, &answered.answer)),
                disagreements: self
                    .all::<DisagreementStated>()
                    .filter(|(_, stated)| stated.request == asked.number)
                    .map(|(entry, stated)| (entry.occurred_at.0, stated.words.as_str()))
                    .collect(),
                rebuttals: self
                    .all::<RebuttalWritten>()
                    .filter(|(_, written)| written.request == asked.number)
                    .collect(),
                is_to_go_along: self
                    .all::<CorrectionToGoAlong>()
                    .any(|(_, one)| one.request == asked.number),
            })
            .collect()
    }

    /// A request by its number.
    pub fn correction_request(&self, number: EntryNumber) -> Option<Request<'_>> {
        let mut all = self.correction_requests().into_iter();
        all.find(|one| one.number() == number)
    }
}
