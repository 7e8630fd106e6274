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

fn walk(path: &[String], leaves: &mut Vec<String>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = ask(&arguments).done();
    let words = path.join(" ");
    assert!(help.contains("Usage: holdfast"), "{words}: {help}");
    assert!(
        help.contains("Example:\n  holdfast ") || help.contains("Examples:\n  holdfast "),
        "{words} has no example: {help}"
    );
    assert!(
        help.contains(&format!("\n  holdfast {words}")),
        "{words} is in its example: {help}"
    );
    assert!(
        help.lines().all(|line| line.chars().count() <= 100),
        "{help}"
    );
    let below = commands(&help);
    if below.is_empty() {
        leaves.push(words);
    }
    for command in below {
        let mut longer = path.to_vec();
        longer.push(command);
        walk(&longer, leaves);
    }
}

#[test]
fn every_command_has_help_with_an_example_of_itself() {
    let mut leaves = Vec::new();
    walk(&[], &mut leaves);
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
