//! What the journal costs beside its physical limits, measured in the same run.
//!
//! ```text
//! cargo bench -p journal            # a quarter of a million entries
//! ENTRIES=1000000 cargo bench -p journal
//! ONLY=reads cargo bench -p journal
//! ```
//!
//! Each line gives the figure, the limit it is compared with, and their ratio. Run it on a quiet
//! machine: limits and figures are measured one after another, not at once.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its table"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts become rates"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use journal::{
    Append, Author, ClinicId, CommandId, Expected, Fact, Journal, Keeper, MasterKey, Position,
    SqliteKeeper, StreamId, StreamKind, SystemChance, Version,
};
use rayon::prelude::*;
use record::Clock;
use uuid::Uuid;

/// The allocator the program is built with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a charted fact weighs as JSON, about.
const PAYLOAD_BYTES: usize = 240;
/// A header's encoding, about, and what sealing adds.
const HEADER_BYTES: usize = 150;
const PATIENT: StreamKind = StreamKind::literal("patient");

struct BenchClock;

impl Clock for BenchClock {
    #[expect(clippy::disallowed_methods, reason = "a bench runs in real time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

fn main() {
    let entries: u64 = std::env::var("ENTRIES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(250_000);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    println!(
        "{} threads, {PAYLOAD_BYTES}-byte entries",
        thread::available_parallelism().unwrap()
    );
    if std::env::var("ONLY").as_deref() != Ok("reads") {
        for writers in [1, 16, 64] {
            appends(folder, writers);
        }
    }
    let path = folder.join("long.db");
    fill(&path, entries);
    reads(&path, entries);
}

fn row(what: &str, rate: f64, unit: &str, limit: f64, of: &str) {
    println!(
        "{what:<46}{rate:>12.0} {unit:<11}{:>6.0} % of {limit:.0} ({of})",
        rate / limit * 100.0
    );
}

fn found(path: &Utf8Path) -> Journal {
    let keeper: Arc<dyn Keeper> = Arc::new(SqliteKeeper::create(path).unwrap());
    let master = MasterKey::from_bytes([1; 32]);
    let clinic = ClinicId(Uuid::from_u128(1));
    Journal::found(
        keeper,
        clinic,
        &master,
        Arc::new(BenchClock),
        Arc::new(SystemChance),
    )
    .unwrap()
}

fn open(path: &Utf8Path) -> Journal {
    let keeper: Arc<dyn Keeper> = Arc::new(SqliteKeeper::open(path).unwrap());
    let master = MasterKey::from_bytes([1; 32]);
    Journal::open(
        keeper,
        &master,
        Arc::new(BenchClock),
        Arc::new(SystemChance),
    )
    .unwrap()
}

fn command(number: u64) -> CommandId {
    CommandId(Uuid::from_u128((u128::from(number) << 64) | 5))
}

fn fact(stream: u64) -> Fact {
    let stream = StreamId::new(PATIENT, Uuid::from_u128(u128::from(stream) + 1));
    Fact {
        stream,
        expected: Expected::Any,
        bytes: vec![b'x'; PAYLOAD_BYTES],
    }
}

fn append(number: u64, facts: Vec<Fact>) -> Append {
    let author = Author::new("person_01jx4q8z", "nurse", "web").unwrap();
    Append {
        command: command(number),
        author,
        facts,
        outbox: Vec::new(),
    }
}

/// Many callers, one entry each, against one thread that inserts rows of the same size with the
/// same durability, as many a transaction as there are callers.
fn appends(folder: &Utf8Path, writers: u64) {
    let seconds = Duration::from_secs(2);
    let journal = found(&folder.join(format!("append-{writers}.db")));
    let (begun, used) = (Instant::now(), processor_seconds());
    let counts: u64 = thread::scope(|scope| {
        let writers: Vec<_> = (0..writers)
            .map(|writer| {
                let journal = journal.clone();
                scope.spawn(move || {
                    let mut count = 0;
                    while begun.elapsed() < seconds {
                        let number = (writer << 32) | count;
                        journal.append(append(number, vec![fact(writer)])).unwrap();
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum()
    });
    let rate = counts as f64 / begun.elapsed().as_secs_f64();
    let cost = (processor_seconds() - used) * 1e6 / counts as f64;
    let plain = raw(
        &folder.join(format!("plain-{writers}.db")),
        writers,
        seconds,
        "",
    );
    let indexed = raw(
        &folder.join(format!("indexed-{writers}.db")),
        writers,
        seconds,
        "CREATE UNIQUE INDEX a ON t (stream, version); CREATE UNIQUE INDEX b ON t (command);",
    );
    let what = format!("append, {writers} callers");
    row(&what, rate, "entries/s", plain.rate, "raw rows, no index");
    row(
        "",
        rate,
        "entries/s",
        indexed.rate,
        "raw rows, the same two indexes",
    );
    println!(
        "{:<46}{cost:>12.1} microseconds of processor an entry, {:.1} a raw row with the indexes",
        "", indexed.cost
    );
}

/// What rows cost without a journal.
struct Raw {
    /// Rows a second.
    rate: f64,
    /// Microseconds of processor a row.
    cost: f64,
}

fn raw(path: &Utf8Path, group: u64, seconds: Duration, indexes: &str) -> Raw {
    let connection = rusqlite::Connection::open(path.as_std_path()).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
             CREATE TABLE t (position INTEGER PRIMARY KEY, stream INTEGER, version INTEGER,
             recorded_at INTEGER, author INTEGER, command BLOB, ordinal INTEGER, hash BLOB,
             sealed BLOB) STRICT; {indexes}"
        ))
        .unwrap();
    let sealed = vec![7_u8; PAYLOAD_BYTES + journal::SEAL_BYTES];
    let (begun, used) = (Instant::now(), processor_seconds());
    let mut position = 0_u64;
    while begun.elapsed() < seconds {
        connection
            .prepare_cached("BEGIN IMMEDIATE")
            .unwrap()
            .execute([])
            .unwrap();
        let mut insert = connection
            .prepare_cached("INSERT INTO t VALUES (?1, ?2, ?3, ?4, 1, ?5, 0, ?6, ?7)")
            .unwrap();
        for stream in 0..group {
            position += 1;
            let (command, version) = (command((stream << 32) | position), position / group);
            let (position, stream) = (i64::try_from(position).unwrap(), stream.cast_signed());
            insert
                .execute(rusqlite::params![
                    position,
                    stream,
                    version.cast_signed(),
                    1_767_600_000_000_000_i64 + position,
                    command.0.as_bytes(),
                    [9_u8; 32],
                    sealed
                ])
                .unwrap();
        }
        drop(insert);
        connection
            .prepare_cached("COMMIT")
            .unwrap()
            .execute([])
            .unwrap();
    }
    Raw {
        rate: position as f64 / begun.elapsed().as_secs_f64(),
        cost: (processor_seconds() - used) * 1e6 / position as f64,
    }
}

/// A clinic of many courses with one long one among them, its entries spread over the whole.
fn fill(path: &Utf8Path, entries: u64) {
    let journal = found(path);
    let begun = Instant::now();
    let streams = (entries / 200).max(1);
    let spread = entries / 1250;
    for chunk in 0..entries.div_ceil(2000) {
        let numbers = (chunk * 2000)..((chunk + 1) * 2000).min(entries);
        let facts = numbers.map(|number| {
            // A multiplier spreads each course's entries over the journal.
            let stream = number.wrapping_mul(0x9E37_79B9) % streams;
            fact(if number % spread == 0 {
                1 << 40
            } else {
                stream
            })
        });
        journal.append(append(chunk, facts.collect())).unwrap();
    }
    let rate = entries as f64 / begun.elapsed().as_secs_f64();
    println!("filled with {entries} entries, 2000 an append: {rate:.0} entries/s");
}

fn reads(path: &Utf8Path, entries: u64) {
    let begun = Instant::now();
    let journal = open(path);
    let opened = begun.elapsed();
    println!("open: {:.1} ms", opened.as_secs_f64() * 1e3);
    let (begun, used) = (Instant::now(), processor_seconds());
    let report = journal.verify(&[], |_, _| {}).unwrap();
    assert_eq!(report.entries, entries);
    let rate = entries as f64 / begun.elapsed().as_secs_f64();
    let cost = |used: f64| (processor_seconds() - used) * 1e6 / entries as f64;
    println!(
        "verify: {:.2} microseconds of processor an entry",
        cost(used)
    );
    row(
        "verify",
        rate,
        "entries/s",
        hash_and_open(entries),
        "raw SHA-256 and AES-GCM, all threads",
    );
    let (begun, used) = (Instant::now(), processor_seconds());
    let mut seen = 0_u64;
    journal
        .replay(Position::START, |batch| {
            seen += black_box(batch).len() as u64;
        })
        .unwrap();
    assert_eq!(seen, entries);
    println!(
        "replay: {:.2} microseconds of processor an entry",
        cost(used)
    );
    let rate = entries as f64 / begun.elapsed().as_secs_f64();
    row(
        "replay",
        rate,
        "entries/s",
        select_all(path, entries),
        "raw SELECT of the rows, one thread",
    );
    drop(journal);
    charts(path, entries);
    println!("resident: {}", resident());
}

/// Reads one long chart among many.
fn charts(path: &Utf8Path, entries: u64) {
    let chart = StreamId::new(PATIENT, Uuid::from_u128((1 << 40) + 1));
    let journal = open(path);
    let time = |journal: &Journal| {
        let begun = Instant::now();
        let entries = black_box(journal.stream(chart, Version::NONE).unwrap());
        assert!(entries.len() >= 1250);
        begun.elapsed()
    };
    let first = time(&journal);
    let used = processor_seconds();
    let mut warm: Vec<Duration> = (0..200).map(|_| time(&journal)).collect();
    let warm_cost = (processor_seconds() - used) * 1e3 / 200.0;
    let mut cold: Vec<Duration> = (0..30)
        .map(|round| {
            // A hundred other charts push this one out of every connection's pages.
            for other in 0..100 {
                let other =
                    Uuid::from_u128(u128::from((round * 100 + other) % (entries / 200)) + 1);
                black_box(
                    journal
                        .stream(StreamId::new(PATIENT, other), Version::NONE)
                        .unwrap(),
                );
            }
            time(&journal)
        })
        .collect();
    warm.sort();
    cold.sort();
    let middle = |times: &[Duration]| times.get(times.len() / 2).unwrap().as_secs_f64() * 1e3;
    println!("a warm chart: {warm_cost:.2} ms of processor");
    println!(
        "a stream of 1,250 entries spread over the journal: {:.2} ms the first, then median {:.2} ms \
         cold (after a hundred others), {:.2} ms warm; {:.1} MiB file",
        first.as_secs_f64() * 1e3,
        middle(&cold),
        middle(&warm),
        std::fs::metadata(path).unwrap().len() as f64 / 1_048_576.0
    );
}

/// Hashing and opening the same bytes without a journal around them.
fn hash_and_open(entries: u64) -> f64 {
    let threads = thread::available_parallelism().unwrap().get() as u64;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[1; 32]).unwrap());
    let header = vec![3_u8; HEADER_BYTES];
    let mut sealed = vec![5_u8; PAYLOAD_BYTES];
    let nonce = || Nonce::assume_unique_for_key([0; 12]);
    key.seal_in_place_append_tag(nonce(), Aad::from(&header), &mut sealed)
        .unwrap();
    let (begun, used) = (Instant::now(), processor_seconds());
    (0..threads).into_par_iter().for_each(|_| {
        let bytes = vec![4_u8; HEADER_BYTES + PAYLOAD_BYTES + 40];
        for _ in 0..entries / threads {
            black_box(digest(&SHA256, black_box(&bytes)));
            black_box(digest(&SHA256, black_box(bytes.get(..104).unwrap())));
            let mut buffer = sealed.clone();
            black_box(
                key.open_in_place(nonce(), Aad::from(&header), &mut buffer)
                    .unwrap(),
            );
        }
    });
    let rate = entries as f64 / begun.elapsed().as_secs_f64();
    let cost = (processor_seconds() - used) * 1e6 / entries as f64;
    println!("raw SHA-256 and AES-GCM: {cost:.2} microseconds of processor an entry");
    rate
}

fn select_all(path: &Utf8Path, entries: u64) -> f64 {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(path.as_std_path(), flags).unwrap();
    let begun = Instant::now();
    let mut statement = connection
        .prepare("SELECT * FROM entry ORDER BY position")
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..9 {
            black_box(row.get_ref(column).unwrap());
        }
    }
    entries as f64 / begun.elapsed().as_secs_f64()
}

/// The processor time all threads of this process have used, in seconds (Linux; else zero).
///
/// On a machine that others use too, it says what an entry costs where the clock cannot.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|text| text.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn resident() -> String {
    let status = Utf8PathBuf::from("/proc/self/status");
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let wanted = |line: &&str| line.starts_with("VmHWM") || line.starts_with("VmRSS");
    status.lines().filter(wanted).collect::<Vec<_>>().join(", ")
}
