//! A clinic with many rooms in use: how long a tap takes to be durable and to be on every other screen,
//! whether an entry is ever lost or out of order, and whether memory stays flat.
//!
//! ```text
//! cargo bench -p web --bench rooms                                      # 20 rooms, 10 readings/s, a minute
//! ROOMS=200 RATE=20 SECONDS=600 cargo bench -p web --bench rooms        # 200 rooms for ten minutes
//! ROOMS=0 cargo bench -p web --bench rooms                              # only the page of 400 entries
//! SCREENS=no cargo bench -p web --bench rooms                           # without browsers
//! ```
//!
//! The server is a process of its own over SQLite on disk, looked after as `holdfast serve` does.
//! Every room has a tablet that charts at its hour whatever the last answer took (an open loop: a slow
//! answer makes the next one late, and the lateness counts), and a screen that follows the room's stream
//! and asks for the page whenever something changed, as `holdfast.js` does.
//! Some rooms have real browsers: one in which somebody taps, one on the same room that sees it, others on
//! other rooms and on the floor board. All of them read one clock, the machine's.
//!
//! The run fails when an acknowledged reading is not in the journal exactly once and in its order, when a
//! stream told of things out of order, or when a screen never showed the last reading of its room.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a bench prints its figures, reads the real clock, and may stop where it cannot go on"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts become rates"
)]

mod answer;
#[path = "../shared/house.rs"]
mod house;
mod made;
mod page;
mod screen;
mod server;
mod stream;
mod tablet;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use camino::Utf8Path;
use house::{SECRET, setting};
use made::Made;
use testkit::House;

/// The allocator the program is built with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long screens may take to show the last reading once the tablets have ended.
const LAST: Duration = Duration::from_secs(3);

/// Now, in milliseconds since 1970, as `performance.timeOrigin + performance.now()` counts them.
fn now_ms() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
        * 1_000.0
}

/// The middle, the 95th and the 99th of a hundred, and the longest of some times in milliseconds.
fn spread(mut taken: Vec<f64>) -> String {
    if taken.is_empty() {
        return "nothing measured".to_owned();
    }
    taken.sort_by(f64::total_cmp);
    let at = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)];
    format!(
        "p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, longest {:.2} ms ({} measured)",
        at(50),
        at(95),
        at(99),
        taken[taken.len() - 1],
        taken.len()
    )
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|one| one == "serve") {
        server::serve(Utf8Path::new(&arguments[place + 1]));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path())
        .unwrap()
        .join("clinic.holdfast");
    let n_rooms = setting("ROOMS", 20);
    let made = made::make(&path, n_rooms);
    let program = std::env::current_exe().unwrap();
    let mut house = House::open(program.to_str().unwrap(), &["serve", path.as_str()]).unwrap();
    println!(
        "{n_rooms} rooms in use; the server is open at {}",
        house.address()
    );
    page::measure(&house, &made.long);
    if n_rooms > 0 {
        rooms(&mut house, &made, &path);
    }
}

/// Runs every room for the time, and holds what came of it to what was promised.
fn rooms(house: &mut House, made: &Made, path: &Utf8Path) {
    let (rate, seconds) = (setting("RATE", 10), setting("SECONDS", 60));
    let sign_in = tablet::SignedIn::at(house.address(), &made.rooms[0]);
    let streams = stream::follow(&sign_in, &made.rooms);
    let screens = screen::Screens::open(house.address(), &made.rooms);
    let began = resident(house);
    println!("resident at the start: {began} MiB");
    let started = Instant::now();
    // Where somebody taps in a browser, no tablet charts: what the screens show there is theirs alone.
    let n_tapped = usize::from(screens.is_some());
    let tablets = tablet::chart(&sign_in, &made.rooms, n_tapped, (rate, seconds));
    for tenth in 1..10 {
        let until = Duration::from_secs_f64(seconds as f64 * f64::from(tenth) / 10.0);
        std::thread::sleep(until.saturating_sub(started.elapsed()));
        println!("resident after {tenth} tenths: {} MiB", resident(house));
    }
    let charted = tablets.wait();
    println!(
        "readings: {} in {seconds} s, {rate} a second asked",
        charted.len()
    );
    if let Some(screens) = &screens {
        screens.rest();
    }
    std::thread::sleep(LAST);
    let seen = screens.map(screen::Screens::close);
    println!("resident at the end: {} MiB", resident(house));
    assert!(house.close().unwrap().success(), "{}", house.said());
    let told = streams.close();
    println!(
        "tap to durable: {}",
        spread(
            charted
                .iter()
                .map(|one| one.answered_ms - one.due_ms)
                .collect()
        )
    );
    if let Some(seen) = &seen {
        screen::report(seen, &charted);
    }
    stream::report(&told, &charted);
    let kept = made::readings(path, &made.rooms);
    let lost = answer::compare(&charted, seen.as_ref(), &kept);
    println!(
        "lost {}, reordered {}, twice {}",
        lost.lost, lost.reordered, lost.twice
    );
    assert_eq!(
        lost,
        answer::Kept::default(),
        "the journal does not hold what was acknowledged"
    );
}

/// The server's resident memory, in MiB.
fn resident(house: &House) -> usize {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", house.id())).unwrap_or_default();
    let kib = status.lines().find_map(|line| {
        let rest = line.strip_prefix("VmRSS:")?;
        rest.trim()
            .trim_end_matches(" kB")
            .trim()
            .parse::<usize>()
            .ok()
    });
    kib.unwrap_or(0) / 1_024
}
