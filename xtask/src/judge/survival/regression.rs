//! Cox models: every object of the reference with a formula and a treatment of ties.

use serde_json::Value;
use statistics::report;
use statistics::survival::Groups;
use statistics::survival::cox::{Fit, Model, Stop, Ties, fit};
use statistics::survival::design::{Design, level_label};
use statistics::table::Table;

use super::{Answer, Columns, codes, say, settle};
use crate::judge::{Case, below};

/// Agreement asked of coefficients and what follows from them.
pub(super) const MODELS: f64 = 1e-7;

fn grouped(found: Option<&(Vec<u32>, Vec<String>)>) -> Answer<Option<Groups<'_>>> {
    found
        .map(|(codes, labels)| Groups::new(codes, labels.len()))
        .transpose()
        .map_err(say)
}

/// What a formula asks for.
pub(super) struct Formula {
    columns: Columns,
    covariates: Vec<String>,
    strata: Option<String>,
    cluster: Option<String>,
}

impl Formula {
    pub(super) fn read(text: &str) -> Option<Self> {
        let columns = Columns::of_formula(text)?;
        let (mut covariates, mut strata, mut cluster) = (Vec::new(), None, None);
        for part in text.split_once('~')?.1.split('+').map(str::trim) {
            let inside = |name: &str| {
                let rest = part
                    .strip_prefix(name)?
                    .strip_prefix('(')?
                    .strip_suffix(')')?;
                Some(rest.trim().to_owned())
            };
            if let Some(name) = inside("strata") {
                strata = Some(name);
            } else if let Some(name) = inside("cluster") {
                cluster = Some(name);
            } else {
                covariates.push(part.to_owned());
            }
        }
        Some(Self {
            columns,
            covariates,
            strata,
            cluster,
        })
    }

    /// Fits the model to the rows of a table that miss nothing it asks for.
    pub(super) fn fit(&self, table: &Table, ties: Ties) -> Answer<(Fit, Vec<String>)> {
        let wanted = self.names();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let table = table.select(&table.complete_rows(&wanted).map_err(say)?);
        let outcome = self.columns.read(&table)?;
        let covariates: Vec<&str> = self.covariates.iter().map(String::as_str).collect();
        let design = Design::of(&table, &covariates).map_err(say)?;
        let group = |name: &Option<String>| -> Answer<Option<(Vec<u32>, Vec<String>)>> {
            let Some(name) = name else { return Ok(None) };
            let factor = table.factor(name).map_err(say)?;
            let labels = factor
                .levels
                .iter()
                .map(|level| level_label(&table, name, level, true))
                .collect();
            Ok(Some((codes(&factor, name)?, labels)))
        };
        let (strata, cluster) = (group(&self.strata)?, group(&self.cluster)?);
        let model = Model {
            times: outcome.times()?,
            terms: &design.terms,
            columns: &design.slices(),
            strata: grouped(strata.as_ref())?,
            cluster: grouped(cluster.as_ref())?,
            ties,
            stop: Stop::Settled,
        };
        let fit = fit(&model).map_err(say)?;
        Ok((fit, strata.map(|(_, labels)| labels).unwrap_or_default()))
    }

    /// Times and status.
    pub(super) fn outcome(&self, table: &Table) -> Answer<super::Outcome> {
        self.columns.read(table)
    }

    /// The columns of the table it reads.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = self.columns.names();
        names.extend(self.covariates.iter().cloned());
        names.extend(self.strata.iter().chain(&self.cluster).cloned());
        names
    }
}

/// Finds the models wherever they stand.
pub(super) fn judge(case: &mut Case<'_>, pointer: &str) {
    let Some(parts) = case.at(pointer).as_object().cloned() else {
        return;
    };
    let formula = parts
        .get("formula")
        .and_then(Value::as_str)
        .and_then(Formula::read);
    let ties = match parts.get("ties").and_then(Value::as_str) {
        Some("efron") => Some(Ties::Efron),
        Some("breslow") => Some(Ties::Breslow),
        _ => None,
    };
    if let (Some(formula), Some(ties)) = (formula, ties) {
        for key in ["formula", "ties", "cluster"] {
            case.given(&below(pointer, key));
        }
        let ours = formula
            .fit(case.table, ties)
            .and_then(|(fit, strata)| report::cox(&fit, &strata).map_err(say));
        settle(case, pointer, ours, MODELS);
        return;
    }
    for key in parts.keys() {
        judge(case, &below(pointer, key));
    }
}
