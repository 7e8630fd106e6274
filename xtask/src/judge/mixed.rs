//! What the references of the mixed folders hold, recomputed.
//!
//! The whole reference is the question: its entries name their formulas and methods. Coefficients
//! and likelihoods of linear models are asked to six digits and more. Three programs behind the
//! references end their searches early, and what is allowed says so: estimating equations are
//! stopped where theirs stopped, at a step of 1e-4, and then agree to seven digits; the optimiser of
//! the mixed logistic model and that of the unstructured covariance leave three to four digits
//! fewer in the estimates than in the likelihood, on which all must agree to six.

use serde_json::{Map, Value};
use statistics::mixed::{Stop, answer};

use super::{Case, below};

/// Where the reference's estimating equations stop.
const GEE_STEP: f64 = 1e-4;

/// Compares everything the reference holds.
pub(super) fn judge(case: &mut Case<'_>) {
    for key in ["arm0", "arm1", "reference_levels", "mmrm_note", "id"] {
        case.given(&below("", key));
    }
    let ours = answer(case.reference, case.table, Stop::StepWithin(GEE_STEP));
    let reference = case.reference;
    walk(case, "", &ours, reference);
}

fn walk(case: &mut Case<'_>, pointer: &str, ours: &Value, theirs: &Value) {
    let Some(parts) = theirs.as_object() else {
        return;
    };
    if parts.contains_key("terms") {
        return entry(case, pointer, ours, parts);
    }
    for (key, part) in parts {
        walk(
            case,
            &below(pointer, key),
            ours.get(key).unwrap_or(&Value::Null),
            part,
        );
    }
}

/// What kind of model an entry is, as far as tolerances go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Linear,
    Singular,
    Early,
    Exact,
}

fn entry(case: &mut Case<'_>, pointer: &str, ours: &Value, theirs: &Map<String, Value>) {
    if let Some(why) = ours.get("refused").and_then(Value::as_str) {
        return case.fails(pointer, &why);
    }
    let is_singular = theirs.get("singular").and_then(Value::as_bool) == Some(true);
    let kind = if theirs.contains_key("nAGQ") || theirs.contains_key("corstruct") {
        Kind::Early
    } else if !theirs.contains_key("method") {
        Kind::Exact
    } else if is_singular {
        Kind::Singular
    } else {
        Kind::Linear
    };
    for (key, part) in theirs {
        let place = below(pointer, key);
        let is_empty = part.as_object().is_some_and(Map::is_empty);
        if is_empty || matches!(key.as_str(), "formula" | "corstr" | "family") {
            case.given(&place);
            continue;
        }
        let own = ours.get(key).unwrap_or(&Value::Null);
        let Some(tolerance) = tolerance(kind, key) else {
            case.given(&place);
            continue;
        };
        match part
            .as_array()
            .filter(|rows| rows.iter().any(Value::is_object))
        {
            None => case.compare(&place, own, tolerance),
            Some(rows) => {
                for index in 0..rows.len() {
                    let row = own.get(index).unwrap_or(&Value::Null);
                    case.compare(&below(&place, &index.to_string()), row, tolerance);
                }
            }
        }
    }
}

/// Returns what is allowed; `None` for the parts of a singular fit that have no one value.
fn tolerance(kind: Kind, key: &str) -> Option<f64> {
    let is_likelihood = matches!(
        key,
        "loglik" | "deviance_or_reml_crit" | "aic" | "bic" | "deviance"
    );
    let is_curvature = matches!(key, "satterthwaite" | "kenward_roger" | "varcomp");
    Some(match kind {
        _ if is_likelihood => 1e-6,
        Kind::Early => 2e-4,
        Kind::Singular if is_curvature || matches!(key, "random_effects" | "fitted_head") => {
            return None;
        }
        Kind::Linear if is_curvature => 2e-5,
        Kind::Linear if key == "random_effects" => 1e-4,
        Kind::Linear | Kind::Singular | Kind::Exact => 1e-6,
    })
}
