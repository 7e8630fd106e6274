//! The chart: what the entries of one patient come to.
//!
//! The fold is total and pure. It keeps every entry, knows which were corrected, and answers
//! questions from the facts as they now stand; the old ones stay readable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::fact::{Fact, Kind, OneKind};
use crate::words::Line;

pub mod alert;
pub mod contact;
pub mod correction;
pub mod course;
pub mod infusion;
pub mod person;
pub mod questionnaire;
pub mod session;
pub mod substance_use;
pub mod visit;

/// The number of an entry in the record it belongs to, from one without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryNumber(pub u64);

impl fmt::Display for EntryNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// How an entry stands after the corrections made to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands<'a> {
    /// As it was made.
    AsMade,
    /// Amended: the later entry, why, and what it now says.
    Amended {
        /// The correcting entry.
        by: &'a Entry,
        /// Why.
        reason: &'a Line,
        /// What it now says.
        now: &'a Fact,
    },
    /// Entered in error: the later entry and why.
    InError {
        /// The correcting entry.
        by: &'a Entry,
        /// Why.
        reason: &'a Line,
    },
}

/// What the entries of one patient come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    entries: Vec<Entry>,
    of_kind: BTreeMap<Kind, Vec<usize>>,
    /// Corrections by the number of the entry they point at, in the order they were made.
    corrections: BTreeMap<EntryNumber, Vec<usize>>,
    unreadable: Vec<EntryNumber>,
    erased: bool,
    erased_on: Option<Date>,
}

impl Chart {
    /// Folds entries in the order of their numbers.
    pub fn fold(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut chart = Self::default();
        for entry in entries {
            chart.take(entry);
        }
        chart
    }

    /// Takes the next entry.
    pub fn take(&mut self, entry: Entry) {
        let index = self.entries.len();
        self.of_kind
            .entry(entry.fact.kind())
            .or_default()
            .push(index);
        if let Some(target) = correction_target(&entry.fact) {
            self.corrections.entry(target).or_default().push(index);
        }
        self.entries.push(entry);
    }

    /// Notes an entry this program cannot read; the chart then carries a banner and forbids dosing.
    pub fn take_unreadable(&mut self, number: EntryNumber) {
        self.unreadable.push(number);
    }

    /// Notes that the content of this record was erased.
    pub fn take_erased(&mut self) {
        self.erased = true;
    }

    /// Notes the clinic's day on which the content of this record was erased.
    pub fn take_erased_on(&mut self, day: Date) {
        self.erased_on = Some(day);
    }

    /// Every entry, in the order of their numbers, corrections and corrected alike.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of that number.
    pub fn entry(&self, number: EntryNumber) -> Option<&Entry> {
        let index = self
            .entries
            .binary_search_by_key(&number, |entry| entry.number)
            .ok()?;
        self.entries.get(index)
    }

    /// Numbers of entries this program could not read.
    pub fn unreadable(&self) -> &[EntryNumber] {
        &self.unreadable
    }

    /// Whether the content of this record was erased.
    pub const fn is_erased(&self) -> bool {
        self.erased
    }

    /// The clinic's day on which the content of this record was erased, where that is known.
    pub const fn erased_on(&self) -> Option<Date> {
        self.erased_on
    }

    /// How an entry stands after the corrections made to it.
    ///
    /// The last correction stands; one that was itself entered in error does not count. A
    /// replacement of another kind, which no door lets in, changes nothing.
    pub fn stands<'a>(&'a self, entry: &'a Entry) -> Stands<'a> {
        let Some(corrections) = self.corrections.get(&entry.number) else {
            return Stands::AsMade;
        };
        for by in corrections
            .iter()
            .rev()
            .filter_map(|index| self.entries.get(*index))
        {
            if self.is_withdrawn(by.number) || by.number <= entry.number {
                continue;
            }
            if let Fact::EnteredInError(error) = &by.fact {
                return Stands::InError {
                    by,
                    reason: &error.reason,
                };
            }
            if let Fact::Amended(amended) = &by.fact
                && amended.replacement.kind() == entry.fact.kind()
                && correction_target(&entry.fact).is_none()
            {
                return Stands::Amended {
                    by,
                    reason: &amended.reason,
                    now: &amended.replacement,
                };
            }
        }
        Stands::AsMade
    }

    /// Whether a correction was itself entered in error by a correction that still stands.
    ///
    /// Corrections count only where they point backwards, so following them forwards ends. It is
    /// done without recursion, so that no chain of corrections is too long to be followed.
    fn is_withdrawn(&self, number: EntryNumber) -> bool {
        let mut pairs = Vec::new();
        let mut waiting = vec![number];
        while let Some(target) = waiting.pop() {
            for by in self.errors_marked_on(target) {
                pairs.push((by, target));
                waiting.push(by);
            }
        }
        // The latest correction is never withdrawn; from there back, each decides the one it points at.
        pairs.sort_unstable();
        let mut withdrawn = BTreeSet::new();
        for (by, target) in pairs.into_iter().rev() {
            if !withdrawn.contains(&by) {
                withdrawn.insert(target);
            }
        }
        withdrawn.contains(&number)
    }

    /// The later entries that mark `target` as entered in error, whether or not they still stand.
    fn errors_marked_on(&self, target: EntryNumber) -> impl Iterator<Item = EntryNumber> {
        self.corrections
            .get(&target)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|index| self.entries.get(*index))
            .filter(move |by| by.number > target && matches!(by.fact, Fact::EnteredInError(_)))
            .map(|by| by.number)
    }

    /// What an entry says as it now stands; `None` when it was entered in error.
    pub fn now_says<'a>(&'a self, entry: &'a Entry) -> Option<&'a Fact> {
        match self.stands(entry) {
            Stands::AsMade => Some(&entry.fact),
            Stands::Amended { now, .. } => Some(now),
            Stands::InError { .. } => None,
        }
    }

    /// All facts of one kind as they now stand, in the order they were recorded.
    pub fn all<F: OneKind>(&self) -> impl DoubleEndedIterator<Item = (&Entry, &F)> {
        self.of_kind
            .get(&F::KIND)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|index| self.entries.get(*index))
            .filter_map(|entry| Some((entry, F::of(self.now_says(entry)?)?)))
    }

    /// The fact of one kind that happened last, as it now stands.
    pub fn latest<F: OneKind>(&self) -> Option<(&Entry, &F)> {
        self.all::<F>()
            .max_by_key(|(entry, _)| (entry.occurred_at, entry.number))
    }

    /// The chart as it stood at a moment: the same fold over what had been recorded by then.
    ///
    /// When an entry that cannot be read was recorded is not known here, so its banner stays; and
    /// what was erased stays erased at every moment.
    #[must_use]
    pub fn as_it_stood(&self, at: Timestamp) -> Self {
        self.of_entries(|entry| entry.recorded_at.0 <= at)
    }

    /// The chart as it stood when the journal had come to a position, on the same terms.
    #[must_use]
    pub fn as_of(&self, position: u64) -> Self {
        self.of_entries(|entry| entry.position <= position)
    }

    fn of_entries(&self, is_known: impl Fn(&Entry) -> bool) -> Self {
        let known = self.entries.iter().filter(|entry| is_known(entry));
        let mut then = Self::fold(known.cloned());
        then.unreadable.clone_from(&self.unreadable);
        then.erased = self.erased;
        then.erased_on = self.erased_on;
        then
    }
}

/// The entry a correction points at.
fn correction_target(fact: &Fact) -> Option<EntryNumber> {
    if let Fact::Amended(amended) = fact {
        return Some(amended.entry);
    }
    if let Fact::EnteredInError(error) = fact {
        return Some(error.entry);
    }
    None
}
