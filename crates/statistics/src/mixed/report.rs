//! Fits as JSON, with the key names of the reference tables.

use serde_json::{Map, Value, json};

use super::{
    Approximation, Coefficient, Criterion, Design, GeeFit, LinearFit, LogisticFit,
    LogisticMixedFit, RandomDesign, RepeatedFit,
};

/// Fitted values shown at the head of a report.
const FITTED_HEAD: usize = 20;

/// Reports a linear mixed model. Kenward and Roger's degrees of freedom belong to REML fits only.
pub fn linear_report(fit: &LinearFit, design: &Design) -> Value {
    let mut value = json!({
        "method": fit.criterion.name(),
        "n": fit.n,
        "terms": fit.terms,
        "coef": fit.coefficients,
        "se": fit.standard_errors(),
        "vcov": fit.covariance,
        "sigma": fit.sigma,
        "loglik": fit.log_likelihood,
        "deviance_or_reml_crit": fit.deviance(),
        "aic": fit.aic(),
        "bic": fit.bic(),
        "singular": fit.is_singular(),
        "fitted_head": fit.fitted.iter().take(FITTED_HEAD).collect::<Vec<_>>(),
        "notes": fit.notes.iter().map(|note| note.sentence()).collect::<Vec<_>>(),
    });
    if let Some(tests) = fit.tests(Approximation::Satterthwaite) {
        value["satterthwaite"] = tests_json(&tests);
    }
    if matches!(fit.criterion, Criterion::Reml)
        && let Some(tests) = fit.tests(Approximation::KenwardRoger)
    {
        let mut adjusted = tests_json(&tests);
        adjusted["se"] = tests.iter().map(|test| test.standard_error).collect();
        value["kenward_roger"] = adjusted;
    }
    if let Some(random) = &design.random {
        value["varcomp"] = variances(fit, random);
        let mut effects = Map::new();
        effects.insert(
            random.group.clone(),
            json!({
                "level": random.labels,
                "names": random.names,
                "values": fit.random_effects,
            }),
        );
        value["random_effects"] = Value::Object(effects);
    }
    value
}

fn tests_json(tests: &[Coefficient]) -> Value {
    let each = |pick: fn(&Coefficient) -> f64| tests.iter().map(pick).collect::<Vec<_>>();
    json!({ "df": each(|c| c.degrees), "t": each(|c| c.t), "p": each(|c| c.p) })
}

fn variances(fit: &LinearFit, random: &RandomDesign) -> Value {
    let mut rows: Vec<Value> = fit
        .variances
        .iter()
        .map(|part| {
            let group = match part.block {
                0 => random.group.clone(),
                block => format!("{}.{block}", random.group),
            };
            json!({
                "group": group, "var1": part.name, "var2": part.other,
                "vcov": part.variance, "sdcor": part.deviation,
            })
        })
        .collect();
    rows.push(json!({
        "group": "Residual", "var1": null, "var2": null,
        "vcov": fit.sigma * fit.sigma, "sdcor": fit.sigma,
    }));
    Value::Array(rows)
}

/// Reports a logistic mixed model.
pub fn logistic_mixed_report(fit: &LogisticMixedFit, design: &Design) -> Value {
    let mut value = json!({
        "family": "binomial logit",
        "nAGQ": fit.n_nodes,
        "n": fit.n,
        "terms": fit.terms,
        "coef": fit.coefficients,
        "se": fit.standard_errors(),
        "p": fit.p(),
        "vcov": fit.covariance,
        "loglik": fit.log_likelihood,
        "aic": 2.0 * (fit.n_parameters as f64 - fit.log_likelihood),
        "singular": !fit.notes.is_empty(),
        "notes": fit.notes.iter().map(|note| note.sentence()).collect::<Vec<_>>(),
    });
    if let Some(random) = &design.random {
        let mut rows = Vec::new();
        let covariance = &fit.random_covariance;
        for (a, name) in random.names.iter().enumerate() {
            rows.push(json!({
                "group": random.group, "var1": name, "var2": null,
                "vcov": covariance[(a, a)], "sdcor": covariance[(a, a)].sqrt(),
            }));
        }
        for b in 0..random.names.len() {
            for a in b + 1..random.names.len() {
                let scale = (covariance[(a, a)] * covariance[(b, b)]).sqrt();
                rows.push(json!({
                    "group": random.group, "var1": random.names[b], "var2": random.names[a],
                    "vcov": covariance[(a, b)], "sdcor": covariance[(a, b)] / scale,
                }));
            }
        }
        value["varcomp"] = Value::Array(rows);
    }
    value
}

/// Reports solved estimating equations.
pub fn gee_report(fit: &GeeFit) -> Value {
    json!({
        "n": fit.n,
        "terms": fit.terms,
        "coef": fit.coefficients,
        "robust_se": fit.standard_errors(),
        "p": fit.p(),
        "vcov": fit.covariance,
        "alpha": fit.correlation.map_or_else(|| json!([]), |alpha| json!(alpha)),
        "scale": fit.scale,
    })
}

/// Reports a model of repeated measures.
pub fn repeated_report(fit: &RepeatedFit) -> Value {
    json!({
        "n": fit.n,
        "terms": fit.terms,
        "coef": fit.coefficients,
        "se": fit.standard_errors(),
        "vcov": fit.covariance,
        "loglik": fit.log_likelihood,
        "sigma": fit.sigma,
        "corstruct": fit.correlations,
        "weights": fit.relative_deviations,
    })
}

/// Reports a logistic regression.
pub fn logistic_report(fit: &LogisticFit) -> Value {
    json!({
        "terms": fit.terms,
        "coef": fit.coefficients,
        "se": fit.standard_errors(),
        "vcov": fit.covariance,
        "deviance": fit.deviance(),
        "loglik": fit.log_likelihood,
    })
}
