//! Competing risks: state probabilities, incidence at fixed times, Gray's test.

use serde_json::{Map, Value, json};
use statistics::report;
use statistics::survival::Groups;
use statistics::survival::competing::aalen_johansen;
use statistics::survival::cox::Stop;
use statistics::survival::fine_gray;
use statistics::survival::gray::gray;
use statistics::table::Table;

use super::regression::MODELS;
use super::{Answer, CURVES, codes, say, settle, terms};
use crate::judge::{Case, list, texts};

/// Times, causes and the groups they are compared in.
struct Data {
    time: Vec<f64>,
    cause: Vec<u32>,
    causes: usize,
    codes: Vec<u32>,
    levels: Vec<String>,
}

pub(super) fn judge(case: &mut Case<'_>) {
    case.given("/arm1");
    let data = match data(case) {
        Ok(data) => data,
        Err(why) => return case.fails("", &why),
    };
    let names = state_names(case);
    let ours = states(&data.time, &data.cause, &names);
    settle(case, "/aalen_johansen/all", ours, CURVES);
    let ours = states_by(&data, &names);
    settle(case, "/aalen_johansen/by_group", ours, CURVES);
    let ours = at_times(case.at("/cuminc_at/times"), &data);
    settle(case, "/cuminc_at", ours, CURVES);
    let ours = tests(&data);
    settle(case, "/cuminc_gray_test", ours, CURVES);
    let count = case.at("/fine_gray").as_array().map_or(0, Vec::len);
    for index in 0..count {
        let pointer = format!("/fine_gray/{index}");
        let ours = subdistribution(case, &pointer);
        settle(case, &pointer, ours, MODELS);
    }
}

/// The model of one cause, fitted to the rows that miss none of its covariates.
fn subdistribution(case: &Case<'_>, pointer: &str) -> Answer<Value> {
    let code = case
        .at(&format!("{pointer}/failcode"))
        .as_u64()
        .ok_or("there is no failcode")?;
    let code = u32::try_from(code).map_err(say)?;
    let level = case.at("/arm1").as_str();
    let terms = texts(case.at(&format!("{pointer}/terms")));
    let design = terms::design(case.table, &terms, level)?;
    let rows = design.complete_rows(case.table.rows());
    let table = case.table.select(&rows);
    let design = design.select(&rows);
    let cause = causes(&table)?;
    let time = table.numbers("time").map_err(say)?;
    let fit = fine_gray::fit(
        time,
        &cause,
        code,
        &design.terms,
        &design.slices(),
        Stop::Settled,
    )
    .map_err(say)?;
    Ok(report::fine_gray(&fit, code))
}

fn causes(table: &Table) -> Answer<Vec<u32>> {
    let read = |cause: &f64| format!("{cause}").parse::<u32>().map_err(say);
    table
        .numbers("cause")
        .map_err(say)?
        .iter()
        .map(read)
        .collect()
}

/// The names the reference gives the causes, in order of their codes.
fn state_names(case: &Case<'_>) -> Vec<String> {
    let states = case.at("/aalen_johansen/all/states").as_array();
    let names = states.map(|states| states.iter().skip(1).filter_map(Value::as_str));
    names
        .map(|names| names.map(str::to_owned).collect())
        .unwrap_or_default()
}

/// The group column is the one whose levels are the groups the reference names.
fn group_column(case: &Case<'_>) -> Answer<String> {
    let named = case.at("/aalen_johansen/by_group").as_object();
    let mut wanted: Vec<&str> = named
        .into_iter()
        .flat_map(Map::keys)
        .map(|key| key.split_once('=').map_or(key.as_str(), |(_, level)| level))
        .collect();
    wanted.sort_unstable();
    for name in case.table.names() {
        let mut levels = case.table.factor(name).map_err(say)?.levels;
        levels.sort_unstable();
        if levels == wanted {
            return Ok(name.clone());
        }
    }
    Err(format!(
        "no column has exactly the levels {}",
        wanted.join(", ")
    ))
}

fn data(case: &Case<'_>) -> Answer<Data> {
    let table: &Table = case.table;
    let time = table.numbers("time").map_err(say)?.to_vec();
    let cause = table.factor("cause").map_err(say)?;
    let group = group_column(case)?;
    let factor = table.factor(&group).map_err(say)?;
    Ok(Data {
        time,
        causes: cause.levels.iter().filter(|level| *level != "0").count(),
        cause: causes(table)?,
        codes: codes(&factor, &group)?,
        levels: factor.levels,
    })
}

fn states(time: &[f64], cause: &[u32], names: &[String]) -> Answer<Value> {
    let found = aalen_johansen(time, cause, names.len()).map_err(say)?;
    Ok(report::states(&found, names))
}

fn rows_of(data: &Data, group: usize) -> (Vec<f64>, Vec<u32>) {
    let all = data.codes.iter().zip(data.time.iter().zip(&data.cause));
    let own = all.filter(|(code, _)| usize::try_from(**code).is_ok_and(|code| code == group));
    own.map(|(_, (time, cause))| (*time, *cause)).unzip()
}

fn states_by(data: &Data, names: &[String]) -> Answer<Value> {
    let mut parts = Map::new();
    for (group, level) in data.levels.iter().enumerate() {
        let (time, cause) = rows_of(data, group);
        parts.insert(format!("group={level}"), states(&time, &cause, names)?);
    }
    Ok(Value::Object(parts))
}

fn at_times(times: &Value, data: &Data) -> Answer<Value> {
    let times = list(times);
    let mut curves = Vec::new();
    for cause in 1..=data.causes {
        for (group, level) in data.levels.iter().enumerate() {
            let (time, causes) = rows_of(data, group);
            let states = aalen_johansen(&time, &causes, data.causes).map_err(say)?;
            curves.push((format!("{level} {cause}"), states.incidence(cause)));
        }
    }
    Ok(report::at_times(&curves, &times))
}

fn tests(data: &Data) -> Answer<Value> {
    let groups = Groups::new(&data.codes, data.levels.len()).map_err(say)?;
    let mut tests = Vec::new();
    for cause in 1..=u32::try_from(data.causes).map_err(say)? {
        let test = gray(&data.time, &data.cause, groups, cause).map_err(say)?;
        tests.push((cause.to_string(), test));
    }
    Ok(if tests.is_empty() {
        json!(null)
    } else {
        report::gray_test(&tests)
    })
}
