//! When things go wrong: one clear sentence each, and no damage.

#![expect(clippy::unwrap_used, reason = "this is a test")]

use std::error::Error;
use std::os::unix::process::CommandExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};
use journal::conformance::{
    HandClock, SeededChance, append, author, command, fact, journal, master, patient,
};
use journal::{
    Journal, KeeperError, MasterKey, OpenError, Position, SqliteKeeper, Version, Wrong, restore,
    verify_backup,
};
use rusqlite::Connection;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.0.path()).unwrap().join(name)
    }
}

fn made(path: &Utf8Path, entries: usize) -> Journal {
    let journal = journal(Arc::new(SqliteKeeper::create(path).unwrap()));
    journal
        .append(append(vec![fact(patient(1), b"what was said"); entries]))
        .unwrap();
    journal
}

fn open(path: &Utf8Path) -> Journal {
    journal(Arc::new(SqliteKeeper::open(path).unwrap()))
}

/// Opens for reading and verifies, with clock and chance of the suite.
fn check(path: &Utf8Path, key: &MasterKey) -> Result<u64, journal::VerifyError> {
    let (clock, chance) = (Arc::new(HandClock::new()), Arc::new(SeededChance::new(3)));
    verify_backup(path, key, clock, chance, &[], |_, _| {}).map(|report| report.entries)
}

#[test]
fn a_second_server_on_one_file_is_refused_and_readers_are_not() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    let server = made(&path, 3);
    let second = SqliteKeeper::open(&path).err().unwrap();
    assert_eq!(
        second.to_string(),
        format!("another server has the journal at {path} open; stop it first")
    );
    assert_eq!(check(&path, &master()).unwrap(), 3);
    server
        .append(append(vec![fact(patient(2), b"still serving")]))
        .unwrap();
    drop(server);
    assert_eq!(open(&path).head().unwrap().position, Position(4));
}

#[test]
fn what_is_not_there_or_not_a_journal_is_named() {
    let folder = Folder::new();
    let absent = folder.path("absent.db");
    let refused = SqliteKeeper::open(&absent).err().unwrap();
    assert!(matches!(refused, KeeperError::Absent { .. }), "{refused}");
    assert!(
        !absent.exists() && !folder.path("absent.db.lock").exists(),
        "nothing was made"
    );
    let text = folder.path("notes.txt");
    std::fs::write(
        &text,
        "not a database, but long enough to be looked at".repeat(100),
    )
    .unwrap();
    let refused = SqliteKeeper::open(&text).err().unwrap();
    assert_eq!(
        refused.to_string(),
        format!("the file at {text} is not a Holdfast journal")
    );
    let other = folder.path("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    let refused = SqliteKeeper::open(&other).err().unwrap();
    assert!(matches!(refused, KeeperError::Foreign { .. }), "{refused}");
    let refused = SqliteKeeper::create(&other).err().unwrap();
    assert!(matches!(refused, KeeperError::Present { .. }), "{refused}");
}

#[test]
fn a_journal_newer_than_the_program_is_refused_and_left_alone() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    drop(made(&path, 1));
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 2)
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let refused = SqliteKeeper::open(&path).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "the journal has schema 2, this program knows 1; use a newer program"
    );
    assert!(SqliteKeeper::open_to_read(&path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_full_disk_refuses_the_append_and_what_was_there_stands() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    let keeper = Arc::new(SqliteKeeper::create(&path).unwrap());
    let journal = journal(Arc::<SqliteKeeper>::clone(&keeper));
    journal
        .append(append(vec![fact(patient(1), b"before")]))
        .unwrap();
    keeper.limit_pages(60).unwrap();
    let large = append(vec![fact(patient(2), &[7; 4000]); 200]);
    let refused = journal.append(large.clone()).unwrap_err();
    assert_eq!(
        refused.source().unwrap().to_string(),
        "the disk is full; nothing was written, make room and try again"
    );
    assert_eq!(journal.head().unwrap().position, Position(1));
    assert_eq!(journal.version(patient(2)).unwrap(), Version::NONE);
    journal
        .append(append(vec![fact(patient(1), b"small ones still fit")]))
        .unwrap();
    journal.verify(&[], |_, _| {}).unwrap();
    keeper.limit_pages(1_000_000).unwrap();
    let taken = journal.append(large).unwrap();
    assert_eq!((taken.repeated, taken.entries.len()), (false, 200));
    journal.verify(&[], |_, _| {}).unwrap();
}

#[test]
fn a_log_of_access_that_was_lost_is_told_at_the_next_flush() {
    let folder = Folder::new();
    let keeper = Arc::new(SqliteKeeper::create(&folder.path("journal.db")).unwrap());
    let journal = journal(Arc::<SqliteKeeper>::clone(&keeper));
    keeper.limit_pages(40).unwrap();
    let row = journal::AccessRow {
        at: journal
            .append(append(vec![fact(patient(1), b"x")]))
            .unwrap()
            .recorded_at,
        person: "p".repeat(200),
        role: "nurse".to_owned(),
        stream: Some(patient(1)),
        door: "web".to_owned(),
        what: "chart".to_owned(),
    };
    journal.access_log_soon(vec![row; 2000]).unwrap();
    assert!(journal.flush().is_err());
    journal.flush().unwrap();
}

/// Where the test below finds the file, when it runs itself as an account that may only read.
const READ_ONLY: &str = "HOLDFAST_TEST_READ_ONLY";

fn assert_only_reading(path: &Utf8Path) {
    let refused = SqliteKeeper::open(path).err().unwrap();
    assert!(matches!(refused, KeeperError::ReadOnly), "{refused}");
}

/// Runs the test below anew as the account that owns nothing, for root may write anywhere.
fn ask_as_nobody(folder: &Utf8Path, path: &Utf8Path) -> std::io::Result<bool> {
    const NOBODY: u32 = 65_534;
    for one in [folder, path] {
        std::os::unix::fs::chown(one, Some(NOBODY), Some(NOBODY))?;
    }
    let mut again = std::process::Command::new(std::env::current_exe()?);
    again
        .args(["--exact", "a_file_that_may_only_be_read_is_named"])
        .env(READ_ONLY, path)
        .uid(NOBODY)
        .gid(NOBODY);
    Ok(again.status()?.success())
}

#[test]
fn a_file_that_may_only_be_read_is_named() {
    if let Ok(path) = std::env::var(READ_ONLY) {
        assert_only_reading(Utf8Path::new(&path));
        return;
    }
    let folder = Folder::new();
    let path = folder.path("journal.db");
    drop(made(&path, 2));
    let reader = journal(Arc::new(SqliteKeeper::open_to_read(&path).unwrap()));
    let refused = reader
        .append(append(vec![fact(patient(1), b"x")]))
        .unwrap_err();
    let said = "the journal can only be read; check the permissions of its file and folder";
    assert_eq!(refused.source().unwrap().to_string(), said);
    drop(reader);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    if std::fs::File::options().write(true).open(&path).is_ok() {
        match ask_as_nobody(path.parent().unwrap(), &path) {
            Ok(is_refused) => assert!(is_refused, "see above what the other account saw"),
            Err(error) => {
                println!("skipped: nothing can be run as another account here: {error}");
            }
        }
        return;
    }
    assert_only_reading(&path);
}

#[test]
fn a_wrong_key_is_told_from_a_mistyped_and_from_a_missing_one() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    drop(made(&path, 1));
    let before = std::fs::read(&path).unwrap();
    let wrong = check(&path, &MasterKey::from_bytes([9; 32])).unwrap_err();
    let inner = wrong.source().unwrap().to_string();
    assert!(inner.starts_with("the master key "), "{inner}");
    assert!(
        inner.contains("is not the one this journal was sealed with"),
        "{inner}"
    );
    assert!(MasterKey::from_text("holdfast-key-1: ABCDE").is_err());
    assert!(MasterKey::from_text("").is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn keys_changed_in_the_database_are_named() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    drop(made(&path, 1));
    Connection::open(&path)
        .unwrap()
        .execute_batch("UPDATE founding SET clinic_key = zeroblob(60)")
        .unwrap();
    let keeper = Arc::new(SqliteKeeper::open(&path).unwrap());
    let (clock, chance) = (Arc::new(HandClock::new()), Arc::new(SeededChance::new(3)));
    let refused = Journal::open(keeper, &master(), clock, chance)
        .err()
        .unwrap();
    assert!(matches!(refused, OpenError::KeysChanged), "{refused}");
}

#[test]
fn entries_and_checkpoints_are_neither_updated_nor_deleted() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    let served = made(&path, 2);
    served.checkpoint().unwrap();
    drop(served);
    let connection = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE entry SET version = 9",
        "DELETE FROM entry",
        "UPDATE checkpoint SET text = ''",
        "DELETE FROM checkpoint",
        "UPDATE author SET role = 'doctor'",
        "DELETE FROM author",
        "DELETE FROM stream",
        "UPDATE stream SET key = zeroblob(60)",
        "UPDATE stream SET id = zeroblob(16)",
        "UPDATE access SET person = ''",
    ] {
        let done = connection.execute(sql, []);
        // The access log is empty, so its trigger has nothing to refuse.
        assert!(done.is_err() || done == Ok(0), "{sql} was done");
    }
    drop(connection);
    assert_eq!(check(&path, &master()).unwrap(), 2);
}

#[test]
fn a_backup_made_while_serving_verifies_and_restores() {
    let folder = Folder::new();
    let (path, backup, back) = (
        folder.path("journal.db"),
        folder.path("backup.db"),
        folder.path("back.db"),
    );
    let served = made(&path, 1000);
    served
        .rim_put("draft", "a", b"not yet signed", None)
        .unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let (served, is_done) = (&served, &is_done);
        scope.spawn(move || {
            while !is_done.load(Ordering::SeqCst) {
                served
                    .append(append(vec![fact(patient(2), b"meanwhile")]))
                    .unwrap();
            }
        });
        for _ in 0..3 {
            served.backup(&backup).unwrap();
            assert!(check(&backup, &master()).unwrap() >= 1000);
            std::fs::remove_file(&backup).unwrap();
        }
        is_done.store(true, Ordering::SeqCst);
    });
    served.backup(&backup).unwrap();
    let head = served.head().unwrap();
    let again = served.backup(&backup).unwrap_err();
    assert!(matches!(again, KeeperError::Present { .. }), "{again}");
    drop(served);
    let (clock, chance) = (Arc::new(HandClock::new()), Arc::new(SeededChance::new(4)));
    let report = restore(&backup, &back, &master(), clock, chance, &[], |_, _| {}).unwrap();
    assert_eq!(report.head, head);
    let restored = open(&back);
    assert_eq!(
        restored.rim_get("draft", "a").unwrap().unwrap().value,
        b"not yet signed"
    );
    restored
        .append(append(vec![fact(patient(2), b"and on it goes")]))
        .unwrap();
    restored.verify(&[], |_, _| {}).unwrap();
}

#[test]
fn a_damaged_backup_is_not_put_in_place() {
    let folder = Folder::new();
    let (path, backup, back) = (
        folder.path("journal.db"),
        folder.path("backup.db"),
        folder.path("back.db"),
    );
    let served = made(&path, 50);
    served.backup(&backup).unwrap();
    Connection::open(&backup)
        .unwrap()
        .execute_batch(
            "DROP TRIGGER entry_is_never_updated;
             UPDATE entry SET sealed = zeroblob(length(sealed)) WHERE position = 17;",
        )
        .unwrap();
    let (clock, chance) = (Arc::new(HandClock::new()), Arc::new(SeededChance::new(4)));
    let refused = restore(&backup, &back, &master(), clock, chance, &[], |_, _| {}).unwrap_err();
    let fault = refused.fault().unwrap();
    assert_eq!((fault.position, &fault.what), (Position(17), &Wrong::Hash));
    assert!(!back.exists());
}

#[test]
fn an_erasure_reaches_the_next_backup_and_not_the_one_before() {
    let folder = Folder::new();
    let (before, after) = (folder.path("before.db"), folder.path("after.db"));
    let served = made(&folder.path("journal.db"), 3);
    served.backup(&before).unwrap();
    served
        .erase_stream(command(), patient(1), author(), "asked")
        .unwrap();
    served.backup(&after).unwrap();
    // Documented in docs/operate/verification.md: an older backup still reads with the master key.
    for (path, is_open) in [(&before, true), (&after, false)] {
        let entries = open(path).stream(patient(1), Version::NONE).unwrap();
        assert!(
            entries
                .iter()
                .all(|entry| entry.content.bytes().is_some() == is_open)
        );
    }
}

#[test]
fn verification_goes_on_beside_appends_and_erasures() {
    let folder = Folder::new();
    let served = made(&folder.path("journal.db"), 4000);
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let (served, is_done) = (&served, &is_done);
        scope.spawn(move || {
            for number in 10.. {
                if is_done.load(Ordering::SeqCst) {
                    break;
                }
                served
                    .append(append(vec![fact(patient(number), b"soon erased")]))
                    .unwrap();
                served
                    .erase_stream(command(), patient(number), author(), "asked")
                    .unwrap();
            }
        });
        for _ in 0..15 {
            let report = served.verify(&[], |_, _| {});
            assert!(report.is_ok(), "{report:?}");
        }
        is_done.store(true, Ordering::SeqCst);
    });
}
