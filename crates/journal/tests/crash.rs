//! A kill at any moment loses nothing that was acknowledged and leaves a journal that verifies.

#![expect(clippy::unwrap_used, reason = "this is a test")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use camino::Utf8Path;
use journal::conformance::{append, fact, journal, patient};
use journal::{CommandId, Entry, Position, SqliteKeeper};
use uuid::Uuid;

const KILLS: u64 = 100;
const WRITERS: u128 = 4;
const PATH: &str = "HOLDFAST_CRASH_PATH";
const ROUND: &str = "HOLDFAST_CRASH_ROUND";

/// The program that is killed: this test binary again, asked for this test alone.
#[test]
#[ignore = "runs only as the child of the test below"]
fn child_that_appends_until_it_is_killed() {
    let Ok(path) = std::env::var(PATH) else {
        return;
    };
    let round: u128 = std::env::var(ROUND).unwrap().parse().unwrap();
    let journal = journal(Arc::new(SqliteKeeper::open(Utf8Path::new(&path)).unwrap()));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let journal = journal.clone();
            scope.spawn(move || {
                for number in 0_u128.. {
                    let name = (round << 64) | (writer << 32) | number;
                    let text = name.to_string();
                    let facts = match number % 3 {
                        0 => vec![fact(patient(writer), text.as_bytes()); 3],
                        1 => vec![fact(patient(1000 + number % 50), text.as_bytes())],
                        _ => vec![fact(patient(99), text.as_bytes())],
                    };
                    let mut asked = append(facts);
                    asked.command = CommandId(Uuid::from_u128(name));
                    let answer = journal.append(asked).unwrap();
                    let (_, _, first) = answer.entries[0];
                    let mut out = std::io::stdout().lock();
                    writeln!(
                        out,
                        "\nacknowledged {first} {name} {}",
                        answer.entries.len()
                    )
                    .unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

/// Runs the child, kills it after so many acknowledgements and so long, and gives what it
/// acknowledged: first position, and how many entries, by command.
fn run_and_kill(path: &Utf8Path, round: u64) -> BTreeMap<u128, (u64, usize)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child_that_appends_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(PATH, path)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let reader = thread::spawn(move || {
        let mut acknowledged = BTreeMap::new();
        // A last line may be cut by the kill; what is cut was not acknowledged.
        for line in lines.map_while(Result::ok) {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["acknowledged", first, name, entries] = words.as_slice()
                && let (Ok(first), Ok(name), Ok(entries)) =
                    (first.parse(), name.parse(), entries.parse())
            {
                acknowledged.insert(name, (first, entries));
                counted.fetch_add(1, Ordering::SeqCst);
            }
        }
        acknowledged
    });
    // Chance by a linear congruence, so that a failure can be repeated about where it was.
    let chance = round.wrapping_mul(6_364_136_223_846_793_005) >> 40;
    let wanted = usize::try_from(1 + chance % 25).unwrap();
    while count.load(Ordering::SeqCst) < wanted && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_micros(200));
    }
    thread::sleep(Duration::from_micros(chance % 7000));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn a_hundred_kills_lose_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path())
        .unwrap()
        .join("journal.db");
    drop(journal(Arc::new(SqliteKeeper::create(&path).unwrap())));
    let mut acknowledged: BTreeMap<u128, (u64, usize)> = BTreeMap::new();
    for round in 1..=KILLS {
        let now = run_and_kill(&path, round);
        assert!(
            !now.is_empty(),
            "round {round}: the child acknowledged nothing"
        );
        acknowledged.extend(now);
        let journal = journal(Arc::new(SqliteKeeper::open(&path).unwrap()));
        let report = journal.verify(&[], |_, _| {}).unwrap();
        let mut entries: Vec<Entry> = Vec::new();
        journal
            .replay(Position::START, |batch| entries.extend_from_slice(batch))
            .unwrap();
        assert_eq!(u64::try_from(entries.len()).unwrap(), report.entries);
        for (name, (first, count)) in &acknowledged {
            let from = usize::try_from(*first).unwrap() - 1;
            for entry in &entries[from..from + count] {
                assert_eq!(entry.command, CommandId(Uuid::from_u128(*name)));
                assert_eq!(entry.content.bytes().unwrap(), name.to_string().as_bytes());
            }
        }
    }
    println!(
        "{KILLS} kills, {} appends acknowledged, all there",
        acknowledged.len()
    );
}
