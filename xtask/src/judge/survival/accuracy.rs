//! How well a Cox model's risks agree with what happened: AUC, Brier score, concordance.

use serde_json::{Value, json};
use statistics::report::{matrix, number, numbers};
use statistics::survival::accuracy::{Accuracy, Measure, integrated};
use statistics::survival::cox::Ties;
use statistics::survival::kaplan_meier::kaplan_meier;

use super::regression::{Formula, MODELS};
use super::{Answer, say, settle};
use crate::judge::{Case, list};

pub(super) fn judge(case: &mut Case<'_>) {
    case.given("/formula");
    case.given("/times");
    case.given("/brier/model");
    case.given("/ibs/model");
    let ours = recomputed(case);
    settle(case, "", ours, MODELS);
}

fn recomputed(case: &Case<'_>) -> Answer<Value> {
    let text = case.at("/formula").as_str().ok_or("there is no formula")?;
    let formula = Formula::read(text).ok_or("the formula cannot be read")?;
    let times = list(case.at("/times"));
    let wanted = formula.names();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let table = case
        .table
        .select(&case.table.complete_rows(&wanted).map_err(say)?);
    let (fit, _) = formula.fit(&table, Ties::Efron)?;
    let outcome = formula.outcome(&table)?;
    let accuracy = Accuracy::new(outcome.times()?).map_err(say)?;
    let risks: Vec<Vec<f64>> = fit.risks(&times);
    let curve = kaplan_meier(outcome.times()?, None).map_err(say)?.remove(0);
    let (mut auc, mut null, mut model) = (Vec::new(), Vec::new(), Vec::new());
    for (k, time) in times.iter().enumerate() {
        let risk: Vec<f64> = risks.iter().filter_map(|row| row.get(k)).copied().collect();
        let marginal = vec![1.0 - curve.at(*time); risk.len()];
        auc.push(accuracy.auc(&risk, *time).map_err(say)?);
        null.push(accuracy.brier(&marginal, *time).map_err(say)?);
        model.push(accuracy.brier(&risk, *time).map_err(say)?);
    }
    let estimates = |m: &[Measure]| m.iter().map(|m| m.estimate).collect::<Vec<f64>>();
    let errors = |m: &[Measure]| m.iter().map(|m| m.se).collect::<Vec<f64>>();
    let limits: Vec<(f64, f64)> = auc.iter().map(|m| m.limits(0.95)).collect();
    let both = [null.as_slice(), &model].concat();
    let twice = [times.as_slice(), &times].concat();
    let integrals = [
        integrated(&times, &estimates(&null)),
        integrated(&times, &estimates(&model)),
    ]
    .concat();
    let predictor = fit.linear_predictor();
    Ok(json!({
        "predicted_risk": matrix(&risks),
        "auc": {
            "times": numbers(&times),
            "AUC": numbers(&estimates(&auc)),
            "se": numbers(&errors(&auc)),
            "lower": numbers(limits.iter().map(|l| &l.0)),
            "upper": numbers(limits.iter().map(|l| &l.1)),
        },
        "brier": {
            "times": numbers(&twice),
            "Brier": numbers(&estimates(&both)),
            "se": numbers(&errors(&both)),
        },
        "ibs": { "times": numbers(&twice), "IBS": numbers(&integrals) },
        "concordance_harrell": number(fit.concordance().map_err(say)?.estimate),
        "concordance_uno": number(accuracy.uno(&predictor).map_err(say)?),
    }))
}
