//! Whether a probability means what it says.

use super::smooth::lowess;
use super::{PredictionError, Predictions};
use crate::matrix::Matrix;
use crate::mixed::{LogisticFit, logistic};
use crate::tail::{self, Reference};

/// Calibration in the large and its slope.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Calibration {
    /// The shift of log odds that makes predictions right on average; zero is right, above zero
    /// they were too low.
    pub in_the_large: f64,
    /// Its standard error.
    pub in_the_large_se: f64,
    /// The constant of the recalibration line.
    pub intercept: f64,
    /// The slope of outcomes on predicted log odds: one is right, below one they were too extreme.
    pub slope: f64,
    /// Its standard error.
    pub slope_se: f64,
    /// Predicted over observed number with the outcome.
    pub expected_over_observed: f64,
}

/// One tenth of the people, by predicted probability.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Decile {
    /// People.
    pub n: usize,
    /// Their mean probability.
    pub mean_predicted: f64,
    /// The share of them with the outcome.
    pub observed: f64,
}

/// Indices of logistic calibration (Harrell 2015, *Regression Modeling Strategies*, section 10.9).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticCalibration {
    /// Somers' rank correlation, twice the area less one.
    pub somers: f64,
    /// The area under the ROC curve.
    pub concordance: f64,
    /// Nagelkerke's R² of the predictions as they are.
    pub r_square: f64,
    /// Discrimination index, `(χ² − 1)/n`.
    pub discrimination: f64,
    /// Likelihood ratio of the predictions as they are against a constant.
    pub discrimination_chi_square: f64,
    /// Unreliability index, `(χ² − 2)/n`.
    pub unreliability: f64,
    /// Likelihood ratio of the recalibration line against no recalibration.
    pub unreliability_chi_square: f64,
    /// Its p on two degrees.
    pub unreliability_p: f64,
    /// Discrimination less unreliability.
    pub quality: f64,
    /// Constant and slope of the recalibration line.
    pub line: (f64, f64),
    /// Largest distance of probability and smoothed outcome.
    pub error_largest: f64,
    /// Its ninth decile.
    pub error_90: f64,
    /// Its mean.
    pub error_mean: f64,
    /// Spiegelhalter's test of Brier's score against what the probabilities promise.
    pub spiegelhalter_z: f64,
    /// Its two-sided p.
    pub spiegelhalter_p: f64,
}

impl Predictions {
    fn log_odds(&self) -> Result<Vec<f64>, PredictionError> {
        let odds: Vec<f64> = self
            .probabilities
            .iter()
            .map(|p| p.ln() - (-p).ln_1p())
            .collect();
        if odds.iter().all(|cell| cell.is_finite()) {
            Ok(odds)
        } else {
            Err(PredictionError::Certain)
        }
    }

    fn recalibrated(&self, log_odds: &[f64]) -> Result<LogisticFit, PredictionError> {
        let columns = Matrix::from_columns(&[vec![1.0; self.n()], log_odds.to_vec()]);
        let terms = ["(Intercept)".to_owned(), "predicted log odds".to_owned()];
        Ok(logistic(&columns, &terms, &self.numbers(), None)?)
    }

    /// Returns calibration in the large and the calibration slope (Cox 1958; Steyerberg 2019,
    /// *Clinical Prediction Models*, section 15.3).
    ///
    /// In the large: logistic regression of outcomes on a constant with the predicted log odds as
    /// offset. Slope: on the log odds themselves. Domain: probabilities inside (0, 1), outcomes not
    /// separated by them. Error: about 1e-11.
    pub fn calibration(&self) -> Result<Calibration, PredictionError> {
        let log_odds = self.log_odds()?;
        let constant = Matrix::from_columns(&[vec![1.0; self.n()]]);
        let terms = ["(Intercept)".to_owned()];
        let shift = logistic(&constant, &terms, &self.numbers(), Some(&log_odds))?;
        let line = self.recalibrated(&log_odds)?;
        Ok(Calibration {
            in_the_large: shift.coefficients[0],
            in_the_large_se: shift.standard_errors()[0],
            intercept: line.coefficients[0],
            slope: line.coefficients[1],
            slope_se: line.standard_errors()[1],
            expected_over_observed: self.probabilities.iter().sum::<f64>() / self.n_events() as f64,
        })
    }

    /// Returns groups of equal size in the order of the probabilities, people with one probability
    /// in the order given: group `g` ends at position `1 + (n − 1) g / groups`.
    pub fn groups(&self, n_groups: usize) -> Vec<Decile> {
        let mut order: Vec<usize> = (0..self.n()).collect();
        order.sort_by(|a, b| self.probabilities[*a].total_cmp(&self.probabilities[*b]));
        let mut groups = Vec::with_capacity(n_groups);
        let mut start = 0;
        for group in 1..=n_groups {
            let end = (1 + (self.n() - 1) * group / n_groups).max(start);
            let members = &order[start..end];
            if !members.is_empty() {
                let n = members.len() as f64;
                let predicted: f64 = members.iter().map(|row| self.probabilities[*row]).sum();
                let observed = members.iter().filter(|row| self.outcomes[**row]).count() as f64;
                groups.push(Decile {
                    n: members.len(),
                    mean_predicted: predicted / n,
                    observed: observed / n,
                });
            }
            start = end;
        }
        groups
    }

    /// Returns the expected calibration error: the mean distance of predicted and observed over
    /// groups of equal size, weighted by size.
    pub fn expected_error(&self, n_groups: usize) -> f64 {
        let gaps = self.groups(n_groups);
        let gaps = gaps
            .iter()
            .map(|g| g.n as f64 * (g.mean_predicted - g.observed).abs());
        gaps.sum::<f64>() / self.n() as f64
    }

    /// Returns the indices of logistic calibration.
    pub fn logistic_calibration(&self) -> Result<LogisticCalibration, PredictionError> {
        let log_odds = self.log_odds()?;
        let line = self.recalibrated(&log_odds)?;
        let n = self.n() as f64;
        let prevalence = self.prevalence();
        let constant =
            n * (prevalence * prevalence.ln() + (1.0 - prevalence) * (-prevalence).ln_1p());
        let as_said = -n * self.log_loss();
        let gain = 2.0 * (as_said - constant);
        let distrust = 2.0 * (line.log_likelihood - as_said);
        let r_square = (1.0 - (-gain / n).exp()) / (1.0 - (2.0 * constant / n).exp());
        let concordance = self.discrimination(0.95).area;
        let errors = self.smoothed_errors();
        let z = self.spiegelhalter();
        let (discrimination, unreliability) = ((gain - 1.0) / n, (distrust - 2.0) / n);
        Ok(LogisticCalibration {
            somers: 2.0 * concordance - 1.0,
            concordance,
            r_square,
            discrimination,
            discrimination_chi_square: gain,
            unreliability,
            unreliability_chi_square: distrust,
            unreliability_p: tail::chi_square_upper(distrust.max(0.0), 2.0),
            quality: discrimination - unreliability,
            line: (line.coefficients[0], line.coefficients[1]),
            error_largest: errors.last().copied().unwrap_or(f64::NAN),
            error_90: quantile(&errors, 0.9),
            error_mean: errors.iter().sum::<f64>() / n,
            spiegelhalter_z: z,
            spiegelhalter_p: Reference::Normal.two_sided(z),
        })
    }

    /// Returns the sorted distances of probabilities and smoothed outcomes.
    fn smoothed_errors(&self) -> Vec<f64> {
        let mut order: Vec<usize> = (0..self.n()).collect();
        order.sort_by(|a, b| self.probabilities[*a].total_cmp(&self.probabilities[*b]));
        let x: Vec<f64> = order.iter().map(|row| self.probabilities[*row]).collect();
        let numbers = self.numbers();
        let y: Vec<f64> = order.iter().map(|row| numbers[*row]).collect();
        let mut errors: Vec<f64> = lowess(&x, &y)
            .iter()
            .zip(&x)
            .map(|(curve, p)| (curve - p).abs())
            .collect();
        errors.sort_by(f64::total_cmp);
        errors
    }

    /// Tests Brier's score against its expectation if all probabilities are right (Spiegelhalter
    /// 1986, *Statistics in Medicine* 5).
    fn spiegelhalter(&self) -> f64 {
        let (mut top, mut bottom) = (0.0, 0.0);
        for (p, y) in self.probabilities.iter().zip(self.numbers()) {
            top += (y - p) * (1.0 - 2.0 * p);
            bottom += (1.0 - 2.0 * p).powi(2) * p * (1.0 - p);
        }
        top / bottom.sqrt()
    }
}

/// Returns a quantile of a sorted list, straight between neighbours.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor();
    let index = below as usize;
    let next = sorted[(index + 1).min(sorted.len() - 1)];
    sorted[index] + (place - below) * (next - sorted[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of those given 0.2 and half of those given 0.8 have the outcome: the slope is zero and
    /// the mean is right, so in the large all is well.
    #[test]
    fn a_prediction_without_truth_has_slope_zero() {
        let probabilities = [0.2, 0.2, 0.8, 0.8];
        let predictions = Predictions::new(&probabilities, &[0.0, 1.0, 0.0, 1.0]).unwrap();
        let calibration = predictions.calibration().unwrap();
        assert!(calibration.slope.abs() < 1e-12);
        assert!(calibration.in_the_large.abs() < 1e-12);
        assert!((calibration.expected_over_observed - 1.0).abs() < 1e-12);
        assert!((predictions.brier() - 0.34).abs() < 1e-12);
        assert!((predictions.expected_error(2) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn a_certain_prediction_has_no_calibration_line() {
        let predictions = Predictions::new(&[0.0, 0.5, 0.7], &[0.0, 1.0, 0.0]).unwrap();
        assert_eq!(predictions.calibration(), Err(PredictionError::Certain));
    }
}
