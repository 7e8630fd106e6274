//! What the references of the survival folders hold, recomputed.
//!
//! Names of columns come from the reference: the formula of a Cox model names times and
//! covariates, `group_variable` the groups, the names of terms the columns of the other models.

mod accuracy;
mod competing;
mod parametric;
mod regression;
mod terms;

use serde_json::{Map, Value, json};
use statistics::report;
use statistics::survival::design::level_label;
use statistics::survival::kaplan_meier::kaplan_meier;
use statistics::survival::log_rank::log_rank;
use statistics::survival::rmst::{contrasts, restricted_mean};
use statistics::survival::{Groups, Times, events};
use statistics::table::{Factor, Table};

use super::Case;

/// Agreement asked of curves and tests.
const CURVES: f64 = 1e-9;

/// Any reason there is no answer, as a sentence.
pub(super) type Answer<T> = Result<T, String>;

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Compares everything the reference holds.
pub(super) fn judge(case: &mut Case<'_>) {
    match case.file {
        "reference_competing.json" => competing::judge(case),
        "reference_timedep.json" => accuracy::judge(case),
        _ => judge_plain(case),
    }
}

fn judge_plain(case: &mut Case<'_>) {
    case.given("/group_variable");
    regression::judge(case, "");
    parametric::judge(case);
    let reference = case.reference;
    let ours = outcome(case);
    if let Err(why) = ours {
        case.fails("", &why);
    }
    if let Some(Value::Object(parts)) = reference.as_object().cloned().map(Value::Object) {
        for key in parts.keys().filter(|key| key.starts_with("km_by_")) {
            let variable = key.trim_start_matches("km_by_").to_owned();
            let ours = curves_by(case.table, &Columns::of(case), &variable);
            settle(case, &super::below("", key), ours, CURVES);
        }
    }
}

/// Compares an answer, or says why there is none.
fn settle(case: &mut Case<'_>, pointer: &str, ours: Answer<Value>, tolerance: f64) {
    match ours {
        Ok(value) => case.compare(pointer, &value, tolerance),
        Err(why) => case.fails(pointer, &why),
    }
}

fn outcome(case: &mut Case<'_>) -> Answer<()> {
    let columns = Columns::of(case);
    let table = case.table;
    if !case.at("/n").is_null() {
        let outcome = columns.read(table)?;
        case.compare("/n", &json!(outcome.stop.len()), 0.0);
        let events = outcome.event.iter().filter(|event| **event).count();
        case.compare("/events", &json!(events), 0.0);
    }
    if !case.at("/km/overall").is_null() {
        let ours = overall(table, &columns);
        settle(case, "/km/overall", ours, CURVES);
    }
    let Some(group) = case.at("/group_variable").as_str().map(str::to_owned) else {
        return Ok(());
    };
    let ours = curves_by(table, &columns, &group);
    settle(case, "/km/by_group", ours, CURVES);
    judge_tests(case, &columns, &group);
    judge_rmst(case, &columns, &group);
    Ok(())
}

/// The names of the columns that hold times and status.
pub(super) struct Columns {
    start: Option<String>,
    stop: String,
    status: String,
}

/// Times and status read from a table.
pub(super) struct Outcome {
    start: Option<Vec<f64>>,
    stop: Vec<f64>,
    event: Vec<bool>,
}

impl Columns {
    /// From the first formula anywhere in the reference, else `time` and `status`.
    pub(super) fn of(case: &Case<'_>) -> Self {
        first_formula(case.reference)
            .and_then(|formula| Self::of_formula(&formula))
            .unwrap_or_else(|| Self {
                start: None,
                stop: "time".to_owned(),
                status: "status".to_owned(),
            })
    }

    fn of_formula(formula: &str) -> Option<Self> {
        let inside = formula.split_once("Surv(")?.1.split_once(')')?.0;
        let names: Vec<String> = inside
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect();
        match names.as_slice() {
            [stop, status] => Some(Self {
                start: None,
                stop: stop.clone(),
                status: status.clone(),
            }),
            [start, stop, status] => Some(Self {
                start: Some(start.clone()),
                stop: stop.clone(),
                status: status.clone(),
            }),
            _ => None,
        }
    }

    pub(super) fn stop(&self) -> &str {
        &self.stop
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.start
            .iter()
            .chain([&self.stop, &self.status])
            .cloned()
            .collect()
    }

    pub(super) fn read(&self, table: &Table) -> Answer<Outcome> {
        let numbers = |name: &str| table.numbers(name).map(<[f64]>::to_vec).map_err(say);
        Ok(Outcome {
            start: self.start.as_deref().map(numbers).transpose()?,
            stop: numbers(&self.stop)?,
            event: events(table.numbers(&self.status).map_err(say)?).map_err(say)?,
        })
    }
}

impl Outcome {
    pub(super) fn times(&self) -> Answer<Times<'_>> {
        match &self.start {
            Some(start) => Times::with_entry(start, &self.stop, &self.event),
            None => Times::new(&self.stop, &self.event),
        }
        .map_err(say)
    }
}

fn first_formula(value: &Value) -> Option<String> {
    match value {
        Value::Object(parts) => {
            let here = parts
                .get("formula")
                .and_then(Value::as_str)
                .map(str::to_owned);
            here.or_else(|| parts.values().find_map(first_formula))
        }
        Value::Array(parts) => parts.iter().find_map(first_formula),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The codes of a factor none of whose cells may be missing.
pub(super) fn codes(factor: &Factor, name: &str) -> Answer<Vec<u32>> {
    factor
        .codes
        .iter()
        .map(|code| {
            let code = code.ok_or_else(|| format!("column `{name}` has missing cells"))?;
            u32::try_from(code).map_err(say)
        })
        .collect()
}

fn overall(table: &Table, columns: &Columns) -> Answer<Value> {
    let outcome = columns.read(table)?;
    let curves = kaplan_meier(outcome.times()?, None).map_err(say)?;
    let all = curves
        .first()
        .map(|curve| report::kaplan_meier(curve, 0.95));
    Ok(json!({ "all": all }))
}

fn curves_by(table: &Table, columns: &Columns, group: &str) -> Answer<Value> {
    let outcome = columns.read(table)?;
    let factor = table.factor(group).map_err(say)?;
    let codes = codes(&factor, group)?;
    let groups = Groups::new(&codes, factor.levels.len()).map_err(say)?;
    let curves = kaplan_meier(outcome.times()?, Some(groups)).map_err(say)?;
    let mut parts = Map::new();
    for (level, curve) in factor.levels.iter().zip(&curves) {
        let label = level_label(table, group, level, false);
        parts.insert(label, report::kaplan_meier(curve, 0.95));
    }
    Ok(Value::Object(parts))
}

fn judge_tests(case: &mut Case<'_>, columns: &Columns, group: &str) {
    case.given("/logrank_stratified/strata");
    let strata = case
        .at("/logrank_stratified/strata")
        .as_str()
        .map(str::to_owned);
    let places = [
        ("/logrank", None),
        ("/logrank_stratified/result", strata.as_deref()),
    ];
    for (place, strata) in places {
        let count = case.at(place).as_array().map_or(0, Vec::len);
        for index in 0..count {
            let pointer = format!("{place}/{index}");
            let rho = case.at(&format!("{pointer}/rho")).as_f64().unwrap_or(0.0);
            let ours = test(case.table, columns, group, strata, rho);
            settle(case, &pointer, ours, CURVES);
        }
    }
}

fn test(
    table: &Table,
    columns: &Columns,
    group: &str,
    strata: Option<&str>,
    rho: f64,
) -> Answer<Value> {
    let outcome = columns.read(table)?;
    let factor = table.factor(group).map_err(say)?;
    let group_codes = codes(&factor, group)?;
    let groups = Groups::new(&group_codes, factor.levels.len()).map_err(say)?;
    let mut stratum_codes = Vec::new();
    let mut strata_count = 0;
    if let Some(name) = strata {
        let factor = table.factor(name).map_err(say)?;
        stratum_codes = codes(&factor, name)?;
        strata_count = factor.levels.len();
    }
    let strata = match strata {
        Some(_) => Some(Groups::new(&stratum_codes, strata_count).map_err(say)?),
        None => None,
    };
    log_rank(outcome.times()?, groups, strata, rho)
        .map(|t| report::log_rank(&t))
        .map_err(say)
}

/// A level as the table writes it.
fn level_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn judge_rmst(case: &mut Case<'_>, columns: &Columns, group: &str) {
    for key in ["arm0", "arm1", "note"] {
        case.given(&format!("/rmst/{key}"));
    }
    let arms = [
        level_text(case.at("/rmst/arm0")),
        level_text(case.at("/rmst/arm1")),
    ];
    let count = case.at("/rmst/results").as_array().map_or(0, Vec::len);
    for index in 0..count {
        let pointer = format!("/rmst/results/{index}");
        let tau = case
            .at(&format!("{pointer}/tau"))
            .as_f64()
            .unwrap_or(f64::NAN);
        let ours = rmst(case.table, columns, group, &arms, tau);
        settle(case, &pointer, ours, CURVES);
    }
}

fn rmst(
    table: &Table,
    columns: &Columns,
    group: &str,
    arms: &[String; 2],
    tau: f64,
) -> Answer<Value> {
    let outcome = columns.read(table)?;
    let factor = table.factor(group).map_err(say)?;
    let codes = codes(&factor, group)?;
    let groups = Groups::new(&codes, factor.levels.len()).map_err(say)?;
    let curves = kaplan_meier(outcome.times()?, Some(groups)).map_err(say)?;
    let mean = |arm: &String| {
        let at = factor.levels.iter().position(|level| level == arm);
        let curve = at.and_then(|at| curves.get(at));
        let curve = curve.ok_or_else(|| format!("no rows have `{group}` equal to `{arm}`"))?;
        restricted_mean(curve, tau).map_err(say)
    };
    let [first, second] = arms;
    let (first, second) = (mean(first)?, mean(second)?);
    let contrasts = contrasts(&first, &second, 0.95);
    Ok(report::restricted_means(&first, &second, &contrasts, 0.95))
}
