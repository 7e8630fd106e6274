//! The commands `rules` and `protocol`, run as an operator runs them.

use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot run the binary has failed"
)]
fn holdfast(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_holdfast"))
        .current_dir(ROOT)
        .args(args)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_shipped_rules_and_examples_pass_from_the_files_and_from_the_binary() {
    for args in [
        ["rules", "check"].as_slice(),
        &["rules", "check", "rules/house.toml"],
        &["rules", "test"],
        &["rules", "test", "rules/examples/monitoring.toml"],
        &["protocol", "check"],
        &["protocol", "check", "protocols/kare-2022.toml"],
    ] {
        let output = holdfast(args);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}{}",
            out(&output),
            said(&output)
        );
    }
    let (file, binary) = (
        holdfast(&["rules", "check", "rules/house.toml"]),
        holdfast(&["rules", "check"]),
    );
    assert_eq!(out(&file), out(&binary), "one digest, however it is read");
}

#[test]
fn a_case_is_assessed_as_json_with_one_verdict_a_rule() {
    let facts = "crates/protocol/tests/cases/clear.json";
    let args = [
        "rules",
        "assess",
        "--pack",
        "rules/house.toml",
        "--facts",
        facts,
        "--format",
        "json",
    ];
    let output = holdfast(&args);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["clearance"], "nothing_in_the_way");
    let verdicts = found["verdicts"].as_array().unwrap();
    assert!(verdicts.len() > 70, "{}", verdicts.len());
    for verdict in verdicts {
        for key in [
            "rule", "version", "class", "outcome", "used", "missing", "evidence", "sources",
        ] {
            assert!(!verdict[key].is_null(), "{key} of {}", verdict["rule"]);
        }
    }
}

#[test]
fn a_fault_is_told_with_file_and_line_and_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = std::fs::read_to_string(format!("{ROOT}/rules/discharge.toml")).unwrap();
    let text = text
        .replace("includes = [\"shared.toml\"]\n", "")
        .replace("aldrete since", "aldrette since");
    std::fs::write(&path, text).unwrap();
    let output = holdfast(&["rules", "check", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        out(&output).contains("there is no input or definition aldrette; did you mean aldrete?")
    );
    assert!(out(&output).contains("mine.toml:"), "{}", out(&output));
}

#[test]
fn what_cannot_be_asked_ends_with_2_and_a_sentence() {
    for (args, says) in [
        (
            ["rules", "check", "nowhere.toml"].as_slice(),
            "cannot read nowhere.toml",
        ),
        (&["rules", "explain", "Z9"], "there is no rule Z9"),
        (&["protocol", "show", "kare"], "there is no protocol kare"),
        (
            &["rules", "assess", "--facts", "Cargo.toml"],
            "the facts are not JSON",
        ),
        (&["rules", "assess"], "--facts"),
    ] {
        let output = holdfast(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", said(&output));
        assert!(said(&output).contains(says), "{args:?}: {}", said(&output));
    }
}
