//! What the references of the prediction folders hold, recomputed.
//!
//! `metrics_X` judges the column `p_X`; `glm_X` is a logistic regression on the columns its terms
//! name; `delong_test` compares the first two predictions. The outcome is the column of zeros and
//! ones that has as many ones as the metrics count, and is no term of a regression.

use serde_json::Value;
use statistics::matrix::Matrix;
use statistics::mixed::{logistic, logistic_report};
use statistics::prediction::{Predictions, compare_areas, comparison_report, report};

use super::{Case, below};

/// Digits asked for.
const TOLERANCE: f64 = 1e-8;
/// The reference's regressions take standard errors from the step before their last.
const ERROR_TOLERANCE: f64 = 1e-7;
/// The reference ranks probabilities in cells for two of its indices, ours are exact; allowed is
/// this much of concordance, which is half as much of Somers' correlation.
const CELL_TOLERANCE: f64 = 1e-3;

/// Compares everything the reference holds.
pub(super) fn judge(case: &mut Case<'_>) {
    case.given("/outcome");
    let Some(outcome) = outcome(case) else {
        return case.lacks("", &"the outcome");
    };
    let Ok(outcomes) = case.table.numbers(&outcome).map(<[f64]>::to_vec) else {
        return;
    };
    let keys: Vec<String> = case
        .reference
        .as_object()
        .map(|o| o.keys().cloned().collect())
        .unwrap_or_default();
    let mut judged = Vec::new();
    for key in &keys {
        let pointer = below("", key);
        if let Some(name) = key.strip_prefix("metrics_") {
            let column = format!("p_{name}");
            let Ok(probabilities) = case.table.numbers(&column) else {
                case.lacks(&pointer, &column);
                continue;
            };
            match Predictions::new(probabilities, &outcomes) {
                Ok(predictions) => {
                    judge_metrics(case, &pointer, &report(&predictions));
                    judged.push(predictions);
                }
                Err(why) => case.fails(&pointer, &why),
            }
        } else if key.starts_with("glm") {
            judge_regression(case, &pointer, &outcomes);
        }
    }
    if let [first, second, ..] = judged.as_slice() {
        match compare_areas(first, second) {
            Ok(test) => case.compare("/delong_test", &comparison_report(&test), TOLERANCE),
            Err(why) => case.fails("/delong_test", &why),
        }
    }
}

fn judge_metrics(case: &mut Case<'_>, pointer: &str, ours: &Value) {
    let Some(parts) = ours.as_object() else {
        return;
    };
    for (key, part) in parts {
        let place = below(pointer, key);
        let tolerance = if key.ends_with("_se") {
            ERROR_TOLERANCE
        } else {
            TOLERANCE
        };
        if key != "val_prob" {
            case.compare(&place, part, tolerance);
            continue;
        }
        for (name, index) in part.as_object().into_iter().flatten() {
            let inner = below(&place, name);
            let size = case.at(&inner).as_f64().unwrap_or(1.0).abs();
            let tolerance = match name.as_str() {
                "C (ROC)" => CELL_TOLERANCE,
                "Dxy" => 2.0 * CELL_TOLERANCE / size,
                _ => TOLERANCE,
            };
            case.compare(&inner, index, tolerance);
        }
    }
}

fn terms(value: &Value) -> Vec<String> {
    let terms = value.get("terms").and_then(Value::as_array);
    terms
        .into_iter()
        .flatten()
        .filter_map(|t| t.as_str().map(str::to_owned))
        .collect()
}

/// Finds the outcome.
fn outcome(case: &Case<'_>) -> Option<String> {
    let parts = case.reference.as_object()?;
    let metrics = parts.iter().find(|(key, _)| key.starts_with("metrics_"));
    let events = metrics
        .and_then(|(_, value)| value.get("events"))
        .and_then(Value::as_f64)?;
    let used: Vec<String> = parts.values().flat_map(terms).collect();
    let is_outcome = |name: &&String| {
        case.table.numbers(name).is_ok_and(|values| {
            values.iter().all(|value| [0.0, 1.0].contains(value))
                && (values.iter().sum::<f64>() - events).abs() < 0.5
        })
    };
    case.table
        .names()
        .iter()
        .filter(|name| !used.contains(name))
        .find(is_outcome)
        .cloned()
}

fn judge_regression(case: &mut Case<'_>, pointer: &str, outcomes: &[f64]) {
    let names = terms(case.at(pointer));
    let mut columns = Vec::new();
    for name in &names {
        if name == "(Intercept)" {
            columns.push(vec![1.0; outcomes.len()]);
            continue;
        }
        match case.table.numbers(name) {
            Ok(column) => columns.push(column.to_vec()),
            Err(_) => return case.lacks(pointer, name),
        }
    }
    match logistic(&Matrix::from_columns(&columns), &names, outcomes, None) {
        Err(why) => case.fails(pointer, &why),
        Ok(fit) => {
            let mut ours = logistic_report(&fit);
            let errors = ours.get("se").cloned().unwrap_or_default();
            case.compare(&below(pointer, "se"), &errors, ERROR_TOLERANCE);
            if let Some(parts) = ours.as_object_mut() {
                parts.remove("se");
            }
            case.compare(pointer, &ours, TOLERANCE);
        }
    }
}
