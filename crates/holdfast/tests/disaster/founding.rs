//! `init` and the key.

use std::os::unix::fs::PermissionsExt as _;

use crate::ground::{Ground, ask, ask_in, folder, secret_in, sign_in};

#[test]
fn init_makes_a_clinic_a_key_beside_it_that_only_its_owner_reads_and_a_pass_phrase_that_signs_in() {
    let (_folder, root) = folder();
    let data = root.join("clinic");
    let said = ask(&["init", "--yes", "--data", data.as_str()]).done();
    let key = root.join("clinic.key");
    assert!(said.contains(key.as_str()), "{said}");
    assert!(
        said.contains("without it the record cannot be read"),
        "{said}"
    );
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let inside: Vec<String> = data
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_owned())
        .collect();
    assert!(
        inside
            .iter()
            .all(|name| name.starts_with("clinic.holdfast")),
        "{inside:?}"
    );
    let text = std::fs::read_to_string(&key).unwrap();
    let bytes = std::fs::read(data.join("clinic.holdfast")).unwrap();
    let secret = secret_in(&said);
    for hidden in [text.trim().as_bytes(), secret.as_bytes()] {
        assert!(!bytes.windows(hidden.len()).any(|window| window == hidden));
    }
    let arguments = ["serve", "--data", data.as_str(), "--listen", "127.0.0.1:0"];
    let house = testkit::House::open(crate::ground::PROGRAM, &arguments).unwrap();
    assert_eq!(sign_in(house.address(), "admin", &secret).1, 303);
}

#[test]
fn a_second_init_is_refused_and_changes_nothing() {
    let ground = Ground::fresh();
    let (database, key) = (
        std::fs::read(ground.database()).unwrap(),
        std::fs::read(ground.key()).unwrap(),
    );
    ground
        .ask(&["init", "--yes"])
        .refused(2, &["there is a clinic at", "nothing was changed"]);
    let elsewhere = ground.root.join("other.key");
    ground
        .ask(&["init", "--yes", "--key-file", elsewhere.as_str()])
        .refused(2, &["nothing was changed"]);
    assert!(!elsewhere.exists());
    assert_eq!(std::fs::read(ground.database()).unwrap(), database);
    assert_eq!(std::fs::read(ground.key()).unwrap(), key);
}

#[test]
fn init_never_writes_over_a_key_that_is_there() {
    let (_folder, root) = folder();
    let key = root.join("clinic.key");
    std::fs::write(&key, "the key of another clinic").unwrap();
    let data = root.join("clinic");
    ask(&["init", "--yes", "--data", data.as_str()]).refused(2, &["there is a key at"]);
    assert_eq!(
        std::fs::read_to_string(&key).unwrap(),
        "the key of another clinic"
    );
    assert!(!data.exists());
}

#[test]
fn init_refuses_a_key_inside_the_data_folder() {
    let (_folder, root) = folder();
    let data = root.join("clinic");
    let key = data.join("keys/clinic.key");
    ask(&[
        "init",
        "--yes",
        "--data",
        data.as_str(),
        "--key-file",
        key.as_str(),
    ])
    .refused(2, &["in the data folder"]);
    assert!(!data.exists());
}

#[test]
fn init_in_the_folder_one_stands_in_still_puts_the_key_beside_it() {
    let (_folder, root) = folder();
    let data = root.join("clinic");
    std::fs::create_dir(&data).unwrap();
    let output = std::process::Command::new(crate::ground::PROGRAM)
        .args(["init", "--yes", "--data", "."])
        .current_dir(&data)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(root.join("clinic.key").is_file());
    assert!(!data.join("clinic.key").exists());
}

#[test]
fn a_time_zone_that_is_none_is_refused_before_anything_is_made() {
    let (_folder, root) = folder();
    let data = root.join("clinic");
    ask(&[
        "init",
        "--yes",
        "--data",
        data.as_str(),
        "--zone",
        "Mars/Olympus",
    ])
    .refused(2, &["Mars/Olympus is not a time zone", "America/New_York"]);
    assert_eq!(root.read_dir_utf8().unwrap().count(), 0);
}

#[test]
fn a_missing_key_is_one_sentence_that_says_how_to_name_it() {
    let ground = Ground::fresh();
    std::fs::rename(ground.key(), ground.root.join("away.key")).unwrap();
    for command in [
        &["verify"][..],
        &["serve", "--listen", "127.0.0.1:0"],
        &["checkpoint"],
    ] {
        ground.ask(command).refused(
            2,
            &["there is no master key at", "--key-file", "HOLDFAST_KEY"],
        );
    }
    let away = ground.root.join("away.key");
    ground.ask(&["verify", "--key-file", away.as_str()]).done();
}

#[test]
fn a_wrong_key_is_one_sentence_and_damages_nothing() {
    let (ground, (_folder, root)) = (Ground::fresh(), folder());
    let other = root.join("other");
    ask(&["init", "--yes", "--data", other.as_str()]).done();
    let wrong = root.join("other.key");
    for command in [
        &["verify"][..],
        &["serve", "--listen", "127.0.0.1:0"],
        &["checkpoint"],
    ] {
        let mut all = command.to_vec();
        all.extend(["--key-file", wrong.as_str()]);
        ground
            .ask(&all)
            .refused(1, &["is not the one this journal was sealed with"]);
    }
    ground.ask(&["verify"]).done();
}

#[test]
fn a_mistyped_key_is_told_from_a_wrong_one_and_a_file_that_holds_none_from_both() {
    let ground = Ground::fresh();
    let text = std::fs::read_to_string(ground.key()).unwrap();
    let position = text
        .rfind(|letter: char| letter.is_ascii_alphanumeric())
        .unwrap();
    let other = if text[position..].starts_with('0') {
        "1"
    } else {
        "0"
    };
    let mut mistyped = text.clone();
    mistyped.replace_range(position..=position, other);
    std::fs::write(ground.key(), &mistyped).unwrap();
    let said = ground.ask(&["verify"]);
    said.refused(2, &["mistyped or cut short", "clinic.key"]);
    assert!(
        !said.err.contains(mistyped.trim()),
        "no key is ever printed"
    );
    std::fs::write(ground.key(), "a shopping list\n").unwrap();
    ground.ask(&["verify"]).refused(2, &["holdfast-key-1:"]);
    std::fs::write(ground.key(), [0xFF, 0xFE, 0x00]).unwrap();
    ground.ask(&["verify"]).refused(2, &["clinic.key"]);
    std::fs::write(ground.key(), text).unwrap();
    ground.ask(&["verify"]).done();
}

#[test]
fn a_key_in_the_environment_opens_the_clinic_without_a_file() {
    let ground = Ground::fresh();
    let text = std::fs::read_to_string(ground.key()).unwrap();
    std::fs::remove_file(ground.key()).unwrap();
    let data = ground.data();
    let verify = ["verify", "--data", data.as_str()];
    ask_in(&[("HOLDFAST_KEY", &text)], &verify).done();
    ask_in(&[("HOLDFAST_KEY", "not a key")], &verify)
        .refused(2, &["the environment variable HOLDFAST_KEY"]);
}
