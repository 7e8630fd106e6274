//! What is due of twenty thousand people on a course, and the reminders of as many.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench stops at the first fault"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clinic::act::{contact, import, remind};
use clinic::board::Board;
use clinic::due;
use clinic::{Actor, Clinic, Library, Operation};
use jiff::ToSpan as _;
use jiff::civil::{Date, date, time};
use journal::{ClinicId, Journal, MasterKey, SqliteKeeper, SystemChance};
use record::fact::contact::{Carriage, ContactPreferred};
use record::fact::enquiry::{ContactWay, Reach};
use record::fact::house::RecordImported;
use record::fact::person::{Identity, PersonRegistered};
use record::fact::visit::CourseOpened;
use record::ids::{Chance, CourseId, PatientId};
use record::time::OccurredAt;
use record::words::{Door, Line, Sex, Substance, YesNo};
use record::{Clock, Fact};
use uuid::Uuid;

const N_PEOPLE: u32 = 20_000;

const TODAY: Date = date(2026, 6, 1);

fn main() {
    divan::main();
}

struct Ten;

impl Clock for Ten {
    fn now(&self) -> jiff::Timestamp {
        "2026-06-01T10:00:00Z".parse().expect("a moment")
    }
}

struct Counting(AtomicU64);

impl Chance for Counting {
    fn draw(&mut self) -> u64 {
        let n = self.0.fetch_add(1, Ordering::Relaxed);
        n.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

fn identity() -> Identity {
    Identity {
        given: line("Rowan"),
        family: Some(line("Marsh")),
        preferred: None,
        pronouns: None,
        born: Some(date(1984, 3, 14)),
        age_years: None,
        sex: Sex::Female,
        record_number: None,
        reach: Some(Reach {
            phone: Some(line("+1 207 555 0142")),
            email: None,
            prefers: ContactWay::Text,
            safe_to_leave_message: YesNo::No,
        }),
        address: None,
    }
}

/// A clinic on a disk with so many people, each on a day of their own between 1 and 90.
fn house(folder: &tempfile::TempDir, n_people: u32) -> Clinic {
    let path = folder.path().join("clinic.holdfast");
    let keeper = Arc::new(SqliteKeeper::create(path.to_str().unwrap().into()).unwrap());
    let master = MasterKey::generate(&SystemChance).unwrap();
    let id = ClinicId(Uuid::from_u128(1));
    let journal =
        Journal::found(keeper, id, &master, Arc::new(Ten), Arc::new(SystemChance)).unwrap();
    let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
    std::thread::scope(|scope| {
        let clinic = &clinic;
        for part in 0..32 {
            scope.spawn(move || {
                for n in (part..n_people).step_by(32) {
                    begin(clinic, n);
                }
            });
        }
    });
    clinic
}

fn begin(clinic: &Clinic, n: u32) {
    let mut chance = Counting(AtomicU64::new(u64::from(n) << 20));
    let patient = PatientId::from_uuid(Uuid::from_u128(10_000_000 + u128::from(n)));
    let day = i32::try_from(n % 90).unwrap() + 1;
    let at = OccurredAt(Ten.now());
    let opened = CourseOpened {
        course: CourseId::from_uuid(Uuid::from_u128(20_000_000 + u128::from(n))),
        protocol: line("kare-2022"),
        protocol_version: 1,
        substance: Substance::new("alcohol").unwrap(),
        day_zero: Some(TODAY.saturating_sub(day.days())),
    };
    let registered = PersonRegistered {
        identity: identity(),
    };
    let facts: Vec<(OccurredAt, Fact)> = vec![(at, registered.into()), (at, opened.into())];
    let foreign = import::Foreign {
        patient,
        imported: RecordImported {
            source: line("made up"),
            source_number: line(&n.to_string()),
            remark: None,
        },
        facts,
    };
    let actor = || Actor::system(Door::Virtual);
    let mut operation = Operation::new(actor(), &Ten, &mut chance);
    import::take_in(&mut operation, clinic, foreign).unwrap();
    let preferred = ContactPreferred {
        carriages: vec![Carriage::Text],
        check_ins: true,
        visits: true,
        language: line("en"),
        zone: n.is_multiple_of(3).then(|| line("America/New_York")),
        quiet_from: time(21, 0, 0, 0),
        quiet_until: time(8, 0, 0, 0),
        safe_to_leave_message: YesNo::No,
        sender_words: None,
    };
    let mut operation = Operation::new(actor(), &Ten, &mut chance);
    contact::prefer(&mut operation, clinic, patient, preferred).unwrap();
}

/// The list of everybody, worked out anew, on a board whose lines were put there.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn due_list_of_20_000_courses(bencher: divan::Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let small = house(&folder, 90);
    let library = Library::embedded().unwrap();
    let mut board = Board::default();
    let lines: Vec<_> = small
        .board()
        .lines()
        .map(|(_, line)| line.clone())
        .collect();
    for (n, line) in (0..N_PEOPLE).zip(lines.iter().cycle()) {
        let patient = PatientId::from_uuid(Uuid::from_u128(10_000_000 + u128::from(n)));
        board.put(patient, (**line).clone());
    }
    let n_due = due::list(&board, &library, Ten.now()).len();
    assert!(n_due > 20_000, "{n_due}");
    bencher.bench(|| due::list(&board, &library, Ten.now()).len());
}

/// Everybody's reminder of a day, queued durably, each with its entry and its link.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn reminders_of_20_000_people_queued(bencher: divan::Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let clinic = house(&folder, N_PEOPLE);
    bencher.bench_local(|| {
        let mut chance = Counting(AtomicU64::new(1 << 60));
        let mut operation = Operation::new(Actor::system(Door::Command), &Ten, &mut chance);
        let n = remind::look(&mut operation, &clinic, &[Carriage::Text]).unwrap();
        let mut operation = Operation::new(Actor::system(Door::Command), &Ten, &mut chance);
        let again = remind::look(&mut operation, &clinic, &[Carriage::Text]).unwrap();
        assert_eq!(again, 0);
        n
    });
}
