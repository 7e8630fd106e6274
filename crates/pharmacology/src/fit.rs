//! One person's parameters from measured levels, with their uncertainty.
//!
//! The most probable deviations `eta` given the levels minimise
//!
//! ```text
//! sum over levels of r^2 / v + ln v   +   eta' Omega^-1 eta
//! ```
//!
//! where `r` is the difference of level and prediction, `v` the model's residual variance (both on
//! the logarithm for a log-normal residual), and `Omega` the covariance between people: the
//! maximum a posteriori estimate (Sheiner, Beal, Rosenberg and Marathe, Clin Pharmacol Ther 26:294,
//! 1979). Its uncertainty is the inverse curvature at the minimum (Laplace). The minimum is sought
//! in the coordinates in which people are independent, by Gauss-Newton steps with the damping of
//! Levenberg and Marquardt.

use crate::analyte::Analyte;
use crate::boundary::BoundaryError;
use crate::linear::{SolverError, Times};
use crate::model::{Model, Residual, cholesky};
use crate::population::Draws;
use crate::question::{Evaluator, Question};

/// More levels than this in one fit are refused.
pub const LEVELS_MAX: usize = 500;
/// A level above this, ng/mL, was written in another unit.
const LEVEL_MAX: f64 = 50_000.0;
/// A level this many times above or below what the typical person would have was written in another
/// unit: people differ by less, and ng/mL and µg/mL by a thousand.
const SLIP_RATIO: f64 = 300.0;
/// Only a level where the typical person has at least this, ng/mL, can tell a slip from the tail of a
/// slow or a quick clearer.
const TELLING_LEVEL: f64 = 10.0;
const STEPS_MAX: usize = 100;
/// Step of the differences that give a prediction's slope, in standard deviations between people.
const DIFFERENCE: f64 = 1e-4;
/// The search stops when no coordinate moves by more, in standard deviations between people.
const SETTLED: f64 = 1e-7;

/// A measured level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// When blood was drawn, hours from the first dose.
    pub time_h: f64,
    /// What was measured.
    pub analyte: Analyte,
    /// How much, ng/mL.
    pub ng_per_ml: f64,
}

/// Why a person could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A level that was refused.
    #[error(transparent)]
    Boundary(#[from] BoundaryError),
    /// The model has no variability between people, or no residual error, for this.
    #[error(
        "{model} gives no {what}, without which one person cannot be fitted; choose otto2021, perezruixo2020 or simons2022"
    )]
    NoVariability {
        /// The model.
        model: String,
        /// What is missing.
        what: &'static str,
    },
    /// The prediction failed.
    #[error("failed to predict while fitting")]
    Solver(#[from] SolverError),
    /// The search did not settle.
    #[error("the fit did not settle after {STEPS_MAX} steps; check the levels and their times")]
    Unsettled,
}

/// A fitted person.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Most probable deviation of each random parameter, in the order of [`Model::random_names`].
    pub eta: Vec<f64>,
    /// Standard error of each deviation.
    pub standard_error: Vec<f64>,
    /// How much of the variability between people the levels have removed, for each parameter:
    /// 0 when they said nothing of it, towards 1 when they pin it down.
    pub learned: Vec<f64>,
    /// Level minus prediction over the residual standard deviation, for each level.
    pub standardised_residuals: Vec<f64>,
    factor: Vec<f64>,
}

impl Fit {
    /// People who could have given these levels: draws from the normal approximation around the fit.
    pub fn draws(&self, n_people: usize, seed: u64) -> Draws {
        Draws::from_factor(&self.factor, &self.eta, self.eta.len(), n_people, seed)
    }
}

struct Search<'q, 'm> {
    question: &'q Question<'m>,
    levels: Vec<(usize, usize, f64, Residual, f64)>,
    times: Times,
    evaluator: Evaluator,
    out: Vec<f64>,
}

/// Residuals over their standard deviations, and the sum of the logarithms of the variances.
struct Misfit {
    residuals: Vec<f64>,
    log_variances: f64,
}

/// Fits one person.
///
/// The question must be about the model, plan and patient in hand; its analytes are not used.
pub fn fit(
    model: &Model,
    patient: &crate::patient::Patient,
    plan: &crate::plan::Plan,
    levels: &[Level],
) -> Result<Fit, FitError> {
    check(plan, levels)?;
    let lacking = |what| FitError::NoVariability {
        model: model.name().to_owned(),
        what,
    };
    if model.n_random() == 0 {
        return Err(lacking("variability between people"));
    }
    let mut analytes: Vec<Analyte> = levels.iter().map(|l| l.analyte).collect();
    analytes.sort_unstable();
    analytes.dedup();
    let question = Question::new(model, patient, plan, &analytes)?;
    let mut ordered: Vec<f64> = levels.iter().map(|l| l.time_h).collect();
    ordered.sort_by(f64::total_cmp);
    let mut known = Vec::with_capacity(levels.len());
    for level in levels {
        let residual = model
            .residual(level.analyte)
            .ok_or_else(|| lacking("residual error"))?;
        let analyte = analytes
            .iter()
            .position(|a| *a == level.analyte)
            .unwrap_or(0);
        let time = ordered.partition_point(|t| *t < level.time_h);
        known.push((
            analyte,
            time,
            level.ng_per_ml,
            residual,
            level.analyte.grams_per_mole(),
        ));
    }
    let out = vec![0.0; analytes.len() * ordered.len()];
    let times = Times::new(ordered).map_err(|_| FitError::Unsettled)?;
    let mut search = Search {
        question: &question,
        levels: known,
        times,
        evaluator: Evaluator::new(),
        out,
    };
    search.check_against_typical(model.n_random(), levels)?;
    search.run(model)
}

fn check(plan: &crate::plan::Plan, levels: &[Level]) -> Result<(), BoundaryError> {
    if levels.is_empty() {
        return Err(BoundaryError::Missing {
            field: "levels".to_owned(),
            mend: "give at least one row with time_h, analyte and ng_per_ml",
        });
    }
    if levels.len() > LEVELS_MAX {
        let n = levels.len();
        return Err(BoundaryError::TooMany {
            field: "levels".to_owned(),
            n,
            most: LEVELS_MAX,
        });
    }
    for (at, level) in levels.iter().enumerate() {
        plan.check_times(&format!("levels[{at}].time_h"), &[level.time_h])?;
        let field = format!("levels[{at}].ng_per_ml");
        let value = level.ng_per_ml;
        if level.analyte == Analyte::EffectSite {
            return Err(BoundaryError::Unexpected {
                field: format!("levels[{at}].analyte"),
                mend: "the effect site cannot be measured; give a plasma level",
            });
        }
        if !(value.is_finite() && value > 0.0) {
            let mend = "give a level above zero; leave out what was below the limit of the assay";
            return Err(BoundaryError::OutOfRange { field, value, mend });
        }
        if value > LEVEL_MAX {
            let mend = "give nanograms per millilitre (micrograms per litre)";
            return Err(BoundaryError::UnitSlip { field, value, mend });
        }
    }
    Ok(())
}

impl Search<'_, '_> {
    /// Refuses levels that no person could have had: before any drug arrived, or in another unit.
    fn check_against_typical(&mut self, n_random: usize, levels: &[Level]) -> Result<(), FitError> {
        self.question.solve(
            &vec![0.0; n_random],
            &self.times,
            &mut self.evaluator,
            &mut self.out,
        )?;
        for (at, (&(analyte, time, value, ..), level)) in self.levels.iter().zip(levels).enumerate()
        {
            let typical = self.out[analyte * self.times.len() + time];
            if typical <= 0.0 {
                return Err(FitError::Boundary(BoundaryError::OutOfRange {
                    field: format!("levels[{at}].time_h"),
                    value: level.time_h,
                    mend: "none of the drug can be in the blood by then; give the hours from the first dose to the sample, or leave the level out",
                }));
            }
            let ratio = value / typical;
            if typical >= TELLING_LEVEL && !(1.0 / SLIP_RATIO..=SLIP_RATIO).contains(&ratio) {
                return Err(FitError::Boundary(BoundaryError::UnitSlip {
                    field: format!("levels[{at}].ng_per_ml"),
                    value,
                    mend: "give nanograms per millilitre (micrograms per litre)",
                }));
            }
        }
        Ok(())
    }

    fn run(&mut self, model: &Model) -> Result<Fit, FitError> {
        let n = model.n_random();
        let mut z = vec![0.0; n];
        let mut misfit = self.misfit(model, &z)?;
        let mut cost = total(&misfit, &z);
        let mut damping = 1e-3;
        for _ in 0..STEPS_MAX {
            let slopes = self.slopes(model, &z)?;
            let (curvature, gradient) = normal_equations(&slopes, &misfit.residuals, &z);
            let mut largest = 0.0_f64;
            // A step that does not help is tried again, shorter, at most this often.
            for _ in 0..30 {
                let step = damped_step(&curvature, &gradient, damping, n);
                let moved: Vec<f64> = z.iter().zip(&step).map(|(z, s)| z - s).collect();
                let tried = self.misfit(model, &moved)?;
                let tried_cost = total(&tried, &moved);
                if tried_cost <= cost {
                    largest = step.iter().fold(0.0, |m, s| m.max(s.abs()));
                    (z, misfit, cost) = (moved, tried, tried_cost);
                    damping = (damping * 0.2).max(1e-12);
                    break;
                }
                damping *= 5.0;
            }
            if largest <= SETTLED {
                return self.describe(model, &z, misfit);
            }
        }
        Err(FitError::Unsettled)
    }

    /// Predictions, residuals and variances for a person at independent coordinates `z`.
    fn misfit(&mut self, model: &Model, z: &[f64]) -> Result<Misfit, FitError> {
        let eta = correlate(&model.cholesky, z);
        self.evaluator.turn_to_another_question();
        self.question
            .solve(&eta, &self.times, &mut self.evaluator, &mut self.out)?;
        let mut misfit = Misfit {
            residuals: Vec::with_capacity(self.levels.len()),
            log_variances: 0.0,
        };
        for &(analyte, time, level, residual, grams_per_mole) in &self.levels {
            let predicted = self.out[analyte * self.times.len() + time].max(1e-9);
            let (difference, deviation) = if residual.log > 0.0 {
                ((level / predicted).ln(), residual.log)
            } else {
                let added = residual.additive_nmol_per_ml * grams_per_mole;
                (
                    level - predicted,
                    (residual.proportional * predicted).hypot(added),
                )
            };
            let deviation = deviation.max(1e-12);
            misfit.residuals.push(difference / deviation);
            misfit.log_variances += 2.0 * deviation.ln();
        }
        Ok(misfit)
    }

    /// Slope of each standardised residual (and of half the log variances, as one more row) by
    /// each coordinate, by central differences.
    fn slopes(&mut self, model: &Model, z: &[f64]) -> Result<Vec<Vec<f64>>, FitError> {
        let mut slopes = Vec::with_capacity(z.len());
        let mut moved = z.to_vec();
        for (at, &here) in z.iter().enumerate() {
            moved[at] = here + DIFFERENCE;
            let above = self.misfit(model, &moved)?;
            moved[at] = here - DIFFERENCE;
            let below = self.misfit(model, &moved)?;
            moved[at] = here;
            let slope = |a: f64, b: f64| (a - b) / (2.0 * DIFFERENCE);
            let mut column: Vec<f64> = above
                .residuals
                .iter()
                .zip(&below.residuals)
                .map(|(&a, &b)| slope(a, b))
                .collect();
            column.push(slope(0.5 * above.log_variances, 0.5 * below.log_variances));
            slopes.push(column);
        }
        Ok(slopes)
    }

    fn describe(&mut self, model: &Model, z: &[f64], misfit: Misfit) -> Result<Fit, FitError> {
        let n = z.len();
        let slopes = self.slopes(model, z)?;
        let (curvature, _) = normal_equations(&slopes, &misfit.residuals, z);
        let covariance_z = inverse(&curvature, n).ok_or(FitError::Unsettled)?;
        // Covariance of eta = L C L' with L the factor between people.
        let mut half = vec![0.0; n * n];
        let mut covariance = vec![0.0; n * n];
        for row in 0..n {
            for column in 0..n {
                half[row * n + column] = (0..=row)
                    .map(|k| model.cholesky[row * n + k] * covariance_z[k * n + column])
                    .sum();
            }
        }
        for row in 0..n {
            for column in 0..n {
                covariance[row * n + column] = (0..=column)
                    .map(|k| half[row * n + k] * model.cholesky[column * n + k])
                    .sum();
            }
        }
        let variance = |at: usize| covariance[at * n + at].max(0.0);
        Ok(Fit {
            eta: correlate(&model.cholesky, z),
            standard_error: (0..n).map(|at| variance(at).sqrt()).collect(),
            learned: (0..n)
                .map(|at| (1.0 - variance(at) / model.covariance[at * n + at]).clamp(0.0, 1.0))
                .collect(),
            standardised_residuals: misfit.residuals,
            factor: cholesky(&covariance, n).ok_or(FitError::Unsettled)?,
        })
    }
}

/// The cost that is minimised.
fn total(misfit: &Misfit, z: &[f64]) -> f64 {
    let squares = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
    squares(&misfit.residuals) + misfit.log_variances + squares(z)
}

/// `eta = L z`.
fn correlate(factor: &[f64], z: &[f64]) -> Vec<f64> {
    let n = z.len();
    (0..n)
        .map(|row| (0..=row).map(|k| factor[row * n + k] * z[k]).sum())
        .collect()
}

/// Gauss-Newton curvature `J'J + I` and gradient `J'r + d(half log variances) + z`.
fn normal_equations(slopes: &[Vec<f64>], residuals: &[f64], z: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = z.len();
    let m = residuals.len();
    let mut curvature = vec![0.0; n * n];
    let mut gradient = vec![0.0; n];
    for a in 0..n {
        for b in 0..n {
            let products = slopes[a][..m]
                .iter()
                .zip(&slopes[b][..m])
                .map(|(x, y)| x * y);
            curvature[a * n + b] = products.sum::<f64>() + if a == b { 1.0 } else { 0.0 };
        }
        let pull: f64 = slopes[a][..m]
            .iter()
            .zip(residuals)
            .map(|(s, r)| s * r)
            .sum();
        gradient[a] = pull + slopes[a][m] + z[a];
    }
    (curvature, gradient)
}

fn damped_step(curvature: &[f64], gradient: &[f64], damping: f64, n: usize) -> Vec<f64> {
    let mut damped = curvature.to_vec();
    for at in 0..n {
        damped[at * n + at] *= 1.0 + damping;
    }
    // J'J + I is positive definite, so a factor always exists.
    match cholesky(&damped, n) {
        Some(factor) => solve(&factor, gradient, n),
        None => vec![0.0; n],
    }
}

fn solve(factor: &[f64], right: &[f64], n: usize) -> Vec<f64> {
    let mut x = right.to_vec();
    for row in 0..n {
        let sum: f64 = (0..row).map(|k| factor[row * n + k] * x[k]).sum();
        x[row] = (x[row] - sum) / factor[row * n + row];
    }
    for row in (0..n).rev() {
        let sum: f64 = (row + 1..n).map(|k| factor[k * n + row] * x[k]).sum();
        x[row] = (x[row] - sum) / factor[row * n + row];
    }
    x
}

fn inverse(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let factor = cholesky(matrix, n)?;
    let mut result = vec![0.0; n * n];
    for column in 0..n {
        let mut unit = vec![0.0; n];
        unit[column] = 1.0;
        for (row, value) in solve(&factor, &unit, n).into_iter().enumerate() {
            result[row * n + column] = value;
        }
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dose, Patient, Plan};

    fn levels_of(eta: &[f64], hours: &[f64]) -> (Model, Patient, Plan, Vec<Level>) {
        let model = crate::model::find("otto2021").unwrap().unwrap();
        let patient = Patient::new(70.0).unwrap();
        let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 2.0 / 3.0)]).unwrap();
        let question = Question::new(&model, &patient, &plan, &[Analyte::Parent]).unwrap();
        let mut out = vec![0.0; hours.len()];
        let times = Times::new(hours.to_vec()).unwrap();
        question
            .individual(eta, &times, &mut Evaluator::new(), &mut out)
            .unwrap();
        let levels = hours
            .iter()
            .zip(&out)
            .map(|(&time_h, &ng_per_ml)| Level {
                time_h,
                analyte: Analyte::Parent,
                ng_per_ml,
            })
            .collect();
        (model, patient, plan, levels)
    }

    #[test]
    fn many_levels_of_a_slow_clearer_find_the_slow_clearance() {
        let hours: Vec<f64> = (1..=60).map(|i| f64::from(i) * 0.2).collect();
        let (model, patient, plan, levels) = levels_of(&[0.2, -0.3, 0.0, 0.0], &hours);
        let fit = fit(&model, &patient, &plan, &levels).unwrap();
        assert!((fit.eta[1] + 0.3).abs() < 0.05, "{:?}", fit.eta);
        assert!(
            fit.learned[1] > 0.8 && fit.learned[3] < 0.01,
            "{:?}",
            fit.learned
        );
    }

    #[test]
    fn one_level_pulls_the_fit_only_part_of_the_way() {
        let (model, patient, plan, levels) = levels_of(&[0.0, -0.4, 0.0, 0.0], &[4.0]);
        let fit = fit(&model, &patient, &plan, &levels).unwrap();
        assert!(fit.eta[1] < -0.02 && fit.eta[1] > -0.4, "{:?}", fit.eta);
        assert!(fit.standard_error[1] < 0.026_048_f64.sqrt());
    }

    #[test]
    fn a_level_at_the_instant_of_the_first_dose_is_no_reason_to_panic() {
        let (model, patient, plan, mut levels) = levels_of(&[0.0; 4], &[4.0]);
        levels[0].time_h = 0.0;
        levels[0].ng_per_ml = 10.0;
        let _ = fit(&model, &patient, &plan, &levels);
    }

    #[test]
    fn a_level_in_another_unit_and_one_before_any_drug_are_refused_by_their_field() {
        let (model, patient, plan, levels) = levels_of(&[0.0; 4], &[0.5, 1.0]);
        let refused = |change: &dyn Fn(&mut Level)| {
            let mut levels = levels.clone();
            change(&mut levels[1]);
            fit(&model, &patient, &plan, &levels)
                .unwrap_err()
                .to_string()
        };
        let micrograms = refused(&|level| level.ng_per_ml /= 1000.0);
        assert!(
            micrograms.starts_with("`levels[1].ng_per_ml`") && micrograms.contains("another unit"),
            "{micrograms}"
        );
        let picograms = refused(&|level| level.ng_per_ml *= 400.0);
        assert!(picograms.contains("another unit"), "{picograms}");
        let at_once = refused(&|level| level.time_h = 0.0);
        assert!(at_once.starts_with("`levels[1].time_h` is 0"), "{at_once}");
    }

    #[test]
    fn a_level_of_a_quick_clearer_a_day_later_is_no_slip_of_the_unit() {
        let (model, patient, plan, mut levels) = levels_of(&[0.0; 4], &[1.0, 30.0]);
        levels[1].ng_per_ml /= 400.0;
        assert!(fit(&model, &patient, &plan, &levels).is_ok());
    }
}
