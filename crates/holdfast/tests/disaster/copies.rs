//! Backups, and proving the restore.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use testkit::Visitor;

use crate::ground::{Ground, ask, command, enquire, until};

#[test]
fn a_backup_taken_while_people_write_verifies_and_serves_what_was_acknowledged_before_it() {
    let ground = Ground::fresh();
    let house = ground.serve();
    let address = house.address().to_owned();
    let (is_over, n_sent) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let writer = {
        let (is_over, n_sent) = (Arc::clone(&is_over), Arc::clone(&n_sent));
        std::thread::spawn(move || {
            while !is_over.load(Ordering::SeqCst) {
                let name = format!("Writer {}", n_sent.load(Ordering::SeqCst));
                enquire(&address, &name, &command(&name)).unwrap();
                n_sent.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    until("three enquiries are taken", || {
        n_sent.load(Ordering::SeqCst) >= 3
    });
    let before = n_sent.load(Ordering::SeqCst);
    let copy = ground.root.join("copy.holdfast");
    let said = ground.ask(&["backup", "--to", copy.as_str()]).done();
    assert!(said.contains("verifies"), "{said}");
    let after = n_sent.load(Ordering::SeqCst);
    until("writing goes on", || n_sent.load(Ordering::SeqCst) > after);
    is_over.store(true, Ordering::SeqCst);
    writer.join().unwrap();

    let data = ground.root.join("restored");
    let key = ground.key();
    let place = ["--data", data.as_str(), "--key-file", key.as_str()];
    let mut restore = vec!["restore", "--from", copy.as_str()];
    restore.extend(place);
    let said = ask(&restore).done();
    assert!(said.contains("The record verifies"), "{said}");
    let site = ground.site();
    let mut serve = vec!["serve", "--listen", "127.0.0.1:0", "--site", site.as_str()];
    serve.extend(place);
    let restored = testkit::House::open(crate::ground::PROGRAM, &serve).unwrap();
    let (mut admin, status) = crate::ground::sign_in(restored.address(), "admin", &ground.secret);
    assert_eq!(status, 303);
    assert_eq!(admin.get("/people").unwrap().status, 200);
    assert!(enquire(restored.address(), "After", &command("After")).is_some());
    let health = Visitor::of(restored.address()).get("/health").unwrap();
    assert_eq!(health.status, 200);
    drop(restored);
    let listed = names_in(&data, &ground);
    for n in 0..before {
        let name = format!("Writer {n}");
        assert_eq!(
            listed.iter().filter(|one| **one == name).count(),
            1,
            "{name}"
        );
    }
}

/// The names on the board of a data folder.
fn names_in(data: &camino::Utf8Path, ground: &Ground) -> Vec<String> {
    let database = data.join("clinic.holdfast");
    let clinic = crate::people::opened_at(&database, &ground.key());
    let board = clinic.board();
    board
        .lines()
        .map(|(_, line)| line.name.to_string())
        .collect()
}

#[test]
fn a_backup_never_writes_over_anything() {
    let ground = Ground::fresh();
    let copy = ground.root.join("copy.holdfast");
    std::fs::write(&copy, "something dear").unwrap();
    ground
        .ask(&["backup", "--to", copy.as_str()])
        .refused(2, &["something at", "nothing was changed"]);
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "something dear");
}

#[test]
fn a_backup_of_a_damaged_clinic_says_so_and_ends_with_one() {
    let ground = Ground::fresh();
    let connection = ground.forced();
    connection
        .execute(
            "UPDATE entry SET sealed = zeroblob(40) WHERE position = 1",
            [],
        )
        .unwrap();
    drop(connection);
    let copy = ground.root.join("copy.holdfast");
    ground
        .ask(&["backup", "--to", copy.as_str()])
        .refused(1, &["does not verify", "position 1"]);
}

#[test]
fn a_restore_is_refused_where_a_clinic_is_and_changes_nothing() {
    let ground = Ground::fresh();
    let copy = ground.root.join("copy.holdfast");
    ground.ask(&["backup", "--to", copy.as_str()]).done();
    ground.take_enquiries(&["Ada"]);
    let before = std::fs::read(ground.database()).unwrap();
    ground
        .ask(&["restore", "--from", copy.as_str()])
        .refused(2, &["there is a clinic at", "move it away first"]);
    assert_eq!(std::fs::read(ground.database()).unwrap(), before);
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_of_it_is_left() {
    let ground = Ground::fresh();
    ground.take_enquiries(&["Ada", "Bo"]);
    let copy = ground.root.join("copy.holdfast");
    ground.ask(&["backup", "--to", copy.as_str()]).done();
    let connection = rusqlite::Connection::open(copy.as_std_path()).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER entry_is_never_updated;
             UPDATE entry SET sealed = zeroblob(length(sealed)) WHERE position = 2;",
        )
        .unwrap();
    connection.close().unwrap();
    let data = ground.root.join("restored");
    let key = ground.key();
    let place = ["--data", data.as_str(), "--key-file", key.as_str()];
    let restore = |from: &str| {
        let mut all = vec!["restore", "--from", from];
        all.extend(place);
        ask(&all)
    };
    let said = restore(copy.as_str());
    assert_eq!(said.code, Some(1), "{} {}", said.out, said.err);
    assert!(
        said.out.contains("First fault: position 2: "),
        "{}",
        said.out
    );
    assert!(!data.exists(), "nothing is left");
    let cut = std::fs::read(&copy).unwrap();
    std::fs::write(&copy, &cut[..cut.len() / 2]).unwrap();
    let said = restore(copy.as_str());
    assert_eq!(said.code, Some(1), "{} {}", said.out, said.err);
    assert!(!data.exists(), "nothing is left");
    restore("no/such.holdfast").refused(2, &["there is no backup at"]);
    assert!(!data.exists(), "nothing is left");
}

#[test]
fn a_restore_checks_the_backup_against_a_checkpoint_kept_elsewhere() {
    let ground = Ground::fresh();
    let copy = ground.root.join("copy.holdfast");
    ground.ask(&["backup", "--to", copy.as_str()]).done();
    ground.take_enquiries(&["Ada"]);
    let checkpoint = ground.root.join("checkpoint.txt");
    std::fs::write(&checkpoint, ground.ask(&["checkpoint"]).done()).unwrap();
    let data = ground.root.join("restored");
    let key = ground.key();
    let said = ask(&[
        "restore",
        "--from",
        copy.as_str(),
        "--data",
        data.as_str(),
        "--key-file",
        key.as_str(),
        "--checkpoint",
        checkpoint.as_str(),
    ]);
    assert_eq!(said.code, Some(1), "{} {}", said.out, said.err);
    assert!(said.out.contains("older copy"), "{}", said.out);
    assert!(!data.exists());
}

#[test]
fn a_backup_is_not_opened_with_another_key() {
    let ground = Ground::fresh();
    let copy = ground.root.join("copy.holdfast");
    ground.ask(&["backup", "--to", copy.as_str()]).done();
    let new = ground.root.join("new.key");
    ground.ask(&["key", "change", "--to", new.as_str()]).done();
    let data = ground.root.join("restored");
    let restore = |key: &str| {
        ask(&[
            "restore",
            "--from",
            copy.as_str(),
            "--data",
            data.as_str(),
            "--key-file",
            key,
        ])
    };
    restore(new.as_str()).refused(1, &["is not the one this journal was sealed with"]);
    assert!(!data.exists());
    restore(ground.key().as_str()).done();
}
