//! Everything about one set of studies at once, with the key names of the reference tables.

use serde_json::{Map, Value, json};

use super::{
    BinaryMeasure, Effect, Heterogeneity, MeanMeasure, MetaError, Model, Moderators, Pooled,
    Regression, Stop, Test, TwoByTwo, TwoGroups, begg, binary_effect, cumulative, egger,
    egger_mixed, fail_safe_number, influence, leave_one_out, mantel_haenszel, mean_effect, peto,
    pool, regress, trim_and_fill,
};

/// The level of all intervals in a report.
const LEVEL: f64 = 0.95;
/// The one-sided level of the fail-safe number.
const FAIL_SAFE_ALPHA: f64 = 0.05;

/// What is known of each study.
#[derive(Clone, Debug, PartialEq)]
pub enum ReportInput {
    /// Two-by-two tables.
    Tables(Vec<TwoByTwo>),
    /// Means of two groups.
    Groups(Vec<TwoGroups>),
    /// Estimates and variances, in whatever measure.
    Effects(Vec<Effect>),
}

impl ReportInput {
    /// Returns the measures that can be computed, by short name, each with its effects.
    pub fn measures(&self) -> Result<Vec<(String, Vec<Effect>)>, MetaError> {
        match self {
            Self::Tables(tables) => Ok(BinaryMeasure::ALL
                .into_iter()
                .map(|measure| {
                    let effects = tables.iter().map(|table| binary_effect(measure, table));
                    (measure.name().to_owned(), effects.collect())
                })
                .collect()),
            Self::Groups(groups) => MeanMeasure::ALL
                .into_iter()
                .map(|measure| {
                    let effects: Result<_, _> = groups
                        .iter()
                        .map(|pair| mean_effect(measure, pair))
                        .collect();
                    effects.map(|effects| (measure.name().to_owned(), effects))
                })
                .collect(),
            Self::Effects(effects) => Ok(vec![("yi".to_owned(), effects.clone())]),
        }
    }
}

/// Makes the report: every measure under every model, its sensitivity and its small-study tests,
/// and the Mantel-Haenszel and Peto pools of tables. `stop` ends the searches by likelihood. What cannot be computed says why under
/// `refused`, keyed by its place.
pub fn report(input: &ReportInput, stop: Stop) -> Result<Value, MetaError> {
    if let ReportInput::Effects(effects) = input {
        return Ok(measure(effects, stop));
    }
    let mut measures = Map::new();
    let mut root = Map::new();
    for (name, effects) in input.measures()? {
        measures.insert(name, measure(&effects, stop));
    }
    root.insert("measures".to_owned(), Value::Object(measures));
    if let ReportInput::Tables(tables) = input {
        let mut pooled = Map::new();
        for kind in [
            BinaryMeasure::OddsRatio,
            BinaryMeasure::RiskRatio,
            BinaryMeasure::RiskDifference,
        ] {
            pooled.insert(kind.name().to_owned(), tables_json(kind, tables));
        }
        root.insert("mantel_haenszel".to_owned(), Value::Object(pooled));
        root.insert("peto".to_owned(), peto_json(tables));
    }
    Ok(Value::Object(root))
}

fn refused(error: &MetaError) -> Value {
    json!({ "refused": error.to_string() })
}

fn measure(effects: &[Effect], stop: Stop) -> Value {
    let mut models = Map::new();
    for heterogeneity in Heterogeneity::ALL {
        for test in [Test::Normal, Test::HartungKnapp] {
            let model = Model {
                stop,
                ..Model::new(heterogeneity, test)
            };
            let name = format!("{}_{}", heterogeneity.name(), test.name());
            models.insert(
                name,
                pool(effects, &model).map_or_else(|e| refused(&e), |p| pooled(&p)),
            );
        }
    }
    json!({
        "yi": effects.iter().map(|e| e.estimate).collect::<Vec<_>>(),
        "vi": effects.iter().map(|e| e.variance).collect::<Vec<_>>(),
        "models": models,
        "leave_one_out_REML": series(leave_one_out(effects, &reml(stop))),
        "cumulative_DL": series(cumulative(effects, &laird())),
        "influence_REML": influence_json(effects, stop),
        "bias": bias(effects, stop),
    })
}

fn reml(stop: Stop) -> Model {
    Model {
        stop,
        ..Model::new(Heterogeneity::Reml, Test::Normal)
    }
}

fn laird() -> Model {
    Model::new(Heterogeneity::DerSimonianLaird, Test::Normal)
}

fn pooled(pooled: &Pooled) -> Value {
    let mut value = json!({
        "method": pooled.model.heterogeneity.name(),
        "test": pooled.model.test.name(),
        "k": pooled.k,
        "estimate": pooled.estimate,
        "se": pooled.standard_error,
        "stat": pooled.statistic,
        "p": pooled.p,
        "ci": pooled.interval,
        "tau2": pooled.tau_square,
        "se_tau2": pooled.tau_square_se,
        "I2": pooled.i_square,
        "H2": pooled.h_square,
        "Q": pooled.q,
        "Q_df": pooled.q_degrees,
        "Q_p": pooled.q_p,
        "loglik_ml": pooled.log_likelihood,
        "loglik_reml": pooled.log_likelihood_restricted,
        "weights_pct": pooled.weights,
        "notes": pooled.notes.iter().map(|note| note.sentence()).collect::<Vec<_>>(),
    });
    if let Some(prediction) = pooled.prediction {
        value["prediction_interval"] = json!(prediction.interval);
        value["prediction_interval_t_k_minus_2"] = json!(prediction.interval_t_k_minus_2);
    }
    if let Some(interval) = pooled.tau_interval {
        value["tau2_ci_qprofile"] = json!([interval.low, interval.high]);
    }
    value
}

fn series(pools: Result<Vec<Pooled>, MetaError>) -> Value {
    let pools = match pools {
        Ok(pools) => pools,
        Err(error) => return refused(&error),
    };
    let each = |pick: fn(&Pooled) -> f64| pools.iter().map(pick).collect::<Vec<_>>();
    json!({
        "estimate": each(|p| p.estimate),
        "se": each(|p| p.standard_error),
        "tau2": each(|p| p.tau_square),
        "I2": each(|p| p.i_square),
    })
}

fn influence_json(effects: &[Effect], stop: Stop) -> Value {
    match influence(effects, &reml(stop)) {
        Err(error) => refused(&error),
        Ok(rows) => json!({
            "rstudent": rows.iter().map(|row| row.student_residual).collect::<Vec<_>>(),
            "cook_d": rows.iter().map(|row| row.cook_distance).collect::<Vec<_>>(),
            "hat": rows.iter().map(|row| row.leverage).collect::<Vec<_>>(),
            "tau2_del": rows.iter().map(|row| row.tau_square_without).collect::<Vec<_>>(),
            "QE_del": rows.iter().map(|row| row.q_without).collect::<Vec<_>>(),
            "cov_r": rows.iter().map(|row| row.covariance_ratio).collect::<Vec<_>>(),
        }),
    }
}

fn bias(effects: &[Effect], stop: Stop) -> Value {
    let line = egger(effects, LEVEL).map_or_else(
        |error| refused(&error),
        |egger| {
            json!({
                "t": egger.t, "p": egger.p, "df": egger.degrees,
                "slope": egger.slope, "slope_se": egger.slope_se,
                "intercept_se": egger.limit_se, "limit_estimate": egger.limit,
                "limit_ci": egger.limit_interval,
            })
        },
    );
    json!({
        "egger_lm": line,
        "egger_rma_reml": egger_mixed(effects, &reml(stop))
            .map_or_else(|error| refused(&error), |test| json!(test)),
        "begg_rank": begg(effects).map_or_else(|error| refused(&error), |test| json!(test)),
        "trimfill_DL": trim_json(effects, &laird()),
        "trimfill_REML": trim_json(effects, &reml(stop)),
        "failsafe_rosenthal": fail_safe_number(effects, FAIL_SAFE_ALPHA)
            .map_or_else(|error| refused(&error), |count| json!(count)),
    })
}

fn trim_json(effects: &[Effect], model: &Model) -> Value {
    match trim_and_fill(effects, model) {
        Err(error) => refused(&error),
        Ok(result) => json!({
            "k0": result.n_filled,
            "side": result.side.name(),
            "estimate": result.pooled.estimate,
            "se": result.pooled.standard_error,
            "ci": result.pooled.interval,
            "tau2": result.pooled.tau_square,
        }),
    }
}

fn tables_json(measure: BinaryMeasure, tables: &[TwoByTwo]) -> Value {
    match mantel_haenszel(measure, tables, LEVEL) {
        Err(error) => refused(&error),
        Ok(pooled) => json!({
            "estimate": pooled.estimate, "se": pooled.standard_error, "ci": pooled.interval,
            "z": pooled.statistic, "p": pooled.p, "Q": pooled.q, "Q_df": pooled.q_degrees,
            "Q_p": pooled.q_p, "I2": pooled.i_square,
            "tables_without_information": pooled.n_uninformative,
        }),
    }
}

fn peto_json(tables: &[TwoByTwo]) -> Value {
    match peto(tables, LEVEL) {
        Err(error) => refused(&error),
        Ok(pooled) => json!({
            "estimate": pooled.estimate, "se": pooled.standard_error, "ci": pooled.interval,
            "p": pooled.p, "Q": pooled.q, "Q_df": pooled.q_degrees,
            "tables_without_information": pooled.n_uninformative,
        }),
    }
}

/// Makes the report of a regression: each estimator of τ² the references hold, under both tests.
pub fn regression_report(effects: &[Effect], moderators: &Moderators) -> Value {
    let mut fits = Map::new();
    for heterogeneity in Heterogeneity::ALL {
        for test in [Test::Normal, Test::HartungKnapp] {
            let fit = regress(effects, moderators, &Model::new(heterogeneity, test));
            let name = format!("{}_{}", heterogeneity.name(), test.name());
            fits.insert(
                name,
                fit.map_or_else(|e| refused(&e), |fit| regression(&fit)),
            );
        }
    }
    json!({ "fits": fits })
}

fn regression(fit: &Regression) -> Value {
    json!({
        "terms": fit.terms,
        "coef": fit.coefficients,
        "se": fit.standard_errors,
        "p": fit.p,
        "vcov": fit.covariance,
        "tau2": fit.tau_square,
        "se_tau2": fit.tau_square_se,
        "I2": fit.i_square,
        "QE": fit.q_residual,
        "QEp": fit.q_residual_p,
        "QM": fit.q_moderators,
        "QMp": fit.q_moderators_p,
        "R2": fit.r_square,
    })
}
