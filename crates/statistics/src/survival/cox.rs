//! Cox's proportional hazards model.
//!
//! Formula: the partial log-likelihood Σ over events of xβ − ln Σ over the risk set of exp(xβ),
//! with Efron's or Breslow's treatment of events at one time, within strata, over intervals
//! (start, stop]. Reference: D. R. Cox, JRSS B 1972; B. Efron, JASA 1977; Therneau and Grambsch,
//! "Modeling Survival Data", 2000. Domain: up to 64 columns of finite numbers; a column that is
//! constant within the risk sets, or determined by the columns before it, gets a coefficient of
//! NaN and is named in [`Fit::set_aside`]. Method: Newton's iteration from zero on centred and
//! scaled columns with halving of steps that go down. Error bound: with [`Stop::Settled`] that of one
//! Newton step fewer than the last, well below a thousandth of a standard error; with
//! [`Stop::Rounding`] about `1e-12` of a standard error. Where the likelihood has no maximum because a covariate
//! separates the events, [`Fit::unbounded`] names the coefficient.
//!
//! ```
//! use statistics::survival::Times;
//! use statistics::survival::cox::{Model, Stop, Ties, fit};
//! let times = Times::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, false])?;
//! let x = [1.0, 0.0, 1.0, 0.0];
//! let terms = ["x".to_owned()];
//! let model = Model { times, terms: &terms, columns: &[&x], strata: None, cluster: None,
//!     ties: Ties::Efron, stop: Stop::Settled };
//! assert!(fit(&model)?.coef[0] > 0.0);
//! # Ok::<(), statistics::survival::SurvivalError>(())
//! ```

pub mod concordance;
mod frame;
mod hazards;
mod residual;
mod sweep;

pub use concordance::Concordance;
pub use hazards::{Proportionality, TimeScale};
pub use residual::Baseline;

use frame::Frame;
use sweep::{Evaluation, Rows, WIDTH_MAX};

use super::symmetric::Factor;
use super::{Groups, SurvivalError, Times, same_length};
use crate::distribution::{Distribution, Normal, chi_squared_p, normal_two_sided};

/// How events at one time are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// Efron's average over the orders they may have happened in.
    Efron,
    /// Breslow's: each sees all of them at risk.
    Breslow,
}

/// When Newton's iteration ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// When the log-likelihood changes by less than `1e-9` of itself, where reference software
    /// stops; coefficients are then within about a thousandth of a standard error squared.
    Settled,
    /// When a step is below `1e-9` standard errors: rounding is all that is left.
    Rounding,
}

/// What to fit.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    /// When rows entered and left.
    pub times: Times<'a>,
    /// The name of each column.
    pub terms: &'a [String],
    /// The columns, without gaps.
    pub columns: &'a [&'a [f64]],
    /// Strata with baseline hazards of their own.
    pub strata: Option<Groups<'a>>,
    /// Rows that belong together; asks for the robust variance.
    pub cluster: Option<Groups<'a>>,
    /// The treatment of ties.
    pub ties: Ties,
    /// When the iteration ends.
    pub stop: Stop,
}

/// A fitted model.
#[derive(Debug)]
pub struct Fit {
    /// The name of each column.
    pub terms: Vec<String>,
    /// Rows and events.
    pub n: usize,
    /// Events.
    pub events: usize,
    /// Coefficients; NaN for a column set aside.
    pub coef: Vec<f64>,
    /// Their covariance from the information; zero for a column set aside.
    pub vcov: Vec<Vec<f64>>,
    /// The robust covariance, where clusters were given.
    pub robust_vcov: Option<Vec<Vec<f64>>>,
    /// Partial log-likelihood at zero and at the coefficients.
    pub loglik: [f64; 2],
    /// Score, Wald and likelihood-ratio statistics of all coefficients.
    pub score: f64,
    /// Wald statistic, from the robust covariance where there is one.
    pub wald: f64,
    /// Likelihood-ratio statistic.
    pub likelihood_ratio: f64,
    /// Coefficients estimated.
    pub df: usize,
    /// Newton steps until the log-likelihood changed by less than `1e-9` of itself.
    pub iterations: u32,
    /// Columns set aside because the others determine them.
    pub set_aside: Vec<String>,
    /// Columns whose coefficient still grows when the likelihood no longer does: they separate
    /// the events, the estimate has no finite value, and its standard error means nothing.
    pub unbounded: Vec<String>,
    ties: Ties,
    centre: Vec<f64>,
    scale: Vec<f64>,
    rows: Box<dyn Rows>,
    at: Evaluation,
    cluster: Option<Vec<u32>>,
}

/// Relative change of the log-likelihood at which the iteration counts as settled.
const SETTLED: f64 = 1e-9;
/// Steps, in standard errors, at which it ends.
const ENDED: f64 = 1e-9;
/// Newton's steps shrink quadratically to a maximum; towards one that is not there they stay as
/// long as they were. A step above this part of the one before, once settled, says so.
const GROWING: f64 = 0.3;
const ITERATIONS: u32 = 40;

/// Fits the model.
pub fn fit(model: &Model<'_>) -> Result<Fit, SurvivalError> {
    check(model)?;
    let (centre, spread) = moments(model.columns);
    let scale: Vec<f64> = spread
        .iter()
        .map(|s| if *s > 0.0 { 1.0 / s } else { 1.0 })
        .collect();
    let frame = Frame::new(model.times, model.strata);
    let found = model.columns.len();
    let rows = sweep::rows(frame, model.columns, &centre, &scale).ok_or(
        SurvivalError::TooManyCovariates {
            found,
            limit: WIDTH_MAX,
        },
    )?;
    let events = model.times.events();
    let newton = Newton::run(rows.as_ref(), model, events)?;
    let p = found;
    let mut coef = vec![f64::NAN; p];
    let inverse = newton.factor.inverse();
    let mut vcov = vec![vec![0.0; p]; p];
    for i in 0..p {
        if newton.factor.kept[i] {
            coef[i] = newton.beta[i] * scale[i];
        }
        for j in 0..p {
            vcov[i][j] = inverse[i][j] * scale[i] * scale[j];
        }
    }
    let named = |wanted: &dyn Fn(usize) -> bool| {
        (0..p)
            .filter(|j| wanted(*j))
            .map(|j| model.terms[j].clone())
            .collect::<Vec<_>>()
    };
    let mut fit = Fit {
        terms: model.terms.to_vec(),
        n: model.times.rows(),
        events,
        df: newton.factor.rank(),
        loglik: [newton.loglik_zero, newton.at.loglik],
        score: newton.score_test,
        wald: 0.0,
        likelihood_ratio: 2.0 * (newton.at.loglik - newton.loglik_zero),
        iterations: newton.iterations,
        set_aside: named(&|j| !newton.factor.kept[j]),
        unbounded: named(&|j| newton.growing[j]),
        coef,
        vcov,
        robust_vcov: None,
        ties: model.ties,
        centre,
        scale,
        rows,
        at: newton.at,
        cluster: model.cluster.map(|cluster| cluster.codes().to_vec()),
    };
    if let Some(cluster) = model.cluster {
        fit.robust_vcov = Some(fit.robust(cluster));
    }
    fit.wald = fit.wald_statistic();
    Ok(fit)
}

fn check(model: &Model<'_>) -> Result<(), SurvivalError> {
    let rows = model.times.rows();
    same_length("the list of terms", model.columns.len(), model.terms.len())?;
    for (term, column) in model.terms.iter().zip(model.columns) {
        same_length("a covariate", rows, column.len())?;
        if !column.iter().fold(true, |good, x| good & x.is_finite()) {
            let row = column.iter().position(|x| !x.is_finite()).unwrap_or(0);
            let value = column[row];
            return Err(SurvivalError::BadCovariate {
                term: term.clone(),
                row: row + 1,
                value,
            });
        }
    }
    for groups in model.strata.iter().chain(&model.cluster) {
        same_length("a grouping", rows, groups.codes().len())?;
    }
    if model.times.events() == 0 {
        return Err(SurvivalError::NoEvents);
    }
    Ok(())
}

/// Mean and standard deviation of each column, the latter zero where it is constant.
fn moments(columns: &[&[f64]]) -> (Vec<f64>, Vec<f64>) {
    use rayon::prelude::*;
    columns
        .par_iter()
        .map(|column| {
            let n = column.len() as f64;
            let mean = column.iter().sum::<f64>() / n;
            let first = column[0];
            let square = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
            let varies = column.iter().any(|x| x.total_cmp(&first).is_ne());
            (mean, if varies { square.sqrt() } else { 0.0 })
        })
        .unzip()
}

/// Where the iteration ended.
struct Newton {
    beta: Vec<f64>,
    at: Evaluation,
    factor: Factor,
    loglik_zero: f64,
    score_test: f64,
    iterations: u32,
    growing: Vec<bool>,
    /// An evaluation whose memory can be used again.
    spare: Option<Evaluation>,
}

impl Newton {
    fn run(rows: &dyn Rows, model: &Model<'_>, events: usize) -> Result<Self, SurvivalError> {
        let (p, ties) = (rows.covariates(0).len(), model.ties);
        // The columns have unit variance, so their information is about the number of events.
        let factor =
            |at: &Evaluation| Factor::with_floor(&at.information, 1e-10, 1e-3 * events as f64);
        let at = rows.evaluate(&vec![0.0; p], ties, None);
        let first = factor(&at);
        let score_test = first.quadratic(&at.score);
        let kept = first.kept.clone();
        let mut newton = Self {
            beta: vec![0.0; p],
            loglik_zero: at.loglik,
            at,
            factor: first,
            score_test,
            iterations: 0,
            growing: vec![false; p],
            spare: None,
        };
        let mut settled = p == 0;
        let mut last: Vec<f64> = vec![0.0; p];
        for iteration in 1..=ITERATIONS {
            let step = newton.factor.solve(&newton.at.score);
            let errors = newton.factor.inverse();
            let small = (0..p).all(|j| step[j].abs() <= ENDED * errors[j][j].sqrt());
            if settled {
                for j in 0..p {
                    newton.growing[j] =
                        step[j].abs() > 1e-4 && step[j].abs() > GROWING * last[j].abs();
                }
                if small || model.stop == Stop::Settled || newton.growing.contains(&true) {
                    return Ok(newton);
                }
            }
            let before = newton.at.loglik;
            newton.advance(rows, ties, &step)?;
            last = step;
            newton.factor = Factor::new(&newton.at.information, 1e-13);
            newton
                .factor
                .kept
                .iter_mut()
                .zip(&kept)
                .for_each(|(now, kept)| *now &= kept);
            if !settled && (newton.at.loglik - before).abs() <= SETTLED * newton.at.loglik.abs() {
                settled = true;
                newton.iterations = iteration;
            } else if settled && newton.at.loglik <= before {
                // Rounding is all that is left.
                return Ok(newton);
            }
        }
        Err(SurvivalError::NoConvergence {
            iterations: ITERATIONS,
            why: "a covariate may separate the events; look at each alone",
        })
    }

    /// Takes a step, halved until the likelihood does not fall.
    fn advance(&mut self, rows: &dyn Rows, ties: Ties, step: &[f64]) -> Result<(), SurvivalError> {
        let mut length = 1.0;
        for _ in 0..30 {
            let beta: Vec<f64> = self
                .beta
                .iter()
                .zip(step)
                .map(|(b, s)| b + length * s)
                .collect();
            let at = rows.evaluate(&beta, ties, self.spare.take());
            let floor = self.at.loglik - 1e-10 * self.at.loglik.abs();
            if at.loglik.is_finite() && at.loglik >= floor {
                self.beta = beta;
                self.spare = Some(std::mem::replace(&mut self.at, at));
                return Ok(());
            }
            self.spare = Some(at);
            length *= 0.5;
        }
        Err(SurvivalError::NoConvergence {
            iterations: 30,
            why: "no step raises the likelihood; rescale the covariates",
        })
    }
}

impl Fit {
    /// Standard errors from the information.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.vcov
            .iter()
            .enumerate()
            .map(|(j, row)| row[j].sqrt())
            .collect()
    }

    /// Robust standard errors, where clusters were given.
    pub fn robust_errors(&self) -> Option<Vec<f64>> {
        let vcov = self.robust_vcov.as_ref()?;
        Some(
            vcov.iter()
                .enumerate()
                .map(|(j, row)| row[j].sqrt())
                .collect(),
        )
    }

    /// The covariance that tests and intervals use.
    fn working(&self) -> &[Vec<f64>] {
        self.robust_vcov.as_ref().unwrap_or(&self.vcov)
    }

    /// Two-sided Wald p-value of each coefficient.
    pub fn p_values(&self) -> Vec<f64> {
        let working = self.working();
        let p = |(j, coef): (usize, &f64)| normal_two_sided(coef / working[j][j].sqrt());
        self.coef.iter().enumerate().map(p).collect()
    }

    /// Hazard ratios with their limits at a confidence level such as 0.95.
    pub fn hazard_ratios(&self, level: f64) -> Vec<(f64, f64, f64)> {
        let z = Normal.quantile(f64::midpoint(1.0, level));
        let working = self.working();
        let ratio = |(j, coef): (usize, &f64)| {
            let half = z * working[j][j].sqrt();
            (coef.exp(), (coef - half).exp(), (coef + half).exp())
        };
        self.coef.iter().enumerate().map(ratio).collect()
    }

    /// p-values of the score, Wald and likelihood-ratio tests.
    pub fn test_p_values(&self) -> [f64; 3] {
        [self.score, self.wald, self.likelihood_ratio].map(|x| chi_squared_p(x, self.df as f64))
    }

    fn wald_statistic(&self) -> f64 {
        let coef: Vec<f64> = self
            .coef
            .iter()
            .map(|c| if c.is_nan() { 0.0 } else { *c })
            .collect();
        Factor::new(self.working(), 1e-12).quadratic(&coef)
    }
}

#[cfg(test)]
mod tests;
