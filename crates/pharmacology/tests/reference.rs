//! Every value of the reference table, computed with forty digits by others' arithmetic.

use std::path::PathBuf;

use pharmacology::linear::Times;
use pharmacology::plan::PlanText;
use pharmacology::{Analyte, Evaluator, Question, model};

fn folder() -> Option<PathBuf> {
    let given = std::env::var("HOLDFAST_REFERENCE").ok().map(PathBuf::from);
    let folder = given
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").into())
        .join("pharmacology");
    if folder.join("reference.csv").exists() {
        Some(folder)
    } else {
        println!("skipped: the reference data is not at {}", folder.display());
        None
    }
}

#[test]
fn every_value_of_the_reference_table_is_right_to_eight_digits() {
    let Some(folder) = folder() else { return };
    let regimens: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("regimens.json")).unwrap())
            .unwrap();
    let mut rows = csv::Reader::from_path(folder.join("reference.csv")).unwrap();
    let (mut n, mut worst) = (0, 0.0_f64);
    for row in rows.records() {
        let row = row.unwrap();
        let (time, reference): (f64, f64) = (row[2].parse().unwrap(), row[4].parse().unwrap());
        let model = model::find(&row[0])
            .unwrap()
            .expect("the model is published");
        let text = PlanText::from_json(&regimens["regimens"][&row[1]].to_string()).unwrap();
        let (patient, plan) = text.check(&row[0]).unwrap();
        let analyte = Analyte::from_word(&row[3]).unwrap();
        let question = Question::new(&model, &patient, &plan, &[analyte]).unwrap();
        let mut value = [0.0];
        let times = Times::new(vec![time]).unwrap();
        question
            .typical(&times, &mut Evaluator::new(), &mut value)
            .unwrap();
        let off = (value[0] - reference).abs();
        assert!(off <= 1e-8 * reference + 1e-12, "{row:?}: {}", value[0]);
        worst = worst.max(off / reference);
        n += 1;
    }
    println!("{n} values, worst relative difference {worst:e}");
    assert_eq!(n, 560);
}
