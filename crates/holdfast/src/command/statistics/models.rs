//! Meta-analysis, mixed models and calibration.

use camino::Utf8PathBuf;
use serde_json::{Map, Value, json};
use statistics::meta::{
    Effect, Moderators, ReportInput, Stop, TwoByTwo, TwoGroups, regression_report, report,
};
use statistics::mixed::{Coding, Design, Formula, answer};
use statistics::prediction::{
    Predictions, area_by_person, compare_areas, comparison_report, report as judge_predictions,
};
use statistics::table::Table;

use super::Format;
use super::data::unaskable;

/// The most files a comparison of predictions names.
const PREDICTIONS_MAX: usize = 16;

fn read(file: &Utf8PathBuf) -> anyhow::Result<Table> {
    let bytes = std::fs::read(file)
        .map_err(|error| unaskable(format!("{file} cannot be read: {error}")))?;
    Table::read(&bytes).map_err(|error| unaskable(format!("{file}: {error}")))
}

/// Puts a part into an object.
fn put(object: &mut Value, key: &str, part: Value) {
    if let Some(parts) = object.as_object_mut() {
        parts.insert(key.to_owned(), part);
    }
}

/// Meta-analysis.
#[derive(clap::Args)]
pub(crate) struct Meta {
    /// The CSV file: columns ai, bi, ci, di (two-by-two tables), m1i, sd1i, n1i, m2i, sd2i, n2i
    /// (means), or yi, vi (estimates and variances)
    file: Utf8PathBuf,
    /// Only this measure: OR, RR, RD, AS, PETO, SMD, `SMD_vtypeUB` or MD [default: all that can be]
    #[arg(long)]
    measure: Option<String>,
    /// Regress the effects on study features, as in "~ ablat + year"
    #[arg(long)]
    mods: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "json")]
    pub(super) format: Format,
}

impl Meta {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let table = read(&self.file)?;
        let input = self.input(&table)?;
        let measures = input.measures().map_err(unaskable)?;
        if let Some(formula) = &self.mods {
            let wanted = self.measure.as_ref();
            let found = measures
                .iter()
                .find(|(name, _)| wanted.is_none_or(|w| w == name));
            let (_, effects) = found.ok_or_else(|| self.no_such_measure(&measures))?;
            let (moderators, formula) = moderators(&table, effects, formula)?;
            let mut value = regression_report(effects, &moderators);
            put(&mut value, "formula", json!(formula));
            return Ok(value);
        }
        let mut value = report(&input, Stop::Converged).map_err(unaskable)?;
        if let Some(wanted) = &self.measure
            && let Some(found) = value.get_mut("measures").and_then(Value::as_object_mut)
        {
            let part = found
                .remove(wanted)
                .ok_or_else(|| self.no_such_measure(&measures))?;
            *found = Map::from_iter([(wanted.clone(), part)]);
        }
        Ok(value)
    }

    fn no_such_measure(&self, measures: &[(String, Vec<Effect>)]) -> anyhow::Error {
        let names: Vec<&str> = measures.iter().map(|(name, _)| name.as_str()).collect();
        let wanted = self.measure.as_deref().unwrap_or_default();
        let names = names.join(", ");
        unaskable(format!(
            "{wanted} cannot be computed from these columns; ask for {names}"
        ))
    }

    fn input(&self, table: &Table) -> anyhow::Result<ReportInput> {
        let numbers = |names: &[&str]| -> anyhow::Result<Vec<Vec<f64>>> {
            let columns = names
                .iter()
                .map(|name| table.numbers(name).map(<[f64]>::to_vec));
            columns.collect::<Result<_, _>>().map_err(unaskable)
        };
        let row = |columns: &[Vec<f64>], index: usize| -> Vec<f64> {
            columns
                .iter()
                .filter_map(|column| column.get(index).copied().filter(|cell| !cell.is_nan()))
                .collect()
        };
        let rows = 0..table.rows();
        if table.rows() == 0 {
            return Err(unaskable(format!(
                "{} has no rows; give at least one study",
                self.file
            )));
        }
        let lacks = |index: usize, names: &str| {
            let row = index + 1;
            unaskable(format!(
                "row {row} (counting from 1) lacks one of {names}; fill it in or leave the study out"
            ))
        };
        if table.has("ai") {
            let columns = numbers(&["ai", "bi", "ci", "di"])?;
            let tables = rows.map(|index| match row(&columns, index).as_slice() {
                [a, b, c, d] => TwoByTwo::new(*a, *b, *c, *d).map_err(unaskable),
                _ => Err(lacks(index, "ai, bi, ci, di")),
            });
            return Ok(ReportInput::Tables(tables.collect::<anyhow::Result<_>>()?));
        }
        if table.has("m1i") {
            let columns = numbers(&["m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"])?;
            let groups = rows.map(|index| match row(&columns, index).as_slice() {
                [mean_1, sd_1, n_1, mean_2, sd_2, n_2] => Ok(TwoGroups {
                    mean_1: *mean_1,
                    sd_1: *sd_1,
                    n_1: *n_1,
                    mean_2: *mean_2,
                    sd_2: *sd_2,
                    n_2: *n_2,
                }),
                _ => Err(lacks(index, "m1i, sd1i, n1i, m2i, sd2i, n2i")),
            });
            return Ok(ReportInput::Groups(groups.collect::<anyhow::Result<_>>()?));
        }
        if !table.has("yi") || !table.has("vi") {
            let why = "give columns ai, bi, ci, di, or m1i, sd1i, n1i, m2i, sd2i, n2i, or yi, vi";
            return Err(unaskable(format!(
                "{} has no studies to pool: {why}",
                self.file
            )));
        }
        let columns = numbers(&["yi", "vi"])?;
        let effects = rows.map(|index| match row(&columns, index).as_slice() {
            [estimate, variance] => Ok(Effect {
                estimate: *estimate,
                variance: *variance,
            }),
            _ => Err(lacks(index, "yi, vi")),
        });
        Ok(ReportInput::Effects(
            effects.collect::<anyhow::Result<_>>()?,
        ))
    }
}

/// Lays out study features by formula.
fn moderators(
    table: &Table,
    effects: &[Effect],
    formula: &str,
) -> anyhow::Result<(Moderators, String)> {
    const RESPONSE: &str = "effect pooled";
    let right = formula.trim().trim_start_matches('~').trim();
    let parsed = Formula::parse(&format!("{RESPONSE} ~ {right}")).map_err(unaskable)?;
    let mut table = table.clone();
    let estimates = effects.iter().map(|effect| effect.estimate).collect();
    table
        .insert_numbers(RESPONSE, estimates)
        .map_err(unaskable)?;
    let design = Design::new(&parsed, &table, &Coding::default()).map_err(unaskable)?;
    if design.rows.len() < effects.len() {
        return Err(unaskable(
            "a study lacks a feature the formula names; leave the study out",
        ));
    }
    let named = design.terms.iter().enumerate().skip(1);
    let all = named.fold(Moderators::new(), |set, (column, name)| {
        set.with(name.clone(), design.fixed.column(column))
    });
    Ok((all, format!("~{right}")))
}

/// What kind of model a formula is fitted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Linear mixed model.
    Lmm,
    /// Logistic mixed model.
    Glmm,
    /// Generalised estimating equations.
    Gee,
    /// Repeated measures with a covariance structure and no random effects.
    Gls,
}

/// Mixed models.
#[derive(clap::Args)]
pub(crate) struct Mixed {
    /// The CSV file, whose first line names the columns
    file: Utf8PathBuf,
    /// The model, as in "y ~ week * arm + (week | who)"
    #[arg(long, required_unless_present = "request")]
    formula: Option<String>,
    /// A JSON file in the layout of the reference tables, every entry of which is answered
    #[arg(long, conflicts_with = "formula")]
    request: Option<Utf8PathBuf>,
    /// What is fitted [default: lmm]
    #[arg(long, value_enum, default_value = "lmm")]
    kind: Kind,
    /// REML or ML, for a linear mixed model
    #[arg(long, default_value = "REML")]
    method: String,
    /// Nodes of the quadrature, for a logistic mixed model; one is Laplace's approximation
    #[arg(long, default_value_t = 1)]
    nodes: usize,
    /// The correlation: independence, exchangeable or ar1 for gee; unstructured or ar1 for gls
    #[arg(long)]
    correlation: Option<String>,
    /// Column of the clusters, for gee and gls
    #[arg(long)]
    group: Option<String>,
    /// Column of the visits, for an unstructured gls
    #[arg(long)]
    visit: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "json")]
    pub(super) format: Format,
}

impl Mixed {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let table = read(&self.file)?;
        if let Some(path) = &self.request {
            let bytes = std::fs::read(path)
                .map_err(|error| unaskable(format!("{path} cannot be read: {error}")))?;
            let request = serde_json::from_slice(&bytes)
                .map_err(|error| unaskable(format!("{path} is not JSON: {error}")))?;
            return Ok(answer(&request, &table, Stop::Converged));
        }
        let formula = self.formula.clone().unwrap_or_default();
        if self.kind == Kind::Gls {
            return self.repeated(&formula, &table);
        }
        let entry = match self.kind {
            Kind::Glmm => json!({ "formula": formula, "nAGQ": self.nodes }),
            Kind::Gee => {
                let structure = self.correlation.as_deref().unwrap_or("exchangeable");
                if statistics::mixed::WorkingCorrelation::named(structure).is_none() {
                    let known = "independence, exchangeable or ar1";
                    return Err(unaskable(format!("{structure} is not known; use {known}")));
                }
                json!({ "formula": formula, "corstr": structure })
            }
            Kind::Lmm | Kind::Gls => {
                if !matches!(self.method.as_str(), "REML" | "ML") {
                    return Err(unaskable(format!("{} is neither REML nor ML", self.method)));
                }
                json!({ "formula": formula, "method": self.method })
            }
        };
        let mut request = json!({ "fit": entry });
        if let Some(group) = &self.group {
            put(&mut request, "id", json!(group));
        }
        let mut answered = answer(&request, &table, Stop::Converged);
        let mut fit = answered.get_mut("fit").map(Value::take).unwrap_or_default();
        if let Some(why) = fit.get("refused").and_then(Value::as_str) {
            return Err(unaskable(why));
        }
        put(&mut fit, "formula", json!(formula));
        Ok(fit)
    }

    fn repeated(&self, formula: &str, table: &Table) -> anyhow::Result<Value> {
        use statistics::mixed::{Repeated, Structure, repeated, repeated_report};
        let structure = match self.correlation.as_deref() {
            None | Some("unstructured") => Structure::Unstructured,
            Some("ar1") => Structure::FirstOrder,
            Some(other) => {
                return Err(unaskable(format!(
                    "{other} is not known; use unstructured or ar1"
                )));
            }
        };
        let group = self.group.as_deref();
        let group = group.ok_or_else(|| unaskable("name the subjects' column with --group"))?;
        let parsed = Formula::parse(formula).map_err(unaskable)?;
        let coding = Coding::default();
        let visit = self.visit.as_deref();
        let data = Repeated::new(&parsed, table, &coding, group, visit).map_err(unaskable)?;
        let fit = repeated(&data, structure).map_err(unaskable)?;
        let mut value = repeated_report(&fit);
        put(&mut value, "formula", json!(formula));
        Ok(value)
    }
}

/// Calibration and discrimination of predicted probabilities.
#[derive(clap::Args)]
pub(crate) struct Calibrate {
    /// The CSV file, whose first line names the columns
    file: Utf8PathBuf,
    /// Column of 1 for the outcome and 0 for none
    #[arg(long)]
    outcome: String,
    /// Columns of predicted probabilities, with commas; the first two are compared
    #[arg(long, value_delimiter = ',', required = true)]
    predicted: Vec<String>,
    /// Column of people, for the area within each
    #[arg(long)]
    person: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "json")]
    pub(super) format: Format,
}

impl Calibrate {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        if self.predicted.len() > PREDICTIONS_MAX {
            return Err(unaskable(format!("name at most {PREDICTIONS_MAX} columns")));
        }
        let table = read(&self.file)?;
        let mut needed: Vec<&str> = vec![&self.outcome];
        needed.extend(self.predicted.iter().map(String::as_str));
        needed.extend(self.person.as_deref());
        let rows = table.complete_rows(&needed).map_err(unaskable)?;
        let dropped = table.rows() - rows.len();
        let table = table.select(&rows);
        let outcomes = table.numbers(&self.outcome).map_err(unaskable)?;
        let mut value = json!({ "dropped": dropped });
        let mut judged = Vec::new();
        for name in &self.predicted {
            let probabilities = table.numbers(name).map_err(unaskable)?;
            let predictions = Predictions::new(probabilities, outcomes).map_err(unaskable)?;
            let mut part = judge_predictions(&predictions);
            if let Some(person) = &self.person {
                put(
                    &mut part,
                    "by_person",
                    by_person(&table, person, probabilities, outcomes)?,
                );
            }
            let key = name.strip_prefix("p_").unwrap_or(name);
            put(&mut value, &format!("metrics_{key}"), part);
            judged.push(predictions);
        }
        if let [first, second, ..] = judged.as_slice() {
            let test = compare_areas(first, second).map_err(unaskable)?;
            put(&mut value, "delong_test", comparison_report(&test));
        }
        Ok(value)
    }
}

fn by_person(
    table: &Table,
    person: &str,
    probabilities: &[f64],
    outcomes: &[f64],
) -> anyhow::Result<Value> {
    let factor = table.factor(person).map_err(unaskable)?;
    let codes: Vec<usize> = factor
        .codes
        .iter()
        .map(|code| code.unwrap_or_default())
        .collect();
    let areas = area_by_person(probabilities, outcomes, &codes).map_err(unaskable)?;
    let mut known: Vec<f64> = areas.iter().filter_map(|one| one.area).collect();
    known.sort_by(f64::total_cmp);
    let label = |code: usize| factor.levels.get(code).cloned().unwrap_or_default();
    Ok(json!({
        "people": areas.len(),
        "people_with_both_outcomes": known.len(),
        "median": known.get(known.len() / 2),
        "who": areas.iter().map(|one| label(one.person)).collect::<Vec<_>>(),
        "n": areas.iter().map(|one| one.n).collect::<Vec<_>>(),
        "events": areas.iter().map(|one| one.n_events).collect::<Vec<_>>(),
        "auc": areas.iter().map(|one| one.area).collect::<Vec<_>>(),
    }))
}
