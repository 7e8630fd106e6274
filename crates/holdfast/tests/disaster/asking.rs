//! How the program is asked: help everywhere, and an end code that says how it went.

use crate::ground::ask;

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
