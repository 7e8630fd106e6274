//! The times at which a system is read.

use std::ops::Range;

/// Times in ascending order, known to be equally spaced or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    values: Vec<f64>,
    step: Option<f64>,
}

/// Why times were refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TimesError {
    /// A time that is negative or not finite.
    #[error("time {0} is negative or not a finite number; give hours from the first dose")]
    OutOfRange(f64),
    /// A time earlier than the one before it.
    #[error("time {0} is earlier than the time before it; sort the times")]
    Unsorted(f64),
}

impl Times {
    /// Takes ascending times (equal neighbours are allowed).
    pub fn new(values: Vec<f64>) -> Result<Self, TimesError> {
        if let Some(&wrong) = values.iter().find(|t| !(t.is_finite() && **t >= 0.0)) {
            return Err(TimesError::OutOfRange(wrong));
        }
        if let Some(pair) = values.windows(2).find(|pair| pair[1] < pair[0]) {
            return Err(TimesError::Unsorted(pair[1]));
        }
        Ok(Self { values, step: None })
    }

    /// `n` times, `step` apart, from `first`; solved faster than arbitrary ones.
    pub fn uniform(first: f64, step: f64, n: usize) -> Result<Self, TimesError> {
        if !(step.is_finite() && step > 0.0) {
            return Err(TimesError::OutOfRange(step));
        }
        let values = (0..n).map(|i| first + step * i as f64).collect();
        Ok(Self {
            step: Some(step),
            ..Self::new(values)?
        })
    }

    /// The times.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn step(&self) -> Option<f64> {
        self.step
    }

    /// Positions of the times after `start` and not after `stop`.
    pub(crate) fn within(&self, start: f64, stop: f64) -> Range<usize> {
        let first = self.values.partition_point(|&t| t <= start);
        let end = self.values.partition_point(|&t| t <= stop);
        first..end
    }
}
