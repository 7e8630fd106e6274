//! `holdfast statistics`: an estimator over a CSV, JSON out.
//!
//! The JSON has the places and key names of the reference tables, so that a result can be laid
//! beside one. Rows that miss a column the estimator needs are dropped, and counted in `dropped`.

mod data;
mod models;
mod regression;
mod survival;

use std::io::Write;

use anyhow::Context as _;
use serde_json::Value;

use super::Outcome;

/// Survival, meta-analysis, mixed models and calibration over a CSV file.
#[derive(clap::Subcommand)]
#[command(after_help = "Example:\n  holdfast statistics km trial.csv --group arm")]
pub(crate) enum Statistics {
    /// Kaplan-Meier curves with intervals, quartiles and cumulative hazard
    #[command(
        after_help = "Example:\n  holdfast statistics km trial.csv --time weeks --status relapsed --group arm"
    )]
    Km(survival::KaplanMeier),
    /// Log-rank and Peto-Peto tests, plain and within strata
    #[command(
        after_help = "Example:\n  holdfast statistics logrank trial.csv --group arm --strata sex"
    )]
    Logrank(survival::LogRank),
    /// Restricted mean survival time of two groups and their contrasts
    #[command(
        after_help = "Example:\n  holdfast statistics rmst trial.csv --group arm --tau 90,180"
    )]
    Rmst(survival::Rmst),
    /// Aalen-Johansen probabilities, cumulative incidence and Gray's test
    #[command(
        after_help = "Example:\n  holdfast statistics cuminc trial.csv --cause cause --group arm --at 30,60,90"
    )]
    Cuminc(survival::Cuminc),
    /// Cox's proportional hazards model with residuals, tests and concordance
    #[command(
        after_help = "Example:\n  holdfast statistics cox trial.csv --covariates arm,age --strata sex --ties efron"
    )]
    Cox(regression::Cox),
    /// Accelerated failure time models: Weibull, exponential, log-logistic, log-normal
    #[command(
        after_help = "Example:\n  holdfast statistics aft trial.csv --covariates arm,age --family weibull"
    )]
    Aft(regression::Aft),
    /// Fine and Gray's model of one cause among several
    #[command(
        after_help = "Example:\n  holdfast statistics finegray trial.csv --covariates age,male --failcode 1"
    )]
    Finegray(regression::FineGray),
    /// Effect sizes, pooled effects, heterogeneity, influence and small-study tests
    #[command(after_help = "Example:\n  holdfast statistics meta trials.csv --measure OR")]
    Meta(models::Meta),
    /// Mixed models, estimating equations and repeated measures
    #[command(
        after_help = "Example:\n  holdfast statistics mixed visits.csv --formula \"craving ~ week * arm + (week | who)\""
    )]
    Mixed(models::Mixed),
    /// Discrimination and calibration of predicted probabilities
    #[command(
        after_help = "Example:\n  holdfast statistics calibrate risks.csv --outcome returned --predicted early,late"
    )]
    Calibrate(models::Calibrate),
}

impl Statistics {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        // Data that no estimate can come from were asked about in vain, as a missing column is.
        let (value, format) = self.answer().map_err(|error| {
            match error.downcast_ref::<statistics::survival::SurvivalError>() {
                Some(refused) => data::unaskable(refused),
                None => error,
            }
        })?;
        print(&value, format, out).context("the result cannot be written")?;
        Ok(Outcome::Done)
    }

    fn answer(&self) -> anyhow::Result<(Value, Format)> {
        Ok(match self {
            Self::Km(asked) => (asked.answer()?, asked.data.format),
            Self::Logrank(asked) => (asked.answer()?, asked.data.format),
            Self::Rmst(asked) => (asked.answer()?, asked.data.format),
            Self::Cuminc(asked) => (asked.answer()?, asked.data.format),
            Self::Cox(asked) => (asked.answer()?, asked.data.format),
            Self::Aft(asked) => (asked.answer()?, asked.data.format),
            Self::Finegray(asked) => (asked.answer()?, asked.data.format),
            Self::Meta(asked) => (asked.answer()?, asked.format),
            Self::Mixed(asked) => (asked.answer()?, asked.format),
            Self::Calibrate(asked) => (asked.answer()?, asked.format),
        })
    }
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// JSON with the key names of the reference tables.
    Json,
    /// The same, one `path value` a line, for reading and for text tools.
    Lines,
}

fn print(value: &Value, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer(&mut *out, value)?;
            writeln!(out)
        }
        Format::Lines => lines(value, "", out),
    }
}

fn lines(value: &Value, path: &str, out: &mut dyn Write) -> std::io::Result<()> {
    match value {
        Value::Object(parts) => {
            for (key, part) in parts {
                lines(part, &format!("{path}/{key}"), out)?;
            }
        }
        Value::Array(parts) if parts.iter().any(|part| part.is_object() || part.is_array()) => {
            for (index, part) in parts.iter().enumerate() {
                lines(part, &format!("{path}/{index}"), out)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            writeln!(out, "{path} {value}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
