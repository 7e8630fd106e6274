//! People and keys from the command line.

use std::sync::Arc;

use camino::Utf8Path;
use clinic::{Clinic, Library};
use journal::{Journal, MasterKey, SqliteKeeper, SystemChance};

use crate::ground::{Ground, secret_in, sign_in};

/// The clinic as a library opens it, beside whoever serves it.
pub(crate) fn opened(ground: &Ground) -> Clinic {
    opened_at(&ground.database(), &ground.key())
}

/// The clinic in a database, opened with a key file.
pub(crate) fn opened_at(database: &Utf8Path, key: &Utf8Path) -> Clinic {
    let keeper = SqliteKeeper::open_to_read(database).unwrap();
    let key = std::fs::read_to_string(key).unwrap();
    let master = MasterKey::from_text(key.trim()).unwrap();
    let clock = Arc::new(testkit::FixedClock::at(
        "2026-11-24T12:00:00Z".parse().unwrap(),
    ));
    let journal = Journal::open(Arc::new(keeper), &master, clock, Arc::new(SystemChance)).unwrap();
    Clinic::open(journal, Library::embedded().unwrap()).unwrap()
}

#[test]
fn a_person_added_at_the_command_line_is_listed_and_signs_in() {
    let ground = Ground::fresh();
    let said = ground
        .ask(&[
            "person",
            "add",
            "--name",
            "Dana Whitlock RN",
            "--sign-in",
            "dana",
            "--role",
            "nurse",
        ])
        .done();
    let secret = secret_in(&said);
    let listed = ground.ask(&["person", "list"]).done();
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("dana ") && line.contains("Dana Whitlock RN [nurse]")),
        "{listed}"
    );
    let as_data = ground.ask(&["person", "list", "--format", "json"]).done();
    let as_data = crate::ground::json(&as_data);
    let dana = as_data
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["sign_in"] == "dana")
        .unwrap();
    assert_eq!(dana["roles"], serde_json::json!(["nurse"]));
    assert_eq!(dana["is_here"], true);

    let house = ground.serve();
    assert_eq!(sign_in(house.address(), "dana", &secret).1, 303);
    assert_eq!(sign_in(house.address(), "dana", "wrong").1, 422);
}

#[test]
fn a_reset_pass_phrase_ends_the_old_one() {
    let ground = Ground::fresh();
    let said = ground
        .ask(&["person", "reset", "--sign-in", "admin"])
        .done();
    let secret = secret_in(&said);
    assert_ne!(secret, ground.secret);
    let house = ground.serve();
    assert_eq!(sign_in(house.address(), "admin", &ground.secret).1, 422);
    assert_eq!(sign_in(house.address(), "admin", &secret).1, 303);
}

#[test]
fn a_person_who_is_not_there_or_a_role_that_is_none_is_one_sentence_and_changes_nothing() {
    let ground = Ground::fresh();
    let before = ground.position();
    ground
        .ask(&["person", "reset", "--sign-in", "nobody"])
        .refused(2, &["nobody signs in as nobody"]);
    ground
        .ask(&[
            "person",
            "add",
            "--name",
            "X",
            "--sign-in",
            "x",
            "--role",
            "wizard",
        ])
        .refused(2, &["wizard is not a role", "nurse"]);
    ground
        .ask(&[
            "person",
            "add",
            "--name",
            "X",
            "--sign-in",
            "admin",
            "--role",
            "nurse",
        ])
        .refused(2, &[]);
    assert_eq!(ground.position(), before);
}

#[test]
fn a_changed_key_opens_the_clinic_and_the_old_one_no_longer_does() {
    let ground = Ground::fresh();
    let first = ground.ask(&["key", "show"]).done();
    let new = ground.root.join("new.key");
    ground.ask(&["key", "change", "--to", new.as_str()]).done();
    ground
        .ask(&["verify"])
        .refused(1, &["is not the one this journal was sealed with"]);
    ground
        .ask(&["serve", "--listen", "127.0.0.1:0"])
        .refused(1, &["is not the one this journal was sealed with"]);
    let under_new = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--key-file", new.as_str()]);
        ground.ask(&all)
    };
    let second = under_new(&["key", "show"]).done();
    assert_ne!(first, second, "the fingerprint is the key's");
    under_new(&["verify"]).done();
    let text = std::fs::read_to_string(&new).unwrap();
    assert!(
        !second.contains(text.trim()),
        "the key itself is never shown"
    );
}

#[test]
fn a_key_is_not_changed_onto_a_file_that_is_there() {
    let ground = Ground::fresh();
    let key = ground.key();
    let before = std::fs::read(&key).unwrap();
    ground
        .ask(&["key", "change", "--to", key.as_str()])
        .refused(2, &["already"]);
    assert_eq!(std::fs::read(&key).unwrap(), before);
    ground.ask(&["verify"]).done();
}
