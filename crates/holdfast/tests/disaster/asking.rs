//! How the program is asked: help everywhere, and an end code that says how it went.

use crate::ground::{Ground, ask};

/// The commands a help text lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help.split("Commands:\n").nth(1).unwrap_or_default();
    listed
        .lines()
        .take_while(|line| line.starts_with(' '))
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// What the help of one command lacks.
fn lacks(words: &str, help: &str) -> Vec<&'static str> {
    let demands = [
        (help.contains("Usage: holdfast"), "no usage"),
        (
            help.contains("Example:\n  holdfast ") || help.contains("Examples:\n  holdfast "),
            "no example",
        ),
        (
            help.contains(&format!("\n  holdfast {words}")),
            "no example of itself",
        ),
        (
            help.lines().all(|line| line.chars().count() <= 100),
            "a line over 100 letters",
        ),
    ];
    let failed = demands.into_iter().filter(|(is_met, _)| !is_met);
    failed.map(|(_, lack)| lack).collect()
}

fn walk(path: &[String], leaves: &mut Vec<String>, lacking: &mut Vec<String>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = ask(&arguments).done();
    let words = path.join(" ");
    let lacks = lacks(&words, &help);
    lacking.extend(lacks.iter().map(|lack| format!("{words}: {lack}")));
    let below = commands(&help);
    if below.is_empty() {
        leaves.push(words);
    }
    for command in below {
        let mut longer = path.to_vec();
        longer.push(command);
        walk(&longer, leaves, lacking);
    }
}

#[test]
fn every_command_has_help_with_an_example_of_itself() {
    let (mut leaves, mut lacking) = (Vec::new(), Vec::new());
    walk(&[], &mut leaves, &mut lacking);
    assert!(lacking.is_empty(), "{lacking:#?}");
    for known in [
        "demo",
        "init",
        "serve",
        "verify",
        "checkpoint",
        "backup",
        "restore",
        "import ctn",
        "export chart",
        "export tables",
        "person add",
        "person reset",
        "person list",
        "person erase",
        "key change",
        "key show",
    ] {
        assert!(
            leaves.iter().any(|leaf| leaf == known),
            "{known} is not among {leaves:?}"
        );
    }
}

#[test]
fn what_is_no_command_or_lacks_an_argument_ends_with_two() {
    for arguments in [
        &["dance"][..],
        &[],
        &["serve"],
        &["restore", "--data", "x"],
        &["person"],
    ] {
        let said = ask(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {said:?}");
        assert!(said.out.is_empty(), "{arguments:?}: {}", said.out);
        assert!(said.err.contains("Usage"), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn a_format_that_is_none_is_answered_with_those_there_are() {
    let said = ask(&["verify", "--data", "x", "--format", "xml"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("text, json"), "{}", said.err);
}

#[test]
fn the_version_is_said() {
    let said = ask(&["--version"]).done();
    assert_eq!(
        said.trim(),
        format!("holdfast {}", env!("CARGO_PKG_VERSION"))
    );
}

/// Every command that works on a clinic, with what else it must be told.
const ON_A_CLINIC: [&[&str]; 16] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["verify"],
    &["checkpoint"],
    &["backup", "--to", "copy"],
    &["import", "ctn", "trial", "--day-zero", "2025-01-01"],
    &["export", "chart", "pt_00000000000000000000000000"],
    &["export", "tables", "--to", "tables"],
    &[
        "person",
        "add",
        "--name",
        "X",
        "--sign-in",
        "x",
        "--role",
        "nurse",
    ],
    &["person", "reset", "--sign-in", "admin"],
    &["person", "list"],
    &[
        "person",
        "erase",
        "pt_00000000000000000000000000",
        "--by",
        "x",
        "--reason",
        "y",
    ],
    &["key", "change", "--to", "new.key"],
    &["key", "show"],
    &["rules", "reassess"],
    &["rules", "load", "trial"],
    &["rules", "unload"],
];

/// What is to be taken in is read before the clinic is opened, and a pack is put back without opening it.
fn asks_for_no_key_yet(command: &[&str]) -> bool {
    [&["import", "ctn"], &["rules", "load"], &["rules", "unload"]]
        .iter()
        .any(|one| command.starts_with(*one))
}

fn on(data: &str, command: &[&str]) -> crate::ground::Said {
    ask(&[command, &["--data", data]].concat())
}

#[test]
fn every_command_on_a_clinic_that_is_not_there_is_one_sentence_ends_with_two_and_makes_nothing() {
    let (_folder, root) = crate::ground::folder();
    let data = root.join("nowhere");
    for command in ON_A_CLINIC {
        let said = on(data.as_str(), command);
        assert_eq!(said.code, Some(2), "{command:?}: {said:?}");
        assert!(said.out.is_empty(), "{command:?}: {}", said.out);
        if command.starts_with(&["import"]) {
            said.refused(2, &["give the folder of a trial"]);
        } else {
            said.refused(2, &["there is no ", "init"]);
        }
        assert!(!data.exists(), "{command:?} makes nothing");
    }
    let (mut leaves, mut lacking) = (Vec::new(), Vec::new());
    walk(&[], &mut leaves, &mut lacking);
    for leaf in leaves {
        let path: Vec<&str> = leaf.split(' ').collect();
        let help = ask(&[&path[..], &["--help"]].concat()).done();
        let usage = help.lines().find(|line| line.starts_with("Usage: "));
        let is_on_a_clinic = usage.is_some_and(|line| line.contains("--data <DIR>"));
        let is_tried = ON_A_CLINIC.iter().any(|command| command.starts_with(&path));
        // These make the folder.
        let makes_one =
            ["init", "restore", "instrument load", "instrument change"].contains(&leaf.as_str());
        assert!(
            is_tried || makes_one || !is_on_a_clinic,
            "{leaf} works on a clinic and is not in the table"
        );
    }
}

#[test]
fn a_key_that_is_missing_or_another_ends_every_command_on_a_clinic_in_one_sentence() {
    let ground = Ground::fresh();
    let before = std::fs::read(ground.database()).unwrap();
    let key = std::fs::read_to_string(ground.key()).unwrap();
    let other = "A".repeat(4);
    for (text, is_there) in [(other.as_str(), true), ("", false)] {
        if is_there {
            std::fs::write(ground.key(), text).unwrap();
        } else {
            std::fs::remove_file(ground.key()).unwrap();
        }
        for command in ON_A_CLINIC
            .into_iter()
            .filter(|one| !asks_for_no_key_yet(one))
        {
            let said = on(ground.data().as_str(), command);
            assert!(matches!(said.code, Some(1 | 2)), "{command:?}: {said:?}");
            assert_eq!(said.err.lines().count(), 1, "{command:?}: {}", said.err);
            assert!(said.err.contains("key"), "{command:?}: {}", said.err);
            assert!(said.out.is_empty(), "{command:?}: {}", said.out);
        }
    }
    assert_eq!(std::fs::read(ground.database()).unwrap(), before);
    std::fs::write(ground.key(), key).unwrap();
    ground.ask(&["verify"]).done();
}

/// The figures of real change a director decided, in a file.
const NOISE: &str = "instrument = \"phq-9\"\nstandard_deviation = 6.1\nreliability = 0.84\nsample = \"of whom\"\nsource = \"where\"\ndecided_by = \"Dr Lindqvist\"\ndecided_on = \"2026-03-02\"\n";

#[test]
fn the_figures_of_real_change_are_held_to_their_instrument_and_kept_only_in_a_clinic() {
    let (_folder, root) = crate::ground::folder();
    let data = root.join("nowhere");
    let file = root.join("ours.toml");
    let change = ["instrument", "change", file.as_str()];
    std::fs::write(&file, NOISE).unwrap();
    on(data.as_str(), &change).refused(2, &["there is no clinic in", "init"]);
    assert!(!data.exists());
    std::fs::write(&file, NOISE.replace("phq-9", "edi")).unwrap();
    on(data.as_str(), &change).refused(2, &["no score of EDI is better or worse"]);
    std::fs::write(&file, NOISE.replace("0.84", "1.2")).unwrap();
    on(data.as_str(), &change).refused(2, &["from 0 to below 1"]);
    std::fs::write(&file, NOISE.replace("phq-9", "../x")).unwrap();
    on(data.as_str(), &change).refused(2, &["there is no instrument ../x"]);
}
