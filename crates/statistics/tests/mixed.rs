//! The mixed models against lme4, geepack and nlme on real data.

mod reference;

use std::collections::BTreeMap;

use reference::{Findings, Tolerance, compare, json, sets};
use serde_json::Value;
use statistics::mixed::{Coding, Criterion, Design, Formula, linear, linear_report};
use statistics::table::Table;

fn coding(theirs: &Value) -> Coding {
    let levels: Option<BTreeMap<String, String>> =
        serde_json::from_value(theirs["reference_levels"].clone()).ok();
    Coding {
        reference_levels: levels.unwrap_or_default(),
        factors: BTreeMap::new(),
    }
}

/// Estimates to six digits and the likelihood to nine. What rests on the second derivative of the
/// deviance (degrees of freedom and their p) and what is a difference of nearly equal numbers has
/// the digits that the reference's own numerical derivative left it.
fn linear_tolerance(path: &str) -> Option<Tolerance> {
    if path == "/formula" {
        None
    } else if path.ends_with("/p") {
        Some(Tolerance(1e-6, 1e-9))
    } else if path.contains("satterthwaite/df") || path.contains("kenward_roger/df") {
        Some(Tolerance(1e-5, 0.0))
    } else if path.contains("loglik") || path.contains("crit") || path.contains("ic") {
        Some(Tolerance(1e-9, 1e-6))
    } else if path.contains("varcomp") {
        Some(Tolerance(1e-5, 1e-6))
    } else if path.contains("random_effects") || path.contains("fitted") {
        Some(Tolerance(1e-5, 1e-5))
    } else {
        Some(Tolerance(1e-6, 1e-9))
    }
}

#[test]
fn linear_models_agree_with_the_reference() {
    for set in sets("mixed", "reference.json") {
        let theirs = json(&set.join("reference.json"));
        let table = Table::read(&std::fs::read(set.join("data.csv")).unwrap()).unwrap();
        let Some(fits) = theirs["lmm"].as_object() else {
            continue;
        };
        for (name, fit) in fits {
            let formula = Formula::parse(fit["formula"].as_str().unwrap()).unwrap();
            let design = Design::new(&formula, &table, &coding(&theirs)).unwrap();
            let criterion = Criterion::named(fit["method"].as_str().unwrap()).unwrap();
            let ours = linear_report(&linear(&design, criterion).unwrap(), &design);
            let mut findings = Findings::default();
            let is_singular = fit["singular"].as_bool().unwrap();
            let tolerance = |path: &str| {
                let is_free = ["", "/loglik", "/singular", "/aic", "/bic", "/n"].contains(&path);
                if is_singular && !is_free {
                    None
                } else {
                    linear_tolerance(path)
                }
            };
            compare("", &ours, fit, &tolerance, &mut findings);
            findings.assert_agreement(&format!("{set}/{name}"));
        }
    }
}
