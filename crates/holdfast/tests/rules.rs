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
    let facts = "rules/examples/clear.json";
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
            "Cargo.toml: the facts cannot be read as JSON",
        ),
        (&["rules", "assess"], "--facts"),
    ] {
        let output = holdfast(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", said(&output));
        assert!(said(&output).contains(says), "{args:?}: {}", said(&output));
    }
}

#[test]
fn a_clinics_own_rules_are_exported_changed_loaded_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (ours, data) = (path("ours"), path("clinic"));
    let done = |args: &[&str]| {
        let output = holdfast(args);
        let said = format!("{args:?}: {}{}", out(&output), said(&output));
        assert_eq!(output.status.code(), Some(0), "{said}");
        out(&output)
    };
    done(&["init", "--data", &data, "--yes"]);
    done(&["rules", "export", &ours]);
    let pack = format!("{ours}/house.toml");
    let text = std::fs::read_to_string(&pack).unwrap();
    std::fs::write(&pack, text.replace("version = 1\n", "version = 2\n")).unwrap();
    let rules = format!("{ours}/eligibility.toml");
    let shipped = std::fs::read_to_string(&rules).unwrap();
    // A threshold that no longer agrees with the examples is not loaded.
    let looser = "resting_systolic_pair >= 190 mmHg or resting_diastolic_pair >= 90 mmHg";
    let strict = "resting_systolic_pair >= 140 mmHg or resting_diastolic_pair >= 90 mmHg";
    std::fs::write(&rules, shipped.replace(strict, looser)).unwrap();
    let refused = holdfast(&["rules", "load", &pack, "--data", &data]);
    assert_eq!(refused.status.code(), Some(1), "{}", out(&refused));
    assert!(
        out(&refused).contains("E16a should be"),
        "{}",
        out(&refused)
    );
    std::fs::write(&rules, &shipped).unwrap();
    let loaded = done(&["rules", "load", &pack, "--data", &data]);
    assert!(
        loaded.contains("house@2") && loaded.contains("signature"),
        "{loaded}"
    );
    done(&["verify", "--data", &data]);
    done(&["rules", "unload", "--data", &data]);
    let none = holdfast(&["rules", "unload", "--data", &data]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn a_rule_is_explained_with_its_inputs_in_words_and_the_name_to_write_beside_them() {
    let output = holdfast(&["rules", "explain", "E42b"]);
    let text = out(&output);
    assert!(
        text.contains("reads      new pain or blood on passing urine (urinary_symptom_new): "),
        "{text}"
    );
    let output = holdfast(&["rules", "assess", "--facts", "rules/examples/clear.json"]);
    assert!(!out(&output).is_empty(), "{}", said(&output));
}
