//! Survival results as JSON.

use serde_json::{Map, Value, json};

use super::{matrix, number, numbers};
use crate::survival::competing::{Incidence, States};
use crate::survival::gray::Gray;
use crate::survival::kaplan_meier::{Curve, Interval};
use crate::survival::log_rank::LogRank;
use crate::survival::rmst::{Contrast, Contrasts, RestrictedMean};

/// A curve with its errors, hazard, three kinds of interval and quartiles.
pub fn kaplan_meier(curve: &Curve, level: f64) -> Value {
    let (hazard, hazard_se) = curve.cumulative_hazard();
    let mut parts = Map::new();
    parts.insert("time".to_owned(), numbers(&curve.time));
    parts.insert("n_risk".to_owned(), json!(curve.n_risk));
    parts.insert("n_event".to_owned(), json!(curve.n_event));
    parts.insert("n_censor".to_owned(), json!(curve.n_censor));
    parts.insert("surv".to_owned(), numbers(&curve.surv));
    parts.insert("se_surv".to_owned(), numbers(&curve.standard_error()));
    parts.insert("cumhaz".to_owned(), numbers(&hazard));
    parts.insert("se_cumhaz".to_owned(), numbers(&hazard_se));
    let kinds = [
        ("log-log", Interval::LogLog),
        ("log", Interval::Log),
        ("plain", Interval::Plain),
    ];
    for (name, interval) in kinds {
        let limits = curve.limits(interval, level);
        let quartiles = curve.quantiles(&[0.25, 0.5, 0.75], interval, level);
        parts.insert(
            format!("ci_{name}"),
            json!({ "lower": numbers(&limits.lower), "upper": numbers(&limits.upper) }),
        );
        parts.insert(
            format!("quartiles_{name}"),
            json!({
                "p": quartiles.iter().map(|q| q.p).collect::<Vec<_>>(),
                "quantile": numbers(quartiles.iter().map(|q| &q.quantile)),
                "lower": numbers(quartiles.iter().map(|q| &q.lower)),
                "upper": numbers(quartiles.iter().map(|q| &q.upper)),
            }),
        );
    }
    Value::Object(parts)
}

/// A test of equal survival.
pub fn log_rank(test: &LogRank) -> Value {
    json!({
        "rho": number(test.rho),
        "n": test.n,
        "observed": numbers(&test.observed),
        "expected": numbers(&test.expected),
        "var": matrix(&test.var),
        "chisq": number(test.chisq),
        "df": test.df,
        "p": number(test.p),
    })
}

/// Two restricted means and their contrasts; `arm` names the column the arms come from.
pub fn restricted_means(
    first: &RestrictedMean,
    second: &RestrictedMean,
    contrasts: &Contrasts,
    level: f64,
) -> Value {
    let mean = |mean: &RestrictedMean| {
        let (lower, upper) = mean.limits(level);
        numbers(&[mean.estimate, mean.variance.sqrt(), lower, upper])
    };
    let row = |c: &Contrast| numbers(&[c.estimate, c.lower, c.upper, c.p]);
    json!({
        "tau": number(first.tau),
        "arm0": mean(first),
        "arm0_var": number(first.variance),
        "arm1": mean(second),
        "arm1_var": number(second.variance),
        "rmst_columns": ["est", "se", "lower95", "upper95"],
        "contrast_rows": [
            "RMST (arm=1)-(arm=0)",
            "RMST (arm=1)/(arm=0)",
            "RMTL (arm=1)/(arm=0)",
        ],
        "contrast_columns": ["Est.", "lower .95", "upper .95", "p"],
        "contrasts": [
            row(&contrasts.difference),
            row(&contrasts.ratio),
            row(&contrasts.ratio_lost),
        ],
    })
}

/// State probabilities with their errors; `names` are the names of the causes.
pub fn states(states: &States, names: &[String]) -> Value {
    let mut all = vec!["(s0)".to_owned()];
    all.extend_from_slice(names);
    json!({
        "time": numbers(&states.time),
        "n_risk": states.n_risk,
        "states": all,
        "pstate": matrix(&states.pstate),
        "se": matrix(&states.se),
    })
}

/// Cumulative incidences at fixed times: one row for each named curve.
pub fn at_times(curves: &[(String, Incidence)], times: &[f64]) -> Value {
    let rows = |read: &dyn Fn(&Incidence, f64) -> f64| {
        let row = |curve: &Incidence| times.iter().map(|t| read(curve, *t)).collect::<Vec<_>>();
        matrix(
            &curves
                .iter()
                .map(|(_, curve)| row(curve))
                .collect::<Vec<_>>(),
        )
    };
    json!({
        "times": numbers(times),
        "rows": curves.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "est": rows(&|curve, time| curve.at(time)),
        "var": rows(&|curve, time| curve.variance_at(time)),
    })
}

/// Gray's test for each cause.
pub fn gray_test(tests: &[(String, Gray)]) -> Value {
    json!({
        "rows": tests.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "columns": ["stat", "pv", "df"],
        "values": tests
            .iter()
            .map(|(_, test)| json!([number(test.stat), number(test.p), test.df]))
            .collect::<Vec<_>>(),
    })
}
