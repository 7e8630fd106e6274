//! Accelerated failure time models: the logarithm of time is linear in the covariates.
//!
//! Formula: ln T = xβ + σ W, with W of the smallest extreme value (Weibull; exponential where
//! σ = 1), logistic (log-logistic) or normal (log-normal) distribution; censored rows contribute
//! ln P(W > z). Reference: Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time
//! Data", 2002, chapter 3. Domain: times above zero, at least one event, columns not determined by
//! one another. Method: Newton's iteration in (β, ln σ), first with an intercept alone, with halving of steps
//! that go down and a ridge where the likelihood is not concave. Error bound: with
//! [`Stop::Settled`] the log-likelihood changed by less than `1e-9` of itself, where reference
//! software stops; with [`Stop::Rounding`] the last step was below `1e-10` standard errors.

use super::cox::Stop;
use super::symmetric::Factor;
use super::{SurvivalError, Times, same_length};
use crate::distribution::{Distribution, Normal};

/// The family of the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Weibull times.
    Weibull,
    /// Exponential times: Weibull with scale 1.
    Exponential,
    /// Log-logistic times.
    LogLogistic,
    /// Log-normal times.
    LogNormal,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// `(Intercept)` and the name of each column.
    pub terms: Vec<String>,
    /// The coefficients of ln T.
    pub coef: Vec<f64>,
    /// σ.
    pub scale: f64,
    /// Covariance of the coefficients and, where it is estimated, ln σ, which comes last.
    pub vcov: Vec<Vec<f64>>,
    /// Log-likelihood of the times.
    pub loglik: f64,
    /// Log-likelihood with an intercept alone.
    pub loglik_null: f64,
    /// Newton steps taken.
    pub iterations: u32,
    /// Columns of which the likelihood says next to nothing at the coefficients: they separate the
    /// events, or others all but determine them. Estimate and standard error mean nothing.
    pub unbounded: Vec<String>,
}

/// Standard errors, for columns of unit spread and in units of σ, from which a coefficient is unbounded.
const UNBOUNDED: f64 = 100.0;
const ITERATIONS: u32 = 100;
const SETTLED: f64 = 1e-9;
const ENDED: f64 = 1e-10;
const FLAT: &str = "the scale or a coefficient grows without bound; there are too few events";

/// Fits a family to times and columns without gaps.
pub fn fit(
    times: Times<'_>,
    terms: &[String],
    columns: &[&[f64]],
    family: Family,
    until: Stop,
) -> Result<Fit, SurvivalError> {
    check(times, terms, columns)?;
    let ones = vec![1.0; times.rows()];
    let mut all: Vec<&[f64]> = vec![&ones];
    all.extend(columns);
    let mut names = vec!["(Intercept)".to_owned()];
    names.extend(terms.iter().cloned());
    let begin = start(
        times,
        &names[..1],
        &all[..1],
        family,
        start_scale(times, family),
    )?;
    let null = maximise(times, &all[..1], family, begin, until)?;
    let begin = start(times, &names, &all, family, null.parameters.get(1).copied())?;
    let found = maximise(times, &all, family, begin, until)?;
    // The Jacobian of the logarithm turns the density of ln T into that of T.
    let jacobian: f64 = times
        .stop()
        .iter()
        .zip(times.event())
        .filter(|(_, e)| **e)
        .map(|(t, _)| t.ln())
        .sum();
    let p = names.len();
    let scale = found.parameters.get(p).map_or(1.0, |ln| ln.exp());
    let is_unbounded =
        |j: &usize| found.vcov[j + 1][j + 1].sqrt() * spread(columns[*j]) > UNBOUNDED * scale;
    Ok(Fit {
        unbounded: (0..columns.len())
            .filter(is_unbounded)
            .map(|j| terms[j].clone())
            .collect(),
        coef: found.parameters[..p].to_vec(),
        scale,
        vcov: found.vcov,
        loglik: found.loglik - jacobian,
        loglik_null: null.loglik - jacobian,
        iterations: found.iterations,
        terms: names,
    })
}

/// The standard deviation of a column.
fn spread(column: &[f64]) -> f64 {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt()
}

fn check(times: Times<'_>, terms: &[String], columns: &[&[f64]]) -> Result<(), SurvivalError> {
    same_length("the list of terms", columns.len(), terms.len())?;
    for (term, column) in terms.iter().zip(columns) {
        same_length("a covariate", times.rows(), column.len())?;
        if let Some(row) = column.iter().position(|x| !x.is_finite()) {
            let value = column[row];
            return Err(SurvivalError::BadCovariate {
                term: term.clone(),
                row: row + 1,
                value,
            });
        }
    }
    if let Some(row) = times.stop().iter().position(|t| *t <= 0.0) {
        return Err(SurvivalError::NotPositive {
            row: row + 1,
            value: times.stop()[row],
        });
    }
    if let Some(row) = times
        .start()
        .and_then(|start| start.iter().position(|t| *t > 0.0))
    {
        let start = times.start().map_or(0.0, |start| start[row]);
        return Err(SurvivalError::LateEntry {
            row: row + 1,
            start,
        });
    }
    if times.events() == 0 {
        return Err(SurvivalError::NoEvents);
    }
    Ok(())
}

/// ln f or ln S of W at z, with its first and second derivative.
fn term(family: Family, z: f64, event: bool) -> (f64, f64, f64) {
    match family {
        Family::Weibull | Family::Exponential => {
            let e = z.exp();
            if event {
                (z - e, 1.0 - e, -e)
            } else {
                (-e, -e, -e)
            }
        }
        Family::LogLogistic => {
            let p = 1.0 / (1.0 + (-z).exp());
            let softplus = if z > 0.0 {
                z + (-z).exp().ln_1p()
            } else {
                z.exp().ln_1p()
            };
            let curve = p * (1.0 - p);
            if event {
                (z - 2.0 * softplus, 1.0 - 2.0 * p, -2.0 * curve)
            } else {
                (-softplus, -p, -curve)
            }
        }
        Family::LogNormal => {
            let ln_density = -0.5 * z * z - 0.5 * (2.0 * std::f64::consts::PI).ln();
            if event {
                return (ln_density, -z, -1.0);
            }
            let ln_upper = Normal.ln_sf(z);
            let hazard = (ln_density - ln_upper).exp();
            (ln_upper, -hazard, -hazard * (hazard - z))
        }
    }
}

struct Maximum {
    parameters: Vec<f64>,
    vcov: Vec<Vec<f64>>,
    loglik: f64,
    iterations: u32,
}

struct Derivatives {
    loglik: f64,
    gradient: Vec<f64>,
    information: Vec<Vec<f64>>,
}

fn derivatives(
    times: Times<'_>,
    columns: &[&[f64]],
    family: Family,
    parameters: &[f64],
) -> Derivatives {
    let p = columns.len();
    let free = parameters.len() > p;
    let sigma = if free { parameters[p].exp() } else { 1.0 };
    let size = parameters.len();
    let mut sum = Derivatives {
        loglik: 0.0,
        gradient: vec![0.0; size],
        information: vec![vec![0.0; size]; size],
    };
    for (row, (&time, &event)) in times.stop().iter().zip(times.event()).enumerate() {
        let predictor: f64 = columns
            .iter()
            .zip(parameters)
            .map(|(x, b)| x[row] * b)
            .sum();
        let z = (time.ln() - predictor) / sigma;
        let (value, first, second) = term(family, z, event);
        sum.loglik += value;
        if event && free {
            sum.loglik -= parameters[p];
            sum.gradient[p] -= 1.0;
        }
        for i in 0..p {
            let x = columns[i][row] / sigma;
            sum.gradient[i] -= x * first;
            for j in 0..=i {
                sum.information[i][j] -= x * columns[j][row] / sigma * second;
            }
            if free {
                sum.information[p][i] -= x * (first + z * second);
            }
        }
        if free {
            sum.gradient[p] -= z * first;
            sum.information[p][p] -= z * first + z * z * second;
        }
    }
    for i in 0..size {
        for j in i + 1..size {
            sum.information[i][j] = sum.information[j][i];
        }
    }
    sum
}

/// The scale the fit with an intercept alone begins with: that of ln T as if nobody were censored,
/// doubled, because the likelihood is concave where the scale is too large. None where it is fixed.
fn start_scale(times: Times<'_>, family: Family) -> Option<f64> {
    let n = times.rows() as f64;
    let mean = times.stop().iter().map(|t| t.ln()).sum::<f64>() / n;
    let var = times
        .stop()
        .iter()
        .map(|t| (t.ln() - mean).powi(2))
        .sum::<f64>()
        / n;
    // The variance of the standard distribution, to two figures.
    let ratio = match family {
        Family::Exponential => return None,
        Family::Weibull => 1.64,
        Family::LogLogistic => 3.2,
        Family::LogNormal => 1.0,
    };
    Some(0.5 * (4.0 * (var / ratio).max(1e-6)).ln())
}

/// Coefficients to begin with at a given scale: one weighted least-squares step from a model that
/// fits every row, so that each row's derivatives are those at its own time.
fn start(
    times: Times<'_>,
    names: &[String],
    columns: &[&[f64]],
    family: Family,
    ln_scale: Option<f64>,
) -> Result<Vec<f64>, SurvivalError> {
    let p = columns.len();
    let sigma = ln_scale.map_or(1.0, f64::exp);
    let mut gram = vec![vec![0.0; p]; p];
    let mut right = vec![0.0; p];
    for (row, (time, event)) in times.stop().iter().zip(times.event()).enumerate() {
        let (_, first, second) = term(family, 0.0, *event);
        let weight = -second / (sigma * sigma);
        let target = weight * time.ln() - first / sigma;
        for i in 0..p {
            right[i] += columns[i][row] * target;
            for j in 0..p {
                gram[i][j] += weight * columns[i][row] * columns[j][row];
            }
        }
    }
    let factor = Factor::new(&gram, 1e-11);
    if let Some(j) = factor.kept.iter().position(|kept| !kept) {
        return Err(SurvivalError::Collinear {
            term: names[j].clone(),
        });
    }
    let mut parameters = factor.solve(&right);
    parameters.extend(ln_scale);
    Ok(parameters)
}

fn maximise(
    times: Times<'_>,
    columns: &[&[f64]],
    family: Family,
    start: Vec<f64>,
    until: Stop,
) -> Result<Maximum, SurvivalError> {
    let mut parameters = start;
    let mut at = derivatives(times, columns, family, &parameters);
    for iterations in 1..=ITERATIONS {
        let step = concave(&at.information).solve(&at.gradient);
        let before = at.loglik;
        let mut length = 1.0;
        loop {
            let next: Vec<f64> = parameters
                .iter()
                .zip(&step)
                .map(|(b, s)| b + length * s)
                .collect();
            let found = derivatives(times, columns, family, &next);
            // At the maximum a step may fall by rounding alone.
            if found.loglik >= before - 1e-12 * before.abs() {
                (parameters, at) = (next, found);
                break;
            }
            length *= 0.5;
            if length < 1e-12 {
                return Err(SurvivalError::NoConvergence {
                    iterations,
                    why: FLAT,
                });
            }
        }
        let settled = (at.loglik - before).abs() <= SETTLED * at.loglik.abs() && length >= 1.0;
        let vcov = concave(&at.information).inverse();
        let small = |(j, step): (usize, &f64)| step.abs() <= ENDED * vcov[j][j].sqrt();
        let ended = until == Stop::Settled || step.iter().enumerate().all(small);
        if settled && ended {
            let loglik = at.loglik;
            return Ok(Maximum {
                parameters,
                vcov,
                loglik,
                iterations,
            });
        }
    }
    Err(SurvivalError::NoConvergence {
        iterations: ITERATIONS,
        why: FLAT,
    })
}

/// The factor of the information, ridged until it is positive.
fn concave(information: &[Vec<f64>]) -> Factor {
    let mut ridge = 0.0;
    loop {
        let mut ridged = information.to_vec();
        for (j, row) in ridged.iter_mut().enumerate() {
            row[j] += ridge * information[j][j].abs().max(1e-8);
        }
        let factor = Factor::new(&ridged, 1e-13);
        if factor.rank() == information.len() || ridge > 1e6 {
            return factor;
        }
        ridge = if ridge > 0.0 { ridge * 10.0 } else { 1e-3 };
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, Stop, fit};
    use crate::survival::{SurvivalError, Times};

    /// The 6-MP arm and placebo of Freireich 1963. Klein and Moeschberger and the reference
    /// manuals print for the Weibull model an intercept of 2.248, a treatment effect of 1.267 and
    /// a scale of 0.732.
    #[test]
    fn the_leukaemia_trial_has_the_printed_weibull_fit() {
        let placebo = [
            1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
        ];
        let treated = [
            6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35,
        ];
        let time: Vec<f64> = placebo
            .iter()
            .chain(&treated)
            .map(|t| f64::from(*t))
            .collect();
        let event: Vec<bool> = (0..42).map(|row| row < 30).collect();
        let x: Vec<f64> = (0..42).map(|row| f64::from(u8::from(row >= 21))).collect();
        let times = Times::new(&time, &event).unwrap();
        let found = fit(
            times,
            &["x".to_owned()],
            &[&x],
            Family::Weibull,
            Stop::Rounding,
        )
        .unwrap();
        assert!((found.coef[0] - 2.248).abs() < 1e-3, "{:?}", found.coef);
        assert!((found.coef[1] - 1.267).abs() < 1e-3, "{:?}", found.coef);
        assert!((found.scale - 0.732).abs() < 1e-3, "{}", found.scale);
    }

    #[test]
    fn an_exponential_mean_is_time_over_events() {
        let time = [2.0, 3.0, 7.0, 8.0];
        let event = [true, false, true, true];
        let found = fit(
            Times::new(&time, &event).unwrap(),
            &[],
            &[],
            Family::Exponential,
            Stop::Rounding,
        )
        .unwrap();
        assert!((found.coef[0] - (20.0_f64 / 3.0).ln()).abs() < 1e-10);
        assert!((found.vcov[0][0] - 1.0 / 3.0).abs() < 1e-10);
    }

    #[test]
    fn time_zero_constant_columns_and_no_events_are_said() {
        let event = [true, true, false];
        let times = Times::new(&[0.0, 1.0, 2.0], &event).unwrap();
        let zero = fit(times, &[], &[], Family::Weibull, Stop::Rounding);
        assert_eq!(
            zero.unwrap_err(),
            SurvivalError::NotPositive { row: 1, value: 0.0 }
        );
        let times = Times::new(&[1.0, 1.5, 2.0], &event).unwrap();
        let constant = fit(
            times,
            &["c".to_owned()],
            &[&[2.0; 3]],
            Family::Weibull,
            Stop::Rounding,
        );
        assert_eq!(
            constant.unwrap_err(),
            SurvivalError::Collinear {
                term: "c".to_owned()
            }
        );
        let times = Times::new(&[1.0, 1.5, 2.0], &[false; 3]).unwrap();
        assert_eq!(
            fit(times, &[], &[], Family::Weibull, Stop::Rounding).unwrap_err(),
            SurvivalError::NoEvents
        );
    }

    #[test]
    fn times_that_are_all_the_same_have_no_scale() {
        let times = Times::new(&[3.0; 4], &[true; 4]).unwrap();
        assert!(fit(times, &[], &[], Family::LogNormal, Stop::Rounding).is_err());
    }

    #[test]
    fn a_column_that_separates_the_events_is_said_to_have_no_bound() {
        let time: Vec<f64> = (1..=16).map(|t| f64::from(t * 5 % 17)).collect();
        let event: Vec<bool> = (0..16).map(|row| row % 2 == 0).collect();
        let separating: Vec<f64> = event.iter().map(|e| f64::from(u8::from(*e))).collect();
        let harmless: Vec<f64> = (0..16).map(|row| f64::from(row * 7 % 5)).collect();
        let terms = ["x".to_owned(), "z".to_owned()];
        let times = Times::new(&time, &event).unwrap();
        for family in [
            Family::Weibull,
            Family::Exponential,
            Family::LogLogistic,
            Family::LogNormal,
        ] {
            let found = fit(
                times,
                &terms,
                &[&separating, &harmless],
                family,
                Stop::Settled,
            )
            .unwrap();
            assert_eq!(found.unbounded, ["x"], "{family:?} {found:?}");
            let found = fit(times, &terms[1..], &[&harmless], family, Stop::Settled).unwrap();
            assert!(found.unbounded.is_empty(), "{family:?} {found:?}");
        }
    }
}
