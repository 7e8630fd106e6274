//! Plain logistic regression: where the mixed ones start, and what calibration asks for.

use super::MixedError;
use crate::matrix::{Matrix, Qr, dot};

/// Steps after which a fit that still moves is taken to run off without end.
const STEPS_MAX: usize = 60;
/// Newton's step, in log odds of some row, below which the fit stands still.
const STILL: f64 = 1e-11;
/// A step this long after many steps is that of a coefficient without a finite value.
const RUNNING: f64 = 0.2;

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticFit {
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// Fitted log odds.
    pub log_odds: Vec<f64>,
}

impl LogisticFit {
    /// Returns the standard errors.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.covariance
            .diagonal()
            .iter()
            .map(|variance| variance.sqrt())
            .collect()
    }

    /// Returns minus twice the log-likelihood, which for zeros and ones is the deviance.
    pub fn deviance(&self) -> f64 {
        -2.0 * self.log_likelihood
    }
}

/// Returns `1/(1 + e^−x)` without overflow.
pub fn probability(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + (-log_odds).exp())
    } else {
        let odds = log_odds.exp();
        odds / (1.0 + odds)
    }
}

/// Returns the log-likelihood of one outcome, `y η − ln(1 + e^η)`, without overflow.
pub(super) fn log_chance(outcome: f64, log_odds: f64) -> f64 {
    let signed = if outcome > 0.5 { log_odds } else { -log_odds };
    if signed > 0.0 {
        -(-signed).exp().ln_1p()
    } else {
        signed - signed.exp().ln_1p()
    }
}

/// Refuses a response that is not zeros and ones.
pub(super) fn check_binary(response: &[f64]) -> Result<(), MixedError> {
    let is_odd = |y: &f64| !(y.abs() <= 0.0 || (y - 1.0).abs() <= 0.0);
    match response.iter().position(is_odd) {
        Some(row) => Err(MixedError::NotBinary {
            row: row + 1,
            value: response[row],
        }),
        None => Ok(()),
    }
}

/// Fits a logistic regression by maximum likelihood (McCullagh and Nelder 1989, section 4.4).
///
/// Domain: zeros and ones, independent columns, outcomes not separated by the columns. Method:
/// Newton's steps as weighted least squares by orthogonal columns, halved when the likelihood
/// falls. Error: coefficients to about 1e-11 in log odds; separation is found by steps that go on.
pub fn logistic(
    columns: &Matrix,
    terms: &[String],
    response: &[f64],
    offset: Option<&[f64]>,
) -> Result<LogisticFit, MixedError> {
    check_binary(response)?;
    if !columns.is_finite() || offset.is_some_and(|o| o.iter().any(|x| !x.is_finite())) {
        return Err(MixedError::NotFinite);
    }
    let (n, p) = (columns.n_rows(), columns.n_columns());
    if n <= p {
        return Err(MixedError::TooFewRows {
            rows: n,
            parameters: p,
        });
    }
    let plain = Qr::new(columns);
    if let Some(column) = plain.dependent_column() {
        return Err(MixedError::Dependent {
            term: terms[column].clone(),
        });
    }
    let base = offset.map_or_else(|| vec![0.0; n], <[f64]>::to_vec);
    let mut coefficients = vec![0.0; p];
    let mut log_odds = base.clone();
    let mut likelihood = total(response, &log_odds);
    for steps in 0..STEPS_MAX {
        let Some(step) = newton_step(columns, response, &log_odds) else {
            return Err(separated(columns, terms, &coefficients));
        };
        let moves = columns.times_vector(&step);
        let longest = moves
            .iter()
            .fold(0.0_f64, |most, cell| most.max(cell.abs()));
        let mut length = 1.0;
        loop {
            let tried: Vec<f64> = log_odds
                .iter()
                .zip(&moves)
                .map(|(now, move_)| now + length * move_)
                .collect();
            let next = total(response, &tried);
            if next >= likelihood - 1e-12 * likelihood.abs() || length < 1e-8 {
                log_odds = tried;
                likelihood = next;
                break;
            }
            length /= 2.0;
        }
        crate::matrix::add_scaled(&mut coefficients, length, &step);
        if longest <= STILL * (1.0 + log_odds.iter().fold(0.0_f64, |m, x| m.max(x.abs()))) {
            let covariance = covariance(columns, &log_odds);
            let terms = terms.to_vec();
            let log_likelihood = likelihood;
            return Ok(LogisticFit {
                terms,
                coefficients,
                covariance,
                log_likelihood,
                log_odds,
            });
        }
        if steps > STEPS_MAX / 2 && longest > RUNNING {
            return Err(separated(columns, terms, &coefficients));
        }
    }
    Err(MixedError::NotConverged {
        what: "logistic regression",
        steps: STEPS_MAX,
    })
}

fn total(response: &[f64], log_odds: &[f64]) -> f64 {
    response
        .iter()
        .zip(log_odds)
        .map(|(y, eta)| log_chance(*y, *eta))
        .sum()
}

fn weighted(columns: &Matrix, log_odds: &[f64]) -> (Matrix, Vec<f64>) {
    let roots: Vec<f64> = log_odds
        .iter()
        .map(|eta| (probability(*eta) * probability(-eta)).sqrt())
        .collect();
    let scaled = Matrix::from_fn(columns.n_rows(), columns.n_columns(), |i, j| {
        roots[i] * columns[(i, j)]
    });
    (scaled, roots)
}

fn newton_step(columns: &Matrix, response: &[f64], log_odds: &[f64]) -> Option<Vec<f64>> {
    let (scaled, roots) = weighted(columns, log_odds);
    let working: Vec<f64> = response
        .iter()
        .zip(log_odds)
        .zip(&roots)
        .map(|((y, eta), root)| (y - probability(*eta)) / root.max(f64::MIN_POSITIVE))
        .collect();
    let qr = Qr::new(&scaled);
    let step = qr.solve(&working);
    (qr.dependent_column().is_none() && step.iter().all(|cell| cell.is_finite())).then_some(step)
}

fn covariance(columns: &Matrix, log_odds: &[f64]) -> Matrix {
    Qr::new(&weighted(columns, log_odds).0).inverse_gram()
}

/// Names the term whose part of the log odds has grown most.
fn separated(columns: &Matrix, terms: &[String], coefficients: &[f64]) -> MixedError {
    let part =
        |j: usize| coefficients[j].abs() * dot(&columns.column(j), &columns.column(j)).sqrt();
    let most = (0..terms.len())
        .max_by(|a, b| part(*a).total_cmp(&part(*b)))
        .unwrap_or(0);
    MixedError::Separation {
        term: terms.get(most).cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(x: &[f64]) -> (Matrix, Vec<String>) {
        let design = Matrix::from_columns(&[vec![1.0; x.len()], x.to_vec()]);
        (design, vec!["(Intercept)".to_owned(), "x".to_owned()])
    }

    /// A two-by-two table by hand: 3 of 5 against 1 of 5; the slope is the log odds ratio
    /// ln(3/2 · 4/1) with variance 1/3 + 1/2 + 1/1 + 1/4.
    #[test]
    fn the_slope_of_an_indicator_is_the_log_odds_ratio() {
        let x: Vec<f64> = (0..10).map(|i| f64::from(i / 5)).collect();
        let y = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0];
        let (design, terms) = columns(&x);
        let fit = logistic(&design, &terms, &y, None).unwrap();
        assert!((fit.coefficients[1] - 6.0_f64.ln()).abs() < 1e-12);
        let variance = 1.0 / 3.0 + 0.5 + 1.0 + 0.25;
        assert!((fit.covariance[(1, 1)] - variance).abs() < 1e-10);
    }

    #[test]
    fn perfect_separation_is_said_with_the_term() {
        let x: Vec<f64> = (0..10).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| if *x > 4.5 { 1.0 } else { 0.0 }).collect();
        let (design, terms) = columns(&x);
        let refused = logistic(&design, &terms, &y, None);
        assert!(
            matches!(refused, Err(MixedError::Separation { .. })),
            "{refused:?}"
        );
    }

    #[test]
    fn an_outcome_that_is_always_the_same_is_separated_by_the_constant() {
        let (design, terms) = columns(&[1.0, 2.0, 3.0, 4.0]);
        let refused = logistic(&design, &terms, &[1.0; 4], None);
        assert!(
            matches!(refused, Err(MixedError::Separation { .. })),
            "{refused:?}"
        );
    }

    #[test]
    fn a_response_of_two_is_refused_with_its_row() {
        let (design, terms) = columns(&[1.0, 2.0, 3.0, 4.0]);
        let refused = logistic(&design, &terms, &[0.0, 1.0, 2.0, 1.0], None);
        assert_eq!(refused, Err(MixedError::NotBinary { row: 3, value: 2.0 }));
    }
}
