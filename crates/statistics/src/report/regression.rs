//! Accelerated failure time and subdistribution models as JSON.

use serde_json::{Value, json};

use super::{matrix, number, numbers};
use crate::survival::{aft, fine_gray};

/// An accelerated failure time model.
pub fn accelerated(fit: &aft::Fit) -> Value {
    json!({
        "terms": fit.terms,
        "coef": numbers(&fit.coef),
        "scale": number(fit.scale),
        "loglik": number(fit.loglik),
        "loglik_null": number(fit.loglik_null),
        "vcov_incl_logscale": matrix(&fit.vcov),
        "warnings": unbounded(&fit.unbounded),
    })
}

/// What a reader must know of columns without a bound.
fn unbounded(terms: &[String]) -> Vec<String> {
    terms
        .iter()
        .map(|term| {
            format!("`{term}` separates the events or is all but determined by other columns; its coefficient and standard error mean nothing")
        })
        .collect()
}

/// A subdistribution hazards model of one cause.
pub fn fine_gray(fit: &fine_gray::Fit, cause: u32) -> Value {
    let errors: Vec<f64> = fit
        .vcov
        .iter()
        .enumerate()
        .map(|(j, row)| row[j].sqrt())
        .collect();
    json!({
        "failcode": cause,
        "terms": fit.terms,
        "coef": numbers(&fit.coef),
        "se": numbers(&errors),
        "vcov": matrix(&fit.vcov),
        "loglik": number(fit.loglik),
        "loglik_null": number(fit.loglik_null),
        "converged": true,
        "set_aside": fit.set_aside,
        "warnings": unbounded(&fit.unbounded),
    })
}
