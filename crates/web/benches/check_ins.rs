//! How many check-ins a second come in over HTTP, each durable in the journal on disk before it is answered.
//!
//! ```text
//! cargo bench -p web --bench check_ins                          # 500 a second for a minute
//! RATE=1000 SECONDS=10 cargo bench -p web --bench check_ins
//! ```
//!
//! The load is open: each check-in has a moment at which it is due, whatever became of those before, and
//! its time is counted from that moment, so that a server that stands still cannot hide it. A check-in is
//! what a phone sends that went on without a line: nine answers in one form. Server and phones share the
//! same cores. Afterwards the journal is opened anew from the disk and verified, and its check-ins are
//! counted: as many as were acknowledged, and each once. Beside it stand the limits of the same disk in
//! the same run: single writes made durable one after another, and sealed rows written by many at once.

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

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use camino::Utf8Path;
use clinic::act::import::{Foreign, take_in};
use clinic::act::link::waited::for_phone;
use clinic::act::link::{Standing, make, standing, unlock};
use clinic::{Actor, Clinic, Operation};
use jiff::{Timestamp, ToSpan as _};
use record::fact::person::PersonRegistered;
use record::fact::substance_use::CheckInAnswered;
use record::fact::visit::CourseOpened;
use record::ids::{CourseId, PatientId};
use record::words::{Door, Substance};
use record::{Clock, Fact, OccurredAt};
use virtual_clinic::chance::Seeded;
use web::App;

#[path = "shared/house.rs"]
mod house;

use house::{BORN, Fixed, found, line, now, open, setting};

/// The allocator the program is built with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many phones have a line open; one that is due while all are busy waits, and its wait counts.
const PHONES: usize = 96;

/// How many prepare at once, so that the journal commits many with one sync.
const AT_ONCE: usize = 64;

/// A link that was sent, and what lets its phone put answers in.
struct Phone {
    token: String,
    slot: String,
}

/// Does something for each number below `n`, many at once, in order of their numbers.
fn at_once<T: Send>(n: usize, work: impl Fn(usize, &mut Seeded) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|worker| {
                let (next, work) = (&next, &work);
                scope.spawn(move || {
                    let mut chance = Seeded::new(1_000 + u64::try_from(worker).unwrap());
                    let mut done = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= n {
                            return done;
                        }
                        done.push((at, work(at, &mut chance)));
                    }
                })
            })
            .collect();
        let done = workers.into_iter().flat_map(|one| one.join().unwrap());
        done.collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, one)| one).collect()
}

fn on_course(number: usize, now: Timestamp, chance: &mut Seeded) -> Foreign {
    let identity = house::person(number);
    let course = CourseOpened {
        course: CourseId::make(now, chance),
        protocol: line("kare-2022"),
        protocol_version: 1,
        substance: Substance::new("alcohol").unwrap(),
        day_zero: None,
    };
    let facts: [Fact; 2] = [PersonRegistered { identity }.into(), course.into()];
    let facts = facts
        .into_iter()
        .map(|fact| (OccurredAt(now), fact))
        .collect();
    house::record(PatientId::make(now, chance), number, facts)
}

/// People on a course, and `n` links that are open, each for a day of its own.
fn prepare(clinic: &Clinic, clock: &dyn Clock, n: usize) -> Vec<Phone> {
    let now = clock.now();
    let n_people = n.clamp(1, setting("PEOPLE", 5_000));
    let people = at_once(n_people, |number, chance| {
        let foreign = on_course(number, now, chance);
        let patient = foreign.patient;
        let actor = Actor::system(Door::Import);
        take_in(&mut Operation::new(actor, clock, chance), clinic, foreign).unwrap();
        patient
    });
    let today = clinic.zone_today(now);
    at_once(n, |number, chance| {
        let patient = people[number % n_people];
        let ago = i32::try_from(number / n_people).unwrap();
        let mut operation = Operation::new(Actor::system(Door::Link), clock, chance);
        let day = today.saturating_sub(ago.days());
        let token = make(&mut operation, clinic, patient, day).unwrap().token;
        let pass = unlock(&mut operation, clinic, &token, BORN).unwrap();
        let Standing::Open(asking) = standing(clinic, &token, Some(&pass), now).unwrap() else {
            unreachable!("a link just made is open")
        };
        let slot = for_phone(clinic, &token, &pass, &asking).slot;
        Phone { token, slot }
    })
}

/// The form a phone sends when its line is back.
fn form(phone: &Phone, csrf: &str, number: usize) -> String {
    let mut form = format!("csrf={csrf}&slot={}", phone.slot);
    for (question, answer) in [
        ("craving_peak", "3"),
        ("used", "no"),
        ("mood", "6"),
        ("sleep", "6.5"),
        ("stress", "4"),
        ("confidence", "7"),
        ("risky", "no"),
        ("safe", "yes"),
        ("words", "A+walk+helped"),
    ] {
        write!(
            form,
            "&question={question}&answer={answer}&kept_at=1000&command=c{number}{question}"
        )
        .unwrap();
    }
    form.push_str("&sent_at=2000");
    form
}

/// Reads one answer; its status, and its text.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> (u16, String) {
    let mut got = Vec::new();
    loop {
        let n = stream.read(buffer).unwrap();
        assert!(n > 0, "the server closed the connection");
        got.extend_from_slice(&buffer[..n]);
        let Some(head) = got.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&got[..head]).to_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let is_whole = match length {
            Some(length) => got.len() >= head + 4 + length.trim().parse::<usize>().unwrap(),
            None => got.ends_with(b"0\r\n\r\n"),
        };
        if is_whole {
            let status = text[9..12].parse().unwrap();
            return (status, String::from_utf8_lossy(&got).into_owned());
        }
    }
}

/// What a page gives every form on it.
fn csrf(address: SocketAddr, token: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET /check-in/{token} HTTP/1.1\r\nhost: bench\r\n\r\n"
    )
    .unwrap();
    let (_, page) = answer(&mut stream, &mut vec![0; 1 << 16]);
    let rest = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Sends every check-in when it is due; gives the microseconds from then until each was acknowledged.
fn load(address: SocketAddr, phones: &[Phone], csrf: &str, rate: usize) -> Vec<u64> {
    let next = AtomicUsize::new(0);
    let begins = Instant::now() + Duration::from_millis(200);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..PHONES)
            .map(|_| {
                scope.spawn(|| {
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut buffer = vec![0_u8; 1 << 16];
                    let mut taken = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(phone) = phones.get(at) else {
                            return taken;
                        };
                        let due = begins + Duration::from_secs_f64(at as f64 / rate as f64);
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                        let body = form(phone, csrf, at);
                        let head = format!(
                            "POST /check-in/{}/kept HTTP/1.1\r\nhost: bench\r\norigin: http://bench\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
                            phone.token,
                            body.len()
                        );
                        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
                        let (status, page) = answer(&mut stream, &mut buffer);
                        assert_eq!(status, 200, "{page}");
                        assert!(page.contains("data-hf-state=\"in\""), "{page}");
                        taken.push(u64::try_from(due.elapsed().as_micros()).unwrap());
                    }
                })
            })
            .collect();
        all.into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    })
}

/// Single writes of half a kilobyte made durable one after another, a second.
fn syncs(folder: &Utf8Path) -> f64 {
    let mut file = std::fs::File::create(folder.join("limit")).unwrap();
    let (begun, mut n) = (Instant::now(), 0_usize);
    while begun.elapsed() < Duration::from_secs(2) {
        file.write_all(&[7; 512]).unwrap();
        file.sync_data().unwrap();
        n += 1;
    }
    n as f64 / begun.elapsed().as_secs_f64()
}

/// Sealed rows of half a kilobyte written by many at once and waited for, a second.
fn rows(clinic: &Clinic) -> f64 {
    let n = 20_000;
    let begun = Instant::now();
    at_once(n, |number, _| {
        let key = number.to_string();
        let journal = clinic.journal();
        journal.rim_put("limit", &key, &[7; 512], None).unwrap();
    });
    n as f64 / begun.elapsed().as_secs_f64()
}

/// Opens the journal anew from the disk, verifies it, and counts its check-ins; gives how many there are.
fn count(path: &Utf8Path, clock: &Arc<dyn Clock>) -> usize {
    let clinic = open(path, clock);
    let report = clinic.journal().verify(&[], |_, _| {}).unwrap();
    println!(
        "the journal opened anew: {} entries verified",
        report.entries
    );
    let patients: Vec<PatientId> = clinic.board().lines().map(|(id, _)| *id).collect();
    patients
        .iter()
        .map(|patient| {
            let known = clinic.chart(*patient).unwrap();
            known.chart.all::<CheckInAnswered>().count()
        })
        .sum()
}

fn main() {
    let (rate, seconds) = (setting("RATE", 500), setting("SECONDS", 60));
    let clock: Arc<dyn Clock> = Arc::new(Fixed(now()));
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    let path = folder.join("clinic.holdfast");
    let mut chance = Seeded::new(7);
    let clinic = Arc::new(found(&path, &clock, &mut chance));
    let begun = Instant::now();
    let phones = prepare(&clinic, &*clock, rate * seconds);
    println!(
        "prepared: {} links in {:.1} s",
        phones.len(),
        begun.elapsed().as_secs_f64()
    );
    println!(
        "limit: writes made durable one by one: {:.0}/s",
        syncs(folder)
    );
    println!(
        "limit: rows written by {AT_ONCE} at once: {:.0}/s",
        rows(&clinic)
    );
    let app = house::app(&clinic, &clock, chance);
    let taken = served(&app, &phones, rate);
    drop(app);
    drop(clinic);
    let n_kept = count(&path, &clock);
    assert_eq!(
        n_kept,
        taken.len(),
        "every check-in acknowledged is kept, once"
    );
    println!("kept: {n_kept} check-ins, each once");
}

/// Serves the clinic and puts the load on it; gives the microseconds of each check-in.
fn served(app: &Arc<App>, phones: &[Phone], rate: usize) -> Vec<u64> {
    let (runtime, address) = house::serve(app);
    let csrf = csrf(address, &phones[0].token);
    let begun = Instant::now();
    let mut taken = load(address, phones, &csrf, rate);
    let came = taken.len() as f64 / begun.elapsed().as_secs_f64();
    taken.sort_unstable();
    let at = |percent: usize| {
        let nth = taken.len() * percent / 100;
        taken[nth.min(taken.len() - 1)] as f64 / 1_000.0
    };
    println!(
        "check-ins: {came:.0}/s of {rate}/s due, {} acknowledged; from when each was due: middle {:.1} ms, 99 of 100 within {:.1} ms, longest {:.1} ms",
        taken.len(),
        at(50),
        at(99),
        at(100)
    );
    runtime.shutdown_timeout(Duration::from_secs(10));
    taken
}
