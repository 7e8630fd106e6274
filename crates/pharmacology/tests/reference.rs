//! Every value of the reference table, computed with forty digits by others' arithmetic.

use pharmacology::linear::Times;
use pharmacology::plan::PlanText;
use pharmacology::{Analyte, Evaluator, Question, model};

fn folder() -> Option<String> {
    let given = std::env::var("HOLDFAST_REFERENCE").ok();
    let root =
        given.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").into());
    let folder = format!("{root}/pharmacology");
    std::fs::exists(format!("{folder}/reference.csv"))
        .unwrap_or(false)
        .then_some(folder)
}

#[test]
fn every_value_of_the_reference_table_is_right_to_eight_digits() {
    let Some(folder) = folder() else {
        println!("skipped: the reference data is not here; HOLDFAST_REFERENCE names its folder");
        return;
    };
    let regimens: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/regimens.json")).unwrap())
            .unwrap();
    let mut rows = csv::Reader::from_path(format!("{folder}/reference.csv")).unwrap();
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
