//! Curves, tests, restricted means and competing risks.

use serde_json::{Map, Value, json};
use statistics::report;
use statistics::survival::competing::aalen_johansen;
use statistics::survival::gray::gray;
use statistics::survival::kaplan_meier::{Curve, kaplan_meier};
use statistics::survival::log_rank::log_rank;
use statistics::survival::rmst::{contrasts, restricted_mean};

use super::data::{Data, Grouping, Source, unaskable};

/// Kaplan-Meier curves.
#[derive(clap::Args)]
pub(crate) struct KaplanMeier {
    #[command(flatten)]
    pub(super) data: Data,
    /// Column of groups [default: group, arm, grp, treatment or sex, where there is one]
    #[arg(long)]
    group: Option<String>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95)]
    level: f64,
}

impl KaplanMeier {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        check_level(self.level)?;
        let mut source = self.data.source()?;
        let group = source.group_name(self.group.as_ref());
        let dropped = drop_incomplete(&mut source, &[group.as_ref()])?;
        let followed = source.followed()?;
        let times = followed.times()?;
        let overall = kaplan_meier(times, None)?;
        let all = overall
            .first()
            .map(|curve| report::kaplan_meier(curve, self.level));
        let mut by_group = Map::new();
        if let Some(group) = &group {
            let grouping = source.grouping(group)?;
            let curves = kaplan_meier(times, Some(grouping.groups()?))?;
            for (label, curve) in grouping.labels(&source.table, false).iter().zip(&curves) {
                by_group.insert(label.clone(), report::kaplan_meier(curve, self.level));
            }
        }
        Ok(json!({
            "n": times.rows(),
            "events": times.events(),
            "dropped": dropped,
            "group_variable": group,
            "km": { "overall": { "all": all }, "by_group": by_group },
        }))
    }
}

fn check_level(level: f64) -> anyhow::Result<()> {
    if level > 0.0 && level < 1.0 {
        Ok(())
    } else {
        Err(unaskable(format!(
            "the confidence level must be between 0 and 1, not {level}"
        )))
    }
}

/// Drops the rows that miss the outcome or one of these columns.
fn drop_incomplete(source: &mut Source, others: &[Option<&String>]) -> anyhow::Result<usize> {
    let mut names: Vec<String> = source
        .outcome_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    names.extend(others.iter().copied().flatten().cloned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    source.complete(&names)
}

/// Log-rank and Peto-Peto tests.
#[derive(clap::Args)]
pub(crate) struct LogRank {
    #[command(flatten)]
    pub(super) data: Data,
    /// Column of groups [default: group, arm, grp, treatment or sex, where there is one]
    #[arg(long)]
    group: Option<String>,
    /// Column of strata
    #[arg(long)]
    strata: Option<String>,
    /// Powers of survival that weigh the times: 0 is the log-rank test, 1 Peto and Peto's
    #[arg(long, value_delimiter = ',', default_values_t = [0.0, 1.0])]
    rho: Vec<f64>,
}

impl LogRank {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let mut source = self.data.source()?;
        let group = source
            .group_name(self.group.as_ref())
            .ok_or_else(|| unaskable("no column of groups was found; name it with --group"))?;
        let dropped = drop_incomplete(&mut source, &[Some(&group), self.strata.as_ref()])?;
        let followed = source.followed()?;
        let grouping = source.grouping(&group)?;
        let strata: Option<Grouping> = self
            .strata
            .as_ref()
            .map(|name| source.grouping(name))
            .transpose()?;
        let tests = |strata: Option<&Grouping>| -> anyhow::Result<Vec<Value>> {
            let strata = strata.map(Grouping::groups).transpose()?;
            let test = |rho: &f64| {
                let found = log_rank(followed.times()?, grouping.groups()?, strata, *rho)?;
                Ok(report::log_rank(&found))
            };
            self.rho.iter().map(test).collect()
        };
        let mut answer = json!({
            "dropped": dropped,
            "group_variable": group,
            "groups": grouping.factor.levels,
            "logrank": tests(None)?,
        });
        if let (Some(strata), Some(parts)) = (&strata, answer.as_object_mut()) {
            let result = tests(Some(strata))?;
            let stratified = json!({ "strata": strata.name, "result": result });
            parts.insert("logrank_stratified".to_owned(), stratified);
        }
        Ok(answer)
    }
}

/// Restricted mean survival time.
#[derive(clap::Args)]
pub(crate) struct Rmst {
    #[command(flatten)]
    pub(super) data: Data,
    /// Column of two groups [default: group, arm, grp, treatment or sex, where there is one]
    #[arg(long)]
    group: Option<String>,
    /// Horizons [default: the longest both groups were followed]
    #[arg(long, value_delimiter = ',')]
    tau: Vec<f64>,
    /// The group the other is compared with [default: the first]
    #[arg(long)]
    reference: Option<String>,
}

impl Rmst {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let mut source = self.data.source()?;
        let group = source
            .group_name(self.group.as_ref())
            .ok_or_else(|| unaskable("no column of groups was found; name it with --group"))?;
        let dropped = drop_incomplete(&mut source, &[Some(&group)])?;
        let followed = source.followed()?;
        let grouping = source.grouping(&group)?;
        let curves = kaplan_meier(followed.times()?, Some(grouping.groups()?))?;
        let mut named: Vec<(&String, &Curve)> =
            grouping.factor.levels.iter().zip(&curves).collect();
        if let Some(reference) = &self.reference {
            named.sort_by_key(|(level, _)| *level != reference);
        }
        let [(arm0, first), (arm1, second)] = named.as_slice() else {
            return Err(unaskable(format!(
                "`{group}` has {} groups; a contrast needs two",
                named.len()
            )));
        };
        let last = |curve: &Curve| curve.time.last().copied().unwrap_or(0.0);
        let shared = last(first).min(last(second));
        let taus = if self.tau.is_empty() {
            vec![shared]
        } else {
            self.tau.clone()
        };
        let mut results = Vec::new();
        for tau in taus {
            let (a, b) = (restricted_mean(first, tau)?, restricted_mean(second, tau)?);
            results.push(report::restricted_means(
                &a,
                &b,
                &contrasts(&a, &b, 0.95),
                0.95,
            ));
        }
        Ok(json!({
            "dropped": dropped,
            "group_variable": group,
            "rmst": { "arm0": arm0, "arm1": arm1, "results": results },
        }))
    }
}

/// Competing risks.
#[derive(clap::Args)]
pub(crate) struct Cuminc {
    #[command(flatten)]
    pub(super) data: Data,
    /// Column of causes: 0 for none, then 1, 2 and so on
    #[arg(long, default_value = "cause")]
    cause: String,
    /// Column of groups [default: group, arm, grp, treatment or sex, where there is one]
    #[arg(long)]
    group: Option<String>,
    /// Times at which incidences are given [default: quarters of the longest time]
    #[arg(long, value_delimiter = ',')]
    at: Vec<f64>,
}

/// The causes of the rows, and how many there are.
pub(super) fn causes(source: &Source, name: &str) -> anyhow::Result<(Vec<u32>, usize)> {
    let read = |cause: &f64| {
        format!("{cause}").parse::<u32>().map_err(|_| {
            unaskable(format!(
                "column `{name}` holds {cause}; a cause is 0 for none, 1, 2 and so on"
            ))
        })
    };
    let codes: Vec<u32> = source
        .table
        .numbers(name)
        .map_err(unaskable)?
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    let highest = codes.iter().copied().max().unwrap_or(0);
    if highest > 100 {
        return Err(unaskable(format!(
            "column `{name}` has the cause {highest}; at most 100 are read"
        )));
    }
    Ok((codes, usize::try_from(highest).map_err(unaskable)?))
}

impl Cuminc {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let mut source = self.data.source()?;
        let group = source.group_name(self.group.as_ref());
        let mut names = vec![source.time.clone(), self.cause.clone()];
        names.extend(group.clone());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let dropped = source.complete(&names)?;
        let time = source
            .table
            .numbers(&source.time)
            .map_err(unaskable)?
            .to_vec();
        let (cause, count) = causes(&source, &self.cause)?;
        let labels: Vec<String> = (1..=count).map(|cause| cause.to_string()).collect();
        let last = time.iter().copied().fold(0.0, f64::max);
        let at = if self.at.is_empty() {
            vec![0.25 * last, 0.5 * last, 0.75 * last, last]
        } else {
            self.at.clone()
        };
        let all = aalen_johansen(&time, &cause, count)?;
        let mut by_group = Map::new();
        let mut curves = Vec::new();
        let mut tests = Vec::new();
        if let Some(name) = &group {
            let grouping = source.grouping(name)?;
            let mut found = Vec::new();
            for (code, level) in grouping.factor.levels.iter().enumerate() {
                let own = |row: &usize| grouping.factor.codes.get(*row) == Some(&Some(code));
                let rows: Vec<usize> = (0..time.len()).filter(own).collect();
                let time: Vec<f64> = rows
                    .iter()
                    .filter_map(|row| time.get(*row))
                    .copied()
                    .collect();
                let cause: Vec<u32> = rows
                    .iter()
                    .filter_map(|row| cause.get(*row))
                    .copied()
                    .collect();
                let states = aalen_johansen(&time, &cause, count)?;
                by_group.insert(format!("group={level}"), report::states(&states, &labels));
                found.push((level, states));
            }
            for (cause_code, label) in (1..=count).zip(&labels) {
                for (level, states) in &found {
                    curves.push((format!("{level} {label}"), states.incidence(cause_code)));
                }
                let code = u32::try_from(cause_code).map_err(unaskable)?;
                if found.len() > 1 && cause.contains(&code) {
                    tests.push((
                        label.clone(),
                        gray(&time, &cause, grouping.groups()?, code)?,
                    ));
                }
            }
        } else {
            for (cause_code, label) in (1..=count).zip(&labels) {
                curves.push((label.clone(), all.incidence(cause_code)));
            }
        }
        Ok(json!({
            "dropped": dropped,
            "group_variable": group,
            "aalen_johansen": { "all": report::states(&all, &labels), "by_group": by_group },
            "cuminc_gray_test": report::gray_test(&tests),
            "cuminc_at": report::at_times(&curves, &at),
        }))
    }
}
