//! Accelerated failure time models.

use serde_json::Value;
use statistics::report;
use statistics::survival::aft::{Family, fit};
use statistics::survival::cox::Stop;

use super::{Answer, Columns, say, settle, terms};
use crate::judge::{Case, below, texts};

/// Agreement asked of these models.
const PARAMETRIC: f64 = 1e-6;

pub(super) fn judge(case: &mut Case<'_>) {
    let Some(parts) = case.at("/aft").as_object().cloned() else {
        return;
    };
    for name in parts.keys() {
        let pointer = below("/aft", name);
        let family = match name.as_str() {
            "weibull" => Family::Weibull,
            "exponential" => Family::Exponential,
            "loglogistic" => Family::LogLogistic,
            "lognormal" => Family::LogNormal,
            _ => continue,
        };
        let ours = model(case, &pointer, family);
        settle(case, &pointer, ours, PARAMETRIC);
    }
}

fn model(case: &Case<'_>, pointer: &str, family: Family) -> Answer<Value> {
    let names = texts(case.at(&below(pointer, "terms")));
    let names: Vec<String> = names
        .into_iter()
        .filter(|name| name != "(Intercept)")
        .collect();
    let design = terms::design(case.table, &names, None)?;
    let stop = case.table.numbers(Columns::of(case).stop()).map_err(say)?;
    // These models have no place for a time of zero; their references leave such rows out.
    let positive = |row: &usize| stop.get(*row).is_some_and(|time| *time > 0.0);
    let rows: Vec<usize> = design
        .complete_rows(case.table.rows())
        .into_iter()
        .filter(positive)
        .collect();
    let design = design.select(&rows);
    let outcome = Columns::of(case).read(&case.table.select(&rows))?;
    fit(
        outcome.times()?,
        &design.terms,
        &design.slices(),
        family,
        Stop::Settled,
    )
    .map(|fit| report::accelerated(&fit))
    .map_err(say)
}
