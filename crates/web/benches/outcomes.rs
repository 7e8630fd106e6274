//! What the whole Outcomes page costs, from the fold of the records to the last letter of its HTML, and
//! where that goes.
//!
//! ```text
//! cargo bench -p web --bench outcomes                    # 5,000 courses of three months
//! COURSES=1000 cargo bench -p web --bench outcomes
//! KEEP=folder cargo bench -p web --bench outcomes        # keep the clinic for the next run
//! ```
//!
//! The page is asked for over HTTP: once cold, when every record is read and folded; then each time after
//! one more record was taken in, which is what the clinic waits for in a day; then again with nothing new,
//! which is what the kept answer costs. The parts are timed by themselves beside it.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and may stop where it cannot go on"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use camino::Utf8Path;
use clinic::act::import::{Foreign, take_in};
use clinic::act::sign_in::begin;
use clinic::outcome::ask::{Asked, ask};
use clinic::{Actor, ActorId, Clinic, Operation};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use record::fact::decision::Route;
use record::fact::observation::{
    FilledBy, Found, InstrumentAnswered, ItemAnswer, UrineFinding, UrineScreen,
};
use record::fact::person::PersonRegistered;
use record::fact::session::{DoseStarted, SessionOpened};
use record::fact::substance_use::CheckInAnswered;
use record::fact::visit::CourseOpened;
use record::ids::{CourseId, PatientId, PersonId, SessionId};
use record::quantity::{Micrograms, Minutes, Score10};
use record::words::{Door, Role, Said, Substance, YesNo};
use record::{Clock, Fact, OccurredAt};
use virtual_clinic::chance::Seeded;

#[path = "shared/house.rs"]
mod house;

use house::{Fixed, SECRET, folder, found, line, now, open, setting};

/// The allocator the program is built with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each page is asked for.
const ROUNDS: usize = 9;

fn check_in(course: CourseId, day: Date, uses: bool, chance: &mut Seeded) -> Fact {
    let mut score =
        || Said::Answered(Score10::new(u8::try_from(chance.below(11)).unwrap()).unwrap());
    CheckInAnswered {
        course,
        day,
        craving_now: Said::NotAsked,
        craving_peak: score(),
        used: Said::Answered(uses),
        uses: Vec::new(),
        mood: score(),
        sleep_half_hours: Said::Answered(13),
        stress: score(),
        confidence: score(),
        risky_situation: Said::Skipped,
        safe: Said::Answered(YesNo::Yes),
        wants_call: false,
        words: None,
    }
    .into()
}

fn screen(found: bool) -> Fact {
    UrineScreen {
        findings: vec![UrineFinding {
            substance: Substance::new("alcohol").unwrap(),
            found: if found { Found::Found } else { Found::NotFound },
        }],
        temperature_ok: Some(true),
        not_given: None,
    }
    .into()
}

fn phq9(chance: &mut Seeded) -> Fact {
    InstrumentAnswered {
        instrument: line("phq-9"),
        version: line("1"),
        items: Vec::<ItemAnswer>::new(),
        entered_total: Some(i32::try_from(chance.below(28)).unwrap()),
        filled_by: FilledBy::Patient,
    }
    .into()
}

/// Who they are, and the dosing session they started with.
fn beginning(
    number: usize,
    course: CourseId,
    first: Date,
    chance: &mut Seeded,
) -> Vec<(i64, Fact)> {
    let session = SessionId::make(now(), chance);
    let identity = house::person(number);
    vec![
        (0, PersonRegistered { identity }.into()),
        (
            0,
            CourseOpened {
                course,
                protocol: line("kare-2022"),
                protocol_version: 1,
                substance: Substance::new("alcohol").unwrap(),
                day_zero: Some(first),
            }
            .into(),
        ),
        (
            0,
            SessionOpened {
                session,
                course,
                visit: None,
                number: 1,
                room: None,
                weight_g: None,
            }
            .into(),
        ),
        (
            0,
            DoseStarted {
                session,
                dose: Micrograms::new(56_000),
                route: Route::Intravenous,
                minutes: Minutes::new(40),
            }
            .into(),
        ),
    ]
}

/// What they answer and give until they fall silent.
fn add_days(facts: &mut Vec<(i64, Fact)>, course: CourseId, first: Date, chance: &mut Seeded) {
    let silent_from = if chance.percent(25) {
        chance.between(10, 90)
    } else {
        100
    };
    let percent = if chance.percent(50) { 2 } else { 20 };
    for day in 1..silent_from {
        if day % 7 < 5 {
            let on = first.saturating_add(day.days());
            let uses = chance.percent(percent);
            facts.push((day, check_in(course, on, uses, chance)));
        }
        if day % 7 == 3 {
            let found = chance.percent(2 * percent);
            facts.push((day, screen(found)));
        }
        if day % 28 == 1 {
            facts.push((day, phq9(chance)));
        }
    }
}

/// A course of a hundred days whose person answers five days in seven, is tested weekly and may fall silent.
fn record_of(number: usize, chance: &mut Seeded) -> Foreign {
    let (patient, course) = (
        PatientId::make(now(), chance),
        CourseId::make(now(), chance),
    );
    let started = now()
        .saturating_sub(SignedDuration::from_hours(
            24 * (100 + i64::try_from(number % 200).unwrap()),
        ))
        .unwrap();
    let first = jiff::tz::TimeZone::UTC.to_datetime(started).date();
    let mut facts = beginning(number, course, first, chance);
    add_days(&mut facts, course, first, chance);
    let at = |day: i64| {
        started
            .saturating_add(SignedDuration::from_hours(24 * day))
            .unwrap()
    };
    let facts = facts
        .into_iter()
        .map(|(day, fact)| (OccurredAt(at(day)), fact))
        .collect();
    house::record(patient, number, facts)
}

fn take(clinic: &Clinic, clock: &Arc<dyn Clock>, number: usize, chance: &mut Seeded) {
    let foreign = record_of(number, chance);
    let mut operation = Operation::new(Actor::system(Door::Import), &**clock, chance);
    take_in(&mut operation, clinic, foreign).unwrap();
}

fn make(path: &Utf8Path, clock: &Arc<dyn Clock>) {
    let n = setting("COURSES", 5_000);
    let mut chance = Seeded::new(7);
    let clinic = found(path, clock, &mut chance);
    for number in 0..n {
        take(&clinic, clock, number, &mut chance);
    }
    clinic.keep_snapshot().unwrap();
}

/// Asks for a page; gives how long it took and how long the page is.
fn get(address: SocketAddr, cookie: &str, path: &str) -> (Duration, usize) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\ncookie: holdfast_sign_in={cookie}\r\n\r\n"
    )
    .unwrap();
    let mut got = Vec::new();
    stream.read_to_end(&mut got).unwrap();
    let taken = begun.elapsed();
    let text = String::from_utf8_lossy(&got);
    assert!(text.starts_with("HTTP/1.1 200"), "{path}: {}", &text[..60]);
    assert!(text.contains("Computed from entry"), "{path}");
    (taken, got.len())
}

fn said(what: &str, mut taken: Vec<Duration>) {
    taken.sort_unstable();
    let ms = |at: usize| taken[at].as_secs_f64() * 1_000.0;
    println!(
        "{what}: middle {:.1} ms, longest {:.1} ms",
        ms(taken.len() / 2),
        ms(taken.len() - 1)
    );
}

fn main() {
    let clock: Arc<dyn Clock> = Arc::new(Fixed(now()));
    let temporary = tempfile::tempdir().unwrap();
    let path = folder(&temporary).join("outcomes.holdfast");
    if !path.exists() {
        make(&path, &clock);
    }
    let clinic = Arc::new(open(&path, &clock));
    measure(&clinic, &clock);
}

fn measure(clinic: &Arc<Clinic>, clock: &Arc<dyn Clock>) {
    let mut chance = Seeded::new(u64::from(std::process::id()));
    let public = Actor::public(Door::Web);
    let mut operation = Operation::new(public, &**clock, &mut chance);
    let (cookie, _) = begin(&mut operation, clinic, "lindqvist", SECRET).unwrap();
    let app = house::app(clinic, clock, Seeded::new(11));
    let (runtime, address) = house::serve(&app);
    let (cold, length) = get(address, &cookie, "/outcomes");
    println!(
        "{} courses, {} entries, a page of {} KiB",
        clinic.standing().unwrap().iter().count(),
        clinic.board().position(),
        length / 1_024
    );
    println!(
        "cold, every record read and folded: {:.0} ms",
        cold.as_secs_f64() * 1_000.0
    );
    let next = clinic.board().n_records();
    let mut after_one = Vec::new();
    for round in 0..ROUNDS {
        take(clinic, clock, next + round, &mut chance);
        after_one.push(get(address, &cookie, "/outcomes").0);
    }
    said("whole page after one more record", after_one);
    let again = (0..ROUNDS).map(|_| get(address, &cookie, "/outcomes").0);
    said("whole page with nothing new", again.collect());
    parts(clinic, clock, next + ROUNDS, &mut chance);
    let outside = (0..ROUNDS).map(|round| {
        take(clinic, clock, next + 2 * ROUNDS + round, &mut chance);
        get(address, &cookie, "/outcomes/report").0
    });
    said(
        "report that may leave, after one more record",
        outside.collect(),
    );
    runtime.shutdown_background();
}

/// What the page is made of, timed by itself.
fn parts(clinic: &Clinic, clock: &Arc<dyn Clock>, next: usize, chance: &mut Seeded) {
    let director = Actor {
        id: ActorId::Person(PersonId::make(now(), chance)),
        name: line("the director"),
        roles: vec![Role::MedicalDirector],
        door: Door::Web,
    };
    let (mut folds, mut answers) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        take(clinic, clock, next + round, chance);
        let begun = Instant::now();
        std::hint::black_box(clinic.standing().unwrap());
        folds.push(begun.elapsed());
        let begun = Instant::now();
        let today = clinic.zone_today(now());
        std::hint::black_box(ask(clinic, &director, Asked::default(), today).unwrap());
        answers.push(begun.elapsed());
    }
    said("  of it, records that changed folded again", folds);
    said("  of it, the numbers", answers);
}
