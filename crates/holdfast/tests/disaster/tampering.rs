//! Verification names what was done to the file.

use rusqlite::params;

use crate::ground::{Ground, json};

const NAMES: &[&str] = &["Ada", "Bo", "Cleo", "Dee", "Eli"];

/// A clinic with a few enquiries in it, and the position of the last.
fn with_enquiries() -> (Ground, i64) {
    let ground = Ground::fresh();
    ground.take_enquiries(NAMES);
    let last = ground.position();
    assert!(last > 5, "{last}");
    (ground, last)
}

/// Holds verification to fail first at a position, in words and as data.
#[track_caller]
fn fails_at(ground: &Ground, position: i64, words: &str) {
    let said = ground.ask(&["verify"]);
    assert_eq!(said.code, Some(1), "{} {}", said.out, said.err);
    let expected = format!("First fault: position {position}: ");
    assert!(said.out.contains(&expected), "{expected} in {}", said.out);
    assert!(said.out.contains(words), "{words} in {}", said.out);
    let said = ground.ask(&["verify", "--format", "json"]);
    assert_eq!(said.code, Some(1), "{} {}", said.out, said.err);
    let said = json(&said.out);
    assert_eq!(said["verifies"], false);
    assert_eq!(said["position"], position);
    assert!(said["fault"].as_str().unwrap().contains(words), "{said}");
}

#[test]
fn a_whole_record_verifies_in_words_and_as_data() {
    let (ground, last) = with_enquiries();
    let said = ground.ask(&["verify"]).done();
    assert!(
        said.starts_with(&format!("The record verifies: {last} entries")),
        "{said}"
    );
    let said = json(&ground.ask(&["verify", "--format", "json"]).done());
    assert_eq!(said["verifies"], true);
    assert_eq!(said["entries"], last);
}

#[test]
fn a_flipped_byte_is_found_and_named_wherever_it_is() {
    let (ground, last) = with_enquiries();
    let connection = ground.forced();
    for position in [1, last / 2, last] {
        let sealed: Vec<u8> = connection
            .query_row(
                "SELECT sealed FROM entry WHERE position = ?1",
                [position],
                |row| row.get(0),
            )
            .unwrap();
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            let put = "UPDATE entry SET sealed = ?1 WHERE position = ?2";
            connection.execute(put, params![flipped, position]).unwrap();
            fails_at(&ground, position, "changed after it was written");
            connection.execute(put, params![sealed, position]).unwrap();
        }
    }
    ground.ask(&["verify"]).done();
}

#[test]
fn a_changed_header_is_found_and_named() {
    let (ground, last) = with_enquiries();
    let connection = ground.forced();
    let position = last - 2;
    let columns = ["recorded_at = recorded_at + 1", "command = randomblob(16)"];
    for column in columns {
        connection.execute_batch("BEGIN").unwrap();
        let change = format!("UPDATE entry SET {column} WHERE position = {position}");
        connection.execute(&change, []).unwrap();
        connection.execute_batch("COMMIT").unwrap();
        let said = ground.ask(&["verify"]);
        assert_eq!(said.code, Some(1), "{column}: {}", said.out);
        let expected = format!("First fault: position {position}: ");
        assert!(said.out.contains(&expected), "{column}: {}", said.out);
    }
}

#[test]
fn a_removed_entry_is_found_and_named() {
    let (ground, last) = with_enquiries();
    let position = last - 2;
    let connection = ground.forced();
    connection
        .execute("DELETE FROM entry WHERE position = ?1", [position])
        .unwrap();
    fails_at(&ground, position, "missing");
}

#[test]
fn an_entry_removed_and_the_rest_moved_up_is_found_and_named() {
    let (ground, last) = with_enquiries();
    let position = last - 2;
    let connection = ground.forced();
    connection
        .execute("DELETE FROM entry WHERE position = ?1", [position])
        .unwrap();
    for later in position + 1..=last {
        connection
            .execute(
                "UPDATE entry SET position = ?1 WHERE position = ?2",
                [later - 1, later],
            )
            .unwrap();
    }
    connection
        .execute("UPDATE head SET position = position - 1", [])
        .unwrap();
    fails_at(&ground, position, "");
}

#[test]
fn two_swapped_entries_are_found_and_the_first_is_named() {
    let (ground, last) = with_enquiries();
    let (first, second) = (last - 3, last - 1);
    let connection = ground.forced();
    for (from, to) in [(first, 0), (second, first), (0, second)] {
        connection
            .execute(
                "UPDATE entry SET position = ?1 WHERE position = ?2",
                [to, from],
            )
            .unwrap();
    }
    fails_at(&ground, first, "");
}

#[test]
fn swapped_contents_are_found_and_the_first_is_named() {
    let (ground, last) = with_enquiries();
    let (first, second) = (last - 3, last - 1);
    let connection = ground.forced();
    let sealed = |position: i64| -> Vec<u8> {
        connection
            .query_row(
                "SELECT sealed FROM entry WHERE position = ?1",
                [position],
                |row| row.get(0),
            )
            .unwrap()
    };
    let (one, other) = (sealed(first), sealed(second));
    let put = "UPDATE entry SET sealed = ?1 WHERE position = ?2";
    connection.execute(put, params![other, first]).unwrap();
    connection.execute(put, params![one, second]).unwrap();
    fails_at(&ground, first, "changed after it was written");
}

#[test]
fn a_truncated_entry_is_found_and_named() {
    let (ground, last) = with_enquiries();
    let position = last - 1;
    let connection = ground.forced();
    let cut =
        "UPDATE entry SET sealed = substr(sealed, 1, length(sealed) - ?1) WHERE position = ?2";
    connection.execute(cut, params![7, position]).unwrap();
    fails_at(&ground, position, "");
    let empty = "UPDATE entry SET sealed = x'' WHERE position = ?1";
    connection.execute(empty, [position]).unwrap();
    fails_at(&ground, position, "");
}

#[test]
fn a_journal_cut_short_with_its_head_moved_back_is_named_only_by_a_checkpoint_kept_elsewhere() {
    let (ground, last) = with_enquiries();
    let checkpoint = ground.root.join("checkpoint.txt");
    std::fs::write(&checkpoint, ground.ask(&["checkpoint"]).done()).unwrap();
    ground
        .ask(&["verify", "--checkpoint", checkpoint.as_str()])
        .done();
    // The last entries go, with everything in the file that speaks of them.
    let connection = ground.forced();
    connection
        .execute("DELETE FROM entry WHERE position > ?1", [last - 2])
        .unwrap();
    connection.execute("DELETE FROM checkpoint", []).unwrap();
    connection
        .execute(
            "UPDATE head SET (position, hash, recorded_at) = \
             (SELECT position, hash, recorded_at FROM entry ORDER BY position DESC LIMIT 1)",
            [],
        )
        .unwrap();
    connection
        .execute(
            "DELETE FROM stream WHERE number NOT IN (SELECT stream FROM entry)",
            [],
        )
        .unwrap();
    ground.ask(&["verify"]).done();
    let said = ground.ask(&["verify", "--checkpoint", checkpoint.as_str()]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(
        said.out.contains("was cut, or this is an older copy"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains(&format!("position {last}")),
        "{}",
        said.out
    );
}

#[test]
fn an_older_copy_put_back_is_named_by_a_newer_checkpoint() {
    let ground = Ground::fresh();
    ground.take_enquiries(&["Ada"]);
    let older = std::fs::read(ground.database()).unwrap();
    ground.take_enquiries(&["Bo"]);
    let position = ground.position();
    let checkpoint = ground.root.join("checkpoint.txt");
    std::fs::write(&checkpoint, ground.ask(&["checkpoint"]).done()).unwrap();
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", ground.database()));
    }
    std::fs::write(ground.database(), older).unwrap();
    ground.ask(&["verify"]).done();
    let said = ground.ask(&[
        "verify",
        "--checkpoint",
        checkpoint.as_str(),
        "--format",
        "json",
    ]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    let fault = json(&said.out);
    assert!(
        fault["fault"].as_str().unwrap().contains("older copy"),
        "{fault}"
    );
    assert!(
        fault["fault"]
            .as_str()
            .unwrap()
            .contains(&position.to_string()),
        "{fault}"
    );
    // What is written on top of the older copy is another history, however long it grows.
    ground.take_enquiries(&["Cleo", "Dee"]);
    let said = ground.ask(&["verify", "--checkpoint", checkpoint.as_str()]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("this is another history"), "{}", said.out);
}

#[test]
fn a_checkpoint_that_was_changed_is_not_believed() {
    let ground = Ground::fresh();
    let text = ground.ask(&["checkpoint"]).done();
    let file = ground.root.join("checkpoint.txt");
    for letter in ["0", "1", "a", "b"] {
        let Some(at) = text.find(letter) else {
            continue;
        };
        let mut changed = text.clone();
        changed.replace_range(at..=at, "7");
        std::fs::write(&file, &changed).unwrap();
        let said = ground.ask(&["verify", "--checkpoint", file.as_str()]);
        assert!(
            matches!(said.code, Some(1 | 2)),
            "{changed}: {}{}",
            said.out,
            said.err
        );
    }
    ground
        .ask(&["verify", "--checkpoint", "no/such/file.txt"])
        .refused(2, &["no/such/file.txt cannot be read"]);
}

#[test]
fn a_checkpoint_of_another_clinic_is_not_believed() {
    let (_folder, root) = crate::ground::folder();
    let data = root.join("other");
    crate::ground::ask(&["init", "--yes", "--data", data.as_str()]).done();
    let checkpoint = crate::ground::ask(&["checkpoint", "--data", data.as_str()]).done();
    let file = root.join("checkpoint.txt");
    std::fs::write(&file, checkpoint).unwrap();
    let ground = Ground::fresh();
    let said = ground.ask(&["verify", "--checkpoint", file.as_str()]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("another clinic"), "{}", said.out);
}

#[test]
fn a_page_of_the_file_overwritten_is_a_fault_or_an_error_and_never_a_clean_bill() {
    let ground = Ground::fresh();
    ground.take_enquiries(NAMES);
    let whole = std::fs::read(ground.database()).unwrap();
    let mut n_found = 0;
    for page in 1..whole.len() / 4096 {
        let mut broken = whole.clone();
        for byte in &mut broken[page * 4096..page * 4096 + 64] {
            *byte ^= 0x5A;
        }
        std::fs::write(ground.database(), &broken).unwrap();
        let said = ground.ask(&["verify"]);
        assert!(matches!(said.code, Some(0..=2)), "page {page}: {said:?}");
        assert!(said.err.lines().count() <= 1, "page {page}: {}", said.err);
        n_found += usize::from(said.code != Some(0));
    }
    // Pages of the rim (sign-ins, drafts) are not of the record, and verification says nothing of them.
    assert!(n_found > 8, "only {n_found} broken pages were found");
    std::fs::write(ground.database(), &whole).unwrap();
    ground.ask(&["verify"]).done();
}
