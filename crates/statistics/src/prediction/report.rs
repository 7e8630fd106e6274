//! A judged prediction as JSON, with the key names of the reference tables.

use serde_json::{Value, json};

use super::{AreaComparison, PredictionError, Predictions};

/// The level of all intervals in a report.
const LEVEL: f64 = 0.95;
/// Groups of the calibration table.
const GROUPS: usize = 10;

/// Reports a prediction. What needs a recalibration that has no fit says why under `refused`.
pub fn report(predictions: &Predictions) -> Value {
    let area = predictions.discrimination(LEVEL);
    let deciles = predictions.groups(GROUPS);
    let half = predictions.at(0.5);
    let youden = predictions.youden();
    let mut value = json!({
        "n": predictions.n(),
        "events": predictions.n_events(),
        "auc": area.area,
        "auc_ci_delong": area.interval,
        "auc_var_delong": area.variance,
        "brier": predictions.brier(),
        "brier_scaled": predictions.brier_scaled(),
        "log_loss": predictions.log_loss(),
        "decile_groups": {
            "n": deciles.iter().map(|d| d.n).collect::<Vec<_>>(),
            "mean_predicted": deciles.iter().map(|d| d.mean_predicted).collect::<Vec<_>>(),
            "observed": deciles.iter().map(|d| d.observed).collect::<Vec<_>>(),
        },
        "ece10": predictions.expected_error(GROUPS),
        "at_0.5": {
            "sens": half.sensitivity, "spec": half.specificity,
            "ppv": half.positive_value, "npv": half.negative_value,
        },
        "youden": {
            "threshold": youden.threshold,
            "sensitivity": youden.sensitivity, "specificity": youden.specificity,
            "ppv": youden.positive_value, "npv": youden.negative_value,
        },
    });
    if let Err(error) = add_calibration(predictions, &mut value) {
        value["refused"] = json!(error.to_string());
    }
    value
}

fn add_calibration(predictions: &Predictions, value: &mut Value) -> Result<(), PredictionError> {
    let calibration = predictions.calibration()?;
    value["calibration_in_the_large"] = json!(calibration.in_the_large);
    value["calibration_in_the_large_se"] = json!(calibration.in_the_large_se);
    value["calibration_intercept_joint"] = json!(calibration.intercept);
    value["calibration_slope"] = json!(calibration.slope);
    value["calibration_slope_se"] = json!(calibration.slope_se);
    value["expected_over_observed"] = json!(calibration.expected_over_observed);
    let indices = predictions.logistic_calibration()?;
    value["val_prob"] = json!({
        "Dxy": indices.somers,
        "C (ROC)": indices.concordance,
        "R2": indices.r_square,
        "D": indices.discrimination,
        "D:Chi-sq": indices.discrimination_chi_square,
        "D:p": null,
        "U": indices.unreliability,
        "U:Chi-sq": indices.unreliability_chi_square,
        "U:p": indices.unreliability_p,
        "Q": indices.quality,
        "Brier": predictions.brier(),
        "Intercept": indices.line.0,
        "Slope": indices.line.1,
        "Emax": indices.error_largest,
        "E90": indices.error_90,
        "Eavg": indices.error_mean,
        "S:z": indices.spiegelhalter_z,
        "S:p": indices.spiegelhalter_p,
    });
    Ok(())
}

/// Reports a comparison of two areas.
pub fn comparison_report(comparison: &AreaComparison) -> Value {
    json!({
        "z": comparison.z,
        "p": comparison.p,
        "difference": comparison.difference,
        "se": comparison.standard_error,
    })
}
