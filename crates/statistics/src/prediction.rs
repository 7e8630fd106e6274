//! How good a prediction is: telling people apart, and meaning what it says.
//!
//! A [`Predictions`] is a list of probabilities with what happened. Telling apart is
//! [`Predictions::discrimination`] (the area under the ROC curve with DeLong's interval) and
//! [`compare_areas`]; meaning what it says is [`Predictions::calibration`] and the table of
//! deciles. A pooled area flatters when people have many rows each: [`area_by_person`] asks the
//! question within people.
//!
//! It deliberately does not fit models: give it probabilities made without the outcomes they are
//! judged on.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of rows are far below 2^52, and positions are cut to the list first"
)]

mod calibration;
mod discrimination;
mod report;
mod smooth;

pub use calibration::{Calibration, Decile, LogisticCalibration};
pub use discrimination::{
    Area, AreaComparison, CutPoint, PersonArea, area_by_person, compare_areas,
};
pub use report::{comparison_report, report};

use crate::mixed::MixedError;

/// Why a prediction cannot be judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PredictionError {
    /// Lists of different lengths.
    #[error("{probabilities} probabilities were given for {outcomes} outcomes; give one for each")]
    Length {
        /// Probabilities given.
        probabilities: usize,
        /// Outcomes given.
        outcomes: usize,
    },
    /// A probability outside 0 to 1.
    #[error("row {row} (counting from 1) has probability {value}, which is not between 0 and 1")]
    NotProbability {
        /// Which row.
        row: usize,
        /// What it has.
        value: f64,
    },
    /// An outcome that is neither.
    #[error("row {row} (counting from 1) has outcome {value}, which is neither 0 nor 1")]
    NotOutcome {
        /// Which row.
        row: usize,
        /// What it has.
        value: f64,
    },
    /// Everyone, or no one, had the outcome.
    #[error("all {n} outcomes are the same, so nothing can be told apart")]
    OneKind {
        /// How many.
        n: usize,
    },
    /// The recalibration model has no fit.
    #[error("the predictions cannot be recalibrated")]
    Recalibration(#[from] MixedError),
    /// A probability of exactly zero or one has no log odds.
    #[error(
        "a probability of exactly 0 or 1 has no log odds, so calibration cannot be fitted; keep probabilities inside"
    )]
    Certain,
}

/// Probabilities and what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    probabilities: Vec<f64>,
    outcomes: Vec<bool>,
}

impl Predictions {
    /// Makes the list, refusing what is no probability and what is no outcome.
    pub fn new(probabilities: &[f64], outcomes: &[f64]) -> Result<Self, PredictionError> {
        if probabilities.len() != outcomes.len() {
            return Err(PredictionError::Length {
                probabilities: probabilities.len(),
                outcomes: outcomes.len(),
            });
        }
        if let Some(row) = probabilities.iter().position(|p| !(0.0..=1.0).contains(p)) {
            return Err(PredictionError::NotProbability {
                row: row + 1,
                value: probabilities[row],
            });
        }
        if let Some(row) = outcomes.iter().position(|y| ![0.0, 1.0].contains(y)) {
            return Err(PredictionError::NotOutcome {
                row: row + 1,
                value: outcomes[row],
            });
        }
        let outcomes: Vec<bool> = outcomes.iter().map(|y| *y > 0.5).collect();
        if outcomes.iter().all(|y| *y) || outcomes.iter().all(|y| !*y) {
            return Err(PredictionError::OneKind { n: outcomes.len() });
        }
        Ok(Self {
            probabilities: probabilities.to_vec(),
            outcomes,
        })
    }

    /// Returns how many rows there are.
    pub fn n(&self) -> usize {
        self.outcomes.len()
    }

    /// Returns how many had the outcome.
    pub fn n_events(&self) -> usize {
        self.outcomes.iter().filter(|y| **y).count()
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, bool)> + '_ {
        self.probabilities
            .iter()
            .copied()
            .zip(self.outcomes.iter().copied())
    }

    fn numbers(&self) -> Vec<f64> {
        self.outcomes
            .iter()
            .map(|y| if *y { 1.0 } else { 0.0 })
            .collect()
    }

    fn prevalence(&self) -> f64 {
        self.n_events() as f64 / self.n() as f64
    }

    /// Returns the mean squared distance of probability and outcome (Brier 1950).
    pub fn brier(&self) -> f64 {
        let squares = self
            .pairs()
            .map(|(p, y)| if y { (1.0 - p).powi(2) } else { p * p });
        squares.sum::<f64>() / self.n() as f64
    }

    /// Returns one minus Brier's score over that of always saying the prevalence.
    pub fn brier_scaled(&self) -> f64 {
        let prevalence = self.prevalence();
        1.0 - self.brier() / (prevalence * (1.0 - prevalence))
    }

    /// Returns the mean of minus the logarithm of the probability given to what happened; infinite
    /// when that was zero.
    pub fn log_loss(&self) -> f64 {
        let logs = self
            .pairs()
            .map(|(p, y)| if y { -p.ln() } else { -(-p).ln_1p() });
        logs.sum::<f64>() / self.n() as f64
    }
}
