//! `holdfast evidence` as an operator meets it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use std::process::{Command, Output};

fn evidence(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    command.arg("evidence").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_claim_is_shown_with_its_grade_its_reasons_and_its_studies() {
    let answer = evidence(&["claims", "with-therapy"]);
    assert_eq!(answer.status.code(), Some(0));
    for part in [
        "Grade       very low",
        "Because     ",
        "grabski-2022",
        "kap-review-2026",
    ] {
        assert!(text(&answer.stdout).contains(part), "{part}");
    }
}

#[test]
fn the_summary_is_shown_only_on_request_and_with_what_the_rows_do_not_share() {
    let rows = evidence(&["pool", "abstinence"]);
    assert!(!text(&rows.stdout).contains("Hartung-Knapp"));
    let summary = evidence(&["pool", "abstinence", "--summary"]);
    let summary = text(&summary.stdout);
    assert!(summary.contains("2.29 (0.21 to 24.42, Hartung-Knapp)"));
    assert!(summary.contains("different drugs; different time points"));
    let json = evidence(&["pool", "abstinence", "--summary", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json.pointer("/summary/k").unwrap(), 3);
    assert_eq!(
        json.pointer("/side_by_side/not_randomised/0/study")
            .unwrap(),
        "krupitsky-1997"
    );
}

#[test]
fn a_summary_of_one_study_cannot_be_asked() {
    let answer = evidence(&["pool", "abstinence", "--substance", "cocaine", "--summary"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("show the rows"));
}

#[test]
fn the_check_fails_on_a_study_with_a_fault_and_names_the_mend() {
    let folder = std::env::temp_dir().join(format!("holdfast-evidence-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("nobody-1900.toml");
    let study = "id = \"nobody-1900\"\ncitation = \"Nobody 1900.\"\nsubstance = \"alcohol\"\n\
        status = \"published\"\nclass = \"randomised\"\ndesign = \"two arms\"\nn = 20\n\
        verified = true\nflags = []\n[[source]]\nurl = \"https://example.org\"\nseen = \"abstract\"\n\
        [[arm]]\nname = \"ketamine\"\nn = 10\ncontrol = false\n\
        [[outcome]]\nname = \"sober\"\nkind = \"people\"\nverified = true\n\
        arms = [{ arm = \"ketamine\", events = 11 }]\n";
    std::fs::write(&path, study).unwrap();
    let path = path.to_str().unwrap();
    let answer = evidence(&["check", path]);
    assert_eq!(answer.status.code(), Some(1));
    assert!(text(&answer.stdout).contains(
        "studies/nobody-1900.toml: nobody-1900: outcome 1 arm \"ketamine\" events: 11 events of 10 \
         people; correct the count or the size"
    ));
    std::fs::write(path, study.replace("events = 11", "events = 9")).unwrap();
    assert_eq!(evidence(&["check", path]).status.code(), Some(0));
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!(evidence(&["check"]).status.code(), Some(0));
    assert_eq!(evidence(&["check", "no/such"]).status.code(), Some(2));
}

#[test]
fn every_kind_of_record_can_be_taken_away_as_a_table() {
    for (kind, rows) in [("studies", 45), ("claims", 19), ("harms", 14)] {
        let answer = evidence(&["export", kind, "--format", "csv"]);
        let table = csv::Reader::from_reader(answer.stdout.as_slice())
            .into_records()
            .count();
        assert_eq!(table, rows, "{kind}");
    }
    assert_eq!(
        evidence(&["export", "--format", "csv"]).status.code(),
        Some(2)
    );
    let all = evidence(&["export"]);
    let all: serde_json::Value = serde_json::from_slice(&all.stdout).unwrap();
    assert_eq!(
        all.pointer("/studies").unwrap().as_array().unwrap().len(),
        45
    );
}
