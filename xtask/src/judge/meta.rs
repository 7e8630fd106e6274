//! What the references of the meta folders hold, recomputed.
//!
//! Eight digits are asked for, with two provisos about where the reference itself stopped. Its
//! influence and small-study refits end the search for τ² at a step of 1e-5, so those parts are
//! compared with whichever of our two runs, converged or stopped there, lies nearer. Its Q-profile
//! is found by a root finder whose own tolerance is 1.3e-4 in τ² and which looks no further than
//! ten times τ² (or 100).

use serde_json::Value;
use statistics::meta::{
    Effect, Moderators, ReportInput, Stop, TwoByTwo, TwoGroups, regression_report, report,
};
use statistics::mixed::{Coding, Design, Formula};
use statistics::table::Table;

use super::{Case, below};

/// Digits asked for.
const TOLERANCE: f64 = 1e-8;
/// Where the reference's program ends its searches unless told otherwise.
const DEFAULT_STEP: f64 = 1e-5;
/// The tolerance of its root finder, in τ².
const ROOT_TOLERANCE: f64 = 1.3e-4;

/// Compares everything the reference holds.
pub(super) fn judge(case: &mut Case<'_>) {
    for key in ["columns", "continuity", "formula"] {
        case.given(&below("", key));
    }
    let input = match input(case.table) {
        Ok(input) => input,
        Err(why) => return case.fails("", &why),
    };
    if case.at("/fits").is_object() {
        return judge_regression(case, &input);
    }
    let (converged, stopped) = match (
        report(&input, Stop::Converged),
        report(&input, Stop::StepWithin(DEFAULT_STEP)),
    ) {
        (Ok(converged), Ok(stopped)) => (converged, stopped),
        (Err(why), _) | (_, Err(why)) => return case.fails("", &why),
    };
    if let Some(measures) = case.at("/measures").as_object().cloned() {
        for name in measures.keys() {
            let pointer = below("/measures", name);
            let ours = converged.pointer(&pointer).unwrap_or(&Value::Null);
            let short = stopped.pointer(&pointer).unwrap_or(&Value::Null);
            judge_measure(case, &pointer, ours, short);
        }
        case.compare(
            "/mantel_haenszel",
            &at(&converged, "mantel_haenszel"),
            TOLERANCE,
        );
        case.compare("/peto", &at(&converged, "peto"), TOLERANCE);
    } else {
        judge_measure(case, "", &converged, &stopped);
    }
}

fn at(value: &Value, key: &str) -> Value {
    value.get(key).cloned().unwrap_or_default()
}

fn judge_measure(case: &mut Case<'_>, pointer: &str, ours: &Value, stopped: &Value) {
    for key in ["yi", "vi", "leave_one_out_REML", "cumulative_DL"] {
        case.compare(&below(pointer, key), &at(ours, key), TOLERANCE);
    }
    for key in ["influence_REML", "bias"] {
        let place = below(pointer, key);
        let parts: Vec<String> = case
            .at(&place)
            .as_object()
            .map(|o| o.keys().cloned().collect())
            .unwrap_or_default();
        for part in parts {
            let inner = below(&place, &part);
            let (full, short) = (at(&at(ours, key), &part), at(&at(stopped, key), &part));
            let theirs = case.at(&inner);
            let is_full_nearer = distance(&full, theirs) <= distance(&short, theirs);
            case.compare(
                &inner,
                if is_full_nearer { &full } else { &short },
                TOLERANCE,
            );
        }
    }
    let models = below(pointer, "models");
    let names: Vec<String> = case
        .at(&models)
        .as_object()
        .map(|o| o.keys().cloned().collect())
        .unwrap_or_default();
    for name in names {
        let place = below(&models, &name);
        let mut model = at(&at(ours, "models"), &name);
        judge_profile(case, &below(&place, "tau2_ci_qprofile"), &model);
        if let Some(parts) = model.as_object_mut() {
            parts.remove("tau2_ci_qprofile");
        }
        case.compare(&place, &model, TOLERANCE);
    }
}

/// Compares the ends of the Q-profile within what the reference's root finder promises.
fn judge_profile(case: &mut Case<'_>, pointer: &str, model: &Value) {
    let ceiling = (10.0 * model["tau2"].as_f64().unwrap_or(0.0)).max(100.0);
    let ends: Vec<f64> = case
        .at(pointer)
        .as_array()
        .map(|ends| ends.iter().filter_map(Value::as_f64).collect())
        .unwrap_or_default();
    let ours = model["tau2_ci_qprofile"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if ours.len() != ends.len() || ends.is_empty() {
        return;
    }
    for (index, (theirs, own)) in ends.iter().zip(&ours).enumerate() {
        let own = own.as_f64().unwrap_or(f64::NAN).min(ceiling);
        let allowed = (ROOT_TOLERANCE / theirs.abs().max(f64::MIN_POSITIVE)).max(TOLERANCE);
        case.compare(
            &below(pointer, &index.to_string()),
            &Value::from(own),
            allowed,
        );
    }
    case.given(pointer);
}

/// Returns the largest relative difference of two trees' numbers; infinite where one lacks a leaf.
fn distance(ours: &Value, theirs: &Value) -> f64 {
    match (ours, theirs) {
        (Value::Object(own), Value::Object(their)) => their
            .iter()
            .map(|(key, part)| {
                own.get(key)
                    .map_or(f64::INFINITY, |mine| distance(mine, part))
            })
            .fold(0.0, f64::max),
        (Value::Array(own), Value::Array(their)) if own.len() == their.len() => own
            .iter()
            .zip(their)
            .map(|(mine, part)| distance(mine, part))
            .fold(0.0, f64::max),
        _ => match (ours.as_f64(), theirs.as_f64()) {
            (Some(own), Some(their)) => (own - their).abs() / their.abs().max(f64::MIN_POSITIVE),
            _ if ours == theirs => 0.0,
            _ => f64::INFINITY,
        },
    }
}

fn numbers(table: &Table, names: &[&str]) -> Result<Vec<Vec<f64>>, String> {
    names
        .iter()
        .map(|name| {
            table
                .numbers(name)
                .map(<[f64]>::to_vec)
                .map_err(|why| why.to_string())
        })
        .collect()
}

/// Reads the studies from whichever columns the table has.
fn input(table: &Table) -> Result<ReportInput, String> {
    let cell = |columns: &[Vec<f64>], column: usize, row: usize| {
        columns
            .get(column)
            .and_then(|c| c.get(row))
            .copied()
            .unwrap_or(f64::NAN)
    };
    let rows = 0..table.rows();
    if table.has("ai") {
        let c = numbers(table, &["ai", "bi", "ci", "di"])?;
        let tables: Result<_, _> = rows
            .map(|i| {
                let [a, b, c, d] = [0, 1, 2, 3].map(|column| cell(&c, column, i));
                TwoByTwo::new(a, b, c, d).map_err(|why| why.to_string())
            })
            .collect();
        Ok(ReportInput::Tables(tables?))
    } else if table.has("m1i") {
        let c = numbers(table, &["m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"])?;
        let group = |i: usize| TwoGroups {
            mean_1: cell(&c, 0, i),
            sd_1: cell(&c, 1, i),
            n_1: cell(&c, 2, i),
            mean_2: cell(&c, 3, i),
            sd_2: cell(&c, 4, i),
            n_2: cell(&c, 5, i),
        };
        Ok(ReportInput::Groups(rows.map(group).collect()))
    } else {
        let c = numbers(table, &["yi", "vi"])?;
        let effect = |i: usize| Effect {
            estimate: cell(&c, 0, i),
            variance: cell(&c, 1, i),
        };
        Ok(ReportInput::Effects(rows.map(effect).collect()))
    }
}

/// Words of a source that name the measure regressed.
const MEASURES: [(&str, &str); 6] = [
    ("risk ratio", "RR"),
    ("odds ratio", "OR"),
    ("risk difference", "RD"),
    ("arcsine", "AS"),
    ("standardi", "SMD"),
    ("mean difference", "MD"),
];

fn judge_regression(case: &mut Case<'_>, input: &ReportInput) {
    let told = case
        .at("/measure")
        .as_str()
        .or(case.at("/source").as_str())
        .unwrap_or_default();
    let told = told.to_owned();
    case.given("/measure");
    let measures = match input.measures() {
        Ok(measures) => measures,
        Err(why) => return case.fails("/fits", &why),
    };
    let named = MEASURES
        .iter()
        .find(|(words, name)| told.contains(words) || told == *name);
    let found = measures
        .iter()
        .find(|(name, _)| named.is_some_and(|(_, wanted)| name == wanted));
    let Some((_, effects)) = found.or(measures.first()) else {
        return;
    };
    let formula = case.at("/formula").as_str().unwrap_or_default().to_owned();
    match moderators(case.table, effects, &formula) {
        Ok(moderators) => {
            let ours = regression_report(effects, &moderators);
            case.compare("/fits", &at(&ours, "fits"), TOLERANCE);
        }
        Err(Lack::Column(name)) => case.lacks("/fits", &name),
        Err(Lack::Other(why)) => case.fails("/fits", &why),
    }
}

/// Why the moderators cannot be laid out.
enum Lack {
    Column(String),
    Other(String),
}

fn moderators(table: &Table, effects: &[Effect], formula: &str) -> Result<Moderators, Lack> {
    const RESPONSE: &str = "effect pooled";
    let other = |why: &dyn std::fmt::Display| Lack::Other(why.to_string());
    let formula = Formula::parse(&format!("{RESPONSE} {formula}")).map_err(|why| other(&why))?;
    let missing = formula.fixed.iter().flatten().find(|name| !table.has(name));
    if let Some(name) = missing {
        return Err(Lack::Column(name.clone()));
    }
    let mut table = table.clone();
    let estimates = effects.iter().map(|effect| effect.estimate).collect();
    table
        .insert_numbers(RESPONSE, estimates)
        .map_err(|why| other(&why))?;
    let design = Design::new(&formula, &table, &Coding::default()).map_err(|why| other(&why))?;
    let named = design.terms.iter().enumerate().skip(1);
    Ok(named.fold(Moderators::new(), |set, (column, name)| {
        set.with(name.clone(), design.fixed.column(column))
    }))
}
