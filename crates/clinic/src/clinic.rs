//! The clinic: its journal, its library, its board and its charts.

pub mod stock;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use jiff::tz::TimeZone;
use journal::{Content, Journal, OutboxRow, StreamId, StreamKind, Version};
use rayon::prelude::*;
use record::chart::{Chart, EntryNumber};
use record::ids::{PatientId, PersonId};
use record::words::{Author, Door, Role};
use record::{Entry, Fact};
use uuid::Uuid;

use crate::board::Board;
use crate::board::line::PatientLine;
use crate::denied::{Denied, Refusal};
use crate::library::Library;
use crate::operation::Operation;
use write::Part;

/// From how many entries on a record is read by several threads.
const PARALLEL_FROM: usize = 256;

/// How many entries the charts kept in memory may hold together.
const CACHED_ENTRIES_MAX: usize = 200_000;

/// How many links can be written to at once.
const LINKS_HELD: usize = 256;

/// A chart with the version of the record it was folded from.
#[derive(Clone, Debug)]
pub struct KnownChart {
    /// Whose it is.
    pub patient: PatientId,
    /// The chart.
    pub chart: Chart,
    /// How many entries of the record it holds.
    pub version: Version,
}

/// What was written by one use case.
#[derive(Clone, Debug)]
pub struct Written {
    /// The stream's identifier; of the first command, where this one repeats it.
    pub stream: Uuid,
    /// The number of the first entry written.
    pub number: EntryNumber,
    /// The position of the last entry written.
    pub position: u64,
    /// Whether the command had been carried out before.
    pub repeated: bool,
}

#[derive(Default)]
struct Charts {
    kept: BTreeMap<PatientId, (u64, Arc<KnownChart>)>,
    n_entries: usize,
    tick: u64,
}

/// A clinic that is open.
pub struct Clinic {
    journal: Journal,
    library: Library,
    board: RwLock<Board>,
    charts: Mutex<Charts>,
    changed: crate::live::Changes,
    answers: crate::answers::Answers,
    sign_ins: crate::act::sign_in::SignIns,
    calendar: Mutex<()>,
    links: [Mutex<()>; LINKS_HELD],
    stock: RwLock<stock::Stock>,
    stock_hold: Mutex<()>,
    courses: crate::outcome::Courses,
    messages: Mutex<()>,
    drafts: Mutex<()>,
    devices: Mutex<()>,
    n_folded_anew: usize,
}

impl Clinic {
    /// Opens a clinic: folds its board from the journal, starting from a snapshot where one fits.
    ///
    /// # Errors
    /// What the journal says when it cannot be read.
    pub fn open(journal: Journal, library: Library) -> Result<Self, Denied> {
        let mut clinic = Self {
            journal,
            library,
            board: RwLock::new(Board::default()),
            charts: Mutex::new(Charts::default()),
            changed: crate::live::Changes::default(),
            answers: crate::answers::Answers::default(),
            sign_ins: crate::act::sign_in::SignIns::default(),
            calendar: Mutex::new(()),
            links: [const { Mutex::new(()) }; LINKS_HELD],
            stock: RwLock::new(stock::Stock::default()),
            stock_hold: Mutex::new(()),
            courses: crate::outcome::Courses::default(),
            messages: Mutex::new(()),
            drafts: Mutex::new(()),
            devices: Mutex::new(()),
            n_folded_anew: 0,
        };
        clinic.n_folded_anew = clinic.fold_board()?;
        clinic.fold_stock()?;
        Ok(clinic)
    }

    /// The journal.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Protocols, rules and consent texts.
    pub const fn library(&self) -> &Library {
        &self.library
    }

    /// What changed, for pages that follow it.
    pub const fn changes(&self) -> &crate::live::Changes {
        &self.changed
    }

    /// The board as it now stands.
    pub fn board(&self) -> RwLockReadGuard<'_, Board> {
        self.board.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clinic's zone.
    pub fn zone(&self) -> TimeZone {
        self.board().house.zone()
    }

    /// The civil day of a moment at the clinic.
    pub fn zone_today(&self, now: jiff::Timestamp) -> jiff::civil::Date {
        record::calendar::civil_day(now, &self.zone())
    }

    /// How many records had to be folded anew when the clinic was opened: all of them where no snapshot
    /// fits, because the server was killed before it kept one, or an older Holdfast kept it.
    pub const fn n_folded_anew(&self) -> usize {
        self.n_folded_anew
    }

    /// Keeps a snapshot of the board, so that the next start need not fold every record.
    ///
    /// # Errors
    /// What the journal says when it cannot be written.
    pub fn keep_snapshot(&self) -> Result<(), Denied> {
        // The lines are shared, not held: nobody waits for the snapshot to be written.
        let lines: Vec<_> = self
            .board()
            .lines()
            .map(|(id, line)| (*id, Arc::clone(line)))
            .collect();
        crate::board::snapshot::keep(&self.journal, &lines)
    }

    /// The answer to this command, where it was carried out or refused before and is remembered.
    ///
    /// # Errors
    /// The first refusal, where it was refused; [`Denied::Invalid`] where it was answered for a form that
    /// said something else.
    pub(crate) fn first_answer(
        &self,
        operation: &Operation<'_>,
        patient: Option<PatientId>,
    ) -> Result<Option<Written>, Denied> {
        self.answers.first(operation, patient.map(PatientId::uuid))
    }

    /// What remembers answers.
    pub(crate) const fn answers(&self) -> &crate::answers::Answers {
        &self.answers
    }

    /// What remembers the sign-ins.
    pub(crate) const fn sign_ins(&self) -> &crate::act::sign_in::SignIns {
        &self.sign_ins
    }

    /// What keeps every course as the outcomes count it.
    pub(crate) const fn courses(&self) -> &crate::outcome::Courses {
        &self.courses
    }

    /// Held from looking whether a room is free until the visit is booked, so that two bookings
    /// made at once never both find it free.
    pub(crate) fn hold_calendar(&self) -> MutexGuard<'_, ()> {
        self.calendar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held from reading what a link leads to until it is written back, so that of two answers sent
    /// at once neither is lost. Links of other people do not wait for it, but for a few that share it:
    /// each writing waits for the disk, and one that waited for all others would make the evening's
    /// check-ins wait for one another.
    pub(crate) fn hold_link(&self, key: &str) -> MutexGuard<'_, ()> {
        let nth = key.bytes().take(4).fold(0_usize, |sum, letter| {
            sum.wrapping_mul(31).wrapping_add(usize::from(letter))
        });
        let [first, ..] = &self.links;
        let held = self.links.get(nth % LINKS_HELD).unwrap_or(first);
        held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while the links of a person end, so that no answer under way is kept after it.
    pub(crate) fn hold_all_links(&self) -> Vec<MutexGuard<'_, ()>> {
        let held = self.links.iter();
        held.map(|link| link.lock().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }

    /// Held from reading what the log shows of a message until it is written back.
    pub(crate) fn hold_messages(&self) -> MutexGuard<'_, ()> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held from reading what is under way of a questionnaire until it is written back, so that of
    /// answers that come by two doors at once none is lost. Taken after a link, never before one.
    pub(crate) fn hold_drafts(&self) -> MutexGuard<'_, ()> {
        self.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held from reading how a device stands until what it sent is charted, so that a device that is
    /// moved or revoked never reads for the room it left.
    pub(crate) fn hold_devices(&self) -> MutexGuard<'_, ()> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn charts(&self) -> MutexGuard<'_, Charts> {
        self.charts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The chart of a patient, as far as the journal goes.
    ///
    /// # Errors
    /// [`Denied::NotFound`] when there is no such record; what the journal says when it cannot be read.
    pub fn chart(&self, patient: PatientId) -> Result<Arc<KnownChart>, Denied> {
        let standing = self.board().line(patient).map(|line| line.version);
        let Some(standing) = standing else {
            return Err(Denied::NotFound);
        };
        let cached = self.charts().touch(patient);
        match cached {
            Some(known) if known.version.0 >= standing => Ok(known),
            Some(_) | None => self.refold(patient),
        }
    }

    /// Reads what is new in a patient's record and folds it, in cache and board alike.
    fn refold(&self, patient: PatientId) -> Result<Arc<KnownChart>, Denied> {
        let cached = self.charts().touch(patient);
        let known = self.read_chart(patient, cached)?;
        self.charts().keep(Arc::clone(&known));
        let standing = self.board().line(patient).map(|line| line.version);
        // A chart that was only read from the journal again says nothing the board does not know.
        if standing != Some(known.version.0) {
            let line = PatientLine::of(&known.chart, known.version.0);
            self.board
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .put(patient, line);
        }
        Ok(known)
    }

    pub(crate) fn read_chart(
        &self,
        patient: PatientId,
        from: Option<Arc<KnownChart>>,
    ) -> Result<Arc<KnownChart>, Denied> {
        let mut known = from.map_or_else(
            || KnownChart {
                patient,
                chart: Chart::default(),
                version: Version(0),
            },
            Arc::unwrap_or_clone,
        );
        let stream = patient_stream(patient);
        let entries = self.journal.stream(stream, known.version)?;
        known.version = entries.last().map_or(known.version, |last| last.version);
        if entries.len() < PARALLEL_FROM {
            for entry in &entries {
                take(&mut known.chart, entry);
            }
        } else {
            // A long record is read by every thread; only the folding needs the entries in their order.
            let read: Vec<_> = entries.par_iter().map(read).collect();
            for entry in read {
                put(&mut known.chart, entry);
            }
        }
        if known.version.0 == 0 {
            return Err(Denied::NotFound);
        }
        if known.chart.is_erased() {
            let erased = crate::board::snapshot::erased(&self.journal)?;
            if let Some(at) = erased.get(&stream) {
                known.chart.take_erased_on(self.zone_today(at.0));
            }
        }
        Ok(Arc::new(known))
    }

    /// Appends facts to a patient's record, and folds them.
    ///
    /// # Errors
    /// [`Denied::Stale`] when `expected` no longer holds; what the journal says otherwise.
    pub(crate) fn record(
        &self,
        operation: &Operation<'_>,
        role: Role,
        patient: PatientId,
        expected: Option<Version>,
        facts: &[Fact],
    ) -> Result<Written, Denied> {
        let timed: Vec<_> = facts
            .iter()
            .map(|fact| (operation.occurred(), fact))
            .collect();
        self.record_timed(operation, role, patient, expected, &timed)
    }

    /// As [`Clinic::record`], each fact with its own time.
    pub(crate) fn record_timed(
        &self,
        operation: &Operation<'_>,
        role: Role,
        patient: PatientId,
        expected: Option<Version>,
        facts: &[(record::OccurredAt, &Fact)],
    ) -> Result<Written, Denied> {
        self.record_all(operation, role, patient, expected, facts, Vec::new())
    }

    /// As [`Clinic::record`], with work for the outbox posted in the same append.
    pub(crate) fn record_posting(
        &self,
        operation: &Operation<'_>,
        role: Role,
        patient: PatientId,
        expected: Option<Version>,
        facts: &[Fact],
        outbox: Vec<OutboxRow>,
    ) -> Result<Written, Denied> {
        let occurred = operation.occurred();
        let timed: Vec<_> = facts.iter().map(|fact| (occurred, fact)).collect();
        self.record_all(operation, role, patient, expected, &timed, outbox)
    }

    fn record_all(
        &self,
        operation: &Operation<'_>,
        role: Role,
        patient: PatientId,
        expected: Option<Version>,
        facts: &[(record::OccurredAt, &Fact)],
        outbox: Vec<OutboxRow>,
    ) -> Result<Written, Denied> {
        let stream = patient_stream(patient);
        let part = Part {
            stream,
            expected,
            facts,
        };
        let written = self.append_posting(operation, role, &[part], outbox)?;
        self.recorded(operation, written, facts)
    }

    /// Folds what an append wrote in a patient's record, and answers with it.
    fn recorded(
        &self,
        operation: &Operation<'_>,
        written: Written,
        facts: &[(record::OccurredAt, &Fact)],
    ) -> Result<Written, Denied> {
        let patient = PatientId::from_uuid(written.stream);
        let known = self.refold(patient)?;
        if written.repeated {
            first_refusal(&known, written.number, facts)?;
            return Ok(written);
        }
        self.changed.tell(patient, written.position);
        self.answers.done(operation, &written);
        Ok(written)
    }

    /// Appends facts to a stream that is not a patient's, and folds them into the board.
    pub(crate) fn record_house(
        &self,
        operation: &Operation<'_>,
        role: Role,
        stream: StreamId,
        facts: &[Fact],
    ) -> Result<Written, Denied> {
        let timed: Vec<_> = facts
            .iter()
            .map(|fact| (operation.occurred(), fact))
            .collect();
        let part = Part {
            stream,
            expected: None,
            facts: &timed,
        };
        let written = self.append(operation, role, &[part])?;
        self.fold_house(stream)?;
        self.answers.done(operation, &written);
        Ok(written)
    }

    /// Folds every record into the board, in parallel, leaving alone those a snapshot covers.
    /// Folds the board, from the snapshot where it fits; says how many records had to be folded anew.
    fn fold_board(&self) -> Result<usize, Denied> {
        let streams = self.journal.streams()?;
        let standing = streams
            .iter()
            .filter(|(stream, _)| stream.kind == PATIENT)
            .map(|(stream, version)| (PatientId::from_uuid(stream.id), version.0))
            .collect();
        crate::board::snapshot::restore(
            &self.journal,
            &standing,
            &mut self.board.write().unwrap_or_else(PoisonError::into_inner),
        )?;
        for (stream, _) in &streams {
            if stream.kind != PATIENT && stream.kind != stock::STOCK {
                self.fold_house(*stream)?;
            }
        }
        let patients: Vec<PatientId> = streams
            .iter()
            .filter(|(stream, version)| {
                stream.kind == PATIENT
                    && self
                        .board()
                        .line(PatientId::from_uuid(stream.id))
                        .map(|line| line.version)
                        != Some(version.0)
            })
            .map(|(stream, _)| PatientId::from_uuid(stream.id))
            .collect();
        let lines: Result<Vec<_>, Denied> = patients
            .par_iter()
            .map(|patient| {
                let known = self.read_chart(*patient, None)?;
                Ok((*patient, PatientLine::of(&known.chart, known.version.0)))
            })
            .collect();
        let mut board = self.board.write().unwrap_or_else(PoisonError::into_inner);
        for (patient, line) in lines? {
            board.put(patient, line);
        }
        Ok(patients.len())
    }

    fn fold_house(&self, stream: StreamId) -> Result<(), Denied> {
        let entries = self.journal.stream(stream, Version(0))?;
        let mut chart = Chart::default();
        for entry in &entries {
            take(&mut chart, entry);
        }
        let mut board = self.board.write().unwrap_or_else(PoisonError::into_inner);
        if stream.kind == PERSON {
            board.put_person(PersonId::from_uuid(stream.id), &chart);
        } else if stream.kind == SETTINGS {
            board.put_house(&chart);
        }
        Ok(())
    }
}

/// Gives the first refusal as the answer to a command that was refused when it first came.
fn first_refusal(
    known: &KnownChart,
    number: EntryNumber,
    facts: &[(record::OccurredAt, &Fact)],
) -> Result<(), Denied> {
    let Some(Fact::RefusalGiven(given)) = known.chart.entry(number).map(|entry| &entry.fact) else {
        return Ok(());
    };
    if matches!(facts, [(_, Fact::RefusalGiven(_))]) {
        return Ok(());
    }
    Err(Refusal {
        rule: given.rule.to_string(),
        sentence: given.sentence.to_string(),
        inputs: Vec::new(),
        evidence: format!("Refused when this was first asked, as entry {number} says"),
        may_override: None,
    }
    .into())
}

impl Charts {
    fn touch(&mut self, patient: PatientId) -> Option<Arc<KnownChart>> {
        self.tick += 1;
        let tick = self.tick;
        let (used, known) = self.kept.get_mut(&patient)?;
        *used = tick;
        Some(Arc::clone(known))
    }

    fn keep(&mut self, known: Arc<KnownChart>) {
        self.tick += 1;
        if let Some((_, there)) = self.kept.get(&known.patient) {
            if there.version > known.version {
                return;
            }
            self.n_entries -= there.chart.entries().len().min(self.n_entries);
        }
        self.n_entries += known.chart.entries().len();
        self.kept.insert(known.patient, (self.tick, known));
        if self.n_entries > CACHED_ENTRIES_MAX {
            self.shed();
        }
    }

    /// Drops the half of the charts that was asked for longest ago.
    fn shed(&mut self) {
        let mut used: Vec<u64> = self.kept.values().map(|(used, _)| *used).collect();
        used.sort_unstable();
        let middle = used.get(used.len() / 2).copied().unwrap_or(0);
        self.kept.retain(|_, (used, _)| *used >= middle);
        self.n_entries = self
            .kept
            .values()
            .map(|(_, known)| known.chart.entries().len())
            .sum();
    }
}

/// The kind of stream that holds one patient's record.
pub const PATIENT: StreamKind = StreamKind::literal("patient");
/// The kind of stream that holds one working person's particulars.
pub const PERSON: StreamKind = StreamKind::literal("person");
/// The kind of stream that holds the clinic's own particulars.
pub const SETTINGS: StreamKind = StreamKind::literal("settings");

/// The stream of a patient's record.
pub fn patient_stream(patient: PatientId) -> StreamId {
    StreamId {
        kind: PATIENT,
        id: patient.uuid(),
    }
}

/// The stream of a working person's particulars.
pub fn person_stream(person: PersonId) -> StreamId {
    StreamId {
        kind: PERSON,
        id: person.uuid(),
    }
}

/// The stream of the clinic's own particulars.
pub fn settings_stream() -> StreamId {
    StreamId {
        kind: SETTINGS,
        id: Uuid::nil(),
    }
}

/// Why a journal entry says nothing to a chart.
enum Mute {
    Unreadable(EntryNumber),
    Erased,
}

fn read(entry: &journal::Entry) -> Result<Entry, Mute> {
    let number = EntryNumber(entry.version.0);
    let Content::Open(bytes) = &entry.content else {
        return Err(Mute::Erased);
    };
    let author = Author {
        who: entry.author.person.clone(),
        role: Role::from_code(&entry.author.role).unwrap_or(Role::System),
        door: Door::from_code(&entry.author.door).unwrap_or(Door::Command),
    };
    let (occurred_at, fact) = record::entry::decode(bytes).map_err(|_| Mute::Unreadable(number))?;
    Ok(Entry {
        number,
        position: entry.position.0,
        recorded_at: entry.recorded_at,
        occurred_at,
        author,
        fact,
    })
}

fn put(chart: &mut Chart, read: Result<Entry, Mute>) {
    match read {
        Ok(entry) => chart.take(entry),
        Err(Mute::Unreadable(number)) => chart.take_unreadable(number),
        Err(Mute::Erased) => chart.take_erased(),
    }
}

/// Takes a journal entry into a chart; what cannot be read is noted, never dropped.
pub fn take(chart: &mut Chart, entry: &journal::Entry) {
    put(chart, read(entry));
}
