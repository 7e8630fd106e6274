//! `holdfast predict` as a planner meets it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use std::path::Path;
use std::process::Command;

const PLAN: &str = r#"{"patient": {"weight_kg": 190, "age_years": 45},
  "doses": [{"route": "iv_infusion", "start_h": 0, "amount_mg": 35, "duration_h": 0.6667}]}"#;

/// The exit code, what was printed and what was said beside it.
fn predict(folder: &Path, plan: &str, levels: Option<&str>) -> (Option<i32>, String, String) {
    std::fs::write(folder.join("plan.json"), plan).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    command.current_dir(folder).args([
        "predict",
        "--model",
        "otto2021",
        "--plan",
        "plan.json",
        "--at",
        "1,2",
    ]);
    if let Some(levels) = levels {
        std::fs::write(folder.join("levels.csv"), levels).unwrap();
        command.args(["--fit", "levels.csv"]);
    }
    let answer = command.output().unwrap();
    (
        answer.status.code(),
        String::from_utf8(answer.stdout).unwrap(),
        String::from_utf8(answer.stderr).unwrap(),
    )
}

#[test]
fn a_table_stays_a_table_and_what_must_be_said_is_said_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let levels = "time_h,analyte,ng_per_ml\n1,parent,60\n2,parent,30\n";
    let (code, printed, said) = predict(folder.path(), PLAN, Some(levels));
    assert_eq!(code, Some(0), "{said}");
    assert!(printed.starts_with("time_h,analyte,ng_per_ml\n1,parent,"));
    assert!(
        printed.lines().all(|line| line.split(',').count() == 3),
        "{printed}"
    );
    assert!(
        said.contains("Not a measurement, not a dosing instruction."),
        "{said}"
    );
    assert!(said.contains("Extrapolated: weight 190 kg"), "{said}");
    assert!(said.contains("Fitted CL: deviation"), "{said}");
}

#[test]
fn a_fault_is_named_by_its_field_with_its_mend() {
    let folder = tempfile::tempdir().unwrap();
    let header = "time_h,analyte,ng_per_ml";
    let cases = [
        (
            PLAN.to_owned(),
            Some("time_h,ng_per_ml\n1,60\n".to_owned()),
            "no column `analyte`",
        ),
        (
            PLAN.to_owned(),
            Some(format!("{header},ng_per_ml\n1,parent,60,61\n")),
            "two columns `ng_per_ml`",
        ),
        (
            PLAN.to_owned(),
            Some(format!("{header}\n1,parent,0.06\n")),
            "`levels[0].ng_per_ml` is 0.06, which looks like another unit",
        ),
        (
            PLAN.to_owned(),
            Some(format!("{header}\n0,parent,60\n")),
            "`levels[0].time_h` is 0",
        ),
        (
            format!(r#"{{"regimens": {{"a": {PLAN}, "b": {PLAN}}}}}"#),
            None,
            "choose one by --regimen: a, b",
        ),
        (
            PLAN.replace("\"age_years\": 45", "\"age_years\": 9"),
            None,
            "no adult model is right for a child",
        ),
        (
            PLAN.replace("\"amount_mg\": 35", "\"amount_mg\": 35000"),
            None,
            "looks like another unit",
        ),
        (
            PLAN.replace("0.6667", "0"),
            None,
            "`doses[0].duration_h` is 0",
        ),
        (
            PLAN.replace("\"start_h\": 0", "\"start_h\": 1.5"),
            None,
            "`--at` is 1 h, before the first dose at 1.5 h; times count from the first dose",
        ),
        (
            PLAN.replace("iv_infusion", "oral"),
            None,
            "`doses[0].duration_h`",
        ),
    ];
    for (plan, levels, sentence) in cases {
        let (code, printed, said) = predict(folder.path(), &plan, levels.as_deref());
        assert_eq!(code, Some(2), "{sentence}: {said}");
        assert!(said.contains(sentence), "{sentence} is not in {said}");
        assert!(printed.is_empty(), "{printed}");
    }
}

/// What the command prints with these words after `predict`, the plan beside it.
fn printed(words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.json"), PLAN).unwrap();
    let answer = Command::new(env!("CARGO_BIN_EXE_holdfast"))
        .current_dir(folder.path())
        .arg("predict")
        .args(words)
        .output()
        .unwrap();
    assert!(answer.status.success(), "{answer:?}");
    String::from_utf8(answer.stdout).unwrap()
}

#[test]
fn the_list_names_each_model_with_its_population_site_and_source() {
    let list = printed(&["--list"]);
    let mut lines = list.lines();
    let columns = "model,drug,sampling,people,kind,routes,population,source";
    assert_eq!(lines.next(), Some(columns));
    for (model, site, source) in [
        ("perezruixo2020", "venous", "Clin Pharmacokinet 2021;60:501"),
        ("simons2022", "arterial", "Front Pain Res 2022;3:946486"),
        ("domino1984", "unrecorded", "Clin Pharmacol Ther"),
    ] {
        let line = list.lines().find(|line| line.starts_with(model)).unwrap();
        assert!(line.contains(site) && line.contains(source), "{line}");
    }
    assert_eq!(
        lines.count(),
        pharmacology::model::published().unwrap().len()
    );
}

#[test]
fn a_population_adds_quantiles_and_its_seed_gives_the_same_people_again() {
    let asked = |seed| {
        let model = ["--model", "otto2021", "--plan", "plan.json", "--at", "1"];
        let people = ["--population", "200", "--seed", seed];
        printed(&[&model[..], &people[..]].concat())
    };
    let first = asked("3");
    assert!(first.starts_with("time_h,analyte,ng_per_ml,p5,p50,p95\n1,parent,"));
    assert_eq!(first, asked("3"));
    assert_ne!(first, asked("4"));
}

#[test]
fn the_json_form_carries_the_caution_the_source_and_the_notices() {
    let model = ["--model", "otto2021", "--plan", "plan.json", "--at", "1"];
    let text = printed(&[&model[..], &["--format", "json"]].concat());
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["caution"], pharmacology::wording::CAUTION);
    assert_eq!(found["model"]["sampling"], "venous");
    assert_eq!(found["model"]["people"], 48);
    let notices = found["notices"].to_string();
    assert!(notices.contains("weight 190 kg is outside"), "{notices}");
    assert!(
        found["model"]["source"]["citation"]
            .to_string()
            .contains("Otto")
    );
}
