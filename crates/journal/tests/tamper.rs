//! Whatever is done to the file behind the journal's back is found and named.

#![expect(clippy::unwrap_used, reason = "this is a test")]

use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use journal::conformance::{append, author, command, fact, journal, patient};
use journal::{Checkpoint, Entry, Fault, Journal, Position, SqliteKeeper, Version, Wrong, chain};
use proptest::prelude::*;
use rusqlite::Connection;

const ENTRIES: u64 = 60;
const STREAMS: u128 = 7;

struct Kept {
    _folder: tempfile::TempDir,
    path: Utf8PathBuf,
}

impl Kept {
    /// A closed file with sixty entries in seven streams; made once, then copied.
    fn new() -> Self {
        static MADE: OnceLock<Vec<u8>> = OnceLock::new();
        let bytes = MADE.get_or_init(|| {
            let made = Self::made();
            std::fs::read(&made.path).unwrap()
        });
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path())
            .unwrap()
            .join("journal.db");
        std::fs::write(&path, bytes).unwrap();
        Self {
            _folder: folder,
            path,
        }
    }

    fn made() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path())
            .unwrap()
            .join("journal.db");
        let made = journal(Arc::new(SqliteKeeper::create(&path).unwrap()));
        for number in 0..u128::from(ENTRIES) / 2 {
            let text = format!("what was said {number}, at some length, so that a page fills");
            let mut two = append(vec![
                fact(patient(number % STREAMS), text.as_bytes()),
                fact(patient((number + 3) % STREAMS), text.as_bytes()),
            ]);
            two.author.person = format!("person-{}", number % 3);
            made.append(two).unwrap();
        }
        drop(made);
        Self {
            _folder: folder,
            path,
        }
    }

    fn open(&self) -> Journal {
        journal(Arc::new(SqliteKeeper::open(&self.path).unwrap()))
    }

    /// Does something to the database with the triggers that forbid it gone.
    fn forge(&self, change: impl FnOnce(&Connection)) {
        let connection = Connection::open(&self.path).unwrap();
        let triggers: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for trigger in triggers {
            connection
                .execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
        change(&connection);
    }

    fn fault(&self, given: &[Checkpoint]) -> Fault {
        let reader = Arc::new(SqliteKeeper::open_to_read(&self.path).unwrap());
        let found = journal(reader).verify(given, |_, _| {});
        found.unwrap_err().fault().unwrap().clone()
    }

    fn checkpoint(&self) -> Checkpoint {
        self.open().checkpoint().unwrap()
    }

    fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path())
            .unwrap()
            .join("journal.db");
        std::fs::copy(&self.path, &path).unwrap();
        Self {
            _folder: folder,
            path,
        }
    }
}

fn position(number: u64) -> Position {
    Position(number)
}

fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}

/// Puts the head row where the last entry is, as somebody who cuts the end would.
fn mend_head(connection: &Connection) {
    connection
        .execute_batch(
            "UPDATE head SET (position, hash, recorded_at) =
             (SELECT position, hash, recorded_at FROM entry ORDER BY position DESC LIMIT 1)",
        )
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_flipped_byte_of_an_entry_is_named(
        at in 1..=ENTRIES,
        column in prop::sample::select(vec!["sealed", "hash", "command"]),
        byte in 8_usize..16,
        bit in 0_u8..8,
    ) {
        let kept = Kept::new();
        kept.forge(|connection| {
            let read = format!("SELECT {column} FROM entry WHERE position = ?1");
            let mut bytes: Vec<u8> =
                connection.query_row(&read, [sql(at)], |row| row.get(0)).unwrap();
            bytes[byte] ^= 1 << bit;
            let write = format!("UPDATE entry SET {column} = ?2 WHERE position = ?1");
            connection.execute(&write, (sql(at), bytes)).unwrap();
        });
        let fault = kept.fault(&[]);
        prop_assert_eq!(fault, Fault { position: position(at), what: Wrong::Hash });
    }

    #[test]
    fn a_changed_field_of_a_header_is_named(
        at in 1..=ENTRIES,
        change in prop::sample::select(vec![
            "recorded_at = recorded_at + 1",
            "author = 1 + author % 3",
            "ordinal = ordinal + 2",
            "stream = 1 + stream % 7, version = version + 1000",
            "version = version + 1000",
            "sealed = substr(sealed, 1, length(sealed) - 1)",
            "sealed = x''",
        ]),
    ) {
        let kept = Kept::new();
        kept.forge(|connection| {
            let write = format!("UPDATE entry SET {change} WHERE position = ?1");
            connection.execute(&write, [sql(at)]).unwrap();
        });
        let fault = kept.fault(&[]);
        prop_assert_eq!(fault.position, position(at));
        let is_named = matches!(fault.what, Wrong::Hash | Wrong::Version { .. });
        prop_assert!(is_named, "{}", fault);
    }

    #[test]
    fn a_removed_entry_is_named(at in 1..=ENTRIES) {
        let kept = Kept::new();
        kept.forge(|connection| {
            connection.execute("DELETE FROM entry WHERE position = ?1", [sql(at)]).unwrap();
        });
        let missing = Fault { position: position(at), what: Wrong::Missing };
        prop_assert_eq!(kept.fault(&[]), missing);
    }

    #[test]
    fn a_removed_entry_with_all_after_it_moved_up_is_named(at in 1..ENTRIES) {
        let kept = Kept::new();
        kept.forge(|connection| {
            connection.execute("DELETE FROM entry WHERE position = ?1", [sql(at)]).unwrap();
            for later in at + 1..=ENTRIES {
                connection
                    .execute("UPDATE entry SET position = ?1 - 1 WHERE position = ?1", [sql(later)])
                    .unwrap();
            }
            mend_head(connection);
        });
        prop_assert_eq!(kept.fault(&[]).position, position(at));
    }

    #[test]
    fn two_swapped_entries_are_named(first in 1..ENTRIES, more in 1..ENTRIES) {
        let second = (first + more).min(ENTRIES);
        let kept = Kept::new();
        kept.forge(|connection| {
            let update = "UPDATE entry SET position = ?2 WHERE position = ?1";
            connection.execute(update, (sql(first), 1_000_000)).unwrap();
            connection.execute(update, (sql(second), sql(first))).unwrap();
            connection.execute(update, (1_000_000, sql(second))).unwrap();
        });
        prop_assert_eq!(kept.fault(&[]).position, position(first));
    }

    #[test]
    fn a_cut_end_is_named(left in 1..ENTRIES) {
        let kept = Kept::new();
        kept.forge(|connection| {
            connection.execute("DELETE FROM entry WHERE position > ?1", [sql(left)]).unwrap();
        });
        let missing = Fault { position: position(left + 1), what: Wrong::Missing };
        prop_assert_eq!(kept.fault(&[]), missing);
        let late = kept.open().append(append(vec![fact(patient(1), b"over the gap")]));
        prop_assert!(late.is_err(), "nothing is written over a cut end");
    }

    #[test]
    fn a_cut_end_with_its_head_mended_is_named_by_a_checkpoint(left in 1..ENTRIES) {
        let kept = Kept::new();
        let printed = kept.checkpoint().to_string();
        kept.forge(|connection| {
            connection.execute("DELETE FROM entry WHERE position > ?1", [sql(left)]).unwrap();
            mend_head(connection);
        });
        // The journal kept the checkpoint itself.
        let fault = kept.fault(&[]);
        prop_assert_eq!(fault.position, position(left + 1));
        let is_named = matches!(fault.what, Wrong::Shorter(_));
        prop_assert!(is_named, "{}", fault);
        // With that gone too, only the printed one tells.
        kept.forge(|connection| {
            connection.execute("DELETE FROM checkpoint", []).unwrap();
        });
        prop_assert_eq!(kept.open().verify(&[], |_, _| {}).unwrap().entries, left);
        let fault = kept.fault(&[Checkpoint::parse(&printed).unwrap()]);
        prop_assert_eq!(fault.position, position(left + 1));
        let is_named = matches!(fault.what, Wrong::Shorter(_));
        prop_assert!(is_named, "{}", fault);
    }
}

/// Everything a reader can see.
fn seen(kept: &Kept) -> Result<(Vec<Entry>, Vec<Vec<Entry>>), String> {
    let keeper = SqliteKeeper::open_to_read(&kept.path).map_err(|error| error.to_string())?;
    let (clock, chance) = (
        Arc::new(journal::conformance::HandClock::new()),
        Arc::new(journal::conformance::SeededChance::new(5)),
    );
    let master = journal::conformance::master();
    let journal = Journal::open(Arc::new(keeper), &master, clock, chance)
        .map_err(|error| error.to_string())?;
    journal
        .verify(&[], |_, _| {})
        .map_err(|error| error.to_string())?;
    let entries = journal
        .after(Position::START, 1000)
        .map_err(|error| error.to_string())?;
    let streams = (0..STREAMS)
        .map(|stream| journal.stream(patient(stream), Version::NONE))
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    Ok((entries, streams))
}

#[test]
fn a_flipped_byte_anywhere_in_the_file_is_found_or_changes_nothing_that_is_read() {
    let kept = Kept::new();
    let whole = std::fs::read(&kept.path).unwrap();
    let before = seen(&kept).unwrap();
    let mut found = 0;
    let mut state = 0x1234_5678_u64;
    for _ in 0..300 {
        // Steps of a linear congruence (Knuth), so that the places are spread and repeatable.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap() % whole.len();
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (state % 8);
        std::fs::write(&kept.path, &bytes).unwrap();
        match seen(&kept) {
            Ok(after) => assert_eq!(after, before, "byte {at} changed what is read, unseen"),
            Err(_) => found += 1,
        }
    }
    assert!(
        found > 30,
        "only {found} of 300 flips were in a place that matters"
    );
}

#[test]
fn a_missing_head_is_named() {
    let kept = Kept::new();
    kept.forge(|connection| {
        connection.execute("DELETE FROM head", []).unwrap();
    });
    let keeper = Arc::new(SqliteKeeper::open(&kept.path).unwrap());
    let refused = journal::Journal::open(
        keeper,
        &journal::conformance::master(),
        Arc::new(journal::conformance::HandClock::new()),
        Arc::new(journal::conformance::SeededChance::new(1)),
    );
    let refused = refused
        .err()
        .expect("a journal without a head is not opened");
    let inner = std::error::Error::source(&refused).unwrap().to_string();
    assert_eq!(
        inner,
        "the journal's head is not what was written; verify the journal"
    );
}

#[test]
fn entries_smuggled_in_after_the_head_are_named() {
    let kept = Kept::new();
    kept.forge(|connection| {
        connection
            .execute_batch(
                "INSERT INTO entry SELECT position + 1, stream, version + 1000, recorded_at, author,
                 randomblob(16), ordinal, hash, sealed FROM entry WHERE position = 60",
            )
            .unwrap();
    });
    let fault = kept.fault(&[]);
    assert_eq!(
        fault.to_string(),
        "position 0: there are entries after the head of the journal"
    );
}

#[test]
fn an_older_copy_is_named_by_a_checkpoint_of_the_newer_one() {
    let kept = Kept::new();
    let old = kept.copy();
    kept.open()
        .append(append(vec![fact(patient(1), b"after the copy")]))
        .unwrap();
    let checkpoint = kept.checkpoint();
    kept.open()
        .verify(std::slice::from_ref(&checkpoint), |_, _| {})
        .unwrap();
    old.open().verify(&[], |_, _| {}).unwrap();
    let fault = old.fault(std::slice::from_ref(&checkpoint));
    assert_eq!(fault.position, position(ENTRIES + 1));
    assert_eq!(fault.what, Wrong::Shorter(Box::new(checkpoint)));
}

#[test]
fn a_copy_that_went_its_own_way_is_named_by_a_checkpoint() {
    let kept = Kept::new();
    let other = kept.copy();
    for (journal, text) in [(kept.open(), "one way"), (other.open(), "another")] {
        journal
            .append(append(vec![fact(patient(1), text.as_bytes())]))
            .unwrap();
    }
    let checkpoint = kept.checkpoint();
    let fault = other.fault(std::slice::from_ref(&checkpoint));
    assert_eq!(fault.position, position(ENTRIES + 1));
    assert_eq!(fault.what, Wrong::OtherHistory(Box::new(checkpoint)));
}

#[test]
fn an_entry_relinked_by_somebody_without_the_keys_is_named() {
    let kept = Kept::new();
    let last = {
        let keeper = SqliteKeeper::open_to_read(&kept.path).unwrap();
        let mut last =
            journal::Keeper::entries(&keeper, position(ENTRIES - 2), position(ENTRIES), 9).unwrap();
        let stream = last[1].stream;
        let version = last[1].version;
        let before = journal::Keeper::stream_entries(
            &keeper,
            stream,
            Version(version.0 - 2),
            Version(version.0 - 1),
        );
        let mut forged = last.remove(1);
        forged.recorded_at.0 += jiff::SignedDuration::from_secs(60);
        let mut header = Vec::new();
        chain::Header::of(journal::conformance::CLINIC, &forged).encode_into(&mut header);
        let body = chain::body(&header, &forged.sealed);
        forged.hash = chain::link(body, last[0].hash, before.unwrap()[0].hash);
        forged
    };
    kept.forge(|connection| {
        connection
            .execute(
                "UPDATE entry SET recorded_at = ?2, hash = ?3 WHERE position = ?1",
                (
                    sql(ENTRIES),
                    last.recorded_at.0.as_microsecond(),
                    last.hash.0,
                ),
            )
            .unwrap();
        mend_head(connection);
    });
    let fault = kept.fault(&[]);
    assert_eq!(
        fault,
        Fault {
            position: position(ENTRIES),
            what: Wrong::Sealed
        }
    );
}

#[test]
fn a_key_that_went_without_an_erasure_is_named_and_so_is_one_that_came_back() {
    let kept = Kept::new();
    let key: Vec<u8> = {
        let connection = Connection::open(&kept.path).unwrap();
        let number = patient(1).id;
        let read = "SELECT key FROM stream WHERE id = ?1";
        connection
            .query_row(read, [number.as_bytes()], |row| row.get(0))
            .unwrap()
    };
    let other = kept.copy();
    other.forge(|connection| {
        connection
            .execute("UPDATE stream SET key = NULL WHERE number = 2", [])
            .unwrap();
    });
    let fault = other.fault(&[]);
    assert!(matches!(fault.what, Wrong::KeyGone { .. }), "{fault}");
    kept.open()
        .erase_stream(command(), patient(1), author(), "asked")
        .unwrap();
    kept.open().verify(&[], |_, _| {}).unwrap();
    let bytes = std::fs::read(&kept.path).unwrap();
    let is_there = bytes
        .windows(key.len())
        .any(|window| window == key.as_slice());
    assert!(!is_there, "the key is overwritten in the file");
    kept.forge(|connection| {
        let write = "UPDATE stream SET key = ?2 WHERE id = ?1";
        connection
            .execute(write, (patient(1).id.as_bytes(), key))
            .unwrap();
    });
    let fault = kept.fault(&[]);
    assert_eq!(fault.position, position(ENTRIES + 1));
    assert_eq!(fault.what, Wrong::KeyBack { stream: patient(1) });
}

#[test]
fn an_entry_forged_in_an_erased_stream_is_named() {
    let kept = Kept::new();
    let (head, last, number) = {
        let served = kept.open();
        served
            .erase_stream(command(), patient(1), author(), "asked")
            .unwrap();
        let last = served
            .stream(patient(1), Version::NONE)
            .unwrap()
            .pop()
            .unwrap();
        drop(served);
        let connection = Connection::open(&kept.path).unwrap();
        let read = "SELECT number FROM stream WHERE key IS NULL";
        let number: i64 = connection.query_row(read, [], |row| row.get(0)).unwrap();
        (kept.open().head().unwrap(), last, number)
    };
    let mut forged = journal::SealedEntry {
        position: head.position.next(),
        stream: patient(1),
        version: last.version.next(),
        recorded_at: head.recorded_at.unwrap(),
        author: Arc::clone(&last.author),
        command: command(),
        ordinal: 0,
        sealed: vec![1; 80],
        hash: head.hash,
    };
    let mut header = Vec::new();
    chain::Header::of(journal::conformance::CLINIC, &forged).encode_into(&mut header);
    forged.hash = chain::link(chain::body(&header, &forged.sealed), head.hash, last.hash);
    kept.forge(|connection| {
        connection
            .execute(
                "INSERT INTO entry SELECT ?1, ?2, ?3, ?4, author, ?5, 0, ?6, ?7 FROM entry
                 WHERE position = ?8",
                rusqlite::params![
                    sql(forged.position.0),
                    number,
                    sql(forged.version.0),
                    forged.recorded_at.0.as_microsecond(),
                    forged.command.0.as_bytes(),
                    forged.hash.0,
                    forged.sealed,
                    sql(last.position.0),
                ],
            )
            .unwrap();
        mend_head(connection);
    });
    let fault = kept.fault(&[]);
    assert_eq!(fault.position, forged.position);
    assert_eq!(fault.what, Wrong::AfterErasure { stream: patient(1) });
}
