//! One append to the journal, to as many streams as one act is about.

use std::sync::PoisonError;

use journal::{Append, CommandId, Expected, OutboxRow, StreamId, Version};
use record::Fact;
use record::chart::EntryNumber;
use record::ids::{PatientId, PersonId};
use record::words::{Line, Role};

use super::{Clinic, Written, patient_stream, person_stream};
use crate::board::line::PatientLine;
use crate::denied::Denied;
use crate::operation::Operation;

/// What one append writes to one stream.
pub(super) struct Part<'a> {
    /// The stream.
    pub(super) stream: StreamId,
    /// The version it must stand at; anything where it does not matter.
    pub(super) expected: Option<Version>,
    /// The facts, each with its time.
    pub(super) facts: &'a [(record::OccurredAt, &'a Fact)],
}

impl Clinic {
    /// Appends every part in one transaction, or nothing of them; the answer speaks of the first part.
    pub(super) fn append(
        &self,
        operation: &Operation<'_>,
        role: Role,
        parts: &[Part<'_>],
    ) -> Result<Written, Denied> {
        self.append_posting(operation, role, parts, Vec::new())
    }

    /// As [`Clinic::append`], with work for the outbox posted in the same transaction.
    pub(super) fn append_posting(
        &self,
        operation: &Operation<'_>,
        role: Role,
        parts: &[Part<'_>],
        outbox: Vec<OutboxRow>,
    ) -> Result<Written, Denied> {
        self.answers.check_form(operation)?;
        let mut facts = Vec::new();
        for part in parts {
            let mut version = part.expected;
            for (occurred_at, fact) in part.facts {
                let expected = version.map_or(Expected::Any, Expected::Exactly);
                version = version.map(|at| Version(at.0 + 1));
                facts.push(journal::Fact {
                    stream: part.stream,
                    expected,
                    bytes: record::entry::encode(*occurred_at, fact)?,
                });
            }
        }
        let append = Append {
            command: operation.command,
            author: written_by(operation, role),
            facts,
            outbox,
        };
        let appended = self.journal.append(append).map_err(|error| {
            if matches!(error, journal::AppendError::Stale { .. }) {
                Denied::Stale
            } else if matches!(error, journal::AppendError::Erased { .. }) {
                Denied::invalid(
                    "patient",
                    "This record was erased and takes nothing more: begin a new one for whoever asks again",
                )
            } else {
                Denied::Append(error)
            }
        })?;
        let (stream, first, _) = appended.entries.first().ok_or(Denied::NotFound)?;
        let position = appended
            .entries
            .last()
            .map_or(0, |(_, _, position)| position.0);
        Ok(Written {
            stream: stream.id,
            number: EntryNumber(first.0),
            position,
            repeated: appended.repeated,
        })
    }

    /// Erases what is kept of the sign-in of a patient: their name is in it.
    pub(crate) fn erase_person(
        &self,
        operation: &mut Operation<'_>,
        role: Role,
        person: PersonId,
        reason: &Line,
    ) -> Result<(), Denied> {
        let command = CommandId(record::ids::uuid_at(operation.now(), operation.chance));
        let author = written_by(operation, role);
        self.journal
            .erase_stream(command, person_stream(person), author, reason.as_str())
            .map_err(Denied::Append)?;
        self.board
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .people
            .remove(&person);
        Ok(())
    }

    /// Erases what a patient's record says, and forgets it in memory and in the snapshot too.
    pub(crate) fn erase(
        &self,
        operation: &Operation<'_>,
        role: Role,
        patient: PatientId,
        reason: &Line,
    ) -> Result<(), Denied> {
        let author = written_by(operation, role);
        let stream = patient_stream(patient);
        let erased = self
            .journal
            .erase_stream(operation.command, stream, author, reason.as_str());
        let erased = erased.map_err(Denied::Append)?;
        // What is kept was folded while the record could be read: nothing of it may stay.
        self.charts().kept.remove(&patient);
        let known = self.read_chart(patient, None)?;
        let line = PatientLine::of(&known.chart, known.version.0);
        self.board
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .put(patient, line);
        let position = erased.entries.last().map_or(0, |(_, _, at)| at.0);
        self.changed.tell(patient, position);
        self.keep_snapshot()
    }
}

/// The author of an entry, as the journal writes one.
fn written_by(operation: &Operation<'_>, role: Role) -> journal::Author {
    let author = operation.actor.author(role);
    journal::Author {
        person: author.who,
        role: author.role.code().to_owned(),
        door: author.door.code().to_owned(),
    }
}
