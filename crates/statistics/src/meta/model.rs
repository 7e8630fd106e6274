//! Pooling under a model, with or without moderators.

use super::heterogeneity::{Problem, TauInterval};
use super::weighted::Weighted;
use super::{Effect, Heterogeneity, MetaError, Note};
use crate::convergence::Stop;
use crate::matrix::Matrix;
use crate::tail::{self, Reference};

/// The name of the constant term.
pub(super) const INTERCEPT: &str = "intrcpt";

/// How the interval of a coefficient is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Test {
    /// Normal quantiles and model-based standard errors.
    Normal,
    /// Hartung-Knapp: standard errors from the spread of the studies, t quantiles on `k − p`
    /// degrees (Hartung and Knapp 2001; Sidik and Jonkman 2002).
    HartungKnapp,
}

impl Test {
    /// Returns the usual short name: z or knha.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "z",
            Self::HartungKnapp => "knha",
        }
    }

    /// Finds a test by its short name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Normal, Self::HartungKnapp]
            .into_iter()
            .find(|test| test.name() == name)
    }
}

/// What to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// The rule for τ².
    pub heterogeneity: Heterogeneity,
    /// The rule for intervals.
    pub test: Test,
    /// The confidence level, such as 0.95.
    pub level: f64,
    /// When the search for τ² by likelihood ends.
    pub stop: Stop,
}

impl Model {
    /// Makes a model at level 0.95, iterated until converged.
    pub fn new(heterogeneity: Heterogeneity, test: Test) -> Self {
        Self {
            heterogeneity,
            test,
            level: 0.95,
            stop: Stop::Converged,
        }
    }
}

/// Where the true effect of a new study would lie.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Prediction {
    /// With the quantile of the model's own test: normal, or t on `k − p` degrees.
    pub interval: (f64, f64),
    /// With t on `k − 2` degrees (Higgins, Thompson and Spiegelhalter 2009); needs three studies.
    pub interval_t_k_minus_2: Option<(f64, f64)>,
}

/// A pooled effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// The model it was made by.
    pub model: Model,
    /// Studies pooled.
    pub k: usize,
    /// The pooled estimate.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub statistic: f64,
    /// Two-sided p.
    pub p: f64,
    /// Confidence interval.
    pub interval: (f64, f64),
    /// Variance between studies.
    pub tau_square: f64,
    /// Its standard error, where the estimator has one.
    pub tau_square_se: Option<f64>,
    /// Its interval by the Q-profile; none under a common effect or with one study.
    pub tau_interval: Option<TauInterval>,
    /// Share of the total variance that lies between studies, in percent.
    pub i_square: f64,
    /// Total variance over sampling variance.
    pub h_square: f64,
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_degrees: usize,
    /// Its p.
    pub q_p: f64,
    /// Log-likelihood at the estimates.
    pub log_likelihood: f64,
    /// Restricted log-likelihood at the estimates.
    pub log_likelihood_restricted: f64,
    /// What each study weighs, in percent.
    pub weights: Vec<f64>,
    /// Where a new study would lie; none under a common effect.
    pub prediction: Option<Prediction>,
    /// What must be said beside the numbers.
    pub notes: Vec<Note>,
}

/// Named study features, one value for each study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moderators {
    columns: Vec<(String, Vec<f64>)>,
}

impl Moderators {
    /// Makes an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a feature.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, values: Vec<f64>) -> Self {
        self.columns.push((name.into(), values));
        self
    }
}

/// A regression of effects on study features.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// The model it was made by.
    pub model: Model,
    /// Names of the coefficients, the constant first.
    pub terms: Vec<String>,
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Their standard errors.
    pub standard_errors: Vec<f64>,
    /// Two-sided p of each.
    pub p: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// Residual variance between studies.
    pub tau_square: f64,
    /// Its standard error, where the estimator has one.
    pub tau_square_se: Option<f64>,
    /// Share of the unexplained variance that lies between studies, in percent.
    pub i_square: f64,
    /// Residual heterogeneity.
    pub q_residual: f64,
    /// Its p, on `k − p` degrees.
    pub q_residual_p: f64,
    /// The moderators together: χ² under the normal test, F under Hartung-Knapp.
    pub q_moderators: f64,
    /// Its p.
    pub q_moderators_p: f64,
    /// Share of the variance between studies that the moderators take away, in percent; none where
    /// there was none to explain.
    pub r_square: Option<f64>,
}

pub(super) fn check(effects: &[Effect], level: f64) -> Result<(), MetaError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(MetaError::BadLevel { level });
    }
    if effects.is_empty() {
        return Err(MetaError::TooFew {
            given: 0,
            needed: 1,
        });
    }
    for (index, Effect { estimate, variance }) in effects.iter().copied().enumerate() {
        let good = estimate.is_finite() && variance.is_finite() && variance > 0.0;
        if !good {
            return Err(MetaError::BadEffect {
                study: index + 1,
                estimate,
                variance,
            });
        }
    }
    Ok(())
}

/// Pools effects.
///
/// `μ = Σwy/Σw` with `w = 1/(v + τ²)`, standard error `1/√Σw`, multiplied under Hartung-Knapp by
/// `√(Σw(y−μ)²/(k−1))`. Domain: one study or more (two under Hartung-Knapp), finite estimates,
/// variances above zero. Method: orthogonalised least squares. Error: about 1e-14 relative in the
/// estimate given τ², and τ² as in [`Heterogeneity`].
pub fn pool(effects: &[Effect], model: &Model) -> Result<Pooled, MetaError> {
    check(effects, model.level)?;
    let design = Matrix::from_fn(effects.len(), 1, |_, _| 1.0);
    let names = [INTERCEPT.to_owned()];
    let problem = Problem {
        effects,
        design: &design,
        names: &names,
    };
    let core = Core::new(&problem, model)?;
    let (estimate, standard_error) = (core.coefficients[0], core.covariance[(0, 0)].sqrt());
    let reference = core.reference;
    let statistic = estimate / standard_error;
    let reach = reference.quantile(0.5 + model.level / 2.0) * standard_error;
    let is_common = matches!(model.heterogeneity, Heterogeneity::Common);
    let total: f64 = core.weights.iter().sum();
    Ok(Pooled {
        model: *model,
        k: effects.len(),
        estimate,
        standard_error,
        statistic,
        p: reference.two_sided(statistic),
        interval: (estimate - reach, estimate + reach),
        tau_square: core.tau_square,
        tau_square_se: core.tau_square_se,
        tau_interval: if is_common {
            None
        } else {
            problem.interval(model.level)?
        },
        i_square: core.i_square,
        h_square: core.h_square,
        q: core.q,
        q_degrees: effects.len() - 1,
        q_p: tail::chi_square_upper(core.q, problem.degrees()),
        log_likelihood: core.log_likelihood,
        log_likelihood_restricted: core.log_likelihood_restricted,
        weights: core.weights.iter().map(|w| 100.0 * w / total).collect(),
        prediction: if is_common {
            None
        } else {
            Some(predict(
                effects.len(),
                estimate,
                standard_error,
                &core,
                model.level,
            ))
        },
        notes: notes(effects, is_common, core.tau_square),
    })
}

fn predict(k: usize, estimate: f64, se: f64, core: &Core, level: f64) -> Prediction {
    let spread = (se * se + core.tau_square).sqrt();
    let around = |reference: Reference| {
        let reach = reference.quantile(0.5 + level / 2.0) * spread;
        (estimate - reach, estimate + reach)
    };
    Prediction {
        interval: around(core.reference),
        interval_t_k_minus_2: (k > 2).then(|| around(Reference::Student(k as f64 - 2.0))),
    }
}

fn notes(effects: &[Effect], is_common: bool, tau_square: f64) -> Vec<Note> {
    let mut notes = Vec::new();
    let first = effects[0].estimate;
    if effects.len() == 1 {
        notes.push(Note::OneStudy);
    } else if effects
        .iter()
        .all(|effect| (effect.estimate - first).abs() <= 0.0)
    {
        notes.push(Note::IdenticalStudies);
    }
    if !is_common && effects.len() > 1 && tau_square <= 0.0 {
        notes.push(Note::TauOnBoundary);
    }
    if !is_common && (2..5).contains(&effects.len()) {
        notes.push(Note::FewStudies);
    }
    notes
}

/// Regresses effects on study features, with a constant.
///
/// Weighted least squares with `w = 1/(v + τ²)`, τ² estimated beside the coefficients. R² compares
/// τ² with and without the moderators (Raudenbush 1994); I² uses the typical variance
/// `(k−p)/tr P`. Domain: more studies than coefficients. Method: orthogonalised least squares.
/// Error: about 1e-16 times the condition number of the weighted columns.
pub fn regress(
    effects: &[Effect],
    moderators: &Moderators,
    model: &Model,
) -> Result<Regression, MetaError> {
    check(effects, model.level)?;
    let k = effects.len();
    let mut columns = vec![vec![1.0; k]];
    let mut names = vec![INTERCEPT.to_owned()];
    for (name, values) in &moderators.columns {
        if values.len() != k || values.iter().any(|value| !value.is_finite()) {
            return Err(MetaError::BadModerator {
                name: name.clone(),
                k,
            });
        }
        columns.push(values.clone());
        names.push(name.clone());
    }
    if k <= columns.len() {
        return Err(MetaError::TooFew {
            given: k,
            needed: columns.len() + 1,
        });
    }
    let design = Matrix::from_columns(&columns);
    let problem = Problem {
        effects,
        design: &design,
        names: &names,
    };
    let core = Core::new(&problem, model)?;
    let standard_errors: Vec<f64> = core
        .covariance
        .diagonal()
        .iter()
        .map(|v| v.sqrt())
        .collect();
    let p = core
        .coefficients
        .iter()
        .zip(&standard_errors)
        .map(|(b, se)| core.reference.two_sided(b / se))
        .collect();
    let (q_moderators, q_moderators_p) = core.omnibus(&problem, model.test);
    let without = pool(
        effects,
        &Model {
            test: Test::Normal,
            ..*model
        },
    )?
    .tau_square;
    Ok(Regression {
        model: *model,
        coefficients: core.coefficients,
        standard_errors,
        p,
        tau_square: core.tau_square,
        tau_square_se: core.tau_square_se,
        i_square: core.i_square,
        q_residual: core.q,
        q_residual_p: tail::chi_square_upper(core.q, problem.degrees()),
        q_moderators,
        q_moderators_p,
        r_square: (without > 0.0).then(|| (100.0 * (without - core.tau_square) / without).max(0.0)),
        covariance: core.covariance,
        terms: names,
    })
}

/// Says whether the residuals are no more than the rounding of the estimates themselves.
fn is_only_rounding(problem: &Problem<'_>, fit: &Weighted) -> bool {
    let size: f64 = fit
        .weights
        .iter()
        .zip(problem.effects)
        .map(|(w, e)| w * e.estimate.powi(2))
        .sum();
    fit.rss <= size * (problem.k() * f64::EPSILON).powi(2)
}

/// What pooling and regression have in common.
struct Core {
    coefficients: Vec<f64>,
    covariance: Matrix,
    reference: Reference,
    weights: Vec<f64>,
    tau_square: f64,
    tau_square_se: Option<f64>,
    i_square: f64,
    h_square: f64,
    q: f64,
    log_likelihood: f64,
    log_likelihood_restricted: f64,
}

impl Core {
    fn new(problem: &Problem<'_>, model: &Model) -> Result<Self, MetaError> {
        let (k, degrees) = (problem.k(), problem.degrees());
        let tau = problem.tau(model.heterogeneity, model.stop)?;
        let common = problem.at(0.0)?;
        let fit = problem.at(tau.square)?;
        let (scale, reference) = match model.test {
            Test::Normal => (1.0, Reference::Normal),
            Test::HartungKnapp if degrees < 1.0 => {
                let given = problem.effects.len();
                return Err(MetaError::TooFew {
                    given,
                    needed: given + 1,
                });
            }
            Test::HartungKnapp => (fit.rss / degrees, Reference::Student(degrees)),
        };
        if matches!(model.test, Test::HartungKnapp) && is_only_rounding(problem, &fit) {
            return Err(MetaError::NoSpread {
                k: problem.effects.len(),
            });
        }
        let (i_square, h_square) = if degrees < 1.0 {
            (0.0, 1.0)
        } else if matches!(model.heterogeneity, Heterogeneity::Common) {
            let share = if common.rss > 0.0 {
                (common.rss - degrees) / common.rss
            } else {
                0.0
            };
            (100.0 * share.max(0.0), common.rss / degrees)
        } else {
            let typical = degrees / common.trace(|_| 1.0);
            (
                100.0 * tau.square / (typical + tau.square),
                tau.square / typical + 1.0,
            )
        };
        let log_variances: f64 = fit.weights.iter().map(|w| -w.ln()).sum();
        let log_two_pi = std::f64::consts::TAU.ln();
        let plain = crate::matrix::Qr::new(problem.design).log_determinant_gram();
        Ok(Self {
            covariance: fit.unscaled.scaled(scale),
            reference,
            tau_square: tau.square,
            tau_square_se: tau.standard_error,
            i_square,
            h_square,
            q: common.rss,
            log_likelihood: -0.5 * (k * log_two_pi + log_variances + fit.rss),
            log_likelihood_restricted: -0.5
                * (degrees * log_two_pi - plain + log_variances + fit.log_determinant + fit.rss),
            coefficients: fit.coefficients,
            weights: fit.weights,
        })
    }

    /// Tests all coefficients but the constant together.
    fn omnibus(&self, problem: &Problem<'_>, test: Test) -> (f64, f64) {
        let m = self.coefficients.len() - 1;
        let block = Matrix::from_fn(m, m, |i, j| self.covariance[(i + 1, j + 1)]);
        let slopes = &self.coefficients[1..];
        let Some(factor) = crate::matrix::Cholesky::new(&block) else {
            return (f64::NAN, f64::NAN);
        };
        let square = crate::matrix::dot(slopes, &factor.solve(slopes));
        let m = m as f64;
        match test {
            Test::Normal => (square, tail::chi_square_upper(square, m)),
            Test::HartungKnapp => (square / m, tail::f_upper(square / m, m, problem.degrees())),
        }
    }
}
