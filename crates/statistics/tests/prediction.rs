//! Judged predictions against pROC and rms on a trial's returns to use.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop where it finds a fault, and says what it skipped"
)]

#[path = "reference/agreement.rs"]
mod reference;

use reference::{Findings, Tolerance, compare, json, sets};
use serde_json::{Map, Value};
use statistics::prediction::{Predictions, compare_areas, comparison_report, report};
use statistics::table::Table;

#[test]
fn every_quantity_of_the_reference_agrees() {
    for set in sets("prediction", "reference.json") {
        let theirs = json(&set.join("reference.json"));
        let table = Table::read(&std::fs::read(set.join("data.csv")).unwrap()).unwrap();
        let outcomes = table.numbers("return_to_use_12").unwrap();
        let predictions =
            |name: &str| Predictions::new(table.numbers(name).unwrap(), outcomes).unwrap();
        let (entry, week3) = (predictions("p_entry_cv"), predictions("p_week3_cv"));
        let mut ours = Map::new();
        ours.insert("metrics_entry_cv".to_owned(), report(&entry));
        ours.insert("metrics_week3_cv".to_owned(), report(&week3));
        let comparison = compare_areas(&entry, &week3).unwrap();
        ours.insert("delong_test".to_owned(), comparison_report(&comparison));
        let mut findings = Findings::default();
        let tolerance = |path: &str| {
            let is_given = ["/source", "/licence", "/software", "/outcome", "/note"];
            if is_given.contains(&path) || path.starts_with("/glm_") {
                None
            } else if path.ends_with("Dxy") || path.ends_with("C (ROC)") {
                // The reference ranks these two in cells of probability; ours are exact.
                Some(Tolerance(0.0, 1e-3))
            } else if path.ends_with("_se") {
                // Its standard errors come from the step before its last.
                Some(Tolerance(1e-7, 0.0))
            } else {
                Some(Tolerance(1e-8, 0.0))
            }
        };
        compare("", &Value::Object(ours), &theirs, &tolerance, &mut findings);
        findings.assert_agreement(set.as_str());
    }
}
