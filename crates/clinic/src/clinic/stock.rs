//! The clinic's stock of controlled substances: the register, folded from its own stream.
//!
//! One stream for the clinic holds every line. What a line is about in a patient's record is written in
//! the same append, so the register and the chart cannot say different things.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError, RwLockReadGuard};

use journal::{StreamId, StreamKind, Version};
use ledger::{Line, LineId, Register};
use record::ids::{PatientId, SessionId};
use record::stock::StockWritten;
use record::words::Role;
use record::{Fact, OccurredAt};
use uuid::Uuid;

use super::write::Part;
use super::{Clinic, Written, patient_stream};
use crate::denied::Denied;
use crate::operation::Operation;

/// The kind of stream that holds the register of controlled substances.
pub const STOCK: StreamKind = StreamKind::literal("stock");

/// The stream of the register.
pub fn stock_stream() -> StreamId {
    StreamId {
        kind: STOCK,
        id: Uuid::nil(),
    }
}

/// The register as far as the journal goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// What the lines come to.
    pub register: Register,
    /// Whose each session is that ever held stock.
    pub patients: BTreeMap<SessionId, PatientId>,
    /// The number of each line: its place in the register, from one without gaps.
    pub numbers: BTreeMap<LineId, u64>,
    /// How many entries of the register could not be read as lines; somebody must look.
    pub unreadable: u64,
    /// How many entries of the stream it holds.
    pub version: Version,
}

impl Default for Stock {
    fn default() -> Self {
        Self {
            register: Register::default(),
            patients: BTreeMap::new(),
            numbers: BTreeMap::new(),
            unreadable: 0,
            version: Version(0),
        }
    }
}

impl Stock {
    /// Takes one entry of the stream.
    fn take(&mut self, entry: &journal::Entry) {
        self.version = entry.version;
        let bytes = entry.content.bytes();
        let decoded = bytes.and_then(|bytes| record::entry::decode(bytes).ok());
        let Some((_, Fact::StockWritten(written))) = decoded else {
            self.unreadable += 1;
            return;
        };
        if let Some(patient) = written.patient {
            let moves = written.line.moves.iter();
            let sessions = moves.flat_map(|made| [made.from.session(), made.to.session()]);
            let sessions = sessions.flatten().map(|session| (session, patient));
            self.patients.extend(sessions);
        }
        self.numbers
            .insert(written.line.id.clone(), entry.version.0);
        self.register.apply(&written.line);
    }
}

/// Lines decided over the register as it stood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    facts: Vec<Fact>,
}

impl Lines {
    /// Lines about a patient's session, or about nobody.
    pub(crate) fn of(patient: Option<PatientId>, lines: Vec<Line>) -> Self {
        let facts = lines.into_iter().map(|line| {
            Fact::from(StockWritten {
                patient,
                line: Box::new(line),
            })
        });
        Self {
            facts: facts.collect(),
        }
    }

    /// These and those.
    pub(crate) fn extend(&mut self, more: Self) {
        self.facts.extend(more.facts);
    }

    /// Whether there is nothing to write.
    pub(crate) const fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}

impl Clinic {
    /// The register as it now stands.
    pub fn stock(&self) -> RwLockReadGuard<'_, Stock> {
        self.stock.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held from deciding over the register until its lines are written, so that two acts at once are
    /// never both decided over the same milligram.
    pub(crate) fn hold_stock(&self) -> MutexGuard<'_, ()> {
        self.stock_hold
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends facts to a patient's record and lines to the register in one transaction, and folds both.
    /// The caller holds the stock since it decided over it.
    pub(crate) fn record_with_stock(
        &self,
        operation: &Operation<'_>,
        role: Role,
        patient: PatientId,
        expected: Option<Version>,
        (facts, lines): (&[Fact], &Lines),
    ) -> Result<Written, Denied> {
        if lines.is_empty() {
            return self.record(operation, role, patient, expected, facts);
        }
        let facts = timed(operation, facts);
        let lines = timed(operation, &lines.facts);
        let part = Part {
            stream: patient_stream(patient),
            expected,
            facts: &facts,
        };
        let written = self.append(operation, role, &[part, self.stock_part(&lines)])?;
        self.fold_stock()?;
        self.recorded(operation, written, &facts)
    }

    /// Appends lines to the register, and folds them. The caller holds the stock since it decided over it.
    pub(crate) fn record_stock(
        &self,
        operation: &Operation<'_>,
        role: Role,
        lines: &Lines,
    ) -> Result<Written, Denied> {
        let lines = timed(operation, &lines.facts);
        let written = self.append(operation, role, &[self.stock_part(&lines)])?;
        self.fold_stock()?;
        self.answers.done(operation, &written);
        Ok(written)
    }

    fn stock_part<'a>(&self, lines: &'a [(OccurredAt, &'a Fact)]) -> Part<'a> {
        Part {
            stream: stock_stream(),
            expected: Some(self.stock().version),
            facts: lines,
        }
    }

    /// Folds what is new in the register's stream.
    pub(super) fn fold_stock(&self) -> Result<(), Denied> {
        let mut stock = self.stock.write().unwrap_or_else(PoisonError::into_inner);
        for entry in self.journal.stream(stock_stream(), stock.version)? {
            stock.take(&entry);
        }
        Ok(())
    }
}

fn timed<'a>(operation: &Operation<'_>, facts: &'a [Fact]) -> Vec<(OccurredAt, &'a Fact)> {
    let at = operation.occurred();
    facts.iter().map(|fact| (at, fact)).collect()
}
