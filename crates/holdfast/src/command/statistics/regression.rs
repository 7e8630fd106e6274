//! Regressions of time to an event.

use serde_json::{Map, Value, json};
use statistics::report;
use statistics::survival::aft::{Family, fit as fit_aft};
use statistics::survival::cox::{Model, Stop, Ties, fit as fit_cox};
use statistics::survival::fine_gray::fit as fit_fine_gray;

use super::data::{Data, Grouping, Source, unaskable};
use super::survival::causes;

/// The treatment of ties on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TiesName {
    Efron,
    Breslow,
}

/// Cox's model.
#[derive(clap::Args)]
pub(crate) struct Cox {
    #[command(flatten)]
    pub(super) data: Data,
    /// Columns of covariates, with commas [default: every other column that could be one]
    #[arg(long, value_delimiter = ',')]
    covariates: Vec<String>,
    /// Column of strata
    #[arg(long)]
    strata: Option<String>,
    /// Column of clusters, for the robust variance
    #[arg(long)]
    cluster: Option<String>,
    /// How events at one time are treated
    #[arg(long, value_enum, default_value = "efron")]
    ties: TiesName,
    /// Print estimates and tests only, without baseline, residuals and concordance
    #[arg(long)]
    bare: bool,
}

impl Cox {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let mut source = self.data.source()?;
        let except = [self.strata.as_ref(), self.cluster.as_ref()];
        let covariates = source.covariates(&self.covariates, &except);
        let mut names: Vec<String> = source
            .outcome_names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        names.extend(covariates.iter().cloned());
        names.extend(except.into_iter().flatten().cloned());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let dropped = source.complete(&names)?;
        let followed = source.followed()?;
        let design = source.design(&covariates)?;
        let grouping = |name: &Option<String>| -> anyhow::Result<Option<Grouping>> {
            name.as_ref().map(|name| source.grouping(name)).transpose()
        };
        let (strata, cluster) = (grouping(&self.strata)?, grouping(&self.cluster)?);
        let (ties, name) = match self.ties {
            TiesName::Efron => (Ties::Efron, "efron"),
            TiesName::Breslow => (Ties::Breslow, "breslow"),
        };
        let fit = fit_cox(&Model {
            times: followed.times()?,
            terms: &design.terms,
            columns: &design.slices(),
            strata: strata.as_ref().map(Grouping::groups).transpose()?,
            cluster: cluster.as_ref().map(Grouping::groups).transpose()?,
            ties,
            stop: Stop::Settled,
        })?;
        let labels = strata
            .as_ref()
            .map(|strata| strata.labels(&source.table, true));
        let mut value = if self.bare {
            report::cox_estimates(&fit)
        } else {
            report::cox(&fit, &labels.unwrap_or_default())?
        };
        if let Some(parts) = value.as_object_mut() {
            parts.insert(
                "formula".to_owned(),
                json!(self.formula(&source, &covariates)),
            );
            parts.insert("ties".to_owned(), json!(name));
            parts.insert("warnings".to_owned(), json!(warnings(&fit)));
        }
        let mut key = name.to_owned();
        if strata.is_some() {
            key.push_str("_stratified");
        }
        if cluster.is_some() {
            key.push_str("_robust_cluster");
        }
        let mut models = Map::new();
        models.insert(key, value);
        Ok(json!({ "dropped": dropped, "cox": models }))
    }

    fn formula(&self, source: &Source, covariates: &[String]) -> String {
        let mut right = covariates.to_vec();
        right.extend(self.strata.iter().map(|name| format!("strata({name})")));
        right.extend(self.cluster.iter().map(|name| format!("cluster({name})")));
        format!(
            "Surv({}) ~ {}",
            source.outcome_names().join(", "),
            right.join(" + ")
        )
    }
}

/// What a reader of the fit must know before believing it.
fn warnings(fit: &statistics::survival::cox::Fit) -> Vec<String> {
    let aside = fit.set_aside.iter().map(|term| {
        format!("`{term}` is constant within the risk sets or determined by other columns; it has no coefficient")
    });
    let unbounded = fit.unbounded.iter().map(|term| {
        format!("`{term}` separates the events; its coefficient has no finite value and its standard error means nothing")
    });
    aside.chain(unbounded).collect()
}

/// The family on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FamilyName {
    Weibull,
    Exponential,
    Loglogistic,
    Lognormal,
}

/// Accelerated failure time models.
#[derive(clap::Args)]
pub(crate) struct Aft {
    #[command(flatten)]
    pub(super) data: Data,
    /// Columns of covariates, with commas [default: every other column that could be one]
    #[arg(long, value_delimiter = ',')]
    covariates: Vec<String>,
    /// Families to fit [default: all four]
    #[arg(long, value_enum, value_delimiter = ',')]
    family: Vec<FamilyName>,
}

impl Aft {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let mut source = self.data.source()?;
        let covariates = source.covariates(&self.covariates, &[]);
        let mut names: Vec<String> = source
            .outcome_names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        names.extend(covariates.iter().cloned());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let dropped = source.complete(&names)?;
        let at_zero = drop_time_zero(&mut source)?;
        let followed = source.followed()?;
        let design = source.design(&covariates)?;
        let families = if self.family.is_empty() {
            vec![
                FamilyName::Weibull,
                FamilyName::Exponential,
                FamilyName::Loglogistic,
                FamilyName::Lognormal,
            ]
        } else {
            self.family.clone()
        };
        let mut fits = Map::new();
        for family in families {
            let (family, name) = match family {
                FamilyName::Weibull => (Family::Weibull, "weibull"),
                FamilyName::Exponential => (Family::Exponential, "exponential"),
                FamilyName::Loglogistic => (Family::LogLogistic, "loglogistic"),
                FamilyName::Lognormal => (Family::LogNormal, "lognormal"),
            };
            let times = followed.times()?;
            let fit = fit_aft(
                times,
                &design.terms,
                &design.slices(),
                family,
                Stop::Settled,
            )?;
            fits.insert(name.to_owned(), report::accelerated(&fit));
        }
        Ok(json!({ "dropped": dropped, "dropped_at_time_zero": at_zero, "aft": fits }))
    }
}

/// These models have no place for a time of zero; how many rows that cost is said.
fn drop_time_zero(source: &mut Source) -> anyhow::Result<usize> {
    let time = source.table.numbers(&source.time).map_err(unaskable)?;
    let rows: Vec<usize> = time
        .iter()
        .enumerate()
        .filter(|(_, time)| time.abs() > 0.0)
        .map(|(row, _)| row)
        .collect();
    let dropped = time.len() - rows.len();
    if dropped > 0 {
        source.table = source.table.select(&rows);
    }
    Ok(dropped)
}

/// Fine and Gray's model.
#[derive(clap::Args)]
pub(crate) struct FineGray {
    #[command(flatten)]
    pub(super) data: Data,
    /// Column of causes: 0 for none, then 1, 2 and so on
    #[arg(long, default_value = "cause")]
    cause: String,
    /// Causes to model [default: each]
    #[arg(long, value_delimiter = ',')]
    failcode: Vec<u32>,
    /// Columns of covariates, with commas [default: every other column that could be one]
    #[arg(long, value_delimiter = ',')]
    covariates: Vec<String>,
}

impl FineGray {
    pub(super) fn answer(&self) -> anyhow::Result<Value> {
        let mut source = self.data.source()?;
        let covariates = source.covariates(&self.covariates, &[Some(&self.cause)]);
        let mut names = vec![source.time.clone(), self.cause.clone()];
        names.extend(covariates.iter().cloned());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let dropped = source.complete(&names)?;
        let design = source.design(&covariates)?;
        let (cause, _) = causes(&source, &self.cause)?;
        let mut wanted = self.failcode.clone();
        if wanted.is_empty() {
            wanted = cause.iter().copied().filter(|cause| *cause > 0).collect();
            wanted.sort_unstable();
            wanted.dedup();
        }
        if wanted.is_empty() {
            return Err(unaskable(format!(
                "column `{}` holds no cause above 0, so nobody had an event and there is nothing to fit",
                self.cause
            )));
        }
        let time = source.table.numbers(&source.time).map_err(unaskable)?;
        let mut fits = Vec::new();
        for code in wanted {
            let (terms, columns) = (&design.terms, design.slices());
            let fit = fit_fine_gray(time, &cause, code, terms, &columns, Stop::Settled)?;
            fits.push(report::fine_gray(&fit, code));
        }
        Ok(json!({ "dropped": dropped, "fine_gray": fits }))
    }
}
