//! What goes out: a chart, de-identified tables, a checkpoint.

use std::collections::BTreeSet;

use crate::ground::{Ground, json};

const NAMES: &[&str] = &["Zephyrine", "Ottoline", "Barnabas"];

#[test]
fn a_chart_goes_out_entry_by_entry_as_json_lines() {
    let ground = Ground::fresh();
    ground.take_enquiries(NAMES);
    let clinic = crate::people::opened(&ground);
    let patients: Vec<_> = clinic.board().lines().map(|(id, _)| *id).collect();
    assert_eq!(patients.len(), NAMES.len());
    let mut names = BTreeSet::new();
    for patient in patients {
        let said = ground
            .ask(&["export", "chart", &patient.to_string()])
            .done();
        let lines: Vec<serde_json::Value> = said.lines().map(json).collect();
        let known = clinic.chart(patient).unwrap();
        assert_eq!(lines.len(), known.chart.entries().len());
        for (line, entry) in lines.iter().zip(known.chart.entries()) {
            let fact: record::Fact = serde_json::from_value(line["says"].clone()).unwrap();
            assert_eq!(fact, entry.fact);
            assert_eq!(line["position"], entry.position);
            assert_eq!(line["number"], entry.number.0);
        }
        names.insert(known.chart.name());
    }
    assert_eq!(names, NAMES.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn a_chart_that_is_not_there_or_an_identifier_of_another_kind_is_one_sentence() {
    let ground = Ground::fresh();
    let (other, _folder) = (Ground::fresh(), ());
    other.take_enquiries(&["Ada"]);
    let clinic = crate::people::opened(&other);
    let patient = clinic
        .board()
        .lines()
        .map(|(id, _)| id.to_string())
        .next()
        .unwrap();
    ground
        .ask(&["export", "chart", &patient])
        .refused(2, &["this clinic has no record", &patient]);
    let said = ground.ask(&["export", "chart", "ses_0000"]);
    assert_eq!(said.code, Some(2), "{said:?}");
}

#[test]
fn tables_go_out_with_a_dictionary_of_every_column_and_the_name_of_nobody() {
    let ground = Ground::fresh();
    ground.take_enquiries(NAMES);
    let to = ground.root.join("tables");
    ground
        .ask(&["export", "tables", "--to", to.as_str()])
        .done();
    let dictionary = json(&std::fs::read_to_string(to.join("dictionary.json")).unwrap());
    let dictionary = dictionary.as_object().unwrap();
    let mut tables = BTreeSet::new();
    for entry in to.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        let text = std::fs::read_to_string(&path).unwrap();
        for name in NAMES.iter().chain(&["555 0100", "I would like to talk"]) {
            assert!(
                !text.to_lowercase().contains(&name.to_lowercase()),
                "{name} in {path}"
            );
        }
        if path.extension() != Some("csv") {
            continue;
        }
        let table = path.file_name().unwrap().to_owned();
        let columns: BTreeSet<&str> = text.lines().next().unwrap().split(',').collect();
        let said = dictionary[&table].as_object().unwrap();
        let named: BTreeSet<&str> = said.keys().map(String::as_str).collect();
        assert_eq!(columns, named, "{table}");
        assert!(
            said.values()
                .all(|words| words.as_str().is_some_and(|words| words.len() > 5))
        );
        tables.insert(table);
    }
    assert_eq!(tables, dictionary.keys().cloned().collect());
    ground
        .ask(&["export", "tables", "--to", to.as_str()])
        .refused(2, &["holds something already", "nothing was changed"]);
    let to = ground.root.join("as-parquet");
    let asked = ground.ask(&[
        "export",
        "tables",
        "--to",
        to.as_str(),
        "--format",
        "parquet",
    ]);
    if cfg!(feature = "parquet") {
        asked.done();
        let courses = std::fs::read(to.join("courses.parquet")).unwrap();
        assert!(courses.starts_with(b"PAR1") && courses.ends_with(b"PAR1"));
    } else {
        asked.refused(2, &["built without Parquet"]);
        assert!(!to.exists(), "nothing is left behind");
    }
}

#[test]
fn a_checkpoint_is_printed_kept_and_verifiable() {
    let ground = Ground::fresh();
    ground.take_enquiries(&["Ada"]);
    let text = ground.ask(&["checkpoint"]).done();
    let checkpoint = journal::Checkpoint::parse(&text).unwrap();
    assert_eq!(i64::try_from(checkpoint.position.0), Ok(ground.position()));
    let file = ground.root.join("checkpoint.txt");
    std::fs::write(&file, &text).unwrap();
    let said = json(
        &ground
            .ask(&["verify", "--format", "json", "--checkpoint", file.as_str()])
            .done(),
    );
    assert!(said["checkpoints"].as_u64() >= Some(1), "{said}");
    let _house = ground.serve();
    ground.ask(&["checkpoint"]).refused(2, &["stop it first"]);
}
