//! What a clinic costs at scale: folding the board, starting from a snapshot, memory, cold charts,
//! and pages over HTTP, server and clients on the same cores.
//!
//! ```text
//! cargo bench -p web --bench serve                               # 5,000 courses of 170 entries
//! COURSES=100000 ENTRIES=10 cargo bench -p web --bench serve     # a million entries
//! KEEP=folder cargo bench -p web --bench serve                   # keep the clinic for the next run
//! ```
//!
//! One process makes the clinic and folds it; another starts from the snapshot and serves, so that
//! its memory is what a server's is. Each line gives a figure, and beside it the limit measured in
//! the same run: entries read and unsealed and nothing else, and the smallest answer over HTTP.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and may stop where it cannot go on"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts become rates"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use camino::Utf8Path;
use clinic::act::import::{Foreign, take_in};
use clinic::act::sign_in::begin;
use clinic::{Actor, Clinic, Operation};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use record::fact::decision::{PlanPrescribed, PlannedDose, Route, WeightBasis};
use record::fact::person::PersonRegistered;
use record::fact::substance_use::{CheckInAnswered, Use, UseMethod, UseReported, UseSource};
use record::fact::visit::{CourseOpened, VisitBooked, VisitPurpose};
use record::ids::{CourseId, PatientId, VisitId};
use record::quantity::{Micrograms, Score10};
use record::words::{Door, Said, Substance, YesNo};
use record::{Clock, Fact, OccurredAt};
use virtual_clinic::chance::Seeded;

#[path = "shared/house.rs"]
mod house;

use house::{Fixed, SECRET, folder, found, line, now, open, setting};

/// The allocator the program is built with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Of so many records, one has visits in the days around now: a day at the clinic does not grow
/// with its archive.
const WITH_VISITS: usize = 125;

fn add_visits(
    facts: &mut Vec<Fact>,
    is_near: bool,
    course: CourseId,
    now: Timestamp,
    chance: &mut Seeded,
) {
    for ahead in 0..6_i64 {
        let starts_at = now
            .saturating_add(SignedDuration::from_hours(24 * ahead - 48))
            .unwrap();
        facts.push(
            VisitBooked {
                visit: VisitId::make(now, chance),
                course: Some(course),
                purpose: VisitPurpose::Therapy,
                title: line("Relapse prevention"),
                day: None,
                starts_at: if is_near {
                    starts_at
                } else {
                    starts_at
                        .saturating_add(SignedDuration::from_hours(24 * 30))
                        .unwrap()
                },
                minutes: 60,
                with: None,
                room: Some(line("Room 1")),
                number: None,
            }
            .into(),
        );
    }
}

fn add_days(facts: &mut Vec<Fact>, n_entries: usize, course: CourseId, day_zero: Date) {
    let mut day = 0_i32;
    while facts.len() < n_entries {
        let date = day_zero.saturating_add(day.days());
        let score = Said::Answered(Score10::new(u8::try_from(day % 10).unwrap()).unwrap());
        facts.push(
            CheckInAnswered {
                course,
                day: date,
                craving_now: Said::NotAsked,
                craving_peak: score,
                used: Said::Answered(day % 11 == 0),
                uses: Vec::new(),
                mood: score,
                sleep_half_hours: Said::Answered(13),
                stress: score,
                confidence: score,
                risky_situation: Said::Skipped,
                safe: Said::Answered(YesNo::Yes),
                wants_call: false,
                words: None,
            }
            .into(),
        );
        facts.push(
            UseReported {
                day: date,
                uses: vec![Use {
                    substance: Substance::new("alcohol").unwrap(),
                    used: day % 11 == 0,
                    amount_mg: None,
                }],
                source: UseSource::Patient,
                method: UseMethod::Interview,
            }
            .into(),
        );
        day += 1;
    }
}

/// One made-up record of `n_entries` entries.
fn record_of(
    number: usize,
    is_near: bool,
    n_entries: usize,
    now: Timestamp,
    chance: &mut Seeded,
) -> Foreign {
    let patient = PatientId::make(now, chance);
    let course = CourseId::make(now, chance);
    let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
    let ago = i32::try_from(number % 300).unwrap_or(0);
    let day_zero = today.saturating_sub(ago.days());
    let identity = house::person(number);
    let mut facts: Vec<Fact> = vec![
        PersonRegistered { identity }.into(),
        CourseOpened {
            course,
            protocol: line("kare-2022"),
            protocol_version: 1,
            substance: Substance::new("alcohol").unwrap(),
            day_zero: None,
        }
        .into(),
        PlanPrescribed {
            course,
            protocol: line("kare-2022"),
            protocol_version: 1,
            day_zero,
            weight_g: None,
            weighed_on: None,
            basis: WeightBasis::Actual,
            dose_per_weight: None,
            doses: (0..3_u8)
                .map(|number| PlannedDose {
                    number: number + 1,
                    day: record::calendar::ProtocolDay(i32::from(number) * 7),
                    dose: Micrograms::new(56_000),
                    route: Route::Intravenous,
                    minutes: 40,
                    steps: Vec::new(),
                })
                .collect(),
            therapy: Vec::new(),
            actual_g: None,
            vial: None,
            weight_confirmed: None,
            over_cap_approved_by: None,
            signed: None,
        }
        .into(),
    ];
    add_visits(&mut facts, is_near, course, now, chance);
    add_days(&mut facts, n_entries, course, day_zero);
    facts.truncate(n_entries);
    let facts = facts
        .into_iter()
        .map(|fact| (OccurredAt(now), fact))
        .collect();
    house::record(patient, number, facts)
}

/// Resident memory, in MiB.
fn resident_mib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| {
            rest.trim()
                .trim_end_matches(" kB")
                .trim()
                .parse::<usize>()
                .ok()
        })
        .map_or(0, |kib| kib / 1_024)
}

/// The middle and the longest of some times, in milliseconds.
fn middle_and_longest(mut taken: Vec<u64>) -> (f64, f64) {
    taken.sort_unstable();
    let middle = taken[taken.len() / 2] as f64 / 1_000.0;
    (middle, taken[taken.len() - 1] as f64 / 1_000.0)
}

fn microseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap()
}

/// Asks for each path once, over a connection of its own.
fn once_each(address: SocketAddr, cookie: &str, paths: &[String]) -> Vec<u64> {
    paths
        .iter()
        .flat_map(|path| {
            hammer(
                address,
                cookie,
                std::slice::from_ref(path),
                Duration::from_micros(1),
            )
        })
        .collect()
}

/// Asks for paths over one connection until the time is over; gives each answer's microseconds.
fn hammer(address: SocketAddr, cookie: &str, paths: &[String], at_most: Duration) -> Vec<u64> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut taken = Vec::new();
    let begun = Instant::now();
    let mut buffer = vec![0_u8; 1 << 16];
    for path in paths.iter().cycle() {
        if !taken.is_empty() && begun.elapsed() > at_most {
            break;
        }
        let asked = Instant::now();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: bench\r\ncookie: holdfast_sign_in={cookie}\r\n\r\n"
        )
        .unwrap();
        let mut got = Vec::new();
        loop {
            let n = stream.read(&mut buffer).unwrap();
            assert!(n > 0, "the server closed the connection");
            got.extend_from_slice(&buffer[..n]);
            if let Some(head) = got.windows(4).position(|four| four == b"\r\n\r\n") {
                let text = String::from_utf8_lossy(&got[..head]).to_lowercase();
                assert!(text.starts_with("http/1.1 200"), "{path}: {text}");
                let length: usize = text
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .and_then(|length| length.trim().parse().ok())
                    .unwrap_or(0);
                if got.len() >= head + 4 + length {
                    break;
                }
            }
        }
        taken.push(u64::try_from(asked.elapsed().as_micros()).unwrap());
    }
    taken
}

fn pages(name: &str, address: SocketAddr, cookie: &str, paths: &[String], connections: usize) {
    let at_most = Duration::from_secs(5);
    let begun = Instant::now();
    let mut taken: Vec<u64> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..connections)
            .map(|n| {
                // Each begins elsewhere: people do not open the same chart at the same moment.
                let mut paths = paths.to_vec();
                let elsewhere = n * paths.len() / connections;
                paths.rotate_left(elsewhere);
                scope.spawn(move || hammer(address, cookie, &paths, at_most))
            })
            .collect();
        all.into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    let rate = taken.len() as f64 / begun.elapsed().as_secs_f64();
    taken.sort_unstable();
    let at =
        |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)] as f64 / 1_000.0;
    println!(
        "{name}: {rate:.0} requests/s over {connections} connections, p50 {:.2} ms, p99 {:.2} ms",
        at(50),
        at(99)
    );
}

/// How many records hold as many entries as the longest chart a clinic is to open at once.
const N_LONG: usize = 20;

/// Makes the clinic, folds its board anew, and keeps its snapshot.
fn make(path: &Utf8Path, clock: &Arc<dyn Clock>) {
    let (n_courses, n_entries) = (setting("COURSES", 5_000), setting("ENTRIES", 170));
    let mut chance = Seeded::new(7);
    let clinic = found(path, clock, &mut chance);
    let begun = Instant::now();
    for number in 0..n_courses {
        let n = if number < N_LONG { 1_249 } else { n_entries };
        let is_near = number.is_multiple_of((n_courses / WITH_VISITS).max(1));
        let foreign = record_of(number, is_near, n, now(), &mut chance);
        let mut operation = Operation::new(Actor::system(Door::Import), &**clock, &mut chance);
        take_in(&mut operation, &clinic, foreign).unwrap();
    }
    let head = clinic.journal().head().unwrap().position.0;
    let rate = |begun: Instant| head as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{n_courses} courses, {head} entries taken in at {:.0} entries/s",
        rate(begun)
    );
    let begun = Instant::now();
    clinic
        .journal()
        .replay(journal::Position(0), |entries| {
            std::hint::black_box(entries);
        })
        .unwrap();
    let limit = rate(begun);
    println!("limit: every entry read and unsealed: {limit:.0} entries/s");
    drop(clinic);
    let begun = Instant::now();
    let clinic = open(path, clock);
    let folded = rate(begun);
    println!(
        "board folded anew: {folded:.0} entries/s, {:.0} % of the limit",
        folded / limit * 100.0
    );
    let begun = Instant::now();
    clinic.keep_snapshot().unwrap();
    println!("snapshot kept: {:.2} s", begun.elapsed().as_secs_f64());
}

/// Starts from the snapshot as a server does, and measures what a server is asked for.
fn start(path: &Utf8Path, clock: &Arc<dyn Clock>) {
    {
        // A clinic kept by an earlier Holdfast has a snapshot of another shape, or none.
        let clinic = open(path, clock);
        if clinic.n_folded_anew() > 0 {
            println!(
                "{} records had no snapshot; one is kept now",
                clinic.n_folded_anew()
            );
            clinic.keep_snapshot().unwrap();
        }
    }
    let begun = Instant::now();
    let clinic = open(path, clock);
    println!(
        "start with a snapshot, {} entries: {:.2} s",
        clinic.journal().head().unwrap().position.0,
        begun.elapsed().as_secs_f64()
    );
    println!("resident after the start: {} MiB", resident_mib());
    let long: Vec<_> = clinic
        .board()
        .lines()
        .filter(|(_, line)| line.version == 1_250)
        .map(|(id, _)| *id)
        .collect();
    // The first half is read and unsealed only, the second folded too, so that neither is warm.
    let (bare, charts) = long.split_at(long.len() / 2);
    let unsealed = bare.iter().map(|patient| {
        let begun = Instant::now();
        let stream = clinic::clinic::patient_stream(*patient);
        std::hint::black_box(
            clinic
                .journal()
                .stream(stream, journal::Version::NONE)
                .unwrap(),
        );
        microseconds(begun)
    });
    let (middle, longest) = middle_and_longest(unsealed.collect());
    println!(
        "limit: 1,250 entries read and unsealed: middle {middle:.2} ms, longest {longest:.2} ms"
    );
    let folded = charts.iter().map(|patient| {
        let begun = Instant::now();
        let known = clinic.chart(*patient).unwrap();
        assert_eq!(known.chart.entries().len(), 1_250);
        microseconds(begun)
    });
    let (middle, longest) = middle_and_longest(folded.collect());
    println!("cold chart of 1,250 entries: middle {middle:.2} ms, longest {longest:.2} ms");
    let cold: Vec<String> = bare.iter().map(|id| format!("/patients/{id}")).collect();
    serve(clinic, clock, &cold);
    println!("resident after serving: {} MiB", resident_mib());
}

fn main() {
    let clock: Arc<dyn Clock> = Arc::new(Fixed(now()));
    if let Ok(path) = std::env::var("MAKE") {
        make(Utf8Path::new(&path), &clock);
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let path = folder(&temporary).join("clinic.holdfast");
    if !path.exists() {
        let made = std::process::Command::new(std::env::current_exe().unwrap())
            .env("MAKE", &path)
            .status()
            .unwrap();
        assert!(made.success(), "the clinic was not made");
    }
    start(&path, &clock);
}

fn serve(clinic: Clinic, clock: &Arc<dyn Clock>, long: &[String]) {
    let mut chance = Seeded::new(11);
    let clinic = Arc::new(clinic);
    let actor = Actor::public(Door::Web);
    let (cookie, _) = begin(
        &mut Operation::new(actor, &**clock, &mut chance),
        &clinic,
        "dana",
        SECRET,
    )
    .unwrap();
    let app = house::app(&clinic, clock, chance);
    let (runtime, address) = house::serve(&app);
    let charts: Vec<String> = clinic
        .board()
        .lines()
        .skip(1)
        .step_by(17)
        .take(300)
        .map(|(id, _)| format!("/patients/{id}"))
        .collect();
    // The first answer of a process pays for its own set-up, which is nobody's chart.
    once_each(address, &cookie, &["/today".to_owned(), charts[0].clone()]);
    for (what, paths) in [
        ("cold chart page of 1,250 entries", long),
        ("cold chart page", &charts[1..]),
    ] {
        let (middle, longest) = middle_and_longest(once_each(address, &cookie, paths));
        println!("{what}: middle {middle:.2} ms, longest {longest:.2} ms");
    }
    pages(
        "limit: the smallest answer",
        address,
        &cookie,
        &["/health".to_owned()],
        8,
    );
    pages("Today", address, &cookie, &["/today".to_owned()], 8);
    pages("Charts", address, &cookie, &charts, 8);
    pages("Patients", address, &cookie, &["/patients".to_owned()], 8);
    runtime.shutdown_background();
}
