//! A Cox model as JSON.

use serde_json::{Map, Value, json};

use super::{matrix, number, numbers};
use crate::survival::SurvivalError;
use crate::survival::cox::{Fit, Proportionality, TimeScale};

/// Tests of proportional hazards.
pub fn proportionality(test: &Proportionality) -> Value {
    json!({
        "terms": test.terms,
        "chisq": numbers(&test.chisq),
        "df": test.df,
        "p": numbers(&test.p),
    })
}

/// Everything a Cox model gives; `strata` are the labels of the strata by code, empty where there
/// are none.
pub fn cox(fit: &Fit, strata: &[String]) -> Result<Value, SurvivalError> {
    let mut parts = estimates(fit);
    let concordance = fit.concordance()?;
    parts.insert("concordance".to_owned(), number(concordance.estimate));
    parts.insert("concordance_se".to_owned(), number(concordance.se));
    parts.insert(
        "concordance_counts".to_owned(),
        json!({
            "concordant": concordance.concordant,
            "discordant": concordance.discordant,
            "tied.x": concordance.tied_risk,
            "tied.y": concordance.tied_time,
            "tied.xy": concordance.tied_both,
        }),
    );
    let mut baselines = Map::new();
    for baseline in fit.baseline() {
        let label = strata.get(baseline.stratum as usize).cloned();
        baselines.insert(
            label.unwrap_or_else(|| "all".to_owned()),
            json!({ "time": numbers(&baseline.time), "cumhaz": numbers(&baseline.cumhaz) }),
        );
    }
    parts.insert("baseline".to_owned(), Value::Object(baselines));
    for (name, scale) in [
        ("zph_km", TimeScale::KaplanMeier),
        ("zph_identity", TimeScale::Identity),
    ] {
        parts.insert(
            name.to_owned(),
            proportionality(&fit.proportionality(scale)?),
        );
    }
    // A coefficient that is not known leaves the predictor unknown too.
    let known = fit.set_aside.is_empty();
    let predictor: Vec<f64> = if known {
        fit.linear_predictor()
    } else {
        vec![f64::NAN; fit.n]
    };
    parts.insert("linear_predictor_uncentred".to_owned(), numbers(&predictor));
    parts.insert("martingale".to_owned(), numbers(&fit.martingale()));
    parts.insert("deviance_residual".to_owned(), numbers(&fit.deviance()));
    Ok(Value::Object(parts))
}

/// The estimates and tests of a Cox model alone.
pub fn cox_estimates(fit: &Fit) -> Value {
    Value::Object(estimates(fit))
}

fn estimates(fit: &Fit) -> Map<String, Value> {
    let ratios = fit.hazard_ratios(0.95);
    let mut parts = Map::new();
    let mut put = |key: &str, value: Value| {
        parts.insert(key.to_owned(), value);
    };
    put("n", json!(fit.n));
    put("nevent", json!(fit.events));
    put("terms", json!(fit.terms));
    put("coef", numbers(&fit.coef));
    put("se", numbers(&fit.standard_errors()));
    put("vcov", matrix(&fit.vcov));
    put("loglik", numbers(&fit.loglik));
    put("score", number(fit.score));
    put("wald", number(fit.wald));
    put("lrt", number(fit.likelihood_ratio));
    put("p_wald_coef", numbers(&fit.p_values()));
    put("hr", numbers(ratios.iter().map(|r| &r.0)));
    put(
        "hr_ci95",
        Value::Array(
            ratios
                .iter()
                .map(|r| {
                    if r.0.is_nan() {
                        json!([null, null])
                    } else {
                        numbers(&[r.1, r.2])
                    }
                })
                .collect(),
        ),
    );
    put("iter", json!(fit.iterations));
    if let (Some(vcov), Some(errors)) = (&fit.robust_vcov, fit.robust_errors()) {
        put("robust_vcov", matrix(vcov));
        put("robust_se", numbers(&errors));
    }
    put("set_aside", json!(fit.set_aside));
    put("unbounded", json!(fit.unbounded));
    parts
}
